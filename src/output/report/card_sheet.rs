//! The dealer card on one printable page: who it is, grade and points as bars, what would lift it, what it is paid, what each programme
//! says of it, and its months against the plan.

use std::collections::HashSet;

use rust_decimal::{Decimal, RoundingStrategy};
use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Color,
    ConditionalFormatDataBar, ConditionalFormatType, DocProperties, ExcelDateTime, FormatAlign, Workbook, Worksheet,
    XlsxError,
};

use super::card::{Cards, Of};
use super::layout::{self, Col, Group, Look};
use super::monthly_sheet::month_name;
use super::small_sheet::{cut, figures, framed, label, set_lines, title, write, write_across};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::programmes::DealerYear;
use dealerbook_engine::programmes::assessment::Assessed;
use dealerbook_engine::programmes::assessment::words::movement;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::sheet::words::{money, percent};
use dealerbook_engine::validate::Parsed;

pub(super) const LAST: u16 = 12;
pub(super) const LEFT: u16 = 0;
const RIGHT: u16 = 6;
const FIRST_WIDTH: f64 = 20.0;
const WIDTH: f64 = 12.5;
/// Excel takes so many characters in a sheet's name.
const NAME_MAX: usize = 31;
const CHART_PIXELS: (u32, u32) = (1220, 300);
/// So many rows of a programme are reported on a card; a page holds no more.
const ROWS_MAX: usize = 6;
const BLUE: Color = Color::RGB(0x2F5597);

impl Cards<'_> {
    /// The cards of some dealers, a sheet each in a workbook of its own. The same cards give the same bytes.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn book(&self, ids: &[&str]) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let mut taken = HashSet::new();
        for id in ids {
            let name = sheet_name(id, &mut taken);
            self.draw(book.add_worksheet().set_name(&name)?, &name, id)?;
        }
        book.save_to_buffer()
    }

    fn draw(&self, sheet: &mut Worksheet, own: &str, id: &str) -> Result<(), XlsxError> {
        let lang = self.words.lang;
        for column in 0..=LAST {
            sheet.set_column_width(column, if column == 0 { FIRST_WIDTH } else { WIDTH })?;
        }
        let year = self.year(id);
        let name = year.map_or("", |(_, year, _)| year.dealer.name);
        let heading = format!("{}{} {id}", lang.pick("客户档案　", "Dealer card: "), name);
        layout::heading(sheet, cut(heading.trim_end()), &self.subtitle)?;
        if let Some(notice) = &self.notice {
            sheet.write_with_format(2, 0, notice, &layout::notice())?;
        }
        let mut row = 3;
        if let Some(at) = self.row(id) {
            row = self.who(sheet, 3, at)?;
        }
        match year {
            Some((place, year, paid)) => {
                let assessed = self.calculated.assessment.as_ref().map(|assessment| &assessment.dealers[place]);
                if let Some(assessed) = assessed.filter(|_| self.show_assessment) {
                    row = row.max(self.grade(sheet, 3, year, assessed)?);
                    row = self.change(sheet, row + 1, year, assessed)?;
                }
                if let Some(paid) = paid {
                    row = self.paid(sheet, row + 1, paid)?;
                }
            }
            None if self.calculated.assessment.is_some() => {
                let text = lang.pick("该经销商有错误的行，未参与计算", "this dealer has faulty rows and was left out");
                write_across(sheet, row, (LEFT, LAST), &text.into(), &layout::notice())?;
                row += 1;
            }
            None => {}
        }
        for of in &self.sheets {
            match of.rows.get(id).map(Vec::as_slice) {
                Some([at]) => row = programme(sheet, row + 1, of, *at)?,
                Some(several) => row = rows_of(sheet, row + 1, of, several, lang)?,
                None => {}
            }
        }
        for aside in self.asides(id) {
            write_across(sheet, row + 1, (LEFT, LAST), &aside.into(), &layout::notice())?;
            row += 2;
        }
        if let Some((_, year, _)) = year {
            self.months(sheet, row + 1, own, year)?;
        }
        layout::print_setup(sheet, 1, lang);
        sheet.set_portrait().set_print_fit_to_pages(1, 1);
        Ok(())
    }

    /// Its row of the dealers sheet; gives the row behind.
    fn who(&self, sheet: &mut Worksheet, row: u32, at: usize) -> Result<u32, XlsxError> {
        let lang = self.words.lang;
        part(sheet, row, (LEFT, RIGHT - 1), lang.pick("基本情况", "Who it is"))?;
        let mut next = row + 1;
        let Some(table) = self.dealers else { return Ok(next) };
        let resource = &self.words.schemas.resources[table.resource];
        for (n, field) in resource.fields.iter().enumerate() {
            let value = match table.column(n).value(at) {
                None => continue,
                Some(Parsed::Text(text)) => Value::from(text.into_owned()),
                Some(Parsed::Key(key)) => Value::from(key.to_string()),
                Some(Parsed::Number(x)) => Value::from(x),
                Some(Parsed::Category(index)) => {
                    Value::from(self.words.category(&field.name, &field.categories[index].value).into_owned())
                }
                Some(Parsed::Boolean(yes)) => match yes {
                    true => Value::from(lang.pick("是", "yes")),
                    false => Value::from(lang.pick("否", "no")),
                },
                Some(Parsed::Date(day)) => Value::from(day.to_string()),
            };
            let name = lang.pick(field.title.as_str(), field.title_en.as_str());
            write_across(sheet, next, (LEFT, LEFT + 1), &name.into(), &framed())?;
            let look = framed().set_num_format("#,##0.###").set_align(FormatAlign::Left);
            write_across(sheet, next, (LEFT + 2, RIGHT - 1), &value, &look)?;
            next += 1;
        }
        Ok(next)
    }

    /// Grade, total and each characteristic; gives the row behind.
    fn grade(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        year: &DealerYear<'_>,
        assessed: &Assessed<'_>,
    ) -> Result<u32, XlsxError> {
        let (words, lang) = (self.words, self.words.lang);
        let pick = |zh, en| lang.pick(zh, en);
        part(sheet, row, (RIGHT, LAST), pick("考核", "Assessment"))?;
        let grade = |index: Option<usize>| index.map_or("–", |index| words.policy.grades[index].title.pick(lang));
        let violations = &year.violations;
        let count = violations.price + violations.promotion + violations.cross_region;
        let facts: [(&str, Value<'_>); 7] = [
            (pick("评级", "Grade"), grade(assessed.grade).into()),
            (pick("考核得分", "Total"), assessed.total.into()),
            (pick("销量名次", "Rank in tonnes"), assessed.rank.into()),
            (pick("年销量（吨）", "Annual tonnes"), assessed.volume.into()),
            (pick("上年评级", "Previous grade"), grade(assessed.previous_grade).into()),
            (pick("升降", "Movement"), assessed.movement.map(|m| movement(m, lang)).into()),
            (pick("属实违规（次）", "Violations"), count.into()),
        ];
        let mut next = row + 1;
        for (name, value) in &facts {
            write_across(sheet, next, (RIGHT, RIGHT + 2), &(*name).into(), &framed())?;
            let look = framed().set_num_format("#,##0.00#").set_align(FormatAlign::Left).set_bold();
            let look =
                if matches!(value, Value::Number(x) if x.is_integer()) { look.set_num_format("#,##0") } else { look };
            write_across(sheet, next, (RIGHT + 3, LAST), value, &look)?;
            next += 1;
        }
        match assessed.characteristics.is_empty() {
            true => Ok(next),
            false => self.characteristics(sheet, next, assessed),
        }
    }

    /// The points of each characteristic, with a bar for its share; gives the row behind.
    fn characteristics(&self, sheet: &mut Worksheet, row: u32, assessed: &Assessed<'_>) -> Result<u32, XlsxError> {
        let (words, lang) = (self.words, self.words.lang);
        let pick = |zh, en| lang.pick(zh, en);
        let mut next = row;
        write_across(sheet, next, (RIGHT, RIGHT + 2), &pick("指标", "Characteristic").into(), &label(BLUE))?;
        let columns = [pick("得分", "Points"), pick("满分", "Of"), pick("失分", "Lost"), pick("得分率", "Share")];
        for (n, text) in columns.into_iter().enumerate() {
            write(sheet, (next, RIGHT + 3 + u16_of(n)), &text.into(), None, &label(BLUE))?;
        }
        let first = next + 1;
        for scored in &assessed.characteristics {
            next += 1;
            let name = words.policy.characteristic(scored.id(), lang);
            write_across(sheet, next, (RIGHT, RIGHT + 2), &name.into(), &framed())?;
            write(sheet, (next, RIGHT + 3), &scored.points.into(), None, &figures("0.00"))?;
            write(sheet, (next, RIGHT + 4), &scored.characteristic.weight.into(), None, &figures("0.00"))?;
            let excel = next + 1;
            write(
                sheet,
                (next, RIGHT + 5),
                &scored.lost().into(),
                Some(&format!("K{excel}-J{excel}")),
                &figures("0.00"),
            )?;
            let share = scored.points.checked_div(scored.characteristic.weight);
            let formula = format!("J{excel}/K{excel}");
            let formula = Some(formula.as_str()).filter(|_| share.is_some());
            write(sheet, (next, LAST), &share.into(), formula, &figures("0%"))?;
        }
        let bar = ConditionalFormatDataBar::new()
            .set_fill_color(Color::RGB(0x9DC3E6))
            .set_solid_fill(true)
            .set_minimum(ConditionalFormatType::Number, 0)
            .set_maximum(ConditionalFormatType::Number, 1);
        sheet.add_conditional_format(first, LAST, next, LAST, &bar)?;
        Ok(next + 1)
    }

    /// How values came about that don't tell it, where points were lost, what would lift the grade, what follows; gives the row behind.
    fn change(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        year: &DealerYear<'_>,
        assessed: &Assessed<'_>,
    ) -> Result<u32, XlsxError> {
        let (words, lang) = (self.words, self.words.lang);
        let pick = |zh, en| lang.pick(zh, en);
        part(sheet, row, (LEFT, LAST), pick("失分与提升", "What was lost, and what would lift it"))?;
        let explained = assessed.characteristics.iter().filter_map(|scored| {
            Some((words.policy.characteristic(scored.id(), lang), words.explanation(scored, year, assessed)?))
        });
        let texts = [
            (pick("失分", "Lost"), words.losses(&assessed.characteristics)),
            (pick("如何升级", "Next grade"), words.lifts(assessed)),
            (pick("后续", "What follows"), words.actions(&assessed.actions)),
        ];
        let mut next = row + 1;
        for (name, text) in explained.chain(texts).filter(|(_, text)| !text.is_empty()) {
            long(sheet, next, name, &text.into())?;
            next += 1;
        }
        Ok(next)
    }

    /// The twelve months against the plan, with their chart.
    fn months(&self, sheet: &mut Worksheet, row: u32, own: &str, year: &DealerYear<'_>) -> Result<(), XlsxError> {
        let Some(months) = &year.months else { return Ok(()) };
        let lang = self.words.lang;
        let names = (lang.pick("实际提货（吨）", "Actual (t)"), lang.pick("计划提货（吨）", "Plan (t)"));
        part(sheet, row, (LEFT, LAST), lang.pick("各月提货与计划", "Months against plan"))?;
        write(sheet, (row + 1, 0), &Value::Blank, None, &label(BLUE))?;
        write(sheet, (row + 2, 0), &names.0.into(), None, &framed())?;
        write(sheet, (row + 3, 0), &names.1.into(), None, &framed())?;
        for (n, month) in months.iter().enumerate() {
            let column = 1 + u16_of(n);
            write(sheet, (row + 1, column), &month_name(n, lang).into(), None, &label(BLUE))?;
            write(sheet, (row + 2, column), &Value::from(&month.actual), None, &figures("#,##0.###"))?;
            write(sheet, (row + 3, column), &month.planned.into(), None, &figures("#,##0.###"))?;
        }
        let mut chart = Chart::new(ChartType::Column);
        for (n, (name, colour)) in [(names.0, 0x2F5597), (names.1, 0xBFBFBF)].into_iter().enumerate() {
            let values = row + 2 + u32_of(n);
            let series = chart.add_series();
            series
                .set_name(name)
                .set_categories((own, row + 1, 1, row + 1, LAST))
                .set_values((own, values, 1, values, LAST));
            let mut format = ChartFormat::new();
            format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour)));
            format.set_border(ChartLine::new().set_color(Color::RGB(0x7F7F7F)).set_width(0.5));
            series.set_gap(60).set_format(&mut format);
        }
        let mut small = ChartFont::new();
        small.set_size(9).set_color(Color::RGB(0x595959));
        chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&small);
        chart.y_axis().set_num_format("#,##0").set_font(&small);
        chart.x_axis().set_font(&small);
        chart.set_alt_text(lang.pick("各月提货与计划", "Months against plan"));
        chart.set_width(CHART_PIXELS.0).set_height(CHART_PIXELS.1);
        sheet.insert_chart_with_offset(row + 5, 0, &chart, 4, 0)?;
        Ok(())
    }
}

pub(super) fn part(sheet: &mut Worksheet, row: u32, columns: (u16, u16), text: &str) -> Result<(), XlsxError> {
    write_across(sheet, row, columns, &text.into(), &title())
}

/// A label and a long text over the rest of the row.
pub(super) fn long(sheet: &mut Worksheet, row: u32, name: &str, text: &Value<'_>) -> Result<(), XlsxError> {
    write_across(sheet, row, (LEFT, LEFT + 1), &name.into(), &framed())?;
    write_across(sheet, row, (LEFT + 2, LAST), text, &framed().set_text_wrap())?;
    if let Value::Text(text) = text {
        let lines = layout::lines(text, WIDTH * f64::from(LAST - 1));
        set_lines(sheet, row, lines)?;
    }
    Ok(())
}

/// What a programme's sheet says of the dealer: what came out, and the figures that stand beside it; gives the row behind.
fn programme(sheet: &mut Worksheet, row: u32, of: &Of<'_>, at: usize) -> Result<u32, XlsxError> {
    part(sheet, row, (LEFT, LAST), of.sheet.title)?;
    let mut next = row + 1;
    let mut on_right = false;
    let reported = of.sheet.cells(at).filter(|(col, _)| matches!(col.group, Group::Result | Group::OtherBasis));
    let (long_ones, short): (Vec<_>, Vec<_>) = reported.partition(|(col, _)| col.look == Look::Wrap);
    for (col, value) in short {
        let column = if on_right { RIGHT } else { LEFT };
        let split = if on_right { column + 3 } else { column + 2 };
        let last = if on_right { LAST } else { RIGHT - 1 };
        write_across(sheet, next, (column, split - 1), &one_line(col).into(), &framed())?;
        write_across(sheet, next, (split, last), &as_text(col, value), &framed())?;
        next += u32::from(on_right);
        on_right = !on_right;
    }
    next += u32::from(on_right);
    for (col, value) in long_ones {
        long(sheet, next, &one_line(col), &value)?;
        next += 1;
    }
    Ok(next)
}

/// The same of several rows, such as a dealer's products: a line each.
fn rows_of(sheet: &mut Worksheet, row: u32, of: &Of<'_>, rows: &[usize], lang: Lang) -> Result<u32, XlsxError> {
    part(sheet, row, (LEFT, LAST), of.sheet.title)?;
    let mut next = row + 1;
    for at in rows.iter().take(ROWS_MAX) {
        let (mut name, mut reported) = (Vec::new(), Vec::new());
        for (col, value) in of.sheet.cells(*at) {
            let Value::Text(text) = as_text(col, value) else { continue };
            match col.group {
                Group::Identity if !["id", "name", "region"].contains(&col.key.as_str()) => {
                    name.push(text.into_owned())
                }
                Group::Result => {
                    reported.push(format!("{}{}{}", one_line(col), lang.pick("：", ": "), text.replace('\n', " ")))
                }
                _ => {}
            }
        }
        let text = reported.join(lang.pick("；", "; "));
        long(sheet, next, &name.join(" "), &text.into())?;
        next += 1;
    }
    if let Some(others) = rows.len().checked_sub(ROWS_MAX).filter(|others| *others > 0) {
        let text = match lang {
            Lang::Zh => format!("另有 {others} 行，见结果工作簿“{}”", of.sheet.title),
            Lang::En => format!("{others} more on the sheet `{}` of the answer", of.sheet.title),
        };
        long(sheet, next, "", &text.into())?;
        next += 1;
    }
    Ok(next)
}

pub(super) fn one_line(col: &Col) -> String {
    col.label.replace('\n', " ")
}

/// A figure as its column shows it, as text: it stands to the left like all that is beside it.
pub(super) fn as_text<'v>(col: &Col, value: Value<'v>) -> Value<'v> {
    match (value, col.look) {
        (Value::Day(day), Look::Month) => {
            dealerbook_engine::programmes::year_month::YearMonth::of(day).to_string().into()
        }
        (Value::Day(day), _) => day.to_string().into(),
        (Value::Number(x), Look::Money) => money(x).into(),
        (Value::Number(x), Look::Percent | Look::Share) => percent(x.round_dp(4)).into(),
        (Value::Number(x), look) => {
            let places = look.places().unwrap_or(Decimal::MAX_SCALE);
            x.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize().to_string().into()
        }
        (value, _) => value,
    }
}

/// A dealer's id as the name of a sheet: without what Excel doesn't take there, not too long, and no name twice.
fn sheet_name(id: &str, taken: &mut HashSet<String>) -> String {
    let cleaned: String =
        id.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { '_' } else { c }).take(NAME_MAX).collect();
    let trimmed = cleaned.trim();
    let base = if trimmed.is_empty() || trimmed.eq_ignore_ascii_case("history") { "_" } else { trimmed };
    let mut name = base.to_owned();
    let mut n = 1;
    while !taken.insert(name.to_lowercase()) {
        n += 1;
        let behind = format!(" ({n})");
        name = base.chars().take(NAME_MAX - behind.len()).chain(behind.chars()).collect();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names_that_excel_takes_each_once() {
        let mut taken = HashSet::new();
        let mut name = |id: &str| sheet_name(id, &mut taken);
        assert_eq!(["A/1", "a:1", "A_1"].map(&mut name), ["A_1", "a_1 (2)", "A_1 (3)"]);
        assert_eq!(["History", " ", "'x'"].map(&mut name), ["_", "_ (2)", "_x_"]);
        let long = "经销商".repeat(20);
        assert_eq!([long.as_str(); 2].map(&mut name).map(|name| name.chars().count()), [31, 31]);
    }
}
