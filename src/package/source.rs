//! The package as it came: a zip archive that is read within limits and copied raw.
//!
//! Every part is unpacked once before anything is read (`Source::verify`): the reader of cells stops at the end of the rows and never comes
//! to a checksum, and what the answer carries over is copied raw.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, Write};

use zip::{ZipArchive, ZipWriter};

use super::error::{LimitHit, PackageError};
use super::foreign::OLE;
use super::limits::Limits;
use super::reason::{self, Reason};
use super::recognise::FileKind;
use super::{places, suspicion};

/// The archive as a whole, where no part of it is to blame.
const ARCHIVE: &str = "ZIP";
const BUFFER_BYTES: usize = 1 << 16;

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
            return Err(PackageError::unreadable(ARCHIVE, reason::SAME_NAME));
        }
        let mut source =
            Source { names: Vec::new(), sums: Vec::new(), lookup: HashMap::new(), limits: limits.clone(), archive };
        source.index()?;
        source.judge_places()?;
        Ok(source)
    }

    /// Refuses entries that share bytes with another or with the directory: so little becomes so much.
    fn judge_places(&self) -> Result<(), PackageError> {
        let overlapping = places::overlapping(&mut self.archive.clone());
        match overlapping.map_err(|error| PackageError::NotZip { reason: error.to_string() })?.first() {
            Some(index) => Err(PackageError::unreadable(self.name(*index), reason::OVERLAPS)),
            None => Ok(()),
        }
    }

    /// Unpacks every part once: each has to be as long as the directory says and to fit its checksum. What is copied without being
    /// unpacked is known to be whole after that, and so is what a reader of cells leaves before its end.
    ///
    /// # Errors
    /// Where a part is otherwise; it is named.
    pub(super) fn verify(&self) -> Result<(), PackageError> {
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut total: u64 = 0;
        for (index, (part, bytes, crc)) in self.sums().enumerate() {
            let mut archive = self.archive.clone();
            // The zip's own check is told in words of its own.
            let entry = archive.by_index(index).map_err(|_| PackageError::unreadable(part, reason::DAMAGED))?;
            let allowed = self.stream_bytes_max(entry.compressed_size());
            let mut stream = Guard { inner: entry, left: allowed.1, hit: allowed };
            let (mut sum, mut length) = (flate2::Crc::new(), 0);
            loop {
                match stream.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(read) => {
                        sum.update(&buffer[..read]);
                        length += read as u64;
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) if length == bytes && sum.sum() != crc => {
                        return Err(PackageError::unreadable(part, reason::CHECKSUM));
                    }
                    Err(error) => return Err(PackageError::reading(part, &error)),
                }
            }
            total = total.saturating_add(length);
            if total > self.limits.inflated_bytes_max {
                return Err(PackageError::TooLarge {
                    limit: "inflated_bytes_max",
                    max: self.limits.inflated_bytes_max,
                });
            }
            if length != bytes {
                return Err(PackageError::unreadable(part, wrong_length(bytes, length)));
            }
            if sum.sum() != crc {
                return Err(PackageError::unreadable(part, reason::CHECKSUM));
            }
        }
        Ok(())
    }

    fn index(&mut self) -> Result<(), PackageError> {
        let mut total: u64 = 0;
        for index in 0..self.archive.len() {
            let entry =
                self.archive.by_index_raw(index).map_err(|error| PackageError::NotZip { reason: error.to_string() })?;
            let unnamed = Reason::new("有部件的名称无法读取", "the name of a part can't be read");
            let name = entry.name().map_err(|_| PackageError::unreadable(ARCHIVE, unnamed))?.into_owned();
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
                return Err(PackageError::unreadable(&name, reason::SAME_NAME));
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
        let entry = archive.by_index(index).map_err(|_| PackageError::unreadable(part, reason::DAMAGED))?;
        let allowed = self.stream_bytes_max(entry.compressed_size());
        read(&mut BufReader::with_capacity(BUFFER_BYTES, Guard { inner: entry, left: allowed.1, hit: allowed }))
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
        String::from_utf8(bytes).map_err(|_| PackageError::unreadable(part, reason::NOT_UTF_8))
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
        let damaged = || PackageError::unreadable(self.name(index), reason::DAMAGED);
        let entry = archive.by_index_raw(index).map_err(|_| damaged())?;
        match out.raw_copy_file(entry) {
            Ok(()) => Ok(()),
            Err(zip::result::ZipError::Io(error)) => Err(error.into()),
            Err(_) => Err(damaged()),
        }
    }

    /// Copies an entry under another name, without inflating it.
    pub(super) fn copy_as<W: Write + Seek>(
        &self,
        index: usize,
        out: &mut ZipWriter<W>,
        name: &str,
    ) -> Result<(), PackageError> {
        let mut archive = self.archive.clone();
        let damaged = |_| PackageError::unreadable(self.name(index), reason::DAMAGED);
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        out.raw_copy_file_rename(entry, name).map_err(damaged)
    }

    /// The limits within which it is read.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
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
        Err(PackageError::NotWorkbook(FileKind::OtherWorkbook))
    }
}

/// Refuses what isn't UTF-8 by its first bytes or its declaration, and document types.
fn judge_prolog(part: &str, head: &[u8]) -> Result<(), PackageError> {
    if head.starts_with(&[0xff, 0xfe])
        || head.starts_with(&[0xfe, 0xff])
        || head.starts_with(&[b'<', 0])
        || head.starts_with(&[0, b'<'])
    {
        return Err(PackageError::unreadable(part, in_encoding("UTF-16")));
    }
    let head = String::from_utf8_lossy(head);
    if head.contains("<!DOCTYPE") {
        return Err(PackageError::unreadable(part, reason::DOC_TYPE));
    }
    let Some(declared) = head.split("?>").next().and_then(|declaration| declaration.split("encoding=").nth(1)) else {
        return Ok(());
    };
    let encoding: String = declared.chars().skip(1).take_while(|c| !matches!(c, '"' | '\'')).collect();
    if ["utf-8", "utf8", "us-ascii", "ascii"].contains(&encoding.to_lowercase().as_str()) {
        return Ok(());
    }
    Err(PackageError::unreadable(part, in_encoding(&encoding)))
}

fn in_encoding(encoding: &str) -> Reason {
    Reason::of(format!("编码为 {encoding}，只能读取 UTF-8"), format!("it is in {encoding}; only UTF-8 is read"))
}

fn wrong_length(said: u64, found: u64) -> Reason {
    Reason::of(
        format!("解压后有 {found} 字节，而文件包目录中写的是 {said} 字节"),
        format!("it has {found} bytes where the directory says {said}"),
    )
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
