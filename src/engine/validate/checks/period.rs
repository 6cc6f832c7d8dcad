//! `outside-period`: rows of another period, or dated after the as-of date, are left out, and it is said once a sheet.
//!
//! Why: a workbook that carries last year's rows along is common, and they must not add to this year's; what lies after the as-of date isn't
//! known on it. Example: a shipment of 2008-01-03 where 2007 is assessed; one of July where 30 June is the as-of date.

use jiff::civil::Date;

use super::Scope;
use crate::validate::issue::{Code, Detail, Issue};
use dealerbook_base::narrow::u32_of;

pub(super) fn check(scope: &mut Scope<'_>) {
    let Some(period) = scope.period else { return };
    let as_of = scope.as_of.unwrap_or(Date::MAX);
    leave_out(scope, Detail::OutsidePeriod(period), |day| day.year() != period);
    leave_out(scope, Detail::AfterAsOf(as_of), |day| day.year() == period && day > as_of);
}

/// Leaves out the rows whose day is such a one, and says so.
fn leave_out(scope: &mut Scope<'_>, why: Detail, is_out: impl Fn(Date) -> bool) {
    for index in 0..scope.tables.len() {
        let resource = scope.resource(index);
        let (Some(field), Some(table)) = (resource.period_field, scope.tables[index].as_mut()) else {
            continue;
        };
        let is_out = |row: &usize| table.column(field).date(*row).is_some_and(&is_out);
        let rows: Vec<usize> = (0..table.len()).filter(is_out).collect();
        rows.iter().for_each(|row| table.outside[*row] = true);
        if let Some(row) = rows.first() {
            let (place, value) = (table.place(*row, field), table.seen(resource, *row, field));
            let (code, detail, count) = (Code::OutsidePeriod, why.clone(), u32_of(rows.len()));
            scope.issues.push(Issue { severity: code.severity(), code, place, value, detail, count });
        }
    }
}
