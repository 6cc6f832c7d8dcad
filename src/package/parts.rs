//! The package as it is going to be: the source's parts with what was changed, removed and added laid over them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::PackageError;
use super::origin::{self, Summing, Sums};
use super::rels::rels_part;
use super::sheet_patch::SheetPatch;
use super::source::{Source, key};
use super::suspicion::judge_name;
use super::transplant::Grafted;
use super::{sheet_patch, transplant};

/// What an added part holds.
enum Content<'e> {
    Bytes(Vec<u8>),
    Sheet(Box<Grafted<'e>>),
}

/// The parts of the package to write.
pub(super) struct Parts<'s, 'a, 'e> {
    source: &'s Source<'a>,
    changed: BTreeMap<usize, Vec<u8>>,
    patched: BTreeMap<usize, SheetPatch>,
    removed: BTreeSet<usize>,
    added: Vec<(String, Content<'e>)>,
    /// The part that is written last, and the text that is remembered in it.
    origin: Option<(String, String)>,
}

impl<'s, 'a, 'e> Parts<'s, 'a, 'e> {
    pub(super) fn new(source: &'s Source<'a>) -> Self {
        Parts {
            source,
            changed: BTreeMap::new(),
            patched: BTreeMap::new(),
            removed: BTreeSet::new(),
            added: Vec::new(),
            origin: None,
        }
    }

    /// The entry of a part of the source that still stands.
    pub(super) fn entry(&self, part: &str) -> Option<usize> {
        self.source.find(part).filter(|index| !self.removed.contains(index))
    }

    /// The source.
    pub(super) fn source(&self) -> &'s Source<'a> {
        self.source
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, part: &str) -> bool {
        self.entry(part).is_some() || self.added.iter().any(|(name, _)| key(name) == key(part))
    }

    /// The text of a part.
    pub(super) fn text(&self, part: &str) -> Result<Option<String>, PackageError> {
        if let Some((_, Content::Bytes(bytes))) = self.added.iter().find(|(name, _)| key(name) == key(part)) {
            return Ok(Some(String::from_utf8_lossy(bytes).into_owned()));
        }
        let Some(index) = self.entry(part) else {
            return Ok(None);
        };
        match self.changed.get(&index) {
            Some(bytes) => Ok(Some(String::from_utf8_lossy(bytes).into_owned())),
            None => self.source.text(index).map(Some),
        }
    }

    /// Sets a part's text; one that is new goes to the end. A part that comes out as it was is left untouched.
    ///
    /// A new one may be named by a relationship that leads nowhere: what nobody would open again isn't written.
    pub(super) fn put(&mut self, part: &str, text: String) -> Result<(), PackageError> {
        match self.entry(part) {
            Some(index) if self.source.bytes(index)? == text.as_bytes() => {
                self.changed.remove(&index);
            }
            Some(index) => {
                self.changed.insert(index, text.into_bytes());
            }
            None => {
                judge_name(part)?;
                self.add(part, text.into_bytes());
            }
        }
        Ok(())
    }

    /// Adds a part, or replaces one that was added.
    pub(super) fn add(&mut self, part: &str, bytes: Vec<u8>) {
        match self.added.iter_mut().find(|(name, _)| key(name) == key(part)) {
            Some((_, content)) => *content = Content::Bytes(bytes),
            None => self.added.push((part.to_owned(), Content::Bytes(bytes))),
        }
    }

    /// Adds a sheet that is written as a stream.
    pub(super) fn add_sheet(&mut self, part: &str, sheet: Grafted<'e>) {
        self.added.push((part.to_owned(), Content::Sheet(Box::new(sheet))));
    }

    /// Has a text remembered in a part that is written last.
    pub(super) fn remember(&mut self, part: String, text: String) {
        self.origin = Some((part, text));
    }

    /// Has a sheet patched as a stream.
    pub(super) fn patch(&mut self, index: usize, patch: SheetPatch) {
        self.patched.insert(index, patch);
    }

    /// Takes a part away.
    pub(super) fn remove(&mut self, part: &str) {
        if let Some(index) = self.entry(part) {
            self.removed.insert(index);
            self.changed.remove(&index);
        }
        self.added.retain(|(name, _)| key(name) != key(part));
    }

    /// A part name that is free: the stem, a number from 1, the extension. Relationships that a missing part has left behind keep its
    /// name: they would become those of the new one.
    pub(super) fn free(&self, stem: &str, extension: &str) -> String {
        let taken = |number: &u32| {
            let part = format!("{stem}{number}.{extension}");
            self.has(&part) || self.has(&rels_part(&part))
        };
        let number = (1_u32..).find(|number| !taken(number)).unwrap_or(u32::MAX);
        format!("{stem}{number}.{extension}")
    }

    /// Writes the package: the source's entries in their order, then what is new.
    pub(super) fn write<W: Write + Seek>(self, out: W) -> Result<Tally, PackageError> {
        let level = self.source.limits().compression_level;
        let mut new = NewZip { zip: ZipWriter::new(out), level, sums: Sums::default() };
        let mut tally = Tally::default();
        let mut patched = self.patched;
        for (index, (name, bytes, crc)) in self.source.sums().enumerate() {
            if self.removed.contains(&index) {
                continue;
            }
            if let Some(patch) = patched.remove(&index) {
                new.entry(name, |out| {
                    let mut buffered = BufWriter::with_capacity(1 << 16, out);
                    self.source.stream(index, |stream| {
                        sheet_patch::patch(stream, &mut buffered, &patch, self.source.part_bytes_max(), name)
                    })?;
                    Ok(buffered.flush()?)
                })?;
            } else if let Some(bytes) = self.changed.get(&index) {
                new.entry(name, |out| Ok(out.write_all(bytes)?))?;
            } else {
                self.source.copy(index, &mut new.zip)?;
                new.sums.add(name, bytes, crc);
            }
        }
        for (name, content) in self.added {
            new.entry(&name, |out| match content {
                Content::Bytes(bytes) => Ok(out.write_all(&bytes)?),
                Content::Sheet(sheet) => {
                    let mut buffered = BufWriter::with_capacity(1 << 16, out);
                    tally.links_left_out += transplant::write(*sheet, &mut buffered)?;
                    Ok(buffered.flush()?)
                }
            })?;
        }
        if let Some((name, text)) = self.origin {
            new.start(&name)?;
            new.zip.write_all(origin::markup(&text, &new.sums).as_bytes())?;
        }
        new.zip.finish().map_err(zip_error)?;
        Ok(tally)
    }
}

/// What is known only after writing.
#[derive(Default)]
pub(super) struct Tally {
    /// Links beyond what a sheet may have.
    pub links_left_out: u64,
}

/// A package that is written.
struct NewZip<W: Write + Seek> {
    zip: ZipWriter<W>,
    /// How hard entries are compressed, from 1 to 9.
    level: u32,
    sums: Sums,
}

impl<W: Write + Seek> NewZip<W> {
    /// Writes an entry and sums it up.
    fn entry(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Summing<'_, W>) -> Result<(), PackageError>,
    ) -> Result<(), PackageError> {
        self.start(name)?;
        let mut out = Summing::new(&mut self.zip);
        write(&mut out)?;
        out.end(name, &mut self.sums);
        Ok(())
    }

    fn start(&mut self, name: &str) -> Result<(), PackageError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(self.level.into()))
            .last_modified_time(DateTime::default());
        self.zip.start_file(name, options).map_err(zip_error)
    }
}

fn zip_error(error: zip::result::ZipError) -> PackageError {
    match error {
        zip::result::ZipError::Io(error) => PackageError::Io(error),
        other => PackageError::Io(std::io::Error::other(other)),
    }
}
