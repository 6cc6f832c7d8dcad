//! What stands above a header: the titles, and the year that they tell.

use super::Source;
use crate::schema::FieldType;
use crate::validate::header::{Header, Labels};
use crate::validate::month_label;

/// The cells above a header.
pub(super) fn titles(top: &[Labels], header_row: u32) -> impl Iterator<Item = (u32, u16, String)> {
    let above = top.iter().filter(move |(row, _)| *row < header_row);
    above.flat_map(|(row, cells)| cells.iter().map(|(column, text)| (*row, *column, text.clone())))
}

/// The year of months that say none: that of their label, the titles above, the sheet's name, else what cover or request say.
pub(super) fn year_of(source: &Source<'_>, header: &Header, top: &[Labels], name: &str) -> Option<i16> {
    let months = source.resource.fields.iter().position(|field| field.type_ == FieldType::Yearmonth)?;
    let column = header.columns[months]?;
    let labels =
        top.iter().filter(|(row, _)| (header.first_row..=header.row).contains(row)).flat_map(|(_, labels)| labels);
    let label = labels.filter(|(own, _)| *own == column).find_map(|(_, text)| month_label::year_in(text));
    label.or_else(|| year_above(top, header.first_row)).or_else(|| month_label::year_in(name)).or(source.year)
}

/// The year that the titles above a row name, where they name one.
fn year_above(top: &[Labels], header_row: u32) -> Option<i16> {
    let mut years = titles(top, header_row).filter_map(|(.., text)| month_label::year_in(&text));
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}
