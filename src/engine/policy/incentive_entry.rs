//! A programme as it stands in the file: every key that any kind knows, and which kind takes which.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::fault::fault;
use super::{Basis, Eligible, Fault, Faults, Figures, Incentive, IncentiveKind, Method, Tier, Title};

use dealerbook_base::key::Key;

/// The keys of `[[incentives]]`.
#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    id: String,
    title: Title,
    kind: Kind,
    grades: Option<Vec<String>>,
    modes: Option<Vec<String>>,
    regions: Option<Vec<Key>>,
    cap: Option<Decimal>,
    minimum: Option<Decimal>,
    fixed: Option<Figures>,
    rate: Option<Figures>,
    percent: Option<Figures>,
    violations: Option<Vec<String>>,
    basis: Option<Basis>,
    method: Option<Method>,
    tiers: Option<Vec<TierEntry>>,
    from_percent: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    AboveTarget,
    ExclusiveSale,
    NoViolation,
    Tiered,
    Growth,
    Commission,
    PromptPayment,
}

#[derive(Debug, Deserialize)]
struct TierEntry {
    from: Decimal,
    rate: Option<Decimal>,
    percent: Option<Decimal>,
}

impl Kind {
    /// The keys that it must have, and those that it may have, beside those of every kind.
    fn keys(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Kind::AboveTarget => (&["rate"], &[]),
            Kind::ExclusiveSale => (&[], &["fixed", "rate"]),
            Kind::NoViolation => (&["violations", "fixed"], &[]),
            Kind::Tiered => (&["basis", "method", "tiers"], &[]),
            Kind::Growth => (&["from_percent", "rate"], &[]),
            Kind::Commission => (&["modes"], &["rate", "percent"]),
            Kind::PromptPayment => (&["percent"], &[]),
        }
    }
}

fn share(percent: Decimal) -> Decimal {
    percent / Decimal::ONE_HUNDRED
}

impl Entry {
    /// Keys that the kind lacks or doesn't know.
    fn wrong_keys(&self, faults: &mut Vec<Fault>) {
        let (needed, allowed) = self.kind.keys();
        let given = [
            ("fixed", self.fixed.is_some()),
            ("rate", self.rate.is_some()),
            ("percent", self.percent.is_some()),
            ("violations", self.violations.is_some()),
            ("basis", self.basis.is_some()),
            ("method", self.method.is_some()),
            ("tiers", self.tiers.is_some()),
            ("from_percent", self.from_percent.is_some()),
            ("modes", self.modes.is_some()),
        ];
        for (key, there) in given {
            if !there && needed.contains(&key) {
                faults.push(fault!("缺少 `{}`", "`{}` is missing", key));
            }
            if there && key != "modes" && !needed.contains(&key) && !allowed.contains(&key) {
                faults.push(fault!("这一类项目不用 `{}`，请删去", "its kind does not use `{}`: take it out", key));
            }
        }
        let one_of = |a: bool, b: bool| a != b;
        if self.kind == Kind::Commission && !one_of(self.rate.is_some(), self.percent.is_some()) {
            faults.push(fault!(
                "`rate`（元/吨）和 `percent`（金额的百分数）须且只须给出一个",
                "give either `rate` (yuan a tonne) or `percent` (of the amount)"
            ));
        }
        if self.kind == Kind::ExclusiveSale && self.rate.is_none() && self.fixed.is_none() {
            faults.push(fault!("缺少 `fixed` 或 `rate`", "`fixed` or `rate` is missing"));
        }
    }

    /// The tiers with the rate that belongs to their basis.
    fn tiers(&self, faults: &mut Vec<Fault>) -> Vec<Tier> {
        let basis = self.basis.unwrap_or(Basis::Tonnes);
        let tiers = self.tiers.iter().flatten().map(|tier| {
            let (own, other, requested) = match basis {
                Basis::Tonnes => (tier.rate, tier.percent, "rate"),
                Basis::Amount => (tier.percent.map(share), tier.rate, "percent"),
            };
            if own.is_none() || other.is_some() {
                let from = tier.from.normalize();
                faults.push(fault!(
                    "从 {} 起的一档须给出 `{}`，且只给出它",
                    "the tier from {} takes `{}`, and that alone",
                    from,
                    requested
                ));
            }
            Tier { from: tier.from, rate: own.unwrap_or_default() }
        });
        tiers.collect()
    }

    fn kind(&self, faults: &mut Vec<Fault>) -> IncentiveKind {
        let rate = || self.rate.clone().unwrap_or_default();
        let percent = || self.percent.clone().unwrap_or_default().map(share);
        let fixed = || self.fixed.clone().unwrap_or_default();
        match self.kind {
            Kind::AboveTarget => IncentiveKind::AboveTarget { rate: rate() },
            Kind::ExclusiveSale => IncentiveKind::ExclusiveSale { fixed: fixed(), rate: rate() },
            Kind::NoViolation => {
                IncentiveKind::NoViolation { violations: self.violations.clone().unwrap_or_default(), fixed: fixed() }
            }
            Kind::Tiered => IncentiveKind::Tiered {
                basis: self.basis.unwrap_or(Basis::Tonnes),
                method: self.method.unwrap_or(Method::Marginal),
                tiers: self.tiers(faults),
            },
            Kind::Growth => IncentiveKind::Growth { from_percent: self.from_percent.unwrap_or_default(), rate: rate() },
            Kind::Commission if self.percent.is_some() => {
                IncentiveKind::Commission { basis: Basis::Amount, rate: percent() }
            }
            Kind::Commission => IncentiveKind::Commission { basis: Basis::Tonnes, rate: rate() },
            Kind::PromptPayment => IncentiveKind::PromptPayment { rate: percent() },
        }
    }
}

impl TryFrom<Entry> for Incentive {
    type Error = Faults;

    fn try_from(entry: Entry) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        entry.wrong_keys(&mut faults);
        let kind = entry.kind(&mut faults);
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        Ok(Incentive {
            id: entry.id,
            title: entry.title,
            eligible: Eligible { grades: entry.grades, modes: entry.modes, regions: entry.regions },
            cap: entry.cap,
            minimum: entry.minimum,
            kind,
        })
    }
}
