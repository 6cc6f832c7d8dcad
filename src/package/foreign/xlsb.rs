//! .xlsb: its records looked through as streams. The reader of cells leaves out formulas that come to an error; here they are noted.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};

use super::{Noted, Tally, error_of};
use crate::package::error::PackageError;
use crate::package::limits::Limits;
use crate::package::parts::Parts;
use crate::package::rels::Rels;
use crate::package::source::Source;

const WORKBOOK: &str = "xl/workbook.bin";
const STRINGS: &str = "xl/sharedStrings.bin";

const ROW: u16 = 0x0000;
const FORMULA_ERROR: u16 = 0x000B;
const SHEET: u16 = 0x009C;
/// Records of these types are cells: 1 to 11.
const CELLS: std::ops::RangeInclusive<u16> = 0x0001..=0x000B;

/// Judges a binary workbook and notes its error values.
///
/// # Errors
/// Where it is broken or more than the limits allow.
pub(super) fn judge(source: &Source<'_>, limits: &Limits) -> Result<HashMap<String, Noted>, PackageError> {
    if let Some(index) = source.find(STRINGS) {
        // They are held whole.
        source.bytes(index)?;
    }
    let mut tally = Tally::new(limits);
    let mut sheets = HashMap::new();
    for (name, part) in sheets_of(source)? {
        let Some(index) = source.find(&part) else { continue };
        sheets.insert(name, judge_sheet(source, index, &part, &mut tally)?);
        if sheets.len() > limits.converted_sheets_max {
            let max = limits.converted_sheets_max as u64;
            return Err(PackageError::TooLarge { limit: "converted_sheets_max", max });
        }
    }
    Ok(sheets)
}

/// The names of the sheets and their parts.
fn sheets_of(source: &Source<'_>) -> Result<Vec<(String, String)>, PackageError> {
    let rels = Rels::of(&Parts::new(source), WORKBOOK)?;
    let missing = || PackageError::unreadable(WORKBOOK, "it is missing");
    let index = source.find(WORKBOOK).ok_or_else(missing)?;
    let mut sheets = Vec::new();
    each_record(source, index, WORKBOOK, |kind, content| {
        if kind == SHEET
            && let Some((id, name)) = text(content, 8).and_then(|(id, next)| Some((id, text(content, next)?.0)))
            && let Some(rel) = rels.by_id(&id)
        {
            sheets.push((name, rel.target));
        }
        Ok(())
    })?;
    Ok(sheets)
}

fn judge_sheet(source: &Source<'_>, index: usize, part: &str, tally: &mut Tally<'_>) -> Result<Noted, PackageError> {
    let (mut noted, mut row) = (Noted::default(), 0);
    each_record(source, index, part, |kind, content| {
        match (kind, u32_at(content, 0)) {
            (ROW, Some(index)) => row = index,
            (FORMULA_ERROR, Some(column)) => {
                let error = error_of(content.get(8).copied().unwrap_or_default());
                noted.errors.insert((row, column), error);
            }
            _ => {}
        }
        if CELLS.contains(&kind) { tally.add_cells(1) } else { Ok(()) }
    })?;
    Ok(noted)
}

/// Hands each record of a part to `visit`: its type and content.
fn each_record(
    source: &Source<'_>,
    index: usize,
    part: &str,
    mut visit: impl FnMut(u16, &[u8]) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    let max = source.part_bytes_max();
    source.stream(index, |stream| {
        let fault = |error: io::Error| PackageError::reading(part, &error);
        let mut content = Vec::new();
        while !stream.fill_buf().map_err(fault)?.is_empty() {
            let kind = packed(stream, 2).map_err(fault)?;
            let length = u64::from(packed(stream, 4).map_err(fault)?);
            if length > max {
                return Err(PackageError::TooLarge { limit: "part_bytes_max", max });
            }
            content.clear();
            let read = stream.take(length).read_to_end(&mut content).map_err(fault)?;
            if (read as u64) < length {
                return Err(PackageError::unreadable(part, "it ends within a record"));
            }
            visit(kind as u16, &content)?;
        }
        Ok(())
    })
}

/// A number of seven bits a byte, the lowest first, as long as the eighth is set.
fn packed(stream: &mut dyn BufRead, bytes_max: u32) -> io::Result<u32> {
    let mut number = 0;
    for n in 0..bytes_max {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        number |= u32::from(byte[0] & 0x7F) << (7 * n);
        if byte[0] & 0x80 == 0 {
            break;
        }
    }
    Ok(number)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes)
}

/// A text with its length before it, and where it ends.
fn text(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let (start, length) = (at + 4, u32_at(bytes, at)? as usize);
    let end = start.checked_add(length.checked_mul(2)?)?;
    let units: Vec<u16> =
        bytes.get(start..end)?.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
    Some((String::from_utf16_lossy(&units), end))
}
