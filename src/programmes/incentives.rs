//! # Incentives (激励政策, 返利)
//!
//! Handbook 3. Says what each incentive pays each dealer, line by line, so that finance can tie out each one.
//!
//! Sheets: those of the assessment; `receivables` 应收账款 where the policy pays for prompt payment. Policy sections: `incentives`,
//! `entitlements`. The rates of the shipped policies are examples, and every output says so.
//!
//! ## Rules
//!
//! - A line is basis × rate = amount, or a fixed sum; only lines that pay are listed. Each amount is rounded to the cent.
//! - An incentive pays the grades, modes and regions that it is for. What it pays doesn't depend on the others, nor on the order in which
//!   they stand. Where its cap bites, it pays the cap as a fixed sum; below its minimum it pays nothing; none takes money back.
//! - A dealer whose year comes to 0 tonnes or less earns no line at all (`incentives_need_tonnes`).
//! - **excess_volume**: tonnes above target × rate. **exclusive_sale**: where only own tonnes are sold. **compliance**, **promotion**: where
//!   there is no confirmed violation of their kinds.
//! - A policy may also declare tiers (`marginal`, each slice at its own rate, or `retroactive`, the reached rate on the whole), growth,
//!   commission and prompt payment.
//! - **total** = the sum of the lines. Where the dealer's cap bites, the line `cap` stands last and is negative.
//! - **entitlements** are what the grade brings beside money. A disqualified dealer has no incentives, no entitlements, and loses its
//!   deposit (`forfeited_deposit`).
//!
//! ## Example
//!
//! A key dealer bought 1,250 tonnes against a target of 1,000, with example rates: 250 × 20 = 5,000.00 for tonnes above target, 6,000.00
//! for compliance and 5,000.00 for promotion, 16,000.00 in all.

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

/// Whether a dealer earns no line at all, whatever the programme: its year comes to 0 tonnes or less, and the policy wants purchases.
pub fn lacks_purchases(policy: &Policy, year: &DealerYear<'_>) -> bool {
    policy.incentives_need_tonnes && year.volume.signum() <= 0
}

/// The lines of a dealer that has this grade (`None` without a scorecard), with that of its cap.
pub fn lines_of_dealer<'s>(policy: &'s Policy, grade: Option<&str>, year: &DealerYear<'_>) -> Vec<Line<'s>> {
    if lacks_purchases(policy, year) {
        return Vec::new();
    }
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
