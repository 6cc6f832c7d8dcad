//! The date system of a workbook that was made anew.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

use crate::package::error::PackageError;

const WORKBOOK: &str = "xl/workbook.xml";

/// The same workbook, its serial dates counted from 1904. It must be one that was made here.
///
/// # Errors
/// Where it isn't, or can't be written.
pub fn with_1904_epoch(bytes: &[u8]) -> Result<Vec<u8>, PackageError> {
    let fault = |error: zip::result::ZipError| PackageError::ours(WORKBOOK, error);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
    let mut text = String::new();
    archive.by_name(WORKBOOK).map_err(fault)?.read_to_string(&mut text)?;
    let dated = text.replacen("<workbookPr ", r#"<workbookPr date1904="1" "#, 1);
    if dated == text {
        return Err(PackageError::ours(WORKBOOK, "it has no properties"));
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(fault)?;
        if entry.name().is_ok_and(|name| name == WORKBOOK) {
            drop(entry);
            out.start_file(WORKBOOK, SimpleFileOptions::default().last_modified_time(DateTime::default()))
                .map_err(fault)?;
            out.write_all(dated.as_bytes())?;
        } else {
            out.raw_copy_file(entry).map_err(fault)?;
        }
    }
    Ok(out.finish().map_err(fault)?.into_inner())
}
