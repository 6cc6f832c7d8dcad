//! The faults that an earlier answer listed, read back from its issues sheet, and what has become of them.
//!
//! The sheet is known by its stamp, whatever it is called by now; its columns by their labels, wherever they have been moved to.

use std::collections::HashMap;

use super::issue_sheet::{COLUMNS, FIXED, NEW, is_listed};
use dealerbook_engine::validate::{Code, Issue, Speaker};
use dealerbook_engine::workbook::{ReadError, Row, Workbook, cell_name};

/// The faults that more than one sheet, or the choice of programmes, decides.
const SEVERAL_SHEETS: [Code; 5] =
    [Code::ForeignKey, Code::RowCheck, Code::Reconciliation, Code::NoScorecard, Code::MissingSheet];
/// The labels stand in one of the first rows.
const HEADER_ROWS: u32 = 30;
/// As few labels tell the header.
const LABELS_MIN: usize = 4;
/// So many fixed faults are listed; with the issues they stay below the links that a sheet may have.
const FIXED_MAX: usize = 10_000;

/// A fault that an earlier answer listed, in its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    cells: HashMap<&'static str, String>,
}

/// What has happened to the workbook since the earlier answer.
#[derive(Clone, Copy, Debug)]
pub enum Since<'s> {
    /// Nothing at all: what the earlier answer said of the one before it still stands.
    Nothing,
    /// Whatever people do; these sheets were not read this time.
    Changes {
        /// Their names.
        unread: &'s [String],
    },
}

/// What has become of the faults since.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Of each issue that is listed, in order: whether it was there before.
    pub open: Vec<bool>,
    /// The faults that are gone.
    pub fixed: Vec<Earlier>,
}

impl Earlier {
    /// What stands in the column of that key.
    pub fn get(&self, key: &str) -> &str {
        self.cells.get(key).map_or("", String::as_str)
    }

    fn is(&self, state: (&str, &str)) -> bool {
        [state.0, state.1].contains(&self.get("state"))
    }

    /// Whether this run would have found the fault if it were still there. Without some of the sheets, what several of them decide
    /// together isn't looked at; nor is an empty cell that another programme needs.
    fn was_looked_for(&self, unread: &[String]) -> bool {
        let of_several = SEVERAL_SHEETS.iter().any(|code| code.text() == self.get("code"));
        let needed = self.get("code") == Code::ConstraintError.text() && self.get("value").is_empty();
        unread.is_empty() || !(of_several || needed || unread.iter().any(|sheet| sheet == self.get("sheet")))
    }

    fn by_cell(&self) -> [String; 4] {
        [self.get("sheet"), self.get("cell"), "", self.get("code")].map(str::to_owned)
    }

    fn by_value(&self) -> [String; 4] {
        [self.get("sheet"), self.get("field"), self.get("value"), self.get("code")].map(str::to_owned)
    }
}

/// Reads the faults back. A sheet that doesn't look like one of ours any more gives none.
///
/// # Errors
///
/// Where the sheet can't be read.
pub fn read(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Vec<Earlier>, ReadError> {
    let mut columns: HashMap<u16, &'static str> = HashMap::new();
    let mut faults = Vec::new();
    workbook.rows(sheet, |row| {
        if columns.is_empty() {
            columns = labels(&row);
            return Ok(row.index < HEADER_ROWS);
        }
        let cell =
            |cell: &dealerbook_engine::workbook::Cell<'_>| Some((*columns.get(&cell.column)?, cell.value.seen()));
        let fault = Earlier { cells: row.cells.iter().filter_map(cell).collect() };
        if !fault.get("code").is_empty() {
            faults.push(fault);
        }
        Ok(faults.len() < dealerbook_engine::validate::ISSUES_MAX)
    })?;
    Ok(faults)
}

fn labels(row: &Row<'_, '_>) -> HashMap<u16, &'static str> {
    let key = |text: &str| COLUMNS.iter().find(|c| c.zh == text || c.en == text).map(|c| c.key);
    let labels: HashMap<u16, &'static str> =
        row.cells.iter().filter_map(|cell| Some((cell.column, key(&cell.value.seen())?))).collect();
    if labels.len() >= LABELS_MIN { labels } else { HashMap::new() }
}

/// Finds each issue among the earlier faults: by its cell and code, else, where rows have moved, by its column, value and code. None
/// where that says nothing: every fault is there as before.
pub fn compare(earlier: Vec<Earlier>, issues: &[Issue], speaker: &Speaker<'_>, since: Since<'_>) -> Option<Comparison> {
    if matches!(since, Since::Nothing) && earlier.iter().all(|fault| fault.get("state").is_empty()) {
        return None;
    }
    let (gone_before, standing): (Vec<Earlier>, Vec<Earlier>) = earlier.into_iter().partition(|fault| fault.is(FIXED));
    let listed: Vec<&Issue> = issues.iter().filter(|issue| is_listed(issue)).collect();
    let (found, gone) = find(&standing, &listed, speaker);
    let (open, fixed): (Vec<bool>, Vec<Earlier>) = match since {
        Since::Nothing => {
            let was_open = |found: &Option<usize>| found.is_some_and(|n| !standing[n].is(NEW));
            (found.iter().map(was_open).collect(), gone_before)
        }
        Since::Changes { unread } => {
            let gone = standing.into_iter().zip(gone).filter(|(fault, gone)| *gone && fault.was_looked_for(unread));
            (found.iter().map(Option::is_some).collect(), gone.map(|(fault, _)| fault).collect())
        }
    };
    let says_something = !fixed.is_empty() || open.contains(&false);
    says_something.then(|| Comparison { open, fixed: fixed.into_iter().take(FIXED_MAX).collect() })
}

/// Of each issue the earlier fault that it is; and of each earlier fault whether no issue is it.
fn find(earlier: &[Earlier], listed: &[&Issue], speaker: &Speaker<'_>) -> (Vec<Option<usize>>, Vec<bool>) {
    let mut found = vec![None; listed.len()];
    let mut gone = vec![true; earlier.len()];
    let keys: [(OfEarlier, OfIssue); 2] = [(Earlier::by_cell, by_cell), (Earlier::by_value, by_value)];
    for (of_earlier, of_issue) in keys {
        let mut waiting: HashMap<[String; 4], Vec<usize>> = HashMap::new();
        for (n, fault) in earlier.iter().enumerate().rev().filter(|(n, _)| gone[*n]) {
            waiting.entry(of_earlier(fault)).or_default().push(n);
        }
        for (n, issue) in listed.iter().enumerate() {
            if let (None, Some(fault)) = (found[n], waiting.get_mut(&of_issue(issue, speaker)).and_then(Vec::pop)) {
                (found[n], gone[fault]) = (Some(fault), false);
            }
        }
    }
    (found, gone)
}

/// What distinguishes one earlier fault from another.
type OfEarlier = fn(&Earlier) -> [String; 4];
/// The same of an issue.
type OfIssue = fn(&Issue, &Speaker<'_>) -> [String; 4];

fn by_cell(issue: &Issue, speaker: &Speaker<'_>) -> [String; 4] {
    let cell = issue.place.row.zip(issue.place.column).map(|(row, column)| cell_name(row, column));
    let sheet = speaker.sheet(issue.place.sheet).unwrap_or_default();
    [sheet.to_owned(), cell.unwrap_or_default(), String::new(), issue.code.text().to_owned()]
}

fn by_value(issue: &Issue, speaker: &Speaker<'_>) -> [String; 4] {
    let sheet = speaker.sheet(issue.place.sheet).unwrap_or_default();
    let field = speaker.field(issue.place.resource, issue.place.field).map_or("", |f| f.label(speaker.lang));
    [
        sheet.to_owned(),
        field.to_owned(),
        issue.value.as_deref().unwrap_or_default().to_owned(),
        issue.code.text().to_owned(),
    ]
}
