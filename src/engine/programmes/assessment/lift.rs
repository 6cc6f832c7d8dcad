//! What would lift a dealer: for each characteristic the smallest single change that reaches the next grade (handbook 2.3).

use rust_decimal::Decimal;

use super::evenness;
use super::{Facts, Scored, Seen, rank_of};
use crate::policy::{Policy, Rule};
use dealerbook_base::exact::{Exact, decimal};
use dealerbook_base::narrow::u32_of;

/// A change that reaches a better grade.
#[derive(Clone, Debug)]
pub struct Lift<'s> {
    /// What changes.
    pub characteristic: &'s str,
    /// How.
    pub change: Change<'s>,
    /// The points gained, 2 places.
    pub points: Decimal,
    /// The grade reached, by its index in the policy.
    pub reaches: usize,
}

/// A change of one characteristic.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<'s> {
    /// A better rank, and the tonnes more that it takes.
    Rank {
        /// Now.
        from: u32,
        /// Then.
        to: u32,
        /// The tonnes more; equality is enough.
        tonnes: Decimal,
    },
    /// More of something counted.
    Count {
        /// Now.
        from: Decimal,
        /// Then.
        to: Decimal,
    },
    /// A better category.
    Category {
        /// Now.
        from: &'s str,
        /// Then.
        to: &'s str,
    },
    /// A higher share of ours, on a whole step.
    Ratio {
        /// Now, 4 places.
        from: Decimal,
        /// Then, 4 places.
        to: Decimal,
    },
    /// The k worst months become 1.
    MonthsOnPlan(u32),
    /// So many violations fewer.
    ViolationsFewer(u32),
}

/// The changes that reach the next grade, the smallest gain first, and the points missing where none does.
pub(super) fn find<'s>(
    policy: &'s Policy,
    facts: &Facts<'_, 's>,
    scored: &[Scored<'s>],
    total: Decimal,
    grade: usize,
) -> (Vec<Lift<'s>>, Option<Decimal>) {
    let next = grade.checked_sub(1).and_then(|better| policy.grades[better].from);
    let Some(bound) = next else { return (Vec::new(), None) };
    let missing = bound - total;
    let lift_of = |s: &Scored<'s>| {
        let (change, points) = smallest(s, facts, missing)?;
        let mut gained = points - s.points;
        gained.rescale(2);
        Some(Lift { characteristic: s.id(), change, points: gained, reaches: policy.grade_of(total + gained) })
    };
    let mut lifts: Vec<Lift<'s>> = scored.iter().filter_map(lift_of).collect();
    lifts.sort_by_key(|l| l.points);
    let mut missing = missing;
    missing.rescale(2);
    let none = lifts.is_empty().then_some(missing);
    (lifts, none)
}

/// The smallest change of a characteristic that gains at least `missing` points, and its points then.
fn smallest<'s>(scored: &Scored<'s>, facts: &Facts<'_, 's>, missing: Decimal) -> Option<(Change<'s>, Decimal)> {
    let c = scored.characteristic;
    let enough = |points: Decimal| points - scored.points >= missing;
    // No rule gives more than the weight, so most of the characteristics needn't be looked at.
    if !enough(c.weight.ceil()) {
        return None;
    }
    match &c.rule {
        Rule::Rank { bands } => {
            let at = bands.iter().rposition(|b| i64::from(facts.rank) >= b.from)?;
            let better = (0..at).rev().find(|n| enough(bands[*n].points))?;
            let last_rank = usize::try_from(bands[better + 1].from - 1).ok()?;
            let requested = facts.volumes.get(last_rank.checked_sub(1)?)?;
            let (to, tonnes) = (rank_of(requested, facts.volumes), decimal(&(requested - &facts.year.volume)));
            // Equal volumes share the better rank, which may lie in a better band than the last rank that would do.
            let reached = bands.iter().rev().find(|b| i64::from(to) >= b.from)?;
            Some((Change::Rank { from: facts.rank, to, tonnes }, reached.points))
        }
        Rule::Count { bands } => {
            let Seen::Count(from) = scored.value else { return None };
            let band = bands.iter().rev().find(|b| Decimal::from(b.from) > from && enough(b.points))?;
            Some((Change::Count { from, to: Decimal::from(band.from) }, band.points))
        }
        Rule::Category { values } => {
            let Seen::Category(from) = scored.value else { return None };
            let better = values.iter().rev().find(|v| enough(v.points))?;
            Some((Change::Category { from, to: &better.value }, better.points))
        }
        Rule::Exclusivity { full_at, step, points_a_step } => {
            let from = facts.ratio.round(4);
            let points = |steps: i64| c.weight - points_a_step * Decimal::from(steps);
            let ratio = |steps: i64| *full_at - *step * Decimal::from(steps);
            let most = i64::try_from((*full_at / *step).trunc()).ok()?;
            let reaches =
                |steps: &i64| ratio(*steps) > from && points(*steps) > Decimal::ZERO && enough(points(*steps));
            let steps = (0..=most).rev().find(reaches)?;
            let mut to = ratio(steps);
            to.rescale(4);
            Some((Change::Ratio { from, to }, points(steps)))
        }
        // Without tonnes the index is 0 whatever the months: only a plan says what they should have been.
        Rule::Evenness if !facts.year.dealer.network_customer && facts.year.volume.signum() <= 0 => None,
        Rule::Evenness => {
            let sums = evenness::sums_with_months_fixed(&facts.months);
            let points = |sum: &Exact| evenness::points(c.weight, sum, facts.months.len());
            let k = sums.iter().position(|sum| enough(points(sum)))?;
            Some((Change::MonthsOnPlan(u32_of(k) + 1), points(&sums[k])))
        }
        Rule::Violations { violation, points_each } => {
            let count = facts.year.violations.of(violation);
            let fewer = (1..=count).find(|n| points_each * Decimal::from(*n) >= missing)?;
            Some((Change::ViolationsFewer(fewer), scored.points + points_each * Decimal::from(fewer)))
        }
    }
}
