//! A workbook as it came: sheets and cells, before anything is known of what they mean.
//!
//! calamine is named only here. Cells are streamed row by row; a sheet is never held.

mod cell;
mod read;

pub use cell::{Cell, Value, cell_name, column_name};
pub use read::{ReadError, Row, SheetInfo, Workbook};
