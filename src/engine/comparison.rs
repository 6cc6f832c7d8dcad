//! What differs between two outcomes: of two runs, or of a run and what it would have come to with other rules or cells. Pure; in all, by
//! programme, by grade and by dealer. What changes most stands first, equal changes in the order of their ids.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use crate::outcome::{DealerOutcome, Outcome};
use dealerbook_base::key::Key;

/// What differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Of what the first is.
    pub before: Side,
    /// Of what the second is.
    pub after: Side,
    /// All that is paid.
    pub amount: Amounts,
    /// How many dealers are paid otherwise, graded otherwise or scored otherwise, or stand on one side only.
    pub dealers_changed: usize,
    /// By programme.
    pub programmes: Vec<ProgrammeChange>,
    /// By grade, in the order of their ids; dealers without one last.
    pub grades: Vec<GradeChange>,
    /// By dealer.
    pub dealers: Vec<DealerChange>,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ComparisonSide", deny_unknown_fields)]
pub struct Side {
    /// The calendar year.
    pub period: i16,
    /// The as-of date, as 2007-12-31.
    pub as_of: Option<String>,
    /// Whether faulty rows were left out.
    pub partial: bool,
    /// How many dealers were calculated.
    pub dealers: usize,
}

/// Yuan before, after, and by how much more; 2 places.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ComparisonAmounts", deny_unknown_fields)]
pub struct Amounts {
    /// Before.
    pub before: Decimal,
    /// After.
    pub after: Decimal,
    /// After less before.
    pub change: Decimal,
}

/// What a programme pays.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ProgrammeChange {
    /// Its id in the policy, or `cap`.
    pub programme: String,
    /// What it pays.
    pub amount: Amounts,
}

/// What dealers of a grade are paid, each counted in the grade that it has on that side.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct GradeChange {
    /// Its id in the policy; null for dealers without one.
    pub grade: Option<String>,
    /// How many dealers have it before.
    pub dealers_before: usize,
    /// How many have it after.
    pub dealers_after: usize,
    /// What they are paid.
    pub amount: Amounts,
}

/// On which sides a dealer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// On both.
    Both,
    /// Only after.
    Appeared,
    /// Only before.
    Vanished,
}

/// What a dealer comes to.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DealerChange {
    /// 经销商编号
    pub dealer_id: String,
    /// 经销商名称, as it is after where it stands there.
    pub name: String,
    /// 区域, likewise.
    pub region: Key,
    /// On which sides it stands.
    pub presence: Presence,
    /// The score before; null without a scorecard.
    pub score_before: Option<Decimal>,
    /// The score after.
    pub score_after: Option<Decimal>,
    /// The grade before, by its id in the policy; null without a scorecard.
    pub grade_before: Option<String>,
    /// The grade after.
    pub grade_after: Option<String>,
    /// What it is paid.
    pub amount: Amounts,
    /// What each programme pays it, where it pays on one side at least.
    pub programmes: Vec<ProgrammeChange>,
}

impl Amounts {
    /// From what stands on each side.
    pub fn new(mut before: Decimal, mut after: Decimal) -> Amounts {
        let mut change = after - before;
        [&mut before, &mut after, &mut change].into_iter().for_each(|amount| amount.rescale(2));
        Amounts { before, after, change }
    }
}

impl DealerChange {
    /// Whether anything differs.
    pub fn is_change(&self) -> bool {
        self.presence != Presence::Both
            || self.score_before != self.score_after
            || self.grade_before != self.grade_after
            || self.programmes.iter().any(|programme| !programme.amount.change.is_zero())
    }
}

impl Comparison {
    /// Compares two outcomes.
    pub fn of(before: &Outcome, after: &Outcome) -> Comparison {
        let mut pairs: BTreeMap<&str, (Option<&DealerOutcome>, Option<&DealerOutcome>)> = BTreeMap::new();
        for dealer in &before.dealers {
            pairs.entry(&dealer.dealer_id).or_default().0 = Some(dealer);
        }
        for dealer in &after.dealers {
            pairs.entry(&dealer.dealer_id).or_default().1 = Some(dealer);
        }
        let mut dealers: Vec<DealerChange> = pairs.into_values().filter_map(|(old, new)| dealer(old, new)).collect();
        dealers.sort_by_key(|dealer| Reverse(dealer.amount.change.abs()));
        Comparison {
            before: side(before),
            after: side(after),
            amount: Amounts::new(sum(before), sum(after)),
            dealers_changed: dealers.iter().filter(|dealer| dealer.is_change()).count(),
            programmes: programmes(&before.dealers, &after.dealers),
            grades: grades(before, after),
            dealers,
        }
    }

    /// Whether the two are of the same year.
    pub fn is_of_one_period(&self) -> bool {
        self.before.period == self.after.period
    }
}

fn side(outcome: &Outcome) -> Side {
    Side {
        period: outcome.period,
        as_of: outcome.as_of.clone(),
        partial: outcome.is_partial,
        dealers: outcome.dealers.len(),
    }
}

fn sum(outcome: &Outcome) -> Decimal {
    outcome.dealers.iter().map(|dealer| dealer.amount).sum()
}

fn dealer(before: Option<&DealerOutcome>, after: Option<&DealerOutcome>) -> Option<DealerChange> {
    let shown = after.or(before)?;
    let amount = |side: Option<&DealerOutcome>| side.map(|dealer| dealer.amount).unwrap_or_default();
    Some(DealerChange {
        dealer_id: shown.dealer_id.clone(),
        name: shown.name.clone(),
        region: shown.region.clone(),
        presence: match (before, after) {
            (Some(_), Some(_)) => Presence::Both,
            (None, _) => Presence::Appeared,
            (_, None) => Presence::Vanished,
        },
        score_before: before.and_then(|dealer| dealer.score),
        score_after: after.and_then(|dealer| dealer.score),
        grade_before: before.and_then(|dealer| dealer.grade.clone()),
        grade_after: after.and_then(|dealer| dealer.grade.clone()),
        amount: Amounts::new(amount(before), amount(after)),
        programmes: programmes(before, after),
    })
}

/// What each programme pays some dealers on either side.
fn programmes<'d>(
    before: impl IntoIterator<Item = &'d DealerOutcome>,
    after: impl IntoIterator<Item = &'d DealerOutcome>,
) -> Vec<ProgrammeChange> {
    let mut sums: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for line in before.into_iter().flat_map(|dealer| &dealer.lines) {
        sums.entry(&line.programme).or_default().0 += line.amount;
    }
    for line in after.into_iter().flat_map(|dealer| &dealer.lines) {
        sums.entry(&line.programme).or_default().1 += line.amount;
    }
    let change = |(programme, (before, after)): (&str, (Decimal, Decimal))| ProgrammeChange {
        programme: programme.to_owned(),
        amount: Amounts::new(before, after),
    };
    let mut changes: Vec<ProgrammeChange> = sums.into_iter().map(change).collect();
    changes.sort_by_key(|change| Reverse(change.amount.change.abs()));
    changes
}

fn grades(before: &Outcome, after: &Outcome) -> Vec<GradeChange> {
    // Those without a grade sort behind all ids.
    let key = |dealer: &DealerOutcome| (dealer.grade.is_none(), dealer.grade.clone());
    let mut sums: BTreeMap<_, [(usize, Decimal); 2]> = BTreeMap::new();
    for (n, outcome) in [before, after].into_iter().enumerate() {
        for dealer in &outcome.dealers {
            let (count, amount) = &mut sums.entry(key(dealer)).or_default()[n];
            *count += 1;
            *amount += dealer.amount;
        }
    }
    let change = |grade, [before, after]: [(usize, Decimal); 2]| GradeChange {
        grade,
        dealers_before: before.0,
        dealers_after: after.0,
        amount: Amounts::new(before.1, after.1),
    };
    sums.into_iter().map(|((_, grade), sides)| change(grade, sides)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outcome::PaidLine;

    fn dealer(id: &str, grade: &str, lines: &[(&str, i64)]) -> DealerOutcome {
        let line = |(programme, fen): &(&str, i64)| PaidLine {
            programme: (*programme).to_owned(),
            basis: None,
            rate: None,
            amount: Decimal::new(*fen, 2),
        };
        let lines: Vec<PaidLine> = lines.iter().map(line).collect();
        DealerOutcome {
            dealer_id: id.to_owned(),
            name: format!("{id} 号"),
            region: "涪陵".into(),
            channel_mode: "direct_store".to_owned(),
            tonnes: Decimal::ONE,
            score: Some(Decimal::new(8000, 2)),
            grade: Some(grade.to_owned()),
            is_disqualified: false,
            amount: lines.iter().map(|line| line.amount).sum(),
            unpaid: Vec::new(),
            lines,
        }
    }

    fn outcome(dealers: Vec<DealerOutcome>) -> Outcome {
        let as_of = Some("2007-12-31".to_owned());
        Outcome { period: 2007, as_of, is_partial: false, has_incentives: true, dealers }
    }

    #[test]
    fn the_largest_change_stands_first_and_equal_ones_by_their_ids() {
        let before = outcome(vec![
            dealer("D3", "key", &[("a", 100)]),
            dealer("D1", "key", &[("a", 100)]),
            dealer("D2", "core", &[("a", 100), ("b", 50)]),
            dealer("D9", "core", &[("b", 70)]),
        ]);
        let after = outcome(vec![
            dealer("D1", "core", &[("a", 110)]),
            dealer("D2", "core", &[("b", 50)]),
            dealer("D3", "key", &[("a", 90)]),
            dealer("D4", "key", &[]),
        ]);
        let found = Comparison::of(&before, &after);
        let order: Vec<(&str, String)> =
            found.dealers.iter().map(|d| (d.dealer_id.as_str(), d.amount.change.to_string())).collect();
        let expected = [("D2", "-1.00"), ("D9", "-0.70"), ("D1", "0.10"), ("D3", "-0.10"), ("D4", "0.00")];
        assert_eq!(order, expected.map(|(id, change)| (id, change.to_owned())));
        let presence: Vec<Presence> = found.dealers.iter().map(|d| d.presence).collect();
        use Presence::{Appeared, Both, Vanished};
        assert_eq!(presence, [Both, Vanished, Both, Both, Appeared]);
        assert_eq!(found.amount, Amounts::new(Decimal::new(420, 2), Decimal::new(250, 2)));
        assert_eq!(found.programmes[0].programme, "a");
        assert_eq!(found.programmes[0].amount.change, Decimal::new(-100, 2));
        let core = &found.grades[0];
        assert_eq!((core.grade.as_deref(), core.dealers_before, core.dealers_after), (Some("core"), 2, 2));
        assert_eq!(core.amount, Amounts::new(Decimal::new(220, 2), Decimal::new(160, 2)));
        assert_eq!(found.dealers_changed, 5);
    }

    #[test]
    fn nothing_differs_from_itself() {
        let same = outcome(vec![dealer("D1", "key", &[("a", 1)]), dealer("D2", "core", &[])]);
        let found = Comparison::of(&same, &same);
        assert_eq!(found.dealers_changed, 0);
        assert!(found.amount.change.is_zero() && found.is_of_one_period());
    }

    fn outcomes() -> impl Strategy<Value = Outcome> {
        let grade = prop_oneof![Just("core"), Just("key")];
        let lines = prop::collection::vec((prop_oneof![Just("a"), Just("b"), Just("c")], -500..900_i64), 0..4);
        prop::collection::btree_map(0..12_u8, (grade, lines), 0..9).prop_map(|dealers| {
            let made = dealers.into_iter().map(|(n, (grade, lines))| dealer(&format!("D{n:02}"), grade, &lines));
            outcome(made.collect())
        })
    }

    proptest! {
        #[test]
        fn dealers_programmes_and_grades_add_up_to_the_whole(before in outcomes(), after in outcomes()) {
            let found = Comparison::of(&before, &after);
            let of_dealers: Decimal = found.dealers.iter().map(|d| d.amount.change).sum();
            let of_programmes: Decimal = found.programmes.iter().map(|p| p.amount.change).sum();
            let of_grades: Decimal = found.grades.iter().map(|g| g.amount.change).sum();
            let of_lines: Decimal =
                found.dealers.iter().flat_map(|d| &d.programmes).map(|p| p.amount.change).sum();
            prop_assert_eq!(of_dealers, found.amount.change);
            prop_assert_eq!(of_programmes, found.amount.change);
            prop_assert_eq!(of_grades, found.amount.change);
            prop_assert_eq!(of_lines, found.amount.change);
            let back = Comparison::of(&after, &before);
            prop_assert_eq!(back.amount.change, -found.amount.change);
            prop_assert_eq!(back.dealers_changed, found.dealers_changed);
        }
    }
}
