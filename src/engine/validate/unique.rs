//! Which values of a column that must be unique have been seen, and where first, in as little memory as a long ledger allows.

use super::interner::Interner;
use dealerbook_base::narrow::u32_of;

/// The values of a unique column, in the order of their first appearance.
#[derive(Default)]
pub struct Unique {
    values: Interner,
    /// The rows of the table that brought nothing new (blank, faulty or repeated), ascending: mostly there are none.
    without: Vec<u32>,
    /// The row that comes next.
    next: u32,
}

impl Unique {
    /// Takes the value of a row. Rows come in order; those without a value are passed over. Gives the row that had it first.
    pub fn take(&mut self, row: u32, value: &str) -> Option<u32> {
        self.without.extend(self.next..row);
        self.next = row + 1;
        let (number, new) = self.values.intern(value);
        if new {
            return None;
        }
        self.without.push(row);
        Some(self.first_row(number))
    }

    /// The value of a number was new in the row before which that many new ones stand.
    fn first_row(&self, number: u32) -> u32 {
        let (mut low, mut high) = (0, self.without.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.without[middle] - u32_of(middle) <= number {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        number + u32_of(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_value_is_told_by_the_row_that_had_it_first() {
        let mut unique = Unique::default();
        let rows = [(0, "a"), (2, "b"), (3, "a"), (4, "c"), (7, "d"), (8, "c"), (9, "d"), (10, "b"), (11, "e")];
        let first: Vec<Option<u32>> = rows.iter().map(|(row, value)| unique.take(*row, value)).collect();
        assert_eq!(first, [None, None, Some(0), None, None, Some(4), Some(7), Some(2), None]);
    }
}
