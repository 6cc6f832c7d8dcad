//! Distinct texts by number, in the order of their first appearance, in one buffer.

use std::cmp::Ordering;
use std::hash::BuildHasher;

use dealerbook_base::narrow::u32_of;
use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts by number.
#[derive(Default)]
pub struct Interner {
    buffer: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
    /// The text that sorts behind all others: ids mostly ascend, and one beyond it needs no looking for.
    greatest: Option<u32>,
    hasher: DefaultHashBuilder,
}

impl std::fmt::Debug for Interner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Interner({} texts)", self.ends.len())
    }
}

impl Interner {
    /// The number of a text, and whether it is new.
    pub fn intern(&mut self, text: &str) -> (u32, bool) {
        let place = self.greatest.map(|greatest| (text.cmp(self.get(greatest)), greatest));
        if let Some((Ordering::Equal, greatest)) = place {
            return (greatest, false);
        }
        let is_less = matches!(place, Some((Ordering::Less, _)));
        let hash = self.hasher.hash_one(text);
        let Self { buffer, ends, table, greatest, hasher } = self;
        let find = || table.find(hash, |n| get(buffer, ends, *n) == text).copied();
        if let Some(found) = is_less.then(find).flatten() {
            return (found, false);
        }
        let number = u32_of(ends.len());
        buffer.push_str(text);
        ends.push(u32_of(buffer.len()));
        table.insert_unique(hash, number, |n| hasher.hash_one(get(buffer, ends, *n)));
        if !is_less {
            *greatest = Some(number);
        }
        (number, true)
    }

    /// The number of a text that is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.table.find(hash, |n| get(&self.buffer, &self.ends, *n) == text).copied()
    }

    /// The text of a number.
    pub fn get(&self, number: u32) -> &str {
        get(&self.buffer, &self.ends, number)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..u32_of(self.ends.len())).map(|n| self.get(n))
    }
}

fn get<'b>(buffer: &'b str, ends: &[u32], number: u32) -> &'b str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] as usize };
    &buffer[start..ends[number] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_whatever_the_order() {
        let mut interner = Interner::default();
        let numbers: Vec<(u32, bool)> = ["b", "b", "c", "a", "c", "b", "d", "a", ""].map(|t| interner.intern(t)).into();
        let expected =
            [(0, true), (0, false), (1, true), (2, true), (1, false), (0, false), (3, true), (2, false), (4, true)];
        assert_eq!(numbers, expected);
        assert_eq!(interner.iter().collect::<Vec<_>>(), ["b", "c", "a", "d", ""]);
    }
}
