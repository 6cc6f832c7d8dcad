//! What somebody may do with a settlement now, and why not where they may not: the same for the interface, the pages and the lists of what
//! awaits somebody.

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::{Problem, Service, access};
use crate::lang::Lang;
use crate::policy::FourEyes;
use crate::problem;
use crate::settlement::{Refusal, Settlement, Status};
use crate::store::Person;

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

/// What somebody may do, of what can be done now and their role is for.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<(Action, Result<(), Refusal>)>);

/// An action that can be done now and that the caller's role is for.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementAction", deny_unknown_fields)]
pub struct ActionDocument {
    /// Which.
    action: Action,
    /// Whether you may.
    allowed: bool,
    /// Where you may not, the code of the problem that you would be answered with.
    code: Option<&'static str>,
    /// Where you may not, why not.
    why: Option<Why>,
}

/// A sentence in both languages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettlementActionWhy", deny_unknown_fields)]
struct Why {
    /// Chinese.
    zh: String,
    /// English.
    en: String,
}

impl Allowed {
    /// Looks up what somebody may do.
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
        match settlement.status {
            Status::Submitted if is_for(person, "/v1/runs/{id}/settlement/approve") => {
                let hands = service.store.hands(&settlement.run_id).await?;
                allowed.push((Action::Approve, settlement.may_be_approved(person.actor(), &hands, eyes)));
                allowed.push((Action::Reject, Ok(())));
            }
            Status::Approved | Status::PartlyPaid if is_for(person, "/v1/runs/{id}/settlement/payments") => {
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

    /// Returns all of it for an answer.
    pub fn documents(&self) -> Vec<ActionDocument> {
        let document = |(action, may): &(Action, Result<(), Refusal>)| match may {
            Ok(()) => ActionDocument { action: *action, allowed: true, code: None, why: None },
            Err(refusal) => {
                let [zh, en] = [Lang::Zh, Lang::En].map(|lang| problem::settlement_words(refusal, lang));
                let why = Why { zh: zh.detail, en: en.detail };
                ActionDocument { action: *action, allowed: false, code: Some(zh.code), why: Some(why) }
            }
        };
        self.0.iter().map(document).collect()
    }
}

fn is_for(person: &Person, pattern: &str) -> bool {
    access::of("POST", Some(pattern)).is_ok_and(|who| who.admit(person.role).is_ok())
}
