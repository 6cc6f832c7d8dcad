//! Rows that are no data: distinguished, reported, and looked over for units that aren't the columns' own.

use super::Reader;
use crate::schema::normalise;
use crate::validate::header;
use crate::validate::issue::{Code, Detail, Place};
use crate::validate::layout_fault::LayoutFault;
use crate::validate::row_kind::{Row, RowKind, is_filled};
use crate::validate::units::{self, Fit};
use crate::validate::words;
use crate::workbook::{Cell, Value};
use dealerbook_base::narrow::u16_of;

impl Reader<'_, '_> {
    /// Whether a row without a value in a known column says what it is: a total or a remark in a column of its own.
    pub(super) fn says_something(&self, cells: &[Cell<'_>]) -> bool {
        let first = cells.iter().find(|cell| is_filled(cell));
        first.is_some_and(
            |cell| matches!(&cell.value, Value::Text(text) if words::is_total(text) || words::is_note(text)),
        )
    }

    pub(super) fn kind(&self, cells: &[Cell<'_>]) -> RowKind {
        let row = Row { cells, slots: &self.slots, fills: &self.fills };
        self.kinds.of(&row, &self.table.header, self.behind_header)
    }

    /// Reports a row that is no data.
    pub(super) fn set_aside(&mut self, index: u32, cells: &[Cell<'_>], kind: RowKind) {
        let (n, code, detail) = match kind {
            RowKind::Data => return,
            RowKind::Total(n) => (n, Code::TotalsRow, Detail::TotalsRow),
            RowKind::Note(n) => (n, Code::NoteRow, Detail::Layout(LayoutFault::NoteRow)),
            RowKind::Header(n) => (n, Code::RepeatedHeader, Detail::Layout(LayoutFault::RepeatedHeader)),
            RowKind::Example(n) => (n, Code::RowCheck, Detail::Layout(LayoutFault::ExampleRow)),
        };
        let cell = &cells[n];
        let field = self.table.header.field_at(cell.column).map(u16_of);
        let place = Place { row: Some(index), column: Some(cell.column), field, ..self.place };
        let value = Some(cell.value.seen().into());
        self.push(code, place, value, detail);
        match kind {
            RowKind::Header(_) => self.behind_header = true,
            RowKind::Note(_) => self.check_units_of_note(index, cells),
            _ => {}
        }
    }

    /// Units in a row of units below the header, or in a remark (单位：千吨), that are not the columns' own.
    fn check_units_of_note(&mut self, index: u32, cells: &[Cell<'_>]) {
        let fields: Vec<usize> = (0..self.slots.len()).filter(|f| self.table.header.columns[*f].is_some()).collect();
        for cell in cells.iter().filter(|cell| is_filled(cell)) {
            let Value::Text(text) = &cell.value else { continue };
            let word = normalise(text);
            let word = word.trim_matches(['(', ')', '【', '】', '[', ']']);
            let own = self.table.header.field_at(cell.column).filter(|f| !self.resource.fields[*f].units.is_empty());
            let place = Place { row: Some(index), column: Some(cell.column), ..self.place };
            match own {
                Some(field) if units::is_unit(word) && units::fit(word, &self.resource.fields[field]) != Fit::Own => {
                    let fault = LayoutFault::Unit { unit: word.into(), fields: [u16_of(field)].into() };
                    self.push(Code::UnitMismatch, place, Some(text.as_ref().into()), Detail::Layout(fault));
                }
                _ if text.contains("单位") => {
                    let title = std::iter::once((index, cell.column, text.to_string()));
                    header::check_titles(self.resource, &fields, title, self.place, self.issues);
                }
                _ => {}
            }
        }
    }
}
