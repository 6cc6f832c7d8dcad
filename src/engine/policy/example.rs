//! Worked examples that a policy carries: one dealer each, and what must come out of it. They are calculated in `policy_check`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::check::{VIOLATIONS, no_violation};
use super::fault::fault;
use super::{CAP_LINE, Fault, Policy};

/// The columns of the dealers sheet that an example may give, and what stands in them.
const COLUMNS: [(&str, Kind); 14] = [
    ("mode", Kind::Text),
    ("region", Kind::Text),
    ("network_customer", Kind::Boolean),
    ("target_tonnes", Kind::Number),
    ("total_urea_tonnes", Kind::Number),
    ("outlets", Kind::Number),
    ("brand_influence", Kind::Text),
    ("service_level", Kind::Text),
    ("capital_strength", Kind::Text),
    ("creditworthiness", Kind::Text),
    ("previous_grade", Kind::Text),
    ("falsified_documents", Kind::Boolean),
    ("deposit", Kind::Number),
    ("last_year_tonnes", Kind::Number),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Boolean,
}

/// One dealer and what must come out of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The columns of the dealers sheet that matter.
    pub dealer: BTreeMap<String, String>,
    /// The actual tonnes of the twelve months.
    pub actual: [Decimal; 12],
    /// The planned tonnes of the twelve months, for a network customer.
    pub planned: Option<[Decimal; 12]>,
    /// How many confirmed violations of each kind.
    #[serde(default)]
    pub violations: BTreeMap<String, u32>,
    /// The annual tonnes of the other dealers on the card.
    #[serde(default)]
    pub volumes_of_others: Vec<Decimal>,
    /// The amount of its shipments, in yuan.
    #[serde(default)]
    pub amount: Decimal,
    /// What was collected of it within the term, in yuan.
    #[serde(default)]
    pub collected: Decimal,
    /// What must come out.
    pub expect: Expectation,
}

/// What must come out; only what is named is compared.
#[derive(Clone, Debug, Deserialize)]
pub struct Expectation {
    /// Points by characteristic.
    #[serde(default)]
    pub points: BTreeMap<String, String>,
    /// The total of 2 places.
    pub total: Option<String>,
    /// The grade.
    pub grade: Option<String>,
    /// What each programme pays, 2 places; `cap` is what the dealer's cap takes off.
    #[serde(default)]
    pub lines: BTreeMap<String, String>,
    /// The incentive total of 2 places.
    pub incentives: Option<String>,
}

impl Example {
    /// Columns, kinds of violation and programmes that there are not, and values that can't be read.
    pub(crate) fn unreadable(&self, policy: &Policy) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.dealer.contains_key("mode") {
            faults.push(fault!("dealer 缺少 mode（合作方式）", "it has no mode"));
        }
        for (key, value) in &self.dealer {
            let kind = COLUMNS.iter().find(|(column, _)| column == key).map(|(_, kind)| *kind);
            let is_sound = match kind {
                None => {
                    let known = COLUMNS.map(|(column, _)| column).join(", ");
                    faults.push(fault!(
                        "dealer 没有 {} 这一栏；可写 {}",
                        "dealer has no column {}; there are {}",
                        key,
                        known
                    ));
                    continue;
                }
                Some(Kind::Text) => true,
                Some(Kind::Number) => Decimal::from_str_exact(value).is_ok(),
                Some(Kind::Boolean) => matches!(value.as_str(), "true" | "false"),
            };
            if !is_sound {
                faults.push(fault!("{} {} 无法读取", "{} {} is no number or not true or false", key, value));
            }
        }
        let unknown = self.violations.keys().filter(|kind| !VIOLATIONS.contains(&kind.as_str()));
        faults.extend(unknown.map(|kind| no_violation(kind)));
        let known = |id: &str| id == CAP_LINE || policy.incentives.iter().any(|i| i.id == id);
        let unknown = self.expect.lines.keys().filter(|id| !known(id));
        faults.extend(unknown.map(|id| fault!("没有激励项目 {}", "there is no incentive {}", id)));
        faults
    }
}
