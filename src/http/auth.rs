//! Who asks: whoever presents a token. What they may do is their role's affair.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Problem, Service};
use crate::store::{Person, Store};

/// Where the administrator's token is known from. Only hashes are held and compared.
#[derive(Clone, Debug)]
pub enum AdminToken {
    /// The settings.
    Given {
        /// The token's hash.
        sha256: [u8; 32],
    },
    /// The database; asked each time, so that a new token is in force at once and the old one void.
    Kept,
}

impl AdminToken {
    /// The token that the settings name.
    pub fn given(token: &str) -> AdminToken {
        AdminToken::Given { sha256: Sha256::digest(token.as_bytes()).into() }
    }

    async fn admits(&self, token: &[u8], store: &Store) -> Result<bool, Problem> {
        let expected = match self {
            AdminToken::Given { sha256 } => Some(*sha256),
            AdminToken::Kept => store.admin_token_sha256().await?,
        };
        let presented: [u8; 32] = Sha256::digest(token).into();
        Ok(expected.is_some_and(|expected| bool::from(expected.ct_eq(&presented))))
    }
}

/// Lets a request pass that presents the token.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    match admit(&request).await {
        Ok(person) => {
            request.extensions_mut().insert(Caller(person));
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(problem) => Ok(request.error_response(problem).map_into_right_body()),
    }
}

/// Who asks, on a route that needs a token.
#[derive(Clone, Debug)]
pub struct Caller(pub Person);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Caller, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get().cloned().ok_or(Problem::Unauthorized { presented: false }))
    }
}

async fn admit(request: &ServiceRequest) -> Result<Person, Problem> {
    let token = bearer(request).ok_or(Problem::Unauthorized { presented: false })?;
    let service = request.app_data::<web::Data<Service>>().ok_or_else(|| Problem::internal("no service"))?;
    match service.admin.admits(token, &service.store).await? {
        true => Ok(Person::admin()),
        false => Err(Problem::Unauthorized { presented: true }),
    }
}

fn bearer(request: &ServiceRequest) -> Option<&[u8]> {
    let value = request.headers().get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii()).filter(|token| !token.is_empty())
}
