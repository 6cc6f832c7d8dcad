//! How a joint business plan is scored (handbook 8).

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::policy::{Notes, Section, Title};

/// The section `[plans]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRules {
    /// A row counts at most so much attainment.
    pub attainment_cap: Decimal,
    /// Green from this attainment on.
    pub green_from: Decimal,
    /// Amber from this one on, else red.
    pub amber_from: Decimal,
    /// What people call each status.
    pub statuses: Statuses,
}

/// The names of the statuses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// 绿
    pub green: Title,
    /// 黄
    pub amber: Title,
    /// 红
    pub red: Title,
}

impl Section for PlanRules {
    const NAME: &'static str = "plans";
    const NOTES: Notes = &[
        ("attainment_cap", "每行达成率最多计到此数", "a row counts at most so much attainment"),
        ("green_from", "从此达成率起为绿", "green from this attainment on"),
        ("amber_from", "从此达成率起为黄，以下为红", "amber from this one on, else red"),
    ];

    fn faults(&self) -> Vec<String> {
        let rising = Decimal::ZERO < self.amber_from
            && self.amber_from < self.green_from
            && self.green_from <= self.attainment_cap;
        if rising {
            Vec::new()
        } else {
            vec!["amber_from, green_from and attainment_cap must rise from above 0".to_owned()]
        }
    }
}
