//! What merged ranges give to the cells of a record, and what they leave open.

use super::{Reader, Typed};
use crate::validate::issue::{Code, Detail, Place};
use crate::validate::layout_fault::LayoutFault;
use crate::validate::row_kind::is_filled;
use crate::workbook::Cell;
use dealerbook_base::narrow::u16_of;

impl Reader<'_, '_> {
    /// Finds what merged ranges give to the cells of a row.
    pub(super) fn fill(&mut self, index: u32, cells: &[Cell<'_>]) {
        self.fills.fill(None);
        for active in self.merged.active.iter().filter(|active| active.merge.row < index) {
            let [field] = active.fields[..] else { continue };
            let blank = self.slots[field].is_none_or(|n| !is_filled(&cells[n]));
            if blank && active.is_shared(&self.resource.fields) {
                self.fills[field] = Some(active.cell.clone());
            }
        }
    }

    /// Reports the merged ranges that reach into a record: once each, where their value is given to it or can't be.
    pub(super) fn settle_merges(&mut self, row: usize, index: u32, cells: &[Cell<'_>]) {
        self.open.fill(false);
        let mut reported = Vec::new();
        for active in &mut self.merged.active {
            let begins = active.merge.row == index;
            let fault = if active.is_shared(&self.resource.fields) {
                let field = active.fields[0];
                let own = self.slots[field].map(|n| &cells[n]).filter(|cell| is_filled(cell));
                match own {
                    _ if begins => None,
                    None => {
                        self.table.filled.insert((row, field), active.merge.row);
                        Some((Code::MergedFilled, LayoutFault::MergedFilled(active.merge)))
                    }
                    Some(cell) if cell.value == active.cell.value => None,
                    Some(_) => Some((Code::MergedCells, LayoutFault::HiddenUnderMerge(active.merge))),
                }
            } else {
                let visible = |field: &usize| begins && self.table.header.columns[*field] == Some(active.merge.column);
                active.fields.iter().filter(|field| !visible(field)).for_each(|field| self.open[*field] = true);
                let spreads = !begins || active.fields.len() > 1;
                spreads.then(|| (Code::MergedCells, active.fault()))
            };
            if begins {
                active.first_row = Some(row);
            }
            let Some((code, fault)) = fault else { continue };
            if code == Code::MergedCells {
                self.table.faulty[row] = true;
                if let Some(first) = active.first_row {
                    self.table.faulty[first] = true;
                }
            }
            if !std::mem::replace(&mut active.reported, true) {
                let field = active.fields.first().map(|f| u16_of(*f));
                let place =
                    Place { row: Some(active.merge.row), column: Some(active.merge.column), field, ..self.place };
                reported.push((code, place, active.cell.value.seen(), Detail::Layout(fault)));
            }
        }
        for (code, place, value, detail) in reported {
            self.push(code, place, Some(value.into()), detail);
        }
    }

    /// The value of a cell, or what a merged range says in its place.
    pub(super) fn typed_or_filled(&mut self, row: usize, field: usize, column: u16, cell: Option<&Cell<'_>>) -> Typed {
        if self.open[field] && cell.is_none_or(|cell| !is_filled(cell)) {
            return Typed::Null;
        }
        match self.fills[field].take() {
            Some(given) => self.typed(row, field, column, Some(&given)),
            None => self.typed(row, field, column, cell),
        }
    }
}
