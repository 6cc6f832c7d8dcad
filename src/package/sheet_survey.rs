//! Looks through a worksheet for what its values don't say: styles of cells, the drawing of its notes, our rules.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

use super::edit::At;
use super::error::PackageError;
use super::reason;
use super::reference;
use super::sheet_parts;
use super::sheet_patch::{self, Edge};
use super::sheet_raw;
use super::source::Metered;
use super::xml::{self, Builder};

/// What is looked for.
pub(super) struct Search<'w> {
    /// Cells whose style and content are wanted.
    pub cells: &'w BTreeSet<At>,
    /// Whether what stands behind the rows is wanted.
    pub tail: bool,
}

/// What was found.
#[derive(Default)]
pub(super) struct Survey {
    /// The style of each cell that was asked for and has one.
    pub styles: BTreeMap<At, u32>,
    /// The cells that were asked for and stand there, and whether they are blank.
    pub standing: BTreeMap<At, bool>,
    /// The formats of rows that have one of their own, where cells were asked for.
    rows: BTreeMap<u32, u32>,
    /// The formats of columns: first, last (from 1), format.
    columns: Vec<(u32, u32, u32)>,
    /// The relationship id of the drawing that notes stand in.
    pub legacy: Option<String>,
    /// How many rules of ours there are.
    pub our_rules: usize,
}

impl Survey {
    /// The format that shows where no cell stands.
    pub(super) fn style_of_blank(&self, at: At) -> u32 {
        let column = u32::from(at.column) + 1;
        let of_column = || self.columns.iter().find(|(first, last, _)| (*first..=*last).contains(&column));
        self.rows.get(&at.row).copied().or_else(|| of_column().map(|(.., style)| *style)).unwrap_or(0)
    }
}

/// Looks through a worksheet; to its end only where that is wanted.
///
/// # Errors
/// Where the part is no well-formed worksheet.
pub(super) fn survey<R: BufRead + ?Sized>(
    stream: &mut R,
    search: &Search<'_>,
    held_max: u64,
    part: &str,
) -> Result<Survey, PackageError> {
    let held = Cell::new(0);
    let mut stream = Metered::new(stream, &held, held_max);
    let mut reader = xml::reader(&mut stream);
    let mut survey = Survey::default();
    let root = sheet_patch::enter(&mut reader, part, |_| Ok(()))?;
    let mut nodes = Builder::default();
    match sheet_patch::read_children(&mut reader, &mut nodes, part)? {
        Edge::End => {}
        Edge::NoRows(_) => {
            sheet_patch::read_children(&mut reader, &mut nodes, part)?;
        }
        Edge::Rows(_) if search.cells.is_empty() => {
            let stream = reader.into_inner();
            let rest = sheet_raw::copy_rows(stream, root.prefix(), &mut io::sink(), &held, part)?;
            let mut behind = rest.as_slice().chain(stream);
            let mut reader = xml::reader_within(&mut behind);
            reader.read_event_into(&mut Vec::new()).map_err(|error| PackageError::parsing(part, &error))?;
            sheet_patch::read_children(&mut reader, &mut nodes, part)?;
        }
        Edge::Rows(_) => {
            let stream = reader.into_inner();
            Scan::new(search, root.prefix(), part).run(stream, &held, &mut survey)?;
            if search.tail {
                sheet_patch::read_children(&mut xml::reader_within(stream), &mut nodes, part)?;
            }
        }
    }
    survey.columns = sheet_parts::column_styles(&nodes.nodes);
    survey.legacy = sheet_parts::legacy_drawing(&nodes.nodes);
    survey.our_rules = sheet_parts::our_rules(&nodes.nodes);
    Ok(survey)
}

/// Looks at the tags of rows and cells alone. Whether the rows are well-formed is found out when they are patched.
struct Scan<'w> {
    search: &'w Search<'w>,
    /// The names of the tags, with their prefix.
    names: [String; 3],
    part: &'w str,
    row: u32,
    next_row: u32,
    column: u16,
    in_row: bool,
}

impl<'w> Scan<'w> {
    fn new(search: &'w Search<'w>, prefix: &str, part: &'w str) -> Self {
        let names = ["row", "c", "/sheetData"].map(|name| match name.strip_prefix('/') {
            Some(name) => format!("/{prefix}{name}"),
            None => format!("{prefix}{name}"),
        });
        Scan { search, names, part, row: 0, next_row: 0, column: 0, in_row: false }
    }

    /// Reads up to the end of the rows, or, unless that is wanted, behind the last row that is.
    fn run<R: BufRead + ?Sized>(
        &mut self,
        stream: &mut R,
        passed: &Cell<u64>,
        found: &mut Survey,
    ) -> Result<(), PackageError> {
        let to_end = self.search.tail;
        let last = self.search.cells.last().map_or(0, |at| at.row);
        let mut held = Vec::with_capacity(1 << 10);
        loop {
            held.clear();
            passed.set(0);
            let read = stream.read_until(b'>', &mut held).map_err(|error| PackageError::reading(self.part, &error))?;
            if read == 0 {
                return Err(PackageError::unreadable(self.part, reason::ENDS_IN_ROWS));
            }
            let Some(tag) = tag_in(&held) else { continue };
            let length = tag.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(tag.len());
            let name = tag[..length].strip_suffix(b"/").unwrap_or(&tag[..length]);
            if name == self.names[1].as_bytes() {
                self.cell(tag, length, found);
            } else if name == self.names[0].as_bytes() {
                self.start_row(tag, length, found);
                if !to_end && self.row > last {
                    return Ok(());
                }
            } else if name == self.names[2].as_bytes() {
                return Ok(());
            }
        }
    }

    fn start_row(&mut self, tag: &[u8], length: usize, found: &mut Survey) {
        let number = attr(tag, length, "r").and_then(|r| r.trim().parse::<u32>().ok());
        self.row = number.and_then(|r| r.checked_sub(1)).unwrap_or(self.next_row);
        self.next_row = self.row.saturating_add(1);
        self.column = 0;
        let row = At { row: self.row, column: 0 }..=At { row: self.row, column: u16::MAX };
        self.in_row = self.search.cells.range(row).next().is_some();
        if self.in_row && attr(tag, length, "customFormat").is_some_and(|custom| matches!(custom, "1" | "true")) {
            found.rows.extend(attr(tag, length, "s").and_then(|s| s.parse().ok()).map(|style: u32| (self.row, style)));
        }
    }

    fn cell(&mut self, tag: &[u8], length: usize, found: &mut Survey) {
        if !self.in_row {
            return;
        }
        let column = attr(tag, length, "r").and_then(reference::parse_cell).map_or(self.column, |at| at.column);
        self.column = column.saturating_add(1);
        let at = At { row: self.row, column };
        let style = || attr(tag, length, "s").and_then(|s| s.parse::<u32>().ok());
        if self.search.cells.contains(&at) {
            found.standing.insert(at, tag.ends_with(b"/"));
            found.styles.extend(style().map(|style| (at, style)));
        }
    }
}

/// What stands between the brackets at the end of some text.
fn tag_in(text: &[u8]) -> Option<&[u8]> {
    let open = text.iter().position(|&byte| byte == b'<')?;
    text.get(open + 1..)?.strip_suffix(b">")
}

fn attr<'t>(tag: &'t [u8], length: usize, name: &str) -> Option<&'t str> {
    xml::tag_attr(std::str::from_utf8(tag).ok()?, length, name)
}
