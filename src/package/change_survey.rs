//! Looks through a worksheet for what hinders its cells from being changed one by one.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::change::WhyNot;
use super::edit::At;
use super::error::PackageError;
use super::reason::{self, Reason};
use super::reference::{self, Range};
use super::sheet_patch::{self, Edge};
use super::sheet_rows;
use super::source::Metered;
use super::xml::{self, Builder, Element, Node};

/// What was found.
#[derive(Default)]
pub(super) struct Obstacles {
    /// The cells among those asked for that hold a formula.
    pub formulas: BTreeSet<At>,
    /// The headings of tables.
    pub headings: Vec<Range>,
    /// The cells that one formula makes, where they are several, and whether only its first cell counts.
    shared: Vec<(At, Range, Reach)>,
    merged: Vec<Range>,
}

/// Which cells of a formula's range can't be changed alone.
#[derive(Clone, Copy, PartialEq)]
enum Reach {
    /// All: those of an array formula or of a table of operations.
    All,
    /// The first, from which the others take their formula.
    First,
}

impl Obstacles {
    /// Why the cell can't be changed, if so.
    pub(super) fn of(&self, at: At) -> Option<WhyNot> {
        let by_formula = |(first, range, reach): &&(At, Range, Reach)| match reach {
            Reach::All => range.contains(at),
            Reach::First => *first == at,
        };
        if let Some((_, range, _)) = self.shared.iter().find(by_formula) {
            return Some(WhyNot::Formula(reference::range(*range)));
        }
        if let Some(range) = self.merged.iter().find(|range| range.contains(at) && range.first != at) {
            return Some(WhyNot::Merged(reference::range(*range)));
        }
        self.headings.iter().any(|range| range.contains(at)).then_some(WhyNot::TableHeading)
    }
}

/// Looks through a worksheet to its end.
///
/// # Errors
/// Where the part is no well-formed worksheet, or cells of a row that changes are out of order.
pub(super) fn survey<R: BufRead + ?Sized>(
    stream: &mut R,
    wanted: BTreeSet<At>,
    held_max: u64,
    part: &str,
) -> Result<Obstacles, PackageError> {
    let held = Cell::new(0);
    let mut stream = Metered::new(stream, &held, held_max);
    let mut reader = xml::reader(&mut stream);
    sheet_patch::enter(&mut reader, part, |_| Ok(()))?;
    let mut nodes = Builder::default();
    let mut scan = Scan {
        wanted,
        part,
        row: 0,
        next_row: 0,
        at: At { row: 0, column: 0 },
        next_column: 0,
        found: Obstacles::default(),
    };
    match sheet_patch::read_children(&mut reader, &mut nodes, part)? {
        Edge::End => {}
        Edge::NoRows(_) => drop(sheet_patch::read_children(&mut reader, &mut nodes, part)?),
        Edge::Rows(_) => {
            scan.rows(&mut reader, &held)?;
            sheet_patch::read_children(&mut reader, &mut nodes, part)?;
        }
    }
    let merges = nodes.nodes.iter().filter_map(Node::element).filter(|e| e.local() == "mergeCells");
    let ranges = merges.flat_map(Element::elements).filter_map(|merge| reference::parse_range(&merge.attr("ref")?));
    scan.found.merged = ranges.collect();
    Ok(scan.found)
}

/// The rows on their way past.
struct Scan<'s> {
    wanted: BTreeSet<At>,
    part: &'s str,
    row: u32,
    next_row: u32,
    at: At,
    next_column: u32,
    found: Obstacles,
}

impl Scan<'_> {
    fn rows<R: BufRead>(&mut self, reader: &mut Reader<&mut R>, passed: &Cell<u64>) -> Result<(), PackageError> {
        let mut buffer = Vec::with_capacity(1 << 12);
        let mut depth = 0_u32;
        loop {
            buffer.clear();
            passed.set(0);
            let event =
                reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(self.part, &error))?;
            match &event {
                Event::Start(start) => {
                    self.tag(start, depth, false)?;
                    depth += 1;
                }
                Event::Empty(start) => self.tag(start, depth, true)?,
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(PackageError::unreadable(self.part, reason::ENDS_IN_ROWS)),
                _ => {}
            }
        }
    }

    fn tag(&mut self, tag: &BytesStart<'_>, depth: u32, empty: bool) -> Result<(), PackageError> {
        match depth {
            0 => {
                self.row = sheet_rows::row_number(tag).unwrap_or(self.next_row);
                self.next_row = self.row.saturating_add(1);
                self.next_column = 0;
            }
            1 => self.cell(tag)?,
            2 if xml::local(tag.name().as_ref()) == "f" => self.formula(tag, empty),
            _ => {}
        }
        Ok(())
    }

    fn cell(&mut self, tag: &BytesStart<'_>) -> Result<(), PackageError> {
        let next = u16::try_from(self.next_column).unwrap_or(u16::MAX);
        let column = sheet_rows::cell_column(tag).unwrap_or(next);
        self.at = At { row: self.row, column };
        let of_row = At { row: self.row, column: 0 }..=At { row: self.row, column: u16::MAX };
        if u32::from(column) < self.next_column && self.wanted.range(of_row).next().is_some() {
            let row = self.row + 1;
            let reason = Reason::of(
                format!("第 {row} 行的单元格没有按列的顺序排列"),
                format!("the cells of row {row} stand out of order"),
            );
            return Err(PackageError::unpatchable(self.part, reason));
        }
        self.next_column = u32::from(column) + 1;
        Ok(())
    }

    fn formula(&mut self, tag: &BytesStart<'_>, empty: bool) {
        if self.wanted.contains(&self.at) {
            self.found.formulas.insert(self.at);
        }
        let attr = |name| xml::tag_attr(tag, tag.name().as_ref().len(), name);
        let reach = match attr("t") {
            Some("array" | "dataTable") => Reach::All,
            // Those that only name the formula of another cell can go.
            Some("shared") if !empty || attr("ref").is_some() => Reach::First,
            _ => return,
        };
        let range = attr("ref").and_then(reference::parse_range);
        let range = range.unwrap_or(Range { first: self.at, last: self.at });
        // Of a shared formula without a range, nobody knows who takes it over.
        if range.first != range.last || reach == Reach::First && attr("ref").is_none() {
            self.found.shared.push((self.at, range, reach));
        }
    }
}
