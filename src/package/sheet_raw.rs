//! Passes over the rows of a worksheet without looking at them, where nothing in them changes.

use std::cell::Cell;
use std::io::{BufRead, Write};

use super::error::PackageError;
use super::reason;

/// Copies a stream up to the end tag of the rows; gives what was read from there on, the tag included.
///
/// # Errors
/// Where the stream ends before that, or can't be read or written.
pub(super) fn copy_rows<R: BufRead + ?Sized, W: Write>(
    stream: &mut R,
    prefix: &str,
    out: &mut W,
    passed: &Cell<u64>,
    part: &str,
) -> Result<Vec<u8>, PackageError> {
    let closing = format!("</{prefix}sheetData").into_bytes();
    let mut held: Vec<u8> = Vec::new();
    loop {
        passed.set(0);
        let chunk = stream.fill_buf().map_err(|error| PackageError::reading(part, &error))?;
        if chunk.is_empty() {
            return Err(PackageError::unreadable(part, reason::ENDS_IN_ROWS));
        }
        let read = chunk.len();
        held.extend_from_slice(chunk);
        stream.consume(read);
        if let Some(at) = find(&held, &closing) {
            out.write_all(&held[..at])?;
            held.drain(..at);
            return Ok(held);
        }
        // What may be the tag's beginning waits for the next chunk.
        let passed = held.len() - held.len().min(closing.len() - 1);
        out.write_all(&held[..passed])?;
        held.drain(..passed);
    }
}

/// Finds the tag by its rarest byte.
fn find(bytes: &[u8], closing: &[u8]) -> Option<usize> {
    let offset = closing.len() - "Data".len();
    let mut from = offset;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|&byte| byte == b'D')?;
        if bytes[at - offset..].starts_with(closing) {
            return Some(at - offset);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn the_end_is_found_wherever_chunks_break() {
        let text = "<row><c r=\"D1\"/></row></sheet></x:sheetData><tail/>";
        for capacity in 1..text.len() {
            let mut out = Vec::new();
            let mut stream = BufReader::with_capacity(capacity, text.as_bytes());
            let rest = copy_rows(&mut stream, "x:", &mut out, &Cell::new(0), "t").expect("finds it");
            assert_eq!(out, b"<row><c r=\"D1\"/></row></sheet>");
            assert!(b"</x:sheetData><tail/>".starts_with(&rest) && rest.starts_with(b"</x:sheetData"));
        }
        assert!(copy_rows(&mut "<row/>".as_bytes(), "", &mut Vec::new(), &Cell::new(0), "t").is_err());
    }
}
