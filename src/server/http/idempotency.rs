//! `Idempotency-Key`: a request that is sent again leads to what it led to the first time.
//!
//! While the first is still at work, nobody waits: the second does the same work, and what is committed first stands for both.

use actix_web::HttpRequest;

use super::request::invalid;
use super::{Problem, Service};
use crate::clock;
use crate::store::{Claim, ClaimTimes, Person};

/// The header.
pub const HEADER: &str = "Idempotency-Key";
const CHARS_MAX: usize = 255;

/// A person's own name for a request.
#[derive(Clone, Debug)]
pub struct RequestKey(String);

impl RequestKey {
    /// The key of a request, where it has one.
    ///
    /// # Errors
    /// For one that is empty, too long or not printable ASCII, and for two.
    pub fn of(request: &HttpRequest) -> Result<Option<RequestKey>, Problem> {
        let mut keys = request.headers().get_all(HEADER);
        let Some(key) = keys.next() else { return Ok(None) };
        if keys.next().is_some() {
            return Err(Problem::RepeatedParameter { name: HEADER.to_owned() });
        }
        let text = key.to_str().ok().filter(|text| (1..=CHARS_MAX).contains(&text.len()) && !text.contains('\t'));
        let seen = || String::from_utf8_lossy(key.as_bytes()).into_owned();
        let text = text.ok_or_else(|| invalid(HEADER, &seen(), vec!["1..255 ASCII"]))?;
        Ok(Some(RequestKey(text.to_owned())))
    }

    /// The key itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Claims the key for a request of this fingerprint, and tells what the request led to if it was sent before.
    ///
    /// # Errors
    /// When it was used with another request.
    pub async fn claim(
        &self,
        person: &Person,
        fingerprint: &str,
        service: &Service,
    ) -> Result<Option<String>, Problem> {
        let hours = service.limits.retention.request_key_hours;
        let times = ClaimTimes { now: clock::now(), void_before: clock::hours_ago(hours.into()) };
        match service.store.claim_key(&person.name, &self.0, fingerprint, &times).await? {
            Claim::Fresh => Ok(None),
            Claim::Same(target) => Ok(Some(target)),
            Claim::Other => Err(Problem::IdempotencyKeyReused),
        }
    }

    /// Binds the claimed key to what the request has led to, and tells to what it is bound: another may have been first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind(&self, person: &Person, target: &str, service: &Service) -> Result<String, Problem> {
        Ok(service.store.bind_key(&person.name, &self.0, target).await?)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;

    use super::*;

    fn key(bytes: &[u8]) -> Result<Option<RequestKey>, Problem> {
        let value = HeaderValue::from_bytes(bytes).unwrap();
        RequestKey::of(&TestRequest::post().append_header((HEADER, value)).to_http_request())
    }

    #[test]
    fn a_key_is_printable_ascii_and_neither_empty_nor_long() {
        assert!(RequestKey::of(&TestRequest::post().to_http_request()).unwrap().is_none());
        assert_eq!(key(b"8e03978e-40d5").unwrap().unwrap().0, "8e03978e-40d5");
        assert!(key(&[b'k'; 255]).is_ok());
        for wrong in [&b""[..], &[b'k'; 256], "钥匙".as_bytes(), b"a\tb"] {
            assert!(matches!(key(wrong), Err(Problem::InvalidValue { name: HEADER, .. })), "{wrong:?}");
        }
    }
}
