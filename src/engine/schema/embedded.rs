//! The files under `schemas/` that are built into the program.

/// The Data Package descriptor.
pub(super) const PACKAGE: &str = include_str!("../../../schemas/datapackage.json");

/// The Table Schemas by their path below `schemas/`: all that lie in the folder (`build.rs`).
pub(super) const TABLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/tables.rs"));
