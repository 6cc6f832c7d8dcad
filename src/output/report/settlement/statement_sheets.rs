//! 返利结算单 / Statement: the statements of all dealers, one below the other with a page break before each.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::Governed;
use super::amounts::Amount;
use super::settled::Settled;
use super::statement::write_statement;
use super::statement_form::{Looks, set_up};
use super::words::Terms;
use crate::report::small_sheet::prefix;

/// So many statements a sheet: Excel takes 1,026 page breaks.
const PER_SHEET: usize = 1000;

/// The sheets, known before they are drawn to the one that adds them up.
pub(super) struct Statements {
    titles: Vec<String>,
}

impl Statements {
    pub(super) fn new(settled: &Settled<'_>, terms: Terms<'_>) -> Statements {
        let title = terms.pick("返利结算单", "Statement");
        let sheets = settled.lines.len().div_ceil(PER_SHEET).max(1);
        let titles = (1..=sheets).map(|n| if n == 1 { title.to_owned() } else { format!("{title} {n}") });
        Statements { titles: titles.collect() }
    }

    /// The sum of an amount over all statements, by its mark.
    pub(super) fn sum(&self, amount: Amount, terms: Terms<'_>) -> String {
        let mark = amount.mark(terms.lang());
        let of = |title: &String| format!("SUMIF({0}$A:$A,\"{mark}\",{0}$E:$E)", prefix(title));
        format!("ROUND({},2)", self.titles.iter().map(of).collect::<Vec<_>>().join("+"))
    }

    pub(super) fn draw(
        &self,
        book: &mut Workbook,
        settled: &Settled<'_>,
        terms: Terms<'_>,
    ) -> Result<Vec<Governed>, XlsxError> {
        let looks = Looks::new(terms);
        let mut all = Vec::new();
        for (n, title) in self.titles.iter().enumerate() {
            let sheet = book.add_worksheet_with_constant_memory()?.set_name(title)?;
            let (mut row, mut breaks, mut governed) = (0, Vec::new(), Vec::new());
            for line in settled.lines.iter().skip(n * PER_SHEET).take(PER_SHEET) {
                if row > 0 {
                    breaks.push(row);
                }
                row = write_statement(sheet, row, line, &looks, &mut governed, terms)?;
            }
            set_up(sheet, &breaks, terms)?;
            all.push((title.clone(), governed));
        }
        Ok(all)
    }
}
