//! Templates: empty workbooks that say themselves how they are to be filled in, made of nothing but the schemas.
//!
//! The same schemas and language give the same bytes. Every label, list and note stands in a form that comes back through the
//! check without a word.
//!
//! A header's cell holds the label and nothing else; unit and asterisk are shown by its number format, so that programs find the names of
//! the contract. Columns have formats, not cells: a program that appends rows finds the sheet's end right behind the example. The
//! template's stamp is a document property, which Excel, LibreOffice and openpyxl keep.

mod catalogue;
mod column;
mod cover;
mod notes;
mod rules;
mod sheet;
mod stamp;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub use catalogue::{NoSuchTemplate, Template, find, names};
pub use column::{Column, columns};
pub use stamp::{Origin, PROPERTY};

use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::Schemas;

/// Draws a template as an .xlsx package.
///
/// # Errors
///
/// Those of rust_xlsxwriter: where a schema says what no workbook can hold, such as a list of more than 255 characters.
pub fn render(template: &Template, schemas: &Schemas, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_title(template.title(lang))
        // No clock: the same template is the same bytes.
        .set_creation_datetime(&ExcelDateTime::from_ymd(2007, 1, 1)?)
        .set_custom_property(PROPERTY, stamp::text(template, schemas));
    book.set_properties(&properties);
    if template.cover {
        cover::draw(&mut book, template, schemas, lang)?;
    }
    for index in &template.sheets {
        sheet::draw(&mut book, template, schemas, *index, lang)?;
    }
    book.save_to_buffer()
}
