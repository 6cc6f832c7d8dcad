//! The integration tests: the real server on a free port, over the real store.

mod again;
mod api;
mod artefacts;
mod batches;
mod builder;
mod cards;
mod commands;
mod fidelity;
mod foreign;
mod goldens;
mod harness;
mod history;
mod hostile;
mod jobs;
mod memory;
mod mutations;
mod openapi;
mod outages;
mod overview;
mod own_schema;
mod refusals;
mod schemas;
mod servers;
mod service;
mod templates;
mod tokens;
