//! Reading a sheet into typed columns, with everything that is wrong in its cells.

mod aside;
mod looks;
mod merging;
mod reader;
mod titles;
mod wide_rows;

use hashbrown::HashMap;

use super::coerce::Context;
use super::column::{Column, Typed};
use super::header::{self, HEADER_ROWS, Header};
use super::issue::{Place, ResourceId};
use super::issues::Issues;
use super::key_column::Spellings;
use super::row_kind::RowKind;
use super::wide;
use crate::schema::Resource;
use crate::workbook::{Cell, ReadError, Workbook};
use dealerbook_base::narrow::u16_of;
use reader::Reader;
use titles::{titles, year_of};
use wide_rows::Across;

/// A sheet as typed columns.
#[derive(Debug)]
pub struct Table {
    /// The resource, by its index in the schemas.
    pub resource: usize,
    /// The sheet, by its index in the workbook.
    pub sheet: usize,
    /// Where the columns are.
    pub header: Header,
    /// For each row its index in the sheet.
    pub rows: Vec<u32>,
    /// For each row whether it has an error.
    pub faulty: Vec<bool>,
    /// For each row whether it belongs to the period.
    pub outside: Vec<bool>,
    /// A column for each field of the schema.
    pub columns: Vec<Column>,
    /// Where the months stand across, the month of each row.
    across: Option<Across>,
    /// Whether its header leaves open what is meant, so that no row was read.
    pub unread: bool,
    /// For each column of the sheet whether any cell of it holds something.
    used: Vec<bool>,
    /// The cells that a merged range fills, by row of the table and field, each with the row of the sheet where the value stands.
    filled: HashMap<(usize, usize), u32>,
}

impl Table {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A column by its field.
    pub fn column(&self, field: usize) -> &Column {
        &self.columns[field]
    }

    /// The first of so many columns that hold nothing, behind the last label with one column left free.
    pub fn free_columns(&self, requested: u16) -> Option<u16> {
        const COLUMNS: usize = 16_384;
        let (requested, first) = (usize::from(requested), usize::from(self.header.last_column) + 2);
        let is_free = |start: &usize| (*start..start + requested).all(|c| !self.used.get(c).copied().unwrap_or(false));
        let start = (first..=COLUMNS.checked_sub(requested)?).find(is_free)?;
        (requested > 0).then_some(u16_of(start))
    }

    fn note_used(&mut self, cells: &[Cell<'_>], is_ours: &dyn Fn(u16) -> bool) {
        for cell in cells.iter().filter(|c| !is_ours(c.column)) {
            let column = usize::from(cell.column);
            if column >= self.used.len() {
                self.used.resize(column + 1, false);
            }
            self.used[column] = true;
        }
    }

    /// The place of a cell; under a merged range that of its visible one. Where months stand across, a field that no month has is missed at the row's own column.
    pub fn place(&self, row: usize, field: usize) -> Place {
        let of_row = || self.header.columns.iter().flatten().min().copied();
        let across = || self.across.as_ref().and_then(|across| across.column(row, field).or_else(of_row));
        Place {
            sheet: Some(u16_of(self.sheet)),
            resource: Some(ResourceId::Table(u16_of(self.resource))),
            row: Some(self.filled.get(&(row, field)).copied().unwrap_or(self.rows[row])),
            column: self.header.columns[field].or_else(across),
            field: Some(u16_of(field)),
        }
    }

    /// The place of a field's label; where months stand across, that of the first of them.
    pub fn label_place(&self, field: usize) -> Place {
        let across = || self.across.as_ref().and_then(|across| across.first_column());
        Place {
            sheet: Some(u16_of(self.sheet)),
            resource: Some(ResourceId::Table(u16_of(self.resource))),
            row: Some(self.header.row),
            column: self.header.columns[field].or_else(across),
            field: Some(u16_of(field)),
        }
    }

    /// The value of a cell as people would write it.
    pub fn seen(&self, resource: &Resource, row: usize, field: usize) -> Option<Box<str>> {
        Some(self.column(field).value(row)?.spelled(&resource.fields[field]).into())
    }
}

/// A sheet that is to be read, and what is left out of it.
pub struct Source<'a> {
    /// The schema.
    pub resource: &'a Resource,
    /// Its index.
    pub index: usize,
    /// The sheet's index in the workbook.
    pub sheet: usize,
    /// Columns of our own from an earlier answer.
    pub ours: Option<std::ops::RangeInclusive<u16>>,
    /// The year of months that stand across without one.
    pub year: Option<i16>,
    /// Columns that are kept this time although their schema says that nobody reads them.
    pub also_read: &'a [&'a str],
    /// How the dealers sheet spells the keys that stand here too.
    pub spellings: &'a Spellings,
}

/// Reads a sheet.
///
/// # Errors
///
/// [`ReadError`] where the sheet can't be read or `stop` says so; faults in the data are issues.
pub fn read(
    workbook: &mut Workbook<'_>,
    source: &Source<'_>,
    issues: &mut Issues,
    stop: &dyn Fn() -> bool,
) -> Result<Table, ReadError> {
    let name = workbook.sheets()[source.sheet].name.clone();
    let epoch_1904 = workbook.has_1904_epoch();
    let is_ours = |column: u16| source.ours.as_ref().is_some_and(|range| range.contains(&column));
    let mut top = Vec::new();
    workbook.rows(&name, |row| {
        if row.index < HEADER_ROWS {
            let labels = header::labels(row.cells);
            top.push((row.index, labels.into_iter().filter(|(column, _)| !is_ours(*column)).collect()));
        }
        Ok(row.index + 1 < HEADER_ROWS)
    })?;
    let header = header::find(source.resource, &top);
    let place = Place {
        sheet: Some(u16_of(source.sheet)),
        resource: Some(ResourceId::Table(u16_of(source.index))),
        ..Place::default()
    };
    let layout = workbook.layout(&name)?;
    if let Some(found) = wide::find(source.resource, &header, &top) {
        return wide_rows::read(workbook, source, found, &top, layout, place, issues, stop);
    }
    header::check(source.resource, &header, &top, place, issues);
    let there: Vec<usize> = (0..source.resource.fields.len()).filter(|f| header.columns[*f].is_some()).collect();
    header::check_titles(source.resource, &there, titles(&top, header.first_row), place, issues);
    let year = year_of(source, &header, &top, &name);
    let above: Vec<String> = titles(&top, header.first_row).map(|(.., text)| text).collect();
    let mut reader = Reader::new(source, header, Context { epoch_1904, year }, layout, place, issues);
    reader.kinds.know_titles(above.into_iter());
    workbook.rows(&name, |row| {
        if row.index % 4096 == 0 && stop() {
            return Err(ReadError::Cancelled);
        }
        reader.table.note_used(row.cells, &is_ours);
        if row.index > reader.table.header.row {
            reader.row(row.index, row.cells, &is_ours);
        }
        Ok(true)
    })?;
    Ok(reader.finish())
}
