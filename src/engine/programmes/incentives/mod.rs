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
//! - **unpaid** tells of every programme that pays a dealer nothing, and why: a stable code, its figures, the rows of the violations.
//! - **total** = the sum of the lines. Where the dealer's cap bites, the line `cap` stands last and is negative.
//! - **entitlements** are what the grade brings beside money. A disqualified dealer has no incentives, no entitlements, and loses its
//!   deposit (`forfeited_deposit`).
//!
//! ## Example
//!
//! A key dealer bought 1,250 tonnes against a target of 1,000, with example rates: 250 × 20 = 5,000.00 for tonnes above target, 6,000.00
//! for compliance and 5,000.00 for promotion, 16,000.00 in all.

pub mod payouts;
#[cfg(test)]
mod tests;
pub mod unpaid;
#[cfg(test)]
mod unpaid_tests;
mod unpaid_words;
mod words;

pub use words::Unit;

use rust_decimal::Decimal;

use super::assessment::{Assessed, Assessment};
use super::inputs::DealerYear;
use crate::policy::{CAP_LINE, Incentive, Policy};
use payouts::earned;
use unpaid::{Reason, Unpaid, barred};

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
    /// The programmes that pay nothing, in the policy's order.
    pub unpaid: Vec<Unpaid<'s>>,
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
    /// A fixed sum.
    pub(super) fn fixed(programme: &'s str, mut amount: Decimal) -> Self {
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
    let (lines, unpaid) = of_dealer(policy, assessed.grade.map(|g| policy.grades[g].id.as_str()), year);
    let mut total: Decimal = lines.iter().map(|l| l.amount).sum();
    total.rescale(2);
    let mut deposit = year.dealer.deposit;
    deposit.rescale(2);
    Paid {
        lines,
        unpaid,
        total,
        entitlements: grade.map_or(&[], |g| &g.entitlements),
        forfeited_deposit: disqualified.then_some(deposit),
    }
}

/// What a policy pays a dealer that has this grade (`None` without a scorecard): the lines, with that of its cap, and of every programme
/// that pays nothing the reason.
pub fn of_dealer<'s>(
    policy: &'s Policy,
    grade: Option<&str>,
    year: &DealerYear<'_>,
) -> (Vec<Line<'s>>, Vec<Unpaid<'s>>) {
    let (mut paid, mut unpaid) = (Vec::new(), Vec::new());
    for incentive in &policy.incentives {
        match barred(policy, incentive, grade, year).map_or_else(|| lines(incentive, grade, year), Err) {
            Ok(lines) => paid.extend(lines),
            Err(reason) => unpaid.push(Unpaid { programme: &incentive.id, reason }),
        }
    }
    let sum: Decimal = paid.iter().map(|l: &Line<'_>| l.amount).sum();
    let cap = policy.dealer_cap.as_ref().and_then(|cap| cap.of(grade));
    if let Some(cap) = cap.filter(|cap| sum > *cap) {
        paid.push(Line::fixed(CAP_LINE, cap - sum));
    }
    (paid, unpaid)
}

/// The lines of a programme: a fixed sum where its cap bites.
///
/// # Errors
///
/// Why it pays nothing; `below-minimum` where it comes to less than its minimum.
pub fn lines<'s>(
    incentive: &'s Incentive,
    grade: Option<&str>,
    year: &DealerYear<'_>,
) -> Result<Vec<Line<'s>>, Reason> {
    let lines = earned(incentive, grade, year)?;
    let earned: Decimal = lines.iter().map(|l| l.amount).sum();
    if incentive.minimum.is_some_and(|minimum| earned < minimum) {
        return Err(Reason::BelowMinimum { earned });
    }
    match incentive.cap {
        Some(cap) if earned > cap => Ok(vec![Line::fixed(&incentive.id, cap)]),
        _ => Ok(lines),
    }
}
