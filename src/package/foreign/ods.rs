//! .ods: its cells read as a stream and held as they stand, each once however often it repeats.
//!
//! What repeated cells come to is counted before anybody multiplies them out: values, texts and formulas alike. Formulas themselves are
//! never held. White space, comments and whatever else stands between rows and cells is passed over.

use std::cell::Cell;
use std::collections::HashSet;
use std::io::BufRead;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::ods_formats::Formats;
use super::ods_text::Paragraphs;
use super::{Area, Tally, merged};
use crate::error::PackageError;
use crate::limits::Limits;
use crate::reason::{self, Reason};
use crate::reference::Range;
use crate::source::{Metered, Source};
use crate::xml;

const MIME_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
pub(super) const CONTENT: &str = "content.xml";
const STYLES: &str = "styles.xml";
/// The rows and columns that a sheet has.
const SHEET_MAX: (u64, u64) = (1_048_576, 16_384);
/// What a held cell takes in memory beside its text.
const CELL_BYTES: u64 = 48;

/// A spreadsheet's cells.
#[derive(Debug)]
pub struct OdsBook {
    /// The sheets, in order.
    pub sheets: Vec<OdsSheet>,
}

/// A sheet of it.
#[derive(Debug, Default)]
pub struct OdsSheet {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub is_hidden: bool,
    /// The merged ranges.
    pub merges: Vec<Range>,
    rows: Vec<Row>,
}

/// A cell in its place, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OdsCell<'o> {
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u32,
    /// What it holds.
    pub value: &'o OdsValue,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum OdsValue {
    /// A text.
    Text(Box<str>),
    /// A number, an amount of money among them.
    Number(f64),
    /// A number whose format says more than the number does, with its code.
    Shown(f64, Arc<str>),
    /// A date or a time in ISO 8601.
    Date(Box<str>),
    /// True or false.
    Boolean(bool),
    /// An error value.
    Error(&'static str),
    /// A formula without a result.
    Uncached,
}

/// Rows that are alike, and their filled cells.
#[derive(Debug)]
struct Row {
    first: u32,
    repeats: u32,
    cells: Vec<Run>,
}

/// Cells of a row that are alike.
#[derive(Debug)]
struct Run {
    first: u32,
    repeats: u32,
    value: OdsValue,
}

impl OdsSheet {
    /// All filled cells, row by row, each as often as it stands.
    pub fn cells(&self) -> impl Iterator<Item = OdsCell<'_>> {
        let rows = self.rows.iter().flat_map(|row| (row.first..row.first + row.repeats).map(move |index| (index, row)));
        rows.flat_map(|(index, row)| {
            row.cells.iter().flat_map(move |run| {
                (run.first..run.first + run.repeats).map(move |column| OdsCell {
                    row: index,
                    column,
                    value: &run.value,
                })
            })
        })
    }
}

/// Whether an archive says that it is a spreadsheet.
///
/// # Errors
/// Where what it says can't be read.
pub(super) fn is_one(source: &Source<'_>) -> Result<bool, PackageError> {
    let Some(index) = source.find("mimetype") else { return Ok(false) };
    Ok(source.find(CONTENT).is_some() && source.bytes(index)?.starts_with(MIME_TYPE.as_bytes()))
}

/// Reads a spreadsheet.
///
/// # Errors
/// Where it is encrypted, broken, or more than the limits allow.
pub(super) fn read(source: &Source<'_>, limits: &Limits) -> Result<OdsBook, PackageError> {
    if let Some(index) = source.find("META-INF/manifest.xml")
        && source.text(index)?.contains("encryption-data")
    {
        return Err(PackageError::Encrypted);
    }
    let missing = || PackageError::unreadable(CONTENT, reason::MISSING);
    let index = source.find(CONTENT).ok_or_else(missing)?;
    let mut content = Content::new(limits);
    // The number formats that others are built on stand apart from the cells.
    if let Some(styles) = source.find(STYLES) {
        content.read_part(source, styles)?;
    }
    content.read_part(source, index)?;
    Ok(OdsBook { sheets: content.sheets })
}

/// What is being read.
struct Content<'l> {
    sheets: Vec<OdsSheet>,
    /// The styles of sheets that aren't shown, and the style that is being read.
    hiding: HashSet<String>,
    style: Option<String>,
    formats: Formats,
    /// The sheets as rectangles, and what is held of them.
    tally: Tally<'l>,
    /// What the cells come to when they are multiplied out.
    multiplied: Tally<'l>,
    limits: &'l Limits,
    sheet: Option<SheetSoFar>,
    /// How many tables are open: one within a cell is no sheet.
    depth: u32,
}

/// A sheet so far.
#[derive(Default)]
struct SheetSoFar {
    sheet: OdsSheet,
    area: Area,
    /// The row that is read or still to come, how often it stands, and the next column in it.
    row: u64,
    repeats: u64,
    column: u64,
    cells: Vec<Run>,
}

/// A cell so far.
struct CellSoFar {
    repeats: u64,
    /// The rows and columns that it spans, where it is merged over others.
    spans: (u64, u64),
    kind: Kind,
    /// The value that an attribute gives.
    value: Option<String>,
    /// The code of its number format, where that says more than a number does.
    format: Option<Arc<str>>,
    has_formula: bool,
    formula_bytes: u64,
    text: Paragraphs,
    /// Elements that are open in it.
    depth: u32,
}

/// What a cell says that it holds.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    None,
    Text,
    Number,
    Percentage,
    Date,
    Boolean,
    Error,
}

impl<'l> Content<'l> {
    fn new(limits: &'l Limits) -> Self {
        let tally = || Tally::new(limits);
        Content {
            sheets: Vec::new(),
            hiding: HashSet::new(),
            style: None,
            formats: Formats::default(),
            tally: tally(),
            multiplied: tally(),
            limits,
            sheet: None,
            depth: 0,
        }
    }

    fn read_part(&mut self, source: &Source<'_>, index: usize) -> Result<(), PackageError> {
        source.judge_prolog(index)?;
        let max = source.part_bytes_max();
        source.stream(index, |stream| {
            let held = Cell::new(0);
            let mut stream = Metered::new(stream, &held, max);
            let mut reader = xml::reader(&mut stream);
            reader.config_mut().expand_empty_elements = true;
            self.read(&mut reader, &held)
        })
    }

    fn read<R: BufRead>(&mut self, reader: &mut Reader<R>, held: &Cell<u64>) -> Result<(), PackageError> {
        let (mut buffer, mut cell) = (Vec::new(), None::<CellSoFar>);
        loop {
            buffer.clear();
            held.set(0);
            let event = reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(CONTENT, &error))?;
            match (&event, &mut cell) {
                (Event::DocType(_), _) => return Err(PackageError::unreadable(CONTENT, reason::DOC_TYPE)),
                (Event::Eof, None) if self.depth == 0 => return Ok(()),
                (Event::Eof, _) => return Err(PackageError::unreadable(CONTENT, reason::ENDS_EARLY)),
                (Event::Start(start), Some(cell)) => cell.open(start)?,
                #[expect(clippy::collapsible_match, reason = "a guard can't change the cell")]
                (Event::End(_), Some(open)) => {
                    if open.close() {
                        let cell = cell.take();
                        cell.map_or(Ok(()), |cell| self.end_cell(cell))?;
                    }
                }
                (Event::Start(start), None) => cell = self.start(start)?,
                (Event::End(end), None) => self.end(end.name().as_ref())?,
                (Event::Text(text), Some(cell)) => cell.text.push(text),
                (Event::Text(text), None) => self.formats.text(text),
                (Event::CData(text), Some(cell)) => cell.text.push(text),
                (Event::GeneralRef(name), Some(cell)) => {
                    let reference = format!("&{};", &**name);
                    cell.text.push(&xml::unescape(&reference));
                }
                _ => {}
            }
            if cell.as_ref().is_some_and(|cell| cell.text.bytes() > self.limits.part_bytes_max) {
                return Err(PackageError::TooLarge { limit: "part_bytes_max", max: self.limits.part_bytes_max });
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<Option<CellSoFar>, PackageError> {
        self.formats.start(start)?;
        match start.name().as_ref() {
            "style:style" => self.style = attribute(start, "style:name")?,
            "style:table-properties" if attribute(start, "table:display")?.as_deref() == Some("false") => {
                self.hiding.extend(self.style.take());
            }
            "table:table" => {
                self.depth += 1;
                if self.depth == 1 {
                    self.start_sheet(start)?;
                }
            }
            "table:table-row" => {
                let repeats = number(start, "table:number-rows-repeated")?;
                if let Some(sheet) = self.sheet.as_mut().filter(|_| self.depth == 1) {
                    sheet.repeats = repeats.min(SHEET_MAX.0.saturating_sub(sheet.row));
                    sheet.column = 0;
                }
            }
            "table:table-cell" | "table:covered-table-cell" if self.depth == 1 => {
                let mut cell = CellSoFar::new(start)?;
                if cell.kind == Kind::Number {
                    let column = self.sheet.as_ref().map_or(0, |sheet| sheet.column);
                    cell.format = self.formats.of(attribute(start, "table:style-name")?.as_deref(), column);
                }
                return Ok(Some(cell));
            }
            _ => {}
        }
        Ok(None)
    }

    fn start_sheet(&mut self, start: &BytesStart<'_>) -> Result<(), PackageError> {
        let max = self.limits.converted_sheets_max as u64;
        if self.sheets.len() as u64 >= max {
            return Err(PackageError::TooLarge { limit: "converted_sheets_max", max });
        }
        let is_hidden = attribute(start, "table:style-name")?.is_some_and(|style| self.hiding.contains(&style));
        let sheet =
            OdsSheet { name: attribute(start, "table:name")?.unwrap_or_default(), is_hidden, ..OdsSheet::default() };
        self.sheet = Some(SheetSoFar { sheet, ..SheetSoFar::default() });
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), PackageError> {
        self.formats.end(name);
        match name {
            "table:table-row" if self.depth == 1 => self.end_row(),
            "table:table" => {
                self.depth = self.depth.saturating_sub(1);
                match self.sheet.take() {
                    Some(sheet) if self.depth == 0 => {
                        self.tally.add_cells(sheet.area.cells())?;
                        self.sheets.push(sheet.sheet);
                    }
                    other => self.sheet = other,
                }
            }
            _ => {}
        }
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "rows and columns lie within `SHEET_MAX`")]
    fn end_cell(&mut self, cell: CellSoFar) -> Result<(), PackageError> {
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        let first = sheet.column;
        let repeats = cell.repeats.min(SHEET_MAX.1.saturating_sub(first));
        sheet.column += repeats;
        let bytes = cell.formula_bytes.saturating_add(cell.bytes());
        let (rows, columns) = cell.spans;
        if (rows, columns) != (1, 1) && rows > 0 && columns > 0 {
            self.tally.add_text(CELL_BYTES)?;
            let last = sheet.row.saturating_add(rows - 1).min(SHEET_MAX.0 - 1) as u32;
            let last_column = first.saturating_add(columns - 1).min(SHEET_MAX.1 - 1) as u32;
            sheet.sheet.merges.extend(merged((sheet.row as u32, last), (first as u32, last_column)));
        }
        let Some(value) = cell.end().filter(|_| repeats > 0 && sheet.repeats > 0) else { return Ok(()) };
        self.multiplied.add_cells(repeats.saturating_mul(sheet.repeats))?;
        self.multiplied.add_text(bytes.saturating_mul(repeats).saturating_mul(sheet.repeats))?;
        self.tally.add_text(bytes.saturating_add(CELL_BYTES))?;
        sheet.area.take((sheet.row, sheet.row + sheet.repeats - 1), (first, sheet.column - 1));
        Tally::new(self.limits).add_cells(sheet.area.cells())?;
        sheet.cells.push(Run { first: first as u32, repeats: repeats as u32, value });
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "rows and columns lie within `SHEET_MAX`")]
    fn end_row(&mut self) {
        let Some(sheet) = &mut self.sheet else { return };
        let repeats = std::mem::take(&mut sheet.repeats);
        let cells = std::mem::take(&mut sheet.cells);
        if !cells.is_empty() {
            sheet.sheet.rows.push(Row { first: sheet.row as u32, repeats: repeats as u32, cells });
        }
        sheet.row += repeats;
    }
}

impl CellSoFar {
    fn new(start: &BytesStart<'_>) -> Result<Self, PackageError> {
        let told = attribute(start, "office:value-type")?.or(attribute(start, "calcext:value-type")?);
        let is_error = attribute(start, "calcext:value-type")?.as_deref() == Some("error");
        let kind = match told.as_deref() {
            _ if is_error => Kind::Error,
            Some("float" | "currency") => Kind::Number,
            Some("percentage") => Kind::Percentage,
            Some("date" | "time") => Kind::Date,
            Some("boolean") => Kind::Boolean,
            Some(_) => Kind::Text,
            None => Kind::None,
        };
        let values = match kind {
            Kind::Number | Kind::Percentage => ["office:value"].as_slice(),
            Kind::Date => &["office:date-value", "office:time-value"],
            Kind::Boolean => &["office:boolean-value"],
            Kind::Text | Kind::Error => &["office:string-value"],
            Kind::None => &[],
        };
        let mut value = None;
        for name in values {
            value = value.or(attribute(start, name)?);
        }
        let formula = attribute(start, "table:formula")?;
        Ok(CellSoFar {
            repeats: number(start, "table:number-columns-repeated")?,
            spans: (number(start, "table:number-rows-spanned")?, number(start, "table:number-columns-spanned")?),
            kind,
            value,
            format: None,
            has_formula: formula.is_some(),
            formula_bytes: formula.map_or(0, |formula| formula.len() as u64),
            text: Paragraphs::default(),
            depth: 0,
        })
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), PackageError> {
        self.depth += 1;
        let spaces = if start.name().as_ref() == "text:s" { number(start, "text:c")? } else { 0 };
        self.text.open(start.name().as_ref(), self.depth, spaces);
        Ok(())
    }

    /// Takes an end tag; whether it is the cell's own.
    fn close(&mut self) -> bool {
        if self.depth == 0 {
            return true;
        }
        self.text.close(self.depth);
        self.depth -= 1;
        false
    }

    /// Bytes of its value and text, spaces that are only counted in the file among them.
    fn bytes(&self) -> u64 {
        self.text.bytes().saturating_add(self.value.as_ref().map_or(0, |value| value.len() as u64))
    }

    /// What it holds; none where that is nothing.
    fn end(self) -> Option<OdsValue> {
        let shown = self.text.into_text();
        let given = self.value.filter(|value| !value.is_empty());
        let text = || Some(shown.clone()).filter(|text| !text.is_empty()).map(|text| OdsValue::Text(text.into()));
        let number = given.as_deref().and_then(|text| text.trim().parse::<f64>().ok()).filter(|x| x.is_finite());
        let value = match self.kind {
            Kind::None => None,
            Kind::Number => match (number, self.format) {
                (Some(x), Some(code)) => Some(OdsValue::Shown(x, code)),
                (x, _) => x.map(OdsValue::Number).or_else(text),
            },
            Kind::Percentage => number.map(|x| OdsValue::Shown(x, "0.00%".into())).or_else(text),
            Kind::Date => given.map(|date| OdsValue::Date(date.into())).or_else(text),
            Kind::Boolean => match given.as_deref().map(str::trim) {
                Some(told) => Some(OdsValue::Boolean(told.eq_ignore_ascii_case("true") || told == "1")),
                None => text(),
            },
            Kind::Text => given.map(|text| OdsValue::Text(text.into())).or_else(text),
            Kind::Error => Some(OdsValue::Error(error_value(&shown))),
        };
        value.or(self.has_formula.then_some(OdsValue::Uncached))
    }
}

/// An error of another program's own, such as Err:508, counts as a wrong value.
fn error_value(shown: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];
    KNOWN.into_iter().find(|known| *known == shown.trim()).unwrap_or("#VALUE!")
}

pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, PackageError> {
    let found = start.try_get_attribute(name).map_err(|_| PackageError::unreadable(CONTENT, reason::NOT_XML))?;
    Ok(found.map(|attribute| xml::unescape(&attribute.value).into_owned()))
}

/// A count; 1 where there is none.
pub(super) fn number(start: &BytesStart<'_>, name: &str) -> Result<u64, PackageError> {
    let Some(text) = attribute(start, name)? else { return Ok(1) };
    text.trim().parse().map_err(|_| {
        let reason = Reason::of(format!("{name} 的值不是数字"), format!("{name} is no number"));
        PackageError::unreadable(CONTENT, reason)
    })
}
