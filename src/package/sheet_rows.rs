//! The rows of a worksheet on their way through, and the new cells that go between.

use std::cell::Cell;
use std::io::{BufRead, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

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

    /// Copies the rows, with the new cells in their places.
    pub(super) fn copy<R: BufRead + ?Sized>(
        &mut self,
        reader: &mut Reader<&mut R>,
        tag: &str,
    ) -> Result<(), PackageError> {
        write!(self.out, "<{tag}>")?;
        let mut buffer = Vec::with_capacity(1 << 12);
        let mut depth = 0_u32;
        let mut skipping = false;
        loop {
            buffer.clear();
            self.passed.set(0);
            let event =
                reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(self.part, &error))?;
            if let Event::Start(tag) | Event::Empty(tag) = &event {
                xml::refuse_unpaired(tag, self.part)?;
            }
            match &event {
                Event::Start(start) => {
                    self.refuse_conflict()?;
                    match depth {
                        0 => self.start_row(start, false)?,
                        1 if self.touched => match self.start_cell(start, false)? {
                            Fate::Stays => {}
                            Fate::Goes => skipping = true,
                            Fate::Restyled(style) => {
                                self.restyle(start, style, "")?;
                                depth += 1;
                                continue;
                            }
                        },
                        _ => {}
                    }
                    if depth != 0 && !skipping {
                        xml::write_event(&event, self.out)?;
                    }
                    depth += 1;
                    continue;
                }
                Event::Empty(start) => {
                    self.refuse_conflict()?;
                    match depth {
                        0 => {
                            self.start_row(start, true)?;
                            continue;
                        }
                        1 if self.touched => match self.start_cell(start, true)? {
                            Fate::Stays => {}
                            Fate::Goes => continue,
                            Fate::Restyled(style) => {
                                self.restyle(start, style, "/")?;
                                continue;
                            }
                        },
                        _ => {}
                    }
                }
                Event::End(_) => {
                    if depth == 0 {
                        self.new_rows(u32::MAX)?;
                        xml::write_event(&event, self.out)?;
                        return Ok(());
                    }
                    depth -= 1;
                    match depth {
                        0 => self.new_cells(u32::MAX)?,
                        1 if skipping => {
                            skipping = false;
                            self.conflict = None;
                            continue;
                        }
                        _ => {}
                    }
                }
                Event::Eof => {
                    return Err(PackageError::unreadable(self.part, reason::ENDS_IN_ROWS));
                }
                Event::DocType(_) => {
                    return Err(PackageError::unreadable(self.part, reason::DOC_TYPE));
                }
                _ => {}
            }
            if !skipping {
                xml::write_event(&event, self.out)?;
            }
        }
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

    /// Refuses to put a cell over one that has something in it.
    fn refuse_conflict(&self) -> Result<(), PackageError> {
        match self.conflict {
            Some(at) => Err(PackageError::unpatchable(self.part, already_filled(&reference::cell(at)))),
            None => Ok(()),
        }
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
