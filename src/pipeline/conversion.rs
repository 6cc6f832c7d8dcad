//! Workbooks that can be read but not patched (.xls, .xlsb, .ods): a new .xlsx of their values goes the way of the data instead.
//!
//! Every cell stays in its place, so that issues, marks and results stand where they would in the upload.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use super::{Job, PipelineError};
use crate::package::{self, Foreign, ForeignKind, Noted, PackageError, Visibility, sheet_titles, with_1904_epoch};
use crate::report::plain_book::{PlainBook, PlainSheet};
use crate::workbook::{ForeignWorkbook, ReadError, Value};

/// A workbook made anew.
pub(super) struct Converted {
    /// The .xlsx.
    pub bytes: Vec<u8>,
    /// What the upload was.
    pub kind: ForeignKind,
}

/// Makes the upload anew where it is of a kind that can't be patched.
///
/// # Errors
///
/// [`PipelineError`] where it is encrypted, broken or too large.
pub(super) fn convert(job: &Job<'_>) -> Result<Option<Converted>, PipelineError> {
    let limits = &job.engine.package_limits;
    let foreign = match package::foreign(job.bytes, limits) {
        // What can't even be told apart is told by whoever opens it next.
        Err(PackageError::NotZip { .. }) => None,
        told => told?,
    };
    let Some(Foreign { kind, sheets }) = foreign else { return Ok(None) };
    let mut workbook = ForeignWorkbook::open(job.bytes, kind)?;
    let mut book = PlainBook::new().map_err(ours)?;
    let worksheets: Vec<_> = workbook.sheets().into_iter().filter(|sheet| sheet.worksheet).collect();
    if worksheets.is_empty() {
        return Err(PipelineError::NotAWorkbook { reason: "it holds no sheet of cells".to_owned() });
    }
    if worksheets.len() > limits.converted_sheets_max {
        let max = limits.converted_sheets_max as u64;
        return Err(PipelineError::TooLarge { limit: "converted_sheets_max", max });
    }
    let titles = sheet_titles(&worksheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>());
    let mut text = Text { left: limits.shared_strings_bytes_max, max: limits.shared_strings_bytes_max };
    let nothing = Noted::default();
    // A workbook shows one sheet at least; charts that it showed are not carried.
    let shown = worksheets.iter().position(|sheet| sheet.visibility == Visibility::Visible).unwrap_or(0);
    for (n, (sheet, title)) in worksheets.iter().zip(&titles).enumerate() {
        let visibility = if n == shown { Visibility::Visible } else { sheet.visibility };
        let mut out = book.sheet(title, visibility).map_err(ours)?;
        let noted = sheets.get(&sheet.name).unwrap_or(&nothing);
        copy(job, &mut workbook, &sheet.name, noted, &mut text, &mut out)?;
        out.finish().map_err(ours)?;
    }
    let epoch_1904 = workbook.has_1904_epoch();
    drop(workbook);
    let bytes = book.finish().map_err(ours)?;
    let bytes = if epoch_1904 { with_1904_epoch(&bytes)? } else { bytes };
    Ok(Some(Converted { bytes, kind }))
}

fn ours(error: impl std::error::Error + Send + Sync + 'static) -> PipelineError {
    PipelineError::Internal(error.into())
}

/// How much text may still be written: a file may name one long text in many cells.
struct Text {
    left: u64,
    max: u64,
}

impl Text {
    fn take(&mut self, value: &Value<'_>) -> Result<(), PipelineError> {
        let Value::Text(text) = value else { return Ok(()) };
        let left = self.left.checked_sub(text.len() as u64);
        self.left = left.ok_or(PipelineError::TooLarge { limit: "shared_strings_bytes_max", max: self.max })?;
        Ok(())
    }
}

/// Copies a sheet cell by cell, with the error values and the formulas without a result that its reader doesn't give.
fn copy(
    job: &Job<'_>,
    workbook: &mut ForeignWorkbook<'_>,
    name: &str,
    noted: &Noted,
    text: &mut Text,
    out: &mut PlainSheet<'_>,
) -> Result<(), PipelineError> {
    let mut special: BTreeSet<(u32, u32)> = workbook.uncached(name)?.into_iter().collect();
    special.extend(noted.errors.keys());
    let mut failed = None;
    let mut last_row = 0;
    let told = workbook.cells(name, |row, column, value| {
        let mut put = || {
            if row != last_row && row % 4096 == 0 && job.stop.load(Ordering::Relaxed) {
                return Err(PipelineError::Cancelled);
            }
            last_row = row;
            while let Some(at) = special.first().copied().filter(|at| *at < (row, column)) {
                special.pop_first();
                put_special(at, noted, out)?;
            }
            if special.remove(&(row, column)) {
                return put_special((row, column), noted, out);
            }
            text.take(&value)?;
            out.put(row, column, &value, noted.percentages.contains(&(row, column))).map_err(of_order)
        };
        put().map_err(|error| {
            failed = Some(error);
            ReadError::Cancelled
        })
    });
    match failed {
        Some(error) => return Err(error),
        None => told?,
    }
    special.into_iter().try_for_each(|at| put_special(at, noted, out))
}

fn put_special(at: (u32, u32), noted: &Noted, out: &mut PlainSheet<'_>) -> Result<(), PipelineError> {
    let (row, column) = at;
    match noted.errors.get(&at) {
        Some(error) => out.put(row, column, &Value::Error(error), false).map_err(of_order),
        None => out.put_uncached(row, column).map_err(of_order),
    }
}

/// Rows that don't come in their order.
fn of_order(error: impl std::error::Error) -> PipelineError {
    PipelineError::Unreadable { reason: error.to_string() }
}
