//! The package as it came: a zip archive that is read within limits and copied raw.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, Write};

use zip::{ZipArchive, ZipWriter};

use super::error::{LimitHit, PackageError};
use super::foreign::OLE;
use super::limits::Limits;
use super::suspicion;

/// The size from which the ratio of a part is judged.
const RATIO_FROM_BYTES: u64 = 1 << 20;

/// A zip archive held as bytes.
pub(super) struct Source<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    /// Of each entry its length and checksum, as the directory tells them.
    sums: Vec<(u64, u32)>,
    lookup: HashMap<String, usize>,
    limits: Limits,
}

/// Parts that whoever reads cells holds whole.
fn judge_held(limits: &Limits, key: &str, size: u64) -> Result<(), PackageError> {
    let (limit, max) = match key.rsplit('/').next() {
        Some("sharedstrings.xml") => ("shared_strings_bytes_max", limits.shared_strings_bytes_max),
        Some("styles.xml") => ("part_bytes_max", limits.part_bytes_max),
        _ => return Ok(()),
    };
    if size > max { Err(PackageError::TooLarge { limit, max }) } else { Ok(()) }
}

/// The form in which part names are compared: OPC ignores case, and some producers write backslashes or a leading slash.
pub(super) fn key(name: &str) -> String {
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_lowercase()
}

impl<'a> Source<'a> {
    /// Reads the archive's directory and judges its sizes.
    ///
    /// # Errors
    /// Where the bytes are no zip archive, one of another kind, or beyond the limits.
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Source<'a>, PackageError> {
        refuse_ole(bytes)?;
        if !bytes.starts_with(b"PK") {
            return Err(PackageError::NotZip { reason: "it doesn't begin as one".to_owned() });
        }
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| PackageError::NotZip { reason: error.to_string() })?;
        if archive.len() > limits.entries_max {
            return Err(PackageError::TooLarge { limit: "entries_max", max: limits.entries_max as u64 });
        }
        if archive.has_duplicate_names() {
            return Err(PackageError::unreadable("the archive", "two entries have the same name"));
        }
        let mut source =
            Source { names: Vec::new(), sums: Vec::new(), lookup: HashMap::new(), limits: limits.clone(), archive };
        source.index()?;
        Ok(source)
    }

    fn index(&mut self) -> Result<(), PackageError> {
        let mut total: u64 = 0;
        for index in 0..self.archive.len() {
            let entry =
                self.archive.by_index_raw(index).map_err(|error| PackageError::NotZip { reason: error.to_string() })?;
            let name = entry.name().map_err(|error| PackageError::unreadable("the archive", error))?.into_owned();
            suspicion::judge_name(&name)?;
            if entry.encrypted() {
                return Err(PackageError::Encrypted);
            }
            total = total.saturating_add(entry.size());
            judge(&self.limits, total, entry.size(), entry.compressed_size())?;
            self.sums.push((entry.size(), entry.crc32()));
            let key = key(&name);
            judge_held(&self.limits, &key, entry.size())?;
            if self.lookup.insert(key, index).is_some() {
                return Err(PackageError::unreadable(&name, "two entries have the same name"));
            }
            self.names.push(name);
        }
        Ok(())
    }

    /// The names of all entries, in their order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The names of all entries with their lengths and checksums.
    pub(super) fn sums(&self) -> impl Iterator<Item = (&str, u64, u32)> {
        self.names.iter().zip(&self.sums).map(|(name, &(bytes, crc))| (name.as_str(), bytes, crc))
    }

    /// The entry of a part.
    pub(super) fn find(&self, part: &str) -> Option<usize> {
        self.lookup.get(&key(part)).copied()
    }

    /// Reads a part as a stream, however large, within the limits.
    pub(super) fn stream<T>(
        &self,
        index: usize,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, PackageError>,
    ) -> Result<T, PackageError> {
        let mut archive = self.archive.clone();
        let part = self.name(index);
        let entry = archive.by_index(index).map_err(|error| PackageError::unreadable(part, error))?;
        let allowed = self.stream_bytes_max(entry.compressed_size());
        read(&mut BufReader::with_capacity(1 << 16, Guard { inner: entry, left: allowed.1, hit: allowed }))
    }

    fn stream_bytes_max(&self, zipped: u64) -> (&'static str, u64) {
        let by_ratio = zipped.saturating_mul(self.limits.ratio_max).max(RATIO_FROM_BYTES);
        if by_ratio < self.limits.inflated_bytes_max {
            ("ratio_max", by_ratio)
        } else {
            ("inflated_bytes_max", self.limits.inflated_bytes_max)
        }
    }

    /// How much of a part may be held in memory.
    pub(super) fn part_bytes_max(&self) -> u64 {
        self.limits.part_bytes_max
    }

    /// Reads a part that is held in memory, as it is.
    pub(super) fn bytes(&self, index: usize) -> Result<Vec<u8>, PackageError> {
        let part = self.name(index);
        let max = self.limits.part_bytes_max;
        self.stream(index, |stream| {
            let mut bytes = Vec::new();
            stream.take(max + 1).read_to_end(&mut bytes).map_err(|error| PackageError::reading(part, &error))?;
            if bytes.len() as u64 > max {
                Err(PackageError::TooLarge { limit: "part_bytes_max", max })
            } else {
                Ok(bytes)
            }
        })
    }

    /// Reads an XML part that is held in memory.
    pub(super) fn text(&self, index: usize) -> Result<String, PackageError> {
        let part = self.name(index);
        let bytes = self.bytes(index)?;
        judge_prolog(part, &bytes[..bytes.len().min(512)])?;
        String::from_utf8(bytes).map_err(|error| PackageError::unreadable(part, error))
    }

    /// Looks at the first bytes of a part: its encoding and whether it has a document type.
    pub(super) fn judge_prolog(&self, index: usize) -> Result<(), PackageError> {
        let part = self.name(index);
        self.stream(index, |stream| {
            let mut head = Vec::new();
            stream.take(512).read_to_end(&mut head).map_err(|error| PackageError::reading(part, &error))?;
            judge_prolog(part, &head)
        })
    }

    /// Copies an entry without inflating it.
    pub(super) fn copy<W: Write + Seek>(&self, index: usize, out: &mut ZipWriter<W>) -> Result<(), PackageError> {
        let mut archive = self.archive.clone();
        let entry = archive.by_index_raw(index).map_err(|error| PackageError::unreadable(self.name(index), error))?;
        out.raw_copy_file(entry).map_err(|error| PackageError::unpatchable(self.name(index), error))
    }

    fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }
}

fn judge(limits: &Limits, total: u64, size: u64, zipped: u64) -> Result<(), PackageError> {
    if total > limits.inflated_bytes_max {
        return Err(PackageError::TooLarge { limit: "inflated_bytes_max", max: limits.inflated_bytes_max });
    }
    if size > RATIO_FROM_BYTES && size / zipped.max(1) > limits.ratio_max {
        return Err(PackageError::TooLarge { limit: "ratio_max", max: limits.ratio_max });
    }
    Ok(())
}

/// Tells OLE2 documents: encrypted workbooks and those of Excel 97-2003.
fn refuse_ole(bytes: &[u8]) -> Result<(), PackageError> {
    if !bytes.starts_with(&OLE) {
        return Ok(());
    }
    let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(stream.len()).any(|window| window == stream) {
        Err(PackageError::Encrypted)
    } else {
        Err(PackageError::OldFormat)
    }
}

/// Refuses what isn't UTF-8 by its first bytes or its declaration, and document types.
fn judge_prolog(part: &str, head: &[u8]) -> Result<(), PackageError> {
    if head.starts_with(&[0xff, 0xfe])
        || head.starts_with(&[0xfe, 0xff])
        || head.starts_with(&[b'<', 0])
        || head.starts_with(&[0, b'<'])
    {
        return Err(PackageError::unreadable(part, "it is in UTF-16; only UTF-8 is read"));
    }
    let head = String::from_utf8_lossy(head);
    if head.contains("<!DOCTYPE") {
        return Err(PackageError::unreadable(part, "it has a document type definition"));
    }
    let Some(declared) = head.split("?>").next().and_then(|declaration| declaration.split("encoding=").nth(1)) else {
        return Ok(());
    };
    let encoding: String = declared.chars().skip(1).take_while(|c| !matches!(c, '"' | '\'')).collect();
    if ["utf-8", "utf8", "us-ascii", "ascii"].contains(&encoding.to_lowercase().as_str()) {
        return Ok(());
    }
    Err(PackageError::unreadable(part, format!("it is in {encoding}; only UTF-8 is read")))
}

/// A stream of which only so much may be held at a time: whoever reads it says when what was read has been passed on.
pub(super) struct Metered<'m, R: ?Sized> {
    inner: &'m mut R,
    held: &'m Cell<u64>,
    max: u64,
}

impl<'m, R: BufRead + ?Sized> Metered<'m, R> {
    /// `held` counts what was read; set it to 0 where that was passed on.
    pub(super) fn new(inner: &'m mut R, held: &'m Cell<u64>, max: u64) -> Self {
        Metered { inner, held, max }
    }
}

impl<R: BufRead + ?Sized> BufRead for Metered<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.held.get() > self.max {
            return Err(io::Error::other(LimitHit { limit: "part_bytes_max", max: self.max }));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.held.set(self.held.get().saturating_add(amount as u64));
        self.inner.consume(amount);
    }
}

impl<R: BufRead + ?Sized> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// A reader that fails once more was read than is allowed.
struct Guard<R> {
    inner: R,
    left: u64,
    hit: (&'static str, u64),
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other(LimitHit { limit: self.hit.0, max: self.hit.1 }))?;
        Ok(read)
    }
}
