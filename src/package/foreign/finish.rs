//! What is put into a workbook that was made anew: its date system and its merged ranges.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

use crate::error::PackageError;
use crate::reference::{self, Range};

const WORKBOOK: &str = "xl/workbook.xml";

/// What a new workbook lacks.
#[derive(Debug, Default)]
pub struct Finish {
    /// Whether its serial dates count from 1904.
    pub epoch_1904: bool,
    /// For each sheet, in order, its merged ranges.
    pub merges: Vec<Vec<Range>>,
}

/// Returns the workbook with what it lacks. It must be one that was made here.
///
/// # Errors
/// Where it isn't, or can't be written.
pub fn finish(bytes: Vec<u8>, finish: &Finish) -> Result<Vec<u8>, PackageError> {
    if !finish.epoch_1904 && finish.merges.iter().all(Vec::is_empty) {
        return Ok(bytes);
    }
    let fault = |error: zip::result::ZipError| PackageError::ours(WORKBOOK, error);
    let mut archive = ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(fault)?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(fault)?;
        let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
        let Some(change) = finish.change_of(&name) else {
            out.raw_copy_file(entry).map_err(fault)?;
            continue;
        };
        drop(entry);
        let mut text = String::new();
        archive.by_index(index).map_err(fault)?.read_to_string(&mut text)?;
        let changed = text.replacen(&change.0, &change.1, 1);
        if changed == text {
            return Err(PackageError::ours(&name, "it isn't as it was made"));
        }
        out.start_file(name, SimpleFileOptions::default().last_modified_time(DateTime::default())).map_err(fault)?;
        out.write_all(changed.as_bytes())?;
    }
    Ok(out.finish().map_err(fault)?.into_inner())
}

impl Finish {
    /// What is replaced in a part, and by what; nothing in most.
    fn change_of(&self, part: &str) -> Option<(String, String)> {
        if part == WORKBOOK && self.epoch_1904 {
            return Some(("<workbookPr ".to_owned(), r#"<workbookPr date1904="1" "#.to_owned()));
        }
        let number: usize = part.strip_prefix("xl/worksheets/sheet")?.strip_suffix(".xml")?.parse().ok()?;
        let merges = self.merges.get(number.checked_sub(1)?).filter(|merges| !merges.is_empty())?;
        let list: String =
            merges.iter().map(|range| format!(r#"<mergeCell ref="{}"/>"#, reference::range(*range))).collect();
        let merged = format!(r#"<mergeCells count="{}">{list}</mergeCells>"#, merges.len());
        // An empty sheet has no end tag of its rows, and no data that could be merged.
        Some(("</sheetData>".to_owned(), format!("</sheetData>{merged}")))
    }
}
