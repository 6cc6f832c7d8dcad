//! Everything that is kept, taken out into a folder and brought in elsewhere: a back-up, and the way from SQLite to PostgreSQL and back.
//!
//! The folder holds `tables/NAME.jsonl` (a row a line, as a JSON object, in the order of its key; what is null is left out), `artefacts/`
//! (the files that the rows name, by their SHA-256) and, written last, `dealerbook-export.json`, which says what there has to be. The same
//! data give the same bytes, whichever database they are in.
//!
//! Tables are known by a list (`tables`, compared with the database by a test) and rows by their columns, so a migration that adds a column
//! needs nothing here. What is null is left out because PostgreSQL types a bound null and nobody knows its column's type.

mod export;
mod fault;
mod import;
mod manifest;
mod rows;
mod tables;

pub use fault::{TransferError, TransferFault};
pub use manifest::Manifest;
pub(super) use tables::TABLES;
