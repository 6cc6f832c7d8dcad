//! The cover of a template: the period and the as-of date to be filled in, and what each sheet is for.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Url, Workbook, Worksheet, XlsxError};

use super::catalogue::Template;
use super::column::Column;
use super::notes;
use crate::report::layout::{self, INK, LINE, LINE_POINTS};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::schema::Schemas;

const FIELDS_ROW: u32 = 3;
const WIDTHS: [f64; 2] = [24.0, 100.0];

/// Draws the cover.
pub fn draw(book: &mut Workbook, template: &Template, schemas: &Schemas, lang: Lang) -> Result<(), XlsxError> {
    let cover = &schemas.cover;
    let sheet = book.add_worksheet().set_name(lang.pick(&cover.title, &cover.title_en))?;
    for (column, width) in WIDTHS.into_iter().enumerate() {
        sheet.set_column_width(u16_of(column), width)?;
    }
    let how = lang.pick(
        "填写本页，再填写需要的工作表；不需要的工作表保持原样即可，上传时按没有该表处理。",
        "Fill in this page and the sheets that you need; leave the others as they are: they count as not there.",
    );
    sheet.set_row_height(1, 2.0 + LINE_POINTS)?;
    layout::heading(sheet, template.title(lang), how)?;
    for (n, field) in cover.fields.iter().enumerate() {
        let row = FIELDS_ROW + u32_of(n);
        let column = Column { field, index: 1, key: false, lang };
        sheet.set_row_height(row, 4.0 + LINE_POINTS)?;
        sheet.write_string_with_format(row, 0, column.label(), &label())?;
        sheet.insert_note(row, 0, &column.note())?;
        let value = column.cells().set_align(FormatAlign::Left).set_border(FormatBorder::Thin).set_border_color(LINE);
        sheet.write_blank(row, 1, &value)?;
        if let Some(rule) = column.rule(row, None)? {
            sheet.add_data_validation(row, 1, row, 1, &rule)?;
        }
    }
    contents(sheet, FIELDS_ROW + u32_of(cover.fields.len()) + 1, template, schemas, lang)?;
    layout::print_setup(sheet, 1, lang);
    Ok(())
}

/// The sheets, each with a link and what it is for.
fn contents(
    sheet: &mut Worksheet,
    first_row: u32,
    template: &Template,
    schemas: &Schemas,
    lang: Lang,
) -> Result<(), XlsxError> {
    if template.sheets.is_empty() {
        return Ok(());
    }
    let title = Format::new().set_bold().set_font_color(Color::White).set_background_color(INK);
    sheet.write_string_with_format(first_row, 0, lang.pick("工作表", "Sheet"), &title)?;
    sheet.write_string_with_format(
        first_row,
        1,
        lang.pick("填什么，用来做什么", "What it holds and what for"),
        &title,
    )?;
    let plain = Format::new().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(LINE);
    let plain = plain.set_text_wrap().set_align(FormatAlign::VerticalCenter);
    let link = plain.clone().set_font_color(INK).set_underline(FormatUnderline::Single);
    for (row, index) in (first_row + 1..).zip(&template.sheets) {
        let resource = &schemas.resources[*index];
        let name = resource.label(lang);
        let url = Url::new(format!("internal:'{}'!A1", name.replace('\'', "''"))).set_text(name);
        sheet.write_url_with_format(row, 0, url, &link)?;
        let described = notes::sentence(lang.pick(&resource.description, &resource.description_en), lang);
        let lines = layout::lines(&described, WIDTHS[1]);
        sheet.write_string_with_format(row, 1, described, &plain)?;
        sheet.set_row_height(row, 4.0 + LINE_POINTS * f64::from(lines))?;
    }
    Ok(())
}

fn label() -> Format {
    let format = Format::new().set_bold().set_align(FormatAlign::VerticalCenter);
    format.set_border(FormatBorder::Thin).set_border_color(LINE).set_background_color(layout::SOFT)
}
