//! 结算清单 / List: a row a dealer, from which the summary is added up.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Workbook, XlsxError};
use strum::IntoEnumIterator;

use super::amounts::Amount;
use super::list_columns::{CAUSES, TAXED, TaxPart, amount_key, columns, programme_key, tax_key};
use super::settled::{Line, Settled, tax_is_governed};
use super::words::Terms;
use super::{Governed, summary_sheet};
use crate::report::layout::{self, BODY_ROW, Layout, TOTALS_ROW, Total};
use crate::report::small_sheet::prefix;
use crate::report::table::{Cell, Table};
use dealerbook_base::exact::decimal;
use dealerbook_base::narrow::u32_of;
use dealerbook_engine::settlement::Difference;
use dealerbook_engine::sheet::GRADE_FILLS;
use dealerbook_engine::sheet::value::Value;

/// The sheet, known before it is drawn to those that refer to it.
pub(super) struct List {
    pub title: &'static str,
    table: Table,
    rows: u32,
}

impl List {
    pub(super) fn new(settled: &Settled<'_>, terms: Terms<'_>) -> List {
        let table = Table::new(columns(settled, terms));
        List { title: terms.pick("结算清单", "List"), table, rows: u32_of(settled.lines.len()) }
    }

    /// The cells of a column, as the formulas of other sheets write them.
    pub(super) fn cells(&self, key: &str) -> String {
        let letter = self.table.columns.letter(key);
        format!("{}${letter}${}:${letter}${}", prefix(self.title), BODY_ROW + 1, BODY_ROW + self.rows.max(1))
    }

    /// The total of a column, likewise.
    pub(super) fn total(&self, key: &str) -> String {
        format!("{}${}${}", prefix(self.title), self.table.columns.letter(key), TOTALS_ROW + 1)
    }

    pub(super) fn draw(
        &self,
        book: &mut Workbook,
        settled: &Settled<'_>,
        terms: Terms<'_>,
    ) -> Result<Governed, XlsxError> {
        let sheet = book.add_worksheet_with_constant_memory()?.set_name(self.title)?;
        let policy = terms.rebates.words.policy;
        let grade = |(id, fill)| policy.grades.iter().find(|own| own.id == id).map(|_| (terms.grade(Some(id)), fill));
        let fills = GRADE_FILLS.into_iter().filter_map(grade);
        let layout = Layout {
            heading: terms.pick("返利结算清单", "Incentives settled, all dealers").to_owned(),
            subtitle: terms.subtitle(),
            notice: terms.notice(),
            columns: &self.table.columns,
            rows: self.rows,
            frozen: 2,
            pages_wide: layout::pages_wide(&self.table.columns),
            totals: self.totals(settled, terms),
            colours: fills.map(|(title, fill)| (self.table.columns.at("grade"), title.to_owned(), fill)).collect(),
            totals_label: terms.pick("合计", "Totals"),
            lang: terms.lang(),
            list: None,
        };
        layout.dress(sheet)?;
        let mut governed = Vec::new();
        for (n, line) in settled.lines.iter().enumerate() {
            let row = BODY_ROW + u32_of(n);
            self.table.write(sheet, n, false, &self.row(row + 1, line, settled, terms))?;
            governed.extend(self.governed(line, terms).into_iter().map(|column| (column, row)));
        }
        let summed: BTreeSet<u16> = governed.iter().map(|(column, _)| *column).collect();
        governed.extend(summed.into_iter().map(|column| (column, TOTALS_ROW)));
        Ok((self.title.to_owned(), governed))
    }

    /// A dealer's cells, in the columns' order; `row` as Excel counts.
    fn row<'l>(&self, row: u32, line: &'l Line<'_>, settled: &Settled<'_>, terms: Terms<'_>) -> Vec<Cell<'l>> {
        let cell = |key: &str| format!("{}{row}", self.table.columns.letter(key));
        let dealer = &line.due.dealer;
        let mut cells: Vec<Cell<'l>> = vec![
            dealer.dealer_id.as_str().into(),
            dealer.name.as_str().into(),
            line.region.into(),
            line.grade.into(),
            dealer.tonnes.into(),
        ];
        cells.extend(settled.programmes.iter().map(|id| Cell::from(line.paid_by(id))));
        for amount in Amount::iter() {
            let formula = match amount {
                Amount::Incentives => self.sum_of_programmes(row, settled),
                _ => amount.formula(line.due, |other| cell(&amount_key(other))),
            };
            cells.push(Cell(line.amounts.get(amount).into(), formula));
        }
        for (amount, taxed) in TAXED.into_iter().zip([&line.entitled, &line.payable]) {
            let [net, gross] = [TaxPart::Net, TaxPart::Gross].map(|part| cell(&tax_key(amount, part)));
            for part in TaxPart::iter() {
                let of = cell(&amount_key(amount));
                let formula = part.formula(terms, &of, &summary_sheet::rate_cell(terms), (&net, &gross));
                cells.push(Cell::live(part.of(taxed), formula));
            }
        }
        if settled.is_correction() {
            let difference = line.due.difference.unwrap_or_default();
            cells.push(difference.before.into());
            let formula = format!("ROUND({}-{},2)", cell(&amount_key(Amount::Entitled)), cell("before"));
            cells.push(Cell::live(line.due.entitled() - difference.before, formula));
            cells.extend(causes(&difference).map(Cell::from));
        }
        cells.push(decimal(&line.exact).into());
        cells.push(terms.statement_number(line.number).into());
        cells.push(Value::from(remarks(line, terms)).into());
        cells
    }

    fn sum_of_programmes(&self, row: u32, settled: &Settled<'_>) -> Option<String> {
        let last = settled.programmes.len().checked_sub(1)?;
        let letter = |n| self.table.columns.letter(&programme_key(n));
        Some(format!("ROUND(SUM({}{row}:{}{row}),2)", letter(0), letter(last)))
    }

    fn totals(&self, settled: &Settled<'_>, terms: Terms<'_>) -> Vec<Total> {
        if self.rows == 0 {
            return Vec::new();
        }
        let columns = &self.table.columns;
        let mut totals =
            vec![Total::count(columns.at("name"), &columns.range("id", self.rows), self.rows, terms.lang())];
        let mut sum = |key: &str, of: &dyn Fn(&Line<'_>) -> Decimal| {
            let cached: Decimal = settled.lines.iter().map(of).sum();
            let formula = format!("ROUND(SUM({}),2)", columns.range(key, self.rows));
            totals.push(Total::new(columns.at(key), formula, cached.to_string()));
        };
        for (n, id) in settled.programmes.iter().enumerate() {
            sum(&programme_key(n), &|line| line.paid_by(id));
        }
        for amount in Amount::iter() {
            sum(&amount_key(amount), &|line| line.amounts.get(amount));
        }
        for part in TaxPart::iter() {
            sum(&tax_key(Amount::Entitled, part), &|line| part.of(&line.entitled));
            sum(&tax_key(Amount::Payable, part), &|line| part.of(&line.payable));
        }
        if settled.is_correction() {
            let of = |line: &Line<'_>| line.due.difference.unwrap_or_default();
            sum("before", &|line| of(line).before);
            sum("difference", &|line| line.due.entitled() - of(line).before);
            for (n, (key, _, _)) in CAUSES.into_iter().enumerate() {
                sum(key, &|line| causes(&of(line))[n]);
            }
        }
        let plain = |key: &str, cached: String| {
            Total::new(columns.at(key), format!("SUM({})", columns.range(key, self.rows)), cached)
        };
        let tonnes: Decimal = settled.lines.iter().map(|line| line.due.dealer.tonnes).sum();
        totals.push(plain("tonnes", tonnes.normalize().to_string()));
        totals.push(plain("exact", decimal(&settled.exact).to_string()));
        totals
    }

    /// The columns whose cached value governs in a dealer's row.
    fn governed(&self, line: &Line<'_>, terms: Terms<'_>) -> Vec<u16> {
        let taxed = TAXED.into_iter().filter(|amount| tax_is_governed(line.amounts.get(*amount), terms));
        let reckoned = || TaxPart::iter().filter(|part| part.is_reckoned(terms));
        let keys = taxed.flat_map(|amount| reckoned().map(move |part| tax_key(amount, part)));
        keys.map(|key| self.table.columns.at(&key)).collect()
    }
}

/// The parts of a difference, in the order of their columns.
fn causes(difference: &Difference) -> [Decimal; 4] {
    let Difference { data, policy, appeal, adjustment, .. } = *difference;
    [data, policy, appeal, adjustment]
}

/// Why a dealer is held or adjusted, a line each.
fn remarks(line: &Line<'_>, terms: Terms<'_>) -> String {
    let held = line.due.held.as_ref().map(|held| {
        let (label, why, by) = (terms.pick("暂缓", "held"), held.note.as_deref().unwrap_or(""), terms.signed(held));
        terms.pick(format!("{label}：{why}（{by}）"), format!("{label}: {why} ({by})"))
    });
    let adjusted = line.due.adjustments.iter().map(|adjustment| {
        let why = adjustment.signature.note.as_deref().unwrap_or_default();
        let (number, amount) = (adjustment.number, dealerbook_engine::sheet::words::money(adjustment.amount));
        let by = terms.signed(&adjustment.signature);
        terms.pick(
            format!("调整 {number}：{amount} 元，{why}（{by}）"),
            format!("adjustment {number}: {amount} yuan, {why} ({by})"),
        )
    });
    let disqualified = line.due.dealer.is_disqualified;
    let disqualified = disqualified
        .then(|| terms.pick("提供虚假资料，取消资格", "falsified documents: disqualified, nothing is paid").to_owned());
    disqualified.into_iter().chain(held).chain(adjusted).collect::<Vec<_>>().join("\n")
}
