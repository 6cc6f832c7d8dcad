//! For calculations that are tried out: the upload in a form whose cells can be changed, and why nothing came of it.

use std::borrow::Cow;

use super::{Job, PipelineError, Run, conversion};
use crate::schema::Severity;
use crate::validate::Issue;
use crate::workbook::cell_name;

/// An error in the data, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFault {
    /// The sheet, where it is about one.
    pub sheet: Option<String>,
    /// The cell, where it is about one.
    pub cell: Option<String>,
    /// What is wrong, in the job's language.
    pub message: String,
    /// How it is mended.
    pub suggestion: Option<String>,
}

/// The upload as a package in which cells can be changed: made anew where its kind can't be patched, every cell in its place.
///
/// # Errors
///
/// [`PipelineError`] where it is encrypted, broken or too large.
pub fn patchable<'b>(job: &Job<'b>) -> Result<Cow<'b, [u8]>, PipelineError> {
    Ok(conversion::convert(job)?.map_or(Cow::Borrowed(job.bytes), |made| Cow::Owned(made.bytes)))
}

impl Run<'_> {
    /// The errors in the data, in the order of the issues.
    pub fn errors(&self) -> Vec<DataFault> {
        let errors = self.checked.issues.list().iter().filter(|issue| issue.severity == Severity::Error);
        let fault = |issue: &Issue| DataFault {
            sheet: self.speaker.sheet(issue.place.sheet).map(str::to_owned),
            cell: issue.place.row.zip(issue.place.column).map(|(row, column)| cell_name(row, column)),
            message: self.speaker.message(issue).to_string(),
            suggestion: self.speaker.suggestion(issue),
        };
        errors.map(fault).collect()
    }
}
