//! .xls: the records of the workbook stream, looked through before a reader multiplies them out, and written anew with nothing in them
//! but what cells are read from: no formulas, names, drawings or claims of size, whose texts could come to any length.

use std::collections::HashMap;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use super::{Area, FORMAT_BYTES, Noted, Tally, built_in, merged, telling};
use crate::error::PackageError;
use crate::limits::Limits;
use crate::reason::{self, Reason};
use crate::recognise::FileKind;
use dealerbook_base::narrow::{u16_of, u32_of};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;
const CODE_PAGE: u16 = 0x0042;
const BOUND_SHEET: u16 = 0x0085;
const STRINGS: u16 = 0x00FC;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOL_ERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const FORMULA: u16 = 0x0006;
const MUL_RK: u16 = 0x00BD;
const MERGED: u16 = 0x00E5;
const LABEL_SST: u16 = 0x00FD;
const RK: u16 = 0x027E;
/// A text with formats of its own within it.
const RICH_STRING: u16 = 0x00D6;
const DATE_MODE: u16 = 0x0022;
const FORMAT: u16 = 0x041E;
const CELL_FORMAT: u16 = 0x00E0;
/// What the reader of cells needs of the workbook beside its sheets and strings.
const GLOBALS: [u16; 3] = [DATE_MODE, FORMAT, CELL_FORMAT];
/// What a string takes in memory beside its characters.
const STRING_BYTES: u64 = 24;
/// The strings of a table lie in no more records than this: they are put together one by one.
const CONTINUES_MAX: usize = 20_000;
/// The version of Excel 97 and later, whose texts are Unicode whatever the code page says.
const BIFF8: u16 = 0x0600;
const UNICODE: u16 = 1200;

/// A workbook as its reader is given it.
pub(super) struct Lean {
    /// An OLE2 document with the workbook stream alone.
    pub bytes: Vec<u8>,
    /// Cells whose formula has no result, by the position of the sheet among those that are left.
    pub noted: Vec<Noted>,
}

/// Judges a workbook of Excel 97-2003 and writes it anew.
///
/// # Errors
/// Where it is encrypted, no workbook, broken, or more than the limits allow.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Lean, PackageError> {
    let stream = workbook_stream(bytes)?;
    let mut globals = Globals::of(&stream, limits)?;
    let mut tally = Tally::new(limits);
    let mut left = stream.len();
    let mut noted = Vec::new();
    let mut out = std::mem::take(&mut globals.out);
    for (begins, told_at) in &globals.sheets {
        let position = u32::try_from(out.len()).map_err(|_| unreadable(reason::RECORD))?;
        out[*told_at..*told_at + 4].copy_from_slice(&position.to_le_bytes());
        let mut sheet = SheetCopy {
            out: &mut out,
            strings: &globals.strings,
            formats: &globals.formats,
            tally: &mut tally,
            text_of: None,
            noted: Noted::default(),
        };
        let read = sheet.copy(stream.get(*begins..).unwrap_or_default())?;
        noted.push(sheet.noted);
        // Sheets don't share records; a file that says so would be read over and over.
        let overlap = Reason::new("有工作表的数据互相重叠", "its sheets overlap");
        left = left.checked_sub(read).ok_or_else(|| unreadable(overlap))?;
    }
    Ok(Lean { bytes: in_container(&out)?, noted })
}

/// The stream in a new OLE2 document.
fn in_container(stream: &[u8]) -> Result<Vec<u8>, PackageError> {
    // Readers take the older version of the container for granted where it holds one stream alone.
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    file.create_stream("/Workbook")?.write_all(stream)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

fn unreadable(reason: Reason) -> PackageError {
    PackageError::unreadable("Workbook", reason)
}

fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, PackageError> {
    let damaged = |_| unreadable(reason::DAMAGED);
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    if file.is_stream("/EncryptedPackage") {
        return Err(PackageError::Encrypted);
    }
    let path = ["/Workbook", "/Book"].into_iter().find(|path| file.is_stream(path));
    let path = path.ok_or(PackageError::NotWorkbook(FileKind::OfficeDocument))?;
    let stream = file.open_stream(path).map_err(damaged)?;
    let mut content = Vec::new();
    stream.take(bytes.len() as u64).read_to_end(&mut content).map_err(damaged)?;
    Ok(content)
}

/// The records of a stream: type and content. What is cut off ends it.
struct Records<'s>(&'s [u8]);

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.0, 0)?, u16_at(self.0, 2)?);
        let end = 4 + usize::from(length);
        let content = self.0.get(4..end)?;
        self.0 = &self.0[end..];
        Some((kind, content))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes)
}

fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).map(f64::from_le_bytes)
}

fn push(out: &mut Vec<u8>, kind: u16, content: &[u8]) {
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&u16_of(content.len()).to_le_bytes());
    out.extend_from_slice(content);
}

/// What a workbook says before its sheets.
struct Globals {
    /// The same, with what the reader of cells needs.
    out: Vec<u8>,
    /// Where each sheet of cells begins in the upload, and where in `out` its new place is to be told.
    sheets: Vec<(usize, usize)>,
    /// The lengths of the shared strings in characters.
    strings: Vec<u32>,
    /// For each format of cells the code of its number format, where that says more than the number does.
    formats: Vec<Option<Arc<str>>>,
}

impl Globals {
    fn of(stream: &[u8], limits: &Limits) -> Result<Globals, PackageError> {
        let mut globals = Globals { out: Vec::new(), sheets: Vec::new(), strings: Vec::new(), formats: Vec::new() };
        let mut codes: HashMap<u16, String> = HashMap::new();
        let (mut strings, mut in_strings, mut has_ended): (Vec<&[u8]>, _, _) = (Vec::new(), false, false);
        let version = u16_at(stream, 4).unwrap_or(BIFF8);
        for (kind, content) in Records(stream) {
            in_strings = kind == STRINGS || in_strings && kind == CONTINUE;
            match kind {
                0x002F if u16_at(content, 0) != Some(0) => return Err(PackageError::Encrypted),
                BOUND_SHEET => globals.add_sheet(content),
                CODE_PAGE => push(&mut globals.out, kind, &code_page(version, u16_at(content, 0)).to_le_bytes()),
                _ if in_strings => {
                    strings.push(content);
                    push(&mut globals.out, kind, content);
                }
                BOF => {
                    push(&mut globals.out, kind, content);
                    push(&mut globals.out, CODE_PAGE, &code_page(version, None).to_le_bytes());
                }
                EOF => {
                    has_ended = true;
                    break;
                }
                _ if GLOBALS.contains(&kind) => {
                    globals.note_format(version, (kind, content), &mut codes);
                    push(&mut globals.out, kind, content);
                }
                _ => {}
            }
        }
        if !has_ended {
            return Err(unreadable(reason::ENDS_EARLY));
        }
        push(&mut globals.out, EOF, &[]);
        if strings.len() > CONTINUES_MAX {
            return Err(unreadable(reason::RECORD));
        }
        globals.strings = string_lengths(&strings);
        let mut tally = Tally::new(limits);
        globals.strings.iter().try_for_each(|length| tally.add_text(u64::from(*length) + STRING_BYTES))?;
        Ok(globals)
    }

    /// Notes the code of a number format, or which one a format of cells has: codes come first.
    fn note_format(&mut self, version: u16, (kind, content): (u16, &[u8]), codes: &mut HashMap<u16, String>) {
        let id = u16_at(content, if kind == CELL_FORMAT { 2 } else { 0 }).unwrap_or_default();
        match kind {
            FORMAT if version == BIFF8 => {
                codes.extend(unicode(&content[content.len().min(2)..]).map(|code| (id, code)))
            }
            CELL_FORMAT => {
                let code = codes.get(&id).map(String::as_str).or(built_in(id));
                self.formats.push(code.and_then(telling));
            }
            _ => {}
        }
    }

    /// Sheets of cells go on; charts, macro sheets and modules hold no data. A state that the format doesn't know shows the sheet.
    fn add_sheet(&mut self, content: &[u8]) {
        let (Some(begins), [_, _, _, _, state, 0, ..]) = (u32_at(content, 0), content) else { return };
        let state = if matches!(state & 3, 1 | 2) { state & 3 } else { 0 };
        self.sheets.push((begins as usize, self.out.len() + 4));
        push(&mut self.out, BOUND_SHEET, &[&content[..4], &[state, 0], &content[6..]].concat());
    }
}

/// A text of Excel 97 or later with its length before it.
fn unicode(bytes: &[u8]) -> Option<String> {
    let (length, is_wide) = (usize::from(u16_at(bytes, 0)?), bytes.get(2)? & 1 == 1);
    let text = bytes.get(3..3 + length * if is_wide { 2 } else { 1 })?;
    if !is_wide {
        return Some(text.iter().map(|byte| char::from(*byte)).collect());
    }
    let units: Vec<u16> = text.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// The code page by which texts are read: Unicode from Excel 97 on, whatever the file says; before, what it says, in the number that
/// is known for it, and the one of China where it says nothing that is known.
fn code_page(version: u16, told: Option<u16>) -> u16 {
    const GBK: u16 = 936;
    const KNOWN: [u16; 18] =
        [866, 874, 932, 936, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 10_000, 54_936, 65_001];
    match (version, told) {
        (BIFF8, _) => UNICODE,
        (_, Some(367 | 32_769)) => 1252,
        (_, Some(32_768)) => 10_000,
        (_, Some(10_002)) => 950,
        (_, Some(page)) if KNOWN.contains(&page) => page,
        _ => GBK,
    }
}

/// The lengths of the strings of a table that is spread over records. A string that is cut by the end of a record goes on in the next,
/// behind a byte that says anew how wide its characters are.
fn string_lengths(records: &[&[u8]]) -> Vec<u32> {
    let mut cursor = StringCursor { records, record: 0, at: 8 };
    std::iter::from_fn(|| cursor.string()).collect()
}

struct StringCursor<'s> {
    records: &'s [&'s [u8]],
    record: usize,
    at: usize,
}

impl StringCursor<'_> {
    fn string(&mut self) -> Option<u32> {
        if self.at >= self.records.get(self.record)?.len() {
            (self.record, self.at) = (self.record + 1, 0);
        }
        let record = self.records.get(self.record)?;
        let (length, mut flags) = (u16_at(record, self.at)?, *record.get(self.at + 2)?);
        self.at += 3;
        let mut behind = 0;
        if flags & 8 != 0 {
            behind += 4 * usize::from(u16_at(record, self.at)?);
            self.at += 2;
        }
        if flags & 4 != 0 {
            behind += u32_at(record, self.at)? as usize;
            self.at += 4;
        }
        let mut left = usize::from(length);
        loop {
            let width = 1 + usize::from(flags & 1);
            let here = left.min(self.records.get(self.record)?.len().saturating_sub(self.at) / width);
            (left, self.at) = (left - here, self.at + here * width);
            if left == 0 {
                break;
            }
            (self.record, self.at) = (self.record + 1, 1);
            flags = *self.records.get(self.record)?.first()?;
        }
        self.skip(behind)?;
        Some(u32::from(length))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let here = self.records.get(self.record)?.len().saturating_sub(self.at);
            if bytes <= here {
                self.at += bytes;
                return Some(());
            }
            bytes -= here;
            (self.record, self.at) = (self.record + 1, 0);
        }
        Some(())
    }
}

/// A sheet that is written anew.
struct SheetCopy<'c, 'l> {
    out: &'c mut Vec<u8>,
    strings: &'c [u32],
    /// The codes of number formats that say more than a number does, by the formats of cells.
    formats: &'c [Option<Arc<str>>],
    tally: &'c mut Tally<'l>,
    /// The cell, with its format, whose formula's text is to come in the next record.
    text_of: Option<[u8; 6]>,
    /// Formulas without a result, and merged ranges.
    noted: Noted,
}

impl SheetCopy<'_, '_> {
    /// Copies the cells of a sheet and adds them up; gives how many bytes of records it has.
    fn copy(&mut self, stream: &[u8]) -> Result<usize, PackageError> {
        let mut records = Records(stream);
        let (mut depth, mut area, mut count) = (0u32, Area::default(), 0);
        let mut has_ended = false;
        for (kind, content) in records.by_ref() {
            if kind != STRING && kind != CONTINUE {
                self.noted.uncached.extend(self.text_of.take().and_then(|cell| place(&cell)));
            }
            match kind {
                BOF if depth == 0 => push(self.out, kind, content),
                EOF if depth <= 1 => {
                    has_ended = true;
                    break;
                }
                _ => {}
            }
            match kind {
                BOF => depth += 1,
                EOF => depth -= 1,
                // What a chart within the sheet holds is none of its cells.
                _ if depth > 1 => {}
                STRING => self.formula_text(content)?,
                MERGED => self.merges(content)?,
                kind if is_cell(kind) => {
                    let Some((row, first)) = place(content) else { return Err(unreadable(reason::RECORD)) };
                    let last = if kind == MUL_RK { u16_at(content, content.len().saturating_sub(2)) } else { None };
                    let (row, first) = (u64::from(row), u64::from(first));
                    area.take((row, row), (first, last.map_or(first, u64::from).max(first)));
                    count += 1;
                    self.cell(kind, content)?;
                }
                _ => {}
            }
        }
        self.noted.uncached.extend(self.text_of.take().and_then(|cell| place(&cell)));
        if !has_ended {
            return Err(unreadable(reason::ENDS_EARLY));
        }
        push(self.out, EOF, &[]);
        self.tally.add_cells(area.cells().max(count))?;
        Ok(stream.len() - records.0.len())
    }

    fn merges(&mut self, content: &[u8]) -> Result<(), PackageError> {
        for range in content.get(2..).unwrap_or_default().chunks_exact(8) {
            self.tally.add_cells(1)?;
            let bounds = [0, 2, 4, 6].map(|at| u16_at(range, at).map_or(0, u32::from));
            self.noted.merges.extend(merged((bounds[0], bounds[1]), (bounds[2], bounds[3])));
        }
        Ok(())
    }

    fn cell(&mut self, kind: u16, content: &[u8]) -> Result<(), PackageError> {
        if matches!(kind, NUMBER | RK | MUL_RK | FORMULA) {
            self.note_formats(kind, content)?;
        }
        let text = match kind {
            FORMULA => return self.formula(content),
            LABEL_SST => {
                let length = u32_at(content, 6).and_then(|n| self.strings.get(n as usize));
                u64::from(*length.ok_or_else(|| unreadable(reason::RECORD))?) * 3
            }
            _ => content.len() as u64,
        };
        self.tally.add_text(text)?;
        push(self.out, kind, content);
        Ok(())
    }

    /// Notes the formats of numbers that say more than these do. Of a record of several cells each has its own, six bytes apart.
    fn note_formats(&mut self, kind: u16, content: &[u8]) -> Result<(), PackageError> {
        let Some((row, first)) = place(content) else { return Ok(()) };
        let cells = if kind == MUL_RK { content.len().saturating_sub(6) / 6 } else { 1 };
        for n in 0..cells {
            let format = u16_at(content, 4 + 6 * n).and_then(|format| self.formats.get(usize::from(format)));
            if let Some(Some(code)) = format {
                self.tally.add_text(FORMAT_BYTES)?;
                self.noted.formats.insert((row, first + u32_of(n)), Arc::clone(code));
            }
        }
        Ok(())
    }

    /// A formula's result as the cell that it shows.
    fn formula(&mut self, content: &[u8]) -> Result<(), PackageError> {
        let (Some(head), Some(result)) = (content.first_chunk::<6>(), content.get(6..14)) else {
            return Err(unreadable(reason::RECORD));
        };
        match *result {
            [0, .., 0xFF, 0xFF] => self.text_of = Some(*head),
            [1, _, is_true, .., 0xFF, 0xFF] => push(self.out, BOOL_ERR, &[head.as_slice(), &[is_true, 0]].concat()),
            [2, _, error, .., 0xFF, 0xFF] => {
                const WRONG_VALUE: u8 = 0x0F;
                const KNOWN: [u8; 8] = [0x00, 0x07, WRONG_VALUE, 0x17, 0x1D, 0x24, 0x2A, 0x2B];
                let error = if KNOWN.contains(&error) { error } else { WRONG_VALUE };
                push(self.out, BOOL_ERR, &[head.as_slice(), &[error, 1]].concat());
            }
            // An empty text.
            [3, .., 0xFF, 0xFF] => {}
            _ if f64_at(result, 0).is_some_and(f64::is_finite) => {
                push(self.out, NUMBER, &[head.as_slice(), result].concat());
            }
            _ => return Err(unreadable(reason::RECORD)),
        }
        Ok(())
    }

    /// The text that a formula before it comes to.
    fn formula_text(&mut self, content: &[u8]) -> Result<(), PackageError> {
        let Some(head) = self.text_of.take() else { return Ok(()) };
        self.tally.add_text(content.len() as u64)?;
        let fits = head.len() + content.len() <= usize::from(u16::MAX);
        if fits {
            push(self.out, LABEL, &[head.as_slice(), content].concat());
        }
        fits.then_some(()).ok_or_else(|| unreadable(reason::RECORD))
    }
}

fn is_cell(kind: u16) -> bool {
    matches!(kind, NUMBER | LABEL | BOOL_ERR | FORMULA | MUL_RK | LABEL_SST | RK | RICH_STRING)
}

/// A cell's row and column.
fn place(content: &[u8]) -> Option<(u32, u32)> {
    Some((u16_at(content, 0)?.into(), u16_at(content, 2)?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Vec<u8> {
        let mut bytes = u16_of(text.len()).to_le_bytes().to_vec();
        bytes.push(0);
        bytes.extend(text.as_bytes());
        bytes
    }

    #[test]
    fn strings_are_measured_over_the_ends_of_records() {
        let first = [vec![0; 8], string("abc"), string("defgh")[..5].to_vec()].concat();
        // The rest of “defgh”, wide now, then another.
        let second = [vec![1], "fgh".encode_utf16().flat_map(u16::to_le_bytes).collect(), string("ij")].concat();
        assert_eq!(string_lengths(&[&first, &second]), [3, 5, 2]);
    }

    #[test]
    fn texts_of_excel_97_are_unicode_whatever_the_file_says() {
        for told in [None, Some(936), Some(1252), Some(10_008), Some(7)] {
            assert_eq!(code_page(BIFF8, told), UNICODE);
        }
        assert_eq!(code_page(0x0500, Some(1252)), 1252);
        assert_eq!(code_page(0x0500, Some(10_008)), 936);
        assert_eq!(code_page(0x0500, None), 936);
    }
}
