//! The cells of a sheet whose cached value governs, since doubles can't be trusted with what their formula rounds.

use std::collections::BTreeSet;

use super::body::Sheet;
use super::double::cache_governs;
use super::look::{BODY_ROW, TOTALS_ROW};
use crate::workbook::column_name;
use dealerbook_base::narrow::{u16_of, u32_of};

impl Sheet<'_> {
    /// The cells whose cached value governs, and all that are reckoned from them: column and row of each.
    pub fn governed_by_cache(&self) -> Vec<(u16, u32)> {
        let mut cells: BTreeSet<(u16, u32)> = BTreeSet::new();
        for row in 0..self.rows {
            for (column, content) in self.contents.iter().enumerate() {
                let Some((places, exact)) = content.exact.as_ref().filter(|_| !content.valued) else { continue };
                // What doubles make of a product is not known here: near a half they are not trusted.
                if exact(row as usize).is_some_and(|exact| cache_governs(&exact, *places, f64::NAN)) {
                    cells.insert((u16_of(column), BODY_ROW + row));
                }
            }
        }
        while self.spread(&mut cells) {}
        let columns: BTreeSet<u16> = cells.iter().map(|(column, _)| *column).collect();
        let refers =
            |formula: &str, column: &u16| formula.contains(&format!("{}{}", column_name(*column), BODY_ROW + 1));
        for total in &self.totals {
            let bare = total.formula.replace('$', "");
            if columns.iter().any(|column| refers(&bare, column)) {
                cells.insert((total.column, TOTALS_ROW));
            }
        }
        for (n, extra) in self.extras.iter().enumerate() {
            let summed = extra.cells.iter().filter(|(_, _, formula)| formula.is_some()).map(|(column, ..)| column);
            let row = self.first_row_below() - 1 + u32_of(n);
            cells.extend(summed.filter(|column| columns.contains(column)).map(|column| (*column, row)));
        }
        cells.into_iter().collect()
    }

    /// Adds what refers to governed cells; whether there was any.
    fn spread(&self, cells: &mut BTreeSet<(u16, u32)>) -> bool {
        let before = cells.len();
        if before == 0 {
            return false;
        }
        for (column, content) in self.contents.iter().enumerate() {
            for (key, whole) in content.written().into_iter().flat_map(Self::references) {
                let of = self.columns.at(key);
                let rows: Vec<u32> = if whole && cells.iter().any(|(column, _)| *column == of) {
                    (BODY_ROW..BODY_ROW + self.rows).collect()
                } else {
                    cells.iter().filter(|(column, _)| *column == of && !whole).map(|(_, row)| *row).collect()
                };
                cells.extend(rows.into_iter().map(|row| (u16_of(column), row)));
            }
        }
        cells.len() > before
    }
}
