//! Who somebody is by the token that they present, and what administrators do about tokens.

use std::sync::Arc;

use super::{Problem, Service};
use crate::problem::{TokenFault, shown};
use crate::telemetry::causes;
use crate::token::{self, Wanted, WantedFault};
use dealerbook_base::clock;
use dealerbook_store::{ADMIN, Person, Revocation, Token, TokenState};

/// A token's use is noted again after this time at the earliest.
const NOTED_AGAIN_SECONDS: i64 = 60;

/// By what somebody is known: looked at again while an answer goes on for long.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The token of the settings, which holds until the server ends.
    Settings,
    /// A stored token, by its id.
    Token(String),
    /// A session, by its secret.
    Session(String),
}

impl Credential {
    /// Returns whether somebody is still known by it; true while an outage hinders the look.
    pub async fn holds(&self, service: &Arc<Service>) -> bool {
        let known = match self {
            Credential::Settings => return true,
            Credential::Token(id) => match service.store.token_of_id(id).await {
                Ok(token) => Ok(token.is_some_and(|token| person_of_token(&token, service).is_ok())),
                Err(error) => Err(error.into()),
            },
            Credential::Session(secret) => super::sessions::find(secret, service).await.map(|person| person.is_some()),
        };
        known.unwrap_or(true)
    }
}

/// Returns the person who presents a token, and by what they are known.
///
/// # Errors
/// When nobody is known by it, and when the database fails.
pub async fn identify(presented: &[u8], service: &Arc<Service>) -> Result<(Person, Credential), Problem> {
    if service.admin.admits(presented) {
        return Ok((Person::admin(), Credential::Settings));
    }
    match service.store.token(presented).await? {
        Some(token) => Ok((person_of_token(&token, service)?, Credential::Token(token.id))),
        None => Err(Problem::Unauthorized { fault: TokenFault::Unknown }),
    }
}

/// Returns the owner of a stored token, as long as it is in force; its use is noted.
///
/// # Errors
/// When the token is void.
pub fn person_of_token(token: &Token, service: &Arc<Service>) -> Result<Person, Problem> {
    let refuse = |fault| Err(Problem::Unauthorized { fault });
    let now = clock::now();
    match token.state(&now) {
        TokenState::Expired => refuse(TokenFault::Expired),
        TokenState::Revoked => refuse(TokenFault::Revoked),
        TokenState::InForce if service.admin.is_given() && token.name == ADMIN => refuse(TokenFault::Unknown),
        TokenState::InForce => {
            note_use(token, now, service.clone());
            Ok(token.person())
        }
    }
}

/// Notes that a token is used. No request waits for that, and none fails by it.
fn note_use(token: &Token, now: String, service: Arc<Service>) {
    let noted_before = clock::seconds_ago(NOTED_AGAIN_SECONDS);
    if token.last_used_at.as_ref().is_some_and(|last| *last >= noted_before) {
        return;
    }
    let id = token.id.clone();
    tokio::spawn(async move {
        if let Err(error) = service.store.note_token_use(&id, &now, &noted_before).await {
            tracing::warn!(cause = causes(&error), "a token's use was not noted");
        }
    });
}

/// Why a token isn't made.
#[derive(Debug)]
pub enum TokenRefusal {
    /// What is wrong with the request.
    Faults(Vec<WantedFault>),
    /// The person can't have one, or the service fails.
    Problem(token::TokenError),
}

impl From<TokenRefusal> for Problem {
    fn from(refusal: TokenRefusal) -> Self {
        match refusal {
            TokenRefusal::Faults(faults) => Problem::InvalidTokenRequest { faults },
            TokenRefusal::Problem(error) => error.into(),
        }
    }
}

/// Makes a token for a person, and returns it with what is stored of it: this is the one time that it can be read.
///
/// # Errors
/// All that is wrong with the request; when the person can't have it; when the database fails.
pub async fn create_token(wanted: Wanted, by: &Person, service: &Service) -> Result<(String, Token), TokenRefusal> {
    let new = wanted.check(clock::timestamp()).map_err(TokenRefusal::Faults)?;
    token::create(&service.store, &new, &by.name).await.map_err(TokenRefusal::Problem)
}

/// Makes a token void at once; one that is void already stays so.
///
/// # Errors
/// When there is no such token, when it is the last one of an administrator, and when the database fails.
pub async fn revoke_token(id: &str, by: &Person, service: &Service) -> Result<(), Problem> {
    match service.store.revoke_token(id, &by.name, !service.admin.is_given()).await? {
        Revocation::Done { .. } | Revocation::Before => Ok(()),
        Revocation::Spared => Err(Problem::LastAdmin),
        Revocation::NoSuchToken => Err(Problem::NoSuchToken { id: shown(id) }),
    }
}
