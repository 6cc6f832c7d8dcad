//! # Assessing applicants (新经销商评级)
//!
//! Handbook 4. Says how good a partner an applicant would be, on a card of 100 points, before a contract is signed.
//!
//! Sheet: `applicants` 新经销商评估, a row an applicant. Policy section: `[applicants]`.
//!
//! ## Rules
//!
//! - Each **characteristic** earns points: a number by the band that it reaches (以上 includes the number itself), a category by the
//!   choice. `total` is their sum, 2 places.
//! - The **grade** is the best one whose lower bound the total reaches; `treated_as` says as which grade of dealer the applicant counts
//!   from then on (`below_problem`: below all of them).
//! - A **veto** (合作意愿 无, 同业评价 很低) rejects whatever the total: the characteristic scores 0 with the reason `veto-…`, grade and
//!   treatment are null, and the total is still shown. `vetoes` lists the characteristics, in the card's order.
//!
//! The sheet adds what would change it: for each characteristic the smallest change that alone reaches the next grade, the smallest gain
//! first; where no single change is enough, the points still missing. For a vetoed applicant it says which answers reject it.
//!
//! ## Example
//!
//! 19,999.9 t earn 6 of 10 points (below 20,000), 24 outlets 6 of 10, one case of undercutting 0 of 5; with a total of 60.00 the applicant
//! is 良好 (good) and treated as 问题经销商 (problem). Another with 88.00 points but no willingness is rejected.

mod policy;
mod sheet;

pub use policy::{ApplicantCharacteristic, ApplicantRules, Choice, NumberBand};

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::figure::Figure;
use super::registry::Programme;
use super::sheets::{Row, Sheets};
use crate::policy::{Policy, Section, SectionKind};
use dealerbook_base::exact::Exact;

/// 新经销商评级.
pub struct Applicants;

/// An applicant's row.
pub struct Applicant {
    /// 申请编号
    pub id: String,
    /// 名称
    pub name: String,
    /// What each characteristic reads, in the card's order.
    pub values: Vec<Answer>,
}

/// What a characteristic reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A number.
    Number(Decimal),
    /// A canonical category.
    Category(String),
}

/// `results.applicants`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Applicants")]
pub struct Results {
    /// The applicants, in the sheet's order.
    pub applicants: Vec<Assessed>,
}

/// What came out for an applicant.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Applicant")]
pub struct Assessed {
    /// 申请编号
    pub applicant_id: String,
    /// What each characteristic earned, in the card's order.
    pub characteristics: Vec<Scored>,
    /// The sum of the points, 2 places.
    pub total: Figure,
    /// The grade; null where vetoed.
    pub grade: Option<String>,
    /// As which grade of dealer it is treated; null where vetoed.
    pub treated_as: Option<String>,
    /// Whether it is rejected whatever the total.
    pub vetoed: bool,
    /// The characteristics that reject it.
    pub vetoes: Vec<String>,
    /// The single changes that reach the next grade.
    #[serde(skip)]
    pub lift: Vec<Lift>,
    /// The points to the next grade; none for the best, or where vetoed.
    #[serde(skip)]
    pub points_missing: Option<Decimal>,
}

/// What a characteristic earned.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApplicantCharacteristic")]
pub struct Scored {
    /// The characteristic.
    pub id: String,
    /// The number or the canonical category.
    pub value: String,
    /// The points, 2 places.
    pub points: Figure,
    /// The most it could earn, 2 places.
    pub weight: Figure,
    /// The rule that it met.
    pub reason: String,
}

/// A change of one characteristic that reaches a better grade.
#[derive(Debug, PartialEq)]
pub struct Lift {
    /// Which, by its place on the card.
    pub characteristic: usize,
    /// What it would have to be.
    pub to: Answer,
    /// The points gained.
    pub points: Decimal,
    /// The grade reached, by its place in the policy.
    pub reaches: usize,
}

impl Programme for Applicants {
    type Inputs = Vec<Applicant>;
    type Results = Results;

    const SECTION: Option<SectionKind> = Some(SectionKind::of::<ApplicantRules>());

    fn inputs(sheets: &Sheets<'_>, policy: &Policy) -> Vec<Applicant> {
        sheets.rows("applicants").map(|row| applicant(&row, ApplicantRules::of(policy))).collect()
    }

    fn calculate(inputs: &Vec<Applicant>, policy: &Policy) -> Results {
        Results { applicants: inputs.iter().map(|applicant| assess(applicant, ApplicantRules::of(policy))).collect() }
    }
}

fn applicant(row: &Row<'_>, rules: &ApplicantRules) -> Applicant {
    let answer = |c: &ApplicantCharacteristic| match c.choices.is_empty() {
        true => Answer::Number(row.number(c.column())),
        false => Answer::Category(row.category(c.column()).to_owned()),
    };
    Applicant {
        id: row.text("applicant_id").to_owned(),
        name: row.text("name").to_owned(),
        values: rules.characteristics.iter().map(answer).collect(),
    }
}

/// What an answer earns.
struct Earned<'r> {
    points: Decimal,
    reason: &'r str,
    veto: bool,
}

fn earned<'r>(characteristic: &'r ApplicantCharacteristic, answer: &Answer) -> Earned<'r> {
    let found = match answer {
        Answer::Number(x) => {
            let band = characteristic.bands.iter().find(|band| *x >= band.from);
            band.map(|b| Earned { points: b.points, reason: &b.reason, veto: false })
        }
        Answer::Category(value) => {
            let choice = characteristic.choices.iter().find(|choice| choice.value == *value);
            choice.map(|c| Earned { points: c.points, reason: &c.reason, veto: c.veto })
        }
    };
    found.unwrap_or(Earned { points: Decimal::ZERO, reason: "", veto: false })
}

fn assess(applicant: &Applicant, rules: &ApplicantRules) -> Assessed {
    let answers = || rules.characteristics.iter().zip(&applicant.values);
    let earned: Vec<Earned<'_>> = answers().map(|(c, answer)| earned(c, answer)).collect();
    let total: Decimal = earned.iter().map(|e| e.points).sum();
    let vetoes: Vec<String> = answers().zip(&earned).filter(|(_, e)| e.veto).map(|((c, _), _)| c.id.clone()).collect();
    let grade = vetoes.is_empty().then(|| rules.grade_of(total));
    let bound = grade.and_then(|grade| rules.grades[grade.checked_sub(1)?].from);
    let missing = bound.map(|bound| bound - total);
    let scored = |((c, answer), e): ((&ApplicantCharacteristic, &Answer), &Earned<'_>)| Scored {
        id: c.id.clone(),
        value: answer.to_string(),
        points: money(e.points),
        weight: money(c.weight),
        reason: e.reason.to_owned(),
    };
    Assessed {
        applicant_id: applicant.id.clone(),
        characteristics: answers().zip(&earned).map(scored).collect(),
        total: money(total),
        grade: grade.map(|g| rules.grades[g].id.clone()),
        treated_as: grade.map(|g| rules.grades[g].treated_as.clone()),
        vetoed: !vetoes.is_empty(),
        lift: missing.map_or_else(Vec::new, |missing| lifts(applicant, rules, &earned, total, missing)),
        points_missing: missing,
        vetoes,
    }
}

fn lifts(
    applicant: &Applicant,
    rules: &ApplicantRules,
    earned: &[Earned<'_>],
    total: Decimal,
    missing: Decimal,
) -> Vec<Lift> {
    let lift = |(n, c): (usize, &ApplicantCharacteristic)| {
        let (to, points) = smallest(c, &applicant.values[n], earned[n].points + missing)?;
        let gained = points - earned[n].points;
        Some(Lift { characteristic: n, to, points: gained, reaches: rules.grade_of(total + gained) })
    };
    let mut lifts: Vec<Lift> = rules.characteristics.iter().enumerate().filter_map(lift).collect();
    lifts.sort_by_key(|l| l.points);
    lifts
}

/// The smallest change of an answer that earns so many points, and what it earns.
fn smallest(c: &ApplicantCharacteristic, answer: &Answer, requested: Decimal) -> Option<(Answer, Decimal)> {
    match answer {
        Answer::Number(now) => {
            let enough = c.bands.iter().filter(|band| band.points >= requested);
            // The nearest band: where less is better, its bound may lie below.
            let nearest = enough.min_by_key(|band| (band.from - *now).abs())?;
            Some((Answer::Number(nearest.from), nearest.points))
        }
        Answer::Category(_) => {
            let enough = c.choices.iter().filter(|choice| !choice.veto && choice.points >= requested);
            let least: &Choice = enough.min_by_key(|choice| choice.points)?;
            Some((Answer::Category(least.value.clone()), least.points))
        }
    }
}

fn money(points: Decimal) -> Figure {
    Figure::money(&Exact::from(points))
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Answer::Number(x) => write!(f, "{}", x.normalize()),
            Answer::Category(value) => f.write_str(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessed(changes: &[(&str, Answer)]) -> (Assessed, Policy) {
        let policy = Policy::embedded().unwrap();
        let best = |c: &ApplicantCharacteristic| {
            let changed = changes.iter().find(|(id, _)| *id == c.id).map(|(_, answer)| answer.clone());
            let best = || match c.choices.first() {
                Some(choice) => Answer::Category(choice.value.clone()),
                None => Answer::Number(c.bands.iter().max_by_key(|b| b.points).unwrap().from),
            };
            changed.unwrap_or_else(best)
        };
        let values = ApplicantRules::of(&policy).characteristics.iter().map(best).collect();
        let result = assess(&Applicant { id: "A1".into(), name: String::new(), values }, ApplicantRules::of(&policy));
        (result, policy)
    }

    fn category(value: &str) -> Answer {
        Answer::Category(value.to_owned())
    }

    #[test]
    fn the_best_answers_earn_everything_and_leave_nothing_to_lift() {
        let (best, _) = assessed(&[]);
        assert_eq!((best.total.to_string().as_str(), best.grade.as_deref()), ("100.00", Some("premier")));
        assert!(best.lift.is_empty() && best.points_missing.is_none());
    }

    #[test]
    fn a_veto_rejects_whatever_the_total() {
        let (vetoed, _) = assessed(&[("reputation", category("very_low"))]);
        assert_eq!((vetoed.total.to_string().as_str(), vetoed.grade.as_deref()), ("90.00", None));
        assert_eq!(vetoed.vetoes, ["reputation"]);
        assert_eq!((vetoed.treated_as, vetoed.points_missing), (None, None));
    }

    #[test]
    fn the_smallest_single_changes_are_named_the_smallest_gain_first() {
        let (good, policy) = assessed(&[
            ("discipline", Answer::Number(2.into())),
            ("philosophy", category("none")),
            ("outlets", Answer::Number(24.into())),
        ]);
        // 100 − 5 − 10 − 4 = 81: nine points are missing, which the philosophy alone can bring.
        assert_eq!(good.points_missing, Some(9.into()));
        let names: Vec<&str> = good
            .lift
            .iter()
            .map(|l| ApplicantRules::of(&policy).characteristics[l.characteristic].id.as_str())
            .collect();
        assert_eq!(names, ["philosophy"]);
        let (near, _) = assessed(&[
            ("discipline", Answer::Number(2.into())),
            ("philosophy", category("partial")),
            ("capital", category("medium")),
        ]);
        // 100 − 5 − 4 − 2 = 89: one point is missing.
        let changes: Vec<(String, Decimal)> = near.lift.iter().map(|l| (l.to.to_string(), l.points)).collect();
        assert_eq!(changes, [("high".into(), 2.into()), ("full".into(), 4.into()), ("0".into(), 5.into())]);
    }
}
