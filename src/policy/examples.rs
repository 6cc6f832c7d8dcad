//! Worked examples that a policy carries: one dealer each, and what must come out of it.

use std::collections::BTreeMap;

use jiff::civil::date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::Policy;
use crate::exact::Exact;
use crate::programmes::{Dealer, DealerYear, Month, Violations, assessment, incentives};

/// One dealer and what must come out of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// What must come out.
    pub expect: Expectation,
}

/// What must come out; only what is named is compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Points by characteristic.
    #[serde(default)]
    pub points: BTreeMap<String, String>,
    /// The total of 2 places.
    pub total: Option<String>,
    /// The grade.
    pub grade: Option<String>,
    /// The incentive total of 2 places.
    pub incentives: Option<String>,
}

/// What does not come out, a sentence each.
pub(super) fn faults(policy: &Policy) -> Vec<String> {
    policy.examples.iter().flat_map(|example| example.faults(policy)).collect()
}

impl Example {
    fn faults(&self, policy: &Policy) -> Vec<String> {
        let dealer = match self.dealer(policy) {
            Ok(dealer) => dealer,
            Err(fault) => return vec![format!("example “{}”: {fault}", self.name)],
        };
        let mut years = vec![dealer];
        let with_volume = |tonnes: &Decimal| DealerYear { volume: Exact::from(*tonnes), ..years[0].clone() };
        let others: Vec<_> = self.volumes_of_others.iter().map(with_volume).collect();
        years.extend(others);
        let assessed = assessment::calculate(&years, policy);
        let paid = incentives::calculate(&years, &assessed, policy);
        let (result, paid) = (&assessed.dealers[0], &paid.dealers[0]);
        let mut differences = Vec::new();
        let mut compare = |what: &str, wanted: &str, got: Option<String>| {
            if got.as_deref() != Some(wanted) {
                differences.push(format!(
                    "example “{}”: {what} is {} instead of {wanted}",
                    self.name,
                    got.unwrap_or_default()
                ));
            }
        };
        for (id, wanted) in &self.expect.points {
            compare(id, wanted, result.characteristics.iter().find(|c| c.id() == id).map(|c| c.points.to_string()));
        }
        for (what, wanted, got) in [
            ("the total", &self.expect.total, result.total.map(|t| t.to_string())),
            ("the grade", &self.expect.grade, result.grade.map(|g| policy.grades[g].id.clone())),
            ("the incentive total", &self.expect.incentives, Some(paid.total.to_string())),
        ] {
            if let Some(wanted) = wanted {
                compare(what, wanted, got);
            }
        }
        differences
    }

    fn dealer<'s>(&'s self, policy: &'s Policy) -> Result<DealerYear<'s>, String> {
        let text = |key: &str| self.dealer.get(key).map(String::as_str);
        let number = |key: &str| {
            text(key).map(|t| Decimal::from_str_exact(t).map_err(|_| format!("{key} {t} is no number"))).transpose()
        };
        let yes = |key: &str| text(key) == Some("true");
        let mode = text("mode").ok_or("it has no mode")?;
        let card = policy.card_of(mode);
        let read = ["service_level", "capital_strength", "creditworthiness", "brand_influence"];
        let categories = read.iter().filter_map(|key| text(key).map(|value| (*key, value))).collect();
        let outlets = number("outlets")?;
        let dealer = Dealer {
            id: "example",
            name: "",
            region: "",
            row: 0,
            channel_mode: mode,
            card,
            network_customer: yes("network_customer"),
            target_tonnes: number("target_tonnes")?.unwrap_or_default(),
            total_urea_tonnes: number("total_urea_tonnes")?.unwrap_or_default(),
            counts: outlets.map(|n| ("outlets", n)).into_iter().collect(),
            categories,
            previous_grade: text("previous_grade").and_then(|g| policy.grade(g)),
            falsified_documents: yes("falsified_documents"),
            deposit: number("deposit")?.unwrap_or_default(),
            joined_on: Some(date(2000, 1, 1)),
        };
        let months = std::array::from_fn(|m| Month {
            actual: Exact::from(self.actual[m]),
            planned: self.planned.as_ref().map(|p| p[m]),
            supplier_fault: false,
        });
        let mut violations = Violations::default();
        self.violations.iter().for_each(|(kind, count)| violations.add(kind, *count));
        Ok(DealerYear::new(dealer, months, violations))
    }
}
