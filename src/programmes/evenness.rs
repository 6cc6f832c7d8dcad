//! The evenness index (提货均衡指数), handbook 2.1.

use super::inputs::{DealerYear, Month};
use crate::exact::Exact;

/// How far each month was fulfilled, r between 0 and 1, January to December.
///
/// A network customer is measured against its plan: our fault first, then a planned 0, then a negative actual. Any other dealer is
/// measured against a twelfth of its year; a year of 0 or less gives 0.
pub fn months(year: &DealerYear<'_>) -> [Exact; 12] {
    let Some(months) = &year.months else { return std::array::from_fn(|_| Exact::ZERO) };
    if year.dealer.network_customer {
        return std::array::from_fn(|m| against_plan(&months[m]));
    }
    let twelve = Exact::whole(12);
    std::array::from_fn(|m| {
        if year.volume.signum() <= 0 {
            return Exact::ZERO;
        }
        let share = (&months[m].actual * &twelve).checked_div(&year.volume);
        share.unwrap_or(Exact::ZERO).min(Exact::ONE).max(Exact::ZERO)
    })
}

fn against_plan(month: &Month) -> Exact {
    let planned = Exact::from(month.planned.unwrap_or_default());
    if month.supplier_fault || planned.is_zero() {
        return Exact::ONE;
    }
    if month.actual >= planned {
        return Exact::ONE;
    }
    if month.actual.signum() <= 0 {
        return Exact::ZERO;
    }
    month.actual.checked_div(&planned).unwrap_or(Exact::ZERO)
}

/// Σ r over the twelve months.
pub fn sum(months: &[Exact; 12]) -> Exact {
    months.iter().sum()
}

/// Σ r when the k worst months become 1, for k = 1 to 12.
pub fn sums_with_months_mended(months: &[Exact; 12]) -> [Exact; 12] {
    let mut sorted = months.clone();
    sorted.sort();
    let mut best = Exact::ZERO;
    let mut sums: [Exact; 12] = std::array::from_fn(|_| Exact::ZERO);
    for k in (1..=12usize).rev() {
        sums[k - 1] = &Exact::whole(k as i64) + &best;
        best = &best + &sorted[k - 1];
    }
    sums
}

/// The points: weight × index, rounded to 2 places.
pub fn points(weight: rust_decimal::Decimal, sum: &Exact) -> rust_decimal::Decimal {
    let twelfth = sum.checked_div(&Exact::whole(12)).unwrap_or(Exact::ZERO);
    (&Exact::from(weight) * &twelfth).round(2)
}
