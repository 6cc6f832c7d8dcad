//! What the columns of a sheet come from where no formula says so: cells of the user's sheets, or another column. Pages lead there.
//!
//! A column that is called as one of the user's sheet reads that one and needs no line.

use std::borrow::Cow;

/// Where the figures of a column stand on the user's sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// In columns of a sheet, all by their names in the schema.
    Columns(&'static str, Vec<Cow<'static, str>>),
    /// Among the dealers' tonnes, by months or by shipments, whichever decides.
    Tonnes,
}

/// What the columns of a sheet come from.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// The user's sheet whose columns are read by their own names.
    pub(super) own: &'static str,
    /// What columns read that aren't called as on that sheet; a key that ends in * stands for all that begin so.
    pub(super) reads: Vec<(Cow<'static, str>, Read)>,
    /// The column that another derives from, and whether in all rows.
    pub(super) derived: Vec<(&'static str, &'static str, bool)>,
}

impl Reads {
    /// Returns the user's sheet whose columns are read by their own names.
    pub fn own(&self) -> &'static str {
        self.own
    }

    /// Returns what a column reads, where it isn't called as on the user's sheet.
    pub fn of(&self, column: &str) -> Option<&Read> {
        self.reads.iter().find(|(key, _)| is(key, column)).map(|(_, read)| read)
    }

    /// Returns the column that another derives from although no formula says so, and whether it does in all rows.
    pub fn derived(&self, column: &str) -> Option<(&'static str, bool)> {
        let found = self.derived.iter().find(|(key, ..)| is(key, column));
        found.map(|(_, other, whole)| (*other, *whole))
    }
}

fn is(key: &str, column: &str) -> bool {
    key.strip_suffix('*').map_or(key == column, |begins| column.starts_with(begins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_all_keys_that_begin_so() {
        let derived = vec![("plot*", "open", false), ("order", "to_win", true)];
        let reads = Reads { derived, ..Reads::default() };
        assert_eq!(reads.derived("plot3"), Some(("open", false)));
        assert_eq!(reads.derived("order"), Some(("to_win", true)));
        assert_eq!(reads.derived("orders"), None);
    }
}
