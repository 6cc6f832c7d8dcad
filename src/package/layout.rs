//! What decides the meaning of cells beside their values: merged ranges and number formats.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::edit::At;
use super::error::PackageError;
use super::parts::Parts;
use super::reference::Range;
use super::rels::Rels;
use super::sheet_survey::{self, Search, Survey};
use super::xml;
use super::{Package, dates};

/// What was found on a sheet.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The merged ranges.
    pub merges: Vec<Range>,
    /// The cells of the styles that were asked for, each with its style.
    pub styled: Vec<(At, u32)>,
}

/// The number format of a cell style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberFormat {
    /// Its code; empty where it is a built-in one other than a percentage.
    pub code: String,
    /// Whether it shows a number as a day or a time.
    pub is_date: bool,
}

impl NumberFormat {
    fn of(id: &str, own: &HashMap<String, String>) -> NumberFormat {
        match (own.get(id), id.parse::<u32>()) {
            (Some(code), _) => NumberFormat { code: code.clone(), is_date: dates::is_date(code) },
            (None, Ok(9)) => NumberFormat { code: "0%".to_owned(), is_date: false },
            (None, Ok(10)) => NumberFormat { code: "0.00%".to_owned(), is_date: false },
            (None, Ok(id)) => NumberFormat { code: String::new(), is_date: dates::is_built_in_date(id) },
            (None, Err(_)) => NumberFormat::default(),
        }
    }
}

impl Package<'_> {
    /// Returns the number formats of the cell styles, in order.
    ///
    /// # Errors
    /// Where the part of the styles can't be read.
    pub fn number_formats(&self) -> Result<Vec<NumberFormat>, PackageError> {
        let parts = Parts::new(&self.source);
        let rel = Rels::of(&parts, &self.workbook)?.of_kind("styles");
        let Some(rel) = rel else { return Ok(Vec::new()) };
        let Some(text) = parts.text(&rel.target)? else { return Ok(Vec::new()) };
        let root = xml::parse(&text, &rel.target)?.root;
        let own: HashMap<String, String> = root.child("numFmts").map_or_else(HashMap::new, |formats| {
            let format = |format: &xml::Element| Some((format.attr("numFmtId")?, format.attr("formatCode")?));
            formats.elements().filter_map(format).collect()
        });
        let styles = root.child("cellXfs").into_iter().flat_map(xml::Element::elements);
        let id = |style: &xml::Element| style.attr("numFmtId").unwrap_or_default();
        Ok(styles.filter(|style| style.local() == "xf").map(|style| NumberFormat::of(&id(style), &own)).collect())
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
