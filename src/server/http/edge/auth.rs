//! Who asks: whoever presents a token, or, to read, the cookie of a session. What they may do is their role's affair.

use std::future::{Ready, ready};
use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};

use crate::http::{Edge, Problem, Service, TokenFault, access, proxies, session};
use crate::service::accounts::{self, Credential};
use dealerbook_store::Person;

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
pub(in crate::http) async fn look_at<T>(
    token: &[u8],
    request: &HttpRequest,
    edge: &Edge,
    look: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let address = proxies::client(request, &edge.proxies);
    let throttle = &edge.throttle;
    let Some(attempt) = throttle.begin(address, token, Instant::now()) else {
        // Whoever goes on all the same waits the longer.
        let (bad, _) = throttle.bad_token(address, Instant::now());
        tracing::warn!(%address, bad, "a token is not looked at: too many bad ones of the address wait");
        edge.figures.requests.count_bad_token();
        return Err(Problem::TooManyBadTokens { retry_after_seconds: throttle.retry_after_seconds() });
    };
    let looked = look.await;
    match &looked {
        Ok(_) => throttle.good_token(token, Instant::now()),
        Err(Problem::Unauthorized { fault }) => {
            let (bad, delay) = throttle.bad_token(address, Instant::now());
            tracing::warn!(%address, bad, ?fault, "a bad token");
            edge.figures.requests.count_bad_token();
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
        Some(token) => {
            let edge = Edge::of(request.request())?;
            look_at(token, request.request(), edge, accounts::identify(token, service)).await?
        }
        None => {
            let (person, secret) = session::reader(request.request(), service).await?;
            (person, Credential::Session(secret))
        }
    };
    who(request)?.admit(known.0.role)?;
    Ok(known)
}

/// Whom the route of a request is open to.
pub(in crate::http) fn who(request: &ServiceRequest) -> Result<access::Who, Problem> {
    // The path as it was routed by, with what was percent-encoded decoded.
    let pattern = request.resource_map().match_pattern(request.match_info().as_str());
    access::of(request.method().as_str(), pattern.as_deref())
}

fn bearer(request: &ServiceRequest) -> Option<&[u8]> {
    let value = request.headers().get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii()).filter(|token| !token.is_empty())
}
