//! The sheet of a programme, described once: columns with their values and live formulas, totals, subtotals, colours and charts.
//!
//! A programme's own file says what stands in each column; here it is laid out and written, row by row. In formulas `[key]` is the cell
//! of the column of that key in the same row, `[key:]` are the column's cells in all rows and `[key!]` is what these come to (of a column
//! that isn't added up or counted, its cell in the totals), so that columns may be moved at will. The totals above the table follow its
//! filter, `[key!]` doesn't. No formula leans on the row above: rows are sorted by whatever people like.

use std::rc::Rc;

use jiff::civil::Date;
use rust_decimal::Decimal;

pub use super::body::Sheet;
use super::body::{Content, Extra, Of};
use super::brief::{Brief, KeyFigure, Need};
use super::chart::Chart;
use super::columns::Columns;
use super::list;
use super::look::{Group, Look, TOTALS_ROW, Total};
use super::reads::{Read, Reads};
pub use super::value::Value;
use super::words::Words;
use crate::policy::Attention;
use crate::workbook::column_name;
use dealerbook_base::exact::Exact;
use dealerbook_base::narrow::{u16_of, u32_of};

/// A label in Chinese and English.
pub type Label = (&'static str, &'static str);

/// Describes the sheet of a programme whose rows are `T`: a pair of references to an input and its result, for example, in the order
/// in which they are to stand, what matters first.
pub struct Describe<'a, T> {
    items: Rc<Vec<T>>,
    sheet: Sheet<'a>,
}

impl<'a, T: Copy + 'a> Describe<'a, T> {
    /// A sheet of this key and title.
    pub fn new(key: &'static str, title: Label, words: Words<'a>, items: Vec<T>) -> Self {
        let mut columns = Columns::default();
        list::number_rows(&mut columns, words.lang);
        let number = |row: usize| Value::from(u32_of(row) + 1);
        let sheet = Sheet {
            key,
            title: words.lang.pick(title.0, title.1),
            columns,
            frozen: 3,
            totals_label: None,
            totals: Vec::new(),
            colours: Vec::new(),
            rules: Vec::new(),
            charts: Vec::new(),
            reads: Reads { own: key, ..Reads::default() },
            brief: Brief::default(),
            words,
            rows: u32_of(items.len()),
            contents: vec![Content::of(Box::new(number))],
            counted: Vec::new(),
            muted: Box::new(|_| false),
            origin: Box::new(|_| None),
            extras: Vec::new(),
            block: (0, 0),
        };
        Self { items: Rc::new(items), sheet }
    }

    fn of<R>(&self, value: impl Fn(T) -> R + 'a) -> Of<'a, R> {
        let items = Rc::clone(&self.items);
        Box::new(move |row| value(items[row]))
    }

    /// A column of values.
    pub fn column<V: Into<Value<'a>>>(
        &mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        (width, look, group): (f64, Look, Group),
        value: impl Fn(T) -> V + 'a,
    ) -> &mut Self {
        self.sheet.columns.add(key, label, width, look, group);
        let value = self.of(move |item| value(item).into());
        self.sheet.contents.push(Content::of(value));
        self
    }

    /// The column that was described last is live: this formula, whose value is the one described.
    pub fn live(&mut self, formula: impl Into<String>) -> &mut Self {
        if let Some(last) = self.sheet.contents.last_mut() {
            last.formula = Some(formula.into());
        }
        self
    }

    /// The same, for a column by its key.
    pub fn live_at(&mut self, key: &str, formula: impl Into<String>) -> &mut Self {
        let column = self.sheet.columns.at(key);
        self.sheet.contents[usize::from(column)].formula = Some(formula.into());
        self
    }

    /// The column that was described last is rounded to so many places from this exact figure: where doubles can't be trusted with
    /// that, the cached value governs.
    pub fn rounded(&mut self, places: u32, exact: impl Fn(T) -> Option<Exact> + 'a) -> &mut Self {
        let exact = self.of(exact);
        if let Some(last) = self.sheet.contents.last_mut() {
            last.exact = Some((places, exact));
        }
        self
    }

    /// The column that was described last is added up, in the totals and in subtotals; money to the cent.
    pub fn summed(&mut self) -> &mut Self {
        if let Some(last) = self.sheet.contents.last_mut() {
            last.summed = true;
        }
        self
    }

    /// In the totals and in subtotals a column is the quotient of the sums of two others; none where what is divided by is not above 0.
    pub fn quotient_at(&mut self, key: &str, dividend: &str, divisor: &str) -> &mut Self {
        let columns = &self.sheet.columns;
        let (column, of) = (columns.at(key), (columns.at(dividend), columns.at(divisor)));
        self.sheet.contents[usize::from(column)].quotient = Some(of);
        self
    }

    /// The rows that are set back.
    pub fn muted(&mut self, muted: impl Fn(T) -> bool + 'a) -> &mut Self {
        self.sheet.muted = self.of(muted);
        self
    }

    /// The row of the user's sheet, from 0, that a row derived from, where it is one.
    pub fn origin_row(&mut self, origin: impl Fn(T) -> Option<u32> + 'a) -> &mut Self {
        self.sheet.origin = self.of(origin);
        self
    }

    /// The user's sheet whose columns are read by their own names, where its name is not this sheet's key.
    pub fn reads_rows_of(&mut self, sheet: &'static str) -> &mut Self {
        self.sheet.reads.own = sheet;
        self
    }

    /// What columns read that aren't called as on the user's sheet: each with the sheet and the columns there, by their names in the schema. A
    /// key that ends in * stands for all that begin so.
    pub fn reads(&mut self, reads: &[(&'static str, &'static str, &[&'static str])]) -> &mut Self {
        for (column, sheet, fields) in reads {
            let fields = fields.iter().map(|field| (*field).into()).collect();
            self.sheet.reads.reads.push(((*column).into(), Read::Columns(sheet, fields)));
        }
        self
    }

    /// The same of one column, whose names are the policy's.
    pub fn reads_field(&mut self, column: String, sheet: &'static str, field: &str) -> &mut Self {
        self.sheet.reads.reads.push((column.into(), Read::Columns(sheet, vec![field.to_owned().into()])));
        self
    }

    /// The columns that read the dealers' tonnes, by months or by shipments.
    pub fn reads_tonnes(&mut self, columns: &[&'static str]) -> &mut Self {
        self.sheet.reads.reads.extend(columns.iter().map(|column| ((*column).into(), Read::Tonnes)));
        self
    }

    /// What derives from another column although no formula says so: the column, the other one, and whether in all rows.
    pub fn derives(&mut self, derived: &[(&'static str, &'static str, bool)]) -> &mut Self {
        self.sheet.reads.derived.extend(derived);
        self
    }

    /// How many cells of a column hold something, in the totals of the same or another; the format says of what: `0" 家"`.
    pub fn counted(&mut self, at: &str, of: &str, format: Label) -> &mut Self {
        let sheet = &mut self.sheet;
        let formula = format!("SUBTOTAL(103,{})", sheet.columns.range(of, sheet.rows));
        sheet.counted.push((sheet.columns.at(at), sheet.columns.at(of)));
        let content = &sheet.contents[usize::from(sheet.columns.at(of))];
        let filled = (0..sheet.rows as usize).filter(|row| !(content.value)(*row).is_blank()).count();
        let total = Total::new(sheet.columns.at(at), formula, filled.to_string());
        sheet.totals.push(Total { format: Some(sheet.words.lang.pick(format.0, format.1)), ..total });
        self
    }

    /// How many cells of a column hold a number, in the totals of the same or another, of the rows that a filter leaves in view.
    pub fn shown_numbers(&mut self, at: &str, of: &str, format: Label) -> &mut Self {
        let sheet = &mut self.sheet;
        let column = sheet.columns.at(of);
        let value = &sheet.contents[usize::from(column)].value;
        let numbers = (0..sheet.rows as usize).filter(|row| matches!((value)(*row), Value::Number(_))).count();
        let formula = format!("SUBTOTAL(102,{})", sheet.columns.range(of, sheet.rows));
        let total = Total::new(sheet.columns.at(at), formula, numbers.to_string());
        sheet.totals.push(Total { format: Some(sheet.words.lang.pick(format.0, format.1)), ..total });
        self
    }

    /// A total of its own kind, its formula over `[key:]`.
    pub fn total(&mut self, key: &str, formula: &str, cached: Decimal) -> &mut Self {
        let formula = self.sheet.spelt(formula);
        self.sheet.totals.push(Total::new(self.sheet.columns.at(key), formula, cached.normalize().to_string()));
        self
    }

    /// The same, in a number format of its own.
    pub fn total_as(&mut self, key: &str, formula: &str, cached: Decimal, format: &'static str) -> &mut Self {
        self.total(key, formula, cached);
        if let Some(total) = self.sheet.totals.last_mut() {
            total.format = Some(format);
        }
        self
    }

    /// A day above the table, by a formula.
    pub fn total_day(&mut self, key: &str, formula: &str, day: Date, format: &'static str) -> &mut Self {
        self.total_as(key, formula, Decimal::ZERO, format);
        if let Some(total) = self.sheet.totals.last_mut() {
            total.day = Some(day);
        }
        self
    }

    /// What the row above the table is called, where it isn't totals.
    pub fn totals_called(&mut self, label: Label) -> &mut Self {
        self.sheet.totals_label = Some(self.sheet.words.lang.pick(label.0, label.1));
        self
    }

    /// A text in a column has a fill, or a number that is written out.
    pub fn coloured(&mut self, key: &str, text: impl Into<String>, fill: u32) -> &mut Self {
        self.sheet.colours.push((self.sheet.columns.at(key), text.into(), fill));
        self
    }

    /// A rule in force, for 计算说明: what, and how with its figures.
    pub fn rule(&mut self, what: impl Into<String>, how: impl Into<String>) -> &mut Self {
        self.sheet.rules.push((what.into(), how.into()));
        self
    }

    /// A chart.
    pub fn chart(&mut self, chart: Chart) -> &mut Self {
        self.sheet.charts.push(chart);
        self
    }

    /// A key figure for the overview: what it is, a formula over `[key:]` and `[key!]`, what that comes to, and its number format.
    pub fn key_figure(
        &mut self,
        label: impl Into<String>,
        formula: impl Into<String>,
        value: impl Into<Value<'a>>,
        format: &'static str,
    ) -> &mut Self {
        let (label, formula, value) = (label.into(), formula.into(), value.into());
        self.sheet.brief.figures.push(KeyFigure { label, formula, value, format });
        self
    }

    /// A dealer that needs attention, for the overview: its id and name, why, and that in words with the figures.
    pub fn attention(&mut self, (id, name): (&'a str, &'a str), reason: Attention, words: String) -> &mut Self {
        self.sheet.brief.needs.push(Need { id, name, reason, words });
        self
    }

    /// Where the next row below the table comes, counted from the table's first row.
    pub fn next_below(&self) -> u32 {
        self.sheet.rows.max(1) + 1 + u32_of(self.sheet.extras.len())
    }

    /// A row below the table: cells by their columns.
    pub fn below<const N: usize>(&mut self, cells: [(&str, Value<'a>); N]) -> &mut Self {
        let cells = cells.into_iter().map(|(key, value)| (self.sheet.columns.at(key), value, None)).collect();
        self.sheet.extras.push(Extra { muted: true, cells });
        self
    }

    /// The same, cells that are live among them: each with its formula over `[key!]` and cells, where it has one.
    pub fn below_live(&mut self, cells: Vec<(&str, Value<'a>, Option<String>)>) -> &mut Self {
        let spelt = |formula: Option<String>| formula.map(|formula| self.sheet.spelt(&formula));
        let mut cells: Vec<_> = cells
            .into_iter()
            .map(|(key, value, formula)| (self.sheet.columns.at(key), value, spelt(formula)))
            .collect();
        cells.sort_by_key(|(column, ..)| *column);
        self.sheet.extras.push(Extra { muted: true, cells });
        self
    }

    /// Says that formulas look things up in so many rows below the table, behind one that says what they are: `[key;]` are their cells.
    pub fn look_up_in_block(&mut self, rows: u32) -> &mut Self {
        let first = self.sheet.first_row_below() + u32_of(self.sheet.extras.len()) + 1;
        self.sheet.block = (first, first + rows.max(1) - 1);
        self
    }

    /// A row of that block.
    pub fn in_block(&mut self, cells: Vec<(&str, Value<'a>, Option<String>)>) -> &mut Self {
        self.below_live(cells);
        if let Some(last) = self.sheet.extras.last_mut() {
            last.muted = false;
        }
        self
    }

    /// A row below the table with what some columns hold in the row of this number, wherever that has been sorted to.
    pub fn repeat_below(&mut self, number: u32, keys: &[&str]) -> &mut Self {
        let row = number as usize - 1;
        let repeated = |key: &&str| {
            let column = self.sheet.columns.at(key);
            let formula = self.sheet.spelt(&format!("INDEX([{key}:],MATCH({number},[{}:],0))", list::SEQUENCE));
            (column, (self.sheet.contents[usize::from(column)].value)(row), Some(formula))
        };
        let mut cells: Vec<_> = keys.iter().map(repeated).collect();
        cells.sort_by_key(|(column, ..)| *column);
        self.sheet.extras.push(Extra { muted: true, cells });
        self
    }

    /// The letter of a column.
    pub fn letter(&self, key: &str) -> String {
        self.sheet.columns.letter(key)
    }

    /// Below the table what each of these market classes is for, a row each.
    pub fn strategies(&mut self, classes: impl Iterator<Item = &'a str>) -> &mut Self {
        let classes: std::collections::BTreeSet<&str> = classes.filter(|class| !class.is_empty()).collect();
        for class in classes {
            let text = self.sheet.words.market_class(class);
            self.below([("id", Value::from(text))]);
        }
        self
    }

    /// The sheet, with the totals of its summed columns.
    pub fn finish(mut self) -> Sheet<'a> {
        let mut sums = self.sheet.no_sums();
        (0..self.sheet.rows as usize).for_each(|row| self.sheet.add_row(row, &mut sums));
        for (column, sum) in sums.iter().filter(|_| self.sheet.rows > 0) {
            let (formula, shown) = (self.sheet.sum_formula(*column, None), self.sheet.shown(*column, sum));
            self.sheet.totals.push(Total::new(u16_of(*column), formula, shown.normalize().to_string()));
        }
        self.sheet.write_values_where_there_are_too_many_rows();
        for (column, of) in self.sheet.quotients() {
            if let Some(quotient) = self.sheet.quotient(of, &sums) {
                let formula = quotient_formula(of, &(TOTALS_ROW + 1).to_string());
                self.sheet.totals.push(Total::new(column, formula, quotient.normalize().to_string()));
            }
        }
        self.sheet.totals.sort_by_key(|total| total.column);
        self.sheet
    }

    /// Below the table the sums of each group of rows of a column, such as each region's, in the order of their first rows; none where
    /// there are not two groups.
    pub fn subtotals(&mut self, key: &str) -> &mut Self {
        let by = self.sheet.columns.at(key);
        let groups = self.sheet.sums_by(by);
        if groups.len() < 2 {
            return self;
        }
        let label = self.sheet.words.lang.pick("小计", "Subtotal");
        for (group, sums) in groups {
            let mut cells = vec![(0, Value::from(label), None), (by, Value::from(group), None)];
            cells.extend(self.sheet.quotients().into_iter().map(|(column, of)| {
                (column, Value::from(self.sheet.quotient(of, &sums)), Some(quotient_formula(of, "#")))
            }));
            cells.extend(sums.into_iter().map(|(column, sum)| {
                (
                    u16_of(column),
                    Value::Number(self.sheet.shown(column, &sum)),
                    Some(self.sheet.sum_formula(column, Some(by))),
                )
            }));
            cells.sort_by_key(|(column, ..)| *column);
            self.sheet.extras.push(Extra { muted: true, cells });
        }
        self
    }
}

/// The rules of a programme, told without a workbook.
pub fn rules_of<'a, T: Copy + 'a>(
    words: Words<'a>,
    explain: fn(&mut Describe<'a, T>, Words<'a>),
) -> Vec<(String, String)> {
    let mut sheet = Describe::new("", ("", ""), words, Vec::new());
    explain(&mut sheet, words);
    sheet.sheet.rules
}

/// The quotient of two cells of a row.
fn quotient_formula((dividend, divisor): (u16, u16), row: &str) -> String {
    let (dividend, divisor) = (column_name(dividend), column_name(divisor));
    format!("IF({divisor}{row}>0,{dividend}{row}/{divisor}{row},\"\")")
}
