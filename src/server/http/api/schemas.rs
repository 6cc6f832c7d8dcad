//! The schemas in force, as JSON.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::describe::{parameters, refusals};
use crate::http::request::{only_lang, shown};
use crate::http::{Problem, etag};
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::Served;
use dealerbook_output::report::json_schema;

/// The name of the JSON Schema of results among the Table Schemas.
const RESULTS: &str = "results";

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

fn served(request: &HttpRequest) -> Result<Served, Problem> {
    Served::embedded(lang(request)?).map_err(Problem::internal)
}

/// The language of titles, the only parameter there is.
fn lang(request: &HttpRequest) -> Result<Lang, Problem> {
    only_lang(request.query_string()).map(Option::unwrap_or_default)
}
