//! For calculations that are tried out: the upload in a form whose cells can be changed, and why nothing came out of it.

use std::borrow::Cow;

use super::{Job, PipelineError, Run, conversion};
use dealerbook_engine::schema::Severity;
use dealerbook_engine::validate::Issue;
use dealerbook_engine::workbook::{ReadError, Workbook, cell_name};
use dealerbook_package::{CellChange, Limits, Package};

/// An error in the data, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFault {
    /// The sheet, where it is about one.
    pub sheet: Option<String>,
    /// The cell, where it is about one.
    pub cell: Option<String>,
    /// What is wrong, in the job's language.
    pub message: String,
    /// How it is fixed.
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

/// What people see in the cells that are going to be changed, in the order of the changes; nothing in cells that aren't there.
///
/// # Errors
///
/// [`PipelineError`] where a sheet can't be read.
pub fn values_before(bytes: &[u8], limits: &Limits, changes: &[CellChange]) -> Result<Vec<String>, PipelineError> {
    let package = Package::open(bytes, limits)?;
    Ok(values(&mut Workbook::open(&package)?, changes)?)
}

fn values(workbook: &mut Workbook<'_>, changes: &[CellChange]) -> Result<Vec<String>, ReadError> {
    let mut values = vec![String::new(); changes.len()];
    let named = |sheet: &str, change: &CellChange| change.sheet.to_lowercase() == sheet.to_lowercase();
    let sheets: Vec<String> = workbook.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    for sheet in sheets.iter().filter(|sheet| changes.iter().any(|change| named(sheet, change))) {
        let requested = || changes.iter().enumerate().filter(|(_, change)| named(sheet, change));
        let last = requested().filter_map(|(_, change)| Some(change.at()?.row)).max().unwrap_or(0);
        workbook.rows(sheet, |row| {
            for (n, at) in requested().filter_map(|(n, change)| Some((n, change.at()?))) {
                if at.row == row.index
                    && let Some(cell) = row.cells.iter().find(|cell| cell.column == at.column)
                {
                    values[n] = cell.value.seen();
                }
            }
            Ok(row.index < last)
        })?;
    }
    Ok(values)
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
