//! `interim-period`: the year isn't whole yet, so that what it comes to isn't final (handbook, conventions).
//!
//! Why: six months against a year's target and twelve months' evenness look like a bad year. Example: an as-of date of 30 June; purchases up
//! to June, as of 31 December.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::Scope;
use crate::validate::column::Column;
use crate::validate::issue::{Code, Detail, Place};
use crate::validate::table::Table;

/// Why a run is interim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interim {
    /// The as-of date, where it lies before the period's last day.
    pub as_of: Option<Date>,
    /// The last whole months up to the as-of date in which no dealer bought, as bits 0 to 11.
    pub without_purchases: u16,
}

/// Whether the run is interim, which is reported at the cover's as-of date where that makes it so, else at the label of the months.
pub(super) fn check(scope: &mut Scope<'_>) -> Option<Interim> {
    let (period, as_of) = (scope.period?, scope.as_of?);
    let last_day = date(period, 12, 31);
    let early = (as_of < last_day).then_some(as_of);
    let (label, without_purchases) = months_without(scope, period, as_of.min(last_day)).unzip();
    let interim = Interim { as_of: early, without_purchases: without_purchases.unwrap_or_default() };
    if interim == (Interim { as_of: None, without_purchases: 0 }) {
        return None;
    }
    let place = early.and(scope.as_of_at).or(label).unwrap_or_default();
    scope.issues.tell(Code::InterimPeriod, place, None, Detail::Interim(interim));
    Some(interim)
}

/// The last whole months up to a day of the period in which no dealer bought, and the label of the months; none where no sheet says the
/// tonnes.
fn months_without(scope: &Scope<'_>, period: i16, end: Date) -> Option<(Place, u16)> {
    let index = scope.deciding_sheet()?;
    let (resource, table) = (scope.resource(index), scope.tables[index].as_ref()?);
    let (day, tonnes) = (resource.period_field?, scope.tonnes_field(index)?);
    let dealer = resource.field("dealer_id")?;
    if [day, tonnes, dealer].iter().any(|field| matches!(table.column(*field), Column::Absent)) || table.unread {
        return None;
    }
    let last_whole = match (end.year() == period, end == end.last_of_month()) {
        (false, _) => 0,
        (true, true) => end.month(),
        (true, false) => end.month() - 1,
    };
    let bought = months_bought(table, [dealer, day, tonnes]);
    let silent = (1..=last_whole).rev().take_while(|month| bought & bit(*month) == 0);
    Some((table.label_place(day), silent.fold(0, |bits, month| bits | bit(month))))
}

fn bit(month: i8) -> u16 {
    1 << (month - 1)
}

/// The months in which any dealer's tonnes come to more than 0: what was all returned was not bought.
fn months_bought(table: &Table, [dealer, day, tonnes]: [usize; 3]) -> u16 {
    let mut sums: HashMap<(Option<u32>, i8), Decimal> = HashMap::new();
    for row in (0..table.len()).filter(|row| !table.faulty[*row] && !table.outside[*row]) {
        if let (Some(day), Some(tonnes)) = (table.column(day).date(row), table.column(tonnes).number(row)) {
            *sums.entry((table.column(dealer).symbol(row), day.month())).or_default() += tonnes;
        }
    }
    sums.iter().filter(|(_, sum)| **sum > Decimal::ZERO).fold(0, |bits, ((_, month), _)| bits | bit(*month))
}
