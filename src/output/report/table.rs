//! A table whose rows are written through the library, one behind the other.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::layout::{self, BODY_ROW, Look};
use super::small_sheet;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::value::Value;

/// What stands in a cell: its value and, where it is live, its formula.
pub struct Cell<'c>(pub Value<'c>, pub Option<String>);

impl<'c, T: Into<Value<'c>>> From<T> for Cell<'c> {
    fn from(value: T) -> Self {
        Cell(value.into(), None)
    }
}

impl<'c> Cell<'c> {
    /// A value that a formula comes to.
    pub fn live(value: impl Into<Value<'c>>, formula: String) -> Self {
        Cell(value.into(), Some(formula))
    }
}

/// Columns with the formats of their cells, plain and muted.
pub struct Table {
    /// The columns.
    pub columns: Columns,
    formats: [Vec<Format>; 2],
}

impl Table {
    /// A table of these columns.
    pub fn new(columns: Columns) -> Table {
        let formats = [false, true].map(|muted| columns.iter().map(|col| layout::cell(col.look, muted)).collect());
        Table { columns, formats }
    }

    /// Writes a row, by its place among the rows; as high as its wrapped texts need.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn write(&self, sheet: &mut Worksheet, row: usize, muted: bool, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        let at = BODY_ROW + u32_of(row);
        let formats = &self.formats[usize::from(muted)];
        let mut lines = 1;
        for (n, (Cell(value, formula), format)) in cells.iter().zip(formats).enumerate() {
            small_sheet::write(sheet, (at, u16_of(n)), value, formula.as_deref(), format)?;
            if let (Value::Text(text), Look::Wrap) = (value, self.columns[n].look) {
                lines = lines.max(layout::lines(text, self.columns[n].width));
            }
        }
        small_sheet::set_lines(sheet, at, lines)
    }
}
