//! What comes out: the result as JSON and the added sheets.
//!
//! rust_xlsxwriter is named only here. The layout of a sheet is made with it; the rows of long tables are streamed into the package.

pub mod about_sheet;
mod assessment_columns;
mod assessment_formulas;
pub mod assessment_sheet;
pub mod book;
mod columns;
mod double;
pub mod earlier;
mod formula;
pub mod incentive_sheet;
pub mod issue_sheet;
pub mod json;
pub mod layout;
pub mod plot;
pub mod template;
pub mod words;

/// The fill of each grade, everywhere.
pub const GRADE_FILLS: [(&str, u32); 4] =
    [("core", 0xC6E0B4), ("key", 0xDDEBF7), ("ordinary", 0xFFF2CC), ("problem", 0xF8CBAD)];
