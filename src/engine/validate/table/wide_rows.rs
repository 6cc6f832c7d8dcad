//! Reading the rows of a sheet that is laid out wide: each month of a dealer becomes a row of the table, its issues at the real cells.

use jiff::civil::date;

use super::reader::empty_column;
use super::titles::titles;
use super::{Place, Reader, RowKind, Source, Table, Typed};
use crate::validate::coerce::Context;
use crate::validate::header::{self, Labels};
use crate::validate::issues::Issues;
use crate::validate::month_label;
use crate::validate::row_kind::is_filled;
use crate::validate::wide::{Month, WideHeader};
use crate::workbook::{Cell, Layout, ReadError, Workbook};
use dealerbook_base::narrow::u16_of;

/// The months of a sheet that is laid out wide: each of its rows is several rows of the table.
#[derive(Debug)]
pub(super) struct Across {
    /// The field whose values stand across.
    field: usize,
    months: Vec<Month>,
    /// For each row of the table its month.
    of_row: Vec<u16>,
}

impl Across {
    /// The first column of the first month.
    pub(super) fn first_column(&self) -> Option<u16> {
        self.months.iter().find_map(Month::first_column)
    }

    /// The column of a field in a row of the table; that of its month where only other months have one.
    pub(super) fn column(&self, row: usize, field: usize) -> Option<u16> {
        let month = &self.months[usize::from(self.of_row[row])];
        let stands = || field == self.field || self.months.iter().any(|month| month.column(field).is_some());
        month.column(field).or_else(|| month.first_column().filter(|_| stands()))
    }

    /// The field that stands beneath a month in a column of the sheet.
    pub(super) fn field_at(&self, column: u16) -> Option<usize> {
        let columns = self.months.iter().flat_map(|month| &month.columns);
        columns.into_iter().find(|(_, own)| *own == column).map(|(field, _)| *field)
    }
}

/// Reads the sheet whose header was found.
#[expect(clippy::too_many_arguments, reason = "what was found of the sheet so far")]
pub fn read(
    workbook: &mut Workbook<'_>,
    source: &Source<'_>,
    mut found: WideHeader,
    top: &[Labels],
    layout: Layout,
    place: Place,
    issues: &mut Issues,
    stop: &dyn Fn() -> bool,
) -> Result<Table, ReadError> {
    // What the workbook itself says comes first: the request says what is assessed, not what the sheet holds.
    let name = workbook.sheets()[source.sheet].name.clone();
    found.date(found.year_above(top).or_else(|| month_label::year_in(&name)).or(source.year));
    found.check(source.resource, place, issues);
    // Groups above the months bear units as titles do.
    let header_row = found.header.row;
    header::check_titles(source.resource, &found.fields(), titles(top, header_row + 1), place, issues);
    let epoch_1904 = workbook.has_1904_epoch();
    let clear = found.is_clear(source.resource);
    let context = Context { epoch_1904, year: None };
    let mut reader = Reader::new(source, found.header, context, layout, place, issues);
    if let Some(wide) = &source.resource.wide {
        reader.lay_across(wide.across, found.months);
    }
    reader.table.unread = !clear;
    workbook.rows(&name, |row| {
        if row.index % 4096 == 0 && stop() {
            return Err(ReadError::Cancelled);
        }
        if row.index > header_row && clear {
            reader.wide_row(row.index, row.cells);
        }
        Ok(true)
    })?;
    Ok(reader.finish())
}

impl Reader<'_, '_> {
    fn lay_across(&mut self, field: usize, months: Vec<Month>) {
        let stands = |index: usize| index == field || months.iter().any(|month| month.column(index).is_some());
        for (index, schema) in self.resource.fields.iter().enumerate().filter(|(index, _)| stands(*index)) {
            self.table.columns[index] = empty_column(schema);
        }
        let columns = months.iter().flat_map(|month| month.columns.iter().map(|(_, column)| *column));
        self.kinds.count_figures_in(columns.collect());
        self.table.across = Some(Across { field, months, of_row: Vec::new() });
    }

    fn wide_row(&mut self, index: u32, cells: &[Cell<'_>]) {
        let at = |column: Option<u16>| cell_at(cells, column);
        let Some(across) = self.table.across.take() else { return };
        let filled = |month: &Month| month.columns.iter().any(|(_, column)| at(Some(*column)).is_some());
        let months: Vec<usize> = (0..across.months.len()).filter(|n| filled(&across.months[*n])).collect();
        self.slots.fill(None);
        for (n, cell) in cells.iter().enumerate() {
            if let Some(field) = self.table.header.field_at(cell.column) {
                self.slots[field] = Some(n);
            }
        }
        let header = &self.table.header;
        self.merged.advance(index, cells, |column| header.field_at(column).or_else(|| across.field_at(column)));
        self.fill(index, cells);
        let is_something = cells.iter().any(is_filled);
        let kind = if is_something { self.kind(cells) } else { RowKind::Data };
        if months.is_empty() || kind != RowKind::Data {
            self.table.across = Some(across);
            self.set_aside(index, cells, kind);
            return;
        }
        self.behind_header = false;
        let first = self.table.rows.len();
        let field = across.field;
        self.table.across = Some(across);
        for &month in &months {
            self.wide_record(index, cells, month, field, first);
        }
    }

    /// A month of a row. What stands once for all its months, as the dealer does, is read with the first of them and then taken over.
    fn wide_record(&mut self, index: u32, cells: &[Cell<'_>], month: usize, across: usize, first: usize) {
        let at = |column: Option<u16>| cell_at(cells, column);
        let row = self.table.rows.len();
        self.table.rows.push(index);
        self.table.faulty.push(false);
        let Some(months) = &mut self.table.across else { return };
        months.of_row.push(u16_of(month));
        let of_month = months.months[month].clone();
        self.settle_merges(row, index, cells);
        for field in 0..self.resource.fields.len() {
            let value = if field == across {
                of_month.year.map_or(Typed::Null, |year| Typed::Date(date(year, of_month.month, 1)))
            } else if let Some(column) = self.table.header.columns[field] {
                if row > first {
                    let taken = self.table.columns[field].typed(first);
                    self.table.faulty[row] |= taken == Typed::Null && self.resource.fields[field].constraints.required;
                    taken
                } else {
                    self.typed_or_filled(row, field, column, at(Some(column)))
                }
            } else if matches!(self.table.columns[field], super::Column::Absent) {
                continue;
            } else {
                let own = of_month.column(field);
                let column = own.or(of_month.first_column()).unwrap_or_default();
                self.typed_or_filled(row, field, column, at(own))
            };
            self.table.columns[field].push(value);
        }
        self.check_primary_key(row);
    }
}

fn cell_at<'c, 'w>(cells: &'c [Cell<'w>], column: Option<u16>) -> Option<&'c Cell<'w>> {
    cells.iter().find(|cell| Some(cell.column) == column).filter(|cell| is_filled(cell))
}
