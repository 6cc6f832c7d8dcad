//! How the workbooks of a command have ended, and what it exits with.

use std::process::ExitCode;

use super::fault::Fault;
use super::{COULD_NOT_RUN, DATA_AT_FAULT};
use dealerbook_output::pipeline::{Report, Status};

/// How many of those that are done have ended how.
#[derive(Debug, Default)]
pub struct Tally {
    /// Calculated, or checked and without errors.
    pub good: usize,
    /// With errors in their data.
    pub faulty: usize,
    /// Not worked on, or without the answer that was wanted.
    pub failed: usize,
}

impl Tally {
    /// One more.
    pub fn count(&mut self, end: &Result<Report, Fault>) {
        match end {
            Ok(report) if report.unwritten().is_some() => self.failed += 1,
            Ok(report) if report.status() == Status::Faulty => self.faulty += 1,
            Ok(_) => self.good += 1,
            Err(_) => self.failed += 1,
        }
    }

    /// All that are done.
    pub fn done(&self) -> usize {
        self.good + self.faulty + self.failed
    }

    /// The gravest.
    pub fn code(&self) -> ExitCode {
        match self {
            Tally { failed: 1.., .. } => ExitCode::from(COULD_NOT_RUN),
            Tally { faulty: 1.., .. } => ExitCode::from(DATA_AT_FAULT),
            _ => ExitCode::SUCCESS,
        }
    }
}
