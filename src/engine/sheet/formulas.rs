//! The formulas of a sheet with its columns spelt out, and the columns that they refer to.

use std::collections::BTreeSet;

use super::body::Sheet;
use super::list;
use super::look::{BODY_ROW, Group, Look, TOTALS_ROW};
use crate::workbook::column_name;

impl Sheet<'_> {
    /// The formula of the sum of a column: over all rows, or over those that have in another column what the sum's own row has there.
    pub(super) fn sum_formula(&self, column: usize, by: Option<u16>) -> String {
        let range = |column: usize| self.columns.range(&self.columns[column].key, self.rows);
        let formula = match by {
            None => format!("SUBTOTAL(109,{})", range(column)),
            Some(by) => {
                let own = column_name(by);
                format!("SUMPRODUCT(EXACT({},{own}#)*1,{})", range(usize::from(by)), range(column))
            }
        };
        if self.columns[column].look == Look::Money { format!("ROUND({formula},2)") } else { formula }
    }

    /// A formula with its columns spelt out; `#` stands for the row.
    pub(super) fn spelt(&self, formula: &str) -> String {
        self.spelt_from("", formula)
    }

    /// The same with its sheet before each reference, as formulas on other sheets write it: `'信用额度结果'!`.
    pub fn spelt_from(&self, sheet: &str, formula: &str) -> String {
        let mut out = String::new();
        let mut rest = formula;
        while let Some((before, behind)) = rest.split_once('[') {
            let (key, after) = behind.split_once(']').unwrap_or((behind, ""));
            out.push_str(before);
            let bare = key.trim_end_matches([':', ';', '!']);
            let letter = self.columns.letter(bare);
            out += &match key.strip_prefix(bare) {
                Some(":") => format!("{sheet}{}", self.whole(self.columns.at(bare))),
                Some(";") => format!("{sheet}{}", self.block_of(self.columns.at(bare))),
                Some("!") => self.whole_sum(sheet, self.columns.at(bare)),
                _ => format!("{sheet}{letter}#"),
            };
            rest = after;
        }
        out + rest
    }

    /// The cells of a column in all rows.
    fn whole(&self, column: u16) -> String {
        list::fixed_range(column, BODY_ROW + 1, BODY_ROW + self.rows.max(1))
    }

    /// The cells of a column in the block below the table.
    fn block_of(&self, column: u16) -> String {
        list::fixed_range(column, self.block.0, self.block.1)
    }

    /// What the rows of a column come to, whatever a filter leaves in view.
    fn whole_sum(&self, sheet: &str, column: u16) -> String {
        if let Some((_, of)) = self.counted.iter().find(|(at, _)| *at == column) {
            return format!("COUNTA({sheet}{})", self.whole(*of));
        }
        let sum = format!("SUM({sheet}{})", self.whole(column));
        let n = usize::from(column);
        match (self.contents.get(n).is_some_and(|content| content.summed), self.columns[n].look) {
            (false, _) => format!("{sheet}${}${}", column_name(column), TOTALS_ROW + 1),
            (true, Look::Money) => format!("ROUND({sum},2)"),
            (true, _) => sum,
        }
    }

    /// The keys that a formula refers to: of its own row, and of all rows.
    pub(super) fn references(formula: &str) -> impl Iterator<Item = (&str, bool)> {
        let keys = formula.split('[').skip(1).filter_map(|part| part.split_once(']')).map(|(key, _)| key);
        keys.map(|key| (key.trim_end_matches([':', ';', '!']), key.ends_with([':', ';', '!'])))
    }

    /// The columns that a live column is reckoned from: in its own row, and (where so told) in all rows. Those that only say whose row it
    /// is are left out.
    pub fn reckoned_from(&self, column: usize) -> Vec<(usize, bool)> {
        let Some(formula) = &self.contents[column].formula else { return Vec::new() };
        let place = |key: &str| usize::from(self.columns.at(key));
        let mut from = BTreeSet::new();
        let mut keys = formula.split('[').skip(1).filter_map(|part| part.split_once(']')).peekable();
        while let Some((key, behind)) = keys.next() {
            let first = place(key.trim_end_matches([':', ';', '!']));
            let last = match keys.peek() {
                Some((next, _)) if behind == ":" => place(next.trim_end_matches([':', ';', '!'])),
                _ => first,
            };
            // The total of what is no figure is a count, or the day on which all is looked at.
            let is_figure = |n: &usize| self.columns[*n].look.number_format().is_some() || !key.ends_with('!');
            let of = (first..=last).filter(|n| self.columns[*n].group != Group::Identity && *n != column);
            from.extend(of.filter(is_figure).map(|n| (n, key.ends_with([':', ';', '!']))));
        }
        from.into_iter().collect()
    }
}
