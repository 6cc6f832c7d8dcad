//! Added sheets, described: columns with their values and live formulas, totals, charts, and what the overview says of them.
//!
//! Below the programmes, which describe their own sheets with it. Nothing is drawn here and no library is named: `report` draws.

pub mod body;
pub mod brief;
pub mod chart;
pub mod columns;
pub mod describe;
pub mod double;
pub mod formula;
mod formulas;
mod governed;
pub mod list;
pub mod look;
pub mod reads;
#[cfg(test)]
mod tests;
pub mod value;
pub mod words;

pub use body::{Liveness, Sheet};
pub use brief::{Brief, KeyFigure, Need};
pub use chart::{Chart, ChartKind, Series};
pub use columns::Columns;
pub use describe::{Describe, rules_of};
pub use formula::{as_written, quoted};
pub use list::Ids;
pub use look::{BODY_ROW, Group, Look};
pub use reads::{Read, Reads};
pub use value::Value;
pub use words::{Words, figure, money, percent};

/// What is well, what needs a look, what is not well: the fills of every status.
pub const GOOD: u32 = 0xC6E0B4;
/// Needs a look.
pub const FAIR: u32 = 0xFFF2CC;
/// Is not well.
pub const POOR: u32 = 0xF8CBAD;

/// The fill of each grade, everywhere.
pub const GRADE_FILLS: [(&str, u32); 4] =
    [("core", 0xC6E0B4), ("key", 0xDDEBF7), ("ordinary", 0xFFF2CC), ("problem", 0xF8CBAD)];
