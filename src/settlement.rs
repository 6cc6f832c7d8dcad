//! A settlement (结算): what a run's incentives come to for each dealer, what has been paid of it, what is held back and what is payable
//! now. Pure: it knows no store and no request.

use rust_decimal::Decimal;

use crate::outcome::DealerOutcome;
use crate::policy::Rates;

/// The settlement of a run.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The run; a run has one settlement at most.
    pub run_id: String,
    /// The calendar year.
    pub period: i16,
    /// The as-of date, as 2007-12-31.
    pub as_of: Option<String>,
    /// How far it is.
    pub status: Status,
    /// The policy by which it was calculated.
    pub policy: OfPolicy,
    /// The run whose settlement this one corrects.
    pub supersedes: Option<String>,
    /// The run whose settlement has corrected this one.
    pub superseded_by: Option<String>,
    /// Who submitted it.
    pub submitted: Option<Signature>,
    /// Who approved or rejected it.
    pub decided: Option<Signature>,
    /// A line for each dealer, in the sheet's order.
    pub dues: Vec<Due>,
}

/// Which policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfPolicy {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The hash of its file, in hex.
    pub sha256: String,
    /// Whose the rates are.
    pub rates: Rates,
}

/// Who did something, when, and with which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The person's name.
    pub who: String,
    /// RFC 3339 in UTC.
    pub at: String,
    /// Why, or a remark.
    pub note: Option<String>,
}

/// How far a settlement is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    serde::Serialize,
    schemars::JsonSchema,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[schemars(rename = "SettlementStatus")]
pub enum Status {
    /// Calculated; nobody has said more of it.
    Calculated,
    /// Handed in for approval.
    Submitted,
    /// Sent back with a reason; it may be submitted again.
    Rejected,
    /// Approved and locked; nothing is paid yet.
    Approved,
    /// Something is paid, and something is still payable or held.
    PartlyPaid,
    /// All is paid.
    Paid,
    /// Corrected by another settlement, which pays what is left.
    Superseded,
}

/// A dealer's line of a settlement. Amounts are yuan, 2 places.
#[derive(Clone, Debug)]
pub struct Due {
    /// What the run came to.
    pub dealer: DealerOutcome,
    /// What was added or taken off by hand.
    pub adjustments: Vec<Adjustment>,
    /// Why it isn't paid for now.
    pub held: Option<Signature>,
    /// What the settlements paid that this one supersedes.
    pub paid_before: Decimal,
    /// What this one has paid.
    pub paid: Decimal,
    /// What stands in batches of payments that aren't marked paid yet.
    pub ordered: Decimal,
    /// What has changed against the settlement that this one supersedes.
    pub difference: Option<Difference>,
}

/// An amount that was added or taken off by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Its number within the settlement, from 1.
    pub number: u32,
    /// Yuan, 2 places; negative takes off.
    pub amount: Decimal,
    /// Why, who and when.
    pub signature: Signature,
}

/// By how much a dealer's entitlement differs from that of the settlement which is corrected, by cause; the parts add up to the
/// difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What the dealer was entitled to there.
    pub before: Decimal,
    /// Other data in the workbook.
    pub data: Decimal,
    /// Another policy.
    pub policy: Decimal,
    /// Accepted appeals.
    pub appeal: Decimal,
    /// Other adjustments by hand.
    pub adjustment: Decimal,
}

impl Due {
    /// What the dealer is entitled to: the run's amount and the adjustments.
    pub fn entitled(&self) -> Decimal {
        self.dealer.amount + self.adjustments.iter().map(|adjustment| adjustment.amount).sum::<Decimal>()
    }

    /// What is left of it; negative where more was paid than the dealer is entitled to.
    pub fn outstanding(&self) -> Decimal {
        self.entitled() - self.paid_before - self.paid
    }

    /// What may be paid now: nothing where it is held, and nothing that is ordered already.
    pub fn payable(&self) -> Decimal {
        if self.held.is_some() { Decimal::ZERO } else { (self.outstanding() - self.ordered).max(Decimal::ZERO) }
    }

    /// What the dealer has to give back.
    pub fn recoverable(&self) -> Decimal {
        (-self.outstanding()).max(Decimal::ZERO)
    }
}

impl Difference {
    /// The whole difference.
    pub fn total(&self) -> Decimal {
        self.data + self.policy + self.appeal + self.adjustment
    }
}
