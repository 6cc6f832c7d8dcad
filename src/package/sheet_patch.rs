//! Patches one worksheet in a single pass over its stream: what isn't touched is written back as it stood.
//!
//! What stands before and behind the rows is held as a tree, the rows never are.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Read, Write};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::edit::{At, NewValue};
use super::error::PackageError;
use super::reason::{self, Reason};
use super::reference::Range;
use super::sheet_parts::{self, Legacy, Rule};
use super::sheet_raw;
use super::sheet_rows::Rows;
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
    /// New formats of standing cells.
    pub styles: BTreeMap<At, u32>,
    /// Blank cells that go.
    pub drops: BTreeSet<At>,
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
    /// None for a blank cell.
    pub value: Option<NewValue>,
    /// Whether it may take the place of a cell that has something in it.
    pub replaces: bool,
}

impl SheetPatch {
    fn range(&self) -> Option<Range> {
        Range::around(
            self.rows.iter().flat_map(|(&row, cells)| cells.iter().map(move |cell| At { row, column: cell.column })),
        )
    }

    pub(super) fn strips(&self, at: At) -> bool {
        self.strip_blocks.iter().any(|range| range.contains(at))
    }

    /// Whether the rows stay as they are.
    fn leaves_rows(&self) -> bool {
        self.rows.is_empty() && self.strip_blocks.is_empty() && self.styles.is_empty() && self.drops.is_empty()
    }

    pub(super) fn touches_row(&self, row: u32) -> bool {
        let of_row = At { row, column: 0 }..=At { row, column: u16::MAX };
        self.strip_blocks.iter().any(|range| (range.first.row..=range.last.row).contains(&row))
            || self.rows.contains_key(&row)
            || self.styles.range(of_row.clone()).next().is_some()
            || self.drops.range(of_row).next().is_some()
    }
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
                return Err(PackageError::unpatchable(part, reason::NO_ROWS));
            }
            Event::DocType(_) => {
                return Err(PackageError::unreadable(part, reason::DOC_TYPE));
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
                Event::Eof => return Err(PackageError::unreadable(part, reason::ENDS_EARLY)),
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
        Edge::End => Err(PackageError::unpatchable(part, reason::NO_ROWS)),
        Edge::NoRows(tag) => {
            write_head(rows.out, head, &root, patch)?;
            rows.empty(&tag)?;
            read_tail(&mut reader, out, &root, patch, part)
        }
        Edge::Rows(tag) if patch.leaves_rows() => {
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
            let stream = reader.into_inner();
            let rest = rows.copy(&mut *stream, &tag, held_max)?;
            let mut behind = rest.as_slice().chain(stream);
            read_tail(&mut xml::reader_within(&mut behind), out, &root, patch, part)
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
        Edge::Rows(_) | Edge::NoRows(_) => {
            Err(PackageError::unpatchable(part, Reason::new("数据区出现了两次", "its rows stand twice")))
        }
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
