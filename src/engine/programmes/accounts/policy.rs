//! How accounts are classified (handbook 9).

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::policy::{Notes, Section, Title};

/// The section `[accounts]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRules {
    /// An account is A where those before it have a smaller share of all sales.
    pub a_below: Decimal,
    /// It is B where they have a smaller one than this, else C.
    pub b_below: Decimal,
    /// What people call the plan classes.
    pub plan_classes: PlanClasses,
}

/// The names of the plan classes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanClasses {
    /// 重点
    pub priority: Title,
    /// 优势
    pub established: Title,
    /// 潜力
    pub promising: Title,
    /// 一般
    pub general: Title,
}

impl Section for AccountRules {
    const NAME: &'static str = "accounts";
    const NOTES: Notes = &[
        (
            "a_below",
            "之前各客户累计占比低于此数为 A",
            "A where the accounts before it have less than this share of all sales",
        ),
        ("b_below", "低于此数为 B，其余为 C", "B where they have less than this, else C"),
    ];

    fn faults(&self) -> Vec<String> {
        let rising = Decimal::ZERO < self.a_below && self.a_below < self.b_below && self.b_below < Decimal::ONE;
        if rising { Vec::new() } else { vec!["a_below and b_below must rise between 0 and 1".to_owned()] }
    }
}
