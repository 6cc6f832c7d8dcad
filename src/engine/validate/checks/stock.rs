//! `reconciliation`: what the stock sheet calls purchased isn't what was shipped in its days (handbook 5 and 6).
//!
//! Why: a suggested order follows from what is said to have come in, and the ledger knows better. Example: 333 t purchased in 30 days as of 31
//! December, and 120 t shipped from 2 December on. Only where the ledger covers these days and names the products.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Scope;
use crate::schema::RowCheckKind;
use crate::validate::column::Column;
use crate::validate::issue::{Code, Detail};
use dealerbook_base::key::Key;

/// The shipments by dealer and product, each with its day and tonnes.
#[derive(Default)]
struct Shipped<'t> {
    of: HashMap<(&'t str, &'t Key), Vec<(Date, Decimal)>>,
    /// Dealers with a shipment that doesn't name its product.
    unnamed: HashSet<&'t str>,
    /// The first and the last day of the ledger.
    days: Option<(Date, Date)>,
}

pub(super) fn check(scope: &mut Scope<'_>) {
    let check = scope
        .row_check("stock", |c| (c.kind == RowCheckKind::PurchasedAsShipped).then(|| (c.field.clone(), c.severity)));
    let (Some((field, severity)), Some(index)) = (check, scope.schemas.index("stock")) else { return };
    let (Some(purchased), Some(as_of)) = (scope.resource(index).field(&field), scope.as_of) else { return };
    let rows = differing(scope, index, purchased, as_of).unwrap_or_default();
    for (row, detail) in rows {
        scope.say(index, row, purchased, severity, Code::Reconciliation, detail);
    }
}

/// The rows that differ; none where a sheet or a column isn't there.
fn differing(scope: &Scope<'_>, index: usize, purchased: usize, as_of: Date) -> Option<Vec<(usize, Detail)>> {
    let (resource, table) = (scope.resource(index), scope.tables[index].as_ref()?);
    let column = |name| resource.field(name).map(|field| table.column(field));
    let (dealer, product, days) = (column("dealer_id")?, column("product")?, column("period_days")?);
    let default = resource.fields[resource.field("period_days")?].default.as_ref()?.as_i64()?;
    let shipped = Shipped::of(scope, as_of)?;
    let differs = |row: usize| {
        let days = days.number(row).map_or(Some(default), |days| i64::try_from(days).ok())?;
        let from = as_of.checked_sub((days - 1).days()).ok()?;
        let sum = shipped.sum(dealer.text(row)?, product.key(row)?, from)?;
        let gap = (table.column(purchased).number(row)? - sum).abs();
        let detail = Detail::ShippedInDays { from, to: as_of, tonnes: sum.normalize() };
        (!table.faulty[row] && gap > scope.policy.tonnes_tolerance).then_some((row, detail))
    };
    Some((0..table.len()).filter_map(differs).collect())
}

impl<'t> Shipped<'t> {
    /// The shipments up to a day; none where there are none, or no products.
    fn of(scope: &'t Scope<'_>, to: Date) -> Option<Self> {
        let table = scope.table("shipments")?;
        let resource = scope.resource(table.resource);
        let column = |name| resource.field(name).map(|field| table.column(field));
        let (dealer, product) = (column("dealer_id")?, column("product")?);
        let (day, tonnes) = (column("date")?, column("tonnes")?);
        if [dealer, product, day, tonnes].iter().any(|column| matches!(column, Column::Absent)) {
            return None;
        }
        let mut shipped = Shipped::default();
        for row in (0..table.len()).filter(|row| !table.faulty[*row]) {
            let (Some(id), Some(day), Some(tonnes)) = (dealer.text(row), day.date(row), tonnes.number(row)) else {
                continue;
            };
            if day > to {
                continue;
            }
            let (first, last) = shipped.days.unwrap_or((day, day));
            shipped.days = Some((first.min(day), last.max(day)));
            match product.key(row) {
                Some(product) => shipped.of.entry((id, product)).or_default().push((day, tonnes)),
                None => drop(shipped.unnamed.insert(id)),
            }
        }
        Some(shipped)
    }

    /// What was shipped from a day on; none where the ledger doesn't cover these days or leaves open what was shipped to the dealer.
    fn sum(&self, dealer: &'t str, product: &'t Key, from: Date) -> Option<Decimal> {
        let (first, last) = self.days?;
        if first > from || last < from || self.unnamed.contains(dealer) {
            return None;
        }
        let rows = self.of.get(&(dealer, product));
        Some(rows.into_iter().flatten().filter(|(day, _)| *day >= from).map(|(_, tonnes)| tonnes).sum())
    }
}
