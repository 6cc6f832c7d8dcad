//! `row-check`: comparisons between the cells of one row, as the schema declares them.

use rust_decimal::Decimal;

use super::Scope;
use crate::schema::{Resource, RowCheck, RowCheckKind};
use crate::validate::issue::{Code, Detail};
use crate::validate::table::Table;
use dealerbook_base::narrow::u16_of;

pub(super) fn check(scope: &mut Scope<'_>) {
    for index in 0..scope.tables.len() {
        let resource = scope.resource(index);
        for check in &resource.row_checks {
            let (Some(field), Some(table)) = (resource.field(&check.field), scope.tables[index].as_ref()) else {
                continue;
            };
            let faults: Vec<(usize, Detail)> = (0..table.len())
                .filter(|row| !table.faulty[*row])
                .filter_map(|row| fault(resource, check, table, row, field).map(|d| (row, d)))
                .collect();
            for (row, detail) in faults {
                scope.say(index, row, field, check.severity, Code::RowCheck, detail);
            }
        }
    }
}

/// What is wrong with a row by one check. Examples: 8 customers developed of 7; tonnes without a customer; 40 + 60.5 − 101 = −0.5.
fn fault(resource: &Resource, check: &RowCheck, table: &Table, row: usize, field: usize) -> Option<Detail> {
    let number = |name: &String| resource.field(name).and_then(|f| table.column(f).number(row).map(|x| (u16_of(f), x)));
    let own = table.column(field).number(row);
    match &check.kind {
        RowCheckKind::AtMost { of } => {
            let (other, limit) = number(of)?;
            (own? > limit).then(|| Detail::AboveField(other, limit.normalize()))
        }
        RowCheckKind::Within { of } => {
            let ((other, limit), own) = (number(of)?, own?);
            if own.is_zero() {
                return None;
            }
            let other_sign = !limit.is_zero() && own.is_sign_negative() != limit.is_sign_negative();
            (other_sign || own.abs() > limit.abs()).then(|| match other_sign {
                true => Detail::OtherSign(other, limit.normalize()),
                false => Detail::BeyondField(other, limit.normalize()),
            })
        }
        RowCheckKind::NotBefore { of } => {
            let other = resource.field(of)?;
            let (own, first) = (table.column(field).date(row)?, table.column(other).date(row)?);
            (own < first).then_some(Detail::BeforeField(u16_of(other), first))
        }
        RowCheckKind::PositiveWith { with } => {
            let (other, x) = number(with)?;
            (own?.is_zero() && x > Decimal::ZERO).then_some(Detail::ZeroDespite(other))
        }
        RowCheckKind::SalesNotNegative { plus, minus } => {
            let sum = |names: &[String]| names.iter().map(|name| number(name).map(|(_, x)| x)).sum::<Option<Decimal>>();
            let sales = sum(plus)? - sum(minus)?;
            sales.is_sign_negative().then(|| Detail::NegativeSales(sales.normalize()))
        }
        _ => None,
    }
}
