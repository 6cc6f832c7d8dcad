//! `unlisted-receivables`: a dealer owes something and has no credit row (handbook 5).
//!
//! Why: what the credit sheet doesn't list would be owed by nobody, and its totals wouldn't tie out with the ledger. Example: an invoice of
//! 900,000 to D2, which has no row in 信用额度. Told at the dealer's first open invoice.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Scope;
use crate::validate::column::Column;
use crate::validate::issue::{Code, Detail, Issue};
use crate::validate::table::Table;

/// What a dealer owes: its first open invoice, how many there are, and their sum.
type Owed = (usize, u32, Decimal);

pub(super) fn unlisted(scope: &mut Scope<'_>) {
    let (Some(index), Some(credit)) = (scope.schemas.index("receivables"), scope.table("credit")) else { return };
    let (Some(table), Some(field)) = (scope.tables[index].as_ref(), scope.resource(index).field("dealer_id")) else {
        return;
    };
    let Some(listed) = ids(scope, credit) else { return };
    let found: Vec<Owed> =
        owed(scope, table, field).into_iter().filter(|(id, _)| !listed.contains(id)).map(|(_, owed)| owed).collect();
    for (row, count, sum) in found {
        let Some(table) = scope.tables[index].as_ref() else { return };
        let (place, value) = (table.place(row, field), table.seen(scope.resource(index), row, field));
        let (code, detail) = (Code::UnlistedReceivables, Detail::UnlistedReceivables(sum.normalize()));
        scope.issues.push(Issue { severity: code.severity(), code, place, value, detail, count });
    }
}

/// The dealers of a sheet; none where it lacks the column.
fn ids<'t>(scope: &Scope<'_>, table: &'t Table) -> Option<HashSet<&'t str>> {
    let column = table.column(scope.resource(table.resource).field("dealer_id")?);
    (!matches!(column, Column::Absent)).then(|| (0..table.len()).filter_map(|row| column.text(row)).collect())
}

/// The open invoices as of the as-of date, by dealer.
fn owed<'t>(scope: &Scope<'_>, table: &'t Table, dealer: usize) -> BTreeMap<&'t str, Owed> {
    // Without an as-of date the latest on the sheets counts, so none lies behind it.
    let as_of = scope.as_of.unwrap_or(Date::MAX);
    let resource = scope.resource(table.resource);
    let column = |name| resource.field(name).map(|field| table.column(field));
    let mut owed: BTreeMap<&str, Owed> = BTreeMap::new();
    let (Some(amount), Some(paid)) = (column("amount"), column("paid")) else { return owed };
    let (Some(dated), Some(paid_on)) = (column("invoice_date"), column("paid_on")) else { return owed };
    for row in (0..table.len()).filter(|row| !table.faulty[*row]) {
        let is_dated = dated.date(row).is_some_and(|day| day <= as_of);
        let (Some(id), Some(amount)) = (table.column(dealer).text(row), amount.number(row).filter(|_| is_dated)) else {
            continue;
        };
        let has_paid = paid_on.date(row).is_none_or(|day| day <= as_of);
        let open = amount - paid.number(row).filter(|_| has_paid).unwrap_or_default();
        if !open.is_zero() {
            let (_, count, sum) = owed.entry(id).or_insert((row, 0, Decimal::ZERO));
            *count += 1;
            *sum += open;
        }
    }
    owed
}
