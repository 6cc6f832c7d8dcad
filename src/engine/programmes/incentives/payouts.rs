//! What a programme earns a dealer before its cap and its minimum: bases and rates by its kind (handbook 3).
//!
//! Percentages are shares (1.5% is 0.015). Growth is a percentage of last year's tonnes, so last year's 0 has none. Collected within the
//! term is what was paid in the period on or before the due date, no more than the invoice. A dealer without a scorecard is paid only by
//! programmes that name no grade; what a programme reads is required of dealers that it may pay by mode, region and scorecard, since the
//! grade is not known before the data is sound.

use rust_decimal::Decimal;

use super::Line;
use super::unpaid::{self, Reason};
use crate::policy::{Basis, Incentive, IncentiveKind, Method, Tier};
use crate::programmes::DealerYear;
use dealerbook_base::exact::{Exact, decimal};

/// The lines that a programme earns a dealer of this grade, each rounded.
///
/// # Errors
///
/// Why it earns none.
pub fn earned<'s>(
    incentive: &'s Incentive,
    grade: Option<&str>,
    year: &DealerYear<'_>,
) -> Result<Vec<Line<'s>>, Reason> {
    if let Some(reason) = unpaid::ineligible(incentive, grade, year) {
        return Err(reason);
    }
    let parts = bases(incentive, year)?.into_iter().zip(rates(incentive, grade, year));
    let parts = parts.filter_map(|(basis, rate)| {
        let rate = rate?;
        let amount = (&basis * &Exact::from(rate)).round(2);
        Some(Line { programme: incentive.id.as_str(), basis: Some(decimal(&basis)), rate: Some(rate), amount })
    });
    let fixed = fixed(incentive, grade).map(|sum| Line::fixed(&incentive.id, sum));
    let lines: Vec<Line<'s>> = fixed.into_iter().chain(parts).filter(|line| line.amount > Decimal::ZERO).collect();
    if lines.is_empty() { Err(Reason::BelowMinimum { earned: Decimal::new(0, 2) }) } else { Ok(lines) }
}

/// The fixed sum, where the kind has one for the grade.
fn fixed(incentive: &Incentive, grade: Option<&str>) -> Option<Decimal> {
    match &incentive.kind {
        IncentiveKind::ExclusiveSale { fixed, .. } | IncentiveKind::NoViolation { fixed, .. } => fixed.of(grade),
        _ => None,
    }
}

/// What is multiplied, whoever is eligible: one figure, or one for each slice of marginal tiers; none where the sum is fixed. Never below 0,
/// and not 0 all together.
///
/// # Errors
///
/// Why the kind pays the dealer nothing.
pub fn bases(incentive: &Incentive, year: &DealerYear<'_>) -> Result<Vec<Exact>, Reason> {
    let basis = match &incentive.kind {
        IncentiveKind::NoViolation { violations, .. } => {
            return Reason::of_violations(violations, year).map_or(Ok(Vec::new()), Err);
        }
        IncentiveKind::Tiered { basis, method, tiers } => return tiered(*basis, *method, tiers, year),
        IncentiveKind::AboveTarget { .. } => above_target(year)?,
        IncentiveKind::ExclusiveSale { .. } => exclusive(year)?,
        IncentiveKind::Commission { basis, .. } => bought(*basis, year)?,
        IncentiveKind::Growth { from_percent, .. } => growth(*from_percent, year)?,
        IncentiveKind::PromptPayment { .. } => collected(year)?,
    };
    Ok(vec![basis])
}

/// The rate of each basis, `None` where the grade has none.
pub fn rates(incentive: &Incentive, grade: Option<&str>, year: &DealerYear<'_>) -> Vec<Option<Decimal>> {
    match &incentive.kind {
        IncentiveKind::NoViolation { .. } => Vec::new(),
        IncentiveKind::Tiered { method: Method::Marginal, tiers, .. } => tiers.iter().map(|t| Some(t.rate)).collect(),
        IncentiveKind::Tiered { basis, tiers, .. } => vec![reached(tiers, &measured(*basis, year)).map(|t| t.rate)],
        IncentiveKind::AboveTarget { rate }
        | IncentiveKind::ExclusiveSale { rate, .. }
        | IncentiveKind::Growth { rate, .. }
        | IncentiveKind::Commission { rate, .. }
        | IncentiveKind::PromptPayment { rate } => vec![rate.of(grade)],
    }
}

/// The dealer's tonnes or the amount of its shipments.
pub fn measured(basis: Basis, year: &DealerYear<'_>) -> Exact {
    match basis {
        Basis::Tonnes => year.volume.clone(),
        Basis::Amount => year.amount(),
    }
}

/// The tonnes above the target.
fn above_target(year: &DealerYear<'_>) -> Result<Exact, Reason> {
    let target = year.target();
    let above = &year.volume - &target;
    let figures = || Reason::BelowTarget { volume: decimal(&year.volume), target: decimal(&target) };
    if above.signum() > 0 { Ok(above) } else { Err(figures()) }
}

/// The tonnes of a dealer that sells only ours.
fn exclusive(year: &DealerYear<'_>) -> Result<Exact, Reason> {
    let own = bought(Basis::Tonnes, year)?;
    let all = year.dealer.total_urea_tonnes;
    if own == Exact::from(all) { Ok(own) } else { Err(Reason::OtherBrands { own: decimal(&own), all }) }
}

/// The dealer's tonnes or the amount of its shipments, above 0.
fn bought(basis: Basis, year: &DealerYear<'_>) -> Result<Exact, Reason> {
    let measured = measured(basis, year);
    if measured.signum() > 0 {
        Ok(measured)
    } else {
        Err(Reason::NoPurchases { volume: decimal(&measured), in_yuan: basis == Basis::Amount })
    }
}

/// What was collected within the term, above 0.
fn collected(year: &DealerYear<'_>) -> Result<Exact, Reason> {
    Some(year.collected()).filter(|yuan| yuan.signum() > 0).ok_or(Reason::NotCollected)
}

/// The whole, where the lowest tier is reached; of marginal tiers, how much of it lies between each bound and the next.
fn tiered(basis: Basis, method: Method, tiers: &[Tier], year: &DealerYear<'_>) -> Result<Vec<Exact>, Reason> {
    let whole = measured(basis, year);
    let gate = tiers.first().map(|tier| tier.from).unwrap_or_default();
    let above = &whole - &gate.into();
    let is_paid = match method {
        Method::Marginal => above.signum() > 0,
        Method::Retroactive => above.signum() >= 0,
    };
    match method {
        _ if !is_paid => Err(Reason::BelowGate { volume: decimal(&whole), gate }),
        Method::Marginal => Ok(slices(tiers, &whole)),
        Method::Retroactive => bought(basis, year).map(|whole| vec![whole]),
    }
}

/// How much of a figure lies between each bound and the next.
fn slices(tiers: &[Tier], whole: &Exact) -> Vec<Exact> {
    let slice = |n: usize, tier: &Tier| {
        let to = tiers.get(n + 1).map_or_else(|| whole.clone(), |next| whole.clone().min(next.from.into()));
        (&to - &tier.from.into()).max(Exact::ZERO)
    };
    tiers.iter().enumerate().map(|(n, tier)| slice(n, tier)).collect()
}

/// The highest tier whose bound is reached.
fn reached<'t>(tiers: &'t [Tier], whole: &Exact) -> Option<&'t Tier> {
    tiers.iter().rev().find(|tier| *whole >= tier.from.into())
}

/// The tonnes more than last year's, where they are at least so many percent of them.
fn growth(from_percent: Decimal, year: &DealerYear<'_>) -> Result<Exact, Reason> {
    let last_year = year.dealer.last_year_tonnes;
    let last = Exact::from(last_year.unwrap_or_default());
    let more = &year.volume - &last;
    let reaches = &more * &Exact::whole(100) >= &last * &from_percent.into();
    let is_paid = last.signum() > 0 && more.signum() > 0 && reaches;
    if is_paid { Ok(more) } else { Err(Reason::NoGrowth { volume: decimal(&year.volume), last_year }) }
}
