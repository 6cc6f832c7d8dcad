//! The columns of an added sheet, found by their keys.

use super::look::{BODY_ROW, Col, Group, Look};
use crate::workbook::column_name;

/// The columns of a sheet, in order.
#[derive(Clone, Debug, Default)]
pub struct Columns(Vec<Col>);

impl Columns {
    /// Adds a column behind the others.
    pub fn add(&mut self, key: impl Into<String>, label: impl Into<String>, width: f64, look: Look, group: Group) {
        self.0.push(Col { key: key.into(), label: label.into(), width, look, group });
    }

    /// The index of a column by its key; 0 where there is none, which the debug build refuses.
    pub fn at(&self, key: &str) -> u16 {
        let found = super::look::at(&self.0, key);
        debug_assert!(found.is_some(), "no column {key}");
        found.unwrap_or_default()
    }

    /// A column by its key.
    pub fn get(&self, key: &str) -> &Col {
        &self.0[usize::from(self.at(key))]
    }

    /// The name of a column, as formulas write it.
    pub fn letter(&self, key: &str) -> String {
        column_name(self.at(key))
    }

    /// The cells of a column in a body of so many rows, as formulas write them.
    pub fn range(&self, key: &str, rows: u32) -> String {
        let letter = self.letter(key);
        format!("{letter}{}:{letter}{}", BODY_ROW + 1, BODY_ROW + rows.max(1))
    }

    /// The same, that stay what they are wherever a formula is moved to.
    pub fn fixed(&self, key: &str, rows: u32) -> String {
        super::list::fixed_range(self.at(key), BODY_ROW + 1, BODY_ROW + rows.max(1))
    }
}

impl std::ops::Deref for Columns {
    type Target = [Col];

    fn deref(&self) -> &[Col] {
        &self.0
    }
}
