//! Checks over several cells, rows and sheets; one kind a file.

mod capital;
mod dealers;
mod foreign_key;
mod history;
mod incentive_inputs;
mod period;
mod plans;
mod reconciliation;
mod rows;
mod weights;

use super::issue::{Code, Detail, Issue, Issues};
use super::ledger::Ledger;
use super::table::Table;
use crate::history::PastPeriod;
use crate::policy::Policy;
use crate::schema::{Resource, RowCheck, Schemas, Severity};

/// What the checks work on.
pub struct Scope<'a> {
    /// The schemas, which say what applies where.
    pub schemas: &'a Schemas,
    /// The policy: which mode has which card.
    pub policy: &'a Policy,
    /// The tables.
    pub tables: &'a mut Vec<Option<Table>>,
    /// What is found.
    pub issues: &'a mut Issues,
    /// The calendar year.
    pub period: Option<i16>,
    /// What the period before came to, where it is known.
    pub past: Option<&'a PastPeriod>,
    /// Whether an assessment is wanted and its sheets are there.
    pub assessed: bool,
    /// Whether incentives are wanted and their sheets are there.
    pub incentives: bool,
    /// Whether a fault belongs to no row.
    pub stopped: bool,
}

/// Runs all checks, those within a row first, and adds up the ledger on the way.
pub fn all(scope: &mut Scope<'_>) -> Option<Ledger> {
    foreign_key::check(scope);
    rows::check(scope);
    capital::check(scope);
    weights::check(scope);
    period::check(scope);
    dealers::needed_by_scorecard(scope);
    dealers::no_scorecard(scope);
    history::check(scope);
    if !scope.assessed {
        return None;
    }
    plans::plan_of_network_customer(scope);
    if scope.incentives {
        incentive_inputs::check(scope);
    }
    let ledger = Ledger::add_up(scope.schemas, scope.tables)?;
    reconciliation::check(scope, &ledger);
    dealers::own_above_all(scope, &ledger);
    plans::twelve_planned_months(scope, &ledger);
    Some(ledger)
}

impl<'a> Scope<'a> {
    fn resource(&self, index: usize) -> &'a Resource {
        &self.schemas.resources[index]
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.schemas.index(name).and_then(|index| self.tables[index].as_ref())
    }

    /// The row check of a table for which `pick` gives something.
    fn row_check<T>(&self, name: &str, pick: impl Fn(&RowCheck) -> Option<T>) -> Option<T> {
        let index = self.schemas.index(name)?;
        self.resource(index).row_checks.iter().find_map(pick)
    }

    /// Says a fault at a cell of a row, and notes the row as faulty if it is an error.
    fn say(&mut self, table: usize, row: usize, field: usize, severity: Severity, code: Code, detail: Detail) {
        let resource = &self.schemas.resources[table];
        let Some(table) = self.tables[table].as_mut() else { return };
        table.faulty[row] |= severity == Severity::Error;
        let place = table.place(row, field);
        if self.issues.ends_with(code, place, &detail) {
            return;
        }
        let value = table.seen(resource, row, field);
        self.issues.push(Issue { severity, code, place, value, detail, count: 1 });
    }
}
