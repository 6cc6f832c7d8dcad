//! When a dealer has credit, and how much (handbook 5).

use serde::Deserialize;

use crate::policy::{Notes, Section, Title};
use dealerbook_base::key::Key;

/// The section `[credit]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditRules {
    /// A customer is new for so many calendar months from the first sale on.
    pub new_customer_months: i32,
    /// Who may let an order out all the same; empty: whoever is named.
    pub exception_approvers: Vec<Key>,
    /// The last days of the first three classes of ageing; the fourth takes the rest.
    pub ageing_days: [i32; 3],
    /// What people call each decision.
    pub decisions: Decisions,
    /// What people call each reason.
    pub reasons: Reasons,
}

/// The names of the decisions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decisions {
    /// 放行
    pub release: Title,
    /// 暂缓
    pub hold: Title,
    /// 例外放行
    pub exception: Title,
}

/// The names of the reasons.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reasons {
    /// 新客户
    pub new_customer: Title,
    /// 有超期未回款
    pub overdue: Title,
    /// 超过额度
    pub over_limit: Title,
    /// 例外批准
    pub exception: Title,
}

impl CreditRules {
    /// Whether a name may let an order out all the same.
    pub fn approves(&self, name: &Key) -> bool {
        !name.is_empty() && (self.exception_approvers.is_empty() || self.exception_approvers.contains(name))
    }
}

impl Section for CreditRules {
    const NAME: &'static str = "credit";
    const NOTES: Notes = &[
        (
            "new_customer_months",
            "首次交易起几个日历月内为新客户",
            "new for so many calendar months from the first sale on",
        ),
        (
            "exception_approvers",
            "可例外批准的人，用逗号分开；留空为不限",
            "who may let a held order out, between commas; empty: whoever is named",
        ),
        ("ageing_days", "账龄前三档的最后一天", "the last days of the first three classes of ageing"),
    ];

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !(0..=1200).contains(&self.new_customer_months) {
            faults.push("new_customer_months must lie between 0 and 1200".to_owned());
        }
        if self.ageing_days[0] < 1 || self.ageing_days.windows(2).any(|pair| pair[0] >= pair[1]) {
            faults.push("ageing_days must rise from 1 on".to_owned());
        }
        faults
    }
}
