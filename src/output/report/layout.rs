//! How an added sheet looks: title, notices, totals, header, frozen panes, print set-up; and prototypes for the rows of its body.

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, Format, FormatAlign, FormatBorder, Formula, Workbook,
    Worksheet, XlsxError,
};

use super::list::{self, List};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u16_of;
use dealerbook_engine::sheet::list::headings;
use dealerbook_engine::sheet::look::LINES_MAX;
pub use dealerbook_engine::sheet::look::{
    BODY_ROW, Col, Group, HEADER_ROW, Look, TOTALS_ROW, Total, at, display_width, lines, prototype,
};
use dealerbook_package::edit::serial_of;

/// Headings.
pub const INK: Color = Color::RGB(0x1F3864);
/// Borders.
pub const LINE: Color = Color::RGB(0xBFBFBF);
/// What is set back.
pub const MUTED: Color = Color::RGB(0x7F7F7F);
/// The ground of what is set back.
pub const SOFT: Color = Color::RGB(0xF2F2F2);
const NOTICE: Color = Color::RGB(0xC00000);

/// An added sheet, laid out.
pub struct Layout<'l> {
    /// The title in the first row.
    pub heading: String,
    /// The second row: period, policy.
    pub subtitle: String,
    /// The third row: what must not be overlooked.
    pub notice: Option<String>,
    /// The columns.
    pub columns: &'l [Col],
    /// How many rows the body has.
    pub rows: u32,
    /// How many columns stay in view, and stand on every printed page.
    pub frozen: u16,
    /// On how many pages side by side it is printed.
    pub pages_wide: u16,
    /// The totals row.
    pub totals: Vec<Total>,
    /// Cells of a column coloured by their text or number: column, what stands there, fill.
    pub colours: Vec<(u16, String, u32)>,
    /// The label of the totals row, in its first column.
    pub totals_label: &'l str,
    /// The language.
    pub lang: Lang,
    /// What makes it a table of the user's workbook; none in workbooks of their own, which have filters alone.
    pub list: Option<List>,
}

/// The height of a line, in points: enough for Chinese.
pub const LINE_POINTS: f64 = 16.0;

/// How many prototypes a layout has: plain and muted rows.
pub const PROTOTYPES: u32 = 2;

/// The heights of body rows, in points: of 1 to 12 lines.
pub fn heights() -> Vec<f64> {
    (1..=LINES_MAX).map(|lines| 2.0 + LINE_POINTS * f64::from(lines)).collect()
}

impl Layout<'_> {
    /// Lays the sheet out in a workbook, its prototypes at [`BODY_ROW`].
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn draw(&self, book: &mut Workbook, title: &str) -> Result<(), XlsxError> {
        let sheet = book.add_worksheet().set_name(title)?;
        self.dress(sheet)?;
        for prototype in 0..PROTOTYPES {
            for span in spans(self.columns, |a, b| a.look == b.look) {
                let look = self.columns[usize::from(span.0)].look;
                format_cells(sheet, BODY_ROW + prototype, span, &cell(look, prototype > 0))?;
            }
        }
        Ok(())
    }

    /// Lays out a sheet whose rows are written through the library, from [`BODY_ROW`] on; it may be one that lets go of its rows.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn dress(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.top(sheet)?;
        if let Some(list) = &self.list {
            list::make_table(sheet, list, self.columns, BODY_ROW + self.rows.max(1) - 1)?;
        }
        self.header(sheet)?;
        self.colours(sheet)?;
        let last_row = BODY_ROW + self.rows.max(1) - 1;
        sheet.set_freeze_panes(BODY_ROW, self.frozen)?;
        if let Some(list) = &self.list {
            return list::set_print(sheet, list, self.columns, last_row, self.lang);
        }
        sheet.autofilter(HEADER_ROW, 0, last_row, u16_of(self.columns.len()) - 1)?;
        sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
        sheet.set_repeat_columns(0, self.frozen - 1)?;
        print_setup(sheet, self.pages_wide, self.lang);
        Ok(())
    }

    fn top(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        heading(sheet, &self.heading, &self.subtitle)?;
        if let Some(text) = &self.notice {
            sheet.write_with_format(2, 0, text, &notice())?;
        }
        if self.totals.is_empty() {
            return Ok(());
        }
        let base = Format::new().set_bold().set_background_color(SOFT).set_border_bottom(FormatBorder::Thin);
        sheet.write_string(TOTALS_ROW, 0, self.totals_label)?;
        format_cells(sheet, TOTALS_ROW, (0, u16_of(self.columns.len()) - 1), &base)?;
        for total in &self.totals {
            let look = self.columns[usize::from(total.column)].look;
            let code = total.format.or(look.number_format()).unwrap_or("0");
            let format = base.clone().set_num_format(code).set_align(align(look));
            let epoch_1904 = self.list.as_ref().is_some_and(|list| list.epoch_1904);
            let cached = total.day.map_or(total.cached.clone(), |day| serial_of(day, epoch_1904).to_string());
            let formula = Formula::new(&total.formula).set_result(cached);
            sheet.write_formula_with_format(TOTALS_ROW, total.column, formula, &format)?;
        }
        Ok(())
    }

    fn header(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let labels: Vec<String> = match &self.list {
            Some(_) => headings(self.columns),
            None => self.columns.iter().map(|column| column.label.clone()).collect(),
        };
        for (n, (column, label)) in self.columns.iter().zip(&labels).enumerate() {
            let total = self.totals.iter().find(|total| usize::from(total.column) == n);
            sheet.write_string(HEADER_ROW, u16_of(n), label)?;
            sheet.set_column_width(u16_of(n), list::width(column, total))?;
        }
        for span in spans(self.columns, |a, b| a.group == b.group) {
            let format = Format::new()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(colour(self.columns[usize::from(span.0)].group))
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_border_color(LINE);
            format_cells(sheet, HEADER_ROW, span, &format)?;
        }
        let labelled = self.columns.iter().zip(&labels);
        let lines = labelled.map(|(c, label)| lines(label, c.width - 1.0)).max().unwrap_or(1);
        sheet.set_row_height(HEADER_ROW, 4.0 + f64::from(lines.clamp(2, 5)) * LINE_POINTS)?;
        Ok(())
    }

    fn colours(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (column, text, fill) in &self.colours {
            let rule = ConditionalFormatCell::new();
            let rule = match text.parse::<u32>() {
                Ok(number) => rule.set_rule(ConditionalFormatCellRule::EqualTo(number)),
                Err(_) => rule.set_rule(ConditionalFormatCellRule::EqualTo(text.as_str())),
            };
            let rule = rule.set_format(Format::new().set_background_color(Color::RGB(*fill)));
            sheet.add_conditional_format(BODY_ROW, *column, BODY_ROW + self.rows.max(1) - 1, *column, &rule)?;
        }
        Ok(())
    }
}

/// The two rows that head every added sheet.
pub fn heading(sheet: &mut Worksheet, heading: &str, subtitle: &str) -> Result<(), XlsxError> {
    sheet.write_with_format(0, 0, heading, &Format::new().set_bold().set_font_size(16).set_font_color(INK))?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(1, 0, subtitle, &Format::new().set_font_color(MUTED))?;
    Ok(())
}

/// Gives the cells of a row, from one column to another, one look. What stands in them stays; of a sheet that lets go of its rows, it has to
/// be the last row that was written to.
///
/// The library compares a format with all that it knows whenever it is named, so it is named once for many cells.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn format_cells(
    sheet: &mut Worksheet,
    row: u32,
    (first, last): (u16, u16),
    format: &Format,
) -> Result<(), XlsxError> {
    if first < last {
        sheet.set_range_format(row, first, row, last - 1, format)?;
    }
    // A range doesn't tell the sheet how far it reaches, a cell does.
    sheet.set_cell_format(row, last, format)?;
    Ok(())
}

/// Columns that follow each other and are alike: the first and the last of each such span, by their indices.
fn spans(columns: &[Col], alike: fn(&Col, &Col) -> bool) -> impl Iterator<Item = (u16, u16)> {
    columns.chunk_by(alike).scan(0, |next, span| {
        let first = *next;
        *next += u16_of(span.len());
        Some((first, *next - 1))
    })
}

/// How it is said what must not be overlooked.
pub fn notice() -> Format {
    Format::new().set_bold().set_font_color(NOTICE)
}

/// A4 landscape, fitted to so many pages in width, with page numbers.
pub fn print_setup(sheet: &mut Worksheet, pages_wide: u16, lang: Lang) {
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(pages_wide, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(lang.pick("&L&A&R第 &P 页，共 &N 页", "&L&A&RPage &P of &N"));
    sheet.set_screen_gridlines(false);
}

/// On how many landscape pages side by side columns can be read.
#[expect(clippy::cast_possible_truncation, reason = "a few pages")]
pub fn pages_wide(columns: &[Col]) -> u16 {
    const PAGE_CHARACTERS: f64 = 205.0;
    (columns.iter().map(|column| column.width).sum::<f64>() / PAGE_CHARACTERS).ceil() as u16
}

/// The cell of a body row.
pub fn cell(look: Look, muted: bool) -> Format {
    let mut format =
        Format::new().set_border(FormatBorder::Thin).set_border_color(LINE).set_align(FormatAlign::VerticalCenter);
    format = format.set_align(align(look));
    if let Some(code) = look.number_format() {
        format = format.set_num_format(code);
    }
    if look == Look::Wrap {
        format = format.set_text_wrap();
    }
    if muted { format.set_font_color(MUTED).set_background_color(SOFT) } else { format }
}

/// Returns where the values of a look stand in their cells.
fn align(look: Look) -> FormatAlign {
    match look {
        Look::Text | Look::Wrap => FormatAlign::Left,
        Look::Centre | Look::Count | Look::Day | Look::Month => FormatAlign::Center,
        _ => FormatAlign::Right,
    }
}

/// Returns the ground of the header of a group.
fn colour(group: Group) -> Color {
    match group {
        Group::Identity => INK,
        Group::Result => Color::RGB(0x375623),
        Group::Basis => Color::RGB(0x2F5597),
        Group::OtherBasis => Color::RGB(0x5B7DB1),
    }
}
