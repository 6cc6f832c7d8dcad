//! What comes out: the result as JSON and the added sheets.
//!
//! rust_xlsxwriter is named only here. The layout of a sheet is made with it; the rows of long tables are streamed into the package.
//!
//! The library makes header, widths, formats, print set-up and prototype rows, one for each height and look; `package` replaces these by
//! rows that it writes as they are made. Writing the rows through the library as well and restyling them afterwards cost more than twice
//! the time and ten times the memory on 10,000 dealers.
//!
//! An answer names no clock and no run id, so that the same upload gives the same bytes; the note on the result columns names period,
//! policy and the upload's hash instead.

pub mod about_sheet;
pub mod accrual_book;
mod assessment_columns;
mod assessment_formulas;
pub mod assessment_sheet;
pub mod book;
mod book_figures;
pub mod card;
mod card_paid;
mod card_sheet;
pub mod cliff_words;
pub mod comparison_book;
pub mod consolidated;
pub mod earlier;
mod follows;
mod incentive_columns;
mod incentive_formulas;
pub mod incentive_sheet;
pub mod issue_sheet;
pub mod json;
pub mod json_schema;
pub mod layout;
mod list;
mod monthly_brief;
mod monthly_rows;
mod monthly_sheet;
mod overview;
mod overview_sheet;
pub mod plain_book;
pub mod plot;
pub mod policy_book;
pub mod policy_names;
mod programme_chart;
pub mod rules;
pub mod settlement;
mod small_sheet;
pub mod sources;
mod table;
pub mod template;
mod unpaid_json;
mod unpaid_view;
pub mod view;

pub use dealerbook_engine::sheet::words;
