//! What is in force, as JSON: schemas and policies.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::request::{one_of, shown};
use super::{Problem, Service};
use crate::lang::Lang;
use crate::policy::Policy;
use crate::report::json_schema;
use crate::schema::{Served, nearest};

/// The name of the JSON Schema of results among the Table Schemas.
const RESULTS: &str = "results";
const PARAMETERS: &[&str] = &["lang"];

type Answer = Result<HttpResponse, Problem>;

/// `GET /v1/schemas`: the whole Data Package.
pub async fn package(request: HttpRequest) -> Answer {
    Ok(HttpResponse::Ok().json(served(&request)?.package()))
}

/// `GET /v1/schemas/{name}`: one Table Schema, or the JSON Schema of results.
pub async fn schema(request: HttpRequest, name: web::Path<String>) -> Answer {
    let served = served(&request)?;
    if *name == RESULTS {
        return Ok(HttpResponse::Ok().json(json_schema::results()));
    }
    match served.table(&name) {
        Some(table) => Ok(HttpResponse::Ok().json(table)),
        None => Err(Problem::NoSuchSchema {
            name: shown(&name),
            nearest: served.nearest(&name, &[RESULTS]).map(str::to_owned),
        }),
    }
}

/// `GET /v1/policies`: what policies there are, the default first.
pub async fn policies(request: HttpRequest, service: web::Data<Service>) -> Answer {
    let lang = lang(&request)?;
    let brief = |policy: &Policy| {
        let Policy { id, version, title, rates, sha256, .. } = policy;
        json!({"id": id, "version": version, "title": title.pick(lang), "rates": rates, "sha256": sha256})
    };
    let policies: Vec<Value> = service.engine.policies.iter().map(brief).collect();
    Ok(HttpResponse::Ok().json(json!({ "policies": policies })))
}

/// `GET /v1/policies/{id}`: all that a policy says, as its file has it, and the file's hash.
pub async fn policy(request: HttpRequest, id: web::Path<String>, service: web::Data<Service>) -> Answer {
    lang(&request)?;
    let policies = &service.engine.policies;
    let Some(policy) = policies.iter().find(|policy| policy.id == *id) else {
        let near = nearest(&id, policies.iter().map(|policy| policy.id.as_str()));
        return Err(Problem::NoSuchPolicy { id: shown(&id), nearest: near.map(str::to_owned) });
    };
    let mut content = policy.content.clone();
    content["sha256"] = policy.sha256.as_str().into();
    Ok(HttpResponse::Ok().json(content))
}

fn served(request: &HttpRequest) -> Result<Served, Problem> {
    Served::embedded(lang(request)?).map_err(Problem::internal)
}

/// The language of titles, the only parameter there is.
fn lang(request: &HttpRequest) -> Result<Lang, Problem> {
    let mut asked = None;
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match name.as_ref() {
            "lang" if asked.is_some() => return Err(Problem::RepeatedParameter { name: "lang".to_owned() }),
            "lang" => asked = Some(one_of("lang", &value, &[("zh", Lang::Zh), ("en", Lang::En)])?),
            unknown => return Err(Problem::UnknownParameter { name: shown(unknown), allowed: PARAMETERS }),
        }
    }
    Ok(asked.unwrap_or_default())
}
