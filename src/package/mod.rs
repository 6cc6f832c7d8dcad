//! The OOXML package: patches a user's .xlsx or .xlsm in place and grafts new sheets into it.
//!
//! A small library in its own right: it knows cells, styles, notes, rules and parts, and nothing of dealers. Zip and XML are named
//! only here. Every part that need not change is copied as it came, without inflating it.

pub mod edit;
