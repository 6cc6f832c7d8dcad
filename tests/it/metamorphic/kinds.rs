//! The kinds of change, as tables: a name, what is changed where, and what must hold then (contract, section 1).

mod choices;
mod days;
mod figures;
mod gaps;
mod keys;
mod labels;
mod layout;
mod meaning;
mod merges;
mod notes;
mod totals;
mod units;
mod wide;
mod year;

use dealerbook::schema::{Field, FieldType, Resource, Schemas};

use super::book::{Book, Cell, Sheet, Value};
use super::judge::{Holds, Spot};
use super::write::Writer;

/// A kind of change.
pub struct Kind {
    pub name: String,
    pub holds: Holds,
    pub on: On,
    pub change: Change,
    /// Whether it can be joined with others: it means nothing, and leaves the sheets as a program finds them.
    pub joins: bool,
}

pub type Change = Box<dyn Fn(&mut Work<'_>) -> bool + Send + Sync>;

/// What a kind is changed at.
#[derive(Clone, Copy)]
pub enum On {
    /// Each cell of data that passes.
    Cells(fn(&Field, &Cell) -> bool),
    /// Each known sheet.
    Sheets,
    /// Each known column.
    Columns(fn(&Field) -> bool),
    /// The workbook.
    Book,
}

/// A workbook in the course of a change. A change says no where there is nothing to be changed so.
pub struct Work<'w> {
    pub book: Book,
    pub schemas: &'w Schemas,
    /// Where: sheet, row and column, as far as the kind is changed at such.
    pub sheet: usize,
    pub row: usize,
    pub column: usize,
    /// A number of its own for each case.
    pub seed: usize,
    pub spot: Spot,
    pub writer: Writer,
    /// In place of what the kind says.
    pub holds: Option<Holds>,
}

impl<'w> Work<'w> {
    pub fn sheet(&mut self) -> &mut Sheet {
        &mut self.book.sheets[self.sheet]
    }

    pub fn resource(&self) -> &'w Resource {
        let name = self.book.sheets[self.sheet].resource.as_deref().expect("a known sheet");
        &self.schemas.resources[self.schemas.index(name).expect("a resource")]
    }

    /// The field of a column.
    pub fn field_of(&self, column: usize) -> Option<&'w Field> {
        let name = self.book.sheets[self.sheet].fields.get(column)?.as_deref()?;
        let resource = self.resource();
        resource.field(name).map(|field| &resource.fields[field])
    }

    pub fn cell(&self) -> Cell {
        self.book.sheets[self.sheet].cell(self.row, self.column)
    }

    pub fn put(&mut self, cell: Cell) {
        let (row, column) = (self.row, self.column);
        self.sheet().set(row, column, cell);
    }

    /// The columns whose field passes.
    pub fn columns(&self, passes: impl Fn(&Field) -> bool) -> Vec<usize> {
        let width = self.book.sheets[self.sheet].width();
        (0..width).filter(|&column| self.field_of(column).is_some_and(&passes)).collect()
    }

    /// The place is the whole sheet.
    pub fn anywhere(&mut self) {
        (self.spot.row, self.spot.column) = (None, None);
    }

    /// The place is a row.
    pub fn in_row(&mut self, row: usize) {
        (self.spot.row, self.spot.column) = (Some(row), None);
    }

    /// The place is a cell.
    pub fn at(&mut self, row: usize, column: usize) {
        (self.spot.row, self.spot.column) = (Some(row), Some(column));
    }
}

/// A kind that changes a cell; it is tried in single cells and in whole columns.
fn in_cells(
    name: &str,
    holds: Holds,
    wanted: fn(&Field, &Cell) -> bool,
    change: impl Fn(&Field, &Cell) -> Option<Cell> + Send + Sync + 'static,
) -> Kind {
    let joins = matches!(holds, Holds::Same);
    let change: Change = Box::new(move |work| {
        let Some(field) = work.field_of(work.column) else { return false };
        let Some(cell) = change(field, &work.cell()) else { return false };
        let is_new = cell != work.cell();
        work.put(cell);
        is_new
    });
    Kind { name: name.to_owned(), holds, on: On::Cells(wanted), change, joins }
}

/// A kind that changes a sheet.
fn in_sheets(name: &str, holds: Holds, change: impl Fn(&mut Work<'_>) -> bool + Send + Sync + 'static) -> Kind {
    let joins = matches!(holds, Holds::Same);
    Kind { name: name.to_owned(), holds, on: On::Sheets, change: Box::new(change), joins }
}

/// A kind that changes the workbook.
fn in_book(name: &str, holds: Holds, change: impl Fn(&mut Work<'_>) -> bool + Send + Sync + 'static) -> Kind {
    Kind { name: name.to_owned(), holds, on: On::Book, change: Box::new(change), joins: false }
}

/// All kinds.
pub fn all() -> Vec<Kind> {
    let tables = [
        keys::kinds(),
        figures::kinds(),
        days::kinds(),
        choices::kinds(),
        gaps::kinds(),
        labels::kinds(),
        totals::kinds(),
        notes::kinds(),
        merges::kinds(),
        units::kinds(),
        layout::kinds(),
        wide::kinds(),
        meaning::kinds(),
        year::kinds(),
    ];
    tables.into_iter().flatten().collect()
}

/// Texts that group, beside the ids.
const GROUPS: [&str; 6] = ["region", "product", "channel_type", "option", "factor", "metric"];

fn is_id(field: &Field) -> bool {
    field.name.ends_with("_id") || field.name.ends_with("_no")
}

fn is_key(field: &Field) -> bool {
    is_id(field) || GROUPS.contains(&field.name.as_str())
}

fn is_category(field: &Field) -> bool {
    !field.categories.is_empty()
}

fn is_figure(field: &Field) -> bool {
    matches!(field.type_, FieldType::Number | FieldType::Integer)
}

fn is_free_text(field: &Field) -> bool {
    field.type_ == FieldType::String && !is_key(field) && !is_category(field)
}

fn filled_key(field: &Field, cell: &Cell) -> bool {
    is_key(field) && !cell.is_blank()
}

fn filled_figure(field: &Field, cell: &Cell) -> bool {
    is_figure(field) && matches!(cell.value, Value::Number(_))
}

fn filled_text(field: &Field, cell: &Cell) -> bool {
    is_free_text(field) && matches!(cell.value, Value::Text(_))
}

fn filled_category(field: &Field, cell: &Cell) -> bool {
    is_category(field) && !cell.is_blank()
}

fn filled_boolean(field: &Field, cell: &Cell) -> bool {
    field.type_ == FieldType::Boolean && !cell.is_blank()
}

fn filled_day(field: &Field, cell: &Cell) -> bool {
    field.type_ == FieldType::Date && !cell.is_blank()
}

fn filled_month(field: &Field, cell: &Cell) -> bool {
    field.type_ == FieldType::Yearmonth && !cell.is_blank()
}

fn filled(_: &Field, cell: &Cell) -> bool {
    !cell.is_blank()
}
