//! .xls: the records of the workbook stream, looked through before a reader multiplies them out.

use std::io::{Cursor, Read};

use super::{Area, Tally};
use crate::package::error::PackageError;
use crate::package::limits::Limits;

/// The rows and columns that an .xls sheet may have.
const SHEET_MAX: (u64, u64) = (65_536, 256);

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

/// Judges a workbook of Excel 97-2003.
///
/// # Errors
/// Where it is encrypted, no workbook, broken, or more than the limits allow.
pub(super) fn judge(bytes: &[u8], limits: &Limits) -> Result<(), PackageError> {
    let stream = workbook_stream(bytes)?;
    let (sheets, strings) = globals(&stream)?;
    let mut tally = Tally::new(limits);
    let mut left = stream.len();
    for sheet in sheets {
        let records = stream.get(sheet..).unwrap_or_default();
        let read = judge_sheet(records, &strings, &mut tally)?;
        // Sheets don't share records; a file that says so would be read over and over.
        left = left.checked_sub(read).ok_or_else(|| unreadable("its sheets overlap"))?;
    }
    Ok(())
}

fn unreadable(reason: impl ToString) -> PackageError {
    PackageError::unreadable("the workbook stream", reason)
}

fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, PackageError> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(unreadable)?;
    if file.is_stream("/EncryptedPackage") {
        return Err(PackageError::Encrypted);
    }
    let path = ["/Workbook", "/Book"].into_iter().find(|path| file.is_stream(path));
    let reason = "an OLE2 document without a workbook".to_owned();
    let path = path.ok_or(PackageError::NotWorkbook { reason })?;
    let stream = file.open_stream(path).map_err(unreadable)?;
    let mut content = Vec::new();
    stream.take(bytes.len() as u64).read_to_end(&mut content).map_err(unreadable)?;
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

/// Where the sheets begin, and the lengths of the shared strings in characters.
fn globals(stream: &[u8]) -> Result<(Vec<usize>, Vec<u32>), PackageError> {
    let (mut sheets, mut strings): (Vec<usize>, Vec<&[u8]>) = (Vec::new(), Vec::new());
    let mut in_strings = false;
    for (kind, content) in Records(stream) {
        in_strings = kind == 0x00FC || in_strings && kind == CONTINUE;
        match kind {
            0x002F if u16_at(content, 0) != Some(0) => return Err(PackageError::Encrypted),
            0x0085 => sheets.extend(u32_at(content, 0).map(|at| at as usize)),
            _ if in_strings => strings.push(content),
            EOF => break,
            _ => {}
        }
    }
    Ok((sheets, string_lengths(&strings)))
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

/// Adds up a sheet; gives how many bytes of records it has.
fn judge_sheet(stream: &[u8], strings: &[u32], tally: &mut Tally<'_>) -> Result<usize, PackageError> {
    let mut records = Records(stream);
    let (mut depth, mut area) = (0u32, Area::default());
    for (kind, content) in records.by_ref() {
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            0x0200 => judge_dimensions(content)?,
            // NUMBER, LABEL, RSTRING, BOOLERR, RK, LABELSST, FORMULA, MULRK
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 | 0x00BD => {
                let (Some(row), Some(first)) = (u16_at(content, 0), u16_at(content, 2)) else { continue };
                let last = if kind == 0x00BD { u16_at(content, content.len().saturating_sub(2)) } else { None };
                let (row, first) = (u64::from(row), u64::from(first));
                area.take((row, row), (first, last.map_or(first, u64::from).max(first)));
                let text = match kind {
                    0x00FD => u32_at(content, 6).and_then(|n| strings.get(n as usize)).copied().unwrap_or(0) * 3,
                    _ => content.len() as u32,
                };
                tally.add_text(u64::from(text))?;
            }
            _ => {}
        }
    }
    tally.add_cells(area.cells())?;
    Ok(stream.len() - records.0.len())
}

/// The rectangle that the sheet claims: a reader makes room for it.
fn judge_dimensions(content: &[u8]) -> Result<(), PackageError> {
    let short = |at| u16_at(content, at).map(u32::from);
    let (rows, columns) = match content.len() {
        10 => ((short(0), short(2)), (short(4), short(6))),
        _ => ((u32_at(content, 0), u32_at(content, 4)), (short(8), short(10))),
    };
    let sound = |(first, end): (Option<u32>, Option<u32>), max: u64| {
        first.zip(end).is_some_and(|(first, end)| u64::from(end) <= max && (first < end || end == 0 || first == end))
    };
    let sound_columns = columns.1.is_some_and(|end| u64::from(end) <= SHEET_MAX.1);
    if sound(rows, SHEET_MAX.0) && sound_columns { Ok(()) } else { Err(unreadable("a sheet claims too many cells")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Vec<u8> {
        let mut bytes = (text.len() as u16).to_le_bytes().to_vec();
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
    fn a_sheet_that_claims_more_than_there_can_be_is_refused() {
        let dimensions = |rows: u32, columns: u16| {
            [0u32.to_le_bytes().as_slice(), &rows.to_le_bytes(), &[0, 0], &columns.to_le_bytes(), &[0, 0]].concat()
        };
        assert!(judge_dimensions(&dimensions(65_536, 256)).is_ok());
        assert!(judge_dimensions(&dimensions(0, 0)).is_ok());
        assert!(judge_dimensions(&dimensions(u32::MAX, 256)).is_err());
        assert!(judge_dimensions(&dimensions(10, 60_000)).is_err());
    }
}
