//! What somebody may do with a settlement now, and why not where they may not: the same for the interface, the pages and the lists of what
//! awaits somebody.

use schemars::JsonSchema;
use serde::Serialize;

use crate::service::{Problem, Service};
use dealerbook_engine::policy::FourEyes;
use dealerbook_engine::settlement::{Refusal, Settlement, Status};
use dealerbook_store::{Person, Role};

/// What is done with a settlement once it is submitted, and by whom it is done, four eyes see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "SettlementActionName")]
pub enum Action {
    /// Approve it.
    Approve,
    /// Reject it.
    Reject,
    /// Order payments.
    Order,
    /// Mark ordered payments as paid.
    Confirm,
}

/// The roles that decide on settlements and pay them.
pub const SETTLERS: &[Role] = &[Role::Finance, Role::Admin];

/// What somebody may do, of what can be done now and their role is for.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<(Action, Result<(), Refusal>)>);

impl Allowed {
    /// Looks up what somebody may do; nothing where settling isn't for their role.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(
        settlement: &Settlement,
        person: &Person,
        eyes: &FourEyes,
        service: &Service,
    ) -> Result<Allowed, Problem> {
        let mut allowed = Vec::new();
        if !SETTLERS.contains(&person.role) {
            return Ok(Allowed(allowed));
        }
        match settlement.status {
            Status::Submitted => {
                let hands = service.store.hands(&settlement.run_id).await?;
                allowed.push((Action::Approve, settlement.may_be_approved(person.actor(), &hands, eyes)));
                allowed.push((Action::Reject, Ok(())));
            }
            Status::Approved | Status::PartlyPaid => {
                let may = settlement.may_be_ordered_by(person.actor(), eyes);
                allowed.push((Action::Order, may.clone()));
                allowed.push((Action::Confirm, may));
            }
            _ => {}
        }
        Ok(Allowed(allowed))
    }

    /// Returns whether they may do something; none where it can't be done now, or isn't for their role.
    pub fn get(&self, action: Action) -> Option<&Result<(), Refusal>> {
        self.0.iter().find(|(known, _)| *known == action).map(|(_, may)| may)
    }

    /// Whether they may do something.
    pub fn may(&self, action: Action) -> bool {
        self.get(action).is_some_and(Result::is_ok)
    }

    /// Returns all of it: each action, and why not where they may not.
    pub fn iter(&self) -> impl Iterator<Item = (Action, Result<(), &Refusal>)> {
        self.0.iter().map(|(action, may)| (*action, may.as_ref().copied()))
    }
}
