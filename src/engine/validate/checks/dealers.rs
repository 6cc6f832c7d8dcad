//! Checks that need a dealer's scorecard or its year.

use super::Scope;
use std::collections::HashSet;

use crate::schema::RowCheckKind;
use crate::validate::issue::{Code, Detail, Place};
use crate::validate::ledger::Ledger;
use dealerbook_base::exact::{Exact, decimal};
use dealerbook_base::narrow::u16_of;

/// The scorecard of a dealer by its index; `None` also where the mode is faulty.
pub(super) fn card_of(scope: &Scope<'_>, dealers: usize, mode: usize, row: usize) -> Option<usize> {
    let category = scope.tables[dealers].as_ref()?.column(mode).category(row)?;
    scope.policy.card_of(&scope.resource(dealers).fields[mode].categories[category].value)
}

/// `row-check`: a characteristic of the dealer's scorecard has no value.
///
/// Why: outlets count on the agency card only, the brand on the others, so neither can be required of all. Example: brand_influence of a
/// regional distributor is empty; that cell is marked, whatever else is wrong with the row.
pub(super) fn needed_by_scorecard(scope: &mut Scope<'_>) {
    let Some(index) = scope.schemas.index("dealers") else { return };
    let resource = scope.resource(index);
    let Some(mode) = resource.field("channel_mode") else { return };
    for check in resource.row_checks.iter().filter(|c| c.kind == RowCheckKind::NeededByScorecard) {
        let Some(field) = resource.field(&check.field) else { continue };
        let Some(table) = scope.tables[index].as_ref() else { return };
        let column = table.column(field);
        let is_empty = |row: usize| column.number(row).is_none() && column.category(row).is_none();
        let reported: HashSet<Place> = scope.issues.list().iter().map(|i| i.place).collect();
        let needs = |row: usize| {
            card_of(scope, index, mode, row).filter(|card| scope.policy.scorecards[*card].needs(&check.field))
        };
        let empty: Vec<(usize, usize)> = (0..table.len())
            .filter(|row| is_empty(*row) && !reported.contains(&table.place(*row, field)))
            .filter_map(|row| needs(row).map(|card| (row, card)))
            .collect();
        for (row, card) in empty {
            scope.say(index, row, field, check.severity, Code::RowCheck, Detail::NeededByScorecard(u16_of(card)));
        }
    }
}

/// `no-scorecard`: the dealer's mode has no scorecard, so it is not assessed (handbook 1).
pub(super) fn no_scorecard(scope: &mut Scope<'_>) {
    let check =
        scope.row_check("dealers", |c| (c.kind == RowCheckKind::NoScorecard).then(|| (c.field.clone(), c.severity)));
    let (Some((field, severity)), Some(index)) = (check, scope.schemas.index("dealers")) else { return };
    let (Some(mode), Some(table)) = (scope.resource(index).field(&field), scope.tables[index].as_ref()) else { return };
    let cardless =
        |row: &usize| table.column(mode).category(*row).is_some() && card_of(scope, index, mode, *row).is_none();
    let rows: Vec<usize> = (0..table.len()).filter(cardless).collect();
    for row in rows {
        scope.say(index, row, mode, severity, Code::NoScorecard, Detail::NoScorecard);
    }
}

/// `row-check`: a dealer bought more of ours than of all brands together.
///
/// Why: the share would exceed 100%, so one of the two figures is wrong. Example: 700 t of ours, 699.999 t of all brands.
pub(super) fn own_above_all(scope: &mut Scope<'_>, ledger: &Ledger) {
    let check = scope
        .row_check("dealers", |c| (c.kind == RowCheckKind::OwnAboveAllBrands).then(|| (c.field.clone(), c.severity)));
    let (Some((field, severity)), Some(index)) = (check, scope.schemas.index("dealers")) else { return };
    let (Some(total), Some(table)) = (scope.resource(index).field(&field), scope.tables[index].as_ref()) else {
        return;
    };
    let above = |row: usize| {
        let own = ledger.volume(row);
        let all = Exact::from(table.column(total).number(row)?);
        (!table.faulty[row] && !ledger.broken[row] && own > all).then(|| (row, decimal(&own)))
    };
    let rows: Vec<_> = (0..table.len()).filter_map(above).collect();
    for (row, own) in rows {
        scope.say(index, row, total, severity, Code::RowCheck, Detail::OwnAboveAll(own));
    }
}
