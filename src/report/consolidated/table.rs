//! A table whose rows are written through the library, one behind the other.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::gather::Gathered;
use super::words::{self, Terms};
use crate::report::columns::Columns;
use crate::report::layout::{self, BODY_ROW, Layout, Look, Total};
use crate::report::programme_value::Value;
use crate::report::small_sheet;

/// What stands in a cell: its value and, where it is live, its formula.
pub(super) struct Cell<'c>(pub Value<'c>, pub Option<String>);

impl<'c, T: Into<Value<'c>>> From<T> for Cell<'c> {
    fn from(value: T) -> Self {
        Cell(value.into(), None)
    }
}

impl<'c> Cell<'c> {
    /// A value that a formula comes to.
    pub(super) fn live(value: impl Into<Value<'c>>, formula: String) -> Self {
        Cell(value.into(), Some(formula))
    }
}

/// Columns with the formats of their cells, plain and muted.
pub(super) struct Table {
    pub columns: Columns,
    formats: [Vec<Format>; 2],
}

/// How a table is headed.
pub(super) struct Top<'t> {
    pub heading: &'t str,
    pub totals: Vec<Total>,
    pub colours: Vec<(u16, String, u32)>,
    /// How many columns stay in view.
    pub frozen: u16,
}

impl Table {
    pub(super) fn new(columns: Columns) -> Table {
        let formats = [false, true].map(|muted| columns.iter().map(|col| layout::cell(col.look, muted)).collect());
        Table { columns, formats }
    }

    /// Lays the sheet out for so many rows.
    pub(super) fn dress(
        &self,
        sheet: &mut Worksheet,
        rows: usize,
        top: Top<'_>,
        gathered: &Gathered,
        terms: Terms<'_>,
    ) -> Result<(), XlsxError> {
        let layout = Layout {
            heading: top.heading.to_owned(),
            subtitle: words::subtitle(gathered, terms),
            notice: words::notice(gathered, terms),
            columns: &self.columns,
            rows: rows as u32,
            frozen: top.frozen,
            pages_wide: layout::pages_wide(&self.columns),
            totals: top.totals,
            colours: top.colours,
            totals_label: terms.pick("合计", "Totals"),
            lang: terms.lang(),
        };
        layout.dress(sheet)
    }

    /// Writes a row, by its place among the rows; as high as its wrapped texts need.
    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        row: usize,
        muted: bool,
        cells: &[Cell<'_>],
    ) -> Result<(), XlsxError> {
        let at = BODY_ROW + row as u32;
        let formats = &self.formats[usize::from(muted)];
        let mut lines = 1;
        for (n, (Cell(value, formula), format)) in cells.iter().zip(formats).enumerate() {
            small_sheet::write(sheet, (at, n as u16), value, formula.as_deref(), format)?;
            if let (Value::Text(text), Look::Wrap) = (value, self.columns[n].look) {
                lines = lines.max(layout::lines(text, self.columns[n].width));
            }
        }
        small_sheet::set_lines(sheet, at, lines)
    }
}
