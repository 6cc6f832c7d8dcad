//! What decides the meaning of cells beside their values: merged ranges and number formats.

use std::collections::HashSet;

use super::Package;
use super::cells::{NumberFormat, Rows, formats};
use super::edit::At;
use super::error::PackageError;
use super::parts::Parts;
use super::reference::Range;
use super::rels::Rels;

/// What was found on a sheet.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The merged ranges.
    pub merges: Vec<Range>,
    /// The cells of the styles that were asked for, each with its style.
    pub styled: Vec<(At, u32)>,
}

impl Package<'_> {
    /// Returns the number formats of the cell styles, in order.
    ///
    /// # Errors
    /// Where the part of the styles can't be read.
    pub fn number_formats(&self) -> Result<Vec<NumberFormat>, PackageError> {
        let rel = Rels::of(&Parts::new(&self.source), &self.workbook)?.of_kind("styles");
        let Some(rel) = rel else { return Ok(Vec::new()) };
        let Some(entry) = self.source.find(&rel.target) else { return Ok(Vec::new()) };
        let max = self.source.part_bytes_max();
        self.source.stream(entry, |stream| formats::read(stream, &rel.target, max))
    }

    /// Returns the merged ranges of a sheet and its cells of certain styles; nothing of a sheet that isn't there.
    ///
    /// # Errors
    /// Where the sheet's part can't be read.
    pub fn layout(&self, sheet: &str, styles: &HashSet<u32>) -> Result<Layout, PackageError> {
        let Some(sheet) = self.sheets.iter().find(|other| other.name == sheet) else { return Ok(Layout::default()) };
        let Some(entry) = self.source.find(&sheet.part) else { return Ok(Layout::default()) };
        let max = self.source.part_bytes_max();
        self.source.stream(entry, |stream| {
            let mut rows = Rows::open(stream, &sheet.part, max)?;
            let mut styled = Vec::new();
            if styles.is_empty() {
                rows.skip()?;
            }
            while let Some(row) = rows.next()? {
                let of_styles = row.cells().filter(|cell| styles.contains(&cell.style));
                styled.extend(of_styles.map(|cell| (cell.at, cell.style)));
            }
            Ok(Layout { merges: rows.merges()?, styled })
        })
    }
}
