//! The long body of a grafted sheet: rows written as they are made, styled like prototype rows of the layout.
//!
//! This is the hot path: everything goes through one buffer, and nothing is allocated for a cell.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};

use jiff::civil::Date;

use super::edit::{At, BodyWriter, RowSink, serial_of};
use super::reference::{self, ROWS};
use super::xml::{self, Element};

/// The most hyperlinks that Excel takes on a sheet.
pub(super) const LINKS_MAX: usize = 65_530;
/// What stands before a formula whose result is text.
const TEXT_FORMULA: &[u8] = b" t=\"str\"><f>";
/// How much is gathered before it goes to the zip.
const BUFFER_BYTES: usize = 1 << 15;

/// A body that waits to be written.
pub(super) struct BodyPlan<'e> {
    /// The row (from 0) of the first prototype.
    pub first: u32,
    /// The prototypes.
    pub prototypes: Vec<Prototype>,
    /// The heights, as attributes with a space before each; none: the prototypes'.
    pub heights: Vec<String>,
    /// Whether days are counted from 1904.
    pub epoch_1904: bool,
    /// Makes the rows.
    pub write: BodyWriter<'e>,
}

/// A row of the layout after which rows are made.
pub(super) struct Prototype {
    /// Its attributes but for its number, each with a space before it.
    attrs: Vec<u8>,
    cells: Vec<Slot>,
}

/// A cell of a prototype, ready to be written: what stands before the row's number and behind it.
struct Slot {
    column: u16,
    before: Vec<u8>,
    behind: Vec<u8>,
}

impl Prototype {
    /// From a row whose styles are numbered as in the user's workbook already; with its height, unless the rows have their own.
    pub(super) fn of(row: &Element, own_height: bool) -> Prototype {
        let mut attrs = Vec::new();
        let kept = |name: &str| match name {
            "r" | "spans" => false,
            "ht" | "customHeight" => own_height,
            _ => true,
        };
        for (name, value) in row.attrs().into_iter().filter(|(name, _)| kept(name)) {
            attrs.extend_from_slice(format!(" {name}=\"{}\"", xml::escape_attr(&xml::unescape(value))).as_bytes());
        }
        let slot = |cell: &Element| {
            let column = reference::parse_cell(&cell.attr("r")?)?.column;
            let style = cell.attr("s").map_or(String::new(), |style| format!(" s=\"{style}\""));
            let before = format!("<c r=\"{}", reference::letters(column)).into_bytes();
            Some(Slot { column, before, behind: format!("\"{style}").into_bytes() })
        };
        let mut cells: Vec<Slot> = row.elements().filter_map(slot).collect();
        cells.sort_by_key(|slot| slot.column);
        Prototype { attrs, cells }
    }
}

/// The links of a body, as markup, and how many there were too many.
#[derive(Default)]
pub(super) struct Links {
    /// `<hyperlink …/>` for each.
    pub markup: String,
    /// How many are in `markup`.
    pub count: usize,
    /// How many were left out.
    pub left_out: u64,
}

/// Has the rows made and writes them.
pub(super) fn write<W: Write>(plan: BodyPlan<'_>, links_before: usize, out: &mut W) -> io::Result<Links> {
    let mut sink = Sink {
        out,
        prototypes: &plan.prototypes,
        heights: &plan.heights,
        row: plan.first,
        digits: itoa(0),
        open: None,
        slot: 0,
        last: None,
        buffer: Vec::with_capacity(BUFFER_BYTES * 2),
        decimal: String::new(),
        epoch_1904: plan.epoch_1904,
        links: Links { count: links_before, ..Links::default() },
        error: None,
    };
    (plan.write)(&mut sink)?;
    sink.end_row()?;
    sink.out.write_all(&sink.buffer)?;
    Ok(sink.links)
}

struct Sink<'p, W: Write> {
    out: &'p mut W,
    prototypes: &'p [Prototype],
    heights: &'p [String],
    /// The next row, from 0.
    row: u32,
    /// The open row's number, as text.
    digits: Digits,
    open: Option<&'p Prototype>,
    slot: usize,
    last: Option<u16>,
    buffer: Vec<u8>,
    /// The number that is being written, as text.
    decimal: String,
    epoch_1904: bool,
    links: Links,
    error: Option<io::Error>,
}

/// A number as text, without allocation.
struct Digits {
    bytes: [u8; 10],
    start: usize,
}

fn itoa(mut number: u32) -> Digits {
    let mut digits = Digits { bytes: [b'0'; 10], start: 10 };
    loop {
        digits.start -= 1;
        digits.bytes[digits.start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return digits;
        }
    }
}

impl Digits {
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

impl<W: Write> Sink<'_, W> {
    fn end_row(&mut self) -> io::Result<()> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if let Some(prototype) = self.open.take() {
            self.blanks(prototype, u32::MAX);
            self.buffer.extend_from_slice(b"</row>");
        }
        if self.buffer.len() >= BUFFER_BYTES {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Writes the styled blanks before a column.
    fn blanks(&mut self, prototype: &Prototype, before: u32) {
        while let Some(slot) = prototype.cells.get(self.slot).filter(|slot| u32::from(slot.column) < before) {
            self.slot += 1;
            self.buffer.extend_from_slice(&slot.before);
            self.buffer.extend_from_slice(self.digits.as_bytes());
            self.buffer.extend_from_slice(&slot.behind);
            self.buffer.extend_from_slice(b"/>");
        }
    }

    /// Writes a cell's tag up to its style; false where there can be no such cell.
    fn start(&mut self, column: u16) -> bool {
        let Some(prototype) = self.open else {
            self.fail("a cell came before the first row");
            return false;
        };
        if self.last.is_some_and(|last| column <= last) || u32::from(column) >= reference::COLUMNS {
            self.fail("the cells of a row have to come in ascending columns");
            return false;
        }
        self.last = Some(column);
        self.blanks(prototype, u32::from(column));
        match prototype.cells.get(self.slot).filter(|slot| slot.column == column) {
            Some(slot) => {
                self.slot += 1;
                self.buffer.extend_from_slice(&slot.before);
                self.buffer.extend_from_slice(self.digits.as_bytes());
                self.buffer.extend_from_slice(&slot.behind);
            }
            None => {
                self.buffer.extend_from_slice(b"<c r=\"");
                self.buffer.extend_from_slice(reference::letters(column).as_bytes());
                self.buffer.extend_from_slice(self.digits.as_bytes());
                self.buffer.push(b'"');
            }
        }
        true
    }

    /// A number as text, in the sink's own string, which is to be given back.
    fn shown(&mut self, number: &dyn Display) -> String {
        let mut decimal = std::mem::take(&mut self.decimal);
        decimal.clear();
        // A string takes whatever is written.
        let _ = write!(decimal, "{number}");
        decimal
    }

    fn fail(&mut self, reason: &'static str) {
        self.error.get_or_insert_with(|| io::Error::new(io::ErrorKind::InvalidInput, reason));
    }

    fn formula(&mut self, column: u16, head: &[u8], formula: &str, cached: &str) {
        if self.start(column) {
            self.buffer.extend_from_slice(head);
            xml::push_formula(&mut self.buffer, formula);
            self.buffer.extend_from_slice(b"</f><v>");
            xml::push_cell_text(&mut self.buffer, cached);
            self.buffer.extend_from_slice(b"</v></c>");
        }
    }
}

/// Whether spaces at its edges or line breaks need to be kept.
fn needs_space(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'\n' | b'\t' | b'\r'))
        || text.starts_with(' ')
        || text.ends_with(' ')
        || text.contains("  ")
}

impl<W: Write> RowSink for Sink<'_, W> {
    fn row(&mut self, look: u32) -> io::Result<()> {
        self.end_row()?;
        let (prototype, height) = match self.heights.len() {
            0 => (look as usize, None),
            heights => (look as usize / heights, self.heights.get(look as usize % heights)),
        };
        let prototype = self.prototypes.get(prototype);
        let prototype =
            prototype.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "there is no such prototype"))?;
        if self.row >= ROWS {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a sheet has at most 1,048,576 rows"));
        }
        self.row += 1;
        self.digits = itoa(self.row);
        self.open = Some(prototype);
        self.slot = 0;
        self.last = None;
        self.buffer.extend_from_slice(b"<row r=\"");
        self.buffer.extend_from_slice(self.digits.as_bytes());
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(&prototype.attrs);
        self.buffer.extend_from_slice(height.map_or(&[], |height| height.as_bytes()));
        self.buffer.push(b'>');
        Ok(())
    }

    fn text(&mut self, column: u16, text: &str) {
        if !self.start(column) {
            return;
        }
        if text.is_empty() {
            self.buffer.extend_from_slice(b"/>");
            return;
        }
        let open: &[u8] = if needs_space(text) {
            b" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
        } else {
            b" t=\"inlineStr\"><is><t>"
        };
        self.buffer.extend_from_slice(open);
        xml::push_cell_text(&mut self.buffer, text);
        self.buffer.extend_from_slice(b"</t></is></c>");
    }

    fn number(&mut self, column: u16, number: &dyn Display) {
        let decimal = self.shown(number);
        if !xml::is_number(&decimal) {
            self.text(column, &decimal);
        } else if self.start(column) {
            self.buffer.extend_from_slice(b"><v>");
            self.buffer.extend_from_slice(decimal.as_bytes());
            self.buffer.extend_from_slice(b"</v></c>");
        }
        self.decimal = decimal;
    }

    fn date(&mut self, column: u16, day: Date) {
        self.number(column, &serial_of(day, self.epoch_1904));
    }

    fn formula_date(&mut self, column: u16, formula: &str, cached: Date) {
        self.formula_number(column, formula, &serial_of(cached, self.epoch_1904));
    }

    fn formula_number(&mut self, column: u16, formula: &str, cached: &dyn Display) {
        let decimal = self.shown(cached);
        let head: &[u8] = if xml::is_number(&decimal) { b"><f>" } else { TEXT_FORMULA };
        self.formula(column, head, formula, &decimal);
        self.decimal = decimal;
    }

    fn formula_text(&mut self, column: u16, formula: &str, cached: &str) {
        self.formula(column, TEXT_FORMULA, formula, cached);
    }

    fn link(&mut self, column: u16, text: &str, location: &str) {
        self.text(column, text);
        if self.links.count >= LINKS_MAX {
            self.links.left_out += 1;
            return;
        }
        self.links.count += 1;
        let at = At { row: self.row.saturating_sub(1), column };
        self.links.markup.push_str(&format!(
            "<hyperlink ref=\"{}\" location=\"{}\" display=\"{}\"/>",
            reference::cell(at),
            xml::escape_attr(location),
            xml::escape_attr(text)
        ));
    }
}
