//! Checks over several cells, rows and sheets; one kind a file.

mod capital;
mod dealers;
mod foreign_key;
mod history;
mod incentive_inputs;
mod interim;
mod joining;
mod no_purchases;
mod period;
mod period_mismatch;
mod plans;
mod ranks;
mod receivables;
mod reconciliation;
mod rows;
mod stock;
mod weights;

pub use interim::Interim;

use jiff::civil::Date;

use super::issue::{Code, Detail, Issue, Place};
use super::issues::Issues;
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
    /// Whether neither request nor cover tell it, so that the data had to.
    pub period_is_guessed: bool,
    /// The as-of date.
    pub as_of: Option<Date>,
    /// The cell of the as-of date, where the cover says it.
    pub as_of_at: Option<Place>,
    /// What the period before came to, where it is known.
    pub past: Option<&'a PastPeriod>,
    /// Whether an assessment is wanted and its sheets are there.
    pub assessed: bool,
    /// Whether incentives are wanted and their sheets are there.
    pub incentives: bool,
    /// Whether a fault belongs to no row.
    pub stopped: bool,
}

/// What the checks made of the tables.
pub struct Verdict {
    /// The tonnes of each dealer's months, where they are assessed.
    pub ledger: Option<Ledger>,
    /// Why the run is interim, where it is.
    pub interim: Option<Interim>,
}

/// Runs all checks, those within a row first, and adds up the ledger on the way.
pub fn all(scope: &mut Scope<'_>) -> Verdict {
    foreign_key::check(scope);
    rows::check(scope);
    capital::check(scope);
    weights::check(scope);
    period::check(scope);
    // Where the rows are of another year, that no dealer bought anything in this one says nothing.
    let interim = if period_mismatch::check(scope) { None } else { interim::check(scope) };
    joining::bought_before(scope);
    receivables::unlisted(scope);
    stock::check(scope);
    dealers::needed_by_scorecard(scope);
    dealers::no_scorecard(scope);
    history::check(scope);
    Verdict { interim, ledger: if scope.assessed { assessment(scope) } else { None } }
}

/// The checks of what is assessed.
fn assessment(scope: &mut Scope<'_>) -> Option<Ledger> {
    plans::plan_of_network_customer(scope);
    if scope.incentives {
        incentive_inputs::check(scope);
    }
    let ledger = Ledger::add_up(scope.schemas, scope.tables, scope.period)?;
    reconciliation::check(scope, &ledger);
    dealers::own_above_all(scope, &ledger);
    plans::twelve_planned_months(scope, &ledger);
    no_purchases::check(scope, &ledger);
    joining::joined_in_period(scope);
    ranks::within_file(scope);
    Some(ledger)
}

impl<'a> Scope<'a> {
    fn resource(&self, index: usize) -> &'a Resource {
        &self.schemas.resources[index]
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.schemas.index(name).and_then(|index| self.tables[index].as_ref())
    }

    /// The sheet that decides how many tonnes were bought: the shipments where they are there, else the purchases.
    fn deciding_sheet(&self) -> Option<usize> {
        ["shipments", "purchases"]
            .into_iter()
            .filter_map(|name| self.schemas.index(name))
            .find(|index| self.tables[*index].is_some())
    }

    /// The column of a sheet of purchases or shipments that says the actual tonnes.
    fn tonnes_field(&self, index: usize) -> Option<usize> {
        let resource = self.resource(index);
        resource.field("actual_tonnes").or_else(|| resource.field("tonnes"))
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
