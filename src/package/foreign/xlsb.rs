//! .xlsb: its records looked through as streams, and written anew with nothing in them but what cells are read from. Names, links
//! between sheets and the like, whose texts could come to any length, are left out; sheets are taken as they are, from where they are said
//! to be. The reader of cells leaves out formulas that come to an error; here they are noted.

use std::collections::HashMap;
use std::io::{self, BufRead, Cursor, Read, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{FORMAT_BYTES, Noted, Tally, built_in, error_of, merged, telling};
use crate::error::PackageError;
use crate::limits::Limits;
use crate::parts::Parts;
use crate::reason::{self, Reason};
use crate::rels::Rels;
use crate::source::Source;
use dealerbook_base::narrow::u32_of;

const WORKBOOK: &str = "xl/workbook.bin";

const ROW: u16 = 0x0000;
const FORMULA_ERROR: u16 = 0x000B;
const MERGE: u16 = 0x00B0;
const PROPERTIES: u16 = 0x0099;
const SHEET: u16 = 0x009C;
const END_SHEETS: u16 = 0x0090;
const END_WORKBOOK: u16 = 0x0084;
const BEGIN_STRINGS: u16 = 0x009F;
const STRING: u16 = 0x0013;
const BEGIN_FORMATS: u16 = 0x0267;
const FORMAT: u16 = 0x002C;
const BEGIN_CELL_FORMATS: u16 = 0x0269;
const END_CELL_FORMATS: u16 = 0x026A;
const CELL_FORMAT: u16 = 0x002F;
/// Records of these types are cells: 1 to 11.
const CELLS: std::ops::RangeInclusive<u16> = 0x0001..=0x000B;
/// Those of them that are numbers: RK, a number, a formula's.
const NUMBERS: [u16; 3] = [0x0002, 0x0005, 0x0009];
/// What a string takes in memory beside its characters.
const STRING_BYTES: u64 = 24;
/// A sheet's name has at most 31 characters; some programs let a few more pass.
const NAME_CHARS_MAX: usize = 255;

/// A workbook as its reader is given it.
pub(super) struct Lean {
    /// The package with what cells are read from.
    pub bytes: Vec<u8>,
    /// Error values, by the position of the sheet.
    pub noted: Vec<Noted>,
}

/// A sheet of cells as the workbook lists it.
struct Listed {
    name: String,
    part: String,
    state: u32,
}

/// Judges a binary workbook and writes it anew.
///
/// # Errors
/// Where it is broken or more than the limits allow.
pub(super) fn read(source: &Source<'_>, limits: &Limits) -> Result<Lean, PackageError> {
    let rels = Rels::of(&Parts::new(source), WORKBOOK)?;
    let (properties, sheets) = workbook(source, &rels)?;
    if sheets.len() > limits.converted_sheets_max {
        let max = limits.converted_sheets_max as u64;
        return Err(PackageError::TooLarge { limit: "converted_sheets_max", max });
    }
    let mut out = Out(ZipWriter::new(Cursor::new(Vec::new())));
    out.part(WORKBOOK, &workbook_part(&properties, &sheets))?;
    out.part("xl/_rels/workbook.bin.rels", rels_part(sheets.len()).as_bytes())?;
    let mut formats = Vec::new();
    if let Some(part) = rels.of_kind("styles").map(|rel| rel.target)
        && let Some(index) = source.find(&part)
    {
        let (bytes, codes) = styles(source, index, &part)?;
        out.part("xl/styles.bin", &bytes)?;
        formats = codes;
    }
    if let Some(part) = rels.of_kind("sharedStrings").map(|rel| rel.target)
        && let Some(index) = source.find(&part)
    {
        out.part("xl/sharedStrings.bin", &strings(source, index, &part, limits)?)?;
    }
    let mut tally = Tally::new(limits);
    let mut noted = Vec::with_capacity(sheets.len());
    for (n, Listed { part, .. }) in sheets.iter().enumerate() {
        let missing = || PackageError::unreadable(part, reason::MISSING);
        let index = source.find(part).ok_or_else(missing)?;
        noted.push(judge_sheet(source, index, part, (&formats, &mut tally))?);
        source.copy_as(index, &mut out.0, &sheet_part(n))?;
    }
    Ok(Lean { bytes: out.finish()?, noted })
}

/// The package in the making.
struct Out(ZipWriter<Cursor<Vec<u8>>>);

impl Out {
    fn part(&mut self, name: &str, content: &[u8]) -> Result<(), PackageError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default());
        self.0.start_file(name, options).map_err(|error| PackageError::ours(name, error))?;
        Ok(self.0.write_all(content)?)
    }

    fn finish(self) -> Result<Vec<u8>, PackageError> {
        Ok(self.0.finish().map_err(|error| PackageError::ours(WORKBOOK, error))?.into_inner())
    }
}

fn sheet_part(n: usize) -> String {
    format!("xl/worksheets/sheet{}.bin", n + 1)
}

fn rels_part(sheets: usize) -> String {
    let rel = |n| format!("<Relationship Id=\"rId{0}\" Target=\"worksheets/sheet{0}.bin\"/>", n + 1);
    format!("<Relationships>{}</Relationships>", (0..sheets).map(rel).collect::<String>())
}

#[expect(clippy::cast_possible_truncation, reason = "the format has it in bytes of seven bits, and kinds of two")]
fn push(out: &mut Vec<u8>, kind: u16, content: &[u8]) {
    if kind < 0x80 {
        out.push(kind as u8);
    } else {
        out.extend([(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8]);
    }
    let mut length = content.len();
    loop {
        let byte = (length & 0x7F) as u8;
        length >>= 7;
        out.push(if length == 0 { byte } else { byte | 0x80 });
        if length == 0 {
            break;
        }
    }
    out.extend_from_slice(content);
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&u32_of(units.len() / 2).to_le_bytes(), units.as_slice()].concat()
}

fn workbook_part(properties: &[u8], sheets: &[Listed]) -> Vec<u8> {
    let mut out = Vec::new();
    if !properties.is_empty() {
        push(&mut out, PROPERTIES, properties);
    }
    for (n, sheet) in sheets.iter().enumerate() {
        let id = u32_of(n) + 1;
        let ids = [sheet.state.to_le_bytes(), id.to_le_bytes()].concat();
        push(&mut out, SHEET, &[ids, wide(&format!("rId{id}")), wide(&sheet.name)].concat());
    }
    push(&mut out, END_SHEETS, &[]);
    push(&mut out, END_WORKBOOK, &[]);
    out
}

/// The workbook's properties, and its sheets of cells. Charts, dialogues and macro sheets hold no data; a state that the format doesn't
/// know shows the sheet.
fn workbook(source: &Source<'_>, rels: &Rels) -> Result<(Vec<u8>, Vec<Listed>), PackageError> {
    let missing = || PackageError::unreadable(WORKBOOK, reason::MISSING);
    let index = source.find(WORKBOOK).ok_or_else(missing)?;
    let (mut properties, mut sheets) = (Vec::new(), Vec::new());
    each_record(source, index, WORKBOOK, |kind, content| {
        match kind {
            PROPERTIES => properties = content.to_vec(),
            SHEET => sheets.extend(listed(content, rels)?),
            _ => {}
        }
        Ok(())
    })?;
    Ok((properties, sheets))
}

fn listed(content: &[u8], rels: &Rels) -> Result<Option<Listed>, PackageError> {
    let record = || PackageError::unreadable(WORKBOOK, reason::RECORD);
    // Without a part of its own.
    if u32_at(content, 8) == Some(u32::MAX) {
        return Ok(None);
    }
    let (id, next) = text(content, 8).ok_or_else(record)?;
    let (name, _) = text(content, next).ok_or_else(record)?;
    if name.chars().count() > NAME_CHARS_MAX {
        let long = Reason::new("有工作表的名称过长", "the name of a sheet is too long");
        return Err(PackageError::unreadable(WORKBOOK, long));
    }
    let rel = rels.by_id(&id).ok_or_else(record)?;
    let state = u32_at(content, 0).filter(|state| matches!(state, 1 | 2)).unwrap_or(0);
    Ok((rel.kind() == "worksheet").then_some(Listed { name, part: rel.target, state }))
}

/// For each format of cells the code of its number format, where that says more than the number does.
type Codes = Vec<Option<Arc<str>>>;

/// The formats of cells alone, with as many of them announced as there are, and their codes.
fn styles(source: &Source<'_>, index: usize, part: &str) -> Result<(Vec<u8>, Codes), PackageError> {
    let (mut formats, mut cells, mut is_of_cells) = ((0_u32, Vec::new()), (0_u32, Vec::new()), false);
    let (mut own, mut codes) = (HashMap::new(), Codes::new());
    each_record(source, index, part, |kind, content| {
        match kind {
            FORMAT => {
                formats.0 += 1;
                own.extend(u16_at(content, 0).zip(text(content, 2).map(|(code, _)| code)));
                push(&mut formats.1, kind, content);
            }
            BEGIN_CELL_FORMATS => is_of_cells = true,
            END_CELL_FORMATS => is_of_cells = false,
            CELL_FORMAT if is_of_cells => {
                cells.0 += 1;
                let id = u16_at(content, 2).unwrap_or_default();
                codes.push(own.get(&id).map(String::as_str).or(built_in(id)).and_then(telling));
                push(&mut cells.1, kind, content);
            }
            _ => {}
        }
        Ok(())
    })?;
    let mut out = Vec::new();
    push(&mut out, BEGIN_FORMATS, &formats.0.to_le_bytes());
    out.append(&mut formats.1);
    push(&mut out, BEGIN_CELL_FORMATS, &cells.0.to_le_bytes());
    out.append(&mut cells.1);
    Ok((out, codes))
}

/// The shared strings, with as many of them announced as there are.
fn strings(source: &Source<'_>, index: usize, part: &str, limits: &Limits) -> Result<Vec<u8>, PackageError> {
    let (mut count, mut items, mut tally) = (0_u32, Vec::new(), Tally::new(limits));
    each_record(source, index, part, |kind, content| {
        if kind == STRING {
            tally.add_text(content.len() as u64 + STRING_BYTES)?;
            count += 1;
            push(&mut items, kind, content);
        }
        Ok(())
    })?;
    let mut out = Vec::with_capacity(items.len() + 16);
    push(&mut out, BEGIN_STRINGS, &[count.to_le_bytes(), count.to_le_bytes()].concat());
    out.append(&mut items);
    Ok(out)
}

fn judge_sheet(
    source: &Source<'_>,
    index: usize,
    part: &str,
    (formats, tally): (&Codes, &mut Tally<'_>),
) -> Result<Noted, PackageError> {
    let (mut noted, mut row) = (Noted::default(), 0);
    each_record(source, index, part, |kind, content| {
        match (kind, u32_at(content, 0)) {
            (ROW, Some(index)) => row = index,
            (FORMULA_ERROR, Some(column)) => {
                let error = error_of(content.get(8).copied().unwrap_or_default());
                noted.errors.insert((row, column), error);
            }
            (MERGE, Some(first_row)) => {
                tally.add_cells(1)?;
                let bounds = [4, 8, 12].map(|at| u32_at(content, at).unwrap_or_default());
                noted.merges.extend(merged((first_row, bounds[0]), (bounds[1], bounds[2])));
            }
            (kind, Some(column)) if NUMBERS.contains(&kind) => {
                // The number of the format has three bytes; flags stand behind it.
                let format = u32_at(content, 4).map(|format| (format & 0x00FF_FFFF) as usize);
                if let Some(Some(code)) = format.and_then(|format| formats.get(format)) {
                    tally.add_text(FORMAT_BYTES)?;
                    noted.formats.insert((row, column), Arc::clone(code));
                }
            }
            _ => {}
        }
        if CELLS.contains(&kind) { tally.add_cells(1) } else { Ok(()) }
    })?;
    Ok(noted)
}

/// Hands each record of a part to `visit`: its type and content.
#[expect(clippy::cast_possible_truncation, reason = "the format has it in bytes of seven bits, and kinds of two")]
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
                return Err(PackageError::unreadable(part, reason::ENDS_EARLY));
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

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes)
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
