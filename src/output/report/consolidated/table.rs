//! How the tables of this workbook are headed.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::gather::Gathered;
use super::words::{self, Terms};
use crate::report::layout::{self, Layout, Total};
use dealerbook_base::narrow::u32_of;

pub(super) use crate::report::table::{Cell, Table};

/// How a table is headed.
pub(super) struct Top<'t> {
    pub heading: &'t str,
    pub totals: Vec<Total>,
    pub colours: Vec<(u16, String, u32)>,
    /// How many columns stay in view.
    pub frozen: u16,
}

/// Lays the sheet out for so many rows.
pub(super) fn dress(
    table: &Table,
    sheet: &mut Worksheet,
    rows: usize,
    top: Top<'_>,
    gathered: &Gathered,
    terms: Terms<'_>,
) -> Result<(), XlsxError> {
    let layout = Layout {
        heading: top.heading.to_owned(),
        subtitle: words::subtitle(gathered, terms),
        notice: words::notice(gathered, terms),
        columns: &table.columns,
        rows: u32_of(rows),
        frozen: top.frozen,
        pages_wide: layout::pages_wide(&table.columns),
        totals: top.totals,
        colours: top.colours,
        totals_label: terms.pick("合计", "Totals"),
        lang: terms.lang(),
        list: None,
    };
    layout.dress(sheet)
}
