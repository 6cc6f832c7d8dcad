//! What a package was made from: a text that is believed for as long as nothing has changed since it was written.
//!
//! The text stands in a part of its own, beside a digest of all other parts: their names, lengths and checksums, which the archive's
//! directory tells without inflating anything. Whoever saves the file in between changes the digest, or drops the part.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use sha2::{Digest, Sha256};
use zip::ZipWriter;

use super::content_types::ContentTypes;
use super::parts::Parts;
use super::rels::{self, Rel, Rels};
use super::source::key;
use super::xml::{self, Document, Element};

/// The type of the relationship that leads to the part; programs pass over one that they don't know.
const KIND: &str = "urn:dealerbook:relationships/origin";
const NAMESPACE: &str = "urn:dealerbook:origin";
/// The attribute with the digest.
const DIGEST: &str = "parts";

/// The checksums of parts.
#[derive(Default)]
pub(super) struct Sums(BTreeMap<String, (u64, u32)>);

impl Sums {
    pub(super) fn add(&mut self, part: &str, bytes: u64, crc: u32) {
        self.0.insert(key(part), (bytes, crc));
    }

    fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (part, (bytes, crc)) in &self.0 {
            digest.update(format!("{part}\n{bytes} {crc:08x}\n"));
        }
        hex::encode(digest.finalize())
    }
}

/// Sums up what is written into an entry.
pub(super) struct Summing<'z, W: Write + Seek> {
    zip: &'z mut ZipWriter<W>,
    crc: flate2::Crc,
    bytes: u64,
}

impl<'z, W: Write + Seek> Summing<'z, W> {
    pub(super) fn new(zip: &'z mut ZipWriter<W>) -> Self {
        Summing { zip, crc: flate2::Crc::new(), bytes: 0 }
    }

    /// Adds the sum to the others.
    pub(super) fn end(self, part: &str, sums: &mut Sums) {
        sums.add(part, self.bytes, self.crc.sum());
    }
}

impl<W: Write + Seek> Write for Summing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.zip.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

/// The text that was remembered, where nothing has changed since.
pub(super) fn read(parts: &Parts<'_, '_, '_>, rels: &Rels) -> Option<String> {
    let (rel, root) = ours(parts, rels).next()?;
    let mut sums = Sums::default();
    for (name, bytes, crc) in parts.source().sums().filter(|(name, ..)| key(name) != key(&rel.target)) {
        sums.add(name, bytes, crc);
    }
    (root.attr(DIGEST)? == sums.digest()).then(|| root.text())
}

/// The part's content.
pub(super) fn markup(text: &str, sums: &Sums) -> String {
    let mut root = Element::new("origin", &[("xmlns", NAMESPACE), (DIGEST, &sums.digest())]);
    root.set_text(text);
    Document::with_root(root).markup()
}

/// Takes the part of an earlier run away.
pub(super) fn forget(parts: &mut Parts<'_, '_, '_>, rels: &mut Rels, types: &mut ContentTypes) {
    let gone: Vec<Rel> = ours(parts, rels).map(|(rel, _)| rel).collect();
    for rel in gone {
        rels.remove(&rel.id);
        parts.remove(&rel.target);
        types.forget(&rel.target);
    }
}

/// Sees to it that the text is written, last of all.
pub(super) fn remember(
    parts: &mut Parts<'_, '_, '_>,
    rels: &mut Rels,
    types: &mut ContentTypes,
    workbook: &str,
    text: String,
) {
    let part = parts.free(&format!("{}dealerbook", rels::folder(workbook)), "xml");
    rels.add(KIND, &part);
    types.set(&part, "application/xml");
    parts.remember(part, text);
}

/// The relationships that lead to such a part, and what stands in it. A part of somebody else's, or a broken one, is none.
fn ours<'r>(parts: &'r Parts<'_, '_, '_>, rels: &Rels) -> impl Iterator<Item = (Rel, Element)> + use<'r> {
    let read = |rel: Rel| {
        let root = xml::parse(&parts.text(&rel.target).ok()??, &rel.target).ok()?.root;
        (root.attr("xmlns")? == NAMESPACE).then_some((rel, root))
    };
    rels.all().into_iter().filter(|rel| rel.kind_uri == KIND && !rel.external).filter_map(read)
}
