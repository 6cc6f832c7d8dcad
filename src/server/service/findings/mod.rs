//! What a run has found, as pages need it: its stored result without the results themselves, read once and remembered.

pub mod read;

use std::collections::HashMap;

use serde::Deserialize;

use super::remembered::Weigh;
use dealerbook_engine::schema::Severity;
use dealerbook_output::pipeline::CellAt;

/// What a run has found.
#[derive(Debug, Deserialize)]
pub struct Findings {
    /// What it was made of.
    pub run: Made,
    /// Its counts.
    pub summary: Counts,
    /// The faults and remarks, the gravest first in each sheet.
    pub issues: Vec<Found>,
}

/// What a run was made of.
#[derive(Debug, Deserialize)]
pub struct Made {
    /// Whether its year wasn't whole; runs of earlier builds don't say.
    #[serde(default)]
    pub interim: bool,
    /// The as-of date.
    pub as_of: Option<String>,
    /// The policy in force then.
    pub policy: Option<MadeBy>,
    /// Why there is no annotated workbook.
    #[serde(default)]
    pub unwritten: Option<String>,
}

/// A policy by its name.
#[derive(Debug, Deserialize)]
pub struct MadeBy {
    /// Its short name.
    pub id: String,
    /// Its version.
    pub version: String,
}

/// Counts and sums.
#[derive(Debug, Deserialize)]
pub struct Counts {
    /// What the incentives come to, with 2 places.
    pub incentive_total: Option<String>,
    /// Each fault of each column once.
    pub codes: Vec<Group>,
}

/// A kind of fault in a column.
#[derive(Debug, Deserialize)]
pub struct Group {
    /// The sheet's name in the workbook.
    pub sheet: Option<String>,
    /// The field of the schema.
    pub field: Option<String>,
    /// The code.
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// How often it is there.
    pub count: u32,
}

/// An issue.
#[derive(Debug, Deserialize)]
pub struct Found {
    /// How grave it is.
    pub severity: Severity,
    /// What it is.
    pub code: String,
    /// The sheet's name in the workbook.
    pub sheet: Option<String>,
    /// The resource of the schema.
    pub resource: Option<String>,
    /// The row as Excel shows it.
    pub row: Option<u32>,
    /// The column's letters.
    pub column: Option<String>,
    /// The field of the schema.
    pub field: Option<String>,
    /// The cell as Excel shows it.
    pub cell: Option<String>,
    /// The value that was seen.
    pub value: Option<String>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub suggestion: Option<String>,
    /// Of how many cells or rows it speaks.
    pub count: u32,
}

/// What has become of the faults of an earlier run.
#[derive(Debug)]
pub struct Since {
    /// Of each issue, by its place in the list: whether it was there before.
    pub open: Vec<bool>,
    /// The earlier ones that are gone, by their places in the earlier list.
    pub mended: Vec<usize>,
}

impl Weigh for Findings {
    fn weight(&self) -> usize {
        self.issues.len() + self.summary.codes.len() + 1
    }
}

impl Findings {
    /// The errors and warnings.
    pub fn faults(&self) -> impl Iterator<Item = (usize, &Found)> {
        self.issues.iter().enumerate().filter(|(_, issue)| issue.severity != Severity::Info)
    }

    /// What has become of the faults of an earlier run: each is known by its cell and code, else, where rows have moved, by its column,
    /// value and code.
    pub fn since(&self, earlier: &Findings) -> Since {
        let mut open = vec![false; self.issues.len()];
        let mut gone = vec![true; earlier.issues.len()];
        for key in [Found::by_cell, Found::by_value] {
            let mut waiting: HashMap<[&str; 4], Vec<usize>> = HashMap::new();
            let still_gone: Vec<_> = earlier.faults().filter(|(n, _)| gone[*n]).collect();
            for (n, fault) in still_gone.into_iter().rev() {
                waiting.entry(key(fault)).or_default().push(n);
            }
            for (n, issue) in self.faults() {
                if let (false, Some(found)) = (open[n], waiting.get_mut(&key(issue)).and_then(Vec::pop)) {
                    (open[n], gone[found]) = (true, false);
                }
            }
        }
        Since { open, mended: earlier.faults().map(|(n, _)| n).filter(|n| gone[*n]).collect() }
    }
}

impl Found {
    fn by_cell(&self) -> [&str; 4] {
        [self.sheet.as_deref().unwrap_or_default(), self.cell.as_deref().unwrap_or_default(), "", &self.code]
    }

    fn by_value(&self) -> [&str; 4] {
        let [sheet, field, value] =
            [&self.sheet, &self.field, &self.value].map(|text| text.as_deref().unwrap_or_default());
        [sheet, field, value, &self.code]
    }

    /// The cell that it is about, where it is about one.
    pub fn at(&self) -> Option<CellAt> {
        let (sheet, row) = (self.sheet.clone()?, self.row?.checked_sub(1)?);
        let column = self.column.as_deref()?.bytes().try_fold(0u32, |sum, letter| {
            let digit = u32::from(letter.checked_sub(b'A')?) + 1;
            (digit <= 26).then(|| sum.checked_mul(26)?.checked_add(digit)).flatten()
        })?;
        Some(CellAt { sheet, row, column: u16::try_from(column.checked_sub(1)?).ok()? })
    }
}
