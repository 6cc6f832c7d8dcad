//! A new workbook that holds the values of one that can't be patched: what comes back then.

use std::collections::BTreeMap;

use jiff::civil::{DateTime, date};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use dealerbook_engine::workbook::Value;
use dealerbook_package::Visibility;

/// Excel takes so many characters in a cell.
const TEXT_MAX: usize = 32_767;
/// Columns are no wider than so many characters.
const WIDTH_MAX: usize = 40;
const COLUMNS_MAX: u32 = 16_384;
const ROWS_MAX: u32 = 1_048_576;

/// A workbook in the making; rows go to disk as they are written.
pub struct PlainBook {
    book: Workbook,
    formats: Formats,
    shown: bool,
}

/// The number formats that are carried over.
struct Formats {
    date: Format,
    moment: Format,
    time: Format,
}

/// A sheet of it.
pub struct PlainSheet<'b> {
    sheet: &'b mut Worksheet,
    formats: &'b Formats,
    widths: BTreeMap<u16, usize>,
}

impl PlainBook {
    /// An empty one. The same content gives the same bytes.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn new() -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let format = |code: &str| Format::new().set_num_format(code);
        let formats =
            Formats { date: format("yyyy-mm-dd"), moment: format("yyyy-mm-dd hh:mm:ss"), time: format("[h]:mm:ss") };
        Ok(Self { book, formats, shown: false })
    }

    /// Adds a sheet; its cells are to be put row by row.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn sheet(&mut self, name: &str, visibility: Visibility) -> Result<PlainSheet<'_>, XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?.set_name(name)?;
        match visibility {
            Visibility::Visible if !self.shown => {
                sheet.set_active(true).set_first_tab(true);
                self.shown = true;
            }
            Visibility::Visible => {}
            Visibility::Hidden => {
                sheet.set_hidden(true);
            }
            Visibility::VeryHidden => {
                sheet.set_very_hidden(true);
            }
        }
        Ok(PlainSheet { sheet, formats: &self.formats, widths: BTreeMap::new() })
    }

    /// The workbook.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter: no sheet that is shown, for one.
    pub fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        self.book.save_to_buffer()
    }
}

impl PlainSheet<'_> {
    /// Puts a value into a cell, by row and column from 0, a number in the format of a code. What lies beyond the last row or column is left out.
    ///
    /// # Errors
    ///
    /// Where cells don't come row by row.
    #[expect(clippy::cast_possible_truncation, reason = "a sheet has at most 16,384 columns")]
    pub fn put(&mut self, row: u32, column: u32, value: &Value<'_>, code: Option<&str>) -> Result<(), XlsxError> {
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return Ok(());
        }
        let at = column as u16;
        let (sheet, formats) = (&mut *self.sheet, self.formats);
        match value {
            Value::Empty => return Ok(()),
            Value::Text(text) if text.is_empty() => return Ok(()),
            Value::Text(text) => sheet.write_string(row, at, cut(text))?,
            Value::Number(x) => match code {
                Some(code) => sheet.write_number_with_format(row, at, *x, &Format::new().set_num_format(code))?,
                None => sheet.write_number(row, at, *x)?,
            },
            Value::DateSerial(x) => sheet.write_number_with_format(row, at, *x, formats.of(*x))?,
            Value::DateText(text) => match serial(text) {
                Some(x) => sheet.write_number_with_format(row, at, x, formats.of(x))?,
                None => sheet.write_string(row, at, cut(text))?,
            },
            Value::Boolean(b) => sheet.write_boolean(row, at, *b)?,
            Value::Error(code) => sheet.write_formula(row, at, Formula::new(*code).set_result(*code))?,
        };
        self.note_width(at, value);
        Ok(())
    }

    /// Puts a formula without a result into a cell, as it was one.
    ///
    /// # Errors
    ///
    /// Where cells don't come row by row.
    #[expect(clippy::cast_possible_truncation, reason = "a sheet has at most 16,384 columns")]
    pub fn put_uncached(&mut self, row: u32, column: u32) -> Result<(), XlsxError> {
        if row < ROWS_MAX && column < COLUMNS_MAX {
            self.sheet.write_formula(row, column as u16, Formula::new("NA()").set_result(""))?;
        }
        Ok(())
    }

    /// Ends the sheet: its columns become as wide as what stands in them.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn finish(self) -> Result<(), XlsxError> {
        const STANDARD: usize = 8;
        for (column, width) in self.widths.into_iter().filter(|(_, width)| *width > STANDARD) {
            self.sheet.set_column_width(column, (width + 2) as f64)?;
        }
        Ok(())
    }

    fn note_width(&mut self, column: u16, value: &Value<'_>) {
        const DATE: usize = 10;
        let wide = |c: char| if c.is_ascii() { 1 } else { 2 };
        let width = match value {
            Value::Text(text) => text.chars().take(WIDTH_MAX).map(wide).sum::<usize>().min(WIDTH_MAX),
            Value::DateSerial(_) | Value::DateText(_) => DATE,
            _ => return,
        };
        let widest = self.widths.entry(column).or_default();
        *widest = width.max(*widest);
    }
}

impl Formats {
    fn of(&self, serial: f64) -> &Format {
        match serial {
            x if x.abs() < 1.0 && x != 0.0 => &self.time,
            x if x.fract() == 0.0 => &self.date,
            _ => &self.moment,
        }
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(TEXT_MAX).map_or(text, |(end, _)| &text[..end])
}

/// The serial of a date in ISO 8601 in the 1900 system, which is whole only from March of that year.
fn serial(text: &str) -> Option<f64> {
    const DAY_SECONDS: f64 = 86_400.0;
    let moment: DateTime = text.trim().parse().ok()?;
    let days = date(1899, 12, 30).until(moment.date()).ok()?.get_days();
    let seconds = moment.time().duration_since(jiff::civil::Time::midnight()).as_secs_f64();
    (days > 60).then(|| f64::from(days) + seconds / DAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_iso_become_serials() {
        assert_eq!(serial("2007-03-05"), Some(39146.0));
        assert_eq!(serial("2007-03-05T18:00:00"), Some(39146.75));
        assert_eq!(serial("1900-02-28"), None);
        assert_eq!(serial("PT10H"), None);
    }
}
