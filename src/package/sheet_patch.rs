//! Patches one worksheet in a single pass over its stream: what isn't touched is written back as it stood.
//!
//! What stands before and behind the rows is held as a tree, the rows never are.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufRead, Read, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::edit::{At, NewValue};
use super::error::PackageError;
use super::reference::{self, Range};
use super::sheet_parts::{self, Legacy, Rule};
use super::sheet_raw;
use super::source::Metered;
use super::xml::{self, Builder, Element};

/// What is done to one worksheet.
pub(super) struct SheetPatch {
    /// Whether rules of an earlier run go.
    pub strip_rules: bool,
    /// Blocks of an earlier run, whose cells go.
    pub strip_blocks: Vec<Range>,
    /// New rules.
    pub rules: Vec<Rule>,
    /// New cells by row, in ascending columns.
    pub rows: BTreeMap<u32, Vec<PatchCell>>,
    /// Widths of columns.
    pub widths: BTreeMap<u16, f64>,
    /// The drawing that notes stand in.
    pub legacy: Legacy,
    /// Whether the file is a strict one.
    pub strict: bool,
}

/// One new cell.
pub(super) struct PatchCell {
    pub column: u16,
    pub style: Option<u32>,
    pub value: NewValue,
}

impl SheetPatch {
    fn range(&self) -> Option<Range> {
        Range::around(
            self.rows.iter().flat_map(|(&row, cells)| cells.iter().map(move |cell| At { row, column: cell.column })),
        )
    }

    fn strips(&self, at: At) -> bool {
        self.strip_blocks.iter().any(|range| range.contains(at))
    }

    fn touches_row(&self, row: u32) -> bool {
        self.strip_blocks.iter().any(|range| (range.first.row..=range.last.row).contains(&row))
            || self.rows.contains_key(&row)
    }
}

/// The row of a row's tag, from 0.
pub(super) fn row_number(tag: &BytesStart<'_>) -> Option<u32> {
    let raw = xml::tag_attr(tag, tag.name().as_ref().len(), "r")?;
    raw.trim().parse::<u32>().ok().filter(|row| (1..=reference::ROWS).contains(row)).map(|row| row - 1)
}

/// The column of a cell's tag.
pub(super) fn cell_column(tag: &BytesStart<'_>) -> Option<u16> {
    reference::parse_cell(xml::tag_attr(tag, tag.name().as_ref().len(), "r")?).map(|at| at.column)
}

/// Reads up to the root's start tag; passes what stands before it to `before`.
pub(super) fn enter<R: BufRead + ?Sized>(
    reader: &mut Reader<&mut R>,
    part: &str,
    mut before: impl FnMut(&Event<'_>) -> Result<(), PackageError>,
) -> Result<Element, PackageError> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(part, &error))?;
        before(&event)?;
        match &event {
            Event::Start(start) => return Ok(Element::from_start(start)),
            Event::Empty(_) | Event::Eof => {
                return Err(PackageError::unpatchable(part, "it has no rows"));
            }
            Event::DocType(_) => {
                return Err(PackageError::unreadable(part, "it has a document type definition"));
            }
            _ => {}
        }
    }
}

/// How the part before the rows ended.
pub(super) enum Edge {
    /// At the start of rows.
    Rows(String),
    /// At an empty element.
    NoRows(String),
    /// At the end of the root.
    End,
}

/// Reads the children of the root up to `sheetData`, or up to the root's end.
pub(super) fn read_children<R: BufRead + ?Sized>(
    reader: &mut Reader<&mut R>,
    builder: &mut Builder,
    part: &str,
) -> Result<Edge, PackageError> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(part, &error))?;
        if !builder.is_inside() {
            match &event {
                Event::Start(start) if xml::local(start.name().as_ref()) == "sheetData" => {
                    return Ok(Edge::Rows(start.to_string()));
                }
                Event::Empty(start) if xml::local(start.name().as_ref()) == "sheetData" => {
                    return Ok(Edge::NoRows(start.to_string()));
                }
                Event::Eof => return Err(PackageError::unreadable(part, "it ends too early")),
                _ => {}
            }
        }
        if !builder.push(&event, part)? {
            return Ok(Edge::End);
        }
    }
}

/// Patches a worksheet from `stream` to `out`.
///
/// # Errors
/// Where the part is no well-formed worksheet, or its rows are out of order and new cells would go between them.
pub(super) fn patch<R: BufRead + ?Sized, W: Write>(
    stream: &mut R,
    out: &mut W,
    patch: &SheetPatch,
    held_max: u64,
    part: &str,
) -> Result<(), PackageError> {
    let bom = stream.fill_buf().map_err(|error| PackageError::reading(part, &error))?.starts_with(b"\xef\xbb\xbf");
    if bom {
        out.write_all(b"\xef\xbb\xbf")?;
    }
    let held = Cell::new(0);
    let mut stream = Metered::new(stream, &held, held_max);
    let mut reader = xml::reader(&mut stream);
    let root = enter(&mut reader, part, |event| Ok(xml::write_event(event, out)?))?;
    let mut head = Builder::default();
    let edge = read_children(&mut reader, &mut head, part)?;
    let mut rows = Rows::new(out, patch, root.prefix(), &held, part);
    match edge {
        // Without rows, everything counts as standing behind them.
        Edge::End if patch.rows.is_empty() => write_tail(&mut reader, out, head, &root, patch, part),
        Edge::End => Err(PackageError::unpatchable(part, "it has no rows")),
        Edge::NoRows(tag) => {
            write_head(rows.out, head, &root, patch)?;
            rows.empty(&tag)?;
            read_tail(&mut reader, out, &root, patch, part)
        }
        Edge::Rows(tag) if patch.rows.is_empty() && patch.strip_blocks.is_empty() => {
            write_head(rows.out, head, &root, patch)?;
            write!(out, "<{tag}>")?;
            let stream = reader.into_inner();
            let rest = sheet_raw::copy_rows(stream, root.prefix(), out, &held, part)?;
            let mut behind = rest.as_slice().chain(stream);
            let mut reader = xml::reader_within(&mut behind);
            write_end(&mut reader, out, part)?;
            read_tail(&mut reader, out, &root, patch, part)
        }
        Edge::Rows(tag) => {
            write_head(rows.out, head, &root, patch)?;
            rows.copy(&mut reader, &tag)?;
            read_tail(&mut reader, out, &root, patch, part)
        }
    }
}

/// Passes the end tag of the rows on.
fn write_end<R: BufRead + ?Sized, W: Write>(
    reader: &mut Reader<&mut R>,
    out: &mut W,
    part: &str,
) -> Result<(), PackageError> {
    let mut buffer = Vec::new();
    let event = reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(part, &error))?;
    Ok(xml::write_event(&event, out)?)
}

/// Reads what stands behind the rows and writes it with what comes in.
fn read_tail<R: BufRead + ?Sized, W: Write>(
    reader: &mut Reader<&mut R>,
    out: &mut W,
    root: &Element,
    patch: &SheetPatch,
    part: &str,
) -> Result<(), PackageError> {
    let mut tail = Builder::default();
    match read_children(reader, &mut tail, part)? {
        Edge::End => write_tail(reader, out, tail, root, patch, part),
        Edge::Rows(_) | Edge::NoRows(_) => Err(PackageError::unpatchable(part, "its rows stand twice")),
    }
}

fn write_tail<R: BufRead + ?Sized, W: Write>(
    reader: &mut Reader<&mut R>,
    out: &mut W,
    tail: Builder,
    root: &Element,
    patch: &SheetPatch,
    part: &str,
) -> Result<(), PackageError> {
    let mut nodes = tail.nodes;
    sheet_parts::set_rules(&mut nodes, root.prefix(), &patch.rules, patch.strip_rules);
    sheet_parts::set_legacy(&mut nodes, root, &patch.legacy, patch.strict);
    let mut text = String::new();
    xml::write_nodes(&nodes, &mut text);
    out.write_all(text.as_bytes())?;
    write!(out, "</{}>", root.name())?;
    finish(reader, out, part)
}

fn write_head<W: Write>(out: &mut W, head: Builder, root: &Element, patch: &SheetPatch) -> Result<(), PackageError> {
    let mut nodes = head.nodes;
    sheet_parts::widen(&mut nodes, patch.range());
    sheet_parts::set_widths(&mut nodes, root.prefix(), &patch.widths);
    let mut text = String::new();
    xml::write_nodes(&nodes, &mut text);
    Ok(out.write_all(text.as_bytes())?)
}

fn finish<R: BufRead + ?Sized, W: Write>(
    reader: &mut Reader<&mut R>,
    out: &mut W,
    part: &str,
) -> Result<(), PackageError> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(part, &error))?;
        if matches!(event, Event::Eof) {
            return Ok(());
        }
        xml::write_event(&event, out)?;
    }
}

/// The rows of a worksheet on their way through.
struct Rows<'p, W: Write> {
    out: &'p mut W,
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
    fn new(out: &'p mut W, patch: &'p SheetPatch, prefix: &'p str, passed: &'p Cell<u64>, part: &'p str) -> Self {
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
    fn empty(&mut self, tag: &str) -> Result<(), PackageError> {
        if self.patch.rows.is_empty() {
            return Ok(write!(self.out, "<{tag}/>")?);
        }
        write!(self.out, "<{}>", tag.trim_end())?;
        self.new_rows(u32::MAX)?;
        Ok(write!(self.out, "</{}sheetData>", self.prefix)?)
    }

    /// Copies the rows, with the new cells in their places.
    fn copy<R: BufRead + ?Sized>(&mut self, reader: &mut Reader<&mut R>, tag: &str) -> Result<(), PackageError> {
        write!(self.out, "<{tag}>")?;
        let mut buffer = Vec::with_capacity(1 << 12);
        let mut depth = 0_u32;
        let mut skipping = false;
        loop {
            buffer.clear();
            self.passed.set(0);
            let event =
                reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(self.part, &error))?;
            match &event {
                Event::Start(start) => {
                    self.refuse_conflict()?;
                    match depth {
                        0 => self.start_row(start, false)?,
                        1 if self.touched => skipping = !self.start_cell(start, false)?,
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
                        1 if self.touched && !self.start_cell(start, true)? => continue,
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
                    return Err(PackageError::unreadable(self.part, "it ends within its rows"));
                }
                Event::DocType(_) => {
                    return Err(PackageError::unreadable(self.part, "it has a document type definition"));
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
            return Err(PackageError::unpatchable(self.part, format!("row {} stands out of order", row + 1)));
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

    /// Writes the new cells before this one; false where the cell itself goes.
    fn start_cell(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<bool, PackageError> {
        let column = cell_column(start).unwrap_or(self.column);
        self.column = column.saturating_add(1);
        self.new_cells(u32::from(column))?;
        let at = At { row: self.row, column };
        let replaced = self.new_cell().is_some_and(|cell| cell.column == column);
        let stripped = self.patch.strips(at);
        if replaced && !empty && !stripped {
            self.conflict = Some(at);
        }
        if replaced {
            self.new_cells(u32::from(column) + 1)?;
        }
        Ok(!replaced && (empty || !stripped))
    }

    /// Refuses to put a cell over one that has something in it.
    fn refuse_conflict(&self) -> Result<(), PackageError> {
        match self.conflict {
            Some(at) => Err(PackageError::unpatchable(
                self.part,
                format!("{} has a value of the user's already", reference::cell(at)),
            )),
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
        NewValue::Text(text) => {
            write!(out, " t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">")?;
            xml::push_cell_text(out, text);
            write!(out, "</{prefix}t></{prefix}is></{prefix}c>")
        }
        NewValue::Number(number) => {
            write!(out, "><{prefix}v>{}</{prefix}v></{prefix}c>", xml::escape_text(number.trim()))
        }
    }
}
