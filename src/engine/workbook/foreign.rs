//! Reading the cells of .xls, .xlsb and .ods. Those of an .xls are held a sheet at a time, as the rectangle of its cells; an .xlsb is
//! streamed; an .ods has been read already.
//!
//! How much that may be is judged before, in `package::foreign`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{CellErrorType, Data, DataRef, Reader, SheetVisible, Xls, Xlsb};

use super::cell::Value;
use super::read::ReadError;
use dealerbook_base::narrow::u32_of;
use dealerbook_package::{Foreign, ForeignKind, Noted, OdsBook, OdsSheet, OdsValue, Range, Visibility};

/// A workbook of a kind that is not patched, open for reading.
pub struct ForeignWorkbook {
    inner: Inner,
    noted: Vec<Noted>,
}

enum Inner {
    Xls(Box<Xls<Cursor<Vec<u8>>>>),
    Xlsb(Box<Xlsb<Cursor<Vec<u8>>>>),
    Ods(OdsBook),
}

/// What is known of a sheet of such a workbook.
#[derive(Clone, Debug)]
pub struct ForeignSheet {
    /// Its name.
    pub name: String,
    /// Whether it is shown.
    pub visibility: Visibility,
}

/// What stands in a cell of such a workbook.
#[derive(Clone, Debug, PartialEq)]
pub enum ForeignValue<'v> {
    /// A value.
    Of(Value<'v>),
    /// A number whose format says more than the number does, with its code.
    Shown(f64, Arc<str>),
    /// A formula without a result.
    Uncached,
}

/// The reader trusts what it reads: where it runs out of a hostile file's bounds, the file is at fault.
fn guarded<T, E: ToString>(place: &str, read: impl FnOnce() -> Result<T, E>) -> Result<T, ReadError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|error| ReadError::unreadable(place, error)),
        Err(_) => Err(ReadError::unreadable(place, "a record is not what it should be")),
    }
}

impl ForeignWorkbook {
    /// Opens a workbook of such a kind.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where it is broken.
    pub fn open(foreign: Foreign) -> Result<Self, ReadError> {
        match foreign {
            Foreign::Ods(book) => Ok(Self { inner: Inner::Ods(book), noted: Vec::new() }),
            Foreign::Binary { kind, bytes, noted } => {
                let source = Cursor::new(bytes);
                let inner = match kind {
                    ForeignKind::Xlsb => Inner::Xlsb(Box::new(guarded("", || Xlsb::new(source))?)),
                    _ => Inner::Xls(Box::new(guarded("", || Xls::new(source))?)),
                };
                Ok(Self { inner, noted })
            }
        }
    }

    /// The sheets of cells, in the order of their tabs.
    pub fn sheets(&self) -> Vec<ForeignSheet> {
        let sheets = match &self.inner {
            Inner::Xls(xls) => xls.sheets_metadata(),
            Inner::Xlsb(xlsb) => xlsb.sheets_metadata(),
            Inner::Ods(book) => return book.sheets.iter().map(of_ods_sheet).collect(),
        };
        let sheet = |sheet: &calamine::Sheet| ForeignSheet {
            name: sheet.name.clone(),
            visibility: match sheet.visible {
                SheetVisible::Visible => Visibility::Visible,
                SheetVisible::Hidden => Visibility::Hidden,
                SheetVisible::VeryHidden => Visibility::VeryHidden,
            },
        };
        sheets.iter().map(sheet).collect()
    }

    /// Whether serial dates count from 1904.
    pub fn has_1904_epoch(&self) -> bool {
        match &self.inner {
            Inner::Xls(xls) => xls.has_1904_epoch(),
            Inner::Xlsb(xlsb) => xlsb.has_1904_epoch(),
            Inner::Ods(_) => false,
        }
    }

    /// What the reader of cells doesn't tell of a sheet.
    pub fn noted(&self, sheet: usize) -> Option<&Noted> {
        self.noted.get(sheet)
    }

    /// Takes the formats of a sheet's numbers that say more than these do: an .ods has them with its values.
    pub fn take_formats(&mut self, sheet: usize) -> HashMap<(u32, u32), Arc<str>> {
        self.noted.get_mut(sheet).map(|noted| std::mem::take(&mut noted.formats)).unwrap_or_default()
    }

    /// The merged ranges of a sheet.
    pub fn merges(&self, sheet: usize) -> &[Range] {
        match &self.inner {
            Inner::Ods(book) => book.sheets.get(sheet).map_or(&[], |sheet| &sheet.merges),
            _ => self.noted(sheet).map_or(&[], |noted| &noted.merges),
        }
    }

    /// The cells of a sheet by row and column, from 0, in their order. Dates are serials of the workbook's own system.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where the sheet is broken; what `visit` gives is passed on.
    pub fn cells(
        &mut self,
        sheet: usize,
        name: &str,
        mut visit: impl FnMut(u32, u32, ForeignValue<'_>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        match &mut self.inner {
            Inner::Ods(book) => {
                let mut cells = book.sheets.get(sheet).into_iter().flat_map(OdsSheet::cells);
                cells.try_for_each(|cell| visit(cell.row, cell.column, of_ods(cell.value)))
            }
            Inner::Xlsb(xlsb) => {
                let mut reader = guarded(name, || xlsb.worksheet_cells_reader(name))?;
                while let Some(cell) = guarded(name, || reader.next_cell())? {
                    let (row, column) = cell.get_position();
                    visit(row, column, ForeignValue::Of(of_ref(cell.get_value())))?;
                }
                Ok(())
            }
            Inner::Xls(xls) => {
                let range = guarded(name, || xls.worksheet_range(name))?;
                let Some((row, column)) = range.start() else { return Ok(()) };
                let mut cells = range.used_cells();
                cells.try_for_each(|(r, c, data)| {
                    visit(row + u32_of(r), column + u32_of(c), ForeignValue::Of(of_data(data)))
                })
            }
        }
    }
}

fn of_ods_sheet(sheet: &OdsSheet) -> ForeignSheet {
    let visibility = if sheet.is_hidden { Visibility::Hidden } else { Visibility::Visible };
    ForeignSheet { name: sheet.name.clone(), visibility }
}

fn of_ods(value: &OdsValue) -> ForeignValue<'_> {
    ForeignValue::Of(match value {
        OdsValue::Text(text) => Value::Text(Cow::Borrowed(text)),
        OdsValue::Number(x) => Value::Number(*x),
        OdsValue::Shown(x, code) => return ForeignValue::Shown(*x, Arc::clone(code)),
        OdsValue::Date(text) => Value::DateText(Cow::Borrowed(text)),
        OdsValue::Boolean(b) => Value::Boolean(*b),
        OdsValue::Error(error) => Value::Error(error),
        OdsValue::Uncached => return ForeignValue::Uncached,
    })
}

fn of_data(data: &Data) -> Value<'_> {
    match data {
        Data::Empty => Value::Empty,
        Data::Int(x) => Value::Number(*x as f64),
        Data::Float(x) => Value::Number(*x),
        Data::String(text) => Value::Text(Cow::Borrowed(text)),
        Data::Bool(b) => Value::Boolean(*b),
        Data::DateTime(date) => Value::DateSerial(date.as_f64()),
        Data::DateTimeIso(text) | Data::DurationIso(text) => Value::DateText(Cow::Borrowed(text)),
        Data::Error(error) => Value::Error(error_code(error)),
    }
}

fn of_ref<'v>(data: &'v DataRef<'_>) -> Value<'v> {
    match data {
        DataRef::Empty => Value::Empty,
        DataRef::Int(x) => Value::Number(*x as f64),
        DataRef::Float(x) => Value::Number(*x),
        DataRef::String(text) => Value::Text(Cow::Borrowed(text)),
        DataRef::SharedString(text) => Value::Text(Cow::Borrowed(text)),
        DataRef::Bool(b) => Value::Boolean(*b),
        DataRef::DateTime(date) => Value::DateSerial(date.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Value::DateText(Cow::Borrowed(text)),
        DataRef::Error(error) => Value::Error(error_code(error)),
    }
}

fn error_code(error: &CellErrorType) -> &'static str {
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
