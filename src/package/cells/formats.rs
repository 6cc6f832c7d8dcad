//! The number formats of cell styles.

use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;

use super::scan::{self, Markup, Scanned};
use super::window::Window;
use crate::package::dates;
use crate::package::error::PackageError;
use crate::package::reason;
use crate::package::xml;

/// The number format of a cell style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberFormat {
    /// Its code; empty where it is a built-in one other than a percentage.
    pub code: String,
    /// Whether it shows a number as a day or a time.
    pub is_date: bool,
}

impl NumberFormat {
    fn of(id: &str, own: &HashMap<String, String>) -> NumberFormat {
        match (own.get(id), id.parse::<u32>()) {
            (Some(code), _) => NumberFormat { code: code.clone(), is_date: dates::is_date(code) },
            (None, Ok(9)) => NumberFormat { code: "0%".to_owned(), is_date: false },
            (None, Ok(10)) => NumberFormat { code: "0.00%".to_owned(), is_date: false },
            (None, Ok(id)) => NumberFormat { code: String::new(), is_date: dates::is_built_in_date(id) },
            (None, Err(_)) => NumberFormat::default(),
        }
    }
}

/// What is read of the styles.
#[derive(Default)]
struct Found {
    /// Codes by their ids.
    codes: HashMap<String, String>,
    /// The ids of the number formats of the cell styles, in order.
    ids: Vec<String>,
    /// The list that is read.
    list: List,
    has_root: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum List {
    #[default]
    None,
    Codes,
    Styles,
}

/// Reads the number formats of the cell styles from the part of the styles, in order.
///
/// # Errors
/// When the part isn't well-formed or ends early, or the stream fails.
pub(in crate::package) fn read(
    stream: impl Read,
    part: &str,
    held_max: u64,
) -> Result<Vec<NumberFormat>, PackageError> {
    let mut window = Window::new(stream, part, held_max);
    let mut found = Found::default();
    loop {
        match found.read_piece(window.bytes()) {
            Ok(Some(end)) => window.pass(end),
            Ok(None) => break,
            Err(stop) => window.fill_for(stop, reason::ENDS_EARLY)?,
        }
    }
    Ok(found.ids.iter().map(|id| NumberFormat::of(id, &found.codes)).collect())
}

impl Found {
    /// Reads one piece of markup; returns where it ends, none behind the cell styles.
    fn read_piece(&mut self, bytes: &[u8]) -> Scanned<Option<usize>> {
        let at = scan::find_markup(bytes, 0)?;
        let (mut id, mut code) = (None, None);
        let markup = scan::markup(bytes, at, |name, value| match name {
            b"numFmtId" => id = Some(value),
            b"formatCode" => code = Some(value),
            _ => {}
        })?;
        let attribute = |place: Option<Range<usize>>| {
            let text = place.and_then(|place| std::str::from_utf8(&bytes[place]).ok());
            xml::unescape(text.unwrap_or_default()).into_owned()
        };
        match markup {
            Markup::Start(tag) => {
                match (self.list, scan::local(&bytes[tag.name])) {
                    (List::Codes, b"numFmt") => drop(self.codes.insert(attribute(id), attribute(code))),
                    (List::Styles, b"xf") => self.ids.push(attribute(id)),
                    (_, b"numFmts") if !tag.is_empty => self.list = List::Codes,
                    (_, b"cellXfs") if !tag.is_empty => self.list = List::Styles,
                    _ => {}
                }
                Ok(if !self.has_root && tag.is_empty { None } else { Some(tag.end) }).inspect(|_| self.has_root = true)
            }
            Markup::End { name, end } => match scan::local(&bytes[name]) {
                b"cellXfs" | b"styleSheet" => Ok(None),
                b"numFmts" => {
                    self.list = List::None;
                    Ok(Some(end))
                }
                _ => Ok(Some(end)),
            },
            Markup::Nothing { end } | Markup::CData { end, .. } => Ok(Some(end)),
        }
    }
}
