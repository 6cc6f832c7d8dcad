//! Four eyes: who had a hand in a settlement doesn't approve it, and who approved it doesn't pay it. People are told apart by the ids of
//! their accounts.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Refusal, Settlement, Signature, Status};
use crate::policy::FourEyes;

/// What somebody did towards a settlement.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    JsonSchema,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::EnumIter,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[schemars(rename = "SettlementDeed")]
pub enum Deed {
    /// Uploaded the workbook, or the one that it came of by accepted appeals.
    Uploaded,
    /// Submitted it, now or before it was rejected.
    Submitted,
    /// Added an adjustment or took one away, here or in the settlement from which it was taken over.
    Adjusted,
    /// Held a dealer's line back.
    Held,
    /// Released a dealer's line.
    Released,
    /// Accepted an appeal that changed the workbook.
    AcceptedAppeal,
    /// Proposed the version of the policy by which it is calculated.
    ProposedPolicy,
}

/// That somebody had a hand in a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// The id of the person's account.
    pub person: String,
    /// What they did.
    pub deed: Deed,
}

/// Who asks to do something.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// The id of the person's account.
    pub id: &'a str,
    /// The person's name, to be shown.
    pub name: &'a str,
}

/// An approval: one of as many as the policy asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The id of the person's account.
    pub person: String,
    /// Who, when, and with which remark.
    pub signature: Signature,
    /// What the settlement moved then, in yuan; not known of approvals from before it was kept.
    pub total: Option<Decimal>,
    /// What was payable then, in yuan; not known of those either.
    pub payable: Option<Decimal>,
}

impl Settlement {
    /// Returns what it moves, in yuan: by how much each dealer's entitlement differs from that in the settlement which it supersedes, up or
    /// down, held or not, in all.
    pub fn moved(&self) -> Decimal {
        let before = |due: &super::Due| due.difference.map(|difference| difference.before).unwrap_or_default();
        super::two_places(self.dues.iter().map(|due| (due.entitled() - before(due)).abs()).sum())
    }

    /// Whether this person may approve it.
    ///
    /// # Errors
    /// When it isn't submitted, the person had a hand in it, or has approved it already.
    pub fn may_be_approved(&self, by: Actor<'_>, hands: &[Hand], eyes: &FourEyes) -> Result<(), Refusal> {
        self.may_be_decided()?;
        let mut deeds: Vec<Deed> = hands.iter().filter(|hand| hand.person == by.id).map(|hand| hand.deed).collect();
        deeds.sort_unstable();
        deeds.dedup();
        if !deeds.is_empty() {
            return Err(Refusal::SamePerson { who: by.name.to_owned(), deeds });
        }
        match self.is_approved_by(by.id) {
            true => Err(Refusal::ApprovedBefore {
                who: by.name.to_owned(),
                given: self.approvals.len(),
                needed: eyes.approvals_needed(self.moved()),
            }),
            false => Ok(()),
        }
    }

    /// Whether this person may order its payments, as far as they themselves are concerned.
    ///
    /// # Errors
    /// When they approved it, and the policy doesn't let them.
    pub fn may_be_ordered_by(&self, by: Actor<'_>, eyes: &FourEyes) -> Result<(), Refusal> {
        match !eyes.approver_may_pay && self.is_approved_by(by.id) {
            true => Err(Refusal::ApproverPays { who: by.name.to_owned() }),
            false => Ok(()),
        }
    }

    /// Whether this person may confirm payments that the account `orderer` ordered.
    ///
    /// # Errors
    /// When they approved the settlement or ordered the payments, and the policy doesn't let them.
    pub fn may_be_confirmed_by(
        &self,
        by: Actor<'_>,
        number: i64,
        orderer: Option<&str>,
        eyes: &FourEyes,
    ) -> Result<(), Refusal> {
        self.may_be_ordered_by(by, eyes)?;
        match !eyes.orderer_may_confirm && orderer == Some(by.id) {
            true => Err(Refusal::OrdererConfirms { who: by.name.to_owned(), number }),
            false => Ok(()),
        }
    }

    fn is_approved_by(&self, person: &str) -> bool {
        self.approvals.iter().any(|approval| approval.person == person)
    }

    /// Whether it waits for approvals and has some already, which a change would cost it.
    pub fn is_partly_approved(&self) -> bool {
        self.status == Status::Submitted && !self.approvals.is_empty()
    }
}
