//! The dealers of the assessment, rendered while they are written.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::Results;
use dealerbook_engine::programmes::assessment::{Action, Assessed, Assessment, Movement, Scored};
use dealerbook_engine::programmes::{Change, DealerYear, Lift};

pub(super) struct AssessedList<'a> {
    pub(super) results: &'a Results<'a, 'a>,
    pub(super) assessment: &'a Assessment<'a>,
}

impl Serialize for AssessedList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.assessment.dealers.len()))?;
        for (year, assessed) in self.results.calculated.years.iter().zip(&self.assessment.dealers) {
            list.serialize_element(&assessed_json(year, assessed, self.results))?;
        }
        list.end()
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Assessed")]
pub(super) struct AssessedJson<'a> {
    dealer_id: &'a str,
    name: &'a str,
    channel_mode: &'a str,
    scorecard: Option<&'a str>,
    volume_tonnes: String,
    rank: Option<u32>,
    exclusivity: Option<Decimal>,
    evenness_index: Option<Decimal>,
    characteristics: Vec<ScoredJson<'a>>,
    total: Option<Decimal>,
    grade: Option<&'a str>,
    previous_grade: Option<&'a str>,
    movement: Option<Movement>,
    actions: &'a [Action],
    lift: Vec<LiftJson<'a>>,
    points_missing: Option<Decimal>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Scored")]
struct ScoredJson<'a> {
    id: &'a str,
    value: String,
    points: Decimal,
    weight: Decimal,
    reason: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Lift")]
struct LiftJson<'a> {
    characteristic: &'a str,
    change: ChangeJson<'a>,
    text: String,
    points: Decimal,
    reaches: &'a str,
}

/// The smallest change that reaches the next grade, in the terms of its characteristic.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(deny_unknown_fields, rename = "Change")]
enum ChangeJson<'a> {
    Rank { from: u32, to: u32, tonnes: String },
    Count { from: i64, to: i64 },
    Category { from: &'a str, to: &'a str },
    Ratio { from: Decimal, to: Decimal },
    Months { months_on_plan: u32 },
    Violations { violations_fewer: u32 },
}

fn assessed_json<'a>(
    year: &'a DealerYear<'a>,
    assessed: &'a Assessed<'a>,
    results: &Results<'a, 'a>,
) -> AssessedJson<'a> {
    let policy = results.words.policy;
    AssessedJson {
        dealer_id: year.dealer.id,
        name: year.dealer.name,
        channel_mode: year.dealer.channel_mode,
        scorecard: assessed.card.map(|c| policy.scorecards[c].id.as_str()),
        volume_tonnes: assessed.volume.normalize().to_string(),
        rank: assessed.rank,
        exclusivity: assessed.exclusivity,
        evenness_index: assessed.evenness_index,
        characteristics: assessed.characteristics.iter().map(scored_json).collect(),
        total: assessed.total,
        grade: assessed.grade.map(|g| policy.grades[g].id.as_str()),
        previous_grade: assessed.previous_grade.map(|g| policy.grades[g].id.as_str()),
        movement: assessed.movement,
        actions: &assessed.actions,
        lift: assessed.lift.iter().map(|lift| lift_json(lift, results)).collect(),
        points_missing: assessed.points_missing,
    }
}

fn scored_json<'a>(scored: &'a Scored<'a>) -> ScoredJson<'a> {
    let mut weight = scored.characteristic.weight;
    weight.rescale(2);
    ScoredJson {
        id: scored.id(),
        value: scored.value.to_string(),
        points: scored.points,
        weight,
        reason: scored.reason,
    }
}

fn lift_json<'a>(lift: &'a Lift<'a>, results: &Results<'a, 'a>) -> LiftJson<'a> {
    let count = |x: &Decimal| i64::try_from(*x).unwrap_or(i64::MAX);
    let change = match &lift.change {
        Change::Rank { from, to, tonnes } => {
            ChangeJson::Rank { from: *from, to: *to, tonnes: tonnes.normalize().to_string() }
        }
        Change::Count { from, to } => ChangeJson::Count { from: count(from), to: count(to) },
        Change::Category { from, to } => ChangeJson::Category { from, to },
        Change::Ratio { from, to } => ChangeJson::Ratio { from: *from, to: *to },
        Change::MonthsOnPlan(months_on_plan) => ChangeJson::Months { months_on_plan: *months_on_plan },
        Change::ViolationsFewer(violations_fewer) => ChangeJson::Violations { violations_fewer: *violations_fewer },
    };
    LiftJson {
        characteristic: lift.characteristic,
        change,
        text: results.words.lift(lift),
        points: lift.points,
        reaches: &results.words.policy.grades[lift.reaches].id,
    }
}
