//! What each dealer bought, month by month over all periods.

use std::collections::HashMap;

use super::{Dealer, orders};
use crate::programmes::sheets::Sheets;
use crate::programmes::year_month::YearMonth;
use dealerbook_base::exact::{Exact, Sum};

/// The tonnes of a dealer by month, the earliest first; a month without a row is 0.
#[derive(Clone, Debug, Default)]
pub struct Bought(Vec<(YearMonth, Sum)>);

impl Bought {
    /// Adds tonnes to a month.
    pub fn add(&mut self, month: YearMonth, tonnes: rust_decimal::Decimal) {
        let place = self.find(month).unwrap_or_else(|place| {
            self.0.insert(place, (month, Sum::default()));
            place
        });
        self.0[place].1.add(tonnes);
    }

    /// The tonnes of a month.
    pub fn tonnes(&self, month: YearMonth) -> Exact {
        self.find(month).map_or(Exact::ZERO, |place| self.0[place].1.total())
    }

    /// Where a month is, or belongs.
    fn find(&self, month: YearMonth) -> Result<usize, usize> {
        self.0.binary_search_by_key(&month, |(month, _)| *month)
    }

    /// The months with a purchase, the latest first.
    fn months(&self) -> impl Iterator<Item = YearMonth> {
        self.0.iter().rev().filter(|(_, tonnes)| tonnes.total().signum() > 0).map(|(month, _)| *month)
    }

    /// The latest month with a purchase.
    pub fn latest(&self) -> Option<YearMonth> {
        self.months().next()
    }
}

/// Adds up the shipments, or the purchases where there are none, up to the as-of date, with the orders among them. Only months that have a
/// row take memory.
pub(super) fn add_up(sheets: &Sheets<'_>, year: Option<i16>, places: &HashMap<&str, usize>, dealers: &mut [Dealer]) {
    let sheet = if sheets.has("shipments") { "shipments" } else { "purchases" };
    let (day, tonnes) = orders::columns(sheet);
    for row in sheets.rows_to_date(sheet, day) {
        if let (Some(n), Some(day)) = (places.get(row.text("dealer_id")), row.date(day)) {
            dealers[*n].bought.add(YearMonth::of(day), row.number(tonnes));
        }
    }
    for (id, day) in orders::days(sheets, sheet) {
        if let Some(n) = places.get(id) {
            dealers[*n].orders.add(day);
        }
    }
    for (id, _) in orders::days(sheets, "purchases").filter(|(_, day)| Some(day.year()) < year) {
        if let Some(n) = places.get(id) {
            dealers[*n].orders.has_bought_before = true;
        }
    }
}
