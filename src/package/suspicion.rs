//! What is looked at before anybody else reads the package: whoever reads cells believes what a part says of itself, and holds a
//! piece of text whole, however long it is.

use std::io::{BufRead, Read};

use quick_xml::events::Event;

use super::error::PackageError;
use super::reason::{self, Reason};
use super::source::Source;
use super::xml::{self, Element};

/// A part smaller than this isn't looked through: nothing in it can be too much.
const LOOKED_THROUGH_FROM_BYTES: u64 = 4 << 20;
/// The root of a part stands within so many bytes.
const ROOT_WITHIN_BYTES: u64 = 64 << 10;
/// The least that a shared string takes: `<si/>`.
const STRING_BYTES_MIN: u64 = 5;
/// So many tags a style sheet may have; each format becomes some hundred bytes in memory.
const STYLE_TAGS_MAX: u64 = 1_000_000;
/// A path of more characters is none that a spreadsheet program writes.
const NAME_CHARS_MAX: usize = 400;

/// Refuses entries whose names lead out of the package: nothing is ever written under them here, but the answer carries them on.
pub(super) fn judge_name(name: &str) -> Result<(), PackageError> {
    let leads_out = name.split(['/', '\\']).any(|step| step == "..") || name.contains(':');
    if leads_out || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
        return Err(PackageError::unreadable(&shown, Reason::new("部件不能用这个名称", "a part can't have this name")));
    }
    Ok(())
}

/// Judges the parts that whoever reads cells holds whole: the shared strings and the styles.
pub(super) fn judge_held(source: &Source<'_>) -> Result<(), PackageError> {
    for (index, (name, bytes, _)) in source.sums().enumerate() {
        match super::source::key(name).rsplit('/').next() {
            Some("sharedstrings.xml") => judge_strings(source, index, name, bytes)?,
            Some("styles.xml") if bytes > LOOKED_THROUGH_FROM_BYTES => judge_styles(source, index, name)?,
            _ => {}
        }
    }
    Ok(())
}

/// Judges the rows of a sheet: no cell may hold more than a part that is held whole.
pub(super) fn judge_sheet(source: &Source<'_>, index: usize, part: &str) -> Result<(), PackageError> {
    let max = source.part_bytes_max();
    let bytes = source.sums().nth(index).map_or(0, |(_, bytes, _)| bytes);
    if bytes > max && look_through(source, index, part)?.longest > max {
        return Err(PackageError::TooLarge { limit: "part_bytes_max", max });
    }
    Ok(())
}

/// Refuses more formats than any workbook has.
fn judge_styles(source: &Source<'_>, index: usize, part: &str) -> Result<(), PackageError> {
    if look_through(source, index, part)?.tags > STYLE_TAGS_MAX {
        return Err(PackageError::TooLarge { limit: "tags of the styles", max: STYLE_TAGS_MAX });
    }
    Ok(())
}

/// Refuses shared strings that claim to be more than there is room for: room would be made for all of them.
fn judge_strings(source: &Source<'_>, index: usize, part: &str, bytes: u64) -> Result<(), PackageError> {
    let root = source.stream(index, |stream| root(stream, part))?;
    let claimed = root.attrs().into_iter().filter(|(name, _)| xml::local(name) == "uniqueCount");
    for (_, claim) in claimed {
        let digits: String = claim.chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() && digits.parse::<u64>().map_or(true, |count| count > bytes / STRING_BYTES_MIN) {
            return Err(PackageError::unreadable(part, claims(claim)));
        }
    }
    if root.local() == "sst" {
        Ok(())
    } else {
        Err(PackageError::unreadable(part, Reason::new("不是共享字符串部件", "it holds no shared strings")))
    }
}

fn claims(count: &str) -> Reason {
    let count: String = count.chars().take(20).collect();
    Reason::of(format!("声称含有 {count} 个字符串，与大小不符"), format!("it says that it holds {count} strings"))
}

/// The root's start tag.
fn root(stream: &mut dyn BufRead, part: &str) -> Result<Element, PackageError> {
    let mut reader = xml::reader(Read::take(stream, ROOT_WITHIN_BYTES));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(part, &error))? {
            Event::Start(start) | Event::Empty(start) => return Ok(Element::from_start(&start)),
            Event::DocType(_) => return Err(PackageError::unreadable(part, reason::DOC_TYPE)),
            Event::Eof => return Err(PackageError::unreadable(part, Reason::new("缺少根元素", "its root is missing"))),
            _ => {}
        }
    }
}

/// What a part is made of.
#[derive(Default)]
struct Pieces {
    /// Bytes between the ends of two tags, at most.
    longest: u64,
    /// Ends of tags.
    tags: u64,
}

fn look_through(source: &Source<'_>, index: usize, part: &str) -> Result<Pieces, PackageError> {
    source.stream(index, |stream| {
        let (mut pieces, mut piece) = (Pieces::default(), 0);
        loop {
            let buffer = stream.fill_buf().map_err(|error| PackageError::reading(part, &error))?;
            if buffer.is_empty() {
                return Ok(Pieces { longest: pieces.longest.max(piece), ..pieces });
            }
            let length = buffer.len();
            match (buffer.iter().position(is_end), buffer.iter().rposition(is_end)) {
                (Some(first), Some(last)) => {
                    pieces.longest = pieces.longest.max(piece + first as u64);
                    piece = (length - last) as u64;
                    pieces.tags += buffer.iter().filter(|&byte| is_end(byte)).count() as u64;
                }
                _ => piece += length as u64,
            }
            stream.consume(length);
        }
    })
}

fn is_end(byte: &u8) -> bool {
    *byte == b'>'
}
