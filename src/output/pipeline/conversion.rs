//! Workbooks that can be read but not patched (.xls, .xlsb, .ods): a new .xlsx of their values goes the way of the data instead.
//!
//! Every cell stays in its place, so that issues, marks and results stand where they would in the upload.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Job, PipelineError};
use crate::report::plain_book::{PlainBook, PlainSheet};
use dealerbook_engine::workbook::{ForeignSheet, ForeignValue, ForeignWorkbook, ReadError, Value};
use dealerbook_package::{FileKind, Finish, ForeignKind, PackageError, Reason, Visibility, sheet_titles};

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
    let foreign = match dealerbook_package::foreign(job.bytes, limits) {
        // What can't even be distinguished is reported by whoever opens it next.
        Err(PackageError::NotZip { .. }) => None,
        reported => reported?,
    };
    let Some(foreign) = foreign else { return Ok(None) };
    let kind = foreign.kind();
    let mut workbook = ForeignWorkbook::open(foreign)?;
    let mut book = PlainBook::new().map_err(ours)?;
    let worksheets = workbook.sheets();
    judge(&worksheets, limits)?;
    let titles = sheet_titles(&worksheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>());
    let mut text = Text { left: limits.shared_strings_bytes_max, max: limits.shared_strings_bytes_max };
    // A workbook shows one sheet at least; charts that it showed are not carried.
    let shown = worksheets.iter().position(|sheet| sheet.visibility == Visibility::Visible).unwrap_or(0);
    for (n, (sheet, title)) in worksheets.iter().zip(&titles).enumerate() {
        let visibility = if n == shown { Visibility::Visible } else { sheet.visibility };
        let mut out = book.sheet(title, visibility).map_err(ours)?;
        copy(job, &mut workbook, (n, &sheet.name), &mut text, &mut out)?;
        out.finish().map_err(ours)?;
    }
    let merges = (0..worksheets.len()).map(|sheet| workbook.merges(sheet).to_vec()).collect();
    let lacking = Finish { epoch_1904: workbook.has_1904_epoch(), merges };
    drop(workbook);
    let bytes = dealerbook_package::finish(book.finish().map_err(ours)?, &lacking)?;
    Ok(Some(Converted { bytes, kind }))
}

fn judge(sheets: &[ForeignSheet], limits: &dealerbook_package::Limits) -> Result<(), PipelineError> {
    if sheets.is_empty() {
        return Err(PipelineError::NotAWorkbook { what: FileKind::NoCells });
    }
    if sheets.len() > limits.converted_sheets_max {
        let max = limits.converted_sheets_max as u64;
        return Err(PipelineError::TooLarge { limit: "converted_sheets_max", max });
    }
    let mut names = BTreeSet::new();
    match sheets.iter().find(|sheet| !names.insert(sheet.name.to_lowercase())) {
        // Cells are found by the name of their sheet.
        Some(twice) => {
            let reason = Reason::new("有两张工作表同名", "two sheets have the same name");
            Err(PipelineError::Unreadable { reason: reason.at(&twice.name) })
        }
        None => Ok(()),
    }
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
    fn take(&mut self, value: &ForeignValue<'_>) -> Result<(), PipelineError> {
        let ForeignValue::Of(Value::Text(text) | Value::DateText(text)) = value else { return Ok(()) };
        let left = self.left.checked_sub(text.len() as u64);
        self.left = left.ok_or(PipelineError::TooLarge { limit: "shared_strings_bytes_max", max: self.max })?;
        Ok(())
    }
}

/// Copies a sheet cell by cell, with the error values and the formulas without a result that its reader doesn't give.
fn copy(
    job: &Job<'_>,
    workbook: &mut ForeignWorkbook,
    (sheet, name): (usize, &str),
    text: &mut Text,
    out: &mut PlainSheet<'_>,
) -> Result<(), PipelineError> {
    let mut special: BTreeMap<(u32, u32), ForeignValue<'static>> = BTreeMap::new();
    if let Some(noted) = workbook.noted(sheet) {
        special.extend(noted.uncached.iter().map(|at| (*at, ForeignValue::Uncached)));
        special.extend(noted.errors.iter().map(|(at, error)| (*at, ForeignValue::Of(Value::Error(error)))));
    }
    let formats = workbook.take_formats(sheet);
    let mut failed = None;
    let mut last_row = 0;
    let reported = workbook.cells(sheet, name, |row, column, value| {
        let put = || {
            if row != last_row && row % 4096 == 0 && job.stop.load(Ordering::Relaxed) {
                return Err(PipelineError::Cancelled);
            }
            last_row = row;
            while let Some(first) = special.first_entry().filter(|first| *first.key() < (row, column)) {
                let (at, value) = first.remove_entry();
                put(at, &value, out)?;
            }
            let value = special.remove(&(row, column)).unwrap_or_else(|| shown(value, formats.get(&(row, column))));
            text.take(&value)?;
            put((row, column), &value, out)
        };
        put().map_err(|error| {
            failed = Some(error);
            ReadError::Cancelled
        })
    });
    match failed {
        Some(error) => return Err(error),
        None => reported?,
    }
    special.iter().try_for_each(|(at, value)| put(*at, value, out))
}

/// A number with the format that says more than it does, where it has one.
fn shown<'v>(value: ForeignValue<'v>, code: Option<&Arc<str>>) -> ForeignValue<'v> {
    match (value, code) {
        (ForeignValue::Of(Value::Number(x)), Some(code)) => ForeignValue::Shown(x, Arc::clone(code)),
        (value, _) => value,
    }
}

fn put((row, column): (u32, u32), value: &ForeignValue<'_>, out: &mut PlainSheet<'_>) -> Result<(), PipelineError> {
    let put = match value {
        ForeignValue::Of(value) => out.put(row, column, value, None),
        ForeignValue::Shown(x, code) => out.put(row, column, &Value::Number(*x), Some(code)),
        ForeignValue::Uncached => out.put_uncached(row, column),
    };
    put.map_err(|_| PipelineError::Unreadable {
        reason: Reason::new("行没有按行号顺序排列", "its rows stand out of order"),
    })
}
