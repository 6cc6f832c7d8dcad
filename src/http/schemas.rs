//! What is in force, as JSON: schemas and policies.

use actix_web::{HttpRequest, HttpResponse, web};

use super::openapi::{parameters, refusals};
use super::request::{only_lang, shown};
use super::{Problem, Service, etag};
use crate::lang::Lang;
use crate::policy::{Policy, Rates};
use crate::report::json_schema;
use crate::schema::{Served, nearest};

/// The name of the JSON Schema of results among the Table Schemas.
const RESULTS: &str = "results";

/// The policies that there are, the default one first.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PolicyList {
    /// One for each.
    policies: Vec<PolicyBrief>,
}

/// What a list says about a policy.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PolicyBrief {
    /// What `policy=` takes.
    id: String,
    /// Its version.
    version: String,
    /// Its title in the language that was asked for.
    title: String,
    /// Whether the rates are the company's own.
    rates: Rates,
    /// The hash of its file.
    sha256: String,
}

type Answer = Result<HttpResponse, Problem>;

/// The schemas of all sheets
///
/// A Frictionless Data Package with all that workbooks are checked against.
#[utoipa::path(
    get, path = "/v1/schemas", tag = "in force", operation_id = "listSchemas",
    params(parameters::OnlyLang, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The Data Package", body = ref("#/components/schemas/DataPackage"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn package(request: HttpRequest) -> Answer {
    etag::json(&request, &served(&request)?.package())
}

/// The schema of one sheet
///
/// A Frictionless Table Schema; under the name `results` the JSON Schema of results.
#[utoipa::path(
    get, path = "/v1/schemas/{name}", tag = "in force", operation_id = "getSchema",
    params(
        ("name" = String, Path, description = "The sheet's English name, or `results`", example = "dealers"),
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The schema", body = ref("#/components/schemas/TableSchema"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-schema"]]))))
)]
pub async fn schema(request: HttpRequest, name: web::Path<String>) -> Answer {
    let served = served(&request)?;
    if *name == RESULTS {
        return etag::json(&request, &json_schema::results());
    }
    match served.table(&name) {
        Some(table) => etag::json(&request, &table),
        None => Err(Problem::NoSuchSchema {
            name: shown(&name),
            nearest: served.nearest(&name, &[RESULTS]).map(str::to_owned),
        }),
    }
}

/// The policies that there are
///
/// The default one first.
#[utoipa::path(
    get, path = "/v1/policies", tag = "in force", operation_id = "listPolicies",
    params(parameters::OnlyLang, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The list", body = ref("#/components/schemas/PolicyList"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn policies(request: HttpRequest, service: web::Data<Service>) -> Answer {
    let lang = lang(&request)?;
    let brief = |policy: &Policy| PolicyBrief {
        id: policy.id.clone(),
        version: policy.version.clone(),
        title: policy.title.pick(lang).to_owned(),
        rates: policy.rates,
        sha256: policy.sha256.clone(),
    };
    etag::json(&request, &PolicyList { policies: service.engine.policies.iter().map(brief).collect() })
}

/// All that a policy says
///
/// As its file has it, and the file's hash.
#[utoipa::path(
    get, path = "/v1/policies/{id}", tag = "in force", operation_id = "getPolicy",
    params(
        ("id" = String, Path, description = "The policy's id", example = "handbook"),
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The policy", body = ref("#/components/schemas/PolicyFile"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-policy"]]))))
)]
pub async fn policy(request: HttpRequest, id: web::Path<String>, service: web::Data<Service>) -> Answer {
    lang(&request)?;
    let policies = &service.engine.policies;
    let Some(policy) = policies.iter().find(|policy| policy.id == *id) else {
        let near = nearest(&id, policies.iter().map(|policy| policy.id.as_str()));
        return Err(Problem::NoSuchPolicy { id: shown(&id), nearest: near.map(str::to_owned) });
    };
    let mut content = policy.content.clone();
    content["sha256"] = policy.sha256.as_str().into();
    etag::json(&request, &content)
}

fn served(request: &HttpRequest) -> Result<Served, Problem> {
    Served::embedded(lang(request)?).map_err(Problem::internal)
}

/// The language of titles, the only parameter there is.
fn lang(request: &HttpRequest) -> Result<Lang, Problem> {
    only_lang(request.query_string()).map(Option::unwrap_or_default)
}
