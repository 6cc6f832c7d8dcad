//! How a column of a template looks: width, number format, header, and its value in the example row.

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};
use serde_json::Value as Json;

use crate::report::layout::{INK, LINE, MUTED, SOFT, display_width};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u16_of;
use dealerbook_engine::schema::{Field, FieldType, Resource, marked};

/// The ground of an optional column's header.
const OPTIONAL: Color = Color::RGB(0xD9E2F3);
/// Room beside the widest text.
const MARGIN: f64 = 3.0;
const WIDTH_MIN: f64 = 10.0;
const WIDTH_MAX: f64 = 26.0;
/// Free text needs room to be written.
const TEXT_WIDTH: f64 = 18.0;

/// A column of a template's sheet.
#[derive(Clone, Copy)]
pub struct Column<'s> {
    /// The field.
    pub field: &'s Field,
    /// Its index; the first bears the mark of the example row.
    pub index: usize,
    /// Whether its values are ids.
    pub key: bool,
    /// The language.
    pub lang: Lang,
}

/// The columns of a sheet. Those that templates leave out stand last in their schema.
pub fn columns(resource: &Resource, lang: Lang) -> impl Iterator<Item = Column<'_>> {
    let column = move |(index, field)| Column { field, index, key: resource.is_key(index), lang };
    resource.fields.iter().enumerate().filter(|(_, field)| field.template).map(column)
}

impl Column<'_> {
    /// The label, exactly as the schema has it.
    pub fn label(&self) -> &str {
        self.field.label(self.lang)
    }

    /// What the header shows behind the label: the unit, and an asterisk where the column is required.
    fn behind_label(&self) -> String {
        let unit = self.field.unit(self.lang).filter(|_| !self.label().ends_with(')'));
        let unit = unit.map(|unit| self.lang.pick("（{}）", " ({})").replace("{}", unit)).unwrap_or_default();
        let mark = match self.field.constraints.required {
            true if unit.ends_with('）') => "*",
            true => " *",
            false => "",
        };
        format!("{unit}{mark}")
    }

    /// The header's look. Unit and asterisk stand in the number format, so that the cell holds the label and nothing else.
    pub fn header(&self) -> Format {
        let format = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin)
            .set_border_color(LINE);
        let format = match self.behind_label().as_str() {
            "" => format,
            behind => format.set_num_format(format!("@\"{behind}\"")),
        };
        match self.field.constraints.required {
            true => format.set_font_color(Color::White).set_background_color(INK),
            false => format.set_font_color(INK).set_background_color(OPTIONAL),
        }
    }

    /// How many lines the header takes.
    pub fn header_lines(&self) -> u32 {
        crate::report::layout::lines(&format!("{}{}", self.label(), self.behind_label()), self.width())
    }

    /// The width, in characters.
    pub fn width(&self) -> f64 {
        let categories = self.field.categories.iter().map(|c| display_width(c.spelled(self.lang)));
        let label = display_width(&format!("{}{}", self.label(), self.behind_label()));
        let widest = categories.fold(display_width(&self.example_text()).max(label), f64::max);
        let least = if self.is_free_text() { TEXT_WIDTH } else { WIDTH_MIN };
        (widest + MARGIN).clamp(least, WIDTH_MAX)
    }

    /// Text that is neither an id nor one of a list.
    pub fn is_free_text(&self) -> bool {
        self.field.type_ == FieldType::String && self.field.categories.is_empty() && !self.key
    }

    /// The look of the cells to be filled in.
    pub fn cells(&self) -> Format {
        let format = Format::new().set_align(self.align());
        self.number_format().map_or(format.clone(), |code| format.set_num_format(code))
    }

    /// Ids and months are texts: a spreadsheet program would make numbers of 0012 and dates of 2007-01.
    fn number_format(&self) -> Option<&'static str> {
        Some(match self.field.type_ {
            FieldType::Yearmonth => "@",
            FieldType::String if self.key => "@",
            FieldType::Date => "yyyy-mm-dd",
            FieldType::Integer => "#,##0",
            FieldType::Year => "0",
            FieldType::Number if self.field.unit(Lang::Zh) == Some("元") => "#,##0.00",
            FieldType::Number if self.field.unit(Lang::Zh).is_some() => "#,##0.0##",
            FieldType::Number | FieldType::Boolean | FieldType::String => return None,
        })
    }

    fn align(&self) -> FormatAlign {
        match self.field.type_ {
            FieldType::Number | FieldType::Integer => FormatAlign::Right,
            FieldType::String if self.field.categories.is_empty() => FormatAlign::Left,
            _ => FormatAlign::Center,
        }
    }

    /// The example as people read it, with the mark in the first column.
    pub fn example_text(&self) -> String {
        let text = self.plain_example();
        if self.index == 0 { marked(&text, self.lang) } else { text }
    }

    /// The example without a mark.
    pub fn plain_example(&self) -> String {
        let field = self.field;
        match (&field.example, self.lang, &field.example_en) {
            (_, Lang::En, Some(text)) => text.clone(),
            (Some(Json::String(text)), ..) => {
                let category = field.categories.iter().find(|c| c.value == *text);
                category.map_or(text.as_str(), |c| c.spelled(self.lang)).to_owned()
            }
            (Some(Json::Bool(value)), ..) => field.spelled(*value, self.lang).to_owned(),
            (Some(Json::Number(number)), ..) => number.to_string(),
            _ => String::new(),
        }
    }

    /// Writes the example into its row.
    pub fn write_example(&self, sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
        let format = self.cells().set_italic().set_font_color(MUTED).set_background_color(SOFT);
        let column = u16_of(self.index);
        let text = self.example_text();
        match &self.field.example {
            _ if text.is_empty() => sheet.write_blank(row, column, &format)?,
            Some(Json::Number(number)) => {
                sheet.write_number_with_format(row, column, number.as_f64().unwrap_or_default(), &format)?
            }
            Some(Json::String(day)) if self.field.type_ == FieldType::Date => {
                sheet.write_datetime_with_format(row, column, ExcelDateTime::parse_from_str(day)?, &format)?
            }
            _ => sheet.write_string_with_format(row, column, text, &format)?,
        };
        Ok(())
    }
}
