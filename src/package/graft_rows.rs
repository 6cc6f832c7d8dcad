//! The rows of a sheet that is grafted: translated as they are read, since they are most of a sheet and a tree of them costs several
//! times what the rest of the transplant does.

use std::io::BufRead;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::body::Prototype;
use super::error::PackageError;
use super::reason;
use super::sheet_rows;
use super::styles::Mapping;
use super::titles;
use super::transplant::GRAFT;
use super::xml;

/// What becomes of the numbers and names of the small workbook.
#[derive(Clone, Copy)]
pub(super) struct Translation<'t> {
    /// Its formats.
    pub mapping: &'t Mapping,
    /// Its strings, as what stands within `<is>`.
    pub strings: &'t [String],
    /// Its sheets that have another name now.
    pub renamed: &'t [(String, String)],
}

/// The rows of which prototypes are made, from 0, and whether these have their own heights.
pub(super) struct Prototypes {
    pub rows: Range<u32>,
    pub own_height: bool,
}

/// Reads the rows up to the end tag of `sheetData`, and writes them to `out`; gives the prototypes that stand among them.
///
/// # Errors
/// Where a row has no number, or stands behind the prototypes.
pub(super) fn translate<R: BufRead>(
    reader: &mut Reader<&mut R>,
    translation: Translation<'_>,
    prototypes: Option<&Prototypes>,
    out: &mut String,
) -> Result<Vec<(u32, Prototype)>, PackageError> {
    let mut buffer = Vec::new();
    let mut found = Vec::new();
    let mut row = Row::new(translation);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(GRAFT, &error))?;
        if matches!(event, Event::End(_)) && row.depth == 0 {
            return Ok(found);
        }
        row.push(&event)?;
        if row.depth > 0 {
            continue;
        }
        match prototypes.filter(|prototypes| row.number >= prototypes.rows.start) {
            None => out.push_str(&row.markup),
            Some(_) if row.markup.trim().is_empty() => {}
            Some(prototypes) if prototypes.rows.contains(&row.number) => {
                let element = xml::parse(&row.markup, GRAFT)?.root;
                found.push((row.number - prototypes.rows.start, Prototype::of(&element, prototypes.own_height)));
            }
            Some(_) => return Err(PackageError::ours(GRAFT, "rows stand behind the prototypes")),
        }
        row.markup.clear();
    }
}

/// A row that is being read.
struct Row<'t> {
    translation: Translation<'t>,
    /// What has been written of it.
    markup: String,
    number: u32,
    depth: u32,
    /// Whether the cell at hand names a string by its number.
    shared: bool,
    /// Markup of the element at hand that is not written as it stands: the number of a string, or a formula.
    held: Option<String>,
}

impl<'t> Row<'t> {
    fn new(translation: Translation<'t>) -> Self {
        Row { translation, markup: String::new(), number: 0, depth: 0, shared: false, held: None }
    }

    fn push(&mut self, event: &Event<'_>) -> Result<(), PackageError> {
        match event {
            Event::Start(start) => {
                self.start(start, ">")?;
                self.depth += 1;
            }
            Event::Empty(start) => self.start(start, "/>")?,
            Event::End(end) => {
                self.depth -= 1;
                if self.depth == 2
                    && let Some(held) = self.held.take()
                {
                    self.release(end.name().as_ref(), &held);
                    return Ok(());
                }
                self.write(event);
            }
            Event::Eof => return Err(PackageError::unreadable(GRAFT, reason::ENDS_IN_ROWS)),
            _ => self.write(event),
        }
        Ok(())
    }

    /// Writes an event as it stands, to where the others of its element go.
    fn write(&mut self, event: &Event<'_>) {
        xml::push_event(event, self.held.as_mut().unwrap_or(&mut self.markup));
    }

    fn start(&mut self, start: &BytesStart<'_>, end: &str) -> Result<(), PackageError> {
        match self.depth {
            0 => {
                let number = sheet_rows::row_number(start);
                self.number = number.ok_or_else(|| PackageError::ours(GRAFT, "a row has no number"))?;
                self.tag(start, end);
            }
            1 => self.tag(start, end),
            2 if self.holds(xml::local(start.name().as_ref())) && end == ">" => {
                if !self.shared {
                    self.markup.push('<');
                    self.markup.push_str(start);
                    self.markup.push('>');
                }
                self.held = Some(String::new());
            }
            _ => {
                let to = self.held.as_mut().unwrap_or(&mut self.markup);
                to.push('<');
                to.push_str(start);
                to.push_str(end);
            }
        }
        Ok(())
    }

    fn holds(&self, name: &str) -> bool {
        self.shared && name == "v" || name == "f" && !self.translation.renamed.is_empty()
    }

    /// Writes the tag of a row or a cell with its new format; a cell holds its text itself from now on.
    fn tag(&mut self, start: &BytesStart<'_>, end: &str) {
        self.shared = false;
        let length = start.name().as_ref().len();
        self.markup.push('<');
        self.markup.push_str(&start[..length]);
        for attribute in xml::attributes(start, length) {
            let value = &start[attribute.value];
            match &start[attribute.name] {
                "s" => {
                    let style = self.translation.mapping.cell(value).to_string();
                    self.markup.extend([" s=\"", &style, "\""]);
                }
                "t" if self.depth == 1 && value == "s" => {
                    self.shared = true;
                    self.markup.push_str(" t=\"inlineStr\"");
                }
                "cm" if self.depth == 1 => {}
                _ => self.markup.push_str(&start[attribute.whole]),
            }
        }
        self.markup.push_str(end);
    }

    /// Writes what was held, translated.
    fn release(&mut self, name: &str, held: &str) {
        if name == "v" {
            let string = held.trim().parse().ok().and_then(|index: usize| self.translation.strings.get(index));
            self.markup.extend(["<is>", string.map_or("<t/>", String::as_str), "</is>"]);
        } else {
            let formula = titles::rename(&xml::unescape(held), self.translation.renamed);
            self.markup.extend([xml::escape_text(&formula).as_str(), "</", name, ">"]);
        }
    }
}
