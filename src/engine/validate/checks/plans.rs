//! `row-check`: a network customer's evenness is measured against its plan, so each month needs one (handbook 2.1).

use super::Scope;
use crate::policy::Joiners;
use crate::schema::RowCheckKind;
use crate::validate::issue::{Code, Detail};
use crate::validate::ledger::{Ledger, dealer_rows};

/// What: a purchases row of a network customer without a plan. Example: planned_tonnes of D003 in June is empty; that cell is marked.
pub(super) fn plan_of_network_customer(scope: &mut Scope<'_>) {
    let check = scope.row_check("purchases", |c| {
        (c.kind == RowCheckKind::PlanOfNetworkCustomer).then(|| (c.field.clone(), c.severity))
    });
    let (Some((field, severity)), Some(index)) = (check, scope.schemas.index("purchases")) else { return };
    let Some(planned) = scope.resource(index).field(&field) else { return };
    for row in missing_plans(scope, index, planned) {
        scope.say(index, row, planned, severity, Code::RowCheck, Detail::PlanNeeded);
    }
}

fn missing_plans(scope: &Scope<'_>, index: usize, planned: usize) -> Vec<usize> {
    let (Some(table), Some(dealers)) = (scope.tables[index].as_ref(), scope.table("dealers")) else {
        return Vec::new();
    };
    let resource = scope.resource(index);
    let (Some(dealer), Some(network)) =
        (resource.field("dealer_id"), scope.resource(dealers.resource).field("network_customer"))
    else {
        return Vec::new();
    };
    let by_symbol = dealer_rows(scope.schemas, scope.tables, table);
    let is_network = |row: usize| {
        let dealer_row = table.column(dealer).symbol(row).and_then(|s| by_symbol.get(s as usize).copied().flatten());
        dealer_row
            .map(|r| r as usize)
            .is_some_and(|r| !dealers.faulty[r] && dealers.column(network).boolean(r) == Some(true))
    };
    let needs_one =
        |row: &usize| !table.faulty[*row] && !table.outside[*row] && table.column(planned).number(*row).is_none();
    (0..table.len()).filter(needs_one).filter(|row| is_network(*row)).collect()
}

/// What: a network customer whose mode has a card, with a month that has no purchases row. Where the policy prorates dealers that joined within
/// the period, the months before need none. Marked at the dealer's network_customer.
pub(super) fn twelve_planned_months(scope: &mut Scope<'_>, ledger: &Ledger) {
    let check = scope
        .row_check("dealers", |c| (c.kind == RowCheckKind::TwelvePlannedMonths).then(|| (c.field.clone(), c.severity)));
    let (Some((field, severity)), Some(index)) = (check, scope.schemas.index("dealers")) else { return };
    if scope.table("purchases").is_some_and(|table| table.unread) {
        return;
    }
    let (Some(network), Some(mode)) =
        (scope.resource(index).field(&field), scope.resource(index).field("channel_mode"))
    else {
        return;
    };
    let Some(table) = scope.tables[index].as_ref() else { return };
    let has_card = |row: usize| super::dealers::card_of(scope, index, mode, row).is_some();
    let concerned = |row: &usize| {
        !table.faulty[*row]
            && !ledger.broken[*row]
            && table.column(network).boolean(*row) == Some(true)
            && has_card(*row)
    };
    let joined_on = scope.resource(index).field("joined_on");
    let joined = |row: usize| {
        let day = joined_on.and_then(|field| table.column(field).date(row));
        day.filter(|day| Some(day.year()) == scope.period).map(|day| day.month())
    };
    let short: Vec<(usize, Detail)> = (0..table.len())
        .filter(concerned)
        .map(|row| (row, joined(row), !ledger.months[row] & needed(scope.policy.joiners, joined(row))))
        .filter(|(.., missing)| *missing != 0)
        .map(|(row, joined, missing)| (row, Detail::MissingMonths { missing, joined }))
        .collect();
    for (row, detail) in short {
        scope.say(index, row, network, severity, Code::RowCheck, detail);
    }
}

/// The months that need a plan, as bits 0 to 11: all, or those since joining where the policy prorates.
fn needed(joiners: Joiners, joined: Option<i8>) -> u16 {
    const ALL: u16 = 0xFFF;
    match (joiners, joined) {
        (Joiners::Prorated, Some(month)) => ALL & (ALL << (month - 1)),
        _ => ALL,
    }
}
