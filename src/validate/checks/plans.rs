//! `row-check`: a network customer's evenness is measured against its plan, so each month needs one (handbook 2.1).

use super::Scope;
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

/// What: a network customer whose mode has a card, with a month that has no purchases row. Marked at the dealer's network_customer.
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
    let short: Vec<(usize, u16)> = (0..table.len())
        .filter(concerned)
        .map(|row| (row, !ledger.months[row] & 0xFFF))
        .filter(|(_, missing)| *missing != 0)
        .collect();
    for (row, missing) in short {
        scope.say(index, row, network, severity, Code::RowCheck, Detail::MissingMonths(missing));
    }
}
