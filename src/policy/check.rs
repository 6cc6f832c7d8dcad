//! What can be wrong with a policy: every fault at once, a sentence each.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Band, Characteristic, IncentiveKind, ModeCard, Policy, Rule, Scorecard};

/// The channel modes, grades and violations of the contract.
const MODES: [&str; 7] = [
    "general_agency",
    "joint_sales_agency",
    "joint_venture_agency",
    "general_distributor",
    "regional_distributor",
    "direct_store",
    "chain_store",
];
const GRADES: [&str; 4] = ["core", "key", "ordinary", "problem"];
const VIOLATIONS: [&str; 3] = ["price", "promotion", "cross_region"];

pub(super) fn faults(policy: &Policy) -> Vec<String> {
    let mut faults = Vec::new();
    modes(policy, &mut faults);
    grades(policy, &mut faults);
    for card in &policy.scorecards {
        scorecard(policy, card, &mut faults);
    }
    incentives(policy, &mut faults);
    faults.extend(policy.section_faults());
    faults
}

fn modes(policy: &Policy, faults: &mut Vec<String>) {
    for mode in MODES {
        match policy.modes.get(mode) {
            None => faults.push(format!("mode {mode} has neither a scorecard nor false")),
            Some(ModeCard::None(true)) => faults.push(format!("mode {mode} is true; give a scorecard or false")),
            Some(ModeCard::Card(id)) if policy.scorecards.iter().all(|c| c.id != *id) => {
                faults.push(format!("mode {mode}: there is no scorecard {id}"))
            }
            Some(_) => {}
        }
    }
    faults
        .extend(policy.modes.keys().filter(|m| !MODES.contains(&m.as_str())).map(|m| format!("there is no mode {m}")));
    unique("scorecard", policy.scorecards.iter().map(|c| &c.id), faults);
}

fn grades(policy: &Policy, faults: &mut Vec<String>) {
    let ids: Vec<&str> = policy.grades.iter().map(|g| g.id.as_str()).collect();
    if ids != GRADES {
        faults.push(format!("the grades are {}; they must be {}", ids.join(", "), GRADES.join(", ")));
    }
    for pair in policy.grades.windows(2) {
        let above = match (pair[0].from, pair[1].from) {
            (Some(upper), Some(lower)) => upper > lower,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !above {
            faults.push(format!("grade {} must begin above grade {}", pair[0].id, pair[1].id));
        }
    }
    if policy.grades.last().is_some_and(|g| g.from.is_some()) {
        faults.push("the last grade must take the rest: it has a lower bound".to_owned());
    }
    let used = policy.grades.iter().flat_map(|g| &g.entitlements);
    faults
        .extend(used.filter(|e| !policy.entitlements.contains_key(*e)).map(|e| format!("entitlement {e} has no name")));
}

fn scorecard(policy: &Policy, card: &Scorecard, faults: &mut Vec<String>) {
    let sum: Decimal = card.characteristics.iter().map(|c| c.weight).sum();
    if sum != Decimal::ONE_HUNDRED {
        faults.push(format!("scorecard {}: the weights come to {sum} instead of 100", card.id));
    }
    unique(&format!("scorecard {}: characteristic", card.id), card.characteristics.iter().map(|c| &c.id), faults);
    for c in &card.characteristics {
        let mut say = |text: String| faults.push(format!("scorecard {}, {}: {text}", card.id, c.id));
        if !policy.characteristics.contains_key(&c.id) {
            say("it has no name".to_owned());
        }
        if c.weight <= Decimal::ZERO {
            say(format!("the weight {} is not above 0", c.weight));
        }
        rule(c, &mut say);
    }
}

fn rule(c: &Characteristic, say: &mut dyn FnMut(String)) {
    match &c.rule {
        Rule::Rank { bands } => {
            if bands.first().is_none_or(|b| b.from != 1) {
                say("the first band must begin at rank 1".to_owned());
            }
            ordered(bands, |a, b| a < b, say);
            points(c.weight, bands.iter().map(|b| (b.points, &b.reason)), say);
        }
        Rule::Count { bands } => {
            if bands.last().is_none_or(|b| b.from != 0) {
                say("the last band must begin at 0".to_owned());
            }
            ordered(bands, |a, b| a > b, say);
            points(c.weight, bands.iter().map(|b| (b.points, &b.reason)), say);
        }
        Rule::Category { values } => {
            unique("value", values.iter().map(|v| &v.value), &mut SayEach(say));
            points(c.weight, values.iter().map(|v| (v.points, &v.reason)), say);
        }
        Rule::Exclusivity { full_at, step, points_a_step } => {
            if [full_at, step, points_a_step].iter().any(|x| **x <= Decimal::ZERO) {
                say("full_at, step and points_a_step must be above 0".to_owned());
            }
        }
        Rule::Evenness => {}
        Rule::Violations { violation, points_each } => {
            if !VIOLATIONS.contains(&violation.as_str()) {
                say(format!("there is no violation {violation}"));
            }
            if *points_each <= Decimal::ZERO {
                say("points_each must be above 0".to_owned());
            }
        }
    }
}

/// Bands are lower bounds, so they neither gap nor overlap as long as they are in strict order.
fn ordered(bands: &[Band], in_order: fn(i64, i64) -> bool, say: &mut dyn FnMut(String)) {
    for pair in bands.windows(2) {
        if !in_order(pair[0].from, pair[1].from) {
            say(format!(
                "the bands from {} and from {} overlap or stand in the wrong order",
                pair[0].from, pair[1].from
            ));
        }
    }
}

/// The best comes first and earns the whole weight; points fall from band to band; reasons differ.
fn points<'r>(weight: Decimal, bands: impl Iterator<Item = (Decimal, &'r String)>, say: &mut dyn FnMut(String)) {
    let bands: Vec<_> = bands.collect();
    if bands.first().is_none_or(|(best, _)| *best != weight) {
        say(format!("the best band must earn the weight, {weight}"));
    }
    if bands.windows(2).any(|pair| pair[0].0 <= pair[1].0) {
        say("points must fall from band to band".to_owned());
    }
    unique("reason", bands.iter().map(|(_, reason)| *reason), &mut SayEach(say));
}

fn incentives(policy: &Policy, faults: &mut Vec<String>) {
    unique("incentive", policy.incentives.iter().map(|i| &i.id), faults);
    for incentive in &policy.incentives {
        let mut say = |text: String| faults.push(format!("incentive {}: {text}", incentive.id));
        for (grade, figure) in incentive.fixed.iter().chain(&incentive.rate) {
            if !GRADES.contains(&grade.as_str()) {
                say(format!("there is no grade {grade}"));
            }
            if *figure < Decimal::ZERO || *figure > Decimal::from(1_000_000_000) {
                say(format!("{figure} for {grade} is not between 0 and 1,000,000,000"));
            }
        }
        if let Some(grade) = incentive.fixed.keys().find(|g| incentive.rate.contains_key(*g)) {
            say(format!("{grade} has both a fixed sum and a rate"));
        }
        let (wants_fixed, wants_rate) = match &incentive.kind {
            IncentiveKind::AboveTarget => (false, true),
            IncentiveKind::ExclusiveSale => (true, true),
            IncentiveKind::NoViolation { violations } => {
                violations
                    .iter()
                    .filter(|v| !VIOLATIONS.contains(&v.as_str()))
                    .for_each(|v| say(format!("there is no violation {v}")));
                (true, false)
            }
        };
        if !wants_fixed && !incentive.fixed.is_empty() || !wants_rate && !incentive.rate.is_empty() {
            say("it has fixed sums or rates that its kind does not use".to_owned());
        }
    }
}

trait Push {
    fn push(&mut self, text: String);
}

impl Push for Vec<String> {
    fn push(&mut self, text: String) {
        Vec::push(self, text);
    }
}

struct SayEach<'s>(&'s mut dyn FnMut(String));

impl Push for SayEach<'_> {
    fn push(&mut self, text: String) {
        (self.0)(text);
    }
}

fn unique<'n>(what: &str, names: impl Iterator<Item = &'n String>, faults: &mut impl Push) {
    let mut seen = BTreeSet::new();
    for name in names.filter(|name| !seen.insert(name.as_str())) {
        faults.push(format!("{what} {name} stands twice"));
    }
}
