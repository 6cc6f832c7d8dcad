//! The table of shared strings: one text, and where each string ends in it.

use std::io::Read;

use super::scan::{self, Markup, Scanned};
use super::text;
use super::window::Window;
use crate::package::error::PackageError;
use crate::package::reason;

/// All shared strings of a workbook.
#[derive(Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<usize>,
}

/// What comes behind a piece of the table.
enum Next {
    /// More, from this place on.
    From(usize),
    /// Nothing.
    End,
}

impl Strings {
    /// Reads the table.
    ///
    /// # Errors
    /// When the part isn't well-formed or ends early, or a string is larger than may be held.
    pub(in crate::package) fn read(stream: impl Read, part: &str, held_max: u64) -> Result<Strings, PackageError> {
        let mut window = Window::new(stream, part, held_max);
        let (mut strings, mut is_in_table) = (Strings::default(), false);
        loop {
            match strings.read_piece(window.bytes(), &mut is_in_table) {
                Ok(Next::From(place)) => window.pass(place),
                Ok(Next::End) => return Ok(strings),
                Err(stop) => window.fill_for(stop, reason::ENDS_EARLY)?,
            }
        }
    }

    fn read_piece(&mut self, bytes: &[u8], is_in_table: &mut bool) -> Scanned<Next> {
        let at = scan::find_markup(bytes, 0)?;
        let tag = match scan::markup(bytes, at, |_, _| {})? {
            Markup::Start(tag) => tag,
            Markup::End { .. } => return Ok(Next::End),
            Markup::Nothing { end } | Markup::CData { end, .. } => return Ok(Next::From(end)),
        };
        let name = scan::local(&bytes[tag.name.clone()]);
        if !*is_in_table {
            *is_in_table = name == b"sst";
            return Ok(if *is_in_table && tag.is_empty { Next::End } else { Next::From(tag.end) });
        }
        let content = scan::content(bytes, &tag)?;
        if name == b"si" {
            let from = self.text.len();
            if let Err(stop) = text::push_string(bytes, content.text, &mut self.text) {
                self.text.truncate(from);
                return Err(stop);
            }
            self.ends.push(self.text.len());
        }
        Ok(Next::From(content.end))
    }

    /// Returns a string by its number.
    pub fn get(&self, index: u32) -> Option<&str> {
        let index = usize::try_from(index).ok()?;
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }
}
