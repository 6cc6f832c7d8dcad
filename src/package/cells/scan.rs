//! Tags, attributes and texts of XML in a window of bytes, without events and without copies.
//!
//! Every function begins at a place in the bytes and ends at one, or says that the bytes end too soon ([`Stop::More`]), so that whoever
//! holds the window can fill it further and begin once more.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

/// How deep elements may nest.
const DEPTH_MAX: usize = 200;

/// Why a scan stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes end before what was begun does.
    More,
    /// It isn't well-formed, at this place.
    Malformed(usize),
}

/// What a scan gives.
pub(super) type Scanned<T> = Result<T, Stop>;

/// The next piece of markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// A start tag.
    Start(Tag),
    /// An end tag, with the place of its qualified name.
    End {
        /// Its name.
        name: Range<usize>,
        /// Where it ends.
        end: usize,
    },
    /// A comment or a processing instruction, which say nothing.
    Nothing {
        /// Where it ends.
        end: usize,
    },
    /// Text that stands as it is.
    CData {
        /// The text.
        text: Range<usize>,
        /// Where it ends.
        end: usize,
    },
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// The qualified name.
    pub(super) name: Range<usize>,
    /// Whether the element ends with it.
    pub(super) is_empty: bool,
    /// Where it ends.
    pub(super) end: usize,
}

/// Returns the name behind its prefix.
pub(super) fn local(name: &[u8]) -> &[u8] {
    match memchr(b':', name) {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Returns the place of the next `<`.
pub(super) fn find_markup(bytes: &[u8], from: usize) -> Scanned<usize> {
    memchr(b'<', &bytes[from..]).map(|at| from + at).ok_or(Stop::More)
}

/// Returns the place of the next `<`, before which nothing but white space may stand.
pub(super) fn find_next(bytes: &[u8], from: usize) -> Scanned<usize> {
    let place = skip_space(bytes, from);
    match bytes.get(place) {
        None => Err(Stop::More),
        Some(b'<') => Ok(place),
        Some(_) => Err(Stop::Malformed(place)),
    }
}

/// Reads the markup at `at`, where a `<` stands, handing each attribute of a start tag to `attribute` with its raw value.
pub(super) fn markup(bytes: &[u8], at: usize, attribute: impl FnMut(&[u8], Range<usize>)) -> Scanned<Markup> {
    match bytes.get(at + 1) {
        None => Err(Stop::More),
        Some(b'/') => end_tag(bytes, at),
        Some(b'?') => behind(bytes, at + 2, b"?>").map(|end| Markup::Nothing { end }),
        Some(b'!') => declaration(bytes, at),
        Some(_) => start_tag(bytes, at, attribute).map(Markup::Start),
    }
}

fn behind(bytes: &[u8], from: usize, end: &[u8]) -> Scanned<usize> {
    memmem::find(&bytes[from..], end).map(|found| from + found + end.len()).ok_or(Stop::More)
}

fn declaration(bytes: &[u8], at: usize) -> Scanned<Markup> {
    const CDATA: &[u8] = b"<![CDATA[";
    const COMMENT: &[u8] = b"<!--";
    let rest = &bytes[at..];
    if rest.starts_with(COMMENT) {
        return behind(bytes, at + COMMENT.len(), b"-->").map(|end| Markup::Nothing { end });
    }
    if rest.starts_with(CDATA) {
        let end = behind(bytes, at + CDATA.len(), b"]]>")?;
        return Ok(Markup::CData { text: at + CDATA.len()..end - 3, end });
    }
    let is_cut = |whole: &[u8]| rest.len() < whole.len() && whole.starts_with(rest);
    if is_cut(COMMENT) || is_cut(CDATA) {
        return Err(Stop::More);
    }
    // A document type: what it declares is never looked at, so that nothing can be made of it.
    match memchr2(b'[', b'>', rest) {
        None => Err(Stop::More),
        Some(open) if rest[open] == b'[' => {
            let close = behind(bytes, at + open, b"]")?;
            let end = memchr(b'>', &bytes[close..]).ok_or(Stop::More)?;
            Ok(Markup::Nothing { end: close + end + 1 })
        }
        Some(close) => Ok(Markup::Nothing { end: at + close + 1 }),
    }
}

fn end_tag(bytes: &[u8], at: usize) -> Scanned<Markup> {
    let close = memchr(b'>', &bytes[at..]).map(|found| at + found).ok_or(Stop::More)?;
    let name = bytes[at + 2..close].trim_ascii_end();
    if name.is_empty() || name.iter().any(|byte| is_space(*byte) || matches!(byte, b'<' | b'/' | b'"' | b'\'')) {
        return Err(Stop::Malformed(at));
    }
    Ok(Markup::End { name: at + 2..at + 2 + name.len(), end: close + 1 })
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_space(bytes[at]) {
        at += 1;
    }
    at
}

/// Reads the start tag at `at`.
pub(super) fn start_tag(bytes: &[u8], at: usize, mut attribute: impl FnMut(&[u8], Range<usize>)) -> Scanned<Tag> {
    let mut i = at + 1;
    while i < bytes.len() && !is_space(bytes[i]) && !matches!(bytes[i], b'>' | b'/' | b'<' | b'=' | b'"' | b'\'') {
        i += 1;
    }
    let name = at + 1..i;
    if name.is_empty() && i < bytes.len() {
        return Err(Stop::Malformed(at));
    }
    loop {
        i = skip_space(bytes, i);
        match bytes.get(i) {
            None => return Err(Stop::More),
            Some(b'>') => return Ok(Tag { name, is_empty: false, end: i + 1 }),
            Some(b'/') => {
                return match bytes.get(i + 1) {
                    None => Err(Stop::More),
                    Some(b'>') => Ok(Tag { name, is_empty: true, end: i + 2 }),
                    Some(_) => Err(Stop::Malformed(at)),
                };
            }
            Some(_) => i = read_attribute(bytes, at, i, &mut attribute)?,
        }
    }
}

/// Reads one attribute of the tag at `tag`; returns where it ends.
fn read_attribute(
    bytes: &[u8],
    tag: usize,
    at: usize,
    attribute: &mut impl FnMut(&[u8], Range<usize>),
) -> Scanned<usize> {
    let mut i = at;
    while i < bytes.len() && bytes[i] != b'=' && !is_space(bytes[i]) {
        if matches!(bytes[i], b'<' | b'>' | b'/' | b'"' | b'\'') {
            return Err(Stop::Malformed(tag));
        }
        i += 1;
    }
    let name = at..i;
    i = skip_space(bytes, i);
    match bytes.get(i) {
        None => return Err(Stop::More),
        Some(b'=') if !name.is_empty() => {}
        Some(_) => return Err(Stop::Malformed(tag)),
    }
    i = skip_space(bytes, i + 1);
    let quote = match bytes.get(i) {
        None => return Err(Stop::More),
        Some(quote @ (b'"' | b'\'')) => *quote,
        Some(_) => return Err(Stop::Malformed(tag)),
    };
    let from = i + 1;
    i = from;
    while i < bytes.len() && bytes[i] != quote {
        if bytes[i] == b'<' {
            return Err(Stop::Malformed(tag));
        }
        i += 1;
    }
    if i == bytes.len() {
        return Err(Stop::More);
    }
    attribute(&bytes[name], from..i);
    Ok(i + 1)
}

/// What stands between the tags of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// Its content, markup and all.
    pub(super) text: Range<usize>,
    /// Where the element ends.
    pub(super) end: usize,
}

/// Returns what stands in the element that begins with a tag.
pub(super) fn content(bytes: &[u8], tag: &Tag) -> Scanned<Content> {
    if tag.is_empty {
        return Ok(Content { text: tag.end..tag.end, end: tag.end });
    }
    let mut open: Vec<Range<usize>> = Vec::new();
    let mut at = tag.end;
    loop {
        let place = find_markup(bytes, at)?;
        match markup(bytes, place, |_, _| {})? {
            Markup::Start(inner) => {
                at = inner.end;
                if !inner.is_empty {
                    if open.len() >= DEPTH_MAX {
                        return Err(Stop::Malformed(place));
                    }
                    open.push(inner.name);
                }
            }
            Markup::End { name: closing, end } => {
                at = end;
                let opened = open.pop();
                if bytes[closing.clone()] != bytes[opened.clone().unwrap_or_else(|| tag.name.clone())] {
                    return Err(Stop::Malformed(place));
                }
                if opened.is_none() {
                    return Ok(Content { text: tag.end..place, end });
                }
            }
            Markup::Nothing { end } | Markup::CData { end, .. } => at = end,
        }
    }
}
