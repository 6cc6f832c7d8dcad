//! What decides the meaning of cells beside their values: merged ranges and number formats.

use std::collections::{BTreeSet, HashSet};

use super::Package;
use super::edit::At;
use super::error::PackageError;
use super::parts::Parts;
use super::reference::Range;
use super::rels::Rels;
use super::sheet_survey::{self, Search, Survey};
use super::xml;

/// What was found on a sheet.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The merged ranges.
    pub merges: Vec<Range>,
    /// The cells of the styles that were asked for, each with its style.
    pub styled: Vec<(At, u32)>,
}

impl Package<'_> {
    /// Returns the code of the number format of each cell style, in order; empty where it is a built-in one other than a percentage.
    ///
    /// # Errors
    /// Where the part of the styles can't be read.
    pub fn number_formats(&self) -> Result<Vec<String>, PackageError> {
        let parts = Parts::new(&self.source);
        let rel = Rels::of(&parts, &self.workbook)?.of_kind("styles");
        let Some(rel) = rel else { return Ok(Vec::new()) };
        let Some(text) = parts.text(&rel.target)? else { return Ok(Vec::new()) };
        let root = xml::parse(&text, &rel.target)?.root;
        let own: Vec<(String, String)> = root.child("numFmts").map_or_else(Vec::new, |formats| {
            let format = |format: &xml::Element| Some((format.attr("numFmtId")?, format.attr("formatCode")?));
            formats.elements().filter_map(format).collect()
        });
        let code = |id: String| match own.iter().find(|(own, _)| *own == id) {
            Some((_, code)) => code.clone(),
            None if id == "9" => "0%".to_owned(),
            None if id == "10" => "0.00%".to_owned(),
            None => String::new(),
        };
        let styles = root.child("cellXfs").into_iter().flat_map(xml::Element::elements);
        Ok(styles.map(|style| style.attr("numFmtId").map_or_else(String::new, code)).collect())
    }

    /// Returns the merged ranges of a sheet and its cells of certain styles; nothing of a sheet that isn't there.
    ///
    /// # Errors
    /// Where the sheet's part can't be read.
    pub fn layout(&self, sheet: &str, styles: &HashSet<u32>) -> Result<Layout, PackageError> {
        let Some(sheet) = self.sheets.iter().find(|other| other.name == sheet) else { return Ok(Layout::default()) };
        let Some(entry) = self.source.find(&sheet.part) else { return Ok(Layout::default()) };
        let search = Search { cells: &BTreeSet::new(), styles, tail: true };
        let max = self.source.part_bytes_max();
        let found = self.source.stream(entry, |stream| sheet_survey::survey(stream, &search, max, &sheet.part))?;
        let Survey { merges, styled, .. } = found;
        Ok(Layout { merges, styled })
    }
}
