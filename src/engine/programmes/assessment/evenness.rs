//! The evenness index (提货均衡指数), handbook 2.1.

use crate::programmes::{DealerYear, Month};
use dealerbook_base::exact::Exact;

/// How far each month that counts was fulfilled, r between 0 and 1, in order.
///
/// A network customer is measured against its plan: our fault first, then a planned 0, then a negative actual. Any other dealer is
/// measured against its year by the number of these months; a year of 0 or less gives 0.
pub fn months(year: &DealerYear<'_>) -> Vec<Exact> {
    let counted = year.months_counted();
    let Some(months) = year.months.as_ref().map(|months| &months[year.first_month..]) else {
        return vec![Exact::ZERO; counted];
    };
    if year.dealer.network_customer {
        return months.iter().map(against_plan).collect();
    }
    if year.volume.signum() <= 0 {
        return vec![Exact::ZERO; counted];
    }
    let counted = Exact::whole(counted as i64);
    let share = |month: &Month| (&month.actual * &counted).checked_div(&year.volume).unwrap_or(Exact::ZERO);
    months.iter().map(|month| share(month).min(Exact::ONE).max(Exact::ZERO)).collect()
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

/// Σ r over the months.
pub fn sum(months: &[Exact]) -> Exact {
    months.iter().sum()
}

/// Σ r when the k worst months become 1, for k from 1 to all of them.
pub fn sums_with_months_fixed(months: &[Exact]) -> Vec<Exact> {
    let mut sorted = months.to_vec();
    sorted.sort();
    let mut best = Exact::ZERO;
    let mut sums = vec![Exact::ZERO; sorted.len()];
    for k in (1..=sorted.len()).rev() {
        sums[k - 1] = &Exact::whole(k as i64) + &best;
        best = &best + &sorted[k - 1];
    }
    sums
}

/// The index: the mean of r over so many months.
pub fn index(sum: &Exact, months: usize) -> Exact {
    sum.checked_div(&Exact::whole(months as i64)).unwrap_or(Exact::ZERO)
}

/// The points: weight × index, rounded to 2 places.
pub fn points(weight: rust_decimal::Decimal, sum: &Exact, months: usize) -> rust_decimal::Decimal {
    (&Exact::from(weight) * &index(sum, months)).round(2)
}
