//! Dealerbook: dealer workbooks in, the user's own workbook back: checked, assessed and annotated.
//!
//! The way of the data is one function, [`pipeline::run`]:
//!
//! ```text
//! bytes → workbook (cells) → validate (typed tables + issues) → programmes (results) → annotate (plan) → package (bytes)
//! ```
//!
//! The rooms stand in crates below this one, which gives all of them under one name to tests and benches. ARCHITECTURE.md has what each
//! of them does and what it must never know.

pub use dealerbook_base::{calendar, clock, exact, failure, key, lang, money, names};
pub use dealerbook_cli as cli;
pub use dealerbook_config as config;
pub use dealerbook_engine::{
    accrual, appeals, comparison, history, outcome, policy, policy_check, programmes, schema, settlement, sheet,
    validate, workbook,
};
pub use dealerbook_output::{annotate, pipeline, policy_book, report};
pub use dealerbook_package as package;
pub use dealerbook_server::{http, problem, retention, service, startup, telemetry, token, upgrade};
pub use dealerbook_store as store;
