//! What the overview shows, and which dealers it puts first.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Section;

/// The section `[overview]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverviewRules {
    /// So many dealers are listed at most.
    pub dealers_max: usize,
    /// So many regions are shown by themselves at most, the largest; the others together.
    pub regions_max: usize,
    /// A dealer that has bought less than this part of its plan to date has missed it.
    pub plan_missed_below: Decimal,
    /// How much each reason weighs; a dealer's reasons are added up.
    pub weights: BTreeMap<Attention, u32>,
}

impl OverviewRules {
    /// How much a reason weighs.
    pub fn weight(&self, reason: Attention) -> u32 {
        self.weights.get(&reason).copied().unwrap_or_default()
    }
}

/// Why a dealer needs attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// It falsified documents.
    Disqualified,
    /// Two years running a problem dealer.
    Eliminate,
    /// A problem dealer.
    ProblemGrade,
    /// Its order is held.
    CreditHold,
    /// It buys no more.
    Silent,
    /// Its stock lasts too long.
    Overstock,
    /// It is behind its plan to date.
    MissedPlan,
    /// It buys far less than before.
    Drop,
    /// Nobody called on it for too long.
    VisitsMissed,
}

/// All reasons, by their names in a policy.
const REASONS: [(Attention, &str); 9] = [
    (Attention::Disqualified, "disqualified"),
    (Attention::Eliminate, "eliminate"),
    (Attention::ProblemGrade, "problem_grade"),
    (Attention::CreditHold, "credit_hold"),
    (Attention::Silent, "silent"),
    (Attention::Overstock, "overstock"),
    (Attention::MissedPlan, "missed_plan"),
    (Attention::Drop, "drop"),
    (Attention::VisitsMissed, "visits_missed"),
];

impl Section for OverviewRules {
    const NAME: &'static str = "overview";

    fn faults(&self) -> Vec<String> {
        let missing = REASONS.iter().filter(|(reason, _)| !self.weights.contains_key(reason));
        let mut faults: Vec<String> = missing.map(|(_, name)| format!("weights.{name} is missing")).collect();
        // More than these don't fit on one page.
        for (name, most) in [("dealers_max", self.dealers_max), ("regions_max", self.regions_max)] {
            if !(1..=20).contains(&most) {
                faults.push(format!("{name} must lie between 1 and 20"));
            }
        }
        if !(Decimal::ZERO..=Decimal::ONE).contains(&self.plan_missed_below) {
            faults.push("plan_missed_below must lie between 0 and 1".to_owned());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;

    const OVERVIEW: &str = include_str!("../../../schemas/policies/handbook.toml");

    fn faults(from: &str, to: &str) -> String {
        assert!(OVERVIEW.contains(from), "{from}");
        let faults = Policy::parse("x.toml", &OVERVIEW.replace(from, to)).unwrap_err().faults();
        faults.iter().map(|fault| fault.pick(dealerbook_base::lang::Lang::En).to_owned()).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_reason_has_a_weight_and_no_other_has() {
        assert!(faults("overstock = ", "overstocked = ").contains("overstock"));
        assert!(faults("silent = 60\n", "").contains("weights.silent is missing"));
    }

    #[test]
    fn what_does_not_fit_on_a_page_is_refused() {
        assert!(faults("dealers_max = 10", "dealers_max = 21").contains("dealers_max must lie between 1 and 20"));
    }
}
