//! Which metrics of a business review are opportunities (handbook 7).

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::policy::{Notes, Section, Title};

/// The section `[review]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    /// A metric below this attainment is an opportunity.
    pub opportunity_below: Decimal,
    /// The dimensions whose metrics are results, never opportunities.
    pub results: Vec<Dimension>,
    /// What people call what came out.
    pub outcomes: Outcomes,
}

/// The dimensions of a metric.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// 覆盖
    Coverage,
    /// 终端
    Terminal,
    /// 库存
    Inventory,
    /// 物流
    Logistics,
    /// 财务
    Finance,
    /// 团队
    Team,
    /// 销售
    Sales,
}

impl Dimension {
    /// The canonical category.
    pub fn id(self) -> &'static str {
        match self {
            Dimension::Coverage => "coverage",
            Dimension::Terminal => "terminal",
            Dimension::Inventory => "inventory",
            Dimension::Logistics => "logistics",
            Dimension::Finance => "finance",
            Dimension::Team => "team",
            Dimension::Sales => "sales",
        }
    }
}

/// The names of what came out for a metric.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// 机会
    pub opportunity: Title,
    /// 结果未达标
    pub missed: Title,
    /// 达标
    pub met: Title,
    /// 无法计算
    pub unknown: Title,
}

impl ReviewRules {
    /// Whether a metric of this dimension is a result.
    pub fn is_result(&self, dimension: &str) -> bool {
        self.results.iter().any(|result| result.id() == dimension)
    }
}

impl Section for ReviewRules {
    const NAME: &'static str = "review";
    const NOTES: Notes = &[
        ("opportunity_below", "达成率低于此数为机会", "a metric below this attainment is an opportunity"),
        ("results", "属于结果的维度，不算机会", "dimensions whose metrics are results, never opportunities"),
    ];

    fn faults(&self) -> Vec<String> {
        let sound = Decimal::ZERO < self.opportunity_below && self.opportunity_below <= Decimal::ONE;
        if sound { Vec::new() } else { vec!["opportunity_below must lie above 0 and be at most 1".to_owned()] }
    }
}
