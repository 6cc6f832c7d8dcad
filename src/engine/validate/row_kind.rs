//! What a row below the header is: data, or one of the rows that people put between and below it.
//!
//! To drop a sound row is worse than to read a total: a row with a valid key and all required values is data, whatever else it says.

use super::header::Header;
use super::{label, units, words};
use crate::schema::{FieldType, Resource, normalise};
use crate::workbook::{Cell, Value};

/// What a row is; the numbers are those of the cell, among the row's own, by which it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A record.
    Data,
    /// A sum of other rows.
    Total(usize),
    /// A signature, a remark, a group title, a row of units or of column numbers.
    Note(usize),
    /// The header once more.
    Header(usize),
    /// A record that is left in as an example.
    Example(usize),
}

/// A row, with what merged ranges give to its cells.
pub struct Row<'r, 'w> {
    /// Its own cells.
    pub cells: &'r [Cell<'w>],
    /// For each field of the schema its cell among them.
    pub slots: &'r [Option<usize>],
    /// For each field the cell that a merged range gives.
    pub fills: &'r [Option<Cell<'static>>],
}

impl<'r, 'w> Row<'r, 'w> {
    /// The cell of a field: its own, else what a merged range gives.
    pub fn cell(&self, field: usize) -> Option<&'r Cell<'w>> {
        let own = self.slots[field].map(|n| &self.cells[n]).filter(|cell| is_filled(cell));
        own.or_else(|| self.fills.get(field)?.as_ref())
    }

    fn text(&self, field: usize) -> Option<&'r str> {
        text_of(self.cell(field)?)
    }

    fn filled(&self) -> impl Iterator<Item = (usize, &'r Cell<'w>)> {
        self.cells.iter().enumerate().filter(|(_, cell)| is_filled(cell))
    }
}

/// Whether there is anything in a cell.
pub fn is_filled(cell: &Cell<'_>) -> bool {
    cell.uncached || !cell.value.is_blank()
}

fn text_of<'c>(cell: &'c Cell<'_>) -> Option<&'c str> {
    if let Value::Text(text) = &cell.value { Some(text) } else { None }
}

/// What tells the rows of a sheet apart.
#[derive(Debug)]
pub struct RowKinds<'s> {
    resource: &'s Resource,
    /// The fields that identify a row and have a column.
    keys: Vec<usize>,
    /// The fields that no record may lack, where they have a column.
    required: Vec<usize>,
    /// The first column with a label.
    first_column: u16,
    /// The columns with a label.
    columns: usize,
    /// Columns of figures beside those of the header: the months of a sheet that is laid out wide.
    figures: Vec<u16>,
    /// What stands above the header, in normal form: a page break may bring it again.
    titles: Vec<String>,
}

impl<'s> RowKinds<'s> {
    /// For the sheets of a resource whose columns stand so.
    pub fn new(resource: &'s Resource, header: &Header) -> Self {
        let there = |field: &usize| header.columns[*field].is_some();
        Self {
            resource,
            keys: (0..resource.fields.len()).filter(there).filter(|field| resource.is_key(*field)).collect(),
            required: (0..resource.fields.len())
                .filter(there)
                .filter(|field| resource.fields[*field].constraints.required)
                .collect(),
            first_column: header.labelled.iter().min().copied().unwrap_or_default(),
            columns: header.labelled.len(),
            figures: Vec::new(),
            titles: Vec::new(),
        }
    }

    /// Names what stands above the header.
    pub fn know_titles(&mut self, titles: impl Iterator<Item = String>) {
        self.titles = titles.map(|text| normalise(&text)).collect();
    }

    /// Names further columns of figures.
    pub fn count_figures_in(&mut self, columns: Vec<u16>) {
        self.figures = columns;
    }

    /// Tells what a row with at least one filled cell is. `behind_header` says whether no record came since the header.
    pub fn of(&self, row: &Row<'_, '_>, header: &Header, behind_header: bool) -> RowKind {
        let Some((first, first_cell)) = row.filled().next() else { return RowKind::Data };
        if let Some(n) = self.repeats_header(row, header) {
            return RowKind::Header(n);
        }
        if behind_header && (self.is_of_units(row, header) || self.is_of_numbers(row)) {
            return RowKind::Note(first);
        }
        let keys = || self.keys.iter().filter_map(|field| Some((*field, row.text(*field)?)));
        if let Some((field, _)) = keys().find(|(_, text)| words::is_example(text)) {
            return RowKind::Example(row.slots[field].unwrap_or(first));
        }
        let text = text_of(first_cell).unwrap_or_default();
        let complete = self.required.iter().all(|field| row.cell(*field).is_some());
        // A remark in a column of its own beside a whole record makes the record no remark: its id may be a name.
        let in_key = header.field_at(first_cell.column).is_some_and(|field| self.keys.contains(&field));
        if (in_key || !complete) && self.is_signed(row, header, text) || self.is_title(row, text) {
            return RowKind::Note(first);
        }
        let total = keys().find(|(_, text)| words::is_total(text)).map(|(field, _)| row.slots[field].unwrap_or(first));
        if let Some(n) = total {
            return RowKind::Total(n);
        }
        if complete && self.keys.iter().all(|field| row.cell(*field).is_some()) {
            return RowKind::Data;
        }
        match () {
            () if words::is_total(text) => RowKind::Total(first),
            () if self.is_group_title(row, header, first_cell, text) => RowKind::Note(first),
            () => RowKind::Data,
        }
    }

    /// At least two cells, and half of those that are filled, say what the label above them says.
    fn repeats_header(&self, row: &Row<'_, '_>, header: &Header) -> Option<usize> {
        let says_label = |cell: &Cell<'_>| {
            let field = header.field_at(cell.column).map(|field| &self.resource.fields[field])?;
            let text = text_of(cell)?;
            (text.len() <= 96 && label::names(field, text)).then_some(())
        };
        let known = |(_, cell): &(usize, &Cell<'_>)| header.field_at(cell.column).is_some();
        let (n, first) = row.filled().find(known)?;
        says_label(first)?;
        let labels = row.filled().filter(|(_, cell)| says_label(cell).is_some()).count();
        (labels >= 2 && labels * 2 >= row.filled().filter(known).count()).then_some(n)
    }

    /// Every filled cell is a unit: a row of units below the header.
    fn is_of_units(&self, row: &Row<'_, '_>, header: &Header) -> bool {
        let mut units = 0;
        let all = row.filled().all(|(_, cell)| {
            let Some(text) = text_of(cell) else { return false };
            let word = normalise(text);
            let word = word.trim_matches(['(', ')', '【', '】', '[', ']', '/']);
            let is_own = || header.field_at(cell.column).is_some_and(|f| self.resource.fields[f].is_unit(word));
            let is_unit = units::is_unit(word) || is_own();
            units += usize::from(is_unit);
            is_unit || matches!(word, "单位" | "-" | "—" | "" | "文本" | "日期" | "数字")
        });
        all && units > 0
    }

    /// The cells number the columns: 1, 2, 3 … or 甲, 乙, 1, 2 …
    fn is_of_numbers(&self, row: &Row<'_, '_>) -> bool {
        let mut expected = 1.0;
        let (mut stems, mut numbers) = (0, 0);
        let all = row.filled().all(|(_, cell)| {
            let number = match &cell.value {
                Value::Number(x) => Some(*x),
                Value::Text(text) => {
                    let word = normalise(text);
                    let word = word.trim_matches(['(', ')', '栏', '列', '.']);
                    if expected == 1.0 && ["甲", "乙", "丙", "丁"].get(stems) == Some(&word) {
                        stems += 1;
                        return true;
                    }
                    word.parse::<f64>().ok()
                }
                _ => None,
            };
            // Behind 甲 and 乙 the numbers go on or begin anew.
            if stems > 0 && numbers == 0 {
                expected = number.filter(|n| (1..=stems + 1).any(|start| *n == start as f64)).unwrap_or(expected);
            }
            let fits = number == Some(expected);
            numbers += usize::from(fits);
            expected += 1.0;
            fits
        });
        let numbered = numbers + stems;
        all && numbered >= 2 && numbered * 2 > self.columns
    }

    /// A signature or a remark: it begins as one, and the row has no figures and no id.
    fn is_signed(&self, row: &Row<'_, '_>, header: &Header, text: &str) -> bool {
        // Nearly all rows begin with an id.
        if text.is_ascii() && !text.contains(':') {
            return false;
        }
        let says = |text: &str| words::is_note(text) || is_labelled(text);
        let says_no_id = |field: &usize| {
            let own = row.slots[*field].map(|n| &row.cells[n]).filter(|cell| is_filled(cell));
            own.is_none_or(|cell| text_of(cell).is_some_and(|text| says(text) || !looks_like_id(text)))
        };
        says(text) && !self.has_figures(row, header) && self.keys.iter().all(says_no_id)
    }

    /// What stands above the header, once more.
    fn is_title(&self, row: &Row<'_, '_>, text: &str) -> bool {
        !self.titles.is_empty()
            && row.filled().nth(1).is_none()
            && self.titles.iter().any(|title| *title == normalise(text))
    }

    /// A text that stands alone in the first column, and is no id: 二、岳阳片区.
    fn is_group_title(&self, row: &Row<'_, '_>, header: &Header, first: &Cell<'_>, text: &str) -> bool {
        let alone = row.filled().nth(1).is_none() && !text.is_empty() && !self.has_figures(row, header);
        alone && first.column <= self.first_column && self.required.len() > 1 && !looks_like_id(text)
    }

    fn has_figures(&self, row: &Row<'_, '_>, header: &Header) -> bool {
        row.filled().any(|(_, cell)| self.is_figure(cell, header))
    }

    /// Whether a cell holds a number in a column of numbers.
    fn is_figure(&self, cell: &Cell<'_>, header: &Header) -> bool {
        let of_numbers =
            |field: usize| matches!(self.resource.fields[field].type_, FieldType::Number | FieldType::Integer);
        let is_number = cell.uncached
            || match &cell.value {
                Value::Number(_) => true,
                Value::Text(text) => text.chars().any(|c| c.is_ascii_digit()) && !text.chars().any(is_han),
                _ => false,
            };
        is_number && (header.field_at(cell.column).is_some_and(of_numbers) || self.figures.contains(&cell.column))
    }
}

/// A word and a colon before whatever follows: 财务：王五.
fn is_labelled(text: &str) -> bool {
    let at = text.char_indices().take(12).find(|(_, c)| matches!(c, ':' | '：'));
    at.is_some_and(|(at, _)| at > 0 && text[..at].chars().all(|c| is_han(c) || c.is_whitespace()))
}

/// Whether a text could be an id: it has a digit or no Chinese character, and is short.
fn looks_like_id(text: &str) -> bool {
    let text = text.trim();
    let has_han = text.chars().any(is_han);
    text.chars().count() <= 24
        && !text.contains(['：', ':', '，', '。', '；'])
        && (!has_han || text.chars().any(|c| c.is_ascii_digit()))
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}
