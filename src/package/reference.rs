//! Cell references: `A1`, ranges, and lists of ranges.

use super::edit::At;

/// The number of columns of a sheet.
pub(super) const COLUMNS: u32 = 16_384;
/// The number of rows of a sheet.
pub(super) const ROWS: u32 = 1_048_576;

/// A rectangle of cells, both corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// The corner with the smallest row and column.
    pub first: At,
    /// The corner opposite.
    pub last: At,
}

impl Range {
    /// Whether the cell lies in it.
    #[must_use]
    pub fn contains(&self, at: At) -> bool {
        (self.first.row..=self.last.row).contains(&at.row)
            && (self.first.column..=self.last.column).contains(&at.column)
    }

    /// The smallest rectangle around this one and a cell.
    #[must_use]
    pub(super) fn with(self, at: At) -> Range {
        Range {
            first: At { row: self.first.row.min(at.row), column: self.first.column.min(at.column) },
            last: At { row: self.last.row.max(at.row), column: self.last.column.max(at.column) },
        }
    }

    /// The smallest rectangle around some cells.
    pub(super) fn around(cells: impl IntoIterator<Item = At>) -> Option<Range> {
        cells
            .into_iter()
            .fold(None, |range: Option<Range>, at| Some(range.unwrap_or(Range { first: at, last: at }).with(at)))
    }
}

/// The letters of a column counted from 0.
pub(super) fn letters(column: u16) -> String {
    let mut rest = u32::from(column) + 1;
    let mut reversed = Vec::new();
    while rest > 0 {
        rest -= 1;
        reversed.push(b'A' + u8::try_from(rest % 26).unwrap_or(0));
        rest /= 26;
    }
    reversed.iter().rev().map(|&byte| char::from(byte)).collect()
}

/// `B7`.
pub(super) fn cell(at: At) -> String {
    format!("{}{}", letters(at.column), at.row + 1)
}

/// `$B$7`.
pub(super) fn absolute(at: At) -> String {
    format!("${}${}", letters(at.column), at.row + 1)
}

/// `B7:C9`, or `B7` for a single cell.
pub(super) fn range(range: Range) -> String {
    if range.first == range.last { cell(range.first) } else { format!("{}:{}", cell(range.first), cell(range.last)) }
}

/// Reads `B7` or `$B$7`.
pub(super) fn parse_cell(text: &str) -> Option<At> {
    let mut column: u32 = 0;
    let mut row: u32 = 0;
    for byte in text.bytes() {
        match byte {
            b'$' => {}
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                column = (column * 26 + u32::from(byte.to_ascii_uppercase() - b'A') + 1).min(1 << 20)
            }
            b'0'..=b'9' if column > 0 => row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
            _ => return None,
        }
    }
    if row == 0 || row > ROWS || column == 0 || column > COLUMNS {
        return None;
    }
    Some(At { row: row - 1, column: u16::try_from(column - 1).ok()? })
}

/// Reads `B7:C9` or `B7`, with or without `$`.
pub(super) fn parse_range(text: &str) -> Option<Range> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let (first, last) = (parse_cell(first)?, parse_cell(last)?);
    Some(Range { first, last: first }.with(last))
}

/// The ranges of some cells as in `sqref`.
pub(super) fn sqref(cells: &[At]) -> String {
    ranges(cells).into_iter().map(range).collect::<Vec<_>>().join(" ")
}

/// The ranges of some cells: ascending, neighbours in a column drawn together.
pub(super) fn ranges(cells: &[At]) -> Vec<Range> {
    let mut sorted: Vec<(u16, u32)> = cells.iter().map(|at| (at.column, at.row)).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut ranges: Vec<Range> = Vec::new();
    for (column, row) in sorted {
        let at = At { row, column };
        match ranges.last_mut() {
            Some(last) if last.last.column == column && last.last.row + 1 == row => last.last = at,
            _ => ranges.push(Range { first: at, last: at }),
        }
    }
    ranges.sort_unstable();
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_cells_go_both_ways() {
        for column in [0_u16, 25, 26, 701, 702, 16_383] {
            let at = At { row: 6, column };
            assert_eq!(parse_cell(&cell(at)), Some(at));
            assert_eq!(parse_cell(&absolute(at)), Some(at));
        }
        assert_eq!(letters(16_383), "XFD");
        for bad in ["", "A", "7", "A0", "XFE1", "A1048577", "1A", "A1B", "A99999999999", "ZZZZZZZZZZZZZZZZ1"] {
            assert_eq!(parse_cell(bad), None, "{bad}");
        }
    }

    #[test]
    fn sqref_is_ascending_and_short() {
        let cells: Vec<At> =
            [(8, 0), (2, 0), (3, 0), (4, 0), (2, 3), (8, 0)].map(|(row, column)| At { row, column }).to_vec();
        assert_eq!(sqref(&cells), "A3:A5 D3 A9");
    }
}
