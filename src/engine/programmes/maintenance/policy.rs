//! How dealers are kept, and when one needs a warning (handbook 12).

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::policy::shipped_key;
use crate::policy::{Notes, Section, Title};

/// The section `[maintenance]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceRules {
    /// At most so many days between visits.
    pub visit_gap_days_max: u32,
    /// At most this share of those who ordered may have a first order only.
    pub first_order_only_share_max: Decimal,
    /// An order within so many days before the as-of date is too young to be a first order only.
    #[serde(default = "first_order_young_days")]
    pub first_order_young_days: u32,
    /// A month below this part of the mean before it is a drop.
    pub drop_below: Decimal,
    /// The mean is over so many months.
    pub drop_months: u32,
    /// So many of the latest months without any purchase are silence.
    pub silent_months: u32,
    /// What people call each warning.
    pub warnings: Warnings,
}

/// The names of the warnings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warnings {
    /// 提货下滑
    pub drop: Title,
    /// 停止提货
    pub silent: Title,
}

/// As the shipped policy has it, for sections that were written before.
fn first_order_young_days() -> u32 {
    shipped_key(MaintenanceRules::NAME, "first_order_young_days")
}

impl Section for MaintenanceRules {
    const NAME: &'static str = "maintenance";
    const NOTES: Notes = &[
        ("visit_gap_days_max", "两次上门之间最多几天", "days between visits, at most"),
        (
            "first_order_only_share_max",
            "只有首批进货、没有后续订单的经销商占比上限",
            "of those who ordered, who have a first order only, at most",
        ),
        (
            "first_order_young_days",
            "截止日期之前这么多天内的首单还太新，不算没有后续",
            "a first order within so many days before the as-of date is too young to count",
        ),
        (
            "drop_below",
            "低于前几个月平均的此比例为下滑",
            "a drop is less than this part of the mean of the months before",
        ),
        ("drop_months", "平均取前几个月", "the mean is over so many months"),
        ("silent_months", "最近几个月没有提货为停止提货", "so many of the latest months without any purchase"),
    ];

    fn faults(&self) -> Vec<String> {
        let share = |x: Decimal| (Decimal::ZERO..=Decimal::ONE).contains(&x);
        let months = |x: u32| (1..=120).contains(&x);
        [
            (self.visit_gap_days_max > 0, "visit_gap_days_max must be at least 1"),
            (share(self.first_order_only_share_max), "first_order_only_share_max must lie between 0 and 1"),
            (self.first_order_young_days <= 366, "first_order_young_days must lie between 0 and 366"),
            (share(self.drop_below), "drop_below must lie between 0 and 1"),
            (months(self.drop_months), "drop_months must lie between 1 and 120"),
            (months(self.silent_months), "silent_months must lie between 1 and 120"),
        ]
        .into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, fault)| fault.to_owned())
        .collect()
    }
}
