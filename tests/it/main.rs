//! The integration tests: the real server on a free port, over the real store.

mod again;
mod api;
mod builder;
mod commands;
mod fidelity;
mod goldens;
mod harness;
mod hostile;
mod memory;
mod mutations;
mod refusals;
mod service;
mod templates;
mod tokens;
