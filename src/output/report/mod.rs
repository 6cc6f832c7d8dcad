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
mod accounts_sheet;
pub mod accrual_book;
mod applicants_sheet;
mod assessment_columns;
mod assessment_formulas;
pub mod assessment_sheet;
mod attainment;
pub mod book;
mod book_figures;
pub mod card;
mod card_paid;
mod card_sheet;
mod channel_options_sheet;
mod channels_sheet;
pub mod cliff_words;
mod columns;
pub mod comparison_book;
pub mod consolidated;
mod credit_sheet;
mod credit_unlisted;
mod double;
pub mod earlier;
mod explanations;
mod follows;
mod formula;
mod incentive_columns;
mod incentive_formulas;
pub mod incentive_sheet;
pub mod incentive_words;
pub mod issue_sheet;
pub mod json;
pub mod json_schema;
pub mod layout;
mod list;
mod maintenance_sheet;
mod maintenance_words;
mod monthly_rows;
mod monthly_sheet;
mod overview;
mod overview_sheet;
pub mod plain_book;
mod plans_cards;
mod plans_sheet;
mod plans_words;
pub mod plot;
pub mod policy_book;
pub mod policy_names;
mod programme_body;
mod programme_chart;
pub mod programme_sheet;
pub mod programme_sheets;
mod programme_value;
mod review_sheet;
mod roi_sheet;
pub mod rules;
pub mod settlement;
mod small_sheet;
pub mod sources;
mod stock_report;
mod stock_sheet;
mod table;
pub mod template;
mod unpaid_json;
mod unpaid_view;
mod unpaid_words;
pub mod view;
mod visit_report;
pub mod words;

/// What is well, what needs a look, what is not well: the fills of every status.
pub const GOOD: u32 = 0xC6E0B4;
/// Needs a look.
pub const FAIR: u32 = 0xFFF2CC;
/// Is not well.
pub const POOR: u32 = 0xF8CBAD;

/// The fill of each grade, everywhere.
pub const GRADE_FILLS: [(&str, u32); 4] =
    [("core", 0xC6E0B4), ("key", 0xDDEBF7), ("ordinary", 0xFFF2CC), ("problem", 0xF8CBAD)];
