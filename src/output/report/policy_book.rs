//! A policy's workbook, drawn: a sheet for each part of it, every figure in its cell, with lists to choose from and notes.

use dealerbook_base::narrow::{u16_of, u32_of};

#[cfg(test)]
mod tests;

use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Note, Workbook, Worksheet, XlsxError,
};

use super::layout::{self, INK, LINE, LINE_POINTS, MUTED, SOFT};
use crate::policy_book::shape::{Column, Kind, SHEETS, Sheet, SheetId};
use crate::policy_book::words::{NO_CARD, Word};
use crate::policy_book::{Cell, Row, rows};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{Policy, Rates};

/// The row of the labels, from 0.
const HEADER_ROW: u32 = 3;
/// Lists and formats go on for so many rows below what stands there, so that rows can be added.
const SPARE_ROWS: u32 = 60;
/// A row is at most so many lines high.
const LINES_MAX: u32 = 8;
/// So many characters stand on a landscape page that can be read.
const PAGE_CHARACTERS: f64 = 205.0;

/// Draws the workbook of a policy. The same policy and language give the same bytes.
///
/// # Errors
///
/// Those of rust_xlsxwriter, where a policy says what no cell can hold.
pub fn render(policy: &Policy, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title = format!("{} {}", policy.id, policy.version);
    let properties = DocProperties::new().set_title(title);
    book.set_properties(&properties.set_creation_datetime(&ExcelDateTime::from_ymd(2007, 1, 1)?));
    let content = policy.content();
    for sheet in SHEETS {
        draw(book.add_worksheet(), sheet, policy, &content, lang)?;
    }
    book.save_to_buffer()
}

/// The name of the file: 政策-handbook-1.0.0.xlsx.
pub fn file_name(policy: &Policy, lang: Lang) -> String {
    format!("{}-{}-{}.xlsx", lang.pick("政策", "policy"), policy.id, policy.version)
}

#[expect(clippy::cast_possible_truncation, reason = "a few pages")]
fn draw(
    out: &mut Worksheet,
    sheet: &Sheet,
    policy: &Policy,
    content: &serde_json::Value,
    lang: Lang,
) -> Result<(), XlsxError> {
    out.set_name(lang.pick(sheet.title[0], sheet.title[1]))?;
    let what = format!("{}　{} {}", lang.pick(sheet.title[0], sheet.title[1]), policy.id, policy.version);
    layout::heading(out, &what, lang.pick(sheet.about[0], sheet.about[1]))?;
    if policy.rates == Rates::Example {
        let notice = lang.pick(
            "示例费率：改成公司自己的费率后，把“总则”中的费率改为“自有”。",
            "Example rates: set your own, then change Rates on the sheet General to `own`.",
        );
        out.write_with_format(2, 0, notice, &layout::notice())?;
    }
    let rows = rows(sheet, policy, content, lang);
    for (n, column) in sheet.columns.iter().enumerate() {
        head(out, u16_of(n), column, lang)?;
        offer(out, u16_of(n), column, u32_of(rows.len()), policy, lang)?;
    }
    let lines = |column: &Column| layout::lines(lang.pick(column.label[0], column.label[1]), column.width);
    let lines = sheet.columns.iter().map(lines).max().unwrap_or(1);
    out.set_row_height(HEADER_ROW, 6.0 + LINE_POINTS * f64::from(lines.clamp(1, 4)))?;
    for (row, cells) in (HEADER_ROW + 1..).zip(&rows) {
        let mut lines = 1;
        for (n, (kind, cell)) in cells.iter().enumerate() {
            let column = &sheet.columns[n];
            write(out, row, u16_of(n), *kind, cell, is_shown(sheet.id, column))?;
            if let Cell::Text(text) = cell {
                lines = lines.max(layout::lines(text, column.width));
            }
        }
        out.set_row_height(row, 3.0 + LINE_POINTS * f64::from(lines.min(LINES_MAX)))?;
    }
    if sheet.id == SheetId::General {
        choices(out, &rows, lang)?;
    }
    let frozen = if matches!(sheet.id, SheetId::Scorecards | SheetId::Others | SheetId::Names) { 2 } else { 1 };
    out.set_freeze_panes(HEADER_ROW + 1, frozen)?;
    out.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    out.set_repeat_columns(0, frozen - 1)?;
    let width: f64 = sheet.columns.iter().map(|column| column.width).sum();
    layout::print_setup(out, (width / PAGE_CHARACTERS).ceil().max(1.0) as u16, lang);
    Ok(())
}

fn is_shown(id: SheetId, column: &Column) -> bool {
    let fixed =
        matches!(id, SheetId::General | SheetId::Others | SheetId::Names) && matches!(column.key, "key" | "section");
    fixed || matches!(column.kind, Kind::Shown)
}

fn head(out: &mut Worksheet, n: u16, column: &Column, lang: Lang) -> Result<(), XlsxError> {
    let format = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_font_color(Color::White)
        .set_background_color(if matches!(column.kind, Kind::Shown) { MUTED } else { INK })
        .set_border(FormatBorder::Thin)
        .set_border_color(LINE);
    out.write_string_with_format(HEADER_ROW, n, lang.pick(column.label[0], column.label[1]), &format)?;
    out.set_column_width(n, column.width)?;
    let note = lang.pick(column.note[0], column.note[1]);
    if !note.is_empty() {
        out.insert_note(HEADER_ROW, n, &Note::new(note).add_author_prefix(false).set_width(260).set_height(90))?;
    }
    Ok(())
}

/// A list to choose from, where there are only a few words; formats for the rows that are still to come.
fn offer(
    out: &mut Worksheet,
    n: u16,
    column: &Column,
    rows: u32,
    policy: &Policy,
    lang: Lang,
) -> Result<(), XlsxError> {
    let (first, last) = (HEADER_ROW + 1, HEADER_ROW + rows + SPARE_ROWS);
    if let Some(code) = number_format(column.kind) {
        out.set_column_format(n, &Format::new().set_num_format(code))?;
    }
    let words: Vec<&str> = match (column.kind, column.key) {
        (Kind::Choice(words), _) => spelled(words, lang),
        (Kind::Flag, _) => vec![lang.pick("是", "yes"), lang.pick("否", "no")],
        (Kind::Text, "card") => {
            let cards = policy.scorecards.iter().map(|card| card.id.as_str());
            cards.chain([lang.pick(NO_CARD[0], NO_CARD[1])]).collect()
        }
        (Kind::Text, "incentive") => policy.incentives.iter().map(|one| one.id.as_str()).collect(),
        _ => return Ok(()),
    };
    list(out, (first, last), n, &words)
}

/// The lists of the first sheet, where each row has its own.
fn choices(out: &mut Worksheet, rows: &[Row], lang: Lang) -> Result<(), XlsxError> {
    for (row, cells) in (HEADER_ROW + 1..).zip(rows) {
        if let Some((Kind::Choice(words), _)) = cells.get(1) {
            list(out, (row, row), 1, &spelled(words, lang))?;
        }
    }
    Ok(())
}

fn list(out: &mut Worksheet, (first, last): (u32, u32), n: u16, words: &[&str]) -> Result<(), XlsxError> {
    // A list of a workbook holds 255 characters; a longer one is left out, for the policy is checked anyway.
    if words.join(",").chars().count() > 255 {
        return Ok(());
    }
    let rule = DataValidation::new().allow_list_strings(words)?.set_error_style(DataValidationErrorStyle::Warning);
    out.add_data_validation(first, n, last, n, &rule)?;
    Ok(())
}

fn spelled(words: &'static [Word], lang: Lang) -> Vec<&'static str> {
    words.iter().map(|word| lang.pick(word.zh, word.value)).collect()
}

fn number_format(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Money => "#,##0.00",
        Kind::Share => "0.##%",
        Kind::Percent => "0.00##%",
        Kind::TwoPlaces => "0.00",
        Kind::Figure => "#,##0.######",
        Kind::Day => "yyyy-mm-dd",
        Kind::Text => "@",
        _ => return None,
    })
}

fn write(out: &mut Worksheet, row: u32, n: u16, kind: Kind, cell: &Cell, shown: bool) -> Result<(), XlsxError> {
    let format = Format::new().set_border(FormatBorder::Thin).set_border_color(LINE);
    let format = format.set_align(FormatAlign::VerticalCenter).set_text_wrap();
    let format = if shown { format.set_font_color(MUTED).set_background_color(SOFT) } else { format };
    let aligned = match (kind, cell) {
        (_, Cell::Number(_) | Cell::Day(_)) => format.set_align(FormatAlign::Right).set_indent(1),
        (Kind::Choice(_) | Kind::Flag, _) => format.set_align(FormatAlign::Center),
        _ => format.set_align(FormatAlign::Left).set_indent(1),
    };
    let format = match (kind, cell) {
        // 1,000 in this format would be shown as “1,000.”.
        (Kind::Figure, Cell::Number(number)) if number.normalize().scale() == 0 => aligned.set_num_format("#,##0"),
        (Kind::Share, Cell::Number(number)) if number.normalize().scale() <= 2 => aligned.set_num_format("0%"),
        _ => number_format(kind).map_or(aligned.clone(), |code| aligned.set_num_format(code)),
    };
    match cell {
        Cell::Blank => out.write_blank(row, n, &format)?,
        Cell::Text(text) => out.write_string_with_format(row, n, text, &format)?,
        Cell::Number(number) => out.write_number_with_format(row, n, number.to_f64().unwrap_or_default(), &format)?,
        Cell::Day(day) => {
            let day = ExcelDateTime::from_ymd(day.year() as u16, day.month() as u8, day.day() as u8)?;
            out.write_datetime_with_format(row, n, &day, &format)?
        }
    };
    Ok(())
}
