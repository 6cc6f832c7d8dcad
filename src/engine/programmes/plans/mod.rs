//! # Joint business plan (OGSM 联合生意计划)
//!
//! Handbook 8. Scores each dealer's plan, row by row, and says which actions are overdue.
//!
//! Sheet: `plans` 联合生意计划, a row an action and measure. Policy section: `[plans]`.
//!
//! ## Rules
//!
//! - **attainment** of a row as in the business review, at most 1.2; 4 places. Without an actual, or where the divisor is 0, it has none, no
//!   status either, and is left out of the score.
//! - **score** of a dealer = Σ weight × attainment / Σ weight × 100, of its rows that have an attainment, 2 places; none where they have no weight.
//! - **status** by the unrounded attainment, a dealer's by its unrounded score / 100: from 1 green, from 0.8 amber, else red.
//! - **overdue**: due before the as-of date and not done; due on that date is not overdue. It is told on each row that the action stands on,
//!   and a dealer's overdue actions are these rows. Where neither request, cover nor months tell an as-of date, nothing is overdue.
//!
//! The sheet adds how far each row is from green, and for a dealer that isn't the fewest rows that would turn it green if they were.
//!
//! ## Example
//!
//! 9 of 10 new shops, weight 2, and 12 days of stock where 18 are allowed, weight 1: attained 0.9 and 18 / 12 = 1.5, which counts 1.2. The score is
//! (2 × 0.9 + 1 × 1.2) / 3 × 100 = 100.00, green, though the first row is amber.

mod cards;
mod policy;
mod sheet;
mod words;

pub use policy::PlanRules;

use std::collections::HashMap;

use jiff::civil::Date;
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

/// 联合生意计划.
pub struct Plans;

/// What is scored.
pub struct Inputs {
    /// The as-of date.
    pub as_of: Option<Date>,
    /// The rows, in the sheet's order.
    pub rows: Vec<PlanRow>,
}

/// A row of the plans sheet.
pub struct PlanRow {
    /// Its row in the sheet, from 0.
    pub row: u32,
    /// 经销商编号
    pub dealer: String,
    /// 经销商名称, where there is a dealers sheet.
    pub name: String,
    /// 区域, likewise.
    pub region: Key,
    /// 目的
    pub objective: Key,
    /// 目标
    pub goal_text: Key,
    /// 策略
    pub strategy: Key,
    /// 行动
    pub action: Key,
    /// 负责人
    pub owner: Key,
    /// 完成日期
    pub due_on: Option<Date>,
    /// 预算, yuan
    pub budget: Option<Exact>,
    /// 衡量指标
    pub measure: Key,
    /// 方向, 目标值, 实际值
    pub goal: Goal,
    /// 权重
    pub weight: Exact,
    /// 已完成
    pub done: bool,
}

/// `results.plans`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Plans")]
pub struct Results {
    /// The dealers, in the order of their first rows.
    pub dealers: Vec<Scored>,
    /// The rows, in the sheet's order.
    pub rows: Vec<Attained>,
}

/// What came out for a dealer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanDealer")]
pub struct Scored {
    /// 经销商编号
    pub dealer_id: String,
    /// 2 places; null where no row counts.
    pub score: Option<Figure>,
    /// By the unrounded score; null where there is none.
    pub status: Option<Status>,
    /// On how many of its rows the action is overdue.
    pub overdue_actions: u32,
    /// What it comes of.
    #[serde(skip)]
    pub why: Why,
}

/// What explains a score.
#[derive(Debug)]
pub struct Why {
    /// The dealer's rows, by their places.
    pub rows: Vec<usize>,
    /// Σ weight, of the rows that have an attainment.
    pub weights: Exact,
    /// Σ weight × attainment / Σ weight.
    pub mean: Option<Exact>,
    /// The fewest rows that would turn it green, the greatest gain first, each with the points that it would bring.
    pub to_green: Vec<(usize, Exact)>,
}

/// What came out for a row.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlanRow")]
pub struct Attained {
    /// 经销商编号
    pub dealer_id: String,
    /// 衡量指标
    pub measure: Key,
    /// Capped, 4 places; null without an actual or where the divisor is 0.
    pub attainment: Option<Figure>,
    /// By the unrounded attainment; null where there is none.
    pub status: Option<Status>,
    /// Whether its action is past its due date and not done.
    pub overdue: bool,
    /// The capped attainment, unrounded.
    #[serde(skip)]
    pub exact: Option<Exact>,
    /// How many days it is overdue; 0 where it isn't.
    #[serde(skip)]
    pub days_overdue: i64,
}

/// 红黄绿, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "PlanStatus")]
pub enum Status {
    /// 红
    Red,
    /// 黄
    Amber,
    /// 绿
    Green,
}

impl Programme for Plans {
    type Inputs = Inputs;
    type Results = Results;

    const SECTION: Option<SectionKind> = Some(SectionKind::of::<PlanRules>());

    fn inputs(sheets: &Sheets<'_>, _: &Policy) -> Inputs {
        Inputs { as_of: sheets.as_of(), rows: sheets.rows("plans").map(|row| plan_row(&row, sheets)).collect() }
    }

    fn calculate(inputs: &Inputs, policy: &Policy) -> Results {
        let rules = PlanRules::of(policy);
        let rows: Vec<Attained> = inputs.rows.iter().map(|row| attained(row, inputs.as_of, rules)).collect();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut dealers: Vec<Vec<usize>> = Vec::new();
        for (n, row) in inputs.rows.iter().enumerate() {
            let place = *places.entry(&row.dealer).or_insert_with(|| {
                dealers.push(Vec::new());
                dealers.len() - 1
            });
            dealers[place].push(n);
        }
        Results { dealers: dealers.into_iter().map(|own| scored(own, &inputs.rows, &rows, rules)).collect(), rows }
    }
}

fn plan_row(row: &Row<'_>, sheets: &Sheets<'_>) -> PlanRow {
    let key = |field| row.key(field).clone();
    let known = sheets.dealer(row.text("dealer_id"));
    PlanRow {
        row: row.place(),
        dealer: row.text("dealer_id").to_owned(),
        name: known.name.to_owned(),
        region: known.region.clone(),
        objective: key("objective"),
        goal_text: key("goal"),
        strategy: key("strategy"),
        action: key("action"),
        owner: key("owner"),
        due_on: row.date("due_on"),
        budget: row.number_if_any("budget").map(Exact::from),
        measure: key("measure"),
        goal: Goal::of(row),
        weight: row.exact("weight"),
        done: row.yes("done"),
    }
}

fn attained(row: &PlanRow, as_of: Option<Date>, rules: &PlanRules) -> Attained {
    let exact = row.goal.attainment().map(|ratio| ratio.min(rules.attainment_cap.into()));
    let days_overdue = match (row.due_on, as_of, row.done) {
        (Some(due), Some(as_of), false) => (due.duration_until(as_of).as_secs() / (24 * 60 * 60)).max(0),
        _ => 0,
    };
    Attained {
        dealer_id: row.dealer.clone(),
        measure: row.measure.clone(),
        attainment: exact.as_ref().map(Figure::ratio),
        status: exact.as_ref().map(|ratio| status(ratio, rules)),
        overdue: days_overdue > 0,
        exact,
        days_overdue,
    }
}

fn status(ratio: &Exact, rules: &PlanRules) -> Status {
    if *ratio >= rules.green_from.into() {
        Status::Green
    } else if *ratio >= rules.amber_from.into() {
        Status::Amber
    } else {
        Status::Red
    }
}

fn scored(own: Vec<usize>, rows: &[PlanRow], attained: &[Attained], rules: &PlanRules) -> Scored {
    let (mut sum, mut weights) = (Exact::ZERO, Exact::ZERO);
    for n in &own {
        if let Some(ratio) = &attained[*n].exact {
            (sum, weights) = (&sum + &(&rows[*n].weight * ratio), &weights + &rows[*n].weight);
        }
    }
    let mean = sum.checked_div(&weights);
    let to_green = to_green(&own, rows, attained, (&sum, &weights), rules);
    Scored {
        dealer_id: rows[own[0]].dealer.clone(),
        score: mean.as_ref().map(|mean| Figure::money(&(mean * &Exact::whole(100)))),
        status: mean.as_ref().map(|mean| status(mean, rules)),
        overdue_actions: u32_of(own.iter().filter(|n| attained[**n].overdue).count()),
        why: Why { rows: own, weights, mean, to_green },
    }
}

/// The rows of the greatest gain that, made green, make the score green, each with its points; none where it is green or has no score.
fn to_green(
    own: &[usize],
    rows: &[PlanRow],
    attained: &[Attained],
    (sum, weights): (&Exact, &Exact),
    rules: &PlanRules,
) -> Vec<(usize, Exact)> {
    let green = Exact::from(rules.green_from);
    let gain = |n: usize| {
        let short = &green - attained[n].exact.as_ref()?;
        (short.signum() > 0).then(|| (n, &rows[n].weight * &short))
    };
    let mut gains: Vec<(usize, Exact)> = own.iter().filter_map(|n| gain(*n)).collect();
    gains.retain(|(_, gain)| gain.signum() > 0);
    // A row that no figure turns green, since its target is 0, comes last.
    let stuck = |n: usize| rows[n].goal.actual_for(&green).is_none();
    gains.sort_by(|a, b| stuck(a.0).cmp(&stuck(b.0)).then_with(|| b.1.cmp(&a.1)));
    let mut missing = &(&green * weights) - sum;
    let mut needed = Vec::new();
    for (n, gain) in gains {
        if missing.signum() <= 0 {
            break;
        }
        missing = &missing - &gain;
        let points = (&gain * &Exact::whole(100)).checked_div(weights).unwrap_or(Exact::ZERO);
        needed.push((n, points));
    }
    needed
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::attainment::tests::goal;
    use super::*;

    fn row(dealer: &str, goal: Goal, weight: i64) -> PlanRow {
        PlanRow {
            row: 0,
            dealer: dealer.into(),
            name: String::new(),
            region: Key::default(),
            objective: Key::default(),
            goal_text: Key::default(),
            strategy: Key::default(),
            action: Key::default(),
            owner: Key::default(),
            due_on: None,
            budget: None,
            measure: Key::default(),
            goal,
            weight: Exact::whole(weight),
            done: false,
        }
    }

    fn plans(rows: Vec<PlanRow>) -> Results {
        Plans::calculate(&Inputs { as_of: Some(date(2007, 12, 31)), rows }, &Policy::embedded().unwrap())
    }

    fn shown(dealer: &Scored) -> (String, Option<Status>) {
        (dealer.score.map_or("none".into(), |score| score.to_string()), dealer.status)
    }

    #[test]
    fn a_status_goes_by_the_unrounded_attainment_which_is_capped() {
        let of = |actual: &str| plans(vec![row("D1", goal(false, "100", actual), 1)]).rows.remove(0);
        let reported = |row: Attained| (row.attainment.unwrap().to_string(), row.status.unwrap());
        assert_eq!(reported(of("99.999")), ("1.0000".into(), Status::Amber));
        assert_eq!(reported(of("100")), ("1.0000".into(), Status::Green));
        assert_eq!(reported(of("80")), ("0.8000".into(), Status::Amber));
        assert_eq!(reported(of("79.999")), ("0.8000".into(), Status::Red));
        assert_eq!(reported(of("500")), ("1.2000".into(), Status::Green));
    }

    #[test]
    fn rows_without_attainment_are_left_out_of_the_score() {
        let found = plans(vec![
            row("D2", goal(false, "10", ""), 5),
            row("D1", goal(false, "10", "9"), 2),
            row("D1", goal(true, "18", "12"), 1),
            row("D1", goal(true, "18", "0"), 9),
            row("D3", goal(false, "10", "9"), 0),
        ]);
        let ids: Vec<&str> = found.dealers.iter().map(|dealer| dealer.dealer_id.as_str()).collect();
        assert_eq!(ids, ["D2", "D1", "D3"]);
        assert_eq!(shown(&found.dealers[0]), ("none".into(), None));
        assert_eq!(shown(&found.dealers[1]), ("100.00".into(), Some(Status::Green)));
        assert_eq!(shown(&found.dealers[2]), ("none".into(), None));
        assert_eq!((found.rows[0].status, found.rows[3].attainment), (None, None));
    }

    #[test]
    fn what_is_due_on_the_as_of_date_is_not_overdue_and_what_is_done_never() {
        let due = |day, done| PlanRow { due_on: Some(day), done, ..row("D1", goal(false, "1", "1"), 1) };
        let rows = || {
            vec![due(date(2007, 12, 31), false), due(date(2007, 12, 30), false), due(date(2007, 1, 1), true), {
                row("D1", goal(false, "1", "1"), 1)
            }]
        };
        let found = plans(rows());
        assert_eq!(found.rows.iter().map(|row| row.days_overdue).collect::<Vec<_>>(), [0, 1, 0, 0]);
        assert_eq!(found.dealers[0].overdue_actions, 1);
        let undated = Plans::calculate(&Inputs { as_of: None, rows: rows() }, &Policy::embedded().unwrap());
        assert_eq!(undated.dealers[0].overdue_actions, 0);
    }

    #[test]
    fn the_fewest_rows_that_turn_a_dealer_green_are_those_of_the_greatest_gain() {
        let found = plans(vec![
            row("D1", goal(false, "10", "9"), 1),
            row("D1", goal(false, "10", "5"), 2),
            row("D1", goal(false, "10", "12"), 1),
        ]);
        let needed: Vec<(usize, String)> =
            found.dealers[0].why.to_green.iter().map(|(n, points)| (*n, points.round(2).to_string())).collect();
        assert_eq!(shown(&found.dealers[0]), ("77.50".into(), Some(Status::Red)));
        assert_eq!(needed, [(1, "25.00".to_owned())]);
        assert!(plans(vec![row("D1", goal(false, "10", "10"), 1)]).dealers[0].why.to_green.is_empty());
        let stuck = plans(vec![row("D1", goal(true, "0", "5"), 1), row("D1", goal(false, "10", "9"), 1)]);
        let order: Vec<usize> = stuck.dealers[0].why.to_green.iter().map(|(n, _)| *n).collect();
        assert_eq!(order, [1, 0], "no figure comes to a target of 0 where lower is better");
    }
}
