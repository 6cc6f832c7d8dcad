//! Dealerbook: dealer workbooks in, the user's own workbook back: checked, assessed and annotated.
//!
//! The way of the data is one function, [`pipeline::run`]:
//!
//! ```text
//! bytes → workbook (cells) → validate (typed tables + issues) → programmes (results) → annotate (plan) → package (bytes)
//! ```
//!
//! ARCHITECTURE.md tells the rooms and what each must never know.

pub mod accrual;
pub mod annotate;
pub mod appeals;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod comparison;
pub mod config;
pub mod exact;
pub mod history;
pub mod http;
pub mod key;
pub mod lang;
pub mod money;
pub mod names;
pub mod outcome;
pub mod package;
pub mod pipeline;
pub mod policy;
pub mod policy_book;
pub mod problem;
pub mod programmes;
pub mod report;
pub mod retention;
pub mod schema;
pub mod service;
pub mod settlement;
pub mod startup;
pub mod store;
pub mod telemetry;
pub mod token;
pub mod upgrade;
pub mod validate;
pub mod workbook;
