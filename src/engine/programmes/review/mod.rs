//! # Business review (生意回顾)
//!
//! Handbook 7. Says how far each metric of a dealer attains its target, and with which ones most is to be gained.
//!
//! Sheet: `review` 生意回顾, a row a dealer and metric. Policy section: `[review]`.
//!
//! ## Rules
//!
//! - **attainment** = actual / target where higher is better, target / actual where lower is; 4 places; none where the divisor is 0.
//! - **gap** = actual − target, in the metric's unit and as it adds up; where lower is better a gap above 0 is what is missing.
//! - A metric below 100 % is an **opportunity**, unless its dimension is one of results (sales).
//! - **opportunity rank**: per dealer by weight × (1 − attainment), unrounded, the largest first; equal ones share the better rank, and the
//!   next rank is left out. A metric without attainment has none.
//!
//! The sheet puts the dealer with most to gain on top, the sum of its opportunities' weighted shortfalls, and says what each metric needs.
//!
//! ## Example
//!
//! 60 % of shops reached of 80 %, weight 2: attained 75 %, gap −20, weighted 2 × 0.25 = 0.5. Deliveries in 4 days instead of 3, weight 1: attained
//! 75 % too, gap 1, weighted 0.25. So reaching shops ranks first.

mod policy;
mod sheet;

pub use policy::ReviewRules;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::attainment::Goal;
use super::figure::Figure;
use super::registry::Programme;
use super::sheets::{Row, Sheets};
use crate::policy::{Policy, Section, SectionKind};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;
use dealerbook_base::narrow::u32_of;

/// 生意回顾.
pub struct Review;

/// A row of the review sheet.
pub struct Metric {
    /// Its row in the sheet, from 0.
    pub row: u32,
    /// 经销商编号
    pub dealer: String,
    /// 经销商名称, where there is a dealers sheet.
    pub name: String,
    /// 区域, likewise.
    pub region: Key,
    /// 维度, canonical.
    pub dimension: String,
    /// 指标
    pub metric: Key,
    /// 单位
    pub unit: String,
    /// 方向, 目标, 实际
    pub goal: Goal,
    /// 权重
    pub weight: Exact,
}

/// `results.review`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Review")]
pub struct Results {
    /// The metrics, in the sheet's order.
    pub metrics: Vec<Reviewed>,
}

/// What came out for a metric.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReviewMetric")]
pub struct Reviewed {
    /// 经销商编号
    pub dealer_id: String,
    /// 维度, canonical.
    pub dimension: String,
    /// 指标
    pub metric: Key,
    /// Actual − target, as it adds up.
    pub gap: Figure,
    /// 4 places; null where the divisor is 0.
    pub attainment: Option<Figure>,
    /// The place among the dealer's opportunities, from 1; null where it is none.
    pub opportunity_rank: Option<u32>,
    /// What it comes of.
    #[serde(skip)]
    pub why: Why,
}

/// What explains a metric.
#[derive(Debug)]
pub struct Why {
    /// What came out.
    pub outcome: Outcome,
    /// The attainment, unrounded.
    pub attainment: Option<Exact>,
    /// Weight × (1 − attainment) of an opportunity.
    pub weighted: Option<Exact>,
    /// The sum of these of the dealer.
    pub dealer_weighted: Exact,
}

/// What came out for a metric, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// 机会
    Opportunity,
    /// 结果未达标
    Missed,
    /// 无法计算
    Unknown,
    /// 达标
    Met,
}

impl Programme for Review {
    type Inputs = Vec<Metric>;
    type Results = Results;

    const SECTION: Option<SectionKind> = Some(SectionKind::of::<ReviewRules>());

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Vec<Metric> {
        sheets.rows("review").map(|row| metric(&row, sheets)).collect()
    }

    fn calculate(inputs: &Vec<Metric>, policy: &Policy) -> Results {
        Results { metrics: review(inputs, ReviewRules::of(policy)) }
    }
}

fn metric(row: &Row<'_>, sheets: &Sheets<'_>) -> Metric {
    let dealer = row.text("dealer_id");
    let known = sheets.dealer(dealer);
    Metric {
        row: row.place(),
        dealer: dealer.to_owned(),
        name: known.name.to_owned(),
        region: known.region.clone(),
        dimension: row.category("dimension").to_owned(),
        metric: row.key("metric").clone(),
        unit: row.text("unit").to_owned(),
        goal: Goal::of(row),
        weight: row.exact("weight"),
    }
}

fn review(metrics: &[Metric], rules: &ReviewRules) -> Vec<Reviewed> {
    let mut reviewed: Vec<Reviewed> = metrics.iter().map(|metric| reviewed(metric, rules)).collect();
    let mut by_dealer: HashMap<&str, Vec<usize>> = HashMap::new();
    for (row, metric) in metrics.iter().enumerate() {
        by_dealer.entry(&metric.dealer).or_default().push(row);
    }
    for rows in by_dealer.values() {
        rank(&mut reviewed, rows);
    }
    reviewed
}

fn reviewed(metric: &Metric, rules: &ReviewRules) -> Reviewed {
    let attainment = metric.goal.attainment();
    let below = |bound: &Exact| attainment.as_ref().is_some_and(|ratio| ratio < bound);
    let outcome = match (&attainment, rules.is_result(&metric.dimension)) {
        (None, _) => Outcome::Unknown,
        (Some(_), true) if below(&Exact::whole(1)) => Outcome::Missed,
        (Some(_), false) if below(&rules.opportunity_below.into()) => Outcome::Opportunity,
        _ => Outcome::Met,
    };
    let weighted = attainment.as_ref().map(|ratio| &metric.weight * &(&Exact::whole(1) - ratio));
    Reviewed {
        dealer_id: metric.dealer.clone(),
        dimension: metric.dimension.clone(),
        metric: metric.metric.clone(),
        gap: Figure::plain(&metric.goal.gap().unwrap_or(Exact::ZERO)),
        attainment: attainment.as_ref().map(Figure::ratio),
        opportunity_rank: None,
        why: Why {
            outcome,
            attainment,
            weighted: weighted.filter(|_| outcome == Outcome::Opportunity),
            dealer_weighted: Exact::ZERO,
        },
    }
}

/// Ranks the opportunities among the rows of one dealer.
fn rank(reviewed: &mut [Reviewed], rows: &[usize]) {
    let mut opportunities: Vec<(Exact, usize)> =
        rows.iter().filter_map(|row| Some((reviewed[*row].why.weighted.clone()?, *row))).collect();
    opportunities.sort_by(|a, b| b.0.cmp(&a.0));
    let mut rank = 1;
    for (place, (weighted, row)) in opportunities.iter().enumerate() {
        if place > 0 && opportunities[place - 1].0 != *weighted {
            rank = u32_of(place) + 1;
        }
        reviewed[*row].opportunity_rank = Some(rank);
    }
    let sum = opportunities.iter().map(|(weighted, _)| weighted).sum::<Exact>();
    for row in rows {
        reviewed[*row].why.dealer_weighted = sum.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::super::attainment::tests::goal;
    use super::*;

    fn metric(dealer: &str, dimension: &str, goal: Goal, weight: i64) -> Metric {
        Metric {
            row: 0,
            dealer: dealer.into(),
            name: String::new(),
            region: Key::default(),
            dimension: dimension.into(),
            metric: "m".into(),
            unit: String::new(),
            goal,
            weight: Exact::whole(weight),
        }
    }

    fn ranks(metrics: &[Metric]) -> Vec<Option<u32>> {
        let rules = ReviewRules::of(&Policy::embedded().unwrap()).clone();
        review(metrics, &rules).iter().map(|metric| metric.opportunity_rank).collect()
    }

    #[test]
    fn equal_shortfalls_share_the_better_rank_and_the_next_is_left_out() {
        let shortfalls = [
            metric("D1", "coverage", goal(false, "10", "9"), 2),
            metric("D1", "logistics", goal(true, "4", "5"), 1),
            metric("D2", "team", goal(false, "10", "9.9"), 1),
            metric("D1", "finance", goal(false, "10", "9"), 1),
            metric("D1", "team", goal(false, "10", "0"), 1),
        ];
        assert_eq!(ranks(&shortfalls), [Some(2), Some(2), Some(1), Some(4), Some(1)]);
    }

    #[test]
    fn only_what_is_below_its_target_is_an_opportunity_and_sales_never_are() {
        let metrics = [
            metric("D1", "coverage", goal(false, "10", "10"), 1),
            metric("D1", "coverage", goal(false, "10", "9.999999999"), 1),
            metric("D1", "sales", goal(false, "10", "1"), 1),
            metric("D1", "inventory", goal(true, "10", "0"), 1),
            metric("D1", "team", goal(false, "10", "9"), 0),
        ];
        assert_eq!(ranks(&metrics), [None, Some(1), None, None, Some(2)]);
        let outcomes: Vec<Outcome> = review(&metrics, ReviewRules::of(&Policy::embedded().unwrap()))
            .iter()
            .map(|metric| metric.why.outcome)
            .collect();
        use Outcome::{Met, Missed, Opportunity, Unknown};
        assert_eq!(outcomes, [Met, Opportunity, Missed, Unknown, Opportunity]);
    }

    #[test]
    fn a_gap_is_told_as_it_adds_up_and_an_attainment_to_4_places() {
        let rules = ReviewRules::of(&Policy::embedded().unwrap()).clone();
        let found = review(&[metric("D1", "sales", goal(false, "300", "380.50"), 1)], &rules);
        assert_eq!(
            (found[0].gap.to_string(), found[0].attainment.unwrap().to_string()),
            ("80.5".into(), "1.2683".into())
        );
    }
}
