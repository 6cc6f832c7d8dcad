//! `GET /v1/audit`: who changed what.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;
use strum::VariantNames;

use super::openapi::{parameters, refusals};
use super::request::{self, invalid, next_address, rows};
use super::{Problem, Service};
use crate::clock;
use crate::store::{AuditAction, AuditFilter, AuditLine};

const ROWS_DEFAULT: u32 = 50;
const ROWS_MAX: u32 = 200;
const PARAMETERS: &[&str] = &["limit", "before", "who", "what", "object", "from", "to"];

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

/// What a query asks for: which lines, and how many at most.
pub fn parse(query: &str) -> Result<(AuditFilter, u32), Problem> {
    let (mut filter, mut rows_max) = (AuditFilter::default(), ROWS_DEFAULT);
    for (name, value) in request::parameters(query, PARAMETERS)? {
        let value = value.trim();
        match name {
            // Forms send their empty fields too; of the others, none can be empty.
            "who" | "object" if value.is_empty() => {}
            "limit" => rows_max = rows(value, ROWS_MAX, "1..200")?,
            "before" => {
                let seq = value.parse().ok().filter(|seq: &i64| *seq >= 1);
                filter.before = Some(seq.ok_or_else(|| invalid("before", value, vec!["1.."]))?);
            }
            // PostgreSQL takes such a text for none.
            "who" | "object" if value.contains('\0') => return Err(invalid(name, value, vec!["UTF-8"])),
            "who" => filter.who = Some(value.to_owned()),
            "what" => {
                let action = value.parse().map_err(|_| invalid("what", value, AuditAction::VARIANTS.to_vec()))?;
                filter.what = Some(action);
            }
            "object" => filter.object = Some(value.to_owned()),
            "from" => filter.from = Some(midnight("from", value, 0)?),
            _ => filter.until = Some(midnight("to", value, 1)?),
        }
    }
    Ok((filter, rows_max))
}

/// The beginning of a day, or of one so many days later, in UTC.
fn midnight(name: &'static str, value: &str, days_later: i64) -> Result<String, Problem> {
    let day = Date::strptime("%Y-%m-%d", value).ok().filter(|_| value.len() == 10);
    let day = day.and_then(|day| day.checked_add(jiff::Span::new().days(days_later)).ok());
    let midnight = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    midnight.map(|at| clock::text(at.timestamp())).ok_or_else(|| invalid(name, value, vec!["YYYY-MM-DD"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole() {
        let (filter, _) = parse("from=2008-01-31&to=2008-02-29").unwrap();
        assert_eq!(filter.from.as_deref(), Some("2008-01-31T00:00:00.000Z"));
        assert_eq!(filter.until.as_deref(), Some("2008-03-01T00:00:00.000Z"));
    }

    #[test]
    fn what_is_unknown_is_refused() {
        assert!(matches!(parse("whom=x"), Err(Problem::UnknownParameter { .. })));
        assert!(matches!(parse("who=x&who=y"), Err(Problem::RepeatedParameter { .. })));
        for query in ["limit=0", "limit=201", "before=0", "what=x", "who=%00", "from=2008-02-30", "to=9999-12-31"] {
            assert!(matches!(parse(query), Err(Problem::InvalidValue { .. })), "{query}");
        }
    }
}
