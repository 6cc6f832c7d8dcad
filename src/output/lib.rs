//! From results to what people get: the user's own workbook with what is written on it, the added sheets, the JSON, a policy as a workbook;
//! and [`pipeline::run`], the one function that walks the whole way.

pub mod annotate;
pub mod pipeline;
pub mod policy_book;
pub mod report;

// Rooms below, by the names by which they are called here.
use dealerbook_base::{exact, key, lang, money, narrow};
use dealerbook_engine::{
    accrual, appeals, comparison, history, outcome, policy, policy_check, programmes, schema, settlement, sheet,
    validate, workbook,
};
use dealerbook_package as package;
