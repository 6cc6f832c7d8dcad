//! The one way of the data: bytes, a policy and options in, bytes and a report out.
//!
//! Synchronous and pure but for the bytes that it writes: no clock, no file, no request. HTTP, the command line and the benches
//! call [`run`]; it knows none of them.

use std::io::{Seek, Write};
use std::sync::atomic::AtomicBool;

use jiff::civil::Date;

use crate::lang::Lang;

/// What is to be done with a workbook, as a request or a command line says it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The calendar year that is assessed; else the cover's, else that of the latest purchase month.
    pub period: Option<i16>,
    /// The as-of date; else the cover's, else the period's 31 December.
    pub as_of: Option<Date>,
    /// What errors in the data do.
    pub on_error: OnError,
    /// The language of messages, titles and texts.
    pub lang: Lang,
    /// The programmes to run, each by its name in the contract; none means all whose sheets are there.
    pub programmes: Option<Vec<String>>,
    /// How faulty cells are marked.
    pub mark: Mark,
    /// Only check; calculate nothing.
    pub check_only: bool,
}

/// What errors in the data do to the calculation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// They stop it.
    #[default]
    Stop,
    /// Faulty rows are left out and the rest is calculated.
    Partial,
}

/// How faulty cells are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// By conditional-format rules that fall silent when the cell is mended.
    #[default]
    Conditional,
    /// By a fill in the cell's own style.
    Style,
}
