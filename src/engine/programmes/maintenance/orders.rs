//! First orders that nothing followed (只有首批进货没有后续订单), handbook 12: who ordered for the first time in the period, and not again.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::MaintenanceRules;
use crate::programmes::sheets::{Row, Sheets};

/// The orders of a dealer: the days on which something was shipped to it, or the months with purchases where there is no ledger.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// The days, each once, in order.
    days: Vec<Date>,
    /// Whether it bought before the period, be it by another sheet than that of its orders.
    pub has_bought_before: bool,
    /// Whether it joined before the period and sold something in the year before.
    pub is_established: bool,
}

/// Why a dealer that ordered once in the period is none with a first order only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFirst {
    /// It bought before the period.
    BoughtBefore,
    /// It joined before the period, and last year's tonnes are above 0.
    Established,
    /// The order is too young for a second one.
    TooYoung,
}

impl Orders {
    /// Those of a dealer before any is known.
    pub fn of_dealer(is_established: bool) -> Self {
        Self { is_established, ..Self::default() }
    }

    /// Adds an order; two on one day are one.
    pub fn add(&mut self, day: Date) {
        if let Err(place) = self.days.binary_search(&day) {
            self.days.insert(place, day);
        }
    }

    /// How many there are in a year.
    pub fn of(&self, year: i16) -> usize {
        self.days.iter().filter(|day| day.year() == year).count()
    }

    /// Why the one order of the period is no first order only; none where it is one, or where there isn't just one.
    pub fn not_first(&self, year: i16, as_of: Option<Date>, rules: &MaintenanceRules) -> Option<NotFirst> {
        let order = *self.days.iter().find(|day| day.year() == year).filter(|_| self.of(year) == 1)?;
        let is_young =
            as_of.is_some_and(|as_of| order.saturating_add(i64::from(rules.first_order_young_days).days()) >= as_of);
        let before = self.has_bought_before || self.days.first().is_some_and(|first| first.year() < year);
        [(before, NotFirst::BoughtBefore), (self.is_established, NotFirst::Established), (is_young, NotFirst::TooYoung)]
            .into_iter()
            .find_map(|(applies, why)| applies.then_some(why))
    }
}

/// Whether a dealer joined before a year and sold something in the year before it.
pub(super) fn is_established(dealer: &Row<'_>, year: i16) -> bool {
    let joined_before = dealer.date("joined_on").is_some_and(|day| day < date(year, 1, 1));
    joined_before && dealer.number("last_year_tonnes") > rust_decimal::Decimal::ZERO
}

/// The dealer and day of each row of a sheet with tonnes above 0, up to the as-of date.
pub(super) fn days<'s>(sheets: &Sheets<'s>, sheet: &str) -> impl Iterator<Item = (&'s str, Date)> {
    let (day, tonnes) = columns(sheet);
    let rows = sheets.rows_to_date(sheet, day).filter(move |row| row.number(tonnes) > rust_decimal::Decimal::ZERO);
    rows.filter_map(move |row| Some((row.text("dealer_id"), row.date(day)?)))
}

/// The columns of day and tonnes of the shipments or the purchases.
pub(super) fn columns(sheet: &str) -> (&'static str, &'static str) {
    if sheet == "shipments" { ("date", "tonnes") } else { ("month", "actual_tonnes") }
}
