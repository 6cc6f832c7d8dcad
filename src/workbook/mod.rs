//! A workbook as it came: sheets and cells, before anything is known of what they mean.
//!
//! calamine is named only here. Cells are streamed row by row; a sheet is never held, but for the old kinds in `foreign`.

mod cell;
mod foreign;
mod layout;
mod read;

pub use crate::package::NumberLook;
pub use cell::{Cell, Value, cell_name, column_name};
pub use foreign::{ForeignSheet, ForeignValue, ForeignWorkbook};
pub use layout::{Layout, Merge};
pub use read::{ReadError, Row, SheetInfo, Workbook};
