//! Sheets of a template that nobody has filled in. A template of the whole workbook has every sheet; those that its user doesn't
//! need must not speak: an empty 发货流水 would make everybody's tonnes 0.
//!
//! A sheet without a row is set aside only in a workbook that bears a template's stamp or where the example row still stands, which is
//! skipped only as long as it says what the schemas say: changed, it is an error, for to skip it would lose data and to read it would
//! invent a dealer.

use super::example::{self, Example};
use super::header::{self, HEADER_ROWS};
use super::row_kind::is_filled;
use super::sheets::Found;
use super::words;
use super::{Exclusions, Header};
use crate::schema::{Resource, Schemas};
use crate::workbook::{Cell, ReadError, Value, Workbook};

/// Takes the sheets without a row of data out of the found tables: all such of a workbook that bears a template's stamp; elsewhere
/// those that still have the example row. Any other sheet that is empty is there, and empty.
pub fn set_aside(
    workbook: &mut Workbook<'_>,
    schemas: &Schemas,
    exclusions: &Exclusions,
    found: &mut Found,
) -> Result<(), ReadError> {
    for (index, resource) in schemas.resources.iter().enumerate() {
        let Some(sheet) = found.tables[index] else { continue };
        let name = workbook.sheets()[sheet].name.clone();
        let content = content(workbook, &name, resource)?;
        if content == Content::Example || content == Content::HeaderOnly && exclusions.from_template {
            found.unfilled[index] = found.tables[index].take();
        }
    }
    Ok(())
}

/// What stands below a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// Something that has to be read; or there is no header.
    Data,
    /// Nothing but the example row.
    Example,
    /// Nothing.
    HeaderOnly,
}

fn content(workbook: &mut Workbook<'_>, name: &str, resource: &Resource) -> Result<Content, ReadError> {
    let mut top = Vec::new();
    workbook.rows(name, |row| {
        if row.index < HEADER_ROWS {
            top.push((row.index, header::labels(row.cells)));
        }
        Ok(row.index + 1 < HEADER_ROWS)
    })?;
    let header = header::find(resource, &top);
    if header.columns.iter().all(Option::is_none) {
        return Ok(Content::Data);
    }
    let epoch_1904 = workbook.has_1904_epoch();
    let mut content = Content::HeaderOnly;
    workbook.rows(name, |row| {
        if row.index > header.row && says_something(row.cells, &header) {
            content = match example::find(resource, &header, row.cells, epoch_1904) {
                Some(Example::Untouched) => Content::Example,
                _ => Content::Data,
            };
        }
        Ok(content != Content::Data)
    })?;
    Ok(content)
}

fn says_something(cells: &[Cell<'_>], header: &Header) -> bool {
    let mut filled = cells.iter().filter(|cell| is_filled(cell));
    let total =
        filled.clone().next().is_some_and(|cell| matches!(&cell.value, Value::Text(text) if words::is_total(text)));
    filled.any(|cell| header.field_at(cell.column).is_some()) && !total
}
