//! Looks through a worksheet for what must be known before anything is written: styles of cells, the drawing of its notes, our rules.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::edit::At;
use super::error::PackageError;
use super::sheet_parts;
use super::sheet_patch::{self, Edge};
use super::xml::{self, Builder};

/// What was found.
#[derive(Default)]
pub(super) struct Survey {
    /// The style of each cell that was asked for and has one.
    pub styles: BTreeMap<At, u32>,
    /// The relationship id of the drawing that notes stand in.
    pub legacy: Option<String>,
    /// How many rules of ours there are.
    pub our_rules: usize,
}

/// Looks through a worksheet; to its end only where `tail` is wanted.
///
/// # Errors
/// Where the part is no well-formed worksheet.
pub(super) fn survey<R: BufRead + ?Sized>(
    stream: &mut R,
    wanted: &BTreeSet<At>,
    tail: bool,
    part: &str,
) -> Result<Survey, PackageError> {
    let mut reader = xml::reader(stream);
    let mut survey = Survey::default();
    sheet_patch::enter(&mut reader, part, |_| Ok(()))?;
    let mut nodes = Builder::default();
    match sheet_patch::read_children(&mut reader, &mut nodes, part)? {
        Edge::End => {}
        Edge::NoRows(_) => {
            sheet_patch::read_children(&mut reader, &mut nodes, part)?;
        }
        Edge::Rows(_) => {
            read_styles(&mut reader, wanted, tail, &mut survey, part)?;
            if tail {
                sheet_patch::read_children(&mut reader, &mut nodes, part)?;
            }
        }
    }
    survey.legacy = sheet_parts::legacy_drawing(&nodes.nodes);
    survey.our_rules = sheet_parts::our_rules(&nodes.nodes);
    Ok(survey)
}

fn read_styles<R: BufRead + ?Sized>(
    reader: &mut Reader<&mut R>,
    wanted: &BTreeSet<At>,
    to_end: bool,
    survey: &mut Survey,
    part: &str,
) -> Result<(), PackageError> {
    let mut buffer = Vec::with_capacity(1 << 12);
    let last = wanted.last().map(|at| at.row);
    let (mut depth, mut row, mut next_row, mut column) = (0_u32, 0_u32, 0_u32, 0_u16);
    let mut in_row = false;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(part, &error))?;
        let (start, opens) = match &event {
            Event::Start(start) => (start, 1),
            Event::Empty(start) => (start, 0),
            Event::End(_) if depth == 0 => return Ok(()),
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => return Err(PackageError::unreadable(part, "it ends within its rows")),
            Event::DocType(_) => return Err(PackageError::unreadable(part, "it has a document type definition")),
            _ => continue,
        };
        if depth == 0 {
            row = sheet_patch::row_number(start).unwrap_or(next_row);
            next_row = row + 1;
            column = 0;
            if !to_end && last.is_none_or(|last| row > last) {
                return Ok(());
            }
            in_row = wanted.range(At { row, column: 0 }..=At { row, column: u16::MAX }).next().is_some();
        } else if depth == 1 && in_row {
            column = sheet_patch::cell_column(start).unwrap_or(column);
            let at = At { row, column };
            let style = xml::tag_attr(start, start.name().as_ref().len(), "s").and_then(|s| s.parse().ok());
            if let (true, Some(style)) = (wanted.contains(&at), style) {
                survey.styles.insert(at, style);
            }
            column = column.saturating_add(1);
        }
        depth += opens;
    }
}
