//! What a dealer's date of joining says of its year: `joined-in-period`, and `row-check` where it bought before.
//!
//! Why: a dealer that joined in August has five months for a year's target, which somebody should know; and one that bought before it joined
//! has a wrong date. Examples: joined_on 2007-08-15 where 2007 is assessed; joined_on 2007-08-15 and a shipment of 2007-07-02.

use jiff::civil::Date;

use super::Scope;
use crate::schema::RowCheckKind;
use crate::validate::issue::{Code, Detail};
use crate::validate::ledger::Ledger;

/// `joined-in-period`: the dealer joined within the period.
pub(super) fn joined_in_period(scope: &mut Scope<'_>) {
    let (Some(period), Some(index)) = (scope.period, scope.schemas.index("dealers")) else { return };
    let (Some(field), Some(table)) = (scope.resource(index).field("joined_on"), scope.tables[index].as_ref()) else {
        return;
    };
    let joined = |row: usize| table.column(field).date(row).filter(|day| day.year() == period);
    let rows: Vec<(usize, Date)> = (0..table.len()).filter_map(|row| Some((row, joined(row)?))).collect();
    for (row, day) in rows {
        let (code, detail) = (Code::JoinedInPeriod, Detail::JoinedInPeriod(day));
        scope.say(index, row, field, code.severity(), code, detail);
    }
}

/// `row-check`: the dealer bought something, or returned it, before it joined. The month of joining counts as a whole in purchases.
pub(super) fn bought_before(scope: &mut Scope<'_>) {
    let check = scope.row_check("dealers", |c| {
        (c.kind == RowCheckKind::PurchasesBeforeJoining).then(|| (c.field.clone(), c.severity))
    });
    let (Some((field, severity)), Some(index)) = (check, scope.schemas.index("dealers")) else { return };
    let (Some(joined), Some(table)) = (scope.resource(index).field(&field), scope.tables[index].as_ref()) else {
        return;
    };
    let mut first: Vec<Option<Date>> = vec![None; table.len()];
    for (dealer, day) in days_bought(scope, "purchases").into_iter().chain(days_bought(scope, "shipments")) {
        first[dealer] = Some(first[dealer].map_or(day, |first| first.min(day)));
    }
    let before = |row: usize| {
        let (joined, first) = (table.column(joined).date(row)?, first[row]?);
        (!table.faulty[row] && first < joined).then_some((row, first))
    };
    let rows: Vec<(usize, Date)> = (0..table.len()).filter_map(before).collect();
    for (row, first) in rows {
        scope.say(index, row, joined, severity, Code::RowCheck, Detail::BoughtBeforeJoining(first));
    }
}

/// For each sound row of a sheet with tonnes the dealer's row and its day, of a month the last one.
fn days_bought(scope: &Scope<'_>, sheet: &str) -> Vec<(usize, Date)> {
    let Some(index) = scope.schemas.index(sheet) else { return Vec::new() };
    let (Some(table), Some(day)) = (scope.tables[index].as_ref(), scope.resource(index).period_field) else {
        return Vec::new();
    };
    let Some(tonnes) = scope.tonnes_field(index) else { return Vec::new() };
    let is_month = scope.resource(index).fields[day].type_ == crate::schema::FieldType::Yearmonth;
    let of_row = |(row, dealer): (usize, usize)| {
        let moved = table.column(tonnes).number(row).is_some_and(|tonnes| !tonnes.is_zero());
        let day = table.column(day).date(row).filter(|_| moved && !table.faulty[row])?;
        Some((dealer, if is_month { day.last_of_month() } else { day }))
    };
    Ledger::dealers_of(scope.schemas, scope.tables, table).into_iter().filter_map(of_row).collect()
}
