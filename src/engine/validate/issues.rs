//! The issues of one workbook: collected up to a bound, counted beyond it, sorted for whoever reads them.

use super::issue::{Code, Detail, Issue, Place, ResourceId};
use crate::schema::Severity;

/// The issues of one workbook, up to a bound; beyond it they are counted only.
#[derive(Clone, Debug, Default)]
pub struct Issues {
    list: Vec<Issue>,
    counts: std::collections::BTreeMap<CountKey, u32>,
    beyond: u32,
}

/// What is counted together: sheet, field, code, severity.
pub type CountKey = (Option<u16>, Option<ResourceId>, Option<u16>, Severity, Code);

/// So many issues are listed one by one; the rest is counted.
pub const ISSUES_MAX: usize = 50_000;

impl Issues {
    /// Adds an issue.
    pub fn push(&mut self, issue: Issue) {
        let key = (issue.place.sheet, issue.place.resource, issue.place.field, issue.severity, issue.code);
        *self.counts.entry(key).or_default() += issue.count;
        if self.list.len() < ISSUES_MAX {
            self.list.push(issue);
        } else {
            self.beyond += 1;
        }
    }

    /// Adds an issue of its code's own severity.
    pub fn tell(&mut self, code: Code, place: Place, value: Option<&str>, detail: Detail) {
        let value = value.map(Into::into);
        self.push(Issue { severity: code.severity(), code, place, value, detail, count: 1 });
    }

    /// Whether the same was told last: where months stand across, twelve rows share the cell of their dealer.
    pub fn ends_with(&self, code: Code, place: Place, detail: &Detail) -> bool {
        self.list.last().is_some_and(|last| last.code == code && last.place == place && last.detail == *detail)
    }

    /// Takes the issues of a code out again.
    pub fn remove(&mut self, code: Code) {
        self.list.retain(|i| i.code != code);
        self.counts.retain(|key, _| key.4 != code);
    }

    /// Errors, then warnings, then infos; within each by sheet, row and column.
    pub fn sort(&mut self) {
        self.list
            .sort_by_key(|i| (i.severity, i.place.sheet.map_or(u16::MAX, |s| s), i.place.row, i.place.column, i.code));
    }

    /// The issues.
    pub fn list(&self) -> &[Issue] {
        &self.list
    }

    /// How many were counted only.
    pub fn beyond(&self) -> u32 {
        self.beyond
    }

    /// How often each fault stands in each column.
    pub fn counts(&self) -> impl Iterator<Item = (&CountKey, u32)> {
        self.counts.iter().map(|(key, count)| (key, *count))
    }

    /// How many issues there are of a severity, folded ones counting once.
    pub fn of(&self, severity: Severity) -> usize {
        let listed = self.list.iter().filter(|i| i.severity == severity).count();
        let counted: u32 = self
            .counts
            .iter()
            .filter(|(key, _)| key.3 == severity && severity == Severity::Error)
            .map(|(_, n)| *n)
            .sum();
        listed.max(counted as usize)
    }
}
