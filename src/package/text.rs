//! Text within XML: escaping, and what may stand in a cell.

use std::borrow::Cow;

/// Whether the text is a number as XML has it.
pub(super) fn is_number(text: &str) -> bool {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    digit && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'))
}

/// Whether XML 1.0 allows the character.
pub(super) fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Text as element content; characters that XML forbids are left out.
pub(super) fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| allowed(c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}

/// Text as an attribute's value in double quotes.
pub(super) fn escape_attr(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| allowed(c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c => out.push(c),
        }
    }
    out
}

/// Bytes that may need care in the text of a cell: controls, markup, `_` (of `_x0041_`) and what begins U+FFFE.
const fn is_plain(byte: u8) -> bool {
    !matches!(byte, 0..=8 | 11..=31 | b'&' | b'<' | b'>' | b'_' | 0xef)
}

/// Writes the text of a cell: escaped, without what XML forbids, and so that nothing in it reads as `_x0041_`.
pub(super) fn push_cell_text(out: &mut Vec<u8>, text: &str) {
    if text.len() <= TEXT_UNITS_MAX && text.bytes().all(is_plain) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut units = 0;
    for (index, c) in text.char_indices() {
        units += c.len_utf16();
        if units > TEXT_UNITS_MAX {
            break;
        }
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '\r' if text[index + 1..].starts_with('\n') => {}
            '\r' => out.push(b'\n'),
            '_' if is_escape(&text.as_bytes()[index..]) => out.extend_from_slice(b"_x005F_"),
            c if allowed(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            _ => {}
        }
    }
}

/// Writes a formula, escaped.
pub(super) fn push_formula(out: &mut Vec<u8>, formula: &str) {
    if formula.bytes().all(|byte| !matches!(byte, 0..=31 | b'&' | b'<' | b'>' | 0xef)) {
        out.extend_from_slice(formula.as_bytes());
    } else {
        out.extend_from_slice(escape_text(formula).as_bytes());
    }
}

/// The most UTF-16 units that a cell or note holds.
pub(super) const TEXT_UNITS_MAX: usize = 32_767;

fn is_escape(bytes: &[u8]) -> bool {
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

/// Resolves the references of XML; anything else stays as it is.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw))
}
