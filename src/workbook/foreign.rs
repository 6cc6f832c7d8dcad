//! Reading the cells of .xls, .xlsb and .ods: a sheet at a time, held as the rectangle of its cells (.xlsb is streamed).
//!
//! How much that may be is judged before, in `package::foreign`.

use std::borrow::Cow;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb};

use super::cell::Value;
use super::read::{ReadError, error_code};
use crate::package::{ForeignKind, Visibility};

/// A workbook of a kind that is not patched, open for reading.
pub struct ForeignWorkbook<'a> {
    inner: Inner<'a>,
}

enum Inner<'a> {
    Xls(Box<Xls<Cursor<&'a [u8]>>>),
    Xlsb(Box<Xlsb<Cursor<&'a [u8]>>>),
    Ods(Ods<Cursor<&'a [u8]>>),
}

/// What is known of a sheet of such a workbook.
#[derive(Clone, Debug)]
pub struct ForeignSheet {
    /// Its name.
    pub name: String,
    /// Whether it holds cells.
    pub worksheet: bool,
    /// Whether it is shown.
    pub visibility: Visibility,
}

/// The reader trusts what it reads: where it runs out of a hostile file's bounds, the file is at fault.
fn guarded<T, E: ToString>(read: impl FnOnce() -> Result<T, E>) -> Result<T, ReadError> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|error| ReadError::Unreadable(error.to_string())),
        Err(_) => Err(ReadError::Unreadable("a record is not what it should be".to_owned())),
    }
}

impl<'a> ForeignWorkbook<'a> {
    /// Opens a workbook of this kind.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where it is broken.
    pub fn open(bytes: &'a [u8], kind: ForeignKind) -> Result<Self, ReadError> {
        let source = Cursor::new(bytes);
        let inner = match kind {
            ForeignKind::Xls => Inner::Xls(Box::new(guarded(|| Xls::new(source))?)),
            ForeignKind::Xlsb => Inner::Xlsb(Box::new(guarded(|| Xlsb::new(source))?)),
            ForeignKind::Ods => Inner::Ods(guarded(|| Ods::new(source))?),
        };
        Ok(Self { inner })
    }

    /// The sheets, in the order of their tabs.
    pub fn sheets(&self) -> Vec<ForeignSheet> {
        let sheets = match &self.inner {
            Inner::Xls(xls) => xls.sheets_metadata(),
            Inner::Xlsb(xlsb) => xlsb.sheets_metadata(),
            Inner::Ods(ods) => ods.sheets_metadata(),
        };
        let sheet = |sheet: &calamine::Sheet| ForeignSheet {
            name: sheet.name.clone(),
            worksheet: sheet.typ == SheetType::WorkSheet,
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

    /// The formulas of a sheet that have no cached value, by row and column.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where the sheet is broken.
    pub fn uncached(&mut self, name: &str) -> Result<Vec<(u32, u32)>, ReadError> {
        let (values, formulas) = match &mut self.inner {
            Inner::Xls(xls) => {
                guarded(|| Ok::<_, XlsError>((xls.worksheet_range(name)?, xls.worksheet_formula(name)?)))?
            }
            Inner::Ods(ods) => {
                guarded(|| Ok::<_, OdsError>((ods.worksheet_range(name)?, ods.worksheet_formula(name)?)))?
            }
            Inner::Xlsb(_) => return Ok(Vec::new()),
        };
        let Some((row, column)) = formulas.start() else { return Ok(Vec::new()) };
        let places = formulas.used_cells().map(|(r, c, _)| (row + r as u32, column + c as u32));
        let is_empty = |at: &(u32, u32)| values.get_value(*at).is_none_or(|value| *value == Data::Empty);
        Ok(places.filter(is_empty).collect())
    }

    /// The cells of a sheet by row and column, from 0, in their order. Dates are serials of the workbook's own system.
    ///
    /// # Errors
    ///
    /// [`ReadError::Unreadable`] where the sheet is broken; what `visit` gives is passed on.
    pub fn cells(
        &mut self,
        name: &str,
        mut visit: impl FnMut(u32, u32, Value<'_>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let range = match &mut self.inner {
            Inner::Xls(xls) => guarded(|| xls.worksheet_range(name))?,
            Inner::Ods(ods) => guarded(|| ods.worksheet_range(name))?,
            Inner::Xlsb(xlsb) => {
                let mut reader = guarded(|| xlsb.worksheet_cells_reader(name))?;
                while let Some(cell) = guarded(|| reader.next_cell())? {
                    let (row, column) = cell.get_position();
                    visit(row, column, of_ref(cell.get_value()))?;
                }
                return Ok(());
            }
        };
        let Some((row, column)) = range.start() else { return Ok(()) };
        for (r, c, data) in range.used_cells() {
            visit(row + r as u32, column + c as u32, of_data(data))?;
        }
        Ok(())
    }
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
