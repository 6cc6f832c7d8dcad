//! Incentives (激励政策, 返利), handbook 3: what each programme pays each dealer, line by line.

use rust_decimal::Decimal;

use super::assessment::{Assessed, Assessment};
use super::inputs::DealerYear;
use crate::exact::{Exact, decimal};
use crate::policy::{Incentive, IncentiveKind, Policy};

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
    /// The lines that pay.
    pub lines: Vec<Line<'s>>,
    /// Their sum, 2 places.
    pub total: Decimal,
    /// What the grade entitles to beside money.
    pub entitlements: &'s [String],
    /// The deposit that a disqualified dealer loses.
    pub forfeited_deposit: Option<Decimal>,
}

/// A line: basis × rate, or a fixed sum.
#[derive(Clone, Debug)]
pub struct Line<'s> {
    /// The programme.
    pub programme: &'s str,
    /// Tonnes; `None` for a fixed sum.
    pub basis: Option<Decimal>,
    /// Yuan a tonne; `None` for a fixed sum.
    pub rate: Option<Decimal>,
    /// Yuan, 2 places.
    pub amount: Decimal,
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
    let lines: Vec<Line<'s>> =
        grade.into_iter().flat_map(|g| policy.incentives.iter().filter_map(|i| line(i, &g.id, year))).collect();
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

/// The line of a programme, where it pays.
fn line<'s>(incentive: &'s Incentive, grade: &str, year: &DealerYear<'_>) -> Option<Line<'s>> {
    let basis = match &incentive.kind {
        IncentiveKind::AboveTarget => (&year.volume - &Exact::from(year.dealer.target_tonnes)).max(Exact::ZERO),
        IncentiveKind::ExclusiveSale if year.sells_only_ours() => year.volume.clone(),
        IncentiveKind::NoViolation { violations } if violations.iter().all(|v| year.violations.of(v) == 0) => {
            Exact::ZERO
        }
        _ => return None,
    };
    let line = if let Some(fixed) = incentive.fixed.get(grade) {
        let mut amount = *fixed;
        amount.rescale(2);
        Line { programme: &incentive.id, basis: None, rate: None, amount }
    } else {
        let rate = *incentive.rate.get(grade)?;
        let amount = (&basis * &Exact::from(rate)).round(2);
        Line { programme: &incentive.id, basis: Some(decimal(&basis)), rate: Some(rate), amount }
    };
    (!line.amount.is_zero()).then_some(line)
}
