//! `row-check`: the weights of each option come to 100 and are the same for every option (handbook 11).
//!
//! Why: totals of options that were weighed differently can't be compared. Marked at the option's first weight.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Scope;
use crate::schema::RowCheckKind;
use crate::validate::issue::{Code, Detail};
use crate::validate::table::Table;
use dealerbook_base::key::Key;

pub(super) fn check(scope: &mut Scope<'_>) {
    for index in 0..scope.tables.len() {
        let resource = scope.resource(index);
        for check in &resource.row_checks {
            let RowCheckKind::Weights { group, key, sum } = &check.kind else { continue };
            let (Some(weight), Some(group), Some(key)) =
                (resource.field(&check.field), resource.field(group), resource.field(key))
            else {
                continue;
            };
            let Some(table) = scope.tables[index].as_ref() else { continue };
            for (row, detail) in faults(table, weight, group, key, *sum) {
                scope.say(index, row, weight, check.severity, Code::RowCheck, detail);
            }
        }
    }
}

/// A group's rows and its weight by its key.
type Group<'t> = (Vec<usize>, BTreeMap<&'t Key, Decimal>);

fn faults(table: &Table, weight: usize, group: usize, key: usize, requested: Decimal) -> Vec<(usize, Detail)> {
    let mut groups: Vec<(u32, Group<'_>)> = Vec::new();
    for row in 0..table.len() {
        let Some(symbol) = table.column(group).symbol(row) else { continue };
        let at = groups.iter().position(|(s, _)| *s == symbol).unwrap_or_else(|| {
            groups.push((symbol, Group::default()));
            groups.len() - 1
        });
        let (rows, weights) = &mut groups[at].1;
        rows.push(row);
        if let (Some(key), Some(weight)) = (table.column(key).key(row), table.column(weight).number(row)) {
            weights.insert(key, weight);
        }
    }
    groups.retain(|(_, (rows, _))| rows.iter().all(|row| !table.faulty[*row]));
    let first = groups.first().map(|(_, (_, weights))| weights.clone()).unwrap_or_default();
    let fault = |rows: &[usize], weights: &BTreeMap<&Key, Decimal>| {
        let sum: Decimal = weights.values().sum();
        if sum != requested {
            return Some((rows[0], Detail::WeightsSum(sum.normalize(), requested)));
        }
        let strange = weights.iter().find(|(key, weight)| first.get(*key) != Some(weight)).map(|(key, _)| *key);
        let strange = strange.or_else(|| first.keys().find(|key| !weights.contains_key(*key)).copied())?;
        Some((rows[0], Detail::WeightsDiffer(strange.shown().into())))
    };
    groups.iter().filter_map(|(_, (rows, weights))| fault(rows, weights)).collect()
}
