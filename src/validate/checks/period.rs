//! `outside-period`: rows of another period are left out, and it is said once a sheet.
//!
//! Why: a workbook that carries last year's rows along is common, and they must not add to this year's.

use super::Scope;
use crate::validate::issue::{Code, Detail, Issue};

pub(super) fn check(scope: &mut Scope<'_>) {
    let Some(period) = scope.period else { return };
    for index in 0..scope.tables.len() {
        let (Some(field), Some(table)) = (scope.resource(index).period_field, scope.tables[index].as_mut()) else {
            continue;
        };
        let resource = &scope.schemas.resources[index];
        let mut first = None;
        let mut count = 0;
        for row in 0..table.len() {
            if table.column(field).date(row).is_some_and(|date| date.year() != period) {
                table.outside[row] = true;
                first = first.or(Some(row));
                count += 1;
            }
        }
        if let Some(row) = first {
            let (place, value) = (table.place(row, field), table.seen(resource, row, field));
            let code = Code::OutsidePeriod;
            scope.issues.push(Issue {
                severity: code.severity(),
                code,
                place,
                value,
                detail: Detail::OutsidePeriod(period),
                count,
            });
        }
    }
}
