//! Incentives (激励政策, 返利), handbook 3: what each programme pays each dealer, line by line.
//!
//! What a programme pays doesn't depend on the others, nor on the order in which they stand; only the dealer's cap looks at all.

use rust_decimal::Decimal;

use super::assessment::{Assessed, Assessment};
use super::inputs::DealerYear;
use super::payouts::earned;
use crate::policy::{CAP_LINE, Incentive, Policy};

/// The incentives of all dealers, in the sheet's order.
#[derive(Debug)]
pub struct Incentives<'s> {
    /// One for each dealer.
    pub dealers: Vec<Paid<'s>>,
    /// What they come to, yuan, 2 places.
    pub total: Decimal,
}

/// What a dealer is paid.
#[derive(Debug)]
pub struct Paid<'s> {
    /// The lines that pay, and behind them the negative one of the dealer's cap where it bites.
    pub lines: Vec<Line<'s>>,
    /// Their sum, 2 places.
    pub total: Decimal,
    /// What the grade entitles to beside money.
    pub entitlements: &'s [String],
    /// The deposit that a disqualified dealer loses.
    pub forfeited_deposit: Option<Decimal>,
}

/// A line: basis × rate, or a fixed sum. A programme with marginal tiers has a line a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'s> {
    /// The programme, or [`CAP_LINE`].
    pub programme: &'s str,
    /// Tonnes or yuan; `None` for a fixed sum.
    pub basis: Option<Decimal>,
    /// Yuan a tonne or a share of the amount; `None` for a fixed sum.
    pub rate: Option<Decimal>,
    /// Yuan, 2 places.
    pub amount: Decimal,
}

impl<'s> Line<'s> {
    fn fixed(programme: &'s str, mut amount: Decimal) -> Self {
        amount.rescale(2);
        Self { programme, basis: None, rate: None, amount }
    }
}

/// Calculates the incentives of assessed dealers.
pub fn calculate<'s>(years: &[DealerYear<'s>], assessment: &Assessment<'s>, policy: &'s Policy) -> Incentives<'s> {
    let dealers: Vec<Paid<'s>> =
        years.iter().zip(&assessment.dealers).map(|(year, assessed)| pay(year, assessed, policy)).collect();
    let mut total: Decimal = dealers.iter().map(|d| d.total).sum();
    total.rescale(2);
    Incentives { dealers, total }
}

fn pay<'s>(year: &DealerYear<'s>, assessed: &Assessed<'s>, policy: &'s Policy) -> Paid<'s> {
    let disqualified = year.dealer.falsified_documents;
    let grade = assessed.grade.filter(|_| !disqualified).map(|g| &policy.grades[g]);
    let lines = if disqualified { Vec::new() } else { lines_of_dealer(policy, grade.map(|g| g.id.as_str()), year) };
    let mut total: Decimal = lines.iter().map(|l| l.amount).sum();
    total.rescale(2);
    let mut deposit = year.dealer.deposit;
    deposit.rescale(2);
    Paid {
        lines,
        total,
        entitlements: grade.map_or(&[], |g| &g.entitlements),
        forfeited_deposit: disqualified.then_some(deposit),
    }
}

/// The lines of a dealer that has this grade (`None` without a scorecard), with that of its cap.
pub fn lines_of_dealer<'s>(policy: &'s Policy, grade: Option<&str>, year: &DealerYear<'_>) -> Vec<Line<'s>> {
    let mut lines: Vec<Line<'s>> = policy.incentives.iter().flat_map(|i| lines(i, grade, year)).collect();
    let sum: Decimal = lines.iter().map(|l| l.amount).sum();
    let cap = policy.dealer_cap.as_ref().and_then(|cap| cap.of(grade));
    if let Some(cap) = cap.filter(|cap| sum > *cap) {
        lines.push(Line::fixed(CAP_LINE, cap - sum));
    }
    lines
}

/// The lines of a programme, where it pays: none where it comes to less than its minimum, a fixed sum where its cap bites.
pub fn lines<'s>(incentive: &'s Incentive, grade: Option<&str>, year: &DealerYear<'_>) -> Vec<Line<'s>> {
    let lines = earned(incentive, grade, year);
    let sum: Decimal = lines.iter().map(|l| l.amount).sum();
    if incentive.minimum.is_some_and(|minimum| sum < minimum) {
        return Vec::new();
    }
    match incentive.cap {
        Some(cap) if sum > cap => vec![Line::fixed(&incentive.id, cap)],
        _ => lines,
    }
}
