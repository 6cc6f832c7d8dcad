//! `no-purchases`: the dealer's year comes to 0 tonnes or less (handbook 2).
//!
//! Why: it has no violations either, and full marks for that: without a word, a dealer that bought nothing would look like one that behaved.
//! Example: D1 without a row in the purchases; returns of 60 t and nothing bought.

use super::Scope;
use crate::validate::issue::{Code, Detail};
use crate::validate::ledger::Ledger;
use dealerbook_base::exact::decimal;

pub(super) fn check(scope: &mut Scope<'_>, ledger: &Ledger) {
    let Some(index) = scope.schemas.index("dealers").filter(|_| !scope.stopped) else { return };
    let (Some(field), Some(table)) = (scope.resource(index).field("dealer_id"), scope.tables[index].as_ref()) else {
        return;
    };
    let without = |row: usize| {
        let volume = ledger.volume(row);
        (!table.faulty[row] && !ledger.broken[row] && volume.signum() <= 0).then(|| (row, decimal(&volume)))
    };
    let rows: Vec<_> = (0..table.len()).filter_map(without).collect();
    for (row, volume) in rows {
        let (code, detail) = (Code::NoPurchases, Detail::NoPurchases(volume));
        scope.say(index, row, field, code.severity(), code, detail);
    }
}
