//! `Idempotency-Key`: a request that is sent again leads to what it led to the first time.
//!
//! While the first is still at work, nobody waits: the second does the same work, and what is committed first stands for both.

use actix_web::HttpRequest;

use crate::http::Problem;
use crate::http::request::invalid;
use crate::service::request_key::RequestKey;

/// The header.
pub const HEADER: &str = "Idempotency-Key";
const CHARS_MAX: usize = 255;

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
    Ok(Some(RequestKey::new(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;

    use super::*;

    fn key(bytes: &[u8]) -> Result<Option<RequestKey>, Problem> {
        let value = HeaderValue::from_bytes(bytes).unwrap();
        of(&TestRequest::post().append_header((HEADER, value)).to_http_request())
    }

    #[test]
    fn a_key_is_printable_ascii_and_neither_empty_nor_long() {
        assert!(of(&TestRequest::post().to_http_request()).unwrap().is_none());
        assert_eq!(key(b"8e03978e-40d5").unwrap().unwrap().as_str(), "8e03978e-40d5");
        assert!(key(&[b'k'; 255]).is_ok());
        for wrong in [&b""[..], &[b'k'; 256], "钥匙".as_bytes(), b"a\tb"] {
            assert!(matches!(key(wrong), Err(Problem::InvalidValue { name: HEADER, .. })), "{wrong:?}");
        }
    }
}
