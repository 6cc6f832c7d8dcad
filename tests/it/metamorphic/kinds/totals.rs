//! Rows of totals, and rows that look like some.

use super::{Kind, Work, in_sheets, is_figure, is_free_text, is_id, is_key};
use crate::metamorphic::book::{Cell, Merge, Value};
use crate::metamorphic::judge::Holds::{self, ChangeOrIssue, Same, SameButNames, SameOrIssue};

/// The words of the contract.
const WORDS: [&str; 11] =
    ["合计", "总计", "小计", "累计", "共计", "汇总", "平均", "合计数", "subtotal", "total", "TOTAL"];
/// Texts that end so, or are so but for what surrounds them.
const ENDINGS: [&str; 11] = [
    "涪陵小计",
    "D001小计",
    "D001 小计",
    "一季度合计",
    "本页小计",
    "合 计",
    "总  计",
    "合计：",
    "小计\u{200b}",
    "\u{3000}合计",
    "全年累计",
];
/// Texts that may be.
const UNSURE: [&str; 9] =
    ["合计（吨）", "Grand Total", "Sub-total", "SUM", "Σ", "总合计：3家", "小计(D001)", "均值", "其中：涪陵"];

/// A row with a word in a column and sums of all figures behind it.
fn row(work: &mut Work<'_>, word: &str, column: usize, has_sums: bool) -> Vec<Cell> {
    let width = work.sheet().width();
    let mut cells = vec![Cell::blank(); width];
    for figure in work.columns(is_figure) {
        if figure <= column || !has_sums {
            continue;
        }
        let numbers = work.sheet().data().map(|row| work.book.sheets[work.sheet].cell(row, figure));
        let sum: f64 = numbers.filter_map(|cell| cell.content().parse::<f64>().ok()).sum();
        cells[figure] = Cell::number(&sum.round().to_string());
    }
    cells[column] = Cell::text(word);
    cells
}

fn added(work: &mut Work<'_>, at: usize, cells: Vec<Cell>) -> bool {
    work.sheet().insert_row(at, cells);
    work.in_row(at);
    true
}

/// A name of a column, and which one it is.
type Place = (&'static str, fn(&Work<'_>) -> Option<usize>);

/// The columns by where they stand.
const COLUMNS: [Place; 6] = [
    ("the first column", |_| Some(0)),
    ("the second column", |_| Some(1)),
    ("the third column", |_| Some(2)),
    ("the last text column", |work| work.columns(|field| !is_figure(field)).pop()),
    ("the first figure's column", |work| work.columns(is_figure).first().copied()),
    ("the last key's column", |work| work.columns(is_key).pop()),
];

/// A word in a column, under the data.
fn total(
    name: &str,
    holds: Holds,
    word: &'static str,
    column: impl Fn(&Work<'_>, usize) -> Option<usize> + Send + Sync + 'static,
) -> Kind {
    in_sheets(name, holds, move |work| {
        let Some(column) = column(work, work.seed) else { return false };
        let (at, cells) = (work.sheet().end, row(work, word, column, true));
        added(work, at, cells)
    })
}

pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (table, holds) in [(&WORDS[..], Same), (&ENDINGS[..], Same), (&UNSURE[..], SameOrIssue)] {
        for &word in table {
            kinds.push(total(&format!("{word:?} in the first column"), holds.clone(), word, |_, _| Some(0)));
            kinds.push(total(&format!("{word:?} in another column"), holds.clone(), word, |work, seed| {
                COLUMNS[1 + seed % (COLUMNS.len() - 1)].1(work)
            }));
        }
    }
    for (place, column) in COLUMNS {
        kinds.push(total(&format!("a total in {place}"), Same, "合计", move |work, _| column(work)));
    }
    kinds.push(in_sheets("a total without sums", Same, |work| {
        let (at, cells) = (work.sheet().end, row(work, "合计", 0, false));
        added(work, at, cells)
    }));
    kinds.push(in_sheets("a total right under the header", Same, |work| {
        let (at, cells) = (work.sheet().header + 1, row(work, "合计", 0, true));
        added(work, at, cells)
    }));
    kinds.push(in_sheets("a subtotal after the first row", Same, |work| {
        let (at, cells) = (work.sheet().header + 2, row(work, "小计", 0, true));
        added(work, at, cells)
    }));
    kinds.push(in_sheets("two totals", Same, |work| {
        for word in ["小计", "总计"] {
            let (at, cells) = (work.sheet().end, row(work, word, 0, true));
            added(work, at, cells);
        }
        true
    }));
    kinds.push(in_sheets("a total behind a blank row", Same, |work| {
        let at = work.sheet().end;
        added(work, at, Vec::new());
        let cells = row(work, "合计", 0, true);
        added(work, at + 1, cells)
    }));
    kinds.push(in_sheets("a total of formulas", Same, |work| {
        let (at, mut cells) = (work.sheet().end, row(work, "合计", 0, true));
        for cell in cells.iter_mut().filter(|cell| matches!(cell.value, Value::Number(_))) {
            cell.value = Value::Formula("SUM(A1:A2)".to_owned(), Some(cell.content().to_owned()));
        }
        added(work, at, cells)
    }));
    kinds.push(in_sheets("a total of formulas that were never calculated", Same, |work| {
        let (at, mut cells) = (work.sheet().end, row(work, "合计", 0, true));
        for cell in cells.iter_mut().filter(|cell| matches!(cell.value, Value::Number(_))) {
            cell.value = Value::Formula("SUM(A1:A2)".to_owned(), None);
        }
        added(work, at, cells)
    }));
    kinds.push(in_sheets("a total that is merged over the first columns", Same, |work| {
        let (at, cells) = (work.sheet().end, row(work, "合计", 0, true));
        work.sheet().merges.push(Merge { rows: (at, at), columns: (0, 1) });
        let is_added = added(work, at, cells);
        // The insertion moves what stands at its row.
        if let Some(merge) = work.sheet().merges.last_mut() {
            merge.rows = (at, at);
        }
        is_added
    }));
    kinds.push(in_sheets("a subtotal that keeps its key", Same, |work| {
        // As a report over groups has it: the id of the group, the word in the next key column, sums.
        let keys = work.columns(is_key);
        let [first, second, ..] = keys[..] else { return false };
        let key = {
            let at = work.sheet().header + 1;
            work.sheet().cell(at, first)
        };
        if !work.resource().is_key(work.resource().field(&work.field_of(second).expect("a field").name).unwrap_or(0)) {
            return false;
        }
        let (at, mut cells) = (work.sheet().end, row(work, "小计", second, true));
        cells[first] = key;
        added(work, at, cells)
    }));
    kinds.push(in_sheets("a running number in an extra first column of the total", SameOrIssue, |work| {
        work.sheet().insert_column(0, "序号", |n| Cell::number(&(n + 1).to_string()));
        let (at, mut cells) = (work.sheet().end, row(work, "合计", 1, true));
        cells[0] = Cell::number("99");
        added(work, at, cells)
    }));
    kinds.extend(sound_rows());
    kinds
}

/// Rows of data in which such a word stands.
fn sound_rows() -> Vec<Kind> {
    let named = |word: &'static str| {
        in_sheets(&format!("a sound row whose name or note is {word}"), SameButNames, move |work| {
            let Some(&column) = work.columns(is_free_text).first() else { return false };
            let is_shown = work.field_of(column).is_some_and(|field| ["name", "note"].contains(&&*field.name));
            let at = work.sheet().end - 1;
            work.sheet().set(at, column, Cell::text(word));
            work.at(at, column);
            is_shown
        })
    };
    let mut kinds: Vec<Kind> =
        ["合计", "小计", "涪陵小计", "合计农资公司", "Total", "低价小计", "平均"].map(named).into();
    kinds.push(in_sheets("a sound row with a word in an extra first column", SameOrIssue, |work| {
        work.sheet().insert_column(0, "分组", |n| Cell::text(if n == 0 { "小计" } else { "" }));
        work.anywhere();
        true
    }));
    kinds.push(in_sheets("a note in an extra last column says so", SameOrIssue, |work| {
        let width = work.sheet().width();
        work.sheet()
            .insert_column(width, "说明栏", |n| Cell::text(if n == 1 { "合计数见附表" } else { "合计" }));
        work.anywhere();
        true
    }));
    kinds.push(in_sheets("an id that begins so", ChangeOrIssue, |work| {
        // Nobody is left out in silence for a name that begins with such a word.
        let Some(&column) = work.columns(is_id).first() else { return false };
        if work.resource().name == "shipments" {
            // The number of a shipment counts for nothing else.
            return false;
        }
        let at = work.sheet().end - 1;
        work.sheet().set(at, column, Cell::text("合计001"));
        work.at(at, column);
        true
    }));
    kinds
}
