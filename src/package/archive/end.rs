//! The end of an archive, where its directory is announced. Looked at before anybody else reads the directory: whoever does makes room
//! for as many entries as are claimed.

use std::io::{self, Read, Seek, SeekFrom};

use super::fault::{ArchiveError, WhyRefused};
use super::{ArchiveLimits, tail};

const SIGNATURE: [u8; 4] = *b"PK\x05\x06";
/// The record's length without its comment.
const RECORD_BYTES: usize = 22;
/// The longest comment.
const COMMENT_BYTES_MAX: usize = u16::MAX as usize;
/// An entry's line in the directory is seldom longer than this, on average.
const LINE_BYTES_MAX: u64 = 1 << 10;
/// More entries than any document has.
const DOCUMENT_ENTRIES_MAX: usize = 20_000;

/// What an archive's end says of it, found to be consistent.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    entries: usize,
    directory_bytes: u64,
}

/// Finds the record at the end of so many bytes. Nothing may stand behind it, and the directory has to lie right before it: then there
/// is one way to read the archive.
///
/// # Errors
/// The outer one where the bytes can't be read, the inner one where they are no whole zip archive of this kind.
pub(super) fn find(bytes: &mut (impl Read + Seek), length: u64) -> io::Result<Result<End, ArchiveError>> {
    let mut begin = [0; 4];
    if length < RECORD_BYTES as u64 {
        return Ok(Err(ArchiveError::not_zip("it is too short")));
    }
    bytes.seek(SeekFrom::Start(0))?;
    bytes.read_exact(&mut begin)?;
    if begin != *b"PK\x03\x04" && begin != SIGNATURE {
        return Ok(Err(ArchiveError::not_zip("it doesn't begin as one")));
    }
    let last = tail::last_bytes(bytes, length, RECORD_BYTES + COMMENT_BYTES_MAX)?;
    Ok(parse(&last, length))
}

fn parse(last: &[u8], length: u64) -> Result<End, ArchiveError> {
    let start = last.windows(SIGNATURE.len()).rposition(|window| window == SIGNATURE);
    let record = start.map(|start| &last[start..]).filter(|record| record.len() >= RECORD_BYTES);
    let record = record.ok_or_else(|| ArchiveError::not_zip("its end is missing"))?;
    let short = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
    let long = |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]);
    let (entries, size, offset) = (short(10), long(12), long(16));
    if entries == u16::MAX || size == u32::MAX || offset == u32::MAX {
        return Err(ArchiveError::refused(None, WhyRefused::TooVast));
    }
    if record.len() != RECORD_BYTES + usize::from(short(20)) {
        return Err(ArchiveError::not_zip("something stands behind its end"));
    }
    if short(4) != 0 || short(6) != 0 || short(8) != entries {
        return Err(ArchiveError::not_zip("it is one part of several"));
    }
    if u64::from(offset) + u64::from(size) != length - record.len() as u64 {
        return Err(ArchiveError::not_zip("its directory isn't where its end says"));
    }
    Ok(End { entries: usize::from(entries), directory_bytes: u64::from(size) })
}

impl End {
    /// Whether no document has a directory of this size.
    pub(super) fn is_beyond_documents(self) -> bool {
        self.is_beyond(DOCUMENT_ENTRIES_MAX)
    }

    /// Refuses more entries than are allowed, and lines so long that they would fill the memory.
    ///
    /// # Errors
    /// Where there are.
    pub(super) fn judge(self, limits: &ArchiveLimits) -> Result<(), ArchiveError> {
        let max = limits.entries_max;
        if self.is_beyond(max) { Err(ArchiveError::refused(None, WhyRefused::TooManyEntries { max })) } else { Ok(()) }
    }

    fn is_beyond(self, entries: usize) -> bool {
        self.entries > entries || self.directory_bytes > (entries as u64 + 1).saturating_mul(LINE_BYTES_MAX)
    }
}
