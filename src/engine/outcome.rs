//! What a run came to, dealer by dealer: owned, so that settlements, comparisons, accruals and pages can be made of it. It knows no
//! workbook, no request and no store.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::programmes::incentives::Line;
use crate::programmes::incentives::unpaid::{Reason, Unpaid};
use dealerbook_base::key::Key;

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The calendar year.
    pub period: i16,
    /// The as-of date, as 2007-12-31.
    pub as_of: Option<String>,
    /// Whether faulty rows were left out.
    pub is_partial: bool,
    /// Whether incentives were calculated; where not, nobody has lines.
    pub has_incentives: bool,
    /// The dealers that were calculated, in the sheet's order.
    pub dealers: Vec<DealerOutcome>,
}

/// What a dealer came to.
#[derive(Clone, Debug, PartialEq)]
pub struct DealerOutcome {
    /// 经销商编号
    pub dealer_id: String,
    /// 经销商名称
    pub name: String,
    /// 区域, as the sheet writes it.
    pub region: Key,
    /// 合作方式, canonical.
    pub channel_mode: String,
    /// The year's own tonnes.
    pub tonnes: Decimal,
    /// The score, 2 places; none without a scorecard.
    pub score: Option<Decimal>,
    /// The grade by its id in the policy; none without a scorecard.
    pub grade: Option<String>,
    /// Falsified documents: nothing is paid.
    pub is_disqualified: bool,
    /// The lines that pay, in the policy's order, the dealer's cap last.
    pub lines: Vec<PaidLine>,
    /// Their sum in yuan, 2 places.
    pub amount: Decimal,
    /// The programmes that pay nothing, in the policy's order.
    pub unpaid: Vec<UnpaidLine>,
}

/// A line: basis × rate, or a fixed sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PaidLine {
    /// The programme's id in the policy, or `cap`.
    pub programme: String,
    /// Tonnes or yuan; none for a fixed sum.
    pub basis: Option<Decimal>,
    /// Yuan a tonne or a share of the amount; none for a fixed sum.
    pub rate: Option<Decimal>,
    /// Yuan, 2 places.
    pub amount: Decimal,
}

/// A programme that pays nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnpaidLine {
    /// The programme's id in the policy.
    pub programme: String,
    /// Why.
    #[serde(flatten)]
    pub reason: Reason,
}

impl Outcome {
    /// A dealer by its id.
    pub fn dealer(&self, id: &str) -> Option<&DealerOutcome> {
        self.dealers.iter().find(|dealer| dealer.dealer_id == id)
    }
}

impl From<&Line<'_>> for PaidLine {
    fn from(line: &Line<'_>) -> PaidLine {
        let Line { programme, basis, rate, amount } = line;
        PaidLine { programme: (*programme).to_owned(), basis: *basis, rate: *rate, amount: *amount }
    }
}

impl From<&Unpaid<'_>> for UnpaidLine {
    fn from(Unpaid { programme, reason }: &Unpaid<'_>) -> UnpaidLine {
        UnpaidLine { programme: (*programme).to_owned(), reason: reason.clone() }
    }
}
