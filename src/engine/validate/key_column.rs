//! A column of texts that group: each key once, in the spelling that is shown, however often and in whatever spelling it stands.

use std::collections::{HashMap, HashSet};

use super::column::NO_TEXT;
use crate::schema::Resource;
use crate::validate::Table;
use dealerbook_base::key::Key;
use dealerbook_base::narrow::u32_of;

/// The keys of one column, a row each.
#[derive(Debug, Default)]
pub struct KeyColumn {
    /// The distinct keys, in the order of their first appearance.
    keys: Vec<Key>,
    by_key: HashMap<Key, u32>,
    /// Each spelling that was met: a ledger repeats a few of them in each of its rows.
    by_spelling: HashMap<Box<str>, u32>,
    /// A row each.
    symbols: Vec<u32>,
}

impl KeyColumn {
    /// Returns the number of a text's key, and whether the text is spelled as the key is shown: as `known` spells it, else as it stood first.
    pub fn intern(&mut self, text: &str, known: Option<&HashSet<Key>>) -> (u32, bool) {
        let symbol = self.by_spelling.get(text).copied().unwrap_or_else(|| {
            let symbol = self.symbol_of(Key::new(text), known);
            self.by_spelling.insert(text.into(), symbol);
            symbol
        });
        (symbol, *dealerbook_base::key::visible(text) == *self.keys[symbol as usize].shown())
    }

    fn symbol_of(&mut self, key: Key, known: Option<&HashSet<Key>>) -> u32 {
        if let Some(symbol) = self.by_key.get(&key) {
            return *symbol;
        }
        let symbol = u32_of(self.keys.len());
        let key = known.and_then(|known| known.get(&key).cloned()).unwrap_or(key);
        self.keys.push(key.clone());
        self.by_key.insert(key, symbol);
        symbol
    }

    /// Adds a row.
    pub fn push(&mut self, symbol: Option<u32>) {
        self.symbols.push(symbol.unwrap_or(NO_TEXT));
    }

    /// Returns the key of a number that [`KeyColumn::intern`] gave.
    pub fn of_symbol(&self, symbol: u32) -> &Key {
        &self.keys[symbol as usize]
    }

    /// Returns the key in a row.
    pub fn get(&self, row: usize) -> Option<&Key> {
        self.symbols.get(row).filter(|symbol| **symbol != NO_TEXT).map(|symbol| self.of_symbol(*symbol))
    }

    /// Returns the number of each row's key, `NO_TEXT` where there is none.
    pub fn symbols(&self) -> &[u32] {
        &self.symbols
    }

    /// Returns the distinct keys, in the order of their first appearance.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Lets go of what only reading needs.
    pub fn close(&mut self) {
        self.by_spelling = HashMap::new();
    }
}

/// The keys of a sheet by what they group: the dealers sheet's spellings go before those of other sheets.
#[derive(Debug, Default)]
pub struct Spellings(Vec<(String, HashSet<Key>)>);

impl Spellings {
    /// Takes the keys of a table.
    pub fn of(resource: &Resource, table: &Table) -> Self {
        let columns = resource.fields.iter().zip(&table.columns);
        let groups = columns.filter_map(|(field, column)| match (&field.groups, column) {
            (Some(group), super::Column::Key(column)) => Some((group.clone(), column.keys().iter().cloned().collect())),
            _ => None,
        });
        Self(groups.collect())
    }

    /// Returns the known keys of what a column groups by.
    pub fn known(&self, group: &str) -> Option<&HashSet<Key>> {
        self.0.iter().find(|(own, _)| own == group).map(|(_, keys)| keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_spelling_is_shown_and_the_others_are_known_by_their_difference() {
        let mut column = KeyColumn::default();
        let read = |column: &mut KeyColumn, text: &str| {
            let (symbol, same) = column.intern(text, None);
            column.push(Some(symbol));
            (symbol, same)
        };
        assert_eq!(read(&mut column, "\u{200B}华东（一）区 "), (0, true));
        assert_eq!(read(&mut column, "华东(一)区"), (0, false));
        assert_eq!(read(&mut column, "华东（一）区"), (0, true));
        assert_eq!(read(&mut column, "north"), (1, true));
        assert_eq!(read(&mut column, "North"), (2, true));
        column.push(None);
        let shown: Vec<&str> = column.keys().iter().map(Key::shown).collect();
        assert_eq!(shown, ["华东（一）区", "north", "North"]);
        assert_eq!((column.get(1).map(Key::shown), column.get(5)), (Some("华东（一）区"), None));
    }

    #[test]
    fn a_spelling_that_is_known_from_elsewhere_goes_before_the_first_one_here() {
        let known = HashSet::from([Key::new("南宁")]);
        let mut column = KeyColumn::default();
        assert_eq!(column.intern("南 宁", Some(&known)), (0, false));
        assert_eq!(column.of_symbol(0).shown(), "南宁");
        assert_eq!(column.intern("北 海", Some(&known)), (1, true));
    }
}
