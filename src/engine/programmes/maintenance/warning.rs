//! The early warnings: whose purchases fall, whose cease, and how its region does.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::MaintenanceRules;
use super::{Bought, Dealer, Why};
use crate::programmes::figure::Figure;
use crate::programmes::year_month::YearMonth;
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// An early warning.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MaintenanceWarning")]
pub struct Warning {
    /// Which.
    pub code: Code,
    /// The latest month with any purchase in the workbook.
    pub month: YearMonth,
    /// The dealer's change against the mean of the months before; null where that is not above 0.
    pub change: Option<Figure>,
    /// The same of its region.
    pub region_change: Option<Figure>,
}

/// The kinds of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "MaintenanceWarningCode")]
pub enum Code {
    /// 提货下滑
    Drop,
    /// 停止提货
    Silent,
}

/// The tonnes of the latest month and of the months before it.
#[derive(Clone, Debug)]
pub struct Trend {
    /// Those of the latest month.
    pub latest: Exact,
    /// Those of the months before, the latest first.
    pub before: Vec<Exact>,
}

impl Trend {
    pub(super) fn of(bought: &Bought, latest: Option<YearMonth>, rules: &MaintenanceRules) -> Self {
        let tonnes = |back: u32| latest.map_or(Exact::ZERO, |latest| bought.tonnes(latest.earlier(back)));
        Self { latest: tonnes(0), before: (1..=rules.drop_months).map(tonnes).collect() }
    }

    fn add(&mut self, other: &Self) {
        self.latest = &self.latest + &other.latest;
        for (sum, tonnes) in self.before.iter_mut().zip(&other.before) {
            *sum = &*sum + tonnes;
        }
    }

    /// The mean of the months before, where it is above 0.
    pub fn mean(&self) -> Option<Exact> {
        let sum = self.before.iter().sum::<Exact>();
        (sum.signum() > 0).then(|| sum.checked_div(&Exact::whole(self.before.len() as i64)))?
    }

    /// The latest month as a part of the mean before, where there is one.
    pub fn part(&self) -> Option<Exact> {
        self.latest.checked_div(&self.mean()?)
    }

    /// The change against the mean before, where there is one.
    pub fn change(&self) -> Option<Exact> {
        Some(&self.part()? - &Exact::ONE)
    }

    /// Whether the latest month is a drop.
    pub fn drops(&self, rules: &MaintenanceRules) -> bool {
        self.part().is_some_and(|part| part < rules.drop_below.into())
    }
}

/// The trend of each region, and how many dealers it has.
pub(super) fn regions<'d>(
    dealers: &'d [Dealer],
    latest: Option<YearMonth>,
    rules: &MaintenanceRules,
) -> BTreeMap<&'d Key, (Trend, u32)> {
    let mut regions: BTreeMap<&Key, (Trend, u32)> = BTreeMap::new();
    for dealer in dealers {
        let none = || (Trend::of(&Bought::default(), None, rules), 0);
        let (sum, count) = regions.entry(&dealer.region).or_insert_with(none);
        sum.add(&Trend::of(&dealer.bought, latest, rules));
        *count += 1;
    }
    regions
}

/// The warnings of a dealer.
pub(super) fn of(why: &Why, latest: Option<YearMonth>, rules: &MaintenanceRules) -> Vec<Warning> {
    let Some(month) = latest else { return Vec::new() };
    let silent = why.last_bought.is_some_and(|(_, months)| months >= rules.silent_months);
    let codes = [(Code::Drop, why.trend.drops(rules)), (Code::Silent, silent)];
    let warning = |code| Warning {
        code,
        month,
        change: why.trend.change().as_ref().map(Figure::ratio),
        region_change: why.region.change().as_ref().map(Figure::ratio),
    };
    codes.into_iter().filter(|(_, applies)| *applies).map(|(code, _)| warning(code)).collect()
}
