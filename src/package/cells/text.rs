//! What text of XML says: references resolved, line ends as they should be, and the escapes that the format has of its own.

use std::ops::Range;

use super::scan::{self, Markup, Stop};

/// Whether a text says just what stands there.
pub(super) fn is_plain(raw: &[u8]) -> bool {
    raw.iter().all(|byte| !matches!(byte, b'&' | b'<' | b'\r' | b'_'))
}

/// Adds what a stretch of text, CDATA and comments says to `out`, all that stands in elements within left out.
///
/// # Errors
/// For a reference that isn't known, with its place.
pub(super) fn push_content(bytes: &[u8], content: Range<usize>, out: &mut String) -> Result<(), Stop> {
    let mut at = content.start;
    let mut depth = 0usize;
    loop {
        let place = scan::find_markup(&bytes[..content.end], at).unwrap_or(content.end);
        if depth == 0 {
            push_text(bytes, at..place, out)?;
        }
        if place == content.end {
            return Ok(());
        }
        match scan::markup(bytes, place, |_, _| {})? {
            Markup::Start(tag) => {
                depth += usize::from(!tag.is_empty);
                at = tag.end;
            }
            Markup::End { end, .. } => {
                depth = depth.saturating_sub(1);
                at = end;
            }
            Markup::CData { text, end } => {
                if depth == 0 {
                    push_lines(str_of(bytes, text)?, out);
                }
                at = end;
            }
            Markup::Nothing { end } => at = end,
        }
    }
}

fn str_of(bytes: &[u8], range: Range<usize>) -> Result<&str, Stop> {
    let start = range.start;
    std::str::from_utf8(&bytes[range]).map_err(|error| Stop::Malformed(start + error.valid_up_to()))
}

/// Text as it is: a line end of two characters, or of a return alone, is a line feed.
fn push_lines(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('\r') {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
}

fn push_text(bytes: &[u8], range: Range<usize>, out: &mut String) -> Result<(), Stop> {
    let begin = range.start;
    let mut rest = str_of(bytes, range)?;
    let mut passed = 0;
    while let Some(at) = rest.find('&') {
        push_lines(&rest[..at], out);
        let bad = Stop::Malformed(begin + passed + at);
        let length = rest[at..].find(';').ok_or(bad)?;
        out.push(character(&rest[at + 1..at + length]).ok_or(bad)?);
        passed += at + length + 1;
        rest = &rest[at + length + 1..];
    }
    push_lines(rest, out);
    Ok(())
}

/// The character that a reference stands for.
fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
                None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok()?,
                _ => return None,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

const ESCAPE_BYTES: usize = "_x0041_".len();

/// The code unit of the escape `_x0041_` at the beginning of a text.
fn unit(text: &str) -> Option<u16> {
    let bytes = text.as_bytes().get(..ESCAPE_BYTES)?;
    let is_escape = bytes[0] == b'_' && bytes[1] == b'x' && bytes[6] == b'_';
    let digits = text.get(2..6).filter(|digits| is_escape && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

/// Resolves the escapes of the format (`_x000D_`) in what was added to `out` behind `from`.
pub(super) fn resolve_escapes(out: &mut String, from: usize) {
    let Some(first) = out[from..].match_indices("_x").find(|(at, _)| unit(&out[from + at..]).is_some()) else { return };
    let tail = out.split_off(from + first.0);
    let mut rest = tail.as_str();
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(high) = unit(rest) else {
            out.push('_');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[ESCAPE_BYTES..];
        let low = unit(rest).filter(|low| (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(low));
        let units = [high, low.unwrap_or_default()];
        let length = 1 + usize::from(low.is_some());
        out.extend(
            char::decode_utf16(units[..length].iter().copied()).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
        if low.is_some() {
            rest = &rest[ESCAPE_BYTES..];
        }
    }
    out.push_str(rest);
}

/// Adds what a string of the format says (`si`, `is`): its text or the texts of its runs, without how it is read aloud.
///
/// # Errors
/// For a reference that isn't known.
pub(super) fn push_string(bytes: &[u8], content: Range<usize>, out: &mut String) -> Result<(), Stop> {
    let mut at = content.start;
    while let Ok(place) = scan::find_markup(&bytes[..content.end], at) {
        let mut preserves = false;
        let found = scan::markup(bytes, place, |name, value| {
            preserves |= name == b"xml:space" && &bytes[value] == b"preserve";
        })?;
        at = match found {
            Markup::Start(tag) => match scan::local(&bytes[tag.name.clone()]) {
                // What stands in a run is looked at.
                b"r" => tag.end,
                b"t" => {
                    let content = scan::content(bytes, &tag)?;
                    push_run(bytes, content.text, preserves, out)?;
                    content.end
                }
                _ => scan::content(bytes, &tag)?.end,
            },
            Markup::End { end, .. } | Markup::Nothing { end } | Markup::CData { end, .. } => end,
        };
    }
    Ok(())
}

fn push_run(bytes: &[u8], content: Range<usize>, preserves: bool, out: &mut String) -> Result<(), Stop> {
    let from = out.len();
    push_content(bytes, content, out)?;
    if !preserves {
        const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];
        out.truncate(from + out[from..].trim_end_matches(WHITE).len());
        let lead = out[from..].len() - out[from..].trim_start_matches(WHITE).len();
        out.replace_range(from..from + lead, "");
    }
    resolve_escapes(out, from);
    Ok(())
}
