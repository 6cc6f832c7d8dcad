//! Merged ranges over rows of data: what they give to the rows beneath, and where it isn't certain what they mean.
//!
//! A text, id, date, month, category or boolean holds for all rows of its range. A figure, a value that must be unique, and a range over
//! several known columns can't be shared out: `merged-cells`, once a range, at its visible cell.

use std::borrow::Cow;

use super::layout_fault::LayoutFault;
use crate::schema::{Field, FieldType};
use crate::workbook::{Cell, Merge, Value};

/// A range that reaches into the rows that are being read.
#[derive(Debug)]
pub struct Active {
    /// The range.
    pub merge: Merge,
    /// The fields of its columns.
    pub fields: Vec<usize>,
    /// Its visible cell.
    pub cell: Cell<'static>,
    /// The row of the table in which the visible cell stands, once it is one.
    pub first_row: Option<usize>,
    /// Whether something was said of it.
    pub reported: bool,
}

impl Active {
    /// Whether its value holds for all of its rows.
    pub fn is_shared(&self, fields: &[Field]) -> bool {
        let shared = |field: &Field| {
            let figure = matches!(field.type_, FieldType::Number | FieldType::Integer | FieldType::Year);
            !field.constraints.unique && (!figure || !field.categories.is_empty())
        };
        matches!(self.fields[..], [field] if shared(&fields[field]))
    }

    /// What is wrong with it, where its value can't be shared out.
    pub fn fault(&self) -> LayoutFault {
        if self.fields.len() > 1 {
            LayoutFault::MergedColumns(self.merge)
        } else {
            LayoutFault::MergedFigure(self.merge)
        }
    }
}

/// The merged ranges of a sheet, as its rows go by.
#[derive(Debug)]
pub struct Merged {
    ranges: std::iter::Peekable<std::vec::IntoIter<Merge>>,
    /// Those that reach into the current row.
    pub active: Vec<Active>,
}

impl Merged {
    /// The ranges that begin below the header.
    pub fn below(merges: &[Merge], header_row: u32) -> Self {
        let below: Vec<Merge> = merges.iter().filter(|merge| merge.row > header_row).copied().collect();
        Self { ranges: below.into_iter().peekable(), active: Vec::new() }
    }

    /// Goes on to a row. `field_at` gives the field of a column.
    pub fn advance(&mut self, row: u32, cells: &[Cell<'_>], field_at: impl Fn(u16) -> Option<usize>) {
        self.active.retain(|active| active.merge.last_row >= row);
        while let Some(merge) = self.ranges.next_if(|merge| merge.row <= row) {
            if merge.row < row {
                // Nothing stands in its first row, so there is nothing to give.
                continue;
            }
            let fields: Vec<usize> = (merge.column..=merge.last_column).filter_map(&field_at).collect();
            let visible = cells.iter().find(|cell| cell.column == merge.column);
            let Some(cell) = visible.filter(|cell| super::row_kind::is_filled(cell)) else { continue };
            let matters = fields.len() > 1 || fields.len() == 1 && merge.last_row > merge.row;
            if matters {
                let cell = Cell { column: cell.column, value: owned(&cell.value), uncached: cell.uncached };
                self.active.push(Active { merge, fields, cell, first_row: None, reported: false });
            }
        }
    }
}

fn owned(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Empty => Value::Empty,
        Value::Text(text) => Value::Text(Cow::Owned(text.clone().into_owned())),
        Value::Number(x) => Value::Number(*x),
        Value::DateSerial(x) => Value::DateSerial(*x),
        Value::DateText(text) => Value::DateText(Cow::Owned(text.clone().into_owned())),
        Value::Boolean(b) => Value::Boolean(*b),
        Value::Error(code) => Value::Error(code),
    }
}
