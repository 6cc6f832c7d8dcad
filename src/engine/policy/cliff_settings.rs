//! What `policy check` looks for.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Fault;
use super::fault::fault;

/// `[check]`: from which sum on a step is a cliff, and the dealer on whom steps are worked out where they depend on one.
#[derive(Clone, Debug, Deserialize)]
pub struct CliffSettings {
    /// A step of more than this is named, in yuan.
    pub cliff: Decimal,
    /// The dealer's annual tonnes at the bound of a grade.
    pub tonnes: Decimal,
    /// Its target.
    pub target_tonnes: Decimal,
    /// Its tonnes of the year before.
    pub last_year_tonnes: Decimal,
    /// What it pays for a tonne, all of it within the term.
    pub yuan_a_tonne: Decimal,
}

impl CliffSettings {
    pub(super) fn faults(&self) -> Vec<Fault> {
        let positive = [("cliff", self.cliff), ("tonnes", self.tonnes), ("yuan_a_tonne", self.yuan_a_tonne)];
        let wrong = positive.into_iter().filter(|(_, x)| *x <= Decimal::ZERO);
        let mut faults: Vec<Fault> = wrong
            .map(|(key, x)| fault!("{} {} 须大于 0", "{} {} must be above 0", key, x).at("check").in_part("check"))
            .collect();
        let rest = [("target_tonnes", self.target_tonnes), ("last_year_tonnes", self.last_year_tonnes)];
        let wrong = rest.into_iter().filter(|(_, x)| *x < Decimal::ZERO);
        faults.extend(
            wrong.map(|(key, x)| fault!("{} {} 不得小于 0", "{} {} is below 0", key, x).at("check").in_part("check")),
        );
        faults
    }
}
