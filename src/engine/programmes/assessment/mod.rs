//! # The annual assessment (经销商考核)
//!
//! Handbook 2. Gives each dealer points on the card of its mode, a total, a grade, and says what would lift it to the next one.
//!
//! Sheets: `dealers` 经销商档案 with `purchases` 月度提货 or `shipments` 发货流水, which decides the tonnes where it is there; `violations`
//! 违规记录, without which every dealer is taken to have none. Policy sections: `modes`, `characteristics`, `grades`, `scorecards`.
//!
//! ## Rules
//!
//! - The **card** is that of the dealer's mode. A mode without a card is not assessed: the dealer stays in every list, with nulls.
//! - **annual_volume** scores by rank in tonnes among the dealers of the card; equal volumes share the better rank.
//! - **exclusivity** = own tonnes / tonnes of all brands; whole steps below the card's full share cost points, down to 0.
//! - **evenness** = weight × index. For a network customer the index is the mean over twelve months of actual / planned, at most 1 a month
//!   and 1 where the supplier was at fault; for any other dealer that of actual / a twelfth of the year's tonnes. Where the policy prorates
//!   dealers that joined within the period (`joiners`), the months from that of joining on count, and the target is as many twelfths.
//! - **price_discipline**, **promotion**, **cross_region** lose points with each confirmed violation in the period, below 0 where it
//!   comes to that.
//! - All other characteristics score by category or by bands that include their lower bound.
//! - **total** = the sum of the rounded points, 2 places, not floored at 0. The **grade** is the best whose lower bound it reaches.
//! - **movement** compares with last year's grade; **actions** follow: `eliminate` for a problem dealer two years running, `improve` for one
//!   that went down, `disqualify` for falsified documents.
//! - **lift**: for each characteristic the smallest single change that reaches the next grade; **points_missing** where none does.
//!
//! ## Example
//!
//! A network customer buys as planned in ten months, 50 of 100 tonnes in one and nothing in another: the index is 10.5 / 12 = 0.8750,
//! and evenness earns 15 × 0.875 = 13.13 of 15 points.

use dealerbook_base::narrow::u32_of;

pub(super) mod evenness;
mod explanations;
mod lift;
#[cfg(test)]
mod tests;
pub mod words;

pub use lift::{Change, Lift};

use rust_decimal::Decimal;

use super::inputs::DealerYear;
use crate::policy::{Characteristic, Policy, Rule};
use dealerbook_base::exact::{Exact, decimal};

/// The assessment of all dealers, in the sheet's order.
#[derive(Debug)]
pub struct Assessment<'s> {
    /// One for each dealer.
    pub dealers: Vec<Assessed<'s>>,
}

/// The assessment of one dealer. A dealer without a scorecard has nulls.
#[derive(Debug)]
pub struct Assessed<'s> {
    /// The annual tonnes.
    pub volume: Decimal,
    /// The scorecard, by its index in the policy.
    pub card: Option<usize>,
    /// The rank in tonnes among the dealers of the card, 1 the largest; equal volumes share the better one.
    pub rank: Option<u32>,
    /// Own tonnes / tonnes of all brands, 4 places.
    pub exclusivity: Option<Decimal>,
    /// The evenness index, 4 places.
    pub evenness_index: Option<Decimal>,
    /// Σ r over the months that count; the index is its mean.
    pub months_fulfilled: Exact,
    /// So many months count.
    pub months_counted: usize,
    /// What each characteristic earned, in the card's order.
    pub characteristics: Vec<Scored<'s>>,
    /// The sum of the points, 2 places; not floored at 0.
    pub total: Option<Decimal>,
    /// The grade, by its index in the policy.
    pub grade: Option<usize>,
    /// The grade of the year before.
    pub previous_grade: Option<usize>,
    /// How the grade moved.
    pub movement: Option<Movement>,
    /// What follows.
    pub actions: Vec<Action>,
    /// For each characteristic the smallest change that reaches the next grade.
    pub lift: Vec<Lift<'s>>,
    /// What is missing to the next grade, where no single change is enough.
    pub points_missing: Option<Decimal>,
}

impl Assessed<'_> {
    /// The evenness index before it is rounded.
    pub fn exact_evenness(&self) -> Exact {
        evenness::index(&self.months_fulfilled, self.months_counted)
    }
}

/// What a characteristic earned.
#[derive(Clone, Debug)]
pub struct Scored<'s> {
    /// The characteristic, with its weight and rule.
    pub characteristic: &'s Characteristic,
    /// The value that counted.
    pub value: Seen<'s>,
    /// The points, 2 places.
    pub points: Decimal,
    /// The rule that it met.
    pub reason: &'s str,
}

impl<'s> Scored<'s> {
    /// The characteristic's name.
    pub fn id(&self) -> &'s str {
        &self.characteristic.id
    }

    /// The points that it could have earned beside.
    pub fn lost(&self) -> Decimal {
        self.characteristic.weight - self.points
    }
}

/// The value that a rule looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen<'s> {
    /// Tonnes, as they add up.
    Tonnes(Decimal),
    /// A canonical category.
    Category(&'s str),
    /// A ratio or index of 4 places.
    Ratio(Decimal),
    /// A count.
    Count(Decimal),
}

impl std::fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Seen::Tonnes(x) | Seen::Count(x) => write!(f, "{}", x.normalize()),
            Seen::Ratio(x) => write!(f, "{x}"),
            Seen::Category(value) => f.write_str(value),
        }
    }
}

/// How a grade moved against the year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Movement {
    /// There was none.
    New,
    /// It rose.
    Up,
    /// It stayed.
    Same,
    /// It fell.
    Down,
}

impl Movement {
    /// From one grade to another, each by its index in the policy. Grades are listed best first, so a smaller index is the better one.
    pub fn of(grade: usize, previous: Option<usize>) -> Movement {
        match previous {
            None => Movement::New,
            Some(previous) if grade < previous => Movement::Up,
            Some(previous) if grade > previous => Movement::Down,
            Some(_) => Movement::Same,
        }
    }
}

/// What follows from an assessment, in the order in which it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// 淘汰: two years running a problem dealer.
    Eliminate,
    /// 限期改进: the grade fell.
    Improve,
    /// 取消资格: falsified documents.
    Disqualify,
}

/// The volumes of each card, largest first.
type Volumes = Vec<Vec<Exact>>;

/// Assesses the dealers.
pub fn calculate<'s>(years: &[DealerYear<'s>], policy: &'s Policy) -> Assessment<'s> {
    let mut volumes: Volumes = vec![Vec::new(); policy.scorecards.len()];
    for year in years {
        if let Some(card) = year.dealer.card {
            volumes[card].push(year.volume.clone());
        }
    }
    for card in &mut volumes {
        card.sort_by(|a, b| b.cmp(a));
    }
    Assessment { dealers: years.iter().map(|year| assess(year, policy, &volumes)).collect() }
}

fn assess<'s>(year: &DealerYear<'s>, policy: &'s Policy, volumes: &Volumes) -> Assessed<'s> {
    let Some(card) = year.dealer.card else { return without_card(year) };
    let (scorecard, volumes) = (&policy.scorecards[card], &volumes[card]);
    let months = evenness::months(year);
    let facts = Facts {
        year,
        rank: rank_of(&year.volume, volumes),
        volumes,
        ratio: ratio(year),
        months_fulfilled: evenness::sum(&months),
        months,
    };
    let mut characteristics = Vec::with_capacity(scorecard.characteristics.len());
    characteristics.extend(scorecard.characteristics.iter().filter_map(|c| score(c, &facts)));
    let total: Decimal = characteristics.iter().map(|c| c.points).sum();
    let grade = policy.grade_of(total);
    let (lift, points_missing) = lift::find(policy, &facts, &characteristics, total, grade);
    let movement = Movement::of(grade, year.dealer.previous_grade);
    Assessed {
        volume: decimal(&year.volume),
        card: Some(card),
        rank: Some(facts.rank),
        exclusivity: Some(facts.ratio.round(4)),
        evenness_index: Some(facts.index().round(4)),
        months_counted: facts.months.len(),
        months_fulfilled: facts.months_fulfilled,
        actions: actions(year, policy, grade, movement),
        characteristics,
        total: Some(total),
        grade: Some(grade),
        previous_grade: year.dealer.previous_grade,
        movement: Some(movement),
        lift,
        points_missing,
    }
}

fn without_card<'s>(year: &DealerYear<'s>) -> Assessed<'s> {
    Assessed {
        volume: decimal(&year.volume),
        card: None,
        rank: None,
        exclusivity: None,
        evenness_index: None,
        months_fulfilled: Exact::ZERO,
        months_counted: year.months_counted(),
        characteristics: Vec::new(),
        total: None,
        grade: None,
        previous_grade: year.dealer.previous_grade,
        movement: None,
        actions: if year.dealer.falsified_documents { vec![Action::Disqualify] } else { Vec::new() },
        lift: Vec::new(),
        points_missing: None,
    }
}

/// What the rules look at.
pub(super) struct Facts<'y, 's> {
    pub year: &'y DealerYear<'s>,
    pub rank: u32,
    pub volumes: &'y [Exact],
    pub ratio: Exact,
    pub months: Vec<Exact>,
    pub months_fulfilled: Exact,
}

impl Facts<'_, '_> {
    fn index(&self) -> Exact {
        evenness::index(&self.months_fulfilled, self.months.len())
    }
}

/// 1 + the dealers of the card that sold more.
pub(super) fn rank_of(volume: &Exact, volumes: &[Exact]) -> u32 {
    u32_of(volumes.partition_point(|other| other > volume)) + 1
}

/// Own tonnes / tonnes of all brands; all-brand tonnes of 0 give 0.
fn ratio(year: &DealerYear<'_>) -> Exact {
    year.volume.checked_div(&Exact::from(year.dealer.total_urea_tonnes)).unwrap_or(Exact::ZERO)
}

/// What a characteristic earns; `None` where its value is missing, which the check of the workbook has reported.
fn score<'s>(c: &'s Characteristic, facts: &Facts<'_, 's>) -> Option<Scored<'s>> {
    let dealer = &facts.year.dealer;
    let (value, points, reason) = match &c.rule {
        Rule::Rank { bands } => {
            let band = bands.iter().rev().find(|b| i64::from(facts.rank) >= b.from)?;
            (Seen::Tonnes(decimal(&facts.year.volume)), band.points, band.reason.as_str())
        }
        Rule::Category { values } => {
            let value = dealer.category(&c.id)?;
            let earned = values.iter().find(|v| v.value == value)?;
            (Seen::Category(value), earned.points, earned.reason.as_str())
        }
        Rule::Count { bands } => {
            let count = dealer.count(&c.id)?;
            let band = bands.iter().find(|b| count >= Decimal::from(b.from))?;
            (Seen::Count(count), band.points, band.reason.as_str())
        }
        Rule::Exclusivity { full_at, step, points_a_step } => {
            let (points, reason) = exclusivity(facts, c.weight, *full_at, *step, *points_a_step);
            (Seen::Ratio(facts.ratio.round(4)), points, reason)
        }
        Rule::Evenness => {
            let reason = if dealer.network_customer { "evenness-plan" } else { "evenness-average" };
            let points = evenness::points(c.weight, &facts.months_fulfilled, facts.months.len());
            (Seen::Ratio(facts.index().round(4)), points, reason)
        }
        Rule::Violations { violation, points_each } => {
            let count = Decimal::from(facts.year.violations.of(violation));
            let reason = if count.is_zero() { "no-violation" } else { "violations" };
            (Seen::Count(count), c.weight - count * points_each, reason)
        }
    };
    let mut points = points;
    points.rescale(2);
    Some(Scored { characteristic: c, value, points, reason })
}

/// Full at a ratio, less for each whole step below it, never below 0; a negative year earns 0.
fn exclusivity(
    facts: &Facts<'_, '_>,
    weight: Decimal,
    full_at: Decimal,
    step: Decimal,
    points_a_step: Decimal,
) -> (Decimal, &'static str) {
    if facts.year.volume.signum() < 0 {
        return (Decimal::ZERO, "exclusivity-negative");
    }
    let below = &Exact::from(full_at) - &facts.ratio;
    let steps = below.checked_div(&Exact::from(step)).map_or(0, |s| s.floor()).max(0);
    let points = weight - points_a_step * Decimal::from(steps);
    match (steps, points > Decimal::ZERO) {
        (0, _) => (weight, "exclusivity-full"),
        (_, true) => (points, "exclusivity-steps"),
        (_, false) => (Decimal::ZERO, "exclusivity-none"),
    }
}

fn actions(year: &DealerYear<'_>, policy: &Policy, grade: usize, movement: Movement) -> Vec<Action> {
    let worst = policy.grades.len() - 1;
    let mut actions = Vec::new();
    if grade == worst && year.dealer.previous_grade == Some(worst) {
        actions.push(Action::Eliminate);
    }
    if movement == Movement::Down {
        actions.push(Action::Improve);
    }
    if year.dealer.falsified_documents {
        actions.push(Action::Disqualify);
    }
    actions
}
