//! The server: the interface behind `/v1`, the pages, the start, logs and traces.

pub mod http;
pub mod problem;
pub mod retention;
pub mod service;
pub mod startup;
pub mod telemetry;
pub mod token;
pub mod upgrade;

// Rooms below, by the names by which they are called here.
use dealerbook_base::{calendar, clock, failure, key, lang, names};
use dealerbook_config as config;
use dealerbook_engine::{
    accrual, appeals, comparison, history, outcome, policy, policy_check, programmes, schema, settlement, validate,
    workbook,
};
use dealerbook_output::{pipeline, policy_book, report};
use dealerbook_package as package;
use dealerbook_store as store;
