//! The integration tests: the real server on a free port, over the real store.

mod api;
mod batches;
mod commands;
mod fidelity;
mod goldens;
mod harness;
mod mutations;
mod refusals;
mod service;
mod templates;
mod tokens;
