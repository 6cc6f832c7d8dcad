//! The integration tests: the real server on a free port, over the real store.

#![expect(
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "a test that unwraps what is not there fails; its figures are small"
)]

mod accounts;
mod accruals;
mod admin_pages;
mod again;
mod api;
mod appeals;
mod artefacts;
mod batches;
mod browser;
mod builder;
mod cards;
mod cluster;
mod commands;
mod comparing;
mod consolidated;
mod data_folders;
mod deployment;
mod fidelity;
mod foreign;
mod goldens;
mod guessing;
mod guide;
mod harness;
mod history;
mod hostile;
mod https;
mod jobs;
mod keys;
mod lenient;
mod lists;
mod memory;
mod metamorphic;
mod mutations;
mod openapi;
mod outages;
mod outdated;
mod overview;
mod own_schema;
mod pages;
mod people;
mod people_commands;
mod policies;
mod policy_books;
mod policy_diff;
mod private_files;
mod quotas;
mod reading;
mod rebates;
mod refusals;
mod regions;
mod reports;
mod runs;
mod schemas;
mod seen;
mod servers;
mod service;
mod sessions;
mod settlements;
mod sound_tables;
mod soundness;
mod stored_keys;
mod templates;
mod tokens;
mod traces;
mod transfer;
mod unpaid;
mod visitor;
mod withdrawn;
mod year;
