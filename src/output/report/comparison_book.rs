//! What differs between two outcomes, as a workbook: in all, by programme and by grade; by dealer; and what was changed. Differences, sums
//! and counts are live.

use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::layout::{self, BODY_ROW, Group, INK, Layout, Look, Total};
use super::policy_names::PolicyNames;
use super::small_sheet::{self, prefix};
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::comparison::{Comparison, DealerChange, Presence};
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::formula::quoted;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::sheet::{FAIR, GOOD, POOR};

/// What is to be laid out.
pub struct ComparisonBook<'a> {
    /// What differs.
    pub comparison: &'a Comparison,
    /// How grades and programmes are called.
    pub names: PolicyNames<'a>,
    /// The title of the first sheet.
    pub heading: &'a str,
    /// Of what the two sides are, in a line.
    pub subtitle: String,
    /// What must not be overlooked.
    pub notice: Option<String>,
    /// What was changed; none where nobody knows more than the figures say.
    pub changed: &'a [Changed],
}

/// A figure or cell that was changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "WhatIfChange", deny_unknown_fields)]
pub struct Changed {
    /// Where: a path into the policy, or a cell such as `经销商档案!H4`.
    pub place: String,
    /// The same in words, where there are any.
    pub words: Option<String>,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
}

impl ComparisonBook<'_> {
    /// Writes the workbook; the same differences give the same bytes.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let columns = self.columns();
        self.summary(book.add_worksheet().set_name(self.pick("汇总", "Summary"))?, &columns)?;
        self.dealers(book.add_worksheet().set_name(self.dealers_title())?, &columns)?;
        if !self.changed.is_empty() {
            self.changes(book.add_worksheet().set_name(self.pick("变更内容", "What was changed"))?)?;
        }
        book.save_to_buffer()
    }

    fn pick(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.names.lang.pick(zh, en)
    }

    fn dealers_title(&self) -> &'static str {
        self.pick("经销商", "Dealers")
    }

    fn rows(&self) -> u32 {
        u32_of(self.comparison.dealers.len())
    }

    /// A column of the dealers' sheet, as formulas on other sheets write it.
    fn range(&self, columns: &Columns, key: &str) -> String {
        let letter = columns.letter(key);
        let last = BODY_ROW + self.rows().max(1);
        format!("{}${letter}${}:${letter}${last}", prefix(self.dealers_title()), BODY_ROW + 1)
    }

    fn summary(&self, sheet: &mut Worksheet, columns: &Columns) -> Result<(), XlsxError> {
        layout::heading(sheet, self.heading, &self.subtitle)?;
        if let Some(notice) = &self.notice {
            sheet.write_with_format(2, 0, notice, &layout::notice())?;
        }
        for (column, width) in [32.0, 12.0, 12.0, 18.0, 18.0, 18.0].into_iter().enumerate() {
            sheet.set_column_width(u16_of(column), width)?;
        }
        let row = self.by_programme(sheet, columns, 4)?;
        self.by_grade(sheet, columns, row + 2)?;
        sheet.set_freeze_panes(4, 1)?;
        layout::print_setup(sheet, 1, self.names.lang);
        Ok(())
    }

    /// From this row on; gives that of the totals.
    fn by_programme(&self, sheet: &mut Worksheet, columns: &Columns, mut row: u32) -> Result<u32, XlsxError> {
        let comparison = self.comparison;
        let (money, count) = (money(), small_sheet::figures("0"));
        self.labels(sheet, row, self.pick("按激励项目", "By programme"))?;
        let first = row + 1;
        for programme in &comparison.programmes {
            row += 1;
            small_sheet::write(
                sheet,
                (row, 0),
                &self.names.programme(&programme.programme).into(),
                None,
                &small_sheet::framed(),
            )?;
            let paid = |side: &str| {
                let range = self.range(columns, &format!("{side}:{}", programme.programme));
                format!("COUNTIF({range},\"<>0\")-COUNTBLANK({range})")
            };
            let counted = |after: bool| {
                let of =
                    |dealer: &&DealerChange| amounts(dealer, &programme.programme, after).is_some_and(|x| !x.is_zero());
                Decimal::from(comparison.dealers.iter().filter(of).count())
            };
            small_sheet::write(sheet, (row, 1), &counted(false).into(), Some(&paid("before")), &count)?;
            small_sheet::write(sheet, (row, 2), &counted(true).into(), Some(&paid("after")), &count)?;
            let sum = |side: &str| {
                format!("ROUND(SUM({}),2)", self.range(columns, &format!("{side}:{}", programme.programme)))
            };
            small_sheet::write(sheet, (row, 3), &programme.amount.before.into(), Some(&sum("before")), &money)?;
            small_sheet::write(sheet, (row, 4), &programme.amount.after.into(), Some(&sum("after")), &money)?;
            self.change(sheet, row, programme.amount.change, &money)?;
        }
        self.totals(sheet, row + 1, first)?;
        Ok(row + 1)
    }

    fn by_grade(&self, sheet: &mut Worksheet, columns: &Columns, mut row: u32) -> Result<(), XlsxError> {
        let (money, count) = (money(), small_sheet::figures("0"));
        self.labels(sheet, row, self.pick("按评级", "By grade"))?;
        let first = row + 1;
        for grade in self.names.in_order(&self.comparison.grades, |change| change.grade.as_deref()) {
            row += 1;
            let name = self.grade(grade.grade.as_deref());
            small_sheet::write(sheet, (row, 0), &name.into(), None, &small_sheet::framed())?;
            let sides = [(1, "before", grade.dealers_before), (2, "after", grade.dealers_after)];
            for (column, side, dealers) in sides {
                let formula = format!("COUNTIF({},{})", self.range(columns, &format!("grade_{side}")), quoted(name));
                small_sheet::write(sheet, (row, column), &u32_of(dealers).into(), Some(&formula), &count)?;
            }
            for (column, side, amount) in [(3, "before", grade.amount.before), (4, "after", grade.amount.after)] {
                let (grades, amounts) = (format!("grade_{side}"), format!("amount_{side}"));
                let (grades, amounts) = (self.range(columns, &grades), self.range(columns, &amounts));
                let formula = format!("ROUND(SUMIF({grades},{},{amounts}),2)", quoted(name));
                small_sheet::write(sheet, (row, column), &amount.into(), Some(&formula), &money)?;
            }
            self.change(sheet, row, grade.amount.change, &money)?;
        }
        self.totals(sheet, row + 1, first)
    }

    fn labels(&self, sheet: &mut Worksheet, row: u32, first: &str) -> Result<(), XlsxError> {
        let labels = [
            first,
            self.pick("家数（前）", "Dealers before"),
            self.pick("家数（后）", "Dealers after"),
            self.pick("变更前（元）", "Before (yuan)"),
            self.pick("变更后（元）", "After (yuan)"),
            self.pick("差额（元）", "Change (yuan)"),
        ];
        for (column, label) in labels.into_iter().enumerate() {
            sheet.write_with_format(row, u16_of(column), label, &small_sheet::label(INK))?;
        }
        sheet.set_row_height(row, 34)?;
        Ok(())
    }

    fn change(&self, sheet: &mut Worksheet, row: u32, change: Decimal, money: &Format) -> Result<(), XlsxError> {
        let formula = format!("ROUND(E{0}-D{0},2)", row + 1);
        small_sheet::write(sheet, (row, 5), &change.into(), Some(&formula), money)
    }

    /// The sums of a table of the summary whose first row is `first`; in the number of dealers only where each counts once.
    fn totals(&self, sheet: &mut Worksheet, row: u32, first: u32) -> Result<(), XlsxError> {
        let bold = |format: Format| format.set_bold().set_background_color(layout::SOFT);
        sheet.write_with_format(row, 0, self.pick("合计", "Total"), &bold(small_sheet::framed()))?;
        for column in [1_u16, 2] {
            sheet.write_blank(row, column, &bold(small_sheet::framed()))?;
        }
        let money = bold(money());
        let amount = self.comparison.amount;
        for (letter, column, cached) in [("D", 3, amount.before), ("E", 4, amount.after)] {
            let formula = match row > first {
                true => format!("ROUND(SUM({letter}{}:{letter}{row}),2)", first + 1),
                false => "0".to_owned(),
            };
            small_sheet::write(sheet, (row, column), &cached.into(), Some(&formula), &money)?;
        }
        self.change(sheet, row, amount.change, &money)
    }

    /// A grade's name; dealers without a scorecard have none.
    fn grade<'n>(&'n self, id: Option<&'n str>) -> &'n str {
        id.map_or(self.pick("未评级", "No grade"), |id| self.names.grade(id))
    }

    fn columns(&self) -> Columns {
        use Group::{Basis, Identity, OtherBasis, Result};
        let mut columns = Columns::default();
        let mut add = |key: &str, label: &str, width, look, group| columns.add(key, label, width, look, group);
        add("id", self.pick("经销商编号", "Dealer id"), 13.0, Look::Text, Identity);
        add("name", self.pick("经销商名称", "Name"), 28.0, Look::Text, Identity);
        add("region", self.pick("区域", "Region"), 11.0, Look::Text, Identity);
        add("presence", self.pick("变化", "What changes"), 12.0, Look::Centre, Result);
        add("amount_before", self.pick("激励（前，元）", "Incentives before"), 15.0, Look::Money, Result);
        add("amount_after", self.pick("激励（后，元）", "Incentives after"), 15.0, Look::Money, Result);
        add("amount_change", self.pick("差额（元）", "Change (yuan)"), 15.0, Look::Money, Result);
        add("grade_before", self.pick("评级（前）", "Grade before"), 13.0, Look::Centre, Basis);
        add("grade_after", self.pick("评级（后）", "Grade after"), 13.0, Look::Centre, Basis);
        add("score_before", self.pick("得分（前）", "Score before"), 10.0, Look::Points, Basis);
        add("score_after", self.pick("得分（后）", "Score after"), 10.0, Look::Points, Basis);
        add("score_change", self.pick("得分差", "Score change"), 9.0, Look::Points, Basis);
        for (n, change) in self.comparison.programmes.iter().enumerate() {
            let group = if n % 2 == 0 { OtherBasis } else { Basis };
            let name = self.names.programme(&change.programme);
            for (side, word) in [
                ("before", self.pick("前", "before")),
                ("after", self.pick("后", "after")),
                ("change", self.pick("差额", "change")),
            ] {
                let label = format!("{name}\n{word}");
                columns.add(format!("{side}:{}", change.programme), label, 14.0, Look::Money, group);
            }
        }
        columns
    }

    fn dealers(&self, sheet: &mut Worksheet, columns: &Columns) -> Result<(), XlsxError> {
        let presences = [(Presence::Appeared, GOOD), (Presence::Vanished, POOR)];
        let at = columns.at("presence");
        let mut colours: Vec<(u16, String, u32)> = presences
            .into_iter()
            .map(|(presence, fill)| (at, self.presence(presence, true).to_owned(), fill))
            .collect();
        colours.push((at, self.presence(Presence::Both, true).to_owned(), FAIR));
        Layout {
            heading: self.pick("经销商逐家对比", "Dealers compared").to_owned(),
            subtitle: self.subtitle.clone(),
            notice: self.notice.clone(),
            columns,
            rows: self.rows(),
            frozen: 2,
            pages_wide: layout::pages_wide(columns),
            totals: self.column_totals(columns),
            colours,
            totals_label: self.pick("合计", "Totals"),
            lang: self.names.lang,
            list: None,
        }
        .dress(sheet)?;
        let formats: Vec<[Format; 2]> =
            columns.iter().map(|column| [false, true].map(|muted| layout::cell(column.look, muted))).collect();
        for (n, dealer) in self.comparison.dealers.iter().enumerate() {
            let row = BODY_ROW + u32_of(n);
            let muted = usize::from(!dealer.is_change());
            for (column, (value, formula)) in self.cells(dealer, row, columns).into_iter().enumerate() {
                let format = &formats[column][muted];
                small_sheet::write(sheet, (row, u16_of(column)), &value, formula.as_deref(), format)?;
            }
        }
        Ok(())
    }

    fn presence(&self, presence: Presence, changed: bool) -> &'static str {
        match presence {
            Presence::Both if changed => self.pick("有变化", "changed"),
            Presence::Both => self.pick("不变", "unchanged"),
            Presence::Appeared => self.pick("新增", "appeared"),
            Presence::Vanished => self.pick("不再出现", "vanished"),
        }
    }

    fn cells<'d>(&'d self, dealer: &'d DealerChange, row: u32, columns: &Columns) -> Vec<(Value<'d>, Option<String>)> {
        let cell = |key: &str| format!("{}{}", columns.letter(key), row + 1);
        let programmes = || self.comparison.programmes.iter().map(|change| change.programme.as_str());
        let sum = |side: &str| {
            let cells: Vec<String> = programmes().map(|id| cell(&format!("{side}:{id}"))).collect();
            (!cells.is_empty()).then(|| format!("ROUND(SUM({}),2)", cells.join(",")))
        };
        let (is_before, is_after) = (dealer.presence != Presence::Appeared, dealer.presence != Presence::Vanished);
        let grade = |on_side: bool, id: &'d Option<String>| on_side.then(|| self.grade(id.as_deref()));
        let less = |side: &str, places: u32| {
            format!("ROUND({}-{},{places})", cell(&format!("{side}_after")), cell(&format!("{side}_before")))
        };
        let score_change = dealer.score_before.zip(dealer.score_after).map(|(before, after)| after - before);
        let mut cells: Vec<(Value<'d>, Option<String>)> = vec![
            (dealer.dealer_id.as_str().into(), None),
            (dealer.name.as_str().into(), None),
            (dealer.region.shown().into(), None),
            (self.presence(dealer.presence, dealer.is_change()).into(), None),
            (dealer.amount.before.into(), sum("before")),
            (dealer.amount.after.into(), sum("after")),
            (dealer.amount.change.into(), Some(less("amount", 2))),
            (grade(is_before, &dealer.grade_before).into(), None),
            (grade(is_after, &dealer.grade_after).into(), None),
            (dealer.score_before.into(), None),
            (dealer.score_after.into(), None),
            (score_change.into(), score_change.map(|_| less("score", 2))),
        ];
        for id in programmes() {
            let (before, after) = (amounts(dealer, id, false), amounts(dealer, id, true));
            let change = before.zip(after).map(|(before, after)| after - before);
            let formula = format!("ROUND({}-{},2)", cell(&format!("after:{id}")), cell(&format!("before:{id}")));
            cells.push((before.into(), None));
            cells.push((after.into(), None));
            cells.push((change.into(), change.map(|_| formula)));
        }
        cells
    }

    fn column_totals(&self, columns: &Columns) -> Vec<Total> {
        let rows = self.rows();
        let sum = |key: String, cached: Decimal| {
            let formula = format!("ROUND(SUM({}),2)", columns.range(&key, rows));
            Total::new(columns.at(&key), formula, cached.to_string())
        };
        let amount = self.comparison.amount;
        let mut totals = vec![Total::count(columns.at("name"), &columns.range("name", rows), rows, self.names.lang)];
        if rows == 0 {
            return Vec::new();
        }
        totals.push(sum("amount_before".to_owned(), amount.before));
        totals.push(sum("amount_after".to_owned(), amount.after));
        totals.push(sum("amount_change".to_owned(), amount.change));
        for change in &self.comparison.programmes {
            let id = &change.programme;
            totals.push(sum(format!("before:{id}"), change.amount.before));
            totals.push(sum(format!("after:{id}"), change.amount.after));
            totals.push(sum(format!("change:{id}"), change.amount.change));
        }
        totals
    }

    fn changes(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let title = self.pick("变更内容", "What was changed");
        layout::heading(sheet, title, &self.subtitle)?;
        let labels = [
            (self.pick("内容", "What"), 46.0),
            (self.pick("位置", "Where"), 42.0),
            (self.pick("变更前", "Before"), 24.0),
            (self.pick("变更后", "After"), 24.0),
        ];
        for (column, (label, width)) in labels.into_iter().enumerate() {
            sheet.set_column_width(u16_of(column), width)?;
            sheet.write_with_format(3, u16_of(column), label, &small_sheet::label(INK))?;
        }
        let text = small_sheet::framed().set_text_wrap();
        for (n, change) in self.changed.iter().enumerate() {
            let row = 4 + u32_of(n);
            let words = change.words.as_deref().unwrap_or(&change.place);
            for (column, value) in [words, &change.place, &change.before, &change.after].into_iter().enumerate() {
                small_sheet::write(sheet, (row, u16_of(column)), &value.into(), None, &text)?;
            }
            let wide = [(words, 44.0), (&change.place, 40.0), (&change.before, 22.0), (&change.after, 22.0)];
            let lines = wide.into_iter().map(|(text, width)| layout::lines(text, width)).max();
            small_sheet::set_lines(sheet, row, lines.unwrap_or(1))?;
        }
        sheet.set_freeze_panes(4, 1)?;
        layout::print_setup(sheet, 1, self.names.lang);
        Ok(())
    }
}

fn money() -> Format {
    small_sheet::figures("#,##0.00;-#,##0.00;–")
}

/// What a programme pays the dealer on a side; none where the dealer doesn't stand there.
fn amounts(dealer: &DealerChange, programme: &str, after: bool) -> Option<Decimal> {
    let gone = if after { Presence::Vanished } else { Presence::Appeared };
    if dealer.presence == gone {
        return None;
    }
    let found = dealer.programmes.iter().find(|change| change.programme == programme);
    Some(found.map_or(Decimal::ZERO, |change| if after { change.amount.after } else { change.amount.before }))
}
