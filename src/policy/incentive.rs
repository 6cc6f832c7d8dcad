//! Incentive programmes (handbook 3).

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::Title;

/// A programme that pays dealers.
#[derive(Clone, Debug, Deserialize)]
pub struct Incentive {
    /// Its name in results.
    pub id: String,
    /// What people call it.
    pub title: Title,
    /// A fixed sum by grade, in yuan.
    #[serde(default)]
    pub fixed: BTreeMap<String, Decimal>,
    /// A rate by grade, in yuan a tonne.
    #[serde(default)]
    pub rate: BTreeMap<String, Decimal>,
    /// When it pays, and on what basis.
    #[serde(flatten)]
    pub kind: IncentiveKind,
}

/// The kinds of programme.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IncentiveKind {
    /// Tonnes above the target × rate.
    AboveTarget,
    /// The dealer sells only our urea: own tonnes = all-brand tonnes, above 0. Pays the fixed sum, or rate × annual tonnes.
    ExclusiveSale,
    /// No confirmed violation of these kinds. Pays the fixed sum.
    NoViolation {
        /// The kinds.
        violations: Vec<String>,
    },
}
