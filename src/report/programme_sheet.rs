//! The sheet of a programme, described once: columns with their values and live formulas, totals, subtotals, colours and charts.
//!
//! A programme's own file says what stands in each column; here it is laid out and written, row by row. In formulas `[key]` is the cell
//! of the column of that key in the same row, `[key:]` are the column's cells in all rows, `[key^]` those down to the same row and `[key!]`
//! is its cell in the totals, so that columns may be moved at will.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use rust_decimal::Decimal;

use super::columns::Columns;
use super::double::cache_governs;
use super::formula::Template;
use super::layout::{self, BODY_ROW, Group, Look, TOTALS_ROW, Total};
use super::programme_chart::Chart;
use super::words::Words;
use crate::exact::{Exact, Sum};
use crate::package::edit::RowSink;
use crate::programmes::figure::Figure;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Blank,
    /// Text.
    Text(std::borrow::Cow<'a, str>),
    /// A number.
    Number(Decimal),
}

impl Value<'_> {
    fn is_blank(&self) -> bool {
        match self {
            Value::Blank => true,
            Value::Text(text) => text.is_empty(),
            Value::Number(_) => false,
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl From<Decimal> for Value<'_> {
    fn from(number: Decimal) -> Self {
        Value::Number(number)
    }
}

impl From<Figure> for Value<'_> {
    fn from(figure: Figure) -> Self {
        Value::Number(figure.decimal())
    }
}

impl From<&Exact> for Value<'_> {
    fn from(exact: &Exact) -> Self {
        Value::Number(crate::exact::decimal(exact))
    }
}

impl From<u32> for Value<'_> {
    fn from(count: u32) -> Self {
        Value::Number(count.into())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Blank, Into::into)
    }
}

/// A label in Chinese and English.
pub type Label = (&'static str, &'static str);

type Of<'a, T> = Box<dyn Fn(usize) -> T + 'a>;

/// A column's content.
struct Content<'a> {
    value: Of<'a, Value<'a>>,
    formula: Option<String>,
    /// The exact figure behind a rounded one, and its places.
    exact: Option<(u32, Of<'a, Option<Exact>>)>,
    summed: bool,
}

/// A row below the table: cells by their columns, each a value and, where it is live, its formula.
struct Extra<'a> {
    cells: Vec<(u16, Value<'a>, Option<String>)>,
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
    words: Words<'a>,
    rows: u32,
    contents: Vec<Content<'a>>,
    muted: Of<'a, bool>,
    extras: Vec<Extra<'a>>,
}

/// Describes the sheet of a programme whose rows are `T`: a pair of references to an input and its result, for example, in the order
/// in which they are to stand, what matters first.
pub struct Describe<'a, T> {
    items: Rc<Vec<T>>,
    sheet: Sheet<'a>,
}

impl<'a, T: Copy + 'a> Describe<'a, T> {
    /// A sheet of this key and title.
    pub fn new(key: &'static str, title: Label, words: Words<'a>, items: Vec<T>) -> Self {
        let sheet = Sheet {
            key,
            title: words.lang.pick(title.0, title.1),
            columns: Columns::default(),
            frozen: 2,
            totals_label: None,
            totals: Vec::new(),
            colours: Vec::new(),
            rules: Vec::new(),
            charts: Vec::new(),
            words,
            rows: items.len() as u32,
            contents: Vec::new(),
            muted: Box::new(|_| false),
            extras: Vec::new(),
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
        self.sheet.contents.push(Content { value, formula: None, exact: None, summed: false });
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

    /// The rows that are set back.
    pub fn muted(&mut self, muted: impl Fn(T) -> bool + 'a) -> &mut Self {
        self.sheet.muted = self.of(muted);
        self
    }

    /// How many cells of a column hold something, in the totals of the same or another; the format says of what: `0" 家"`.
    pub fn counted(&mut self, at: &str, of: &str, format: Label) -> &mut Self {
        let sheet = &mut self.sheet;
        let formula = format!("COUNTA({})", sheet.columns.range(of, sheet.rows));
        let content = &sheet.contents[usize::from(sheet.columns.at(of))];
        let filled = (0..sheet.rows as usize).filter(|row| !(content.value)(*row).is_blank()).count();
        let total = Total::new(sheet.columns.at(at), formula, filled.to_string());
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

    /// Where the next row below the table comes, counted from the table's first row.
    pub fn next_below(&self) -> u32 {
        self.sheet.rows + 1 + self.sheet.extras.len() as u32
    }

    /// A row below the table: cells by their columns.
    pub fn below<const N: usize>(&mut self, cells: [(&str, Value<'a>); N]) -> &mut Self {
        let cells = cells.into_iter().map(|(key, value)| (self.sheet.columns.at(key), value, None)).collect();
        self.sheet.extras.push(Extra { cells });
        self
    }

    /// The sheet, with the totals of its summed columns.
    pub fn finish(mut self) -> Sheet<'a> {
        let mut sums = self.sheet.no_sums();
        (0..self.sheet.rows as usize).for_each(|row| self.sheet.add_row(row, &mut sums));
        for (column, sum) in sums.iter().filter(|_| self.sheet.rows > 0) {
            let (formula, shown) = (self.sheet.sum_formula(*column, None), self.sheet.shown(*column, sum));
            self.sheet.totals.push(Total::new(*column as u16, formula, shown.normalize().to_string()));
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
            cells.extend(sums.into_iter().map(|(column, sum)| {
                (
                    column as u16,
                    Value::Number(self.sheet.shown(column, &sum)),
                    Some(self.sheet.sum_formula(column, Some(by))),
                )
            }));
            cells.sort_by_key(|(column, ..)| *column);
            self.sheet.extras.push(Extra { cells });
        }
        self
    }
}

/// The sums of some columns, by their indices.
type Sums = Vec<(usize, Sum)>;

impl<'a> Sheet<'a> {
    /// How many rows the table has.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// How many rows stand in the body: the table, and what is below it.
    pub fn body_rows(&self) -> u32 {
        self.rows + if self.extras.is_empty() { 0 } else { self.extras.len() as u32 + 1 }
    }

    fn number(&self, column: usize, row: usize) -> Option<Decimal> {
        match (self.contents[column].value)(row) {
            Value::Number(x) => Some(x),
            _ => None,
        }
    }

    /// No sums yet, of the columns that are added up.
    fn no_sums(&self) -> Sums {
        (0..self.contents.len()).filter(|n| self.contents[*n].summed).map(|n| (n, Sum::default())).collect()
    }

    fn add_row(&self, row: usize, sums: &mut Sums) {
        for (column, sum) in sums {
            self.number(*column, row).into_iter().for_each(|x| sum.add(x));
        }
    }

    /// The sums of each group of rows of a column, in the order of their first rows.
    fn sums_by(&self, column: u16) -> Vec<(String, Sums)> {
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
    fn sum_formula(&self, column: usize, by: Option<u16>) -> String {
        let range = |column: usize| self.columns.range(&self.columns[column].key, self.rows);
        let formula = match by {
            None => format!("SUM({})", range(column)),
            Some(by) => {
                let own = crate::workbook::column_name(by);
                format!("SUMPRODUCT(({}={own}#)*1,{})", range(usize::from(by)), range(column))
            }
        };
        if self.columns[column].look == Look::Money { format!("ROUND({formula},2)") } else { formula }
    }

    /// A sum as it is shown: money to the cent, all else as it adds up.
    fn shown(&self, column: usize, sum: &Sum) -> Decimal {
        let total = sum.total();
        if self.columns[column].look == Look::Money { total.round(2) } else { crate::exact::decimal(&total) }
    }

    /// A formula with its columns spelt out; `#` stands for the row.
    fn spelt(&self, formula: &str) -> String {
        let mut out = String::new();
        let mut rest = formula;
        while let Some((before, behind)) = rest.split_once('[') {
            let (key, after) = behind.split_once(']').unwrap_or((behind, ""));
            out.push_str(before);
            let bare = key.trim_end_matches([':', '^', '!']);
            let letter = self.columns.letter(bare);
            let (first, last) = (BODY_ROW + 1, BODY_ROW + self.rows.max(1));
            out += &match key.strip_prefix(bare) {
                Some(":") => format!("${letter}${first}:${letter}${last}"),
                Some("^") => format!("${letter}${first}:{letter}#"),
                Some("!") => format!("${letter}${}", TOTALS_ROW + 1),
                _ => format!("{letter}#"),
            };
            rest = after;
        }
        out + rest
    }

    /// The keys that a formula refers to: of its own row, and of all rows.
    fn references(formula: &str) -> impl Iterator<Item = (&str, bool)> {
        let keys = formula.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(key, _)| key);
        keys.map(|key| (key.trim_end_matches([':', '^', '!']), key.ends_with([':', '^', '!'])))
    }

    /// The cells whose cached value governs, and all that are reckoned from them: column and row of each.
    pub fn governed_by_cache(&self) -> Vec<(u16, u32)> {
        let mut cells: BTreeSet<(u16, u32)> = BTreeSet::new();
        for row in 0..self.rows {
            for (column, content) in self.contents.iter().enumerate() {
                let Some((places, exact)) = &content.exact else { continue };
                // What doubles make of a product is not known here: near a half they are not trusted.
                if exact(row as usize).is_some_and(|exact| cache_governs(&exact, *places, f64::NAN)) {
                    cells.insert((column as u16, BODY_ROW + row));
                }
            }
        }
        while self.spread(&mut cells) {}
        let columns: BTreeSet<u16> = cells.iter().map(|(column, _)| *column).collect();
        let refers = |formula: &str, column: &u16| {
            formula.contains(&format!("{}{}", crate::workbook::column_name(*column), BODY_ROW + 1))
        };
        for total in &self.totals {
            let bare = total.formula.replace('$', "");
            if columns.iter().any(|column| refers(&bare, column)) {
                cells.insert((total.column, TOTALS_ROW));
            }
        }
        for (n, extra) in self.extras.iter().enumerate() {
            let summed = extra.cells.iter().filter(|(_, _, formula)| formula.is_some()).map(|(column, ..)| column);
            let row = BODY_ROW + self.rows + 1 + n as u32;
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
            for (key, whole) in content.formula.iter().flat_map(|f| Self::references(f)) {
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
            self.contents.iter().map(|c| c.formula.as_ref().map(|f| Template::new(&self.spelt(f)))).collect();
        let mut buffer = String::new();
        for row in 0..self.rows {
            let values: Vec<Value<'_>> = self.contents.iter().map(|c| (c.value)(row as usize)).collect();
            let wrapped = values.iter().zip(self.columns.iter()).filter(|(_, col)| col.look == Look::Wrap);
            let texts = wrapped.filter_map(|(value, col)| match value {
                Value::Text(text) => Some((text.as_ref(), col)),
                _ => None,
            });
            sink.row(layout::prototype((self.muted)(row as usize), texts))?;
            for (column, (value, formula)) in values.iter().zip(&formulas).enumerate() {
                let formula = formula.as_ref().map(|template| {
                    template.fill(&mut buffer, BODY_ROW + row + 1);
                    buffer.as_str()
                });
                cell(sink, column as u16, value, formula);
            }
        }
        self.write_extras(sink, &mut buffer)
    }

    fn write_extras(&self, sink: &mut dyn RowSink, buffer: &mut String) -> std::io::Result<()> {
        if !self.extras.is_empty() {
            sink.row(layout::prototype(false, []))?;
        }
        for (n, extra) in self.extras.iter().enumerate() {
            sink.row(layout::prototype(true, []))?;
            for (column, value, formula) in &extra.cells {
                if let Some(formula) = formula {
                    Template::new(formula).fill(buffer, BODY_ROW + self.rows + 2 + n as u32);
                }
                cell(sink, *column, value, formula.as_ref().map(|_| buffer.as_str()));
            }
        }
        Ok(())
    }
}

fn cell(sink: &mut dyn RowSink, column: u16, value: &Value<'_>, formula: Option<&str>) {
    match (value, formula) {
        (Value::Blank, None) => {}
        (Value::Text(text), None) => sink.text(column, text),
        (Value::Number(x), None) => sink.number(column, &x.normalize().to_string()),
        (Value::Blank, Some(formula)) => sink.formula_text(column, formula, ""),
        (Value::Text(text), Some(formula)) => sink.formula_text(column, formula, text),
        (Value::Number(x), Some(formula)) => sink.formula_number(column, formula, &x.normalize().to_string()),
    }
}
