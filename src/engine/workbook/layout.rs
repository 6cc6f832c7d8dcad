//! The layout of a sheet as far as it decides what cells mean.

use std::collections::HashMap;

use super::cell::cell_name;
use dealerbook_package::NumberLook;

/// Merged ranges and the looks of cells of a sheet.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    merges: Vec<Merge>,
    /// The cells with a look, in order, each with its style.
    styled: Vec<(u32, u16, u32)>,
    looks: HashMap<u32, NumberLook>,
}

/// A merged range; rows and columns from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merge {
    /// The row of its visible cell,
    pub row: u32,
    /// and its column.
    pub column: u16,
    /// Its last row.
    pub last_row: u32,
    /// Its last column.
    pub last_column: u16,
}

impl Merge {
    /// Whether a cell lies in it.
    pub fn contains(&self, row: u32, column: u16) -> bool {
        (self.row..=self.last_row).contains(&row) && (self.column..=self.last_column).contains(&column)
    }

    /// Its name, such as `A3:A14`.
    pub fn name(&self) -> String {
        format!("{}:{}", cell_name(self.row, self.column), cell_name(self.last_row, self.last_column))
    }
}

impl Layout {
    pub(super) fn new(found: dealerbook_package::Layout, looks: &HashMap<u32, NumberLook>) -> Self {
        let merge = |range: &dealerbook_package::Range| Merge {
            row: range.first.row,
            column: range.first.column,
            last_row: range.last.row,
            last_column: range.last.column,
        };
        let mut merges: Vec<Merge> = found.merges.iter().map(merge).collect();
        merges.sort_unstable();
        let mut styled: Vec<_> = found.styled.iter().map(|(at, style)| (at.row, at.column, *style)).collect();
        styled.sort_unstable();
        let looks = if styled.is_empty() { HashMap::new() } else { looks.clone() };
        Self { merges, styled, looks }
    }

    /// The merged ranges, by their first rows.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// The look of a cell, where its number format changes what is meant.
    pub fn look(&self, row: u32, column: u16) -> Option<&NumberLook> {
        let at = self.styled.binary_search_by_key(&(row, column), |(row, column, _)| (*row, *column)).ok()?;
        self.looks.get(&self.styled[at].2)
    }
}
