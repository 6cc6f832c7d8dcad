//! The sheet of a programme as it is written: its rows, its sums, and the cells whose cached value governs.

use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;

use super::brief::Brief;
use super::chart::Chart;
use super::columns::Columns;
use super::double::cache_governs;
use super::formula::Template;
use super::list;
use super::look::{self, BODY_ROW, Group, Look, TOTALS_ROW, Total};
use super::reads::Reads;
use super::value::Value;
use super::words::Words;
use crate::exact::{Exact, Sum};
use crate::package::edit::RowSink;
use crate::workbook::column_name;

/// So many columns number the rows.
pub const NUMBERS: u16 = 1;

pub(super) type Of<'a, T> = Box<dyn Fn(usize) -> T + 'a>;

/// A column's content.
pub(super) struct Content<'a> {
    pub(super) value: Of<'a, Value<'a>>,
    pub(super) formula: Option<String>,
    /// The exact figure behind a rounded one, and its places.
    pub(super) exact: Option<(u32, Of<'a, Option<Exact>>)>,
    pub(super) summed: bool,
    /// In totals and subtotals it is the quotient of the sums of these two columns.
    pub(super) quotient: Option<(u16, u16)>,
    /// Whether its formula looks through too many rows and is written as a value.
    pub(super) valued: bool,
}

impl<'a> Content<'a> {
    /// Plain values.
    pub(super) fn of(value: Of<'a, Value<'a>>) -> Content<'a> {
        Content { value, formula: None, exact: None, summed: false, quotient: None, valued: false }
    }

    /// The formula, where it is written.
    fn written(&self) -> Option<&str> {
        self.formula.as_deref().filter(|_| !self.valued)
    }
}

/// A row below the table: cells by their columns, each a value and, where it is live, its formula.
pub(super) struct Extra<'a> {
    /// Whether it is set back.
    pub(super) muted: bool,
    pub(super) cells: Vec<(u16, Value<'a>, Option<String>)>,
}

/// A sheet that is ready to be laid out and written.
pub struct Sheet<'a> {
    /// What it is, in the stamp: the programme's name.
    pub key: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its columns.
    pub columns: Columns,
    /// How many columns stay in view.
    pub frozen: u16,
    /// What the row above the table is called, where it isn't totals.
    pub totals_label: Option<&'static str>,
    /// The totals above the table.
    pub totals: Vec<Total>,
    /// Cells coloured by their text: column, text, fill.
    pub colours: Vec<(u16, String, u32)>,
    /// The rules in force, for 计算说明: what, and how with its figures.
    pub rules: Vec<(String, String)>,
    /// The charts, one below the other.
    pub charts: Vec<Chart>,
    /// What its columns come from where no formula says so.
    pub reads: Reads,
    /// What the overview tells of it.
    pub brief: Brief<'a>,
    pub(super) words: Words<'a>,
    pub(super) rows: u32,
    pub(super) contents: Vec<Content<'a>>,
    /// The columns above which rows are counted, each with the column whose filled cells count.
    pub(super) counted: Vec<(u16, u16)>,
    pub(super) muted: Of<'a, bool>,
    pub(super) origin: Of<'a, Option<u32>>,
    pub(super) extras: Vec<Extra<'a>>,
    /// The first and the last row, as Excel counts, of the rows below the table that formulas look things up in.
    pub(super) block: (u32, u32),
}

/// Which headings of a sheet follow a changed input, and which don't.
#[derive(Debug, Default)]
pub struct Liveness {
    /// Live columns.
    pub live: Vec<String>,
    /// Columns that are values because there are too many rows.
    pub valued: Vec<String>,
    /// Other columns of values, but for those that say whose row it is.
    pub plain: Vec<String>,
}

/// The sums of some columns, by their indices.
pub(super) type Sums = Vec<(usize, Sum)>;

impl<'a> Sheet<'a> {
    /// How many rows the table has.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// How many rows stand below the table, with the blank one before them.
    pub fn rows_below(&self) -> u32 {
        if self.extras.is_empty() { 0 } else { self.extras.len() as u32 + 1 }
    }

    /// How many rows stand in the body: the table, and what is below it.
    pub fn body_rows(&self) -> u32 {
        self.rows.max(1) + self.rows_below()
    }

    /// The first row below the table and the blank one, as Excel counts.
    pub(super) fn first_row_below(&self) -> u32 {
        BODY_ROW + self.rows.max(1) + 2
    }

    /// The rows of each dealer by its id, where the rows are of dealers.
    pub fn dealers(&self) -> Option<HashMap<String, Vec<usize>>> {
        let id = look::at(&self.columns, "id").map(usize::from)?;
        if self.columns[id].label != self.words.lang.pick("经销商编号", "Dealer ID") {
            return None;
        }
        let mut rows: HashMap<String, Vec<usize>> = HashMap::new();
        for row in 0..self.rows as usize {
            if let Value::Text(id) = (self.contents[id].value)(row) {
                rows.entry(id.into_owned()).or_default().push(row);
            }
        }
        Some(rows)
    }

    /// The cells of a row that aren't empty, with their columns; its number is left out.
    pub fn cells(&self, row: usize) -> impl Iterator<Item = (&look::Col, Value<'a>)> {
        self.values(row).skip(usize::from(NUMBERS)).filter(|(_, value)| !value.is_blank())
    }

    /// All cells of a row, with their columns.
    pub fn values(&self, row: usize) -> impl Iterator<Item = (&look::Col, Value<'a>)> {
        self.columns.iter().zip(&self.contents).map(move |(col, content)| (col, (content.value)(row)))
    }

    fn number(&self, column: usize, row: usize) -> Option<Decimal> {
        match (self.contents[column].value)(row) {
            Value::Number(x) => Some(x),
            _ => None,
        }
    }

    /// No sums yet, of the columns that are added up.
    pub(super) fn no_sums(&self) -> Sums {
        (0..self.contents.len()).filter(|n| self.contents[*n].summed).map(|n| (n, Sum::default())).collect()
    }

    pub(super) fn add_row(&self, row: usize, sums: &mut Sums) {
        for (column, sum) in sums {
            self.number(*column, row).into_iter().for_each(|x| sum.add(x));
        }
    }

    /// The sums of each group of rows of a column, in the order of their first rows.
    pub(super) fn sums_by(&self, column: u16) -> Vec<(String, Sums)> {
        let mut groups: Vec<(String, Sums)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for row in 0..self.rows as usize {
            let Value::Text(group) = (self.contents[usize::from(column)].value)(row) else { continue };
            let group = group.into_owned();
            if group.is_empty() {
                continue;
            }
            let place = *places.entry(group.clone()).or_insert_with(|| {
                groups.push((group, self.no_sums()));
                groups.len() - 1
            });
            self.add_row(row, &mut groups[place].1);
        }
        groups
    }

    /// The formula of the sum of a column: over all rows, or over those that have in another column what the sum's own row has there.
    pub(super) fn sum_formula(&self, column: usize, by: Option<u16>) -> String {
        let range = |column: usize| self.columns.range(&self.columns[column].key, self.rows);
        let formula = match by {
            None => format!("SUBTOTAL(109,{})", range(column)),
            Some(by) => {
                let own = column_name(by);
                format!("SUMPRODUCT(EXACT({},{own}#)*1,{})", range(usize::from(by)), range(column))
            }
        };
        if self.columns[column].look == Look::Money { format!("ROUND({formula},2)") } else { formula }
    }

    /// A sum as it is shown: money to the cent, all else as it adds up.
    pub(super) fn shown(&self, column: usize, sum: &Sum) -> Decimal {
        let total = sum.total();
        if self.columns[column].look == Look::Money { total.round(2) } else { crate::exact::decimal(&total) }
    }

    /// The quotient of two sums; none where what is divided by is not above 0.
    pub(super) fn quotient(&self, (dividend, divisor): (u16, u16), sums: &Sums) -> Option<Decimal> {
        let sum =
            |column: u16| sums.iter().find(|(n, _)| *n == usize::from(column)).map(|(n, sum)| self.shown(*n, sum));
        let (dividend, divisor) = (Exact::from(sum(dividend)?), Exact::from(sum(divisor)?));
        (divisor.signum() > 0).then(|| dividend.checked_div(&divisor))?.map(|quotient| quotient.round(15))
    }

    /// The columns whose totals are quotients, with the two columns of each.
    pub(super) fn quotients(&self) -> Vec<(u16, (u16, u16))> {
        let columns = self.contents.iter().enumerate();
        columns.filter_map(|(n, content)| Some((n as u16, content.quotient?))).collect()
    }

    /// A formula with its columns spelt out; `#` stands for the row.
    pub(super) fn spelt(&self, formula: &str) -> String {
        self.spelt_from("", formula)
    }

    /// The same with its sheet before each reference, as formulas on other sheets write it: `'信用额度结果'!`.
    pub fn spelt_from(&self, sheet: &str, formula: &str) -> String {
        let mut out = String::new();
        let mut rest = formula;
        while let Some((before, behind)) = rest.split_once('[') {
            let (key, after) = behind.split_once(']').unwrap_or((behind, ""));
            out.push_str(before);
            let bare = key.trim_end_matches([':', ';', '!']);
            let letter = self.columns.letter(bare);
            out += &match key.strip_prefix(bare) {
                Some(":") => format!("{sheet}{}", self.whole(self.columns.at(bare))),
                Some(";") => format!("{sheet}{}", self.block_of(self.columns.at(bare))),
                Some("!") => self.whole_sum(sheet, self.columns.at(bare)),
                _ => format!("{sheet}{letter}#"),
            };
            rest = after;
        }
        out + rest
    }

    /// The cells of a column in all rows.
    fn whole(&self, column: u16) -> String {
        list::fixed_range(column, BODY_ROW + 1, BODY_ROW + self.rows.max(1))
    }

    /// The cells of a column in the block below the table.
    fn block_of(&self, column: u16) -> String {
        list::fixed_range(column, self.block.0, self.block.1)
    }

    /// What the rows of a column come to, whatever a filter leaves in view.
    fn whole_sum(&self, sheet: &str, column: u16) -> String {
        if let Some((_, of)) = self.counted.iter().find(|(at, _)| *at == column) {
            return format!("COUNTA({sheet}{})", self.whole(*of));
        }
        let sum = format!("SUM({sheet}{})", self.whole(column));
        let n = usize::from(column);
        match (self.contents.get(n).is_some_and(|content| content.summed), self.columns[n].look) {
            (false, _) => format!("{sheet}${}${}", column_name(column), TOTALS_ROW + 1),
            (true, Look::Money) => format!("ROUND({sum},2)"),
            (true, _) => sum,
        }
    }

    /// Has formulas over whole columns written as values where they would look through too many rows.
    pub(super) fn write_values_where_there_are_too_many_rows(&mut self) {
        let many = self.rows > list::LIVE_ROWS_MAX;
        for content in &mut self.contents {
            let is_whole = content.formula.as_ref().is_some_and(|f| f.contains(":]") || f.contains("!]"));
            content.valued = many && is_whole;
        }
    }

    /// The columns that are live, those that are values because there are too many rows, and the others that aren't who a row is of.
    pub fn liveness(&self) -> Liveness {
        let mut of = Liveness::default();
        for (heading, (column, content)) in
            list::headings(&self.columns).into_iter().zip(self.columns.iter().zip(&self.contents))
        {
            match (&content.formula, content.valued) {
                (Some(_), false) => of.live.push(heading),
                (Some(_), true) => of.valued.push(heading),
                (None, _) if column.group != Group::Identity => of.plain.push(heading),
                (None, _) => {}
            }
        }
        of
    }

    /// The keys that a formula refers to: of its own row, and of all rows.
    fn references(formula: &str) -> impl Iterator<Item = (&str, bool)> {
        let keys = formula.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(key, _)| key);
        keys.map(|key| (key.trim_end_matches([':', ';', '!']), key.ends_with([':', ';', '!'])))
    }

    /// The columns that a live column is reckoned from: in its own row, and (where so told) in all rows. Those that only say whose row it
    /// is are left out.
    pub fn reckoned_from(&self, column: usize) -> Vec<(usize, bool)> {
        let Some(formula) = &self.contents[column].formula else { return Vec::new() };
        let place = |key: &str| usize::from(self.columns.at(key));
        let mut from = BTreeSet::new();
        let mut keys = formula.split('[').skip(1).filter_map(|part| part.split_once(']')).peekable();
        while let Some((key, behind)) = keys.next() {
            let first = place(key.trim_end_matches([':', ';', '!']));
            let last = match keys.peek() {
                Some((next, _)) if behind == ":" => place(next.trim_end_matches([':', ';', '!'])),
                _ => first,
            };
            // The total of what is no figure is a count, or the day on which all is looked at.
            let is_figure = |n: &usize| self.columns[*n].look.number_format().is_some() || !key.ends_with('!');
            let of = (first..=last).filter(|n| self.columns[*n].group != Group::Identity && *n != column);
            from.extend(of.filter(is_figure).map(|n| (n, key.ends_with([':', ';', '!']))));
        }
        from.into_iter().collect()
    }

    /// The row of the user's sheet, from 0, that a row came of, where it is one.
    pub fn origin(&self, row: usize) -> Option<u32> {
        (self.origin)(row)
    }

    /// The cells whose cached value governs, and all that are reckoned from them: column and row of each.
    pub fn governed_by_cache(&self) -> Vec<(u16, u32)> {
        let mut cells: BTreeSet<(u16, u32)> = BTreeSet::new();
        for row in 0..self.rows {
            for (column, content) in self.contents.iter().enumerate() {
                let Some((places, exact)) = content.exact.as_ref().filter(|_| !content.valued) else { continue };
                // What doubles make of a product is not known here: near a half they are not trusted.
                if exact(row as usize).is_some_and(|exact| cache_governs(&exact, *places, f64::NAN)) {
                    cells.insert((column as u16, BODY_ROW + row));
                }
            }
        }
        while self.spread(&mut cells) {}
        let columns: BTreeSet<u16> = cells.iter().map(|(column, _)| *column).collect();
        let refers =
            |formula: &str, column: &u16| formula.contains(&format!("{}{}", column_name(*column), BODY_ROW + 1));
        for total in &self.totals {
            let bare = total.formula.replace('$', "");
            if columns.iter().any(|column| refers(&bare, column)) {
                cells.insert((total.column, TOTALS_ROW));
            }
        }
        for (n, extra) in self.extras.iter().enumerate() {
            let summed = extra.cells.iter().filter(|(_, _, formula)| formula.is_some()).map(|(column, ..)| column);
            let row = self.first_row_below() - 1 + n as u32;
            cells.extend(summed.filter(|column| columns.contains(column)).map(|column| (*column, row)));
        }
        cells.into_iter().collect()
    }

    /// Adds what refers to governed cells; whether there was any.
    fn spread(&self, cells: &mut BTreeSet<(u16, u32)>) -> bool {
        let before = cells.len();
        if before == 0 {
            return false;
        }
        for (column, content) in self.contents.iter().enumerate() {
            for (key, whole) in content.written().into_iter().flat_map(Self::references) {
                let of = self.columns.at(key);
                let rows: Vec<u32> = if whole && cells.iter().any(|(column, _)| *column == of) {
                    (BODY_ROW..BODY_ROW + self.rows).collect()
                } else {
                    cells.iter().filter(|(column, _)| *column == of && !whole).map(|(_, row)| *row).collect()
                };
                cells.extend(rows.into_iter().map(|row| (column as u16, row)));
            }
        }
        cells.len() > before
    }

    /// Writes the body.
    ///
    /// # Errors
    ///
    /// Those of the sink.
    pub fn write(self, sink: &mut dyn RowSink) -> std::io::Result<()> {
        let formulas: Vec<Option<Template>> =
            self.contents.iter().map(|c| c.written().map(|f| Template::new(&self.spelt(f)))).collect();
        let mut buffer = String::new();
        if self.rows == 0 {
            // A table has at least one row.
            sink.row(look::prototype(false, []))?;
        }
        for row in 0..self.rows {
            let values: Vec<Value<'_>> = self.contents.iter().map(|c| (c.value)(row as usize)).collect();
            let texts = wrapped_texts(self.columns.iter().zip(&values));
            sink.row(look::prototype((self.muted)(row as usize), texts))?;
            let number = (BODY_ROW + row + 1).to_string();
            for (column, (value, formula)) in values.iter().zip(&formulas).enumerate() {
                let formula = formula.as_ref().map(|template| {
                    template.fill(&mut buffer, &number);
                    buffer.as_str()
                });
                write_cell(sink, column as u16, value, formula);
            }
        }
        self.write_extras(sink, &mut buffer)
    }

    fn write_extras(&self, sink: &mut dyn RowSink, buffer: &mut String) -> std::io::Result<()> {
        if !self.extras.is_empty() {
            sink.row(look::prototype(false, []))?;
        }
        for (n, extra) in self.extras.iter().enumerate() {
            let wrapped = extra.cells.iter().map(|(column, value, _)| (&self.columns[usize::from(*column)], value));
            sink.row(look::prototype(extra.muted, wrapped_texts(wrapped)))?;
            let number = (self.first_row_below() + n as u32).to_string();
            for (column, value, formula) in &extra.cells {
                if let Some(formula) = formula {
                    Template::new(formula).fill(buffer, &number);
                }
                write_cell(sink, *column, value, formula.as_ref().map(|_| buffer.as_str()));
            }
        }
        Ok(())
    }
}

/// The texts among some cells that are wrapped, with their columns.
fn wrapped_texts<'c, 'v: 'c>(
    cells: impl Iterator<Item = (&'c look::Col, &'c Value<'v>)>,
) -> impl Iterator<Item = (&'c str, &'c look::Col)> {
    cells.filter(|(column, _)| column.look == Look::Wrap).filter_map(|(column, value)| match value {
        Value::Text(text) => Some((text.as_ref(), column)),
        _ => None,
    })
}

/// Writes a cell, live where there is a formula for it.
pub fn write_cell(sink: &mut dyn RowSink, column: u16, value: &Value<'_>, formula: Option<&str>) {
    match (value, formula) {
        (Value::Blank, None) => {}
        (Value::Text(text), None) => sink.text(column, text),
        (Value::Number(x), None) => sink.number(column, &x.normalize()),
        (Value::Day(day), None) => sink.date(column, *day),
        (Value::Day(day), Some(formula)) => sink.formula_date(column, formula, *day),
        (Value::Blank, Some(formula)) => sink.formula_text(column, formula, ""),
        (Value::Text(text), Some(formula)) => sink.formula_text(column, formula, text),
        (Value::Number(x), Some(formula)) => sink.formula_number(column, formula, &x.normalize()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::policy::Policy;
    use crate::schema::Schemas;
    use crate::sheet::Describe;

    /// Region and yuan; the half of the yuan is rounded to the cent, and a later column refers to that.
    fn halves(rows: Vec<(&'static str, Decimal)>, check: impl FnOnce(&Sheet<'_>)) {
        let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
        let words = Words { schemas: &schemas, policy: &policy, lang: Lang::En };
        let mut sheet = Describe::new("halves", ("一半", "Halves"), words, rows);
        let half = |yuan: Decimal| Exact::from(yuan).checked_div(&Exact::whole(2)).unwrap();
        sheet.column("region", "Region", (9.0, Look::Text, Group::Identity), |(region, _)| region);
        sheet.column("yuan", "Yuan", (9.0, Look::Money, Group::Basis), |(_, yuan)| yuan).summed();
        sheet.column("half", "Half", (9.0, Look::Money, Group::Result), move |(_, yuan)| half(yuan).round(2));
        sheet.live("ROUND([yuan]/2,2)").rounded(2, move |(_, yuan)| Some(half(yuan))).summed();
        sheet.column("rest", "Rest", (9.0, Look::Money, Group::Result), move |(_, yuan)| yuan - half(yuan).round(2));
        sheet.live("[yuan]-[half]");
        sheet.subtotals("region");
        check(&sheet.finish());
    }

    fn cents(cents: i64) -> Decimal {
        Decimal::new(cents, 2)
    }

    #[test]
    fn keys_become_cells_ranges_and_totals() {
        halves(vec![("a", cents(200)), ("b", cents(400))], |sheet| {
            assert_eq!(sheet.spelt("[yuan]-SUM([yuan:])/[half!]"), "C#-SUM($C$6:$C$7)/ROUND(SUM($D$6:$D$7),2)");
        });
    }

    #[test]
    fn a_live_column_tells_the_columns_that_it_is_reckoned_from() {
        halves(vec![("a", cents(200))], |sheet| {
            assert_eq!(sheet.reckoned_from(2), [], "it was entered");
            assert_eq!(sheet.reckoned_from(3), [(2, false)]);
            assert_eq!(sheet.reckoned_from(4), [(2, false), (3, false)]);
        });
    }

    #[test]
    fn sums_and_subtotals_are_those_of_the_values_shown() {
        halves(vec![("a", cents(101)), ("b", cents(400)), ("a", cents(300))], |sheet| {
            let totals: Vec<&str> = sheet.totals.iter().map(|total| total.cached.as_str()).collect();
            assert_eq!(totals, ["8.01", "4.01"]);
            let subtotals: Vec<&Value<'_>> = sheet.extras.iter().map(|extra| &extra.cells[3].1).collect();
            assert_eq!(subtotals, [&Value::Number(cents(201)), &Value::Number(cents(200))]);
        });
    }

    #[test]
    fn a_quotient_of_sums_stands_in_totals_and_subtotals_where_there_is_something_to_divide_by() {
        let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
        let words = Words { schemas: &schemas, policy: &policy, lang: Lang::En };
        let rows = vec![("a", 3, 2), ("a", 3, 2), ("b", 5, 0)];
        let mut sheet = Describe::new("margins", ("比率", "Margins"), words, rows);
        sheet.column("region", "Region", (9.0, Look::Text, Group::Identity), |(region, ..)| region);
        sheet.column("margin", "Margin", (9.0, Look::Percent, Group::Result), |_| Value::Blank);
        sheet.column("won", "Won", (9.0, Look::Money, Group::Basis), |(_, won, _)| Decimal::from(won)).summed();
        sheet.column("of", "Of", (9.0, Look::Money, Group::Basis), |(.., of)| Decimal::from(of)).summed();
        sheet.quotient_at("margin", "won", "of").subtotals("region");
        let sheet = sheet.finish();
        let subtotals: Vec<&Value<'_>> = sheet.extras.iter().map(|extra| &extra.cells[2].1).collect();
        assert_eq!(subtotals, [&Value::Number(Decimal::new(15, 1)), &Value::Blank]);
        assert_eq!(sheet.totals[0].formula, "IF(E4>0,D4/E4,\"\")");
        assert_eq!(sheet.totals[0].cached, "2.75");
    }

    #[test]
    fn beyond_5000_rows_formulas_over_whole_columns_are_values_and_others_stay_live() {
        let rows = |count: usize| vec![("a", cents(200)); count];
        let liveness = |count: usize| {
            let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
            let words = Words { schemas: &schemas, policy: &policy, lang: Lang::En };
            let mut sheet = Describe::new("shares", ("占比", "Shares"), words, rows(count));
            sheet.column("yuan", "Yuan", (9.0, Look::Money, Group::Basis), |(_, yuan)| yuan).summed();
            sheet.column("share", "Share", (9.0, Look::Percent, Group::Result), |_| Decimal::ONE);
            sheet.live("[yuan]/[yuan!]");
            sheet.column("twice", "Twice", (9.0, Look::Money, Group::Result), |(_, yuan)| yuan + yuan);
            sheet.live("[yuan]*2");
            let of = sheet.finish().liveness();
            (of.live, of.valued, of.plain)
        };
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(liveness(5_000), (texts(&["Share", "Twice"]), texts(&[]), texts(&["Yuan"])));
        assert_eq!(liveness(5_001), (texts(&["Twice"]), texts(&["Share"]), texts(&["Yuan"])));
    }

    #[test]
    fn where_half_a_cent_is_rounded_the_cache_governs_and_so_in_all_that_comes_of_it() {
        halves(vec![("a", cents(200)), ("b", cents(101))], |sheet| {
            let cell = |(column, row): (u16, u32)| crate::workbook::cell_name(row, column);
            let governed: Vec<String> = sheet.governed_by_cache().into_iter().map(cell).collect();
            assert_eq!(governed, ["D4", "D7", "D9", "D10", "E7"]);
        });
        halves(vec![("a", cents(200)), ("b", cents(400))], |sheet| assert!(sheet.governed_by_cache().is_empty()));
    }
}
