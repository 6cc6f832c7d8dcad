//! `GET /v1/audit`: who changed what.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use crate::http::audit_filter::parse;
use crate::http::describe::{parameters, refusals};
use crate::http::request::next_address;
use crate::http::{Problem, Service};
use dealerbook_store::AuditLine;

/// A page of the audit log.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AuditList {
    /// Newest first.
    lines: Vec<Line>,
    /// The address of the older ones.
    next: Option<String>,
}

/// A line of the audit log.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "AuditLine", deny_unknown_fields)]
struct Line {
    /// Its number; the first is 1, and none is left out.
    seq: i64,
    /// When, RFC 3339 in UTC.
    at: String,
    /// The person's name.
    who: String,
    /// What was done.
    what: String,
    /// To what: an id.
    object: String,
    /// What stood there before.
    before: Option<Value>,
    /// What stands there now.
    after: Option<Value>,
    /// The hash of the line before.
    prev_sha256: String,
    /// This line's hash.
    sha256: String,
}

impl From<AuditLine> for Line {
    fn from(line: AuditLine) -> Line {
        let AuditLine { seq, at, who, what, object, before, after, prev_sha256, sha256 } = line;
        let value = |text: Option<String>| text.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
        Line { seq, at, who, what, object, before: value(before), after: value(after), prev_sha256, sha256 }
    }
}

/// Who changed what
///
/// Newest first. Each line holds the hash of the one before; `dealerbook audit verify` checks them.
#[utoipa::path(
    get, path = "/v1/audit", tag = "people", operation_id = "listAudit",
    params(parameters::Audit),
    responses((status = 200, description = "A page of the log", body = ref("#/components/schemas/AuditList"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let (filter, rows_max) = parse(request.query_string())?;
    let (lines, before) = service.store.audit(&filter, rows_max).await?;
    let next = before.map(|before| next_address("/v1/audit", request.query_string(), before));
    Ok(HttpResponse::Ok().json(AuditList { lines: lines.into_iter().map(Line::from).collect(), next }))
}
