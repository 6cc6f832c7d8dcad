//! The sheet of a programme as it is written: its rows, its sums, and the cells whose cached value governs.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::brief::Brief;
use super::chart::Chart;
use super::columns::Columns;
use super::formula::Template;
use super::list;
use super::look::{self, BODY_ROW, Group, Look, Total};
use super::reads::Reads;
use super::value::Value;
use super::words::Words;
use dealerbook_base::exact::{Exact, Sum};
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_package::edit::RowSink;

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
    pub(super) fn written(&self) -> Option<&str> {
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
    /// What the overview says of it.
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
        if self.extras.is_empty() { 0 } else { u32_of(self.extras.len()) + 1 }
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

    /// A sum as it is shown: money to the cent, all else as it adds up.
    pub(super) fn shown(&self, column: usize, sum: &Sum) -> Decimal {
        let total = sum.total();
        if self.columns[column].look == Look::Money { total.round(2) } else { dealerbook_base::exact::decimal(&total) }
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
        columns.filter_map(|(n, content)| Some((u16_of(n), content.quotient?))).collect()
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

    /// The row of the user's sheet, from 0, that a row derived from, where it is one.
    pub fn origin(&self, row: usize) -> Option<u32> {
        (self.origin)(row)
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
                write_cell(sink, u16_of(column), value, formula);
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
            let number = (self.first_row_below() + u32_of(n)).to_string();
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
