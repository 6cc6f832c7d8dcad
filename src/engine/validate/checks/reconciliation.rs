//! `reconciliation`: the purchases differ from the shipments, which count.
//!
//! Why: two sources of one figure that disagree are worth a look before rebates are paid on one of them.

use super::Scope;
use crate::schema::RowCheckKind;
use crate::validate::issue::{Code, Detail};
use crate::validate::ledger::{Ledger, dealer_rows};
use dealerbook_base::exact::{Exact, decimal};

pub(super) fn check(scope: &mut Scope<'_>, ledger: &Ledger) {
    let check = scope
        .row_check("purchases", |c| (c.kind == RowCheckKind::Reconciliation).then(|| (c.field.clone(), c.severity)));
    let (Some((field, severity)), Some(index)) =
        (check.filter(|_| ledger.shipments_decide), scope.schemas.index("purchases"))
    else {
        return;
    };
    let resource = scope.resource(index);
    let (Some(actual), Some(table)) = (resource.field(&field), scope.tables[index].as_ref()) else { return };
    let (Some(dealer), Some(month)) = (resource.field("dealer_id"), resource.field("month")) else { return };
    let by_symbol = dealer_rows(scope.schemas, scope.tables, table);
    let tolerance = Exact::from(scope.policy.tonnes_tolerance);
    let differs = |row: usize| {
        let dealer_row =
            table.column(dealer).symbol(row).and_then(|s| by_symbol.get(s as usize).copied().flatten())? as usize;
        let own = Exact::from(table.column(actual).number(row)?);
        let shipped = ledger.actual(dealer_row, table.column(month).date(row)?.month() as usize - 1);
        let gap = &own - &shipped;
        let counts = !table.faulty[row] && !table.outside[row] && !ledger.broken[dealer_row];
        let beyond = gap > tolerance || &gap + &tolerance < Exact::ZERO;
        (counts && beyond).then(|| (row, decimal(&shipped)))
    };
    let rows: Vec<_> = (0..table.len()).filter_map(differs).collect();
    for (row, shipped) in rows {
        scope.say(index, row, actual, severity, Code::Reconciliation, Detail::Shipped(shipped));
    }
}
