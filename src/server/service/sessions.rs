//! Sessions of people who work in a browser: opened with a token, or once by a link, and as good as that token is.
//!
//! The settings' token is held by a seal over token and session, so that another token ends its sessions.

use std::sync::Arc;

use super::accounts::person_of_token;
use super::{Problem, Service};
use crate::problem::TokenFault;
use crate::telemetry::causes;
use crate::token;
use dealerbook_base::clock;
use dealerbook_store::{Holder, Person, SessionTimes};

/// A session's use is noted again after this time at the earliest.
const NOTED_AGAIN_SECONDS: i64 = 60;

/// Returns the owner of the open session with this secret, and when it was last used; finding it isn't using it.
///
/// # Errors
/// When the database fails.
pub async fn find(secret: &str, service: &Arc<Service>) -> Result<Option<(Person, String)>, Problem> {
    let times = SessionTimes::of(&service.limits.sessions);
    let Some(session) = service.store.session(secret, &times).await? else { return Ok(None) };
    let person = match &session.holder {
        Holder::Settings(seal) => {
            let expected = service.admin.seal(secret);
            expected.filter(|expected| expected == seal).map(|_| Person::admin())
        }
        Holder::Token(id) => match service.store.token_of_id(id).await? {
            // A token that is void has ended its sessions.
            Some(token) => person_of_token(&token, service).ok(),
            None => None,
        },
    };
    Ok(person.map(|person| (person, session.last_seen_at)))
}

/// Returns the owner of the open session with this secret, and notes that it is used.
///
/// # Errors
/// When the database fails.
pub async fn resume(secret: &str, service: &Arc<Service>) -> Result<Option<Person>, Problem> {
    let Some((person, last_seen_at)) = find(secret, service).await? else { return Ok(None) };
    note_use(secret, &last_seen_at, service.clone());
    Ok(Some(person))
}

/// Notes that a session is used. No request waits for that, and none fails by it.
fn note_use(secret: &str, last_seen_at: &str, service: Arc<Service>) {
    if *last_seen_at >= *clock::seconds_ago(NOTED_AGAIN_SECONDS) {
        return;
    }
    let secret = secret.to_owned();
    tokio::spawn(async move {
        if let Err(error) = service.store.note_session(&secret, &clock::now()).await {
            tracing::warn!(cause = causes(&error), "a session's use was not noted");
        }
    });
}

/// Opens a session for whoever presents a token, in place of an earlier one, and returns its secret.
///
/// # Errors
/// When nobody is known by the token, or the session can't be stored.
pub async fn open(presented: &str, earlier: Option<&str>, service: &Arc<Service>) -> Result<String, Problem> {
    let secret = random_secret()?;
    let sealed = service.admin.seal(&secret).filter(|_| service.admin.admits(presented.as_bytes()));
    let holder = match sealed {
        Some(seal) => Holder::Settings(seal),
        None => match service.store.token(presented.as_bytes()).await? {
            Some(token) => {
                person_of_token(&token, service)?;
                Holder::Token(token.id)
            }
            None => return Err(Problem::Unauthorized { fault: TokenFault::Unknown }),
        },
    };
    replace(secret, &holder, earlier, service).await
}

/// Opens a session by a link that does so once, in place of an earlier one, and returns its secret.
///
/// # Errors
/// When there is no such link any more, its token is void, or the session can't be stored.
pub async fn open_by_link(code: &str, earlier: Option<&str>, service: &Arc<Service>) -> Result<String, Problem> {
    let unknown = || Problem::Unauthorized { fault: TokenFault::Unknown };
    let id = service.store.take_sign_in_link(code).await?.ok_or_else(unknown)?;
    let token = service.store.token_of_id(&id).await?.ok_or_else(unknown)?;
    person_of_token(&token, service)?;
    replace(random_secret()?, &Holder::Token(token.id), earlier, service).await
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn close(secret: &str, service: &Service) -> Result<(), Problem> {
    service.store.close_session(secret).await?;
    Ok(())
}

async fn replace(secret: String, holder: &Holder, earlier: Option<&str>, service: &Service) -> Result<String, Problem> {
    service.store.open_session(&secret, holder).await?;
    if let Some(earlier) = earlier {
        // Its cookie is replaced: nobody could end it any more.
        service.store.close_session(earlier).await?;
    }
    Ok(secret)
}

fn random_secret() -> Result<String, Problem> {
    token::random().map_err(|error| Problem::internal(error.to_string()))
}
