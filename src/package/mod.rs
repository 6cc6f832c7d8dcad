//! The OOXML package: patches a user's .xlsx or .xlsm in place and grafts new sheets into it.
//!
//! A small library in its own right: it knows cells, styles, notes, rules and parts, and nothing of dealers. Zip and XML are named
//! only here. Every part that need not change is copied as it came, without inflating it.
//!
//! ```text
//! Source (the zip, read within Limits) → Parts (what is changed, removed, added laid over it) → the new zip
//! ```
//!
//! Small parts are held as trees that come back byte for byte where they weren't touched (`xml`); worksheets are patched as they
//! stream through (`sheet_patch`), and the long bodies of new sheets are written as they are made (`body`). What an earlier run
//! added is known by its stamps (`stamp`) and taken away first, so that additions are replaced and never stacked.

pub mod archive;
mod body;
pub mod bundle;
mod carry;
mod cells;
mod change;
mod change_survey;
mod content_types;
mod dates;
pub mod edit;
mod error;
mod fills;
mod foreign;
mod from;
mod graft_rows;
mod layout;
mod limits;
mod notes;
mod number_look;
mod origin;
mod parts;
mod places;
mod properties;
mod reason;
mod recognise;
mod reference;
mod rels;
mod sheet_parts;
mod sheet_patch;
mod sheet_raw;
mod sheet_rows;
mod sheet_survey;
mod source;
mod stamp;
mod strip;
mod styles;
mod suspicion;
#[cfg(test)]
mod tests;
mod text;
mod titles;
mod transplant;
mod vml;
mod workbook;
mod writing;
mod writing_notes;
mod xml;

use std::io::{Seek, Write};

pub use cells::{Held, NumberFormat, RawCell, RawRow, Strings};
pub use change::{CellChange, CellValue, ChangeFault, WhyNot, change_cells};
pub use error::PackageError;
pub use fills::OurFill;
pub use foreign::{Finish, Foreign, ForeignKind, Noted, OdsBook, OdsCell, OdsSheet, OdsValue, finish, foreign};
pub use from::made_from;
pub use layout::Layout;
pub use limits::Limits;
pub use number_look::NumberLook;
pub use reason::Reason;
pub use recognise::{FileKind, recognise};
pub use reference::Range;
pub use stamp::{OurBlock, OurSheet, Ours};
pub use titles::sheet_titles;
pub use workbook::{Kind, Sheet, SheetKind, Visibility};
pub use writing::{NoteLeftOut, WhyLeftOut, Written};

use edit::{At, Edits};
use parts::Parts;
use rels::Rels;
use source::Source;
use workbook::Workbook;

/// A workbook has fewer sheets than this, those without a part among them.
const SHEETS_MAX: usize = 10_000;
const MORE_SHEETS: Reason = Reason::new("列出的工作表比部件还多", "it has more sheets than there are parts");

/// A workbook's package, opened.
pub struct Package<'a> {
    source: Source<'a>,
    workbook: String,
    kind: Kind,
    sheets: Vec<Sheet>,
    ours: Ours,
    origin: Option<String>,
    epoch_1904: bool,
}

impl<'a> Package<'a> {
    /// Whether the workbook counts its days from 1904.
    #[must_use]
    pub fn has_1904_epoch(&self) -> bool {
        self.epoch_1904
    }

    /// Reads the archive's directory and the parts that say what is in the workbook; sheets are only sniffed at.
    ///
    /// # Errors
    /// Where the bytes are no .xlsx or .xlsm workbook that can be read within the limits; see [`PackageError`].
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Package<'a>, PackageError> {
        let source = Source::open(bytes, limits)?;
        source.verify()?;
        suspicion::judge_held(&source)?;
        let parts = Parts::new(&source);
        let (part, kind) = workbook::locate(&parts).map_err(|error| match error {
            PackageError::NotWorkbook(FileKind::Zip) => PackageError::NotWorkbook(recognise(bytes, None)),
            other => other,
        })?;
        let workbook = Workbook::read(&parts, &part)?;
        let rels = Rels::of(&parts, &part)?;
        let sheets = workbook.sheets(&rels)?;
        let with_part = || sheets.iter().filter(|sheet| sheet.kind == SheetKind::Worksheet);
        if with_part().count() > source.names().len() || sheets.len() > SHEETS_MAX {
            return Err(PackageError::unreadable(&part, MORE_SHEETS));
        }
        for sheet in with_part() {
            let index =
                source.find(&sheet.part).ok_or_else(|| PackageError::unreadable(&sheet.part, reason::MISSING))?;
            source.judge_prolog(index)?;
            suspicion::judge_sheet(&source, index, &sheet.part)?;
        }
        let ours = workbook.ours(&sheets);
        let origin = origin::read(&parts, &rels);
        let epoch_1904 = workbook.has_1904_epoch();
        Ok(Package { workbook: part, kind, sheets, ours, origin, epoch_1904, source })
    }

    /// Whether it is a workbook with macros.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// All sheets in order, those that an earlier run grafted among them.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Whether it bears a digital signature, which any change makes void.
    #[must_use]
    pub fn signed(&self) -> bool {
        self.source.names().iter().any(|name| source::key(name).starts_with("_xmlsignatures/"))
    }

    /// What an earlier run added.
    #[must_use]
    pub fn ours(&self) -> &Ours {
        &self.ours
    }

    /// What an earlier run said that the package was made from ([`Edits::origin`]), where no part has changed since.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The cells among these that notes can't be put on, and why: what [`Package::write`] is going to leave out, known beforehand so
    /// that it can be said in what is written.
    ///
    /// # Errors
    /// Where the parts that hold the notes can't be read.
    pub fn hindered(&self, sheet: &str, cells: &[At]) -> Result<Vec<(At, WhyLeftOut)>, PackageError> {
        match self.sheets.iter().find(|other| other.name == sheet) {
            Some(sheet) if !cells.is_empty() => writing_notes::hindered(self, sheet, cells),
            _ => Ok(Vec::new()),
        }
    }

    /// The titles that new sheets would get if these were asked for: allowed, at most 31 characters, and unlike all others whatever
    /// the case. Formulas about the new sheets are to be written with these.
    #[must_use]
    pub fn titles_for(&self, wanted: &[&str]) -> Vec<String> {
        titles::unique(wanted.iter().copied(), self.users_sheets().map(|sheet| sheet.name.as_str()))
    }

    /// Writes the package with the edits made. What an earlier run added is taken away first.
    ///
    /// The same package and edits give the same bytes.
    ///
    /// # Errors
    /// Where a part that has to change can't be read or changed, or the output can't be written.
    pub fn write<W: Write + Seek>(&self, edits: Edits<'_>, out: W) -> Result<Written, PackageError> {
        writing::write(self, edits, out)
    }

    fn users_sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().filter(|sheet| !self.ours.sheets.iter().any(|ours| ours.name == sheet.name))
    }
}
