//! What a programme earns a dealer before its cap and its minimum: bases and rates by its kind (handbook 3).

use rust_decimal::Decimal;

use super::incentives::Line;
use super::inputs::DealerYear;
use crate::exact::{Exact, decimal};
use crate::policy::{Basis, Incentive, IncentiveKind, Method, Tier};

/// The lines that a programme earns a dealer of this grade, each rounded; those that come to nothing are left out.
pub fn earned<'s>(incentive: &'s Incentive, grade: Option<&str>, year: &DealerYear<'_>) -> Vec<Line<'s>> {
    if !incentive.eligible.admits(grade, year.dealer.channel_mode, &year.dealer.region) {
        return Vec::new();
    }
    let fixed = fixed(incentive, grade, year).map(|mut amount| {
        amount.rescale(2);
        Line { programme: &incentive.id, basis: None, rate: None, amount }
    });
    let parts = bases(incentive, year).into_iter().zip(rates(incentive, grade, year));
    let parts = parts.filter_map(|(basis, rate)| {
        let rate = rate?;
        let amount = (&basis * &Exact::from(rate)).round(2);
        Some(Line { programme: incentive.id.as_str(), basis: Some(decimal(&basis)), rate: Some(rate), amount })
    });
    fixed.into_iter().chain(parts).filter(|line| line.amount > Decimal::ZERO).collect()
}

/// The fixed sum, where the kind has one for the grade and its condition holds.
fn fixed(incentive: &Incentive, grade: Option<&str>, year: &DealerYear<'_>) -> Option<Decimal> {
    match &incentive.kind {
        IncentiveKind::ExclusiveSale { fixed, .. } => fixed.of(grade).filter(|_| year.sells_only_ours()),
        IncentiveKind::NoViolation { violations, fixed } => {
            fixed.of(grade).filter(|_| violations.iter().all(|v| year.violations.of(v) == 0))
        }
        _ => None,
    }
}

/// What is multiplied, whoever is eligible: one figure, or one for each slice of marginal tiers. Never below 0.
pub fn bases(incentive: &Incentive, year: &DealerYear<'_>) -> Vec<Exact> {
    let basis = match &incentive.kind {
        IncentiveKind::NoViolation { .. } => return Vec::new(),
        IncentiveKind::Tiered { basis, method: Method::Marginal, tiers } => {
            return slices(tiers, &measured(*basis, year));
        }
        IncentiveKind::AboveTarget { .. } => &year.volume - &year.target(),
        IncentiveKind::ExclusiveSale { .. } if year.sells_only_ours() => year.volume.clone(),
        IncentiveKind::ExclusiveSale { .. } => Exact::ZERO,
        IncentiveKind::Tiered { basis, .. } | IncentiveKind::Commission { basis, .. } => measured(*basis, year),
        IncentiveKind::Growth { from_percent, .. } => growth(*from_percent, year),
        IncentiveKind::PromptPayment { .. } => year.collected(),
    };
    vec![basis.max(Exact::ZERO)]
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
fn growth(from_percent: Decimal, year: &DealerYear<'_>) -> Exact {
    let last = Exact::from(year.dealer.last_year_tonnes.unwrap_or_default());
    let more = &year.volume - &last;
    let reaches = &more * &Exact::whole(100) >= &last * &from_percent.into();
    if last.signum() > 0 && reaches { more } else { Exact::ZERO }
}
