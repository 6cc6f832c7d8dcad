//! A sheet of a template: what it is for, its labels, an example row, and columns that are ready to be filled in.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::catalogue::Template;
use super::column::{self, Column};
use super::notes;
use super::rules::Listed;
use crate::report::layout::{self, LINE_POINTS, MUTED};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u16_of;
use dealerbook_engine::schema::{Resource, Schemas};
use dealerbook_engine::workbook::column_name;

/// The row of the labels, from 0.
const HEADER_ROW: u32 = 3;
/// The example row, from 0.
const EXAMPLE_ROW: u32 = 4;
const LAST_ROW: u32 = 1_048_575;
/// So many characters stand on a landscape page that can be read.
const PAGE_CHARACTERS: f64 = 205.0;

/// Draws the sheet of a resource.
#[expect(clippy::cast_possible_truncation, reason = "a few pages")]
pub fn draw(
    book: &mut Workbook,
    template: &Template,
    schemas: &Schemas,
    index: usize,
    lang: Lang,
) -> Result<(), XlsxError> {
    let resource = &schemas.resources[index];
    let sheet = book.add_worksheet().set_name(resource.label(lang))?;
    let described = lang.pick(&resource.description, &resource.description_en);
    layout::heading(sheet, resource.label(lang), &notes::sentence(described, lang))?;
    sheet.write_with_format(2, 0, legend(lang), &Format::new().set_font_color(MUTED))?;
    let columns: Vec<Column<'_>> = column::columns(resource, lang).collect();
    for column in &columns {
        let at = u16_of(column.index);
        sheet.set_column_width(at, column.width())?;
        sheet.set_column_format(at, &column.cells())?;
        sheet.write_string_with_format(HEADER_ROW, at, column.label(), &column.header())?;
        sheet.insert_note(HEADER_ROW, at, &column.note())?;
        column.write_example(sheet, EXAMPLE_ROW)?;
        let listed = listed(template, schemas, resource, column.index, lang);
        if let Some(rule) = column.rule(EXAMPLE_ROW, listed.as_ref())? {
            sheet.add_data_validation(EXAMPLE_ROW, at, LAST_ROW, at, &rule)?;
        }
    }
    let lines = columns.iter().map(Column::header_lines).max().unwrap_or(1);
    sheet.set_row_height(HEADER_ROW, 6.0 + LINE_POINTS * f64::from(lines.clamp(1, 4)))?;
    for row in [1, 2, EXAMPLE_ROW] {
        sheet.set_row_height(row, 2.0 + LINE_POINTS)?;
    }
    sheet.set_freeze_panes(HEADER_ROW + 1, 1)?;
    sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    let width: f64 = columns.iter().map(Column::width).sum();
    layout::print_setup(sheet, (width / PAGE_CHARACTERS).ceil().max(1.0) as u16, lang);
    sheet.set_screen_gridlines(true);
    Ok(())
}

fn legend(lang: Lang) -> &'static str {
    lang.pick(
        "深蓝表头（带 *）为必填列，浅蓝为选填列，指向表头可看说明。上传前请覆盖或删除灰色的示例行，留在表中会报错。",
        "Dark headers (*) are required columns, light ones optional; point at a header for its note. Overwrite or delete the grey example row before you upload: where it is left in, that is an error.",
    )
}

/// Where the ids stand that a column refers to, if the template has that sheet.
fn listed(template: &Template, schemas: &Schemas, resource: &Resource, field: usize, lang: Lang) -> Option<Listed> {
    let key = resource.foreign_keys.iter().find(|key| key.fields == [field])?;
    let index = schemas.index(&key.resource).filter(|index| template.sheets.contains(index))?;
    let target = &schemas.resources[index];
    let column = target.field(key.targets.first()?)?;
    let sheet = target.label(lang).to_owned();
    Some(Listed { sheet, column: column_name(u16_of(column)), first: EXAMPLE_ROW + 1 })
}
