//! Streaming the cells of .xlsx and .xlsm packages.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Cursor;

use calamine::{CellErrorType, DataRef, Dimensions, Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError};

use super::cell::{Cell, Value};
use super::layout::Layout;
use crate::narrow::u32_of;
use crate::package::edit::At;
use crate::package::{self, NumberLook, Package, PackageError, Range};

/// A workbook that is open for reading.
pub struct Workbook<'a> {
    xlsx: Xlsx<Cursor<&'a [u8]>>,
    sheets: Vec<SheetInfo>,
    /// The package, where the layout of sheets is wanted as well, with the looks of its cell styles; without these where the package can't
    /// be written into, so that the reader of cells has to tell the layout.
    package: Option<(&'a Package<'a>, Option<HashMap<u32, NumberLook>>)>,
}

/// What is known of a sheet before it is read.
#[derive(Clone, Debug)]
pub struct SheetInfo {
    /// Its name, as the workbook spells it.
    pub name: String,
    /// Whether it holds cells (charts and dialogs don't).
    pub worksheet: bool,
    /// Whether it is hidden, plainly or for good.
    pub hidden: bool,
}

/// A row that holds at least one cell.
pub struct Row<'r, 'a> {
    /// Its index from 0.
    pub index: u32,
    /// Its cells, in ascending columns.
    pub cells: &'r [Cell<'a>],
}

/// Why a workbook can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A part of the package is missing or broken.
    #[error("{place}: {cause}")]
    Unreadable {
        /// The sheet that was read; empty where it is the workbook as a whole.
        place: String,
        /// What the reader says, for developers.
        cause: String,
    },
    /// A part of the package is missing, broken or too large.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Whoever asked has gone away.
    #[error("cancelled")]
    Cancelled,
}

impl ReadError {
    pub(super) fn unreadable(place: &str, cause: impl ToString) -> ReadError {
        ReadError::Unreadable { place: place.to_owned(), cause: cause.to_string() }
    }
}

/// Reads a workbook with `read`. Where that fails for what the reader of cells refuses, it is read once more in its plainest form, so that
/// no workbook is refused for what carries no data.
///
/// # Errors
///
/// [`ReadError`] where it can't be read either way; what `read` gives is passed on.
pub fn read_leniently<T>(
    package: &Package<'_>,
    bytes: &[u8],
    mut read: impl FnMut(&mut Workbook<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    if !package.is_laid_out_oddly() {
        match Workbook::open(bytes).and_then(|workbook| read(&mut workbook.with_layout(package))) {
            Err(ReadError::Unreadable { .. }) => {}
            other => return other,
        }
    }
    let plain = package.readable()?;
    read(&mut Workbook::open(&plain)?.with_layout(package))
}

/// The looks of cell styles, by their numbers, from the codes of their number formats.
fn looks_of<'c>(codes: impl Iterator<Item = &'c str>) -> HashMap<u32, NumberLook> {
    (0u32..).zip(codes).filter_map(|(style, code)| Some((style, NumberLook::of(code)?))).collect()
}

/// The reader of cells on a sheet.
fn in_sheet(name: &str) -> impl Fn(XlsxError) -> ReadError + use<'_> {
    move |error| ReadError::unreadable(name, error)
}

impl<'a> Workbook<'a> {
    /// Opens a package: its list of sheets, styles and shared strings.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where the package or one of these parts can't be read.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let xlsx = Xlsx::new(Cursor::new(bytes)).map_err(in_sheet(""))?;
        let sheets = xlsx
            .sheets_metadata()
            .iter()
            .map(|sheet| SheetInfo {
                name: sheet.name.clone(),
                worksheet: sheet.typ == SheetType::WorkSheet,
                hidden: sheet.visible != SheetVisible::Visible,
            })
            .collect();
        Ok(Self { xlsx, sheets, package: None })
    }

    /// The same with the layout of its sheets, of which the package says.
    #[must_use]
    pub fn with_layout(mut self, package: &'a Package<'a>) -> Self {
        let codes = package.number_formats().ok();
        self.package = Some((package, codes.map(|codes| looks_of(codes.iter().map(String::as_str)))));
        self
    }

    /// Returns the merged ranges of a sheet and the looks of its cells; nothing where the workbook was opened without them.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where the sheet's part can't be read.
    pub fn layout(&mut self, name: &str) -> Result<Layout, ReadError> {
        let Some((package, looks)) = &self.package else { return Ok(Layout::default()) };
        if let Some(looks) = looks {
            let styles: HashSet<u32> = looks.keys().copied().collect();
            if let Ok(found) = package.layout(name, &styles) {
                return Ok(Layout::new(found, looks));
            }
        }
        self.layout_by_cells(name)
    }

    /// The same as the reader of cells says it, which takes longer: of a sheet that can be read but not written into.
    fn layout_by_cells(&mut self, name: &str) -> Result<Layout, ReadError> {
        let merges = self.xlsx.merge_cells_by_sheet_name(name).map_err(in_sheet(name))?;
        let mut reader = self.xlsx.worksheet_cells_reader(name).map_err(in_sheet(name))?;
        let code = |style: &Style| style.number_format.as_ref().map_or(String::new(), |f| f.format_code.to_string());
        let codes: Vec<String> = reader.styles().iter().map(code).collect();
        let looks = looks_of(codes.iter().map(String::as_str));
        let at = |(row, column): (u32, u32)| Some(At { row, column: u16::try_from(column).ok()? });
        let range = |merge: &Dimensions| Some(Range { first: at(merge.start)?, last: at(merge.end)? });
        let mut found = package::Layout { merges: merges.iter().filter_map(range).collect(), styled: Vec::new() };
        while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(in_sheet(name))? {
            let style = u32_of(style);
            found.styled.extend(at(cell.get_position()).filter(|_| looks.contains_key(&style)).map(|at| (at, style)));
        }
        Ok(Layout::new(found, &looks))
    }

    /// The sheets, in the order of their tabs.
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// Whether serial dates count from 1904.
    pub fn has_1904_epoch(&self) -> bool {
        self.xlsx.has_1904_epoch()
    }

    /// Streams the rows of a sheet to `visit`, which says whether to go on.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where the sheet's part is missing or broken; what `visit` gives is passed on.
    pub fn rows(
        &mut self,
        name: &str,
        mut visit: impl FnMut(Row<'_, '_>) -> Result<bool, ReadError>,
    ) -> Result<(), ReadError> {
        let epoch_shift = if self.xlsx.has_1904_epoch() { DAYS_1900_TO_1904 } else { 0.0 };
        let mut reader = self.xlsx.worksheet_cells_reader(name).map_err(in_sheet(name))?;
        let mut cells: Vec<Cell<'_>> = Vec::new();
        let mut current = 0;
        while let Some(record) = reader.next_cell_with_formula_metadata().map_err(in_sheet(name))? {
            let (row, column) = record.pos;
            let Ok(column) = u16::try_from(column) else { continue };
            let value = value(record.value, epoch_shift);
            let uncached = record.formula.is_some() && value == Value::Empty;
            if value == Value::Empty && !uncached {
                continue;
            }
            if row != current && !cells.is_empty() {
                if !visit(Row { index: current, cells: &cells })? {
                    return Ok(());
                }
                cells.clear();
            }
            current = row;
            cells.push(Cell { column, value, uncached });
        }
        if !cells.is_empty() {
            visit(Row { index: current, cells: &cells })?;
        }
        Ok(())
    }
}

/// The days between the starts of the two date systems.
const DAYS_1900_TO_1904: f64 = 1462.0;

fn value(data: DataRef<'_>, epoch_shift: f64) -> Value<'_> {
    match data {
        DataRef::Empty => Value::Empty,
        DataRef::Int(x) => Value::Number(x as f64),
        DataRef::Float(x) => Value::Number(x),
        DataRef::String(text) => Value::Text(match without_returns(&text) {
            Some(text) => Cow::Owned(text),
            None => Cow::Owned(text),
        }),
        DataRef::SharedString(text) => Value::Text(without_returns(text).map_or(Cow::Borrowed(text), Cow::Owned)),
        DataRef::Bool(b) => Value::Boolean(b),
        DataRef::DateTime(date) => Value::DateSerial(date.as_f64() + epoch_shift),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Value::DateText(Cow::Owned(text)),
        DataRef::Error(error) => Value::Error(error_code(&error)),
    }
}

/// A text with carriage returns, which other programs leave behind a text or in its line ends (`_x000D_` in the file): white space, as
/// line ends are. None where it has none.
fn without_returns(text: &str) -> Option<String> {
    const RETURN: char = '\r';
    text.contains(RETURN).then(|| {
        let lines = text.replace("\r\n", "\n").replace(RETURN, "\n");
        lines.trim_matches('\n').to_owned()
    })
}

pub(super) fn error_code(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}
