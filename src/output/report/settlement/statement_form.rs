//! How a statement looks: its columns, the formats of its cells, and the page.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::words::Terms;
use crate::report::layout::{INK, LINE, Look, MUTED, SOFT, notice};
use crate::report::small_sheet::{figures, framed, label};
use dealerbook_base::narrow::u16_of;
use dealerbook_engine::programmes::incentives::Unit;

/// The columns: number, item, basis, rate, amount, remarks.
pub(super) const NUMBER: u16 = 0;
pub(super) const ITEM: u16 = 1;
pub(super) const BASIS: u16 = 2;
pub(super) const RATE: u16 = 3;
pub(super) const AMOUNT: u16 = 4;
pub(super) const REMARK: u16 = 5;
/// Their widths in characters.
pub(super) const WIDTHS: [f64; 6] = [9.0, 22.0, 13.0, 13.5, 15.0, 15.5];
/// Printed at so many percent they fit an A4 page upright, also with fonts that are wider than Excel's. The page isn't fitted to its width,
/// since Excel may leave out page breaks where it is.
const SCALE_PERCENT: u16 = 82;

/// The formats of its cells.
pub(super) struct Looks {
    pub title: Format,
    pub notice: Format,
    pub approval: Format,
    pub name: Format,
    pub text: Format,
    pub made_of: Format,
    pub unpaid: Format,
    pub header: Format,
    pub mark: Format,
    pub sum_label: Format,
    pub sum_mark: Format,
    pub sum: Format,
    pub money: Format,
    pub tonnes: Format,
    pub rate: Format,
    pub share: Format,
    pub tax_rate: Format,
    pub capitals: Format,
    pub to_sign: Format,
}

impl Looks {
    pub(super) fn new(terms: Terms<'_>) -> Looks {
        let centred = |format: Format| format.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        let of = |look: Look| figures(look.number_format().unwrap_or("0"));
        let small = Format::new().set_font_size(9).set_text_wrap();
        let mark = framed().set_indent(0).set_align(FormatAlign::Center);
        Looks {
            title: centred(Format::new().set_bold().set_font_size(18).set_font_color(INK)),
            notice: centred(notice().set_font_size(9).set_text_wrap()),
            approval: centred(small.set_font_color(MUTED)),
            name: mark.clone().set_background_color(SOFT),
            text: framed().set_text_wrap(),
            unpaid: framed().set_font_color(MUTED).set_text_wrap(),
            made_of: framed().set_font_size(9).set_font_color(MUTED),
            header: label(Color::RGB(0x2F5597)),
            sum_mark: mark.clone().set_bold().set_background_color(SOFT),
            mark,
            sum_label: framed().set_bold().set_background_color(SOFT),
            sum: figures("#,##0.00").set_bold().set_background_color(SOFT),
            money: figures("#,##0.00"),
            tonnes: of(Look::Tonnes),
            rate: of(Look::Rate),
            share: of(Look::Share),
            tax_rate: framed().set_num_format(terms.pick("\"税率 \"0.##%", "\"Tax at \"0.##%")),
            capitals: framed().set_bold().set_text_wrap(),
            to_sign: Format::new()
                .set_align(FormatAlign::Bottom)
                .set_border_bottom(FormatBorder::Hair)
                .set_border_bottom_color(LINE),
        }
    }

    /// The formats of basis and rate.
    pub(super) fn of(&self, unit: Unit) -> (&Format, &Format) {
        match unit {
            Unit::Share => (&self.money, &self.share),
            Unit::Yuan | Unit::YuanATonne => (&self.tonnes, &self.rate),
        }
    }
}

/// The page: A4 upright, numbered, with what must not be overlooked at its foot.
pub(super) fn set_up(sheet: &mut Worksheet, breaks: &[u32], terms: Terms<'_>) -> Result<(), XlsxError> {
    const FOOT_CHARS_MAX: usize = 100;
    for (column, width) in WIDTHS.into_iter().enumerate() {
        sheet.set_column_width(u16_of(column), width)?;
    }
    let foot: String = terms.notice().or(terms.approval()).unwrap_or_default().chars().take(FOOT_CHARS_MAX).collect();
    let pages = terms.pick("第 &P 页，共 &N 页", "Page &P of &N");
    sheet.set_paper_size(9).set_portrait().set_print_scale(SCALE_PERCENT).set_margins(0.4, 0.4, 0.6, 0.7, 0.3, 0.3);
    // A number behind an ampersand and its size would be taken for a part of that, hence the space.
    sheet.set_footer(format!("&L&8 {}&R{pages}", foot.replace('&', "&&")));
    sheet.set_print_center_horizontally(true);
    sheet.set_screen_gridlines(false);
    sheet.set_page_breaks(breaks)?;
    Ok(())
}
