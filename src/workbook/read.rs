//! Streaming the cells of .xlsx and .xlsm packages.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use calamine::CellErrorType;

use super::cell::{Cell, Value, cell_name};
use super::layout::Layout;
use crate::package::{
    self, Held, NumberFormat, NumberLook, Package, PackageError, RawCell, Reason, SheetKind, Strings, Visibility,
};

/// A workbook that is open for reading.
pub struct Workbook<'a> {
    package: &'a Package<'a>,
    sheets: Vec<SheetInfo>,
    strings: Strings,
    /// Of each cell style whether it shows numbers as days or times.
    dates: Vec<bool>,
    /// The looks of cell styles, by their numbers.
    looks: HashMap<u32, NumberLook>,
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

impl<'a> Workbook<'a> {
    /// Opens a package for reading: its list of sheets, the number formats of its styles and its shared strings.
    ///
    /// # Errors
    ///
    /// [`ReadError::Package`] where one of these parts can't be read.
    pub fn open(package: &'a Package<'a>) -> Result<Self, ReadError> {
        let sheet = |sheet: &package::Sheet| SheetInfo {
            name: sheet.name.clone(),
            worksheet: sheet.kind == SheetKind::Worksheet,
            hidden: sheet.visibility != Visibility::Visible,
        };
        let formats = package.number_formats()?;
        let look = |(style, format): (u32, &NumberFormat)| Some((style, NumberLook::of(&format.code)?));
        let looks = (0u32..).zip(&formats).filter_map(look).collect();
        Ok(Self {
            package,
            sheets: package.sheets().iter().map(sheet).collect(),
            strings: package.shared_strings()?,
            dates: formats.iter().map(|format| format.is_date).collect(),
            looks,
        })
    }

    /// Returns the merged ranges of a sheet and the looks of its cells.
    ///
    /// # Errors
    ///
    /// [`ReadError::Package`] where the sheet's part can't be read.
    pub fn layout(&self, name: &str) -> Result<Layout, ReadError> {
        let styles: HashSet<u32> = self.looks.keys().copied().collect();
        Ok(Layout::new(self.package.layout(name, &styles)?, &self.looks))
    }

    /// The sheets, in the order of their tabs.
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// Whether serial dates count from 1904.
    pub fn has_1904_epoch(&self) -> bool {
        self.package.has_1904_epoch()
    }

    /// Streams the rows of a sheet to `visit`, which says whether to go on.
    ///
    /// # Errors
    ///
    /// [`ReadError::Package`] where the sheet's part is missing or broken; what `visit` gives is passed on.
    pub fn rows(
        &self,
        name: &str,
        mut visit: impl FnMut(Row<'_, '_>) -> Result<bool, ReadError>,
    ) -> Result<(), ReadError> {
        let mut capacity = 0;
        self.package.rows(name, |raw| {
            let mut cells: Vec<Cell<'_>> = Vec::with_capacity(capacity);
            let mut index = raw.number;
            for cell in raw.cells() {
                let Some(read) = self.cell(&cell)? else { continue };
                // A reference says more than the row in which it stands.
                if cell.at.row != index && !cells.is_empty() {
                    if !visit(Row { index, cells: &cells })? {
                        return Ok(false);
                    }
                    cells.clear();
                }
                index = cell.at.row;
                cells.push(read);
            }
            capacity = cells.len().max(capacity);
            if cells.is_empty() { Ok(true) } else { visit(Row { index, cells: &cells }) }
        })
    }

    /// What is read of a cell; none where nothing is in it.
    fn cell<'r>(&'r self, cell: &RawCell<'r>) -> Result<Option<Cell<'r>>, ReadError> {
        let value = match cell.held {
            Held::Blank => Value::Empty,
            Held::Number(number) if self.is_date(cell.style) => Value::DateSerial(number + self.epoch_shift()),
            Held::Number(number) => Value::Number(number),
            Held::Text(text) => text_of(text),
            Held::Shared(index) => text_of(self.strings.get(index).ok_or_else(|| no_string(cell, index))?),
            Held::Boolean(value) => Value::Boolean(value),
            Held::Date(text) => Value::DateText(Cow::Borrowed(text)),
            Held::Error(error) => Value::Error(error),
        };
        let uncached = cell.is_formula && value == Value::Empty;
        let is_something = uncached || value != Value::Empty;
        Ok(is_something.then_some(Cell { column: cell.at.column, value, uncached }))
    }

    fn is_date(&self, style: u32) -> bool {
        usize::try_from(style).is_ok_and(|style| self.dates.get(style).copied().unwrap_or(false))
    }

    fn epoch_shift(&self) -> f64 {
        if self.has_1904_epoch() { DAYS_1900_TO_1904 } else { 0.0 }
    }
}

fn no_string(cell: &RawCell<'_>, index: u32) -> ReadError {
    let name = cell_name(cell.at.row, cell.at.column);
    let reason = Reason::of(
        format!("{name} 引用的共享字符串“{index}”不存在"),
        format!("{name} refers to a shared string `{index}`, which there is none of"),
    );
    PackageError::Unreadable { part: "sharedStrings.xml".to_owned(), reason }.into()
}

fn text_of(text: &str) -> Value<'_> {
    Value::Text(without_returns(text).map_or(Cow::Borrowed(text), Cow::Owned))
}

/// The days between the starts of the two date systems.
const DAYS_1900_TO_1904: f64 = 1462.0;

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
