//! Reading the rows of a sheet that is laid out wide: each month of a dealer becomes a row of the table, its issues at the real cells.

use jiff::civil::date;

use super::{Place, Reader, Source, Table, Typed, empty_column, is_total};
use crate::validate::header::Labels;
use crate::validate::issue::Issues;
use crate::validate::wide::{Month, WideHeader};
use crate::workbook::{Cell, ReadError, Workbook};

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
}

/// Reads the sheet whose header was found.
pub fn read(
    workbook: &mut Workbook<'_>,
    source: &Source<'_>,
    mut found: WideHeader,
    top: &[Labels],
    place: Place,
    issues: &mut Issues,
    stop: &dyn Fn() -> bool,
) -> Result<Table, ReadError> {
    // What the workbook itself says comes first: the request says what is assessed, not what the sheet holds.
    found.date(found.year_above(top).or(source.year));
    found.check(source.resource, place, issues);
    let name = workbook.sheets()[source.sheet].name.clone();
    let epoch_1904 = workbook.has_1904_epoch();
    let (header_row, clear) = (found.header.row, found.is_clear(source.resource));
    let mut reader = Reader::new(source, found.header, place, epoch_1904, issues);
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
        self.table.across = Some(Across { field, months, of_row: Vec::new() });
    }

    fn wide_row(&mut self, index: u32, cells: &[Cell<'_>]) {
        let at = |column: Option<u16>| {
            let cell = cells.iter().find(|cell| Some(cell.column) == column)?;
            (cell.uncached || !cell.value.is_blank()).then_some(cell)
        };
        let Some(across) = self.table.across.take() else { return };
        let filled = |month: &Month| month.columns.iter().any(|(_, column)| at(Some(*column)).is_some());
        let months: Vec<usize> = (0..across.months.len()).filter(|n| filled(&across.months[*n])).collect();
        if months.is_empty() || is_total(cells) {
            self.table.across = Some(across);
            if !months.is_empty() {
                self.totals(index, cells);
            }
            return;
        }
        let first = self.table.rows.len();
        let field = across.field;
        self.table.across = Some(across);
        for &month in &months {
            self.wide_record(index, month, field, first, &at);
        }
    }

    /// A month of a row. What stands once for all its months, as the dealer does, is read with the first of them and then taken over.
    fn wide_record<'c, 'w: 'c>(
        &mut self,
        index: u32,
        month: usize,
        across: usize,
        first: usize,
        at: &dyn Fn(Option<u16>) -> Option<&'c Cell<'w>>,
    ) {
        let row = self.table.rows.len();
        self.table.rows.push(index);
        self.table.faulty.push(false);
        let Some(months) = &mut self.table.across else { return };
        months.of_row.push(month as u16);
        let of_month = months.months[month].clone();
        for field in 0..self.resource.fields.len() {
            let value = if field == across {
                of_month.year.map_or(Typed::Null, |year| Typed::Date(date(year, of_month.month, 1)))
            } else if let Some(column) = self.table.header.columns[field] {
                if row > first {
                    let taken = self.table.columns[field].typed(first);
                    self.table.faulty[row] |= taken == Typed::Null && self.resource.fields[field].constraints.required;
                    taken
                } else {
                    self.typed(row, field, column, at(Some(column)))
                }
            } else if matches!(self.table.columns[field], super::Column::Absent) {
                continue;
            } else {
                let own = of_month.column(field);
                let column = own.or(of_month.first_column()).unwrap_or_default();
                self.typed(row, field, column, at(own))
            };
            self.table.columns[field].push(value);
        }
        self.check_primary_key(row);
    }
}
