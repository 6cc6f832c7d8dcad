//! How much stock is safe (handbook 6).

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::policy::{Notes, Section, Title};

/// The section `[stock]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockRules {
    /// The safety stock is so many times the sales of the period.
    pub safety_factor: Decimal,
    /// What people call each flag.
    pub flags: Flags,
}

/// The names of the flags.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// 缺货
    pub stockout: Title,
    /// 滞销
    pub slow: Title,
    /// 超储
    pub overstock: Title,
    /// Without a flag: 正常
    pub none: Title,
}

impl Section for StockRules {
    const NAME: &'static str = "stock";
    const NOTES: Notes =
        &[("safety_factor", "安全库存为本期销量的几倍", "the safety stock is so many times the sales of the period")];

    fn faults(&self) -> Vec<String> {
        let sound = Decimal::ZERO < self.safety_factor && self.safety_factor <= Decimal::ONE_HUNDRED;
        if sound { Vec::new() } else { vec!["safety_factor must lie above 0 and not above 100".to_owned()] }
    }
}
