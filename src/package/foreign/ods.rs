//! .ods: its cells looked through as a stream, repeated ones counted as often as they repeat.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Area, Noted, Tally};
use crate::package::error::PackageError;
use crate::package::limits::Limits;
use crate::package::source::Source;
use crate::package::xml;

const MIME_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
const CONTENT: &str = "content.xml";
/// The rows and columns that readers multiply repeated ones out to.
const SHEET_MAX: (u64, u64) = (1_048_576, 16_384);

/// Whether an archive says that it is a spreadsheet.
///
/// # Errors
/// Where what it says can't be read.
pub(super) fn is_one(source: &Source<'_>) -> Result<bool, PackageError> {
    let Some(index) = source.find("mimetype") else { return Ok(false) };
    Ok(source.find(CONTENT).is_some() && source.bytes(index)?.starts_with(MIME_TYPE.as_bytes()))
}

/// Judges a spreadsheet and notes its error values and percentages.
///
/// # Errors
/// Where it is encrypted, broken, or more than the limits allow.
pub(super) fn judge(source: &Source<'_>, limits: &Limits) -> Result<HashMap<String, Noted>, PackageError> {
    if let Some(index) = source.find("META-INF/manifest.xml")
        && source.text(index)?.contains("encryption-data")
    {
        return Err(PackageError::Encrypted);
    }
    let missing = || PackageError::unreadable(CONTENT, "it is missing");
    let index = source.find(CONTENT).ok_or_else(missing)?;
    source.judge_prolog(index)?;
    source.stream(index, |stream| {
        let mut reader = xml::reader(stream);
        reader.config_mut().expand_empty_elements = true;
        let mut content = Content::new(limits);
        content.read(&mut reader)?;
        Ok(content.sheets)
    })
}

/// What is being read.
struct Content<'l> {
    sheets: HashMap<String, Noted>,
    /// The sheets as rectangles.
    tally: Tally<'l>,
    /// What is held before a sheet is cut to its rectangle.
    held: Tally<'l>,
    limits: &'l Limits,
    sheet: Option<Sheet>,
}

/// A sheet so far.
#[derive(Default)]
struct Sheet {
    name: String,
    noted: Noted,
    area: Area,
    /// The first row that is still to come, how often the current one stands, and the next column in it.
    row: u64,
    repeats: u64,
    column: u64,
}

/// A cell so far.
#[derive(Default)]
struct CellSeen {
    repeats: u64,
    filled: bool,
    error: bool,
    percentage: bool,
    text: String,
    /// Bytes of its text, spaces that are only counted in the file among them.
    text_bytes: u64,
}

impl<'l> Content<'l> {
    fn new(limits: &'l Limits) -> Self {
        let tally = || Tally::new(limits);
        Content { sheets: HashMap::new(), tally: tally(), held: tally(), limits, sheet: None }
    }

    fn read<R: BufRead>(&mut self, reader: &mut Reader<R>) -> Result<(), PackageError> {
        let (mut buffer, mut cell) = (Vec::new(), None::<CellSeen>);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|error| PackageError::parsing(CONTENT, &error))? {
                Event::Start(start) => self.start(&start, &mut cell)?,
                Event::End(end) => match end.name().as_ref() {
                    "table:table-cell" | "table:covered-table-cell" => self.end_cell(cell.take())?,
                    "table:table-row" => self.end_row(),
                    "table:table" => self.end_sheet()?,
                    _ => {}
                },
                Event::Text(text) => {
                    if let Some(cell) = &mut cell {
                        cell.add_text(&text);
                    }
                }
                Event::DocType(_) => {
                    return Err(PackageError::unreadable(CONTENT, "it has a document type definition"));
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, cell: &mut Option<CellSeen>) -> Result<(), PackageError> {
        match start.name().as_ref() {
            "table:table" if self.sheet.is_none() => {
                let name = attribute(start, "table:name")?.unwrap_or_default();
                self.sheet = Some(Sheet { name: xml::unescape(&name).into_owned(), ..Sheet::default() });
                if self.sheets.len() >= self.limits.converted_sheets_max {
                    let max = self.limits.converted_sheets_max as u64;
                    return Err(PackageError::TooLarge { limit: "converted_sheets_max", max });
                }
            }
            "table:table-row" => {
                let repeats = number(start, "table:number-rows-repeated")?;
                if let Some(sheet) = &mut self.sheet {
                    sheet.repeats = repeats.min(SHEET_MAX.0.saturating_sub(sheet.row));
                    sheet.column = 0;
                }
            }
            "table:table-cell" | "table:covered-table-cell" => *cell = Some(CellSeen::new(start)?),
            "text:s" => {
                if let Some(cell) = cell {
                    cell.text_bytes = cell.text_bytes.saturating_add(number(start, "text:c")?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self, cell: Option<CellSeen>) -> Result<(), PackageError> {
        let (Some(sheet), Some(cell)) = (&mut self.sheet, cell) else { return Ok(()) };
        let first = sheet.column;
        let repeats = cell.repeats.min(SHEET_MAX.1.saturating_sub(first));
        sheet.column += repeats;
        if !cell.filled || repeats == 0 || sheet.repeats == 0 {
            return Ok(());
        }
        self.held.add_cells(repeats)?;
        self.held.add_text(cell.text_bytes.saturating_mul(repeats).saturating_mul(sheet.repeats))?;
        let (rows, columns) = ((sheet.row, sheet.row + sheet.repeats - 1), (first, sheet.column - 1));
        sheet.area.take(rows, columns);
        Tally::new(self.limits).add_cells(sheet.area.cells())?;
        if cell.error || cell.percentage {
            let error = cell.error_value();
            for at in (rows.0..=rows.1).flat_map(|row| (columns.0..=columns.1).map(move |c| (row as u32, c as u32))) {
                if cell.error {
                    sheet.noted.errors.insert(at, error);
                } else {
                    sheet.noted.percentages.insert(at);
                }
            }
        }
        Ok(())
    }

    fn end_row(&mut self) {
        if let Some(sheet) = &mut self.sheet {
            sheet.row += std::mem::take(&mut sheet.repeats);
        }
    }

    fn end_sheet(&mut self) -> Result<(), PackageError> {
        let Some(sheet) = self.sheet.take() else { return Ok(()) };
        self.tally.add_cells(sheet.area.cells())?;
        self.sheets.insert(sheet.name, sheet.noted);
        Ok(())
    }
}

impl CellSeen {
    fn new(start: &BytesStart<'_>) -> Result<Self, PackageError> {
        let mut cell = CellSeen { repeats: number(start, "table:number-columns-repeated")?, ..CellSeen::default() };
        let kind = attribute(start, "office:value-type")?;
        cell.error = attribute(start, "calcext:value-type")?.as_deref() == Some("error");
        cell.percentage = kind.as_deref() == Some("percentage");
        cell.filled = kind.is_some() || attribute(start, "table:formula")?.is_some();
        cell.text_bytes = attribute(start, "office:string-value")?.map_or(0, |text| text.len() as u64);
        Ok(cell)
    }

    fn add_text(&mut self, text: &str) {
        const ERROR_MAX: usize = 32;
        self.text_bytes = self.text_bytes.saturating_add(text.len() as u64);
        if self.error && self.text.len() < ERROR_MAX {
            self.text.push_str(text);
        }
    }

    /// An error of another program's own, such as Err:508, counts as a wrong value.
    fn error_value(&self) -> &'static str {
        const KNOWN: [&str; 7] = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];
        KNOWN.into_iter().find(|known| *known == self.text.trim()).unwrap_or("#VALUE!")
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, PackageError> {
    let found = start.try_get_attribute(name).map_err(|error| PackageError::unreadable(CONTENT, error))?;
    Ok(found.map(|attribute| attribute.value.to_string()))
}

/// A count; 1 where there is none.
fn number(start: &BytesStart<'_>, name: &str) -> Result<u64, PackageError> {
    let text = attribute(start, name)?;
    let wrong = |_| PackageError::unreadable(CONTENT, format!("{name} is no number"));
    text.map_or(Ok(1), |text| text.trim().parse().map_err(wrong))
}
