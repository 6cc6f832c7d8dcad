//! What requests about policies bring: a policy, a version, a reason.

use std::pin::pin;

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::problem::{LONG_REASON, NOT_AN_OBJECT, PolicyProblem};
use crate::http::request::{only_lang, shown};
use crate::http::{Problem, Service, upload};
use crate::lang::Lang;
use crate::policy::Fault;
use crate::policy_book::PlacedFault;

const REASON_CHARS_MAX: usize = 1000;
/// What narrows one policy.
const PARAMETERS: &[&str] = &["version", "lang"];

/// The body, which is small: as large as a schema of a caller's own may be.
///
/// # Errors
/// When it is too large, too slow, incomplete or empty.
pub async fn receive(request: &HttpRequest, payload: web::Payload, service: &Service) -> Result<Bytes, Problem> {
    let bytes_max = service.limits.schema_bytes_max as u64;
    let too_large = || Problem::TooLarge { bytes_max };
    upload::refuse_by_length(request, bytes_max, &service.limits).map_err(|_| too_large())?;
    let arrival = async {
        let (mut chunks, mut bytes) = (pin!(upload::at_most(payload, bytes_max)), Vec::new());
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.map_err(|error| match error {
                PayloadError::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => too_large(),
                error => Problem::from_payload(error),
            })?);
        }
        Ok::<_, Problem>(Bytes::from(bytes))
    };
    let arrived = tokio::time::timeout(service.limits.body_time_max(), arrival).await;
    let bytes = arrived.map_err(|_| Problem::BodyTooSlow { seconds_max: service.limits.body_seconds_max })??;
    if bytes.is_empty() {
        let fault = Fault::new(
            "正文是空的，请发送政策的工作簿或 TOML",
            "the body is empty: send the policy's workbook or TOML",
        );
        return Err(Problem::Policy(PolicyProblem::Invalid { faults: vec![PlacedFault::from(fault)] }));
    }
    Ok(bytes)
}

/// The version and the language. An empty value is none.
///
/// # Errors
/// For an unknown parameter or value, and for one that is given twice.
pub fn asked(query: &str) -> Result<(Option<String>, Lang), Problem> {
    let (mut version, mut rest) = (None, form_urlencoded::Serializer::new(String::new()));
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "version" if version.is_some() => return Err(Problem::RepeatedParameter { name: name.into_owned() }),
            "version" => version = Some(value.trim().to_owned()),
            "lang" => {
                rest.append_pair(&name, &value);
            }
            unknown => return Err(Problem::UnknownParameter { name: shown(unknown), allowed: PARAMETERS }),
        }
    }
    let lang = only_lang(&rest.finish())?.unwrap_or_default();
    Ok((version.filter(|version| !version.is_empty()), lang))
}

/// The reason that a body gives, where it gives one.
///
/// # Errors
/// When the body is no JSON object of nothing but a text, and when that is too long.
pub fn reason(body: &[u8]) -> Result<Option<String>, Problem> {
    let invalid = |what| Problem::Policy(PolicyProblem::InvalidDecision { what });
    let members: Map<String, Value> = serde_json::from_slice(body).map_err(|_| invalid(NOT_AN_OBJECT))?;
    let mut reason = None;
    for (name, value) in members {
        match (name.as_str(), value) {
            ("reason", Value::String(text)) => reason = Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => return Err(invalid(NOT_AN_OBJECT)),
        }
    }
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > REASON_CHARS_MAX) {
        return Err(invalid(LONG_REASON));
    }
    Ok(reason)
}
