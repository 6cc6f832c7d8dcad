//! `constraint-error`, `missing-label`, `missing-sheet`: what a declared incentive programme needs and nobody else does (handbook 3).
//!
//! Why: an amount that is missing would be paid as 0 in silence. It is a fault only where the policy in force has a programme that reads
//! it, and only of dealers that the programme may pay, as far as mode, region and scorecard tell before there is a grade. Example: the
//! amount of a shipment to an agency that earns a percentage of it is empty; that cell is marked.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::Scope;
use super::dealers::card_of;
use crate::policy::Incentive;
use crate::schema::Severity;
use crate::validate::column::Column;
use crate::validate::issue::{Code, Detail, Place, ResourceId};
use crate::validate::ledger::Ledger;
use crate::validate::table::Table;
use dealerbook_base::narrow::u16_of;

pub(super) fn check(scope: &mut Scope<'_>) {
    last_year(scope);
    amounts(scope);
    payments(scope);
}

/// For each row of the dealers sheet the first programme of a sort that may pay the dealer, by its index.
fn concerned(scope: &Scope<'_>, is: fn(&Incentive) -> bool) -> Vec<Option<u16>> {
    let none = Vec::new();
    let (Some(index), Some(table)) = (scope.schemas.index("dealers"), scope.table("dealers")) else { return none };
    let resource = scope.resource(index);
    let field = |name| resource.field(name).map(|field| (field, table.column(field)));
    let (Some((mode_field, mode)), Some((_, region)), Some((_, falsified))) =
        (field("channel_mode"), field("region"), field("falsified_documents"))
    else {
        return none;
    };
    let first = |row: usize| {
        let category = mode.category(row).filter(|_| falsified.boolean(row) != Some(true))?;
        let mode = &resource.fields[mode_field].categories[category].value;
        let has_card = card_of(scope, index, mode_field, row).is_some();
        let region = region.key(row).unwrap_or_default();
        let pays = |i: &Incentive| is(i) && i.may_pay(has_card, mode, region);
        scope.policy.incentives.iter().position(pays).map(u16_of)
    };
    (0..table.len()).map(first).collect()
}

/// 上年销量 of a dealer that growth may be paid for, where the result of that year isn't known.
fn last_year(scope: &mut Scope<'_>) {
    let dealers = concerned(scope, Incentive::needs_last_year);
    let known = tonnes_known(scope);
    let dealers = dealers.into_iter().enumerate().filter_map(|(row, programme)| Some((row, programme?)));
    let lacking = dealers.filter(|(row, _)| !known.get(*row).copied().unwrap_or_default()).collect();
    needed(scope, "dealers", "last_year_tonnes", lacking);
}

/// For each row of the dealers sheet whether the history says last year's tonnes.
fn tonnes_known(scope: &Scope<'_>) -> Vec<bool> {
    let (Some(past), Some(table)) = (scope.past, scope.table("dealers")) else { return Vec::new() };
    let Some(id) = scope.schemas.resources[table.resource].field("dealer_id") else { return Vec::new() };
    let tonnes = |row: usize| past.dealer(table.column(id).text(row)?)?.tonnes;
    (0..table.len()).map(|row| tonnes(row).is_some()).collect()
}

/// 金额 of the period's shipments to dealers that are paid by it.
fn amounts(scope: &mut Scope<'_>) {
    let field = |name| scope.schemas.index("shipments").and_then(|index| scope.resource(index).field(name));
    let Some(amount) = field("amount") else { return };
    let lacks = |table: &Table, row: usize| !table.outside[row] && table.column(amount).number(row).is_none();
    let rows = rows_of(scope, "shipments", Incentive::needs_amount, lacks);
    needed(scope, "shipments", "amount", rows);
}

/// 回款日期 of what dealers have paid that are paid for paying in time.
fn payments(scope: &mut Scope<'_>) {
    let field = |name| scope.schemas.index("receivables").and_then(|index| scope.resource(index).field(name));
    let (Some(paid), Some(paid_on)) = (field("paid"), field("paid_on")) else { return };
    let lacks = |table: &Table, row: usize| {
        table.column(paid).number(row).is_some_and(|x| x > Decimal::ZERO) && table.column(paid_on).date(row).is_none()
    };
    let rows = rows_of(scope, "receivables", Incentive::needs_receivables, lacks);
    needed(scope, "receivables", "paid_on", rows);
}

/// The rows of a ledger that lack what a sort of programme reads, each with the programme. A ledger that isn't there is said to be
/// missing.
fn rows_of(
    scope: &mut Scope<'_>,
    name: &str,
    is: fn(&Incentive) -> bool,
    lacks: impl Fn(&Table, usize) -> bool,
) -> Vec<(usize, u16)> {
    let dealers = concerned(scope, is);
    let Some(first) = dealers.iter().flatten().next().copied() else { return Vec::new() };
    let Some(table) = scope.table(name) else {
        let resource = scope.schemas.index(name).map(|index| ResourceId::Table(u16_of(index)));
        let place = Place { resource, ..Place::default() };
        scope.issues.tell(Code::MissingSheet, place, None, Detail::NeededByIncentive(first));
        scope.stopped = true;
        return Vec::new();
    };
    let rows = Ledger::dealers_of(scope.schemas, scope.tables, table).into_iter();
    rows.filter(|(row, _)| lacks(table, *row)).filter_map(|(row, dealer)| Some((row, dealers[dealer]?))).collect()
}

/// Says each of these cells, unless something is said of it already, or that the whole column is missing.
fn needed(scope: &mut Scope<'_>, name: &str, field: &str, rows: Vec<(usize, u16)>) {
    let Some(index) = scope.schemas.index(name) else { return };
    let (Some(field), Some(table)) = (scope.resource(index).field(field), scope.table(name)) else { return };
    let Some((_, programme)) = rows.first().copied() else { return };
    if matches!(table.column(field), Column::Absent) {
        let place = Place {
            sheet: Some(u16_of(table.sheet)),
            resource: Some(ResourceId::Table(u16_of(index))),
            row: Some(table.header.row),
            column: None,
            field: Some(u16_of(field)),
        };
        scope.issues.tell(Code::MissingLabel, place, None, Detail::NeededByIncentive(programme));
        scope.stopped = true;
        return;
    }
    let reported: HashSet<Place> = scope.issues.list().iter().map(|i| i.place).collect();
    let empty = |row: usize| table.column(field).number(row).is_none() && table.column(field).date(row).is_none();
    let rows: Vec<_> =
        rows.into_iter().filter(|(row, _)| empty(*row) && !reported.contains(&table.place(*row, field))).collect();
    for (row, programme) in rows {
        let detail = Detail::NeededByIncentive(programme);
        scope.say(index, row, field, Severity::Error, Code::ConstraintError, detail);
    }
}
