//! The rows of a worksheet on their way through, and the new cells that go between.

use std::cell::Cell;
use std::io::{self, Read, Write};

use quick_xml::events::BytesStart;

use super::cells::scan::{self, Content, Markup, Scanned, Stop, Tag};
use super::cells::window::Window;
use super::edit::{At, NewValue};
use super::error::PackageError;
use super::reason::{self, Reason};
use super::reference;
use super::sheet_patch::{PatchCell, SheetPatch};
use super::xml::{self, Element};

/// The row of a row's tag, from 0.
pub(super) fn row_number(tag: &BytesStart<'_>) -> Option<u32> {
    let raw = xml::tag_attr(tag, tag.name().as_ref().len(), "r")?;
    raw.trim().parse::<u32>().ok().filter(|row| (1..=reference::ROWS).contains(row)).map(|row| row - 1)
}

/// The column of a cell's tag.
pub(super) fn cell_column(tag: &BytesStart<'_>) -> Option<u16> {
    reference::parse_cell(xml::tag_attr(tag, tag.name().as_ref().len(), "r")?).map(|at| at.column)
}

/// What stands next among the rows.
enum Piece {
    /// A row: where it begins, its tag, and what stands in it.
    Row(usize, Tag, Content),
    /// Something else, up to this place.
    Other(usize),
    /// The end tag of the rows: where it begins and ends.
    End(usize, usize),
}

fn next_piece(bytes: &[u8]) -> Scanned<Piece> {
    let start = scan::find_markup(bytes, 0)?;
    match scan::markup(bytes, start, |_, _| {})? {
        Markup::Start(tag) => {
            let content = scan::content(bytes, &tag)?;
            match scan::local(&bytes[tag.name.clone()]) {
                b"row" => Ok(Piece::Row(start, tag, content)),
                _ => Ok(Piece::Other(content.end)),
            }
        }
        Markup::End { end, .. } => Ok(Piece::End(start, end)),
        Markup::Nothing { end } | Markup::CData { end, .. } => Ok(Piece::Other(end)),
    }
}

/// Whether there are elements in a cell: one that has none holds nothing.
fn has_elements(bytes: &[u8], content: &Content) -> Scanned<bool> {
    let mut at = content.text.start;
    while let Ok(place) = scan::find_markup(&bytes[..content.text.end], at) {
        at = match scan::markup(bytes, place, |_, _| {})? {
            Markup::Start(_) => return Ok(true),
            Markup::End { end, .. } | Markup::Nothing { end } | Markup::CData { end, .. } => end,
        };
    }
    Ok(false)
}

/// A start tag as it is handed on.
fn tag_of<'b>(bytes: &'b [u8], place: usize, tag: &Tag, part: &str) -> Result<BytesStart<'b>, PackageError> {
    let end = tag.end - if tag.is_empty { "/>".len() } else { ">".len() };
    let text =
        std::str::from_utf8(&bytes[place + 1..end]).map_err(|_| PackageError::unreadable(part, reason::NOT_UTF_8))?;
    Ok(BytesStart::from_content(text, tag.name.len()))
}

/// Why a row isn't copied.
enum RowError {
    Package(PackageError),
    Stop(Stop),
}

impl From<PackageError> for RowError {
    fn from(error: PackageError) -> RowError {
        RowError::Package(error)
    }
}

impl From<io::Error> for RowError {
    fn from(error: io::Error) -> RowError {
        RowError::Package(error.into())
    }
}

impl From<Stop> for RowError {
    fn from(stop: Stop) -> RowError {
        RowError::Stop(stop)
    }
}

/// What becomes of a cell.
enum Fate {
    Stays,
    Goes,
    Restyled(u32),
}

/// The rows of a worksheet on their way through.
pub(super) struct Rows<'p, W: Write> {
    pub(super) out: &'p mut W,
    patch: &'p SheetPatch,
    prefix: &'p str,
    /// How much of the stream is held; what is written counts no longer.
    passed: &'p Cell<u64>,
    part: &'p str,
    /// The number behind the last row: where new rows go on, and what a row without a number has.
    next: u32,
    row: u32,
    column: u16,
    /// Whether the row at hand is touched, and which of its new cells comes next.
    touched: bool,
    cell: usize,
    /// The user's cell that stands where a new one goes; it must turn out to be blank.
    conflict: Option<At>,
    scratch: Vec<u8>,
}

impl<'p, W: Write> Rows<'p, W> {
    pub(super) fn new(
        out: &'p mut W,
        patch: &'p SheetPatch,
        prefix: &'p str,
        passed: &'p Cell<u64>,
        part: &'p str,
    ) -> Self {
        Rows {
            out,
            patch,
            prefix,
            passed,
            part,
            next: 0,
            row: 0,
            column: 0,
            touched: false,
            cell: 0,
            conflict: None,
            scratch: Vec::new(),
        }
    }

    /// Writes rows where there were none.
    pub(super) fn empty(&mut self, tag: &str) -> Result<(), PackageError> {
        if self.patch.rows.is_empty() {
            return Ok(write!(self.out, "<{tag}/>")?);
        }
        write!(self.out, "<{}>", tag.trim_end())?;
        self.new_rows(u32::MAX)?;
        Ok(write!(self.out, "</{}sheetData>", self.prefix)?)
    }

    /// Copies the rows from a stream that begins behind their start tag, with the new cells in their places; returns what was read behind
    /// their end tag.
    ///
    /// # Errors
    /// Where the part isn't well-formed or ends within its rows, and where a new cell would go over the user's.
    pub(super) fn copy<R: Read>(&mut self, stream: R, tag: &str, held_max: u64) -> Result<Vec<u8>, PackageError> {
        write!(self.out, "<{tag}>")?;
        let mut window = Window::new(stream, self.part, held_max);
        loop {
            self.passed.set(0);
            let bytes = window.bytes();
            match next_piece(bytes) {
                Ok(Piece::Row(start, row, content)) => {
                    self.out.write_all(&bytes[..start])?;
                    let copied = self.copy_row(&bytes[start..content.end], &row.behind(start), &content.behind(start));
                    copied.map_err(|error| self.explain(error, window.place(start)))?;
                    window.pass(content.end);
                }
                Ok(Piece::Other(end)) => {
                    self.out.write_all(&bytes[..end])?;
                    window.pass(end);
                }
                Ok(Piece::End(start, end)) => {
                    self.out.write_all(&bytes[..start])?;
                    let closing = bytes[start..end].to_vec();
                    self.new_rows(u32::MAX)?;
                    self.out.write_all(&closing)?;
                    window.pass(end);
                    return Ok(window.bytes().to_vec());
                }
                Err(stop) => window.fill_for(stop, reason::ENDS_IN_ROWS)?,
            }
        }
    }

    fn explain(&self, error: RowError, place: u64) -> PackageError {
        match error {
            RowError::Package(error) => error,
            RowError::Stop(Stop::Malformed(at)) => PackageError::malformed(self.part, place + at as u64),
            RowError::Stop(Stop::More) => PackageError::unreadable(self.part, reason::ENDS_IN_ROWS),
        }
    }

    /// Copies one row, which begins the bytes.
    fn copy_row(&mut self, bytes: &[u8], tag: &Tag, content: &Content) -> Result<(), RowError> {
        self.start_row(&tag_of(bytes, 0, tag, self.part)?, tag.is_empty)?;
        if tag.is_empty {
            return Ok(());
        }
        if !self.touched {
            return Ok(self.out.write_all(&bytes[tag.end..])?);
        }
        let mut at = tag.end;
        while at < content.text.end {
            let place = scan::find_markup(&bytes[..content.text.end], at).unwrap_or(content.text.end);
            self.out.write_all(&bytes[at..place])?;
            at = match place {
                place if place == content.text.end => place,
                place => self.copy_cell(bytes, place)?,
            };
        }
        self.new_cells(u32::MAX)?;
        Ok(self.out.write_all(&bytes[content.text.end..])?)
    }

    /// Copies what begins at `place` within a row that is touched; returns where it ends.
    fn copy_cell(&mut self, bytes: &[u8], place: usize) -> Result<usize, RowError> {
        let tag = match scan::markup(bytes, place, |_, _| {})? {
            Markup::Start(tag) => tag,
            Markup::End { end, .. } | Markup::Nothing { end } | Markup::CData { end, .. } => {
                self.out.write_all(&bytes[place..end])?;
                return Ok(end);
            }
        };
        let content = scan::content(bytes, &tag)?;
        if scan::local(&bytes[tag.name.clone()]) != b"c" {
            self.out.write_all(&bytes[place..content.end])?;
            return Ok(content.end);
        }
        let start = tag_of(bytes, place, &tag, self.part)?;
        let fate = self.start_cell(&start, tag.is_empty)?;
        if let Some(at) = self.conflict.take()
            && has_elements(bytes, &content)?
        {
            return Err(PackageError::unpatchable(self.part, already_filled(&reference::cell(at))).into());
        }
        match fate {
            Fate::Stays => self.out.write_all(&bytes[place..content.end])?,
            Fate::Goes => {}
            Fate::Restyled(style) => {
                self.restyle(&start, style, if tag.is_empty { "/" } else { "" })?;
                self.out.write_all(&bytes[tag.end..content.end])?;
            }
        }
        Ok(content.end)
    }

    /// Writes the new rows before a row that stands there.
    fn new_rows(&mut self, before: u32) -> Result<(), PackageError> {
        let patch = self.patch;
        for &row in patch.rows.range(self.next..).map(|(row, _)| row).take_while(|&&row| row < before) {
            self.row = row;
            self.cell = 0;
            write!(self.out, "<{}row r=\"{}\">", self.prefix, row + 1)?;
            self.new_cells(u32::MAX)?;
            write!(self.out, "</{}row>", self.prefix)?;
        }
        self.next = self.next.max(before);
        Ok(())
    }

    fn start_row(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<(), PackageError> {
        let row = row_number(start).unwrap_or(self.next);
        if self.patch.rows.contains_key(&row) && row < self.next {
            return Err(PackageError::unpatchable(self.part, out_of_order(row + 1)));
        }
        self.new_rows(row)?;
        self.next = self.next.max(row + 1);
        self.row = row;
        self.column = 0;
        self.cell = 0;
        self.touched = self.patch.touches_row(row);
        if !self.patch.rows.contains_key(&row) {
            return Ok(write!(self.out, "<{}{}", &**start, if empty { "/>" } else { ">" })?);
        }
        let mut element = Element::from_start(start);
        element.unset("spans");
        write!(self.out, "<{}>", element.tag().trim_end())?;
        if empty {
            self.new_cells(u32::MAX)?;
            write!(self.out, "</{}>", element.name())?;
        }
        Ok(())
    }

    /// Writes a cell's tag with another format.
    fn restyle(&mut self, start: &BytesStart<'_>, style: u32, end: &str) -> Result<(), PackageError> {
        let mut element = Element::from_start(start);
        if style == 0 {
            element.unset("s");
        } else {
            element.set("s", &style.to_string());
        }
        Ok(write!(self.out, "<{}{end}>", element.tag())?)
    }

    /// Writes the new cells before this one; says what becomes of the cell itself.
    fn start_cell(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<Fate, PackageError> {
        let column = cell_column(start).unwrap_or(self.column);
        self.column = column.saturating_add(1);
        self.new_cells(u32::from(column))?;
        let at = At { row: self.row, column };
        let new = self.new_cell().filter(|cell| cell.column == column);
        let replaced = new.is_some();
        let stripped = self.patch.strips(at);
        if new.is_some_and(|cell| !cell.replaces) && !empty && !stripped {
            self.conflict = Some(at);
        }
        if replaced {
            self.new_cells(u32::from(column) + 1)?;
        }
        if replaced || stripped && !empty || empty && self.patch.drops.contains(&at) {
            return Ok(Fate::Goes);
        }
        Ok(self.patch.styles.get(&at).map_or(Fate::Stays, |style| Fate::Restyled(*style)))
    }

    fn new_cell(&self) -> Option<&'p PatchCell> {
        self.patch.rows.get(&self.row).and_then(|cells| cells.get(self.cell))
    }

    /// Writes the new cells of the row at hand before a column.
    fn new_cells(&mut self, before: u32) -> Result<(), PackageError> {
        while let Some(cell) = self.new_cell().filter(|cell| u32::from(cell.column) < before) {
            self.scratch.clear();
            write_cell(&mut self.scratch, self.prefix, At { row: self.row, column: cell.column }, cell)?;
            self.out.write_all(&self.scratch)?;
            self.cell += 1;
        }
        Ok(())
    }
}

fn write_cell(out: &mut Vec<u8>, prefix: &str, at: At, cell: &PatchCell) -> std::io::Result<()> {
    write!(out, "<{prefix}c r=\"{}\"", reference::cell(at))?;
    if let Some(style) = cell.style {
        write!(out, " s=\"{style}\"")?;
    }
    match &cell.value {
        None => write!(out, "/>"),
        Some(NewValue::Text(text)) => {
            write!(out, " t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">")?;
            xml::push_cell_text(out, text);
            write!(out, "</{prefix}t></{prefix}is></{prefix}c>")
        }
        Some(NewValue::Number(number)) => {
            write!(out, "><{prefix}v>{}</{prefix}v></{prefix}c>", xml::escape_text(number.trim()))
        }
    }
}

fn out_of_order(row: u32) -> Reason {
    Reason::of(format!("第 {row} 行没有按行号顺序排列"), format!("row {row} stands out of order"))
}

fn already_filled(cell: &str) -> Reason {
    Reason::of(format!("{cell} 中已有内容"), format!("{cell} has a value of the user's already"))
}
