//! What comes out: the result as JSON and the added sheets.
//!
//! rust_xlsxwriter is named only here. The layout of a sheet is made with it; the rows of long tables are streamed into the package.

pub mod json;
pub mod words;
