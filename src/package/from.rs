//! What a workbook was made from, told by its defined names alone: for whoever wants to know it before anything else is read.
//!
//! The name is hidden and holds the upload and the year, never a run's id; every spreadsheet program keeps it, and it is read before
//! anything else, since a run's key depends on it.

use std::io::{BufReader, Read, Seek};

use zip::ZipArchive;

use super::Limits;
use super::stamp;
use super::xml;

/// Where every spreadsheet program puts the workbook part.
const WORKBOOK: &str = "xl/workbook.xml";

/// What an earlier run said that the workbook was made from ([`Edits::from`](super::edit::Edits::from)), whoever saved it since. A
/// file that can't be read says nothing: what is wrong with it, [`Package::open`](super::Package::open) tells.
pub fn made_from(file: impl Read + Seek, limits: &Limits) -> Option<String> {
    let mut archive = ZipArchive::new(BufReader::new(file)).ok()?;
    let mut text = String::new();
    archive.by_name(WORKBOOK).ok()?.take(limits.part_bytes_max).read_to_string(&mut text).ok()?;
    if !text.contains(stamp::FROM) {
        return None;
    }
    let root = xml::parse(&text, WORKBOOK).ok()?.root;
    let names = root.child("definedNames")?;
    let is_ours = |name: &str| name.eq_ignore_ascii_case(stamp::FROM);
    let from = names.elements().find(|element| element.attr("name").is_some_and(|name| is_ours(&name)))?.text();
    Some(from.trim_matches('"').to_owned())
}
