//! Distinct texts by number, in the order of their first appearance, in one buffer.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts by number.
#[derive(Default)]
pub struct Interner {
    buffer: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
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
        let hash = self.hasher.hash_one(text);
        let Self { buffer, ends, table, hasher } = self;
        if let Some(found) = table.find(hash, |n| get(buffer, ends, *n) == text) {
            return (*found, false);
        }
        let number = ends.len() as u32;
        buffer.push_str(text);
        ends.push(buffer.len() as u32);
        table.insert_unique(hash, number, |n| hasher.hash_one(get(buffer, ends, *n)));
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
        (0..self.ends.len() as u32).map(|n| self.get(n))
    }
}

fn get<'b>(buffer: &'b str, ends: &[u32], number: u32) -> &'b str {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] as usize };
    &buffer[start..ends[number] as usize]
}
