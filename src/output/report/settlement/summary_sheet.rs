//! 结算汇总 / Summary: the dealers by region, grade and programme, live over the list; the tie-out; and lines to sign on.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use strum::IntoEnumIterator;

use super::Governed;
use super::amounts::Amount;
use super::list_columns::{amount_key, programme_key};
use super::list_sheet::List;
use super::settled::{Settled, Together};
use super::statement_sheets::Statements;
use super::tie_out::{Parts, tie_out};
use super::words::Terms;
use crate::report::layout::{self, LINE, Look};
use crate::report::small_sheet::{figures, framed, label, prefix, set_lines, title, write, write_across};
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::workbook::column_name;

/// The row of the tax rate, from 0, and its column.
const RATE_ROW: u32 = 3;
/// The columns: what it is, how many dealers, and the amounts.
pub(super) const NAME: u16 = 0;
pub(super) const DEALERS: u16 = 1;
const FIRST_AMOUNT: u16 = 2;
pub(super) const LAST: u16 = FIRST_AMOUNT + 8;
const BLUE: Color = Color::RGB(0x2F5597);

fn own_title(terms: Terms<'_>) -> &'static str {
    terms.pick("结算汇总", "Summary")
}

/// The cell of the tax rate, as the formulas of other sheets write it.
pub(super) fn rate_cell(terms: Terms<'_>) -> String {
    format!("{}$B${}", prefix(own_title(terms)), RATE_ROW + 1)
}

/// The column of an amount.
pub(super) fn column(amount: Amount) -> u16 {
    FIRST_AMOUNT + amount as u16
}

/// So many rows are still readable on one page.
const ONE_PAGE_ROWS_MAX: u32 = 80;

/// Draws the sheet.
pub(super) fn draw(
    book: &mut Workbook,
    settled: &Settled<'_>,
    list: &List,
    statements: &Statements,
    terms: Terms<'_>,
) -> Result<Governed, XlsxError> {
    let own = own_title(terms);
    let sheet = book.add_worksheet().set_name(own)?;
    let mut summary = Summary { sheet, settled, list, terms };
    summary.top()?;
    let regions = settled.by(|line| line.region);
    let mut grades = settled.by(|line| line.grade);
    let policy = terms.rebates.words.policy;
    grades.sort_by_key(|grade| {
        policy.grades.iter().position(|own| own.title.pick(terms.lang()) == grade.name).unwrap_or(usize::MAX)
    });
    let (by_region, row) = summary.groups(RATE_ROW + 2, terms.pick("按区域", "By region"), "region", &regions)?;
    let (by_grade, row) = summary.groups(row + 1, terms.pick("按评级", "By grade"), "grade", &grades)?;
    let (by_programme, row) = summary.programmes(row + 1)?;
    let parts = Parts { list, statements, by_region, by_grade, by_programme };
    let (row, governed) = tie_out(summary.sheet, row + 1, settled, &parts, terms)?;
    summary.sign_lines(row + 1)?;
    layout::print_setup(summary.sheet, 1, terms.lang());
    if row <= ONE_PAGE_ROWS_MAX {
        // Who signs has the figures on the same page.
        summary.sheet.set_print_fit_to_pages(1, 1);
    }
    summary.sheet.set_freeze_panes(2, 1)?;
    Ok((own.to_owned(), governed))
}

struct Summary<'s, 'a> {
    sheet: &'s mut Worksheet,
    settled: &'s Settled<'a>,
    list: &'s List,
    terms: Terms<'a>,
}

/// The row of labels above amounts.
pub(super) fn header(sheet: &mut Worksheet, row: u32, first: &str, terms: Terms<'_>) -> Result<(), XlsxError> {
    write(sheet, (row, NAME), &first.into(), None, &label(BLUE))?;
    write(sheet, (row, DEALERS), &terms.pick("家数", "Dealers").into(), None, &label(BLUE))?;
    for amount in Amount::iter() {
        write(sheet, (row, column(amount)), &amount.label(terms.lang()).into(), None, &label(BLUE))?;
    }
    set_lines(sheet, row, 1)
}

/// The title of a part.
pub(super) fn part(sheet: &mut Worksheet, row: u32, text: &str) -> Result<(), XlsxError> {
    write_across(sheet, row, (NAME, LAST), &text.into(), &title())?;
    sheet.set_row_height(row, 20)?;
    Ok(())
}

/// The format of amounts.
pub(super) fn money() -> Format {
    figures(Look::Money.number_format().unwrap_or("0.00"))
}

impl Summary<'_, '_> {
    fn top(&mut self) -> Result<(), XlsxError> {
        let terms = self.terms;
        layout::heading(self.sheet, terms.pick("返利结算汇总", "Incentives settled"), &terms.subtitle())?;
        match terms.notice() {
            Some(notice) => self.sheet.write_with_format(2, 0, notice, &layout::notice())?,
            None => self.sheet.write(2, 0, terms.approval().unwrap_or_default())?,
        };
        self.sheet.set_column_width(NAME, 36)?;
        self.sheet.set_column_width(DEALERS, 9)?;
        for amount in Amount::iter() {
            self.sheet.set_column_width(column(amount), 15.5)?;
        }
        write(self.sheet, (RATE_ROW, NAME), &terms.pick("税率", "Tax rate").into(), None, &framed())?;
        let rate = terms.rebates.words.policy.settlement.tax_rate;
        write(self.sheet, (RATE_ROW, DEALERS), &rate.into(), None, &figures("0.00%"))?;
        self.sheet.write_with_format(RATE_ROW, FIRST_AMOUNT, terms.tax(), &Format::new().set_indent(1))?;
        Ok(())
    }

    /// A table of dealers that have something in common; gives the row of its total and the row behind it.
    ///
    /// Names are compared by EXACT, since SUMIFS takes `*` in them for anything and doesn't tell capitals from small letters.
    fn groups(&mut self, row: u32, text: &str, key: &str, groups: &[Together<'_>]) -> Result<(u32, u32), XlsxError> {
        part(self.sheet, row, text)?;
        let what =
            if key == "region" { self.terms.pick("区域", "Region") } else { self.terms.pick("评级", "Grade") };
        header(self.sheet, row + 1, what, self.terms)?;
        let first = row + 2;
        let names = self.list.cells(key);
        for (group, row) in groups.iter().zip(first..) {
            write(self.sheet, (row, NAME), &group.name.into(), None, &framed())?;
            let is_own = format!("EXACT({names},$A{})", row + 1);
            let counted = format!("SUMPRODUCT({is_own}*1)");
            write(self.sheet, (row, DEALERS), &group.dealers.into(), Some(&counted), &figures("0"))?;
            for amount in Amount::iter() {
                let formula = format!("ROUND(SUMPRODUCT({is_own}*{}),2)", self.list.cells(&amount_key(amount)));
                write(self.sheet, (row, column(amount)), &group.sums.get(amount).into(), Some(&formula), &money())?;
            }
        }
        let total = first + u32_of(groups.len());
        self.total(first, total)?;
        Ok((total, total + 1))
    }

    fn total(&mut self, first: u32, row: u32) -> Result<(), XlsxError> {
        write(self.sheet, (row, NAME), &self.terms.pick("合计", "Total").into(), None, &framed().set_bold())?;
        let sum = |column: u16| {
            let letter = column_name(column);
            (row > first).then(|| format!("SUM({letter}{}:{letter}{row})", first + 1))
        };
        let dealers = u32_of(self.settled.lines.len());
        write(self.sheet, (row, DEALERS), &dealers.into(), sum(DEALERS).as_deref(), &figures("0").set_bold())?;
        for amount in Amount::iter() {
            let formula = sum(column(amount)).map(|sum| format!("ROUND({sum},2)"));
            let value = self.settled.sums.get(amount).into();
            write(self.sheet, (row, column(amount)), &value, formula.as_deref(), &money().set_bold())?;
        }
        Ok(())
    }

    /// What each programme pays, and how many dealers; gives the row of the total and the row behind it.
    fn programmes(&mut self, row: u32) -> Result<(u32, u32), XlsxError> {
        let terms = self.terms;
        part(self.sheet, row, terms.pick("按激励项目", "By incentive"))?;
        let labels = [
            terms.pick("激励项目", "Incentive"),
            terms.pick("家数", "Dealers"),
            Amount::Incentives.label(terms.lang()),
        ];
        for (text, column) in labels.into_iter().zip(NAME..) {
            write(self.sheet, (row + 1, column), &text.into(), None, &label(BLUE))?;
        }
        let first = row + 2;
        for (n, id) in self.settled.programmes.iter().enumerate() {
            let row = first + u32_of(n);
            let cells = self.list.cells(&programme_key(n));
            let paid = self.settled.lines.iter().map(|line| line.paid_by(id));
            let dealers = u32_of(paid.clone().filter(|amount| !amount.is_zero()).count());
            let sum: rust_decimal::Decimal = paid.sum();
            write(self.sheet, (row, NAME), &terms.programme(id).into(), None, &framed())?;
            let counted = format!("SUMPRODUCT(({cells}<>0)*1)");
            write(self.sheet, (row, DEALERS), &dealers.into(), Some(&counted), &figures("0"))?;
            let formula = format!("ROUND(SUM({cells}),2)");
            write(self.sheet, (row, FIRST_AMOUNT), &sum.into(), Some(&formula), &money())?;
        }
        let total = first + u32_of(self.settled.programmes.len());
        write(self.sheet, (total, NAME), &terms.pick("合计", "Total").into(), None, &framed().set_bold())?;
        write(self.sheet, (total, DEALERS), &Value::Blank, None, &framed())?;
        let letter = column_name(FIRST_AMOUNT);
        let formula = (total > first).then(|| format!("ROUND(SUM({letter}{}:{letter}{total}),2)", first + 1));
        let sum = self.settled.sums.get(Amount::Incentives).into();
        write(self.sheet, (total, FIRST_AMOUNT), &sum, formula.as_deref(), &money().set_bold())?;
        Ok((total, total + 1))
    }

    fn sign_lines(&mut self, row: u32) -> Result<(), XlsxError> {
        let terms = self.terms;
        let settlement = terms.settlement();
        let signed =
            |by: Option<&dealerbook_engine::settlement::Signature>| by.map(|by| terms.signed(by)).unwrap_or_default();
        let prepared = signed(settlement.submitted.as_ref());
        let approved = signed(terms.approval().and(settlement.decided.as_ref()));
        let lines = [
            (NAME, DEALERS, format!("{}{prepared}", terms.pick("制表：", "Prepared by: "))),
            (FIRST_AMOUNT + 1, FIRST_AMOUNT + 3, terms.pick("复核：", "Checked by: ").to_owned()),
            (FIRST_AMOUNT + 5, LAST, format!("{}{approved}", terms.pick("批准：", "Approved by: "))),
        ];
        let line = Format::new().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(LINE);
        for (first, last, text) in lines {
            let look = line.clone().set_align(FormatAlign::Bottom);
            write_across(self.sheet, row, (first, last), &text.into(), &look)?;
        }
        self.sheet.set_row_height(row, 32)?;
        Ok(())
    }
}
