//! Tokens over HTTP: made, listed and revoked by administrators.

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value};

use crate::http::describe::{answers, refusals};
use crate::http::request::shown;
use crate::http::{Caller, Problem, Service};
use crate::service::accounts;
use crate::token::{Wanted, WantedFault};
use dealerbook_base::clock;
use dealerbook_store::Token;

/// All tokens.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TokenList {
    /// Oldest first, with those that are void.
    tokens: Vec<Token>,
}

/// A token that was just made.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TokenMade {
    /// The token itself: this is the one time that it is shown.
    token: String,
    /// What is kept of it.
    kept: Token,
}

/// Make a token
///
/// For a new person by `name`, or for one who has an account by `person`; one of the role `sales` may be limited to regions. The token itself is shown in this answer and never again. A name that another person has, or that looks like it, is refused.
#[utoipa::path(
    post, path = "/v1/tokens", tag = "people", operation_id = "createToken",
    request_body(description = "What the token is to be", content(
        (ref("#/components/schemas/TokenWanted") = "application/json", example = json!({"name": "王芳", "role": "sales", "regions": ["涪陵"], "expires": "90d"})),
    )),
    responses((status = 201, description = "The token", body = ref("#/components/schemas/TokenMade"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["invalid-token-request", "malformed-request", "name-taken", "no-such-person"]]))))
)]
pub async fn create(
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(by): Caller,
) -> Result<HttpResponse, Problem> {
    let wanted = parse(&body).map_err(|faults| Problem::InvalidTokenRequest { faults })?;
    let (token, kept) = accounts::create_token(wanted, &by, &service).await?;
    Ok(HttpResponse::Created().json(TokenMade { token, kept }))
}

/// All tokens
///
/// What is kept of each: never the token itself.
#[utoipa::path(
    get, path = "/v1/tokens", tag = "people", operation_id = "listTokens",
    responses((status = 200, description = "The list", body = ref("#/components/schemas/TokenList"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::TOKEN)))
)]
pub async fn list(service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(TokenList { tokens: service.store.tokens().await? }))
}

/// Revoke a token
///
/// It is void at once. The last token of an administrator stays, unless the settings name one: nobody could make another over HTTP.
#[utoipa::path(
    delete, path = "/v1/tokens/{id}", tag = "people", operation_id = "revokeToken",
    params(("id" = String, Path, description = "The token's id, as the list has it")),
    responses(answers::Nothing),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-token", "last-admin"]]))))
)]
pub async fn revoke(
    id: web::Path<String>,
    service: web::Data<Service>,
    Caller(by): Caller,
) -> Result<HttpResponse, Problem> {
    accounts::revoke_token(&id, &by, &service).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Reads what is asked for, as far as its members are of the right kind.
fn parse(body: &[u8]) -> Result<Wanted, Vec<WantedFault>> {
    let members: Map<String, Value> =
        serde_json::from_slice(body).map_err(|cause| vec![WantedFault::NotAnObject(cause.to_string())])?;
    let (mut wanted, mut faults) = (Wanted::default(), Vec::new());
    for (name, value) in members {
        match (name.as_str(), value) {
            ("name", Value::String(text)) => wanted.name = text,
            ("role", Value::String(text)) => wanted.role = text,
            ("person", Value::String(text)) => wanted.person = Some(text),
            ("expires", Value::String(text)) => wanted.expires = Some(text),
            ("expires" | "regions" | "person", Value::Null) => {}
            ("regions", Value::Array(regions)) if regions.iter().all(Value::is_string) => {
                wanted.regions = regions.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            }
            ("person", _) => faults.push(WantedFault::WrongType("person")),
            ("name", _) => faults.push(WantedFault::WrongType("name")),
            ("role", _) => faults.push(WantedFault::WrongType("role")),
            ("expires", _) => faults.push(WantedFault::WrongType("expires")),
            ("regions", _) => faults.push(WantedFault::WrongType("regions")),
            (unknown, _) => faults.push(WantedFault::UnknownMember(shown(unknown))),
        }
    }
    if faults.is_empty() {
        return Ok(wanted);
    }
    // What else is wrong is told as well, but not that a member is missing which is only of the wrong kind.
    let of_wrong_type: Vec<String> = faults.iter().map(WantedFault::pointer).collect();
    let more = wanted.check(clock::timestamp()).err().unwrap_or_default();
    faults.extend(more.into_iter().filter(|fault| !of_wrong_type.contains(&fault.pointer())));
    Err(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(body: &str) -> Vec<String> {
        let faults = parse(body.as_bytes()).and_then(|wanted| wanted.check(clock::timestamp())).unwrap_err();
        faults.iter().map(WantedFault::pointer).collect()
    }

    #[test]
    fn faults_of_every_kind_are_told_at_once() {
        assert_eq!(
            pointers(r#"{"name": 7, "rôle": "sales", "regions": "涪陵", "expires": "soon"}"#),
            ["/name", "/rôle", "/regions", "/role", "/expires"]
        );
        assert_eq!(pointers("{}"), ["/name", "/role"]);
        for body in ["", "[]", "name=x", r#"{"name": "x""#] {
            assert_eq!(pointers(body), [""], "{body}");
        }
    }
}
