//! The rows of a worksheet: cells with their values, borrowed from a window on the part.
//!
//! What a cell means is read where that is certain, whatever a hint says beside it; where it isn't, the part is refused, so that nothing
//! becomes something else in silence.

use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memmem};

use super::scan::{self, Markup, Stop, Tag};
use super::text;
use super::window::Window;
use crate::package::edit::At;
use crate::package::error::PackageError;
use crate::package::reason::{self, Reason};
use crate::package::reference::{self, COLUMNS, ROWS, Range as CellRange};
use crate::package::xml;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Held<'r> {
    /// Nothing.
    Blank,
    /// A number.
    Number(f64),
    /// A text that stands in the cell.
    Text(&'r str),
    /// A text by its number in the table of shared strings.
    Shared(u32),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A date or time in ISO 8601.
    Date(&'r str),
    /// An error value.
    Error(&'static str),
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub struct RawCell<'r> {
    /// Its place.
    pub at: At,
    /// The number of its style.
    pub style: u32,
    /// What it holds; of a formula its result.
    pub held: Held<'r>,
    /// Whether it is a formula.
    pub is_formula: bool,
    /// Where it stands in the part.
    pub bytes: Range<u64>,
}

/// A row with its cells.
pub struct RawRow<'r> {
    /// Its number from 0.
    pub number: u32,
    /// Where it stands in the part.
    pub bytes: Range<u64>,
    /// Where its text begins in the part.
    base: u64,
    text: &'r str,
    decoded: &'r str,
    slots: &'r [Slot],
}

/// A cell by its places.
#[derive(Clone, Debug)]
struct Slot {
    at: At,
    style: u32,
    is_formula: bool,
    whole: Range<usize>,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Blank,
    Number(f64),
    /// In the row, or where `decoded` in what was decoded of it.
    Text {
        place: Range<usize>,
        decoded: bool,
    },
    Shared(u32),
    Boolean(bool),
    Date {
        place: Range<usize>,
        decoded: bool,
    },
    Error(&'static str),
}

/// A reader of the rows of a worksheet.
pub struct Rows<'p, R> {
    window: Window<'p, R>,
    part: &'p str,
    cells: Cells,
    /// The names of the root and of the element of the rows, as the part writes them.
    root: Vec<u8>,
    name: Vec<u8>,
    next_row: u32,
    is_over: bool,
}

/// What is held of a row; the parts are used again for each.
#[derive(Default)]
struct Cells {
    slots: Vec<Slot>,
    decoded: String,
}

/// What stands next among the rows.
enum Step {
    Row(u32, Range<usize>),
    Skip(usize),
    End(usize),
}

impl<'p, R: Read> Rows<'p, R> {
    /// Reads up to the rows.
    ///
    /// # Errors
    /// When there are none, and as [`Rows::next`].
    pub(in crate::package) fn open(stream: R, part: &'p str, held_max: u64) -> Result<Rows<'p, R>, PackageError> {
        let window = Window::new(stream, part, held_max);
        let (root, name) = (Vec::new(), Vec::new());
        let mut rows = Rows { window, part, cells: Cells::default(), root, name, next_row: 0, is_over: false };
        rows.pass_head()?;
        Ok(rows)
    }

    fn pass_head(&mut self) -> Result<(), PackageError> {
        loop {
            let bytes = self.window.bytes();
            let found = scan::find_markup(bytes, 0).and_then(|at| scan::markup(bytes, at, |_, _| {}));
            let end = match found {
                Ok(Markup::Start(tag)) => {
                    let name = &bytes[tag.name];
                    if scan::local(name) == b"sheetData" {
                        self.name = name.to_vec();
                        self.is_over = tag.is_empty;
                        self.window.pass(tag.end);
                        return Ok(());
                    }
                    if self.root.is_empty() {
                        self.root = name.to_vec();
                    }
                    tag.end
                }
                Ok(Markup::End { end, .. } | Markup::Nothing { end } | Markup::CData { end, .. }) => end,
                Err(stop) => {
                    self.window.fill_for(stop, reason::NO_ROWS)?;
                    continue;
                }
            };
            self.window.pass(end);
        }
    }

    /// Returns the next row, or none behind the last.
    ///
    /// # Errors
    /// When the part isn't well-formed, a place or a value can't be told, too much would have to be held, or the stream fails.
    pub fn next(&mut self) -> Result<Option<RawRow<'_>>, PackageError> {
        let (number, row) = loop {
            if self.is_over {
                return Ok(None);
            }
            let step = match step(self.window.bytes(), &self.name, self.next_row, &mut self.cells) {
                Ok(step) => step,
                Err(Unread::Stop(stop)) => {
                    self.window.fill_for(stop, reason::ENDS_IN_ROWS)?;
                    continue;
                }
                Err(Unread::Uncertain(reason)) => return Err(PackageError::unreadable(self.part, *reason)),
            };
            match step {
                Step::Row(number, row) => break (number, row),
                Step::Skip(end) => self.window.pass(end),
                Step::End(end) => {
                    self.window.pass(end);
                    self.is_over = true;
                }
            }
        };
        self.next_row = number.saturating_add(1);
        self.window.pass(row.start);
        let base = self.window.place(0);
        let length = row.len();
        // What was passed is still there until more is read.
        self.window.pass(length);
        let text = std::str::from_utf8(self.window.passed(length))
            .map_err(|_| PackageError::unreadable(self.part, reason::NOT_UTF_8))?;
        let bytes = base..base + length as u64;
        Ok(Some(RawRow { number, bytes, base, text, decoded: &self.cells.decoded, slots: &self.cells.slots }))
    }
}

impl<R: Read> Rows<'_, R> {
    /// Passes over the rows that are left without looking at them.
    ///
    /// # Errors
    /// When the part ends within its rows, and when the stream fails.
    pub(in crate::package) fn skip(&mut self) -> Result<(), PackageError> {
        let closing = [b"</", self.name.as_slice()].concat();
        while !self.is_over {
            let bytes = self.window.bytes();
            if let Some(at) = memmem::find(bytes, &closing) {
                self.window.pass(at);
                self.is_over = self.next()?.is_none();
                continue;
            }
            // What may be the tag's beginning is kept.
            let passed = bytes.len().saturating_sub(closing.len() - 1);
            self.window.pass(passed);
            self.window.fill_for(Stop::More, reason::ENDS_IN_ROWS)?;
        }
        Ok(())
    }

    /// Returns the merged ranges of more than one cell, which stand behind the rows; all rows must have been read.
    ///
    /// # Errors
    /// When the part ends too early, isn't well-formed, or the stream fails.
    pub(in crate::package) fn merges(mut self) -> Result<Vec<CellRange>, PackageError> {
        let mut merges = Vec::new();
        loop {
            let bytes = self.window.bytes();
            let mut range = None;
            let found = scan::find_markup(bytes, 0).and_then(|at| {
                scan::markup(bytes, at, |name, value| {
                    if name == b"ref" {
                        range = Some(value);
                    }
                })
            });
            let end = match found {
                Ok(Markup::Start(tag)) => {
                    let range = range.filter(|_| scan::local(&bytes[tag.name]) == b"mergeCell");
                    let text = range.and_then(|place| std::str::from_utf8(&bytes[place]).ok());
                    merges.extend(text.and_then(reference::parse_range).filter(|range| range.first != range.last));
                    tag.end
                }
                Ok(Markup::End { name, .. }) if bytes[name.clone()] == *self.root => return Ok(merges),
                Ok(Markup::End { end, .. } | Markup::Nothing { end } | Markup::CData { end, .. }) => end,
                Err(stop) => {
                    self.window.fill_for(stop, reason::ENDS_EARLY)?;
                    continue;
                }
            };
            self.window.pass(end);
        }
    }
}

impl<'r> RawRow<'r> {
    /// Returns its cells, in the order in which they stand.
    pub fn cells(&self) -> impl Iterator<Item = RawCell<'r>> + use<'r> {
        let (base, text, decoded) = (self.base, self.text, self.decoded);
        let of =
            move |place: &Range<usize>, is_decoded: bool| &(if is_decoded { decoded } else { text })[place.clone()];
        self.slots.iter().map(move |slot| RawCell {
            at: slot.at,
            style: slot.style,
            is_formula: slot.is_formula,
            bytes: base + slot.whole.start as u64..base + slot.whole.end as u64,
            held: match &slot.value {
                Value::Blank => Held::Blank,
                Value::Number(number) => Held::Number(*number),
                Value::Text { place, decoded } => Held::Text(of(place, *decoded)),
                Value::Date { place, decoded } => Held::Date(of(place, *decoded)),
                Value::Shared(index) => Held::Shared(*index),
                Value::Boolean(value) => Held::Boolean(*value),
                Value::Error(error) => Held::Error(error),
            },
        })
    }
}

/// Why a row isn't read.
enum Unread {
    Stop(Stop),
    /// It can't be told what is meant.
    Uncertain(Box<Reason>),
}

impl Unread {
    fn uncertain(zh: String, en: String) -> Unread {
        Unread::Uncertain(Box::new(Reason::of(zh, en)))
    }
}

impl From<Stop> for Unread {
    fn from(stop: Stop) -> Unread {
        Unread::Stop(stop)
    }
}

fn step(bytes: &[u8], rows: &[u8], next_row: u32, cells: &mut Cells) -> Result<Step, Unread> {
    let start = scan::find_next(bytes, 0)?;
    let mut number = None;
    let found = scan::markup(bytes, start, |name, value| {
        if name == b"r" {
            number = Some(value);
        }
    })?;
    let tag = match found {
        Markup::Start(tag) => tag,
        Markup::End { name, end } if bytes[name.clone()] == *rows => return Ok(Step::End(end)),
        Markup::End { .. } => return Err(Stop::Malformed(start).into()),
        Markup::Nothing { end } | Markup::CData { end, .. } => return Ok(Step::Skip(end)),
    };
    if scan::local(&bytes[tag.name.clone()]) != b"row" {
        return Ok(Step::Skip(scan::content(bytes, &tag)?.end));
    }
    let number = match number.map(|place| bytes[place].trim_ascii()).filter(|text| !text.is_empty()) {
        None => next_row,
        Some(text) => match whole(text).filter(|number| (1..=ROWS).contains(number)) {
            Some(number) => number - 1,
            None => return Err(no_row(text)),
        },
    };
    cells.slots.clear();
    cells.decoded.clear();
    let end = if tag.is_empty { tag.end } else { read_cells(bytes, start, &tag, number, cells)? };
    Ok(Step::Row(number, start..end))
}

/// Reads the cells of a row up to its end; places of the slots count from the row's start.
fn read_cells(bytes: &[u8], start: usize, row: &Tag, number: u32, cells: &mut Cells) -> Result<usize, Unread> {
    let mut at = row.end;
    let mut next_column = 0;
    loop {
        let place = scan::find_next(bytes, at)?;
        let (mut r, mut s, mut t) = (None, None, None);
        let found = scan::markup(bytes, place, |name, value| match name {
            b"r" => r = Some(value),
            b"s" => s = Some(value),
            b"t" => t = Some(value),
            _ => {}
        })?;
        let tag = match found {
            Markup::Start(tag) => tag,
            Markup::End { name, end } if bytes[name.clone()] == bytes[row.name.clone()] => return Ok(end),
            Markup::End { .. } => return Err(Stop::Malformed(place).into()),
            Markup::Nothing { end } | Markup::CData { end, .. } => {
                at = end;
                continue;
            }
        };
        if scan::local(&bytes[tag.name.clone()]) != b"c" {
            at = scan::content(bytes, &tag)?.end;
            continue;
        }
        let cell = place_of(bytes, r, number, next_column)?;
        next_column = u32::from(cell.column) + 1;
        let content = Content::read(bytes, &tag)?;
        at = content.end;
        let kind = t.map_or(&b""[..], |place| bytes[place].trim_ascii());
        let value = content.value(bytes, start, kind, cell, &mut cells.decoded)?;
        let style = s.and_then(|place| whole(bytes[place].trim_ascii())).unwrap_or(0);
        let whole = place - start..at - start;
        cells.slots.push(Slot { at: cell, style, is_formula: content.is_formula, whole, value });
    }
}

/// Where a cell stands, by its reference or behind the one before.
fn place_of(bytes: &[u8], r: Option<Range<usize>>, row: u32, next_column: u32) -> Result<At, Unread> {
    let text = r.map(|place| bytes[place].trim_ascii()).unwrap_or_default();
    let none = || {
        let text = String::from_utf8_lossy(text);
        Unread::uncertain(format!("单元格引用“{text}”无法识别"), format!("`{text}` is no reference to a cell"))
    };
    if text.is_empty() {
        let column = u16::try_from(next_column).ok().filter(|_| next_column < COLUMNS).ok_or_else(none)?;
        return Ok(At { row, column });
    }
    let text = std::str::from_utf8(text).map_err(|_| none())?;
    let found = reference::parse_cell(text).or_else(|| Some(At { row, column: column_of(text)? }));
    found.ok_or_else(none)
}

/// A column by its letters alone.
fn column_of(text: &str) -> Option<u16> {
    let letters = text.strip_prefix('$').unwrap_or(text);
    let is_column = !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_column.then(|| reference::parse_cell(&format!("{letters}1"))).flatten().map(|at| at.column)
}

fn no_row(text: &[u8]) -> Unread {
    let text = String::from_utf8_lossy(text);
    Unread::uncertain(format!("行号“{text}”无法识别"), format!("`{text}` is no number of a row"))
}

fn no_string(at: At, text: &[u8]) -> Unread {
    let (cell, text) = (reference::cell(at), String::from_utf8_lossy(text));
    Unread::uncertain(
        format!("{cell} 引用的共享字符串“{text}”不存在"),
        format!("{cell} refers to a shared string `{text}`, which there is none of"),
    )
}

/// Digits and nothing else.
fn whole(text: &[u8]) -> Option<u32> {
    let mut number: u32 = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(u32::from(digit))?;
    }
    (!text.is_empty()).then_some(number)
}

/// What stands in a cell's element.
struct Content {
    value: Option<Range<usize>>,
    inline: Option<Range<usize>>,
    is_formula: bool,
    end: usize,
}

impl Content {
    fn read(bytes: &[u8], cell: &Tag) -> Result<Content, Unread> {
        let mut content = Content { value: None, inline: None, is_formula: false, end: cell.end };
        if cell.is_empty {
            return Ok(content);
        }
        let mut at = cell.end;
        loop {
            // What nearly every cell is.
            if let Some(rest) = bytes[at..].strip_prefix(b"<v>")
                && let Some(length) = memchr(b'<', rest)
                && rest[length..].starts_with(b"</v>")
            {
                let from = at + b"<v>".len();
                content.set_value(from..from + length)?;
                at = from + length + b"</v>".len();
                continue;
            }
            let place = scan::find_next(bytes, at)?;
            let tag = match scan::markup(bytes, place, |_, _| {})? {
                Markup::Start(tag) => tag,
                Markup::End { name, end } if bytes[name.clone()] == bytes[cell.name.clone()] => {
                    content.end = end;
                    return Ok(content);
                }
                Markup::End { .. } => return Err(Stop::Malformed(place).into()),
                Markup::Nothing { end } | Markup::CData { end, .. } => {
                    at = end;
                    continue;
                }
            };
            let scan::Content { text, end } = scan::content(bytes, &tag)?;
            match scan::local(&bytes[tag.name]) {
                b"v" => content.set_value(text)?,
                b"is" => content.inline = Some(text),
                b"f" => content.is_formula = true,
                _ => {}
            }
            at = end;
        }
    }

    fn set_value(&mut self, text: Range<usize>) -> Result<(), Stop> {
        let place = text.start;
        match self.value.replace(text) {
            Some(_) => Err(Stop::Malformed(place)),
            None => Ok(()),
        }
    }

    /// What the cell holds; places in the bytes become places in the row, which begins at `row`.
    fn value(&self, bytes: &[u8], row: usize, kind: &[u8], at: At, decoded: &mut String) -> Result<Value, Unread> {
        let is_inline = matches!(kind, b"inlineStr" | b"is");
        if let Some(inline) = &self.inline
            && (is_inline || self.value.is_none())
        {
            let from = decoded.len();
            text::push_string(bytes, inline.clone(), decoded)?;
            return Ok(Value::Text { place: from..decoded.len(), decoded: true });
        }
        let Some(raw) = self.value.clone() else { return Ok(Value::Blank) };
        let plain = bytes[raw.clone()].trim_ascii();
        if plain.is_empty() && !is_inline && kind != b"str" {
            return Ok(Value::Blank);
        }
        let known = match kind {
            b"" | b"n" => number(plain).map(Value::Number),
            b"s" => match whole(plain) {
                Some(index) => Some(Value::Shared(index)),
                None => return Err(no_string(at, plain)),
            },
            b"b" => boolean(plain).map(Value::Boolean).or_else(|| number(plain).map(Value::Number)),
            b"e" => Some(Value::Error(known_error(plain))),
            b"str" | b"inlineStr" | b"is" | b"d" => None,
            _ => number(plain).map(Value::Number),
        };
        if let Some(value) = known {
            return Ok(value);
        }
        let is_decoded = !text::is_plain(&bytes[raw.clone()]);
        let place = match is_decoded {
            true => {
                let from = decoded.len();
                text::push_content(bytes, raw, decoded)?;
                text::resolve_escapes(decoded, from);
                from..decoded.len()
            }
            false => raw.start - row..raw.end - row,
        };
        Ok(match kind {
            b"d" => Value::Date { place, decoded: is_decoded },
            _ => Value::Text { place, decoded: is_decoded },
        })
    }
}

/// A finite number as XML has it.
fn number(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok().filter(|text| xml::is_number(text))?;
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"0" => Some(false),
        b"1" => Some(true),
        _ if text.eq_ignore_ascii_case(b"false") => Some(false),
        _ if text.eq_ignore_ascii_case(b"true") => Some(true),
        _ => None,
    }
}

/// An error value that older readers know; newer ones, such as #SPILL!, count as a wrong value.
fn known_error(text: &[u8]) -> &'static str {
    const KNOWN: [&str; 8] = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"];
    KNOWN.into_iter().find(|known| known.as_bytes() == text).unwrap_or("#VALUE!")
}
