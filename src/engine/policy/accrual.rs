//! What an accrual within the year expects of the months to come.

use serde::{Deserialize, Serialize};

use super::section::Section;

/// `[accrual]`
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccrualRules {
    /// By what the year's incentives are expected.
    pub expect: Expect,
}

/// By what the months to come are expected.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Deserialize,
    Serialize,
    schemars::JsonSchema,
    strum::IntoStaticStr,
    strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schemars(rename = "AccrualExpect")]
pub enum Expect {
    /// By their plan.
    Plan,
    /// By the mean of the months so far.
    SoFar,
}

impl Section for AccrualRules {
    const NAME: &'static str = "accrual";

    fn faults(&self) -> Vec<String> {
        Vec::new()
    }
}
