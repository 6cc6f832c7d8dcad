//! A characteristic as it stands in the file: every key that any kind of rule knows, and which kind takes which.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::fault::fault;
use super::{Band, Characteristic, Fault, Faults, Rule, ValuePoints};

/// The keys of `[[scorecards.characteristics]]`.
#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    id: String,
    weight: Decimal,
    kind: Kind,
    bands: Option<Vec<Band>>,
    values: Option<Vec<ValuePoints>>,
    full_at: Option<Decimal>,
    step: Option<Decimal>,
    points_a_step: Option<Decimal>,
    violation: Option<String>,
    points_each: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Rank,
    Category,
    Count,
    Exclusivity,
    Evenness,
    Violations,
}

impl Kind {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Kind::Rank | Kind::Count => &["bands"],
            Kind::Category => &["values"],
            Kind::Exclusivity => &["full_at", "step", "points_a_step"],
            Kind::Evenness => &[],
            Kind::Violations => &["violation", "points_each"],
        }
    }
}

impl Entry {
    fn wrong_keys(&self) -> Vec<Fault> {
        let given = [
            ("bands", self.bands.is_some()),
            ("values", self.values.is_some()),
            ("full_at", self.full_at.is_some()),
            ("step", self.step.is_some()),
            ("points_a_step", self.points_a_step.is_some()),
            ("violation", self.violation.is_some()),
            ("points_each", self.points_each.is_some()),
        ];
        let requested = self.kind.keys();
        let wrong = given.into_iter().filter(|(key, there)| requested.contains(key) != *there);
        let say = |(key, there)| match there {
            true => fault!("这一类规则不用 `{}`，请删去", "its kind does not use `{}`: take it out", key),
            false => fault!("缺少 `{}`", "`{}` is missing", key),
        };
        wrong.map(say).collect()
    }
}

impl TryFrom<Entry> for Characteristic {
    type Error = Faults;

    fn try_from(entry: Entry) -> Result<Self, Faults> {
        let faults = entry.wrong_keys();
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let bands = entry.bands.unwrap_or_default();
        let rule = match entry.kind {
            Kind::Rank => Rule::Rank { bands },
            Kind::Count => Rule::Count { bands },
            Kind::Category => Rule::Category { values: entry.values.unwrap_or_default() },
            Kind::Exclusivity => Rule::Exclusivity {
                full_at: entry.full_at.unwrap_or_default(),
                step: entry.step.unwrap_or_default(),
                points_a_step: entry.points_a_step.unwrap_or_default(),
            },
            Kind::Evenness => Rule::Evenness,
            Kind::Violations => Rule::Violations {
                violation: entry.violation.unwrap_or_default(),
                points_each: entry.points_each.unwrap_or_default(),
            },
        };
        Ok(Characteristic { id: entry.id, weight: entry.weight, rule })
    }
}
