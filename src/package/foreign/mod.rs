//! Workbooks that can be read but not patched: .xls, .xlsb and .ods. Told by their bytes and judged before anybody reads them whole.
//!
//! Whatever a reader of cells would multiply is counted first, and what it doesn't need is not given to it: the binary kinds are written
//! anew with their cells alone, and an .ods is read here. What the reader of cells doesn't tell (error values, formulas without a
//! result) is noted on the way.
//!
//! calamine's readers index into hostile files without looking, so they run under `catch_unwind`: what breaks there is a broken file.

mod finish;
mod ods;
mod ods_formats;
mod ods_text;
mod xls;
mod xlsb;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::edit::At;
use super::error::PackageError;
use super::limits::Limits;
use super::number_look::NumberLook;
use super::reference::Range;
use super::source::Source;

pub use finish::{Finish, finish};
pub use ods::{OdsBook, OdsCell, OdsSheet, OdsValue};

/// What an OLE2 document begins with.
pub(super) const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The kind of a workbook that can't be patched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignKind {
    /// Excel 97-2003.
    Xls,
    /// Excel's binary workbook.
    Xlsb,
    /// An OpenDocument spreadsheet.
    Ods,
}

impl ForeignKind {
    /// The extension by which people know it.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            ForeignKind::Xls => ".xls",
            ForeignKind::Xlsb => ".xlsb",
            ForeignKind::Ods => ".ods",
        }
    }
}

/// A workbook that can be read but not patched, found to be within the limits.
#[derive(Debug)]
pub enum Foreign {
    /// A binary workbook, written anew with what its cells are read from.
    Binary {
        /// What it is.
        kind: ForeignKind,
        /// The workbook for the reader of cells.
        bytes: Vec<u8>,
        /// What its cells hold beside their values, sheet by sheet.
        noted: Vec<Noted>,
    },
    /// An OpenDocument spreadsheet, read.
    Ods(OdsBook),
}

impl Foreign {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> ForeignKind {
        match self {
            Foreign::Binary { kind, .. } => *kind,
            Foreign::Ods(_) => ForeignKind::Ods,
        }
    }
}

/// What is known of cells beside their values; rows and columns from 0.
#[derive(Debug, Default)]
pub struct Noted {
    /// Cells that hold an error value.
    pub errors: HashMap<(u32, u32), &'static str>,
    /// Cells whose formula has no result.
    pub uncached: HashSet<(u32, u32)>,
    /// The merged ranges.
    pub merges: Vec<Range>,
    /// Numbers whose format says more than the number does ([`NumberLook`]), each with its code.
    pub formats: HashMap<(u32, u32), Arc<str>>,
}

/// The code of a number format, where it says more than the number does.
fn telling(code: &str) -> Option<Arc<str>> {
    NumberLook::of(code).map(|_| code.into())
}

/// The codes of the built-in formats that say more than the number does.
fn built_in(id: u16) -> Option<&'static str> {
    match id {
        9 => Some("0%"),
        10 => Some("0.00%"),
        _ => None,
    }
}

/// What a noted format takes in memory.
const FORMAT_BYTES: u64 = 48;

/// A merged range of more than one cell, by its first and last rows and columns.
fn merged(rows: (u32, u32), columns: (u32, u32)) -> Option<Range> {
    let at = |row, column| Some(At { row, column: u16::try_from(column).ok()? });
    let (first, last) = (at(rows.0, columns.0)?, at(rows.1, columns.1)?);
    let is_sound = rows.0 <= rows.1 && columns.0 <= columns.1 && first != last;
    is_sound.then_some(Range { first, last })
}

/// Tells whether a workbook is of a kind that can't be patched, and judges it.
///
/// # Errors
/// Where it is of such a kind, and encrypted, broken or beyond the limits.
pub fn foreign(bytes: &[u8], limits: &Limits) -> Result<Option<Foreign>, PackageError> {
    if bytes.starts_with(&OLE) {
        let xls::Lean { bytes, noted } = xls::read(bytes, limits)?;
        return Ok(Some(Foreign::Binary { kind: ForeignKind::Xls, bytes, noted }));
    }
    if !bytes.starts_with(b"PK") {
        return Ok(None);
    }
    let source = Source::open(bytes, limits)?;
    if source.find("xl/workbook.bin").is_some() {
        source.verify()?;
        let xlsb::Lean { bytes, noted } = xlsb::read(&source, limits)?;
        return Ok(Some(Foreign::Binary { kind: ForeignKind::Xlsb, bytes, noted }));
    }
    if ods::is_one(&source)? {
        source.verify()?;
        return Ok(Some(Foreign::Ods(ods::read(&source, limits)?)));
    }
    Ok(None)
}

/// What the cells of a workbook come to, counted until it is too much.
struct Tally<'l> {
    limits: &'l Limits,
    cells: u64,
    text_bytes: u64,
}

impl<'l> Tally<'l> {
    fn new(limits: &'l Limits) -> Self {
        Tally { limits, cells: 0, text_bytes: 0 }
    }

    fn add_cells(&mut self, cells: u64) -> Result<(), PackageError> {
        self.cells = self.cells.saturating_add(cells);
        let max = self.limits.converted_cells_max;
        if self.cells > max { Err(PackageError::TooLarge { limit: "converted_cells_max", max }) } else { Ok(()) }
    }

    fn add_text(&mut self, bytes: u64) -> Result<(), PackageError> {
        self.text_bytes = self.text_bytes.saturating_add(bytes);
        let max = self.limits.shared_strings_bytes_max;
        if self.text_bytes > max {
            return Err(PackageError::TooLarge { limit: "shared_strings_bytes_max", max });
        }
        Ok(())
    }
}

/// The rectangle that holds all cells of a sheet: this is what is held of it.
#[derive(Default)]
struct Area {
    bounds: Option<[u64; 4]>,
}

impl Area {
    fn take(&mut self, rows: (u64, u64), columns: (u64, u64)) {
        let [top, bottom, left, right] = self.bounds.unwrap_or([rows.0, rows.1, columns.0, columns.1]);
        self.bounds = Some([top.min(rows.0), bottom.max(rows.1), left.min(columns.0), right.max(columns.1)]);
    }

    fn cells(&self) -> u64 {
        self.bounds.map_or(0, |[top, bottom, left, right]| (bottom - top + 1).saturating_mul(right - left + 1))
    }
}

/// The error value of a code as binary workbooks have it.
fn error_of(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_reaches_over_all_that_was_put_into_it() {
        let mut area = Area::default();
        assert_eq!(area.cells(), 0);
        area.take((3, 3), (2, 4));
        area.take((10, 12), (0, 0));
        assert_eq!(area.cells(), 10 * 5);
    }

    #[test]
    fn what_is_neither_ole_nor_zip_is_not_foreign() {
        assert!(foreign(b"a,b\n1,2\n", &Limits::default()).is_ok_and(|foreign| foreign.is_none()));
    }
}
