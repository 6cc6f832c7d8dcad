//! Cells of sheets that are small enough to be drawn whole: in a look, live or not.

use jiff::civil::Date;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Formula, Url, Worksheet, XlsxError};

use super::layout::{INK, LINE, SOFT};
use dealerbook_engine::sheet::value::Value;
use dealerbook_package::edit::serial_of;

/// A framed cell of text.
pub fn framed() -> Format {
    frame().set_indent(1)
}

fn frame() -> Format {
    Format::new().set_border(FormatBorder::Thin).set_border_color(LINE).set_align(FormatAlign::VerticalCenter)
}

/// A framed cell of figures.
pub fn figures(number_format: &str) -> Format {
    frame().set_num_format(number_format).set_align(FormatAlign::Right)
}

/// The cell of a label above a table.
pub fn label(fill: Color) -> Format {
    frame()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(fill)
        .set_text_wrap()
        .set_align(FormatAlign::Center)
}

/// The title of a part of a sheet.
pub fn title() -> Format {
    Format::new().set_bold().set_font_size(12).set_font_color(INK).set_background_color(SOFT)
}

/// The text of a link.
pub fn link() -> Format {
    framed().set_font_color(Color::RGB(0x0563C1)).set_underline(rust_xlsxwriter::FormatUnderline::Single)
}

/// Excel takes so many characters in a cell, and rows no higher than so many lines.
const TEXT_MAX: usize = 32_000;
const LINES_MAX: u32 = 24;
/// The text of a link is cut behind so many characters.
const LINK_MAX: usize = 200;

/// As much of a text as a cell takes.
pub fn cut(text: &str) -> &str {
    text.char_indices().nth(TEXT_MAX).map_or(text, |(end, _)| &text[..end])
}

/// Makes a row as high as so many lines, as far as a row may be.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn set_lines(sheet: &mut Worksheet, row: u32, lines: u32) -> Result<(), XlsxError> {
    sheet.set_row_height(row, 2.0 + super::layout::LINE_POINTS * f64::from(lines.clamp(1, LINES_MAX)))?;
    Ok(())
}

/// Writes a value, live where there is a formula for it.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value<'_>,
    formula: Option<&str>,
    format: &Format,
) -> Result<(), XlsxError> {
    match (formula, value) {
        (Some(formula), _) => sheet.write_formula_with_format(row, column, live(formula, value), format)?,
        (None, Value::Blank) => sheet.write_blank(row, column, format)?,
        (None, Value::Text(text)) => sheet.write_string_with_format(row, column, cut(text), format)?,
        (None, Value::Number(x)) => {
            sheet.write_number_with_format(row, column, dealerbook_engine::sheet::double::double(*x), format)?
        }
        (None, Value::Day(day)) => sheet.write_number_with_format(row, column, serial(*day), format)?,
    };
    Ok(())
}

/// The same without a look: that comes later, for all cells at once that look alike. Not for sheets that let go of their rows: a blank
/// doesn't begin its row here.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value<'_>,
    formula: Option<&str>,
) -> Result<(), XlsxError> {
    match (formula, value) {
        (Some(formula), _) => sheet.write_formula(row, column, live(formula, value))?,
        (None, Value::Blank) => sheet,
        (None, Value::Text(text)) => sheet.write_string(row, column, cut(text))?,
        (None, Value::Number(x)) => sheet.write_number(row, column, dealerbook_engine::sheet::double::double(*x))?,
        (None, Value::Day(day)) => sheet.write_number(row, column, serial(*day))?,
    };
    Ok(())
}

/// A day in a workbook of our own, which counts from 1900.
fn serial(day: Date) -> f64 {
    serial_of(day, false) as f64
}

/// A formula with its cached value.
fn live(formula: &str, value: &Value<'_>) -> Formula {
    let cached = match value {
        Value::Blank => String::new(),
        Value::Text(text) => cut(text).to_owned(),
        Value::Number(x) => x.normalize().to_string(),
        Value::Day(day) => serial(*day).to_string(),
    };
    Formula::new(formula).set_result(cached)
}

/// Writes a value over several columns of a row.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn write_across(
    sheet: &mut Worksheet,
    row: u32,
    (first, last): (u16, u16),
    value: &Value<'_>,
    format: &Format,
) -> Result<(), XlsxError> {
    if last > first {
        sheet.merge_range(row, first, row, last, "", format)?;
    }
    write(sheet, (row, first), value, None, format)
}

/// The place of a cell or sheet, as links write it.
fn place(title: &str, cell: &str) -> String {
    format!("internal:'{}'!{cell}", title.replace('\'', "''"))
}

/// A link to a sheet.
pub fn link_to(title: &str, text: &str) -> Url {
    let text: String = text.chars().take(LINK_MAX).collect();
    Url::new(place(title, "A1")).set_text(text)
}

/// A sheet's name as formulas write it, with the mark behind it.
pub fn prefix(title: &str) -> String {
    format!("'{}'!", title.replace('\'', "''"))
}
