//! The integration tests: the real server on a free port, over the real store.

mod again;
mod api;
mod batches;
mod builder;
mod cards;
mod commands;
mod deployment;
mod fidelity;
mod foreign;
mod goldens;
mod harness;
mod history;
mod hostile;
mod memory;
mod mutations;
mod openapi;
mod overview;
mod own_schema;
mod refusals;
mod schemas;
mod seen;
mod service;
mod templates;
mod tokens;
mod traces;
