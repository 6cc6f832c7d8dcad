//! An added list drawn as an Excel table that can be sorted and filtered, with columns that hold their totals, and a print area of what people
//! read. What a list is stands in `sheet/list`.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Table, TableColumn, TableStyle, Worksheet, XlsxError};

use super::layout::{self, Col, HEADER_ROW, Total, display_width};
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u16_of;
use dealerbook_engine::sheet::list::{headings, printed_columns};

/// What a heading's button to filter, and the edges of a cell, take of its width.
const EDGES: f64 = 2.0;
/// Totals are bold.
const BOLD: f64 = 1.08;

/// What makes a layout a list of the user's workbook.
#[derive(Clone, Debug)]
pub struct List {
    /// What the sheet is, in the table's name: `dealerbook_credit`.
    pub key: String,
    /// How many rows stand below the table, the blank one before them included.
    pub rows_below: u32,
    /// Whether the workbook counts its days from 1904.
    pub epoch_1904: bool,
}

/// Makes the rows below the headings a table; of an empty list, its one blank row.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn make_table(sheet: &mut Worksheet, list: &List, columns: &[Col], last_row: u32) -> Result<(), XlsxError> {
    let headed: Vec<TableColumn> =
        headings(columns).into_iter().map(|heading| TableColumn::new().set_header(heading)).collect();
    let table = Table::new()
        .set_name(format!("dealerbook_{}", list.key))
        .set_columns(&headed)
        .set_style(TableStyle::None)
        .set_banded_rows(false);
    sheet.add_table(HEADER_ROW, 0, last_row, u16_of(columns.len()) - 1, &table)?;
    Ok(())
}

/// How wide a column has to be for its own total too.
pub fn width(column: &Col, total: Option<&Total>) -> f64 {
    let shown = total.map_or(0.0, |total| {
        let code = total.format.or(column.look.number_format()).unwrap_or("0");
        shown_width(&total.cached, code) * BOLD + EDGES
    });
    column.width.max(shown.ceil())
}

/// How many characters a number takes in a number format.
fn shown_width(number: &str, code: &str) -> f64 {
    let code = code.split(';').next().unwrap_or_default();
    let parts: Vec<&str> = code.split('"').collect();
    let literal: f64 = parts.iter().skip(1).step_by(2).map(|text| display_width(text)).sum();
    let pattern: String = parts.iter().step_by(2).copied().collect();
    if pattern.contains("yyyy") {
        return literal + pattern.len() as f64;
    }
    let Ok(number) = number.parse::<Decimal>() else { return literal + display_width(number) };
    let percent = pattern.contains('%');
    let number = if percent { number.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(number) } else { number };
    let places = pattern.split_once('.').map_or(0, |(_, places)| places.matches(['0', '#']).count());
    let digits = number.abs().trunc().to_string().len();
    let commas = if pattern.contains(',') { digits.saturating_sub(1) / 3 } else { 0 };
    let point = usize::from(places > 0);
    let signs = usize::from(number.is_sign_negative()) + usize::from(percent);
    literal + (digits + commas + point + places + signs) as f64
}

/// Prints what people read: the columns of the results with all rows, one page wide, the headings on every page. Rows are records, and none
/// is torn by a page's end.
///
/// # Errors
///
/// Those of rust_xlsxwriter, which are ours.
pub fn set_print(
    sheet: &mut Worksheet,
    list: &List,
    columns: &[Col],
    last_row: u32,
    lang: Lang,
) -> Result<(), XlsxError> {
    sheet.set_print_area(0, 0, last_row + list.rows_below, printed_columns(columns) - 1)?;
    sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    layout::print_setup(sheet, 1, lang);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_engine::sheet::look::{Group, Look};

    fn col(label: &str, group: Group) -> Col {
        Col { key: label.to_owned(), label: label.to_owned(), width: 8.0, look: Look::Money, group }
    }

    #[test]
    fn a_column_is_as_wide_as_its_total() {
        let mut total = Total::new(0, String::new(), "794898.93".to_owned());
        assert_eq!(width(&col("a", Group::Result), Some(&total)), 13.0);
        total.cached = "-1234567890.5".to_owned();
        assert_eq!(width(&col("a", Group::Result), Some(&total)), 21.0);
        total.format = Some("0\" 家\"");
        assert_eq!(width(&col("a", Group::Result), None), 8.0);
    }
}
