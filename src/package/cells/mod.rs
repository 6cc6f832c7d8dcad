//! The cells of worksheets as they stand in their parts: one reading, without events, copies or an allocation a cell.
//!
//! Bytes come in by a window on the part ([`window`]), in which tags and texts are found ([`scan`], [`text`]); out come rows of borrowed
//! cells, each with its value, its style and the place where it stands ([`rows`]).

pub(super) mod formats;
mod rows;
mod scan;
mod strings;
mod text;
mod window;

use std::io::BufRead;

pub use formats::NumberFormat;
pub(super) use rows::Rows;
pub use rows::{Held, RawCell, RawRow};
pub use strings::Strings;

use super::Package;
use super::error::PackageError;
use super::parts::Parts;
use super::reason;
use super::rels::Rels;

impl Package<'_> {
    /// Reads the table of shared strings; an empty one where there is none.
    ///
    /// # Errors
    /// When the part can't be read.
    pub fn shared_strings(&self) -> Result<Strings, PackageError> {
        let rel = Rels::of(&Parts::new(&self.source), &self.workbook)?.of_kind("sharedStrings");
        let Some(rel) = rel else { return Ok(Strings::default()) };
        let Some(entry) = self.source.find(&rel.target) else { return Ok(Strings::default()) };
        let max = self.source.limits().shared_strings_bytes_max;
        if self.source.sums().nth(entry).is_some_and(|(_, bytes, _)| bytes > max) {
            return Err(PackageError::TooLarge { limit: "shared_strings_bytes_max", max });
        }
        self.source.stream(entry, |stream| Strings::read(stream, &rel.target, max))
    }

    /// Hands the rows of a sheet to `visit`, in the order in which they stand, until it says that it needs no more.
    ///
    /// # Errors
    /// When the sheet's part can't be read, and what `visit` gives.
    pub fn rows<E: From<PackageError>>(
        &self,
        sheet: &str,
        mut visit: impl FnMut(RawRow<'_>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let missing = || PackageError::unreadable(sheet, reason::MISSING);
        let sheet = self.sheets.iter().find(|other| other.name == sheet).ok_or_else(missing)?;
        let entry = self.source.find(&sheet.part).ok_or_else(missing)?;
        let max = self.source.part_bytes_max();
        // What `visit` gives goes out beside what the stream does.
        let mut given = Ok(());
        self.source.stream(entry, |stream: &mut dyn BufRead| {
            let mut rows = Rows::open(stream, &sheet.part, max)?;
            while let Some(row) = rows.next()? {
                match visit(row) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        given = Err(error);
                        break;
                    }
                }
            }
            Ok(())
        })?;
        given
    }
}
