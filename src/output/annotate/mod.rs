//! What is to be written where on the user's own sheets: marks, notes, result columns. A plan, pure; `package` carries it out.
//!
//! A mark is one conditional format a fault and column, its formula the constraint itself, so that it goes when the cell is corrected;
//! where other rows decide, the formula is “still holds the value that was seen”. No array constants: conditional formats don't take them.
//! What a file can't take is asked beforehand (`Package::hindered`), since issues and 计算说明 are written in the same pass.

mod appeal_words;
mod block;
mod marks;
mod notes;

use std::collections::{BTreeMap, BTreeSet};

use dealerbook_engine::schema::Severity;
use dealerbook_engine::validate::{Checked, Issue, Speaker};
use dealerbook_package::edit::{At, CellFill, Rgb, SheetEdit};

pub use appeal_words::{answer, clock, lodged};
pub use block::{COLUMNS_MAX, ResultColumns, block};

/// How faulty cells are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// By conditional-format rules that fall silent when the cell is fixed.
    #[default]
    Conditional,
    /// By a fill in the cell's own style, which stays until the next upload.
    Style,
}

/// How much is written at most.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Notes on cells; the rest stands on the issues sheet alone. Excel grows slow in the tens of thousands.
    pub notes_max: usize,
    /// Conditional-format rules on all sheets together.
    pub rules_max: usize,
    /// Filled cells on all sheets together, where cells are marked by their style.
    pub fills_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { notes_max: 5_000, rules_max: 1_000, fills_max: 20_000 }
    }
}

/// The fill and the text colour of a mark.
fn colours(severity: Severity) -> (Rgb, Rgb) {
    match severity {
        Severity::Error => (Rgb(0xFFC7CE), Rgb(0x9C0006)),
        _ => (Rgb(0xFFEB9C), Rgb(0x7F6000)),
    }
}

/// What is to be written, and what went beyond the limits.
pub struct Plan {
    /// The sheets that are touched.
    pub sheets: Vec<SheetEdit>,
    /// How much stands on the issues sheet alone.
    pub left_out: LeftOut,
}

/// What went beyond the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Faulty cells without a note.
    pub notes: usize,
    /// Faulty cells without a mark, because there are too many rules or fills.
    pub marks: usize,
}

/// The marks and notes of the errors and warnings that stand on cells, a sheet each.
pub fn plan(checked: &Checked, speaker: &Speaker<'_>, limits: &Limits, mark: Mark) -> Plan {
    let mut by_sheet: BTreeMap<u16, Vec<(&Issue, At)>> = BTreeMap::new();
    for issue in checked.issues.list().iter().filter(|i| i.severity != Severity::Info) {
        if let (Some(sheet), Some(row), Some(column)) = (issue.place.sheet, issue.place.row, issue.place.column) {
            by_sheet.entry(sheet).or_default().push((issue, At { row, column }));
        }
    }
    let (rules_max, fills_max) = match mark {
        Mark::Conditional => (limits.rules_max, 0),
        Mark::Style => (0, limits.fills_max),
    };
    let (mut notes_left, mut rules_left, mut fills_left) = (limits.notes_max, rules_max, fills_max);
    let mut left_out = LeftOut::default();
    let edits = by_sheet.into_iter().map(|(sheet, issues)| {
        let notes = notes::notes(&issues, speaker, notes_left);
        let rules = marks::rules(&issues, speaker, rules_left);
        let fills = fills(&issues, fills_left);
        let faulty = issues.iter().map(|(_, at)| *at).collect::<BTreeSet<At>>().len();
        left_out.notes += faulty - notes.len().min(faulty);
        left_out.marks += match mark {
            Mark::Conditional => marks::cells_beyond(&issues, speaker, rules_left),
            Mark::Style => faulty - fills.len(),
        };
        fills_left -= fills.len();
        notes_left -= notes.len();
        rules_left -= rules.len();
        SheetEdit { sheet: checked.sheets[usize::from(sheet)].clone(), rules, fills, notes, block: None }
    });
    let sheets = edits.collect();
    Plan { sheets, left_out }
}

/// A fill for each cell, at most so many; the gravest issue of a cell gives the colour.
fn fills(issues: &[(&Issue, At)], fills_max: usize) -> Vec<CellFill> {
    let mut gravest: BTreeMap<At, Severity> = BTreeMap::new();
    for (issue, at) in issues {
        let grave = gravest.entry(*at).or_insert(issue.severity);
        if issue.severity == Severity::Error {
            *grave = Severity::Error;
        }
    }
    let fill = |(at, severity)| CellFill { at, fill: colours(severity).0 };
    gravest.into_iter().take(fills_max).map(fill).collect()
}
