//! The cells of a worksheet in the plainest form of the format: each with its place, a type that the format knows, and its value.
//!
//! Hints and whatever stands beside the cells are left out. What a cell means is read where that is certain; where it isn't, the part is
//! refused, so that nothing becomes something else in silence.

use std::cell::Cell;
use std::io::{BufRead, Write};

use quick_xml::events::{BytesStart, Event};

use super::edit::At;
use super::error::PackageError;
use super::reason::{self, Reason};
use super::reference::{self, COLUMNS, ROWS};
use super::source::Metered;
use super::xml;

/// Writes the cells of a worksheet from `stream` to `out`.
///
/// # Errors
/// Where the part is no well-formed worksheet, or where a cell stands or what it holds can't be told.
pub(super) fn write<R: BufRead + ?Sized, W: Write>(
    stream: &mut R,
    out: &mut W,
    held_max: u64,
    part: &str,
) -> Result<(), PackageError> {
    let held = Cell::new(0);
    let mut stream = Metered::new(stream, &held, held_max);
    let mut reader = xml::reader(&mut stream);
    reader.config_mut().expand_empty_elements = true;
    let mut sheet =
        Rewrite { out, part, path: Vec::new(), row: 0, next_row: 0, next_column: 0, cell: None, has_rows: false };
    sheet.out.write_all(b"<worksheet><sheetData>")?;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        held.set(0);
        match reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(part, &error))? {
            Event::Start(start) => sheet.open(&start)?,
            Event::End(_) => sheet.close()?,
            Event::Text(text) => sheet.text(&text),
            Event::CData(text) => sheet.text(&text),
            Event::GeneralRef(name) => sheet.text(&xml::unescape(&format!("&{};", &*name))),
            Event::DocType(_) => return Err(PackageError::unreadable(part, reason::DOC_TYPE)),
            Event::Eof if sheet.path.is_empty() && sheet.has_rows => break,
            Event::Eof => return Err(PackageError::unreadable(part, reason::ENDS_EARLY)),
            _ => {}
        }
    }
    Ok(sheet.out.write_all(b"</sheetData></worksheet>")?)
}

/// What an open element is to the cells.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Sheet,
    Rows,
    Row,
    Cell,
    Value,
    Formula,
    Inline,
    Run,
    /// Text of an inline string; whether its white space counts.
    Text(bool),
    Other,
}

/// A worksheet that is written anew.
struct Rewrite<'w, W: Write> {
    out: &'w mut W,
    part: &'w str,
    path: Vec<Place>,
    row: u32,
    next_row: u32,
    next_column: u32,
    cell: Option<Found>,
    has_rows: bool,
}

/// A cell as it is found.
struct Found {
    at: At,
    style: Option<u32>,
    kind: String,
    value: Option<String>,
    inline: Option<String>,
    text: String,
    is_formula: bool,
}

impl<W: Write> Rewrite<'_, W> {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), PackageError> {
        let name = start.name();
        let place = match (self.path.last(), xml::local(name.as_ref())) {
            (None, _) => Place::Sheet,
            (Some(Place::Sheet), "sheetData") => Place::Rows,
            (Some(Place::Rows), "row") => Place::Row,
            (Some(Place::Row), "c") => Place::Cell,
            (Some(Place::Cell), "v") => Place::Value,
            (Some(Place::Cell), "f") => Place::Formula,
            (Some(Place::Cell), "is") => Place::Inline,
            (Some(Place::Inline), "r") => Place::Run,
            (Some(Place::Inline | Place::Run), "t") => {
                Place::Text(self.attribute(start, "xml:space")?.as_deref() == Some("preserve"))
            }
            _ => Place::Other,
        };
        match place {
            Place::Row => self.open_row(start)?,
            Place::Cell => self.open_cell(start)?,
            Place::Rows => self.has_rows = true,
            _ => {}
        }
        if let Some(cell) = &mut self.cell {
            match place {
                Place::Formula => cell.is_formula = true,
                Place::Inline => cell.inline = Some(String::new()),
                _ => {}
            }
        }
        self.path.push(place);
        Ok(())
    }

    fn close(&mut self) -> Result<(), PackageError> {
        let place = self.path.pop();
        match (place, &mut self.cell) {
            (Some(Place::Value), Some(cell)) => cell.value = Some(std::mem::take(&mut cell.text)),
            (Some(Place::Text(preserve)), Some(cell)) => {
                let text = std::mem::take(&mut cell.text);
                let white = [' ', '\t', '\r', '\n'];
                let text = if preserve { text.as_str() } else { text.trim_matches(white) };
                cell.inline.get_or_insert_default().push_str(text);
            }
            (Some(Place::Cell), _) => {
                if let Some(cell) = self.cell.take() {
                    self.write_cell(cell)?;
                }
            }
            (Some(Place::Row), _) => self.out.write_all(b"</row>")?,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let (Some(cell), Some(Place::Value | Place::Text(_))) = (&mut self.cell, self.path.last()) {
            cell.text.push_str(&text.replace("\r\n", "\n"));
        }
    }

    fn attribute(&self, start: &BytesStart<'_>, name: &str) -> Result<Option<String>, PackageError> {
        let found = start.try_get_attribute(name).map_err(|_| PackageError::unreadable(self.part, reason::NOT_XML))?;
        Ok(found.map(|attribute| xml::unescape(&attribute.value).into_owned()))
    }

    /// An attribute that says something: blank is as good as absent.
    fn told(&self, start: &BytesStart<'_>, name: &str) -> Result<Option<String>, PackageError> {
        let told = self.attribute(start, name)?.map(|text| text.trim().to_owned());
        Ok(told.filter(|text| !text.is_empty()))
    }

    fn open_row(&mut self, start: &BytesStart<'_>) -> Result<(), PackageError> {
        self.row = match self.told(start, "r")? {
            None => self.next_row,
            Some(text) => {
                let number = text.parse::<u32>().ok().filter(|number| (1..=ROWS).contains(number));
                number.ok_or_else(|| PackageError::unreadable(self.part, no_row(&text)))? - 1
            }
        };
        self.next_row = self.row + 1;
        self.next_column = 0;
        Ok(write!(self.out, "<row r=\"{}\">", self.row + 1)?)
    }

    fn open_cell(&mut self, start: &BytesStart<'_>) -> Result<(), PackageError> {
        let at = match self.told(start, "r")? {
            None => self.at(self.next_column),
            Some(text) => reference::parse_cell(&text).or_else(|| self.at(column_of(&text)?.into())),
        };
        let told = self.told(start, "r")?.unwrap_or_default();
        let at = at.ok_or_else(|| PackageError::unreadable(self.part, no_cell(&told)))?;
        self.next_column = u32::from(at.column) + 1;
        self.cell = Some(Found {
            at,
            style: self.told(start, "s")?.and_then(|text| text.parse().ok()),
            kind: self.told(start, "t")?.unwrap_or_default(),
            value: None,
            inline: None,
            text: String::new(),
            is_formula: false,
        });
        Ok(())
    }

    /// The cell of this row in a column; none beyond the last.
    fn at(&self, column: u32) -> Option<At> {
        let column = u16::try_from(column).ok().filter(|column| u32::from(*column) < COLUMNS)?;
        Some(At { row: self.row, column })
    }

    fn write_cell(&mut self, cell: Found) -> Result<(), PackageError> {
        let name = reference::cell(cell.at);
        let style = cell.style.map_or(String::new(), |style| format!(" s=\"{style}\""));
        let formula = if cell.is_formula { "<f/>" } else { "" };
        let plain = cell.value.as_deref().map(str::trim).unwrap_or_default();
        let text = |text: &str| {
            format!(
                "<c r=\"{name}\"{style} t=\"str\">{formula}<v xml:space=\"preserve\">{}</v></c>",
                xml::escape_text(text)
            )
        };
        let typed =
            |kind: &str, value: &str| format!("<c r=\"{name}\"{style} t=\"{kind}\">{formula}<v>{value}</v></c>");
        let is_number = xml::is_number(plain) && plain.parse::<f64>().is_ok_and(f64::is_finite);
        let markup = match (cell.kind.as_str(), &cell.inline, &cell.value) {
            (_, None, None) => format!("<c r=\"{name}\"{style}>{formula}</c>"),
            (kind, Some(inline), value) if value.is_none() || matches!(kind, "inlineStr" | "is") => text(inline),
            ("s", ..) if plain.parse::<u32>().is_ok() => typed("s", plain),
            ("s", ..) if plain.is_empty() => format!("<c r=\"{name}\"{style}>{formula}</c>"),
            ("s", ..) => return Err(PackageError::unreadable(self.part, no_string(&name, plain))),
            ("b", ..) if is_boolean(plain) => typed("b", &plain.to_lowercase()),
            ("e", ..) => typed("e", known_error(plain)),
            ("d", ..) => typed("d", &xml::escape_text(plain)),
            ("str" | "inlineStr" | "is", _, Some(value)) => text(value),
            _ if is_number => typed("n", plain),
            (_, _, Some(value)) => text(value),
            _ => text(plain),
        };
        Ok(self.out.write_all(markup.as_bytes())?)
    }
}

/// A column by its letters alone.
fn column_of(text: &str) -> Option<u16> {
    let letters = text.strip_prefix('$').unwrap_or(text);
    let is_column = !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_column.then(|| reference::parse_cell(&format!("{letters}1"))).flatten().map(|at| at.column)
}

fn is_boolean(text: &str) -> bool {
    ["0", "1", "true", "false"].iter().any(|known| known.eq_ignore_ascii_case(text))
}

/// An error value that older readers know; newer ones, such as #SPILL!, count as a wrong value.
fn known_error(text: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];
    KNOWN.into_iter().find(|known| *known == text).unwrap_or("#VALUE!")
}

fn no_row(text: &str) -> Reason {
    Reason::of(format!("行号“{text}”无法识别"), format!("`{text}` is no number of a row"))
}

fn no_cell(text: &str) -> Reason {
    Reason::of(format!("单元格引用“{text}”无法识别"), format!("`{text}` is no reference to a cell"))
}

fn no_string(cell: &str, text: &str) -> Reason {
    Reason::of(
        format!("{cell} 引用的共享字符串“{text}”不存在"),
        format!("{cell} refers to a shared string `{text}`, which there is none of"),
    )
}
