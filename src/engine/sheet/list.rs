//! An added list as spreadsheet programs know one: an Excel table that can be sorted and filtered, with headings of their own on one line,
//! columns that hold their totals, and a print area of what people read.
//!
//! Lists are drawn by rust_xlsxwriter in the small workbook, carried over with names and numbers of their own (`package/carry`) and taken
//! away with their sheets. Their headings are made unique on one line, since a table's columns must be called as its cells. Totals above
//! the headings are SUBTOTALs; what other sheets and the rows themselves read is written out over the whole column (`Sheet::whole_sum`), so
//! that no filter moves it. MATCH takes `*`, `?` and `~` for patterns and knows no capitals: where ids of a workbook could be mistaken so,
//! they are compared by EXACT. Days go through the sink (`RowSink::date`), which knows whether the user's workbook counts from 1900 or
//! 1904.

use std::collections::HashSet;

use super::columns::Columns;
use super::look::{Col, Group, Look};
use crate::workbook::column_name;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::u16_of;

/// Of more rows than these, formulas over whole columns are written as values: each row would look through all of them.
pub const LIVE_ROWS_MAX: u32 = 5_000;
/// The key of the column that numbers the rows in their first order.
pub const SEQUENCE: &str = "seq";
/// A heading of a table has at most so many characters.
const HEADING_CHARS_MAX: usize = 240;
/// Adds the column that numbers the rows.
pub fn number_rows(columns: &mut Columns, lang: Lang) {
    columns.add(SEQUENCE, lang.pick("序号", "No."), 7.0, Look::Count, Group::Identity);
}

/// The headings of columns: on one line each, no two alike whatever their case.
pub fn headings(columns: &[Col]) -> Vec<String> {
    let mut taken = HashSet::new();
    let heading = |column: &Col| {
        let line: String = plain(&column.label).chars().take(HEADING_CHARS_MAX).collect();
        let others = (2..=columns.len() + 1).map(|n| format!("{line} ({n})"));
        let mut names = std::iter::once(line.clone()).chain(others);
        names.find(|name| taken.insert(name.to_lowercase())).unwrap_or(line)
    };
    columns.iter().map(heading).collect()
}

/// A label on one line. `_x` would begin an escaped character in the names of a table's columns, but not in its cells.
fn plain(label: &str) -> String {
    let words: Vec<&str> =
        label.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").replace("_x", "_ x").replace("_X", "_ X")
}

/// How many columns people read: those before the first that only says what the others derive from.
pub fn printed_columns(columns: &[Col]) -> u16 {
    let read = columns.iter().take_while(|column| matches!(column.group, Group::Identity | Group::Result)).count();
    u16_of(if read == 0 { columns.len() } else { read })
}

/// Which ids of a list can be looked for by MATCH: it takes `*`, `?` and `~` for patterns and doesn't know capitals from small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// Every one.
    Plain,
    /// Not every one: they have to be compared to the letter, which takes longer.
    Exact,
}

impl Ids {
    /// Looks the ids over.
    pub fn of<'i>(ids: impl IntoIterator<Item = &'i str>) -> Ids {
        let mut taken = HashSet::new();
        let mut plain = |id: &str| {
            let is_pattern = id.contains(['*', '?', '~', '#']);
            let is_short = id.chars().count() <= super::formula::TEXT_CHARS_MAX;
            !is_pattern && is_short && taken.insert(id.to_lowercase())
        };
        if ids.into_iter().all(&mut plain) { Ids::Plain } else { Ids::Exact }
    }

    /// A formula for the value of a range in the row in which another range has the id that stands in a cell.
    pub fn look_up(self, values: &str, ids: &str, id: &str) -> String {
        match self {
            Ids::Plain => format!("INDEX({values},MATCH({id},{ids},0))"),
            Ids::Exact => format!("INDEX({values},MATCH(1,INDEX(EXACT({ids},{id})*1,0),0))"),
        }
    }
}

/// Cells of a column from one row to another, counted as Excel does, that stay what they are wherever a formula is moved to.
pub fn fixed_range(column: u16, first: u32, last: u32) -> String {
    let letter = column_name(column);
    format!("${letter}${first}:${letter}${last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn col(label: &str, group: Group) -> Col {
        Col { key: label.to_owned(), label: label.to_owned(), width: 8.0, look: Look::Money, group }
    }

    #[test]
    fn headings_stand_on_one_line_and_no_two_are_alike() {
        let labels = ["品牌\n得分", "Rate", "rate", "品牌 得分", "a_x000A_b"];
        let columns: Vec<Col> = labels.iter().map(|label| col(label, Group::Basis)).collect();
        assert_eq!(headings(&columns), ["品牌 得分", "Rate", "rate (2)", "品牌 得分 (2)", "a_ x000A_b"]);
    }

    #[test]
    fn what_is_printed_ends_before_what_it_comes_of() {
        let columns = [Group::Identity, Group::Result, Group::Identity, Group::Basis, Group::Result];
        let columns: Vec<Col> = columns.into_iter().map(|group| col("a", group)).collect();
        assert_eq!((printed_columns(&columns), printed_columns(&columns[3..])), (3, 2));
    }

    #[test]
    fn ids_that_match_takes_for_others_are_compared_to_the_letter() {
        assert_eq!(Ids::of(["D1", "D2"]), Ids::Plain);
        for ids in [["D1", "d1"], ["D*", "D1"], ["D?", "x"], ["a~b", "x"]] {
            assert_eq!(Ids::of(ids), Ids::Exact, "{ids:?}");
        }
        assert_eq!(
            Ids::Plain.look_up("'a'!$G$6:$G$9", "'a'!$B$6:$B$9", "B#"),
            "INDEX('a'!$G$6:$G$9,MATCH(B#,'a'!$B$6:$B$9,0))"
        );
    }
}
