//! A year seen from the end of one of its months: what lies behind counts as it is, what lies ahead is nothing, the plan, or more of the
//! same. The accrual goes by it.
//!
//! - Months to come have 0 tonnes, their planned tonnes, or the mean of the months so far to the kilogram. A dealer of whom none of these
//!   months is planned goes by the months so far in place of a plan.
//! - Violations, shipments in yuan and payments after the month's end don't count. Amounts in yuan of the months to come follow the tonnes.
//! - The share of own tonnes in all urea stays as the workbook has it. Targets, last year's tonnes and everything else of the dealers' sheet
//!   stay.

use rust_decimal::Decimal;

use super::inputs::{DealerYear, Month};
use super::money::Money;
use dealerbook_base::exact::{Exact, decimal};

/// Tonnes to come are whole kilograms.
const TONNES_PLACES: u32 = 3;

/// From where a year is looked at, and what is expected of its rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The last month that counts as it is, 1 to 12.
    pub through: i8,
    /// What the months behind it come to.
    pub rest: Rest,
}

/// What months to come are thought to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing.
    Nothing,
    /// Their plan.
    Plan,
    /// The mean of the months so far.
    AsSoFar,
}

/// Looks at each dealer's year from there.
pub fn apply(years: &mut [DealerYear<'_>], horizon: Horizon) {
    years.iter_mut().for_each(|year| look(year, horizon));
}

fn look(year: &mut DealerYear<'_>, Horizon { through, rest }: Horizon) {
    let Some(months) = year.months.as_deref_mut() else { return };
    let (behind, ahead) = months.split_at_mut(usize::from(through.unsigned_abs().clamp(1, 12)));
    let so_far = sum(behind);
    let mean = mean(&so_far, behind.len());
    year.goes_without_plan = !ahead.is_empty() && ahead.iter().all(|month| month.planned.is_none());
    for month in ahead {
        month.actual = match rest {
            Rest::Nothing => Exact::ZERO,
            Rest::Plan if !year.goes_without_plan => month.planned.unwrap_or_default().into(),
            Rest::Plan | Rest::AsSoFar => mean.clone(),
        };
        month.supplier_fault = false;
    }
    let whole = std::mem::replace(&mut year.volume, sum(months));
    year.dealer.total_urea_tonnes = all_brands(year.dealer.total_urea_tonnes, &whole, &year.volume);
    if let Some(money) = year.money.as_deref_mut() {
        follow(money, &so_far, &year.volume);
    }
}

fn sum(months: &[Month]) -> Exact {
    months.iter().fold(Exact::ZERO, |sum, month| &sum + &month.actual)
}

/// What a month to come is, if all goes on like this.
fn mean(so_far: &Exact, months: usize) -> Exact {
    let mean = so_far.checked_div(&Exact::whole(months as i64)).unwrap_or_default();
    Exact::from(mean.round(TONNES_PLACES)).max(Exact::ZERO)
}

/// The tonnes of all brands beside other own tonnes, in the same proportion.
fn all_brands(total: Decimal, own: &Exact, now: &Exact) -> Decimal {
    if Exact::from(total) == *own {
        return decimal(now);
    }
    let share = now.checked_div(own).filter(|_| own.signum() > 0);
    share.map_or(total, |share| (&share * &total.into()).round(TONNES_PLACES))
}

/// What follows the tonnes of the months to come.
fn follow(money: &mut Money, so_far: &Exact, year: &Exact) {
    let Some(times) = year.checked_div(so_far).filter(|_| so_far.signum() > 0) else { return };
    money.amount = &money.amount * &times;
    money.collected = &money.collected * &times;
}
