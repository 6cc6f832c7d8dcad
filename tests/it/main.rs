//! The integration tests: the real server on a free port, over the real store.

mod api;
mod batches;
mod commands;
mod fidelity;
mod foreign;
mod goldens;
mod harness;
mod mutations;
mod own_schema;
mod refusals;
mod schemas;
mod service;
mod templates;
mod tokens;
