//! `period-mismatch`: the tonnes on the sheet are of another year than the one that is assessed (handbook, conventions).
//!
//! Why: a forgotten cover, or a single row of next January in a year's ledger, would assess everybody by nothing in silence. Example: 24 rows
//! of 2025 and one of 2026 without a cover. Told on the label of the month or date, with the year that most rows are of.

use std::collections::BTreeMap;

use super::Scope;
use crate::validate::issue::{Code, Detail, Place};

/// Checks it; whether it is so.
pub(super) fn check(scope: &mut Scope<'_>) -> bool {
    let Some((place, detail)) = found(scope) else { return false };
    scope.issues.tell(Code::PeriodMismatch, place, None, detail);
    scope.stopped = true;
    true
}

fn found(scope: &Scope<'_>) -> Option<(Place, Detail)> {
    let (period, index) = (scope.period?, scope.deciding_sheet()?);
    let (field, table) = (scope.resource(index).period_field?, scope.tables[index].as_ref()?);
    let mut years: BTreeMap<i16, u32> = BTreeMap::new();
    for day in (0..table.len()).filter_map(|row| table.column(field).date(row)) {
        *years.entry(day.year()).or_default() += 1;
    }
    let all: u32 = years.values().sum();
    let within = years.get(&period).copied().unwrap_or_default();
    let after: u32 = years.iter().filter(|(year, _)| **year > period).map(|(_, rows)| rows).sum();
    let is_wrong = match scope.period_is_guessed {
        true => 2 * (all - within) > all,
        false => within == 0 || after > within,
    };
    // Of years with equally many rows the latest.
    let (year, rows) = years.into_iter().max_by_key(|(_, rows)| *rows).filter(|_| is_wrong)?;
    let detail = Detail::PeriodMismatch { period, within, year, rows, guessed: scope.period_is_guessed };
    Some((table.label_place(field), detail))
}
