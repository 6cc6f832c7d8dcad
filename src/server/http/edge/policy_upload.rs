//! What requests about policies bring: a policy, a version, a reason.

use std::pin::pin;

use actix_multipart::Multipart;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use crate::http::request::{lang_if_any, parameters};
use crate::http::session::MARK_FIELD;
use crate::http::{Problem, Service, form_headers, upload};
use crate::problem::{NOT_AN_OBJECT, PolicyProblem};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Fault;
use dealerbook_output::policy_book::PlacedFault;

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
    refuse_empty(&bytes)?;
    Ok(bytes)
}

/// The file of a page's form, and the mark that the form bore.
///
/// # Errors
/// As [`receive`].
#[expect(clippy::cast_possible_truncation, reason = "a limit in bytes of what is held in memory")]
pub async fn receive_form(
    request: &HttpRequest,
    payload: web::Payload,
    service: &Service,
) -> Result<(Bytes, String), Problem> {
    let bytes_max = service.limits.schema_bytes_max as u64;
    let too_large = || Problem::TooLarge { bytes_max };
    let form_bytes_max = bytes_max.saturating_add(upload::FORM_EXTRA_BYTES_MAX);
    upload::refuse_by_length(request, form_bytes_max, &service.limits).map_err(|_| too_large())?;
    let arrival = async {
        let (mut file, mut mark) = (Bytes::new(), String::new());
        let mut fields = Multipart::new(
            request.headers(),
            form_headers::in_utf_8(request, upload::at_most(payload, form_bytes_max)),
        );
        while let Some(field) = fields.next().await {
            let field = field.map_err(|error| Problem::from_form(error, bytes_max))?;
            let is_mark = field.name() == Some(MARK_FIELD);
            let bytes = upload::read(field, bytes_max as usize, too_large(), bytes_max).await?;
            match is_mark {
                true => mark = String::from_utf8_lossy(&bytes).into_owned(),
                false => file = bytes,
            }
        }
        Ok::<_, Problem>((file, mark))
    };
    let arrived = tokio::time::timeout(service.limits.body_time_max(), arrival).await;
    arrived.map_err(|_| Problem::BodyTooSlow { seconds_max: service.limits.body_seconds_max })?
}

/// # Errors
/// When there is nothing in what was sent.
pub fn refuse_empty(bytes: &Bytes) -> Result<(), Problem> {
    if bytes.is_empty() {
        let fault = Fault::new(
            "正文是空的，请发送政策的工作簿或 TOML",
            "the body is empty: send the policy's workbook or TOML",
        );
        return Err(Problem::Policy(PolicyProblem::Invalid { faults: vec![PlacedFault::from(fault)] }));
    }
    Ok(())
}

/// The version and the language. An empty value is none.
///
/// # Errors
/// For an unknown parameter or value, and for one that is given twice.
pub fn asked(query: &str) -> Result<(Option<String>, Lang), Problem> {
    let (mut version, mut lang) = (None, None);
    for (name, value) in parameters(query, PARAMETERS)? {
        match name {
            "version" => version = Some(value.trim().to_owned()).filter(|version| !version.is_empty()),
            _ => lang = lang_if_any(&value)?,
        }
    }
    Ok((version, lang.unwrap_or_default()))
}

/// The reason that a body gives, where it gives one.
///
/// # Errors
/// When the body is no JSON object of nothing but a text.
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
    Ok(reason)
}
