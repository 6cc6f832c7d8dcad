//! Who asks: whoever presents a token, or, to read, the cookie of a session. What they may do is their role's affair.

use std::future::{Ready, ready};
use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Problem, Service, TokenFault, access, proxies, session};
use crate::clock;
use crate::store::{ADMIN, Person, Token, TokenState};
use crate::telemetry::causes;

/// A token's use is noted again after this time at the earliest.
const NOTED_AGAIN_SECONDS: i64 = 60;

/// The administrator's token of the settings, of which only the hash is held. Where there is one, it stands in the place of the one of
/// the first start.
#[derive(Clone, Debug, Default)]
pub struct SettingsToken(Option<[u8; 32]>);

impl SettingsToken {
    /// The token that the settings name, where they name one.
    pub fn new(token: Option<&str>) -> SettingsToken {
        SettingsToken(token.map(|token| Sha256::digest(token.as_bytes()).into()))
    }

    /// Whether the settings name one.
    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// What the token and a session's secret make together: it says that the session was opened with this token, and nothing else.
    pub(super) fn seal(&self, secret: &str) -> Option<String> {
        let hash = self.0?;
        Some(hex::encode(Sha256::new().chain_update(secret).chain_update(hash).finalize()))
    }

    pub(super) fn admits(&self, presented: &[u8]) -> bool {
        let presented: [u8; 32] = Sha256::digest(presented).into();
        self.0.is_some_and(|expected| bool::from(expected.ct_eq(&presented)))
    }
}

/// Lets a request pass that presents a token in force, of a role that the route is open to.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    match admit(&request).await {
        Ok((person, credential)) => {
            request.extensions_mut().insert(Caller(person));
            request.extensions_mut().insert(credential);
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(problem) => Ok(request.error_response(problem).map_into_right_body()),
    }
}

/// Looks at a token that a request presents. A bad one is counted and logged before its answer waits, the longer the more of them came from
/// its address; it goes on counting as in flight until that time is over, even if nobody waits for the answer any more.
///
/// # Errors
/// What `look` says, and when too many tokens of the address are in flight: then it isn't asked.
pub(super) async fn look_at<T>(
    token: &[u8],
    request: &HttpRequest,
    service: &Service,
    look: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let address = proxies::client(request, service);
    let throttle = &service.throttle;
    let Some(attempt) = throttle.begin(address, token, Instant::now()) else {
        // Whoever goes on all the same waits the longer.
        let (bad, _) = throttle.bad_token(address, Instant::now());
        tracing::warn!(%address, bad, "a token is not looked at: too many bad ones of the address wait");
        service.metrics.requests.count_bad_token();
        return Err(Problem::TooManyBadTokens { retry_after_seconds: throttle.retry_after_seconds() });
    };
    let looked = look.await;
    match &looked {
        Ok(_) => throttle.good_token(token, Instant::now()),
        Err(Problem::Unauthorized { fault }) => {
            let (bad, delay) = throttle.bad_token(address, Instant::now());
            tracing::warn!(%address, bad, ?fault, "a bad token");
            service.metrics.requests.count_bad_token();
            let wait = tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                drop(attempt);
            });
            let _ = wait.await;
        }
        Err(_) => {}
    }
    looked
}

/// By what somebody is known: asked again while an answer goes on for long.
#[derive(Clone, Debug)]
pub(super) enum Credential {
    /// The token of the settings, which holds until the server ends.
    Settings,
    /// A kept token, by its id.
    Token(String),
    /// A session, by its secret.
    Session(String),
}

impl Credential {
    /// Whether somebody is still known by it, as an outage doesn't tell.
    pub(super) async fn holds(&self, service: &web::Data<Service>) -> bool {
        let known = match self {
            Credential::Settings => return true,
            Credential::Token(id) => match service.store.token_of_id(id).await {
                Ok(token) => Ok(token.is_some_and(|token| in_force(&token, service).is_ok())),
                Err(error) => Err(error.into()),
            },
            Credential::Session(secret) => session::person_of(secret, service).await.map(|person| person.is_some()),
        };
        known.unwrap_or(true)
    }
}

/// Who asks, on a route that needs a token.
#[derive(Clone, Debug)]
pub struct Caller(pub Person);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Caller, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get().cloned().ok_or(Problem::Unauthorized { fault: TokenFault::Missing }))
    }
}

async fn admit(request: &ServiceRequest) -> Result<(Person, Credential), Problem> {
    let service = request.app_data::<web::Data<Service>>().ok_or_else(|| Problem::internal("no service"))?;
    let known = match bearer(request) {
        Some(token) => look_at(token, request.request(), service, person(token, service)).await?,
        None => {
            let (person, secret) = session::reader(request.request(), service).await?;
            (person, Credential::Session(secret))
        }
    };
    who(request)?.admit(known.0.role)?;
    Ok(known)
}

/// Whom the route of a request is open to.
pub(super) fn who(request: &ServiceRequest) -> Result<access::Who, Problem> {
    // The path as it was routed by, with what was percent-encoded decoded.
    let pattern = request.resource_map().match_pattern(request.match_info().as_str());
    access::of(request.method().as_str(), pattern.as_deref())
}

async fn person(presented: &[u8], service: &web::Data<Service>) -> Result<(Person, Credential), Problem> {
    if service.admin.admits(presented) {
        return Ok((Person::admin(), Credential::Settings));
    }
    match service.store.token(presented).await? {
        Some(token) => Ok((in_force(&token, service)?, Credential::Token(token.id))),
        None => Err(Problem::Unauthorized { fault: TokenFault::Unknown }),
    }
}

/// Whose a token is that is kept, as long as it is in force; its use is noted.
pub(super) fn in_force(token: &Token, service: &web::Data<Service>) -> Result<Person, Problem> {
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
fn note_use(token: &Token, now: String, service: web::Data<Service>) {
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

fn bearer(request: &ServiceRequest) -> Option<&[u8]> {
    let value = request.headers().get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii()).filter(|token| !token.is_empty())
}
