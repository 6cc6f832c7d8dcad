//! A settlement (结算): what a run's incentives come to for each dealer, what has been paid of it, what is held back and what is payable
//! now. Pure: it knows no store and no request.
//!
//! `rules` says what may be done with one, `hands` by whom, `refusal` why something may not, `payee` which names go to a bank.

mod fen;
mod hands;
mod payee;
mod refusal;
mod rules;
mod seal;
#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

pub use fen::{fen, yuan};
pub use hands::{Actor, Approval, Deed, Hand};
pub use payee::is_like_a_formula;
pub use refusal::{OrderFault, Refusal, RefusalKind, WhyNotSuperseding};
pub use seal::{SealFault, SealVerdict};

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
    /// Who has approved it since it was submitted, the first first.
    pub approvals: Vec<Approval>,
    /// A line for each dealer, in the sheet's order.
    pub dues: Vec<Due>,
}

/// Which policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SettlementPolicy", deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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
    Serialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
    strum::VariantNames,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Adjustment {
    /// Its number within the settlement, from 1.
    pub number: u32,
    /// Yuan, 2 places; negative takes off.
    pub amount: Decimal,
    /// Why, who and when.
    pub signature: Signature,
    /// The id of that person's account.
    #[serde(skip)]
    pub person: Option<String>,
}

/// By how much a dealer's entitlement differs from that of the settlement which is corrected, by cause; the parts add up to the
/// difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SettlementDifference", deny_unknown_fields)]
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

/// The sums of a settlement, in yuan. `entitled = paid_before + paid + ordered + held + payable − recoverable`, as in each line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SettlementTotals", deny_unknown_fields)]
pub struct Totals {
    /// Lines.
    pub dealers: usize,
    /// What the run came to.
    pub amount: Decimal,
    /// What was added and taken off by hand.
    pub adjustments: Decimal,
    /// The two together.
    pub entitled: Decimal,
    /// What the settlements paid that this one supersedes.
    pub paid_before: Decimal,
    /// What this one has paid.
    pub paid: Decimal,
    /// What stands in batches of payments that aren't marked paid yet.
    pub ordered: Decimal,
    /// What is left of lines that are held back.
    pub held: Decimal,
    /// What may be paid now.
    pub payable: Decimal,
    /// What dealers have to give back.
    pub recoverable: Decimal,
}

impl Settlement {
    /// A dealer's line.
    pub fn due(&self, dealer: &str) -> Option<&Due> {
        self.dues.iter().find(|due| due.dealer.dealer_id == dealer)
    }

    /// The sums over all lines.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        self.dues.iter().for_each(|due| totals.add(due));
        totals.two_places()
    }

    /// By how much all lines differ from those of the settlement that this one corrects, where it does.
    pub fn difference(&self) -> Option<Difference> {
        let parts: Vec<&Difference> = self.dues.iter().filter_map(|due| due.difference.as_ref()).collect();
        let sum = |of: fn(&Difference) -> Decimal| two_places(parts.iter().map(|part| of(part)).sum());
        self.supersedes.as_ref().filter(|_| !parts.is_empty()).map(|_| Difference {
            before: sum(|part| part.before),
            data: sum(|part| part.data),
            policy: sum(|part| part.policy),
            appeal: sum(|part| part.appeal),
            adjustment: sum(|part| part.adjustment),
        })
    }

    /// What an approved settlement is, by what is paid of it. What is held back is not paid.
    pub fn status_by_sums(&self) -> Status {
        let totals = self.totals();
        match totals.payable + totals.held + totals.ordered {
            left if left.is_zero() => Status::Paid,
            _ if totals.paid.is_zero() => Status::Approved,
            _ => Status::PartlyPaid,
        }
    }
}

impl Status {
    /// Whether it is approved and pays what is left of it.
    pub fn is_approved(self) -> bool {
        matches!(self, Status::Approved | Status::PartlyPaid | Status::Paid)
    }

    /// Whether nothing may be changed of what it pays for.
    pub fn is_locked(self) -> bool {
        !matches!(self, Status::Calculated | Status::Rejected)
    }
}

impl Totals {
    fn add(&mut self, due: &Due) {
        self.dealers += 1;
        self.amount += due.dealer.amount;
        self.adjustments += due.adjusted();
        self.entitled += due.entitled();
        self.paid_before += due.paid_before;
        self.paid += due.paid;
        self.ordered += due.ordered;
        self.held += due.held_back();
        self.payable += due.payable();
        self.recoverable += due.recoverable();
    }

    fn two_places(self) -> Totals {
        Totals {
            dealers: self.dealers,
            amount: two_places(self.amount),
            adjustments: two_places(self.adjustments),
            entitled: two_places(self.entitled),
            paid_before: two_places(self.paid_before),
            paid: two_places(self.paid),
            ordered: two_places(self.ordered),
            held: two_places(self.held),
            payable: two_places(self.payable),
            recoverable: two_places(self.recoverable),
        }
    }
}

impl Due {
    /// The line of a dealer of whom nothing is paid, held or adjusted.
    pub fn of(dealer: DealerOutcome) -> Due {
        let nothing = Decimal::ZERO;
        let (adjustments, held, difference) = (Vec::new(), None, None);
        Due { dealer, adjustments, held, paid_before: nothing, paid: nothing, ordered: nothing, difference }
    }

    /// What was added or taken off by hand.
    pub fn adjusted(&self) -> Decimal {
        self.adjustments.iter().map(|adjustment| adjustment.amount).sum()
    }

    /// What the dealer is entitled to: the run's amount and the adjustments.
    pub fn entitled(&self) -> Decimal {
        self.dealer.amount + self.adjusted()
    }

    /// What is left of it; negative where more was paid than the dealer is entitled to.
    pub fn outstanding(&self) -> Decimal {
        self.entitled() - self.paid_before - self.paid
    }

    /// What may be paid now: nothing where it is held, and nothing that is ordered already.
    pub fn payable(&self) -> Decimal {
        if self.held.is_some() { Decimal::ZERO } else { self.left() }
    }

    /// What could be paid now if it weren't held.
    pub fn held_back(&self) -> Decimal {
        if self.held.is_some() { self.left() } else { Decimal::ZERO }
    }

    /// What the dealer has to give back.
    pub fn recoverable(&self) -> Decimal {
        (self.paid_before + self.paid - self.entitled()).max(Decimal::ZERO)
    }

    fn left(&self) -> Decimal {
        (self.outstanding() - self.ordered).max(Decimal::ZERO)
    }
}

impl Difference {
    /// The whole difference.
    pub fn total(&self) -> Decimal {
        self.data + self.policy + self.appeal + self.adjustment
    }
}

/// An amount as it is shown; nought has no sign.
pub fn two_places(mut amount: Decimal) -> Decimal {
    amount.rescale(2);
    if amount.is_zero() { Decimal::new(0, 2) } else { amount }
}
