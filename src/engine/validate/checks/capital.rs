//! `no-capital`: what a dealer ties up is no more than what it owes, so that there is no return on it (handbook 7).
//!
//! Why: a return on nothing, or on less, is no figure to compare. Example: 20,000 of inventory, 30,000 of payables; that cell is marked, or
//! the dealer's id where nothing is owed and nothing is tied up either.

use rust_decimal::Decimal;

use super::Scope;
use crate::schema::{Resource, RowCheckKind};
use crate::validate::issue::{Code, Detail};
use crate::validate::table::Table;
use dealerbook_base::exact::Exact;

pub(super) fn check(scope: &mut Scope<'_>) {
    for index in 0..scope.tables.len() {
        let resource = scope.resource(index);
        for check in &resource.row_checks {
            let RowCheckKind::NoCapital { plus, minus } = &check.kind else { continue };
            let (Some(id), Some(owed)) = (resource.field(&check.field), resource.field(minus)) else { continue };
            let Some(table) = scope.tables[index].as_ref() else { continue };
            let faults: Vec<(usize, usize, Decimal)> = (0..table.len())
                .filter(|row| !table.faulty[*row])
                .map(|row| (row, capital(resource, table, row, plus, owed)))
                .filter(|(_, capital)| capital.signum() <= 0)
                .map(|(row, capital)| {
                    (
                        row,
                        table.column(owed).number(row).filter(|x| !x.is_zero()).map_or(id, |_| owed),
                        capital.round(2),
                    )
                })
                .collect();
            for (row, field, capital) in faults {
                scope.say(index, row, field, check.severity, Code::NoCapital, Detail::NoCapital(capital));
            }
        }
    }
}

fn capital(resource: &Resource, table: &Table, row: usize, plus: &[String], owed: usize) -> Exact {
    let number = |field: usize| table.column(field).number(row).map_or(Exact::ZERO, Exact::from);
    let tied_up = plus.iter().filter_map(|name| resource.field(name)).map(number);
    &tied_up.sum::<Exact>() - &number(owed)
}
