//! Worked examples that a policy carries: one dealer each, and what must come out of it.

use std::collections::BTreeMap;

use jiff::civil::date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::fault::fault;
use super::{Fault, Policy};
use crate::exact::Exact;
use crate::key::Key;
use crate::programmes::{Dealer, DealerYear, Money, Month, Violations, assessment, incentives};

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

/// What does not come out, a sentence each.
pub(super) fn faults(policy: &Policy) -> Vec<Fault> {
    let of = |(n, example): (usize, &Example)| {
        let (place, part) = (format!("example “{}”", example.name), format!("examples.{n}"));
        example.faults(policy).into_iter().map(move |fault| fault.at(&place).in_part(&part)).collect::<Vec<_>>()
    };
    policy.examples.iter().enumerate().flat_map(of).collect()
}

impl Example {
    fn faults(&self, policy: &Policy) -> Vec<Fault> {
        let mut faults = self.unreadable(policy);
        if !faults.is_empty() {
            return faults;
        }
        let year = self.dealer_year(policy);
        let with_volume = |tonnes: &Decimal| DealerYear { volume: Exact::from(*tonnes), ..year.clone() };
        let others: Vec<_> = self.volumes_of_others.iter().map(with_volume).collect();
        let years: Vec<_> = [year].into_iter().chain(others).collect();
        let assessed = assessment::calculate(&years, policy);
        let paid = incentives::calculate(&years, &assessed, policy);
        let (result, paid) = (&assessed.dealers[0], &paid.dealers[0]);
        let mut compare = |what: (&str, &str), wanted: &str, got: Option<String>| {
            if got.as_deref() != Some(wanted) {
                let got = got.unwrap_or_else(|| "–".to_owned());
                faults.push(Fault::new(
                    format!("{}为 {got}，而不是 {wanted}", what.0),
                    format!("{} is {got} instead of {wanted}", what.1),
                ));
            }
        };
        for (id, wanted) in &self.expect.points {
            let got = result.characteristics.iter().find(|c| c.id() == id).map(|c| c.points.to_string());
            compare((id, id), wanted, got);
        }
        for (id, wanted) in &self.expect.lines {
            let mut sum: Decimal = paid.lines.iter().filter(|l| l.programme == id).map(|l| l.amount).sum();
            sum.rescale(2);
            compare((id, id), wanted, Some(sum.to_string()));
        }
        for (what, wanted, got) in [
            (("总分", "the total"), &self.expect.total, result.total.map(|t| t.to_string())),
            (("评级", "the grade"), &self.expect.grade, result.grade.map(|g| policy.grades[g].id.clone())),
            (("激励合计", "the incentive total"), &self.expect.incentives, Some(paid.total.to_string())),
        ] {
            if let Some(wanted) = wanted {
                compare(what, wanted, got);
            }
        }
        faults
    }

    /// Columns, kinds of violation and programmes that there are not, and values that can't be read.
    fn unreadable(&self, policy: &Policy) -> Vec<Fault> {
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
        let unknown = self.violations.keys().filter(|kind| !super::check::VIOLATIONS.contains(&kind.as_str()));
        faults.extend(unknown.map(|kind| super::check::no_violation(kind)));
        let known = |id: &str| id == super::CAP_LINE || policy.incentives.iter().any(|i| i.id == id);
        let unknown = self.expect.lines.keys().filter(|id| !known(id));
        faults.extend(unknown.map(|id| fault!("没有激励项目 {}", "there is no incentive {}", id)));
        faults
    }

    /// The dealer and its year; what is unreadable was told before and counts as nothing.
    fn dealer_year<'s>(&'s self, policy: &'s Policy) -> DealerYear<'s> {
        let text = |key: &str| self.dealer.get(key).map(String::as_str);
        let number = |key: &str| text(key).and_then(|t| Decimal::from_str_exact(t).ok());
        let yes = |key: &str| text(key) == Some("true");
        let mode = text("mode").unwrap_or_default();
        let read = ["service_level", "capital_strength", "creditworthiness", "brand_influence"];
        let dealer = Dealer {
            id: "example",
            name: "",
            region: text("region").map(Key::new).unwrap_or_default(),
            row: 0,
            channel_mode: mode,
            card: policy.card_of(mode),
            network_customer: yes("network_customer"),
            target_tonnes: number("target_tonnes").unwrap_or_default(),
            total_urea_tonnes: number("total_urea_tonnes").unwrap_or_default(),
            counts: number("outlets").map(|n| ("outlets", n)).into_iter().collect(),
            categories: read.iter().filter_map(|key| text(key).map(|value| (*key, value))).collect(),
            previous_grade: text("previous_grade").and_then(|g| policy.grade(g)),
            falsified_documents: yes("falsified_documents"),
            deposit: number("deposit").unwrap_or_default(),
            last_year_tonnes: number("last_year_tonnes"),
            joined_on: Some(date(2000, 1, 1)),
        };
        let months = std::array::from_fn(|m| Month {
            actual: Exact::from(self.actual[m]),
            planned: self.planned.as_ref().map(|p| p[m]),
            supplier_fault: false,
        });
        let mut violations = Violations::default();
        self.violations.iter().for_each(|(kind, count)| violations.add(kind, *count));
        let money = Some(Box::new(Money { amount: self.amount.into(), collected: self.collected.into() }));
        DealerYear { money, ..DealerYear::new(dealer, months, violations) }
    }
}
