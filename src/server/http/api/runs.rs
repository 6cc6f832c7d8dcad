//! Runs and validations: made, listed and had again.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use crate::http::answer::{self, Form};
use crate::http::describe::{answers, parameters, refusals};
use crate::http::request::{RunParameters, next_address};
use crate::http::run_filter::parse_filter;
use crate::http::{Caller, Problem, Service, etag, idempotency, upload};
use crate::service::runs::{self, find};
use crate::service::submission::{self, Submission};
use dealerbook_store::{Kind, Person, Run};

/// A page of the list of runs.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RunList {
    /// Newest first.
    runs: Vec<Run>,
    /// The address of the older ones.
    next: Option<String>,
}

type Answer = Result<HttpResponse, Problem>;

/// Check, assess and annotate a workbook
///
/// The workbook comes back with faults marked, results beside the dealers and a sheet for each programme; nothing else in it changes.
#[utoipa::path(
    post, path = "/v1/runs", tag = "workbooks", operation_id = "calculate",
    params(parameters::Ask, parameters::IdempotencyKey),
    request_body(description = "The workbook as it is, whatever spreadsheet type is declared, or a form", content(
        (ref("#/components/schemas/WorkbookFile") = "application/octet-stream"),
        (ref("#/components/schemas/RunForm") = "multipart/form-data"),
    )),
    responses(answers::Sent),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, refusals::UPLOAD, refusals::REQUEST_KEY]))))
)]
pub async fn calculate(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    make(Kind::Run, &request, payload, service, caller.0).await
}

/// Only check and annotate a workbook
///
/// As a run, without calculation. A form may bring a schema of the caller's own, against which any workbook is checked.
#[utoipa::path(
    post, path = "/v1/validations", tag = "workbooks", operation_id = "validate",
    params(parameters::Ask, parameters::IdempotencyKey),
    request_body(description = "The workbook as it is, whatever spreadsheet type is declared, or a form", content(
        (ref("#/components/schemas/WorkbookFile") = "application/octet-stream"),
        (ref("#/components/schemas/ValidationForm") = "multipart/form-data"),
    )),
    responses(answers::Sent),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, refusals::UPLOAD, refusals::REQUEST_KEY, refusals::OWN_SCHEMA]))))
)]
pub async fn validate(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    make(Kind::Validation, &request, payload, service, caller.0).await
}

/// The result of a run
#[utoipa::path(
    get, path = "/v1/runs/{id}", tag = "runs", operation_id = "getResult",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::IfNoneMatch,
    ),
    responses(answers::Outcome),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run"]]))))
)]
pub async fn result(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let run = find(&id, &caller.0, &service).await?;
    answer::unless_known(&request, &run, Form::Json, &service).await
}

/// Delete a run
///
/// The run, its result and its workbooks are gone for good, and the audit log says who did it. The same workbook uploaded again is a new run.
#[utoipa::path(
    delete, path = "/v1/runs/{id}", tag = "runs", operation_id = "deleteRun",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    responses((status = 204, description = "The run is deleted")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run", "run-settled"]]))))
)]
pub async fn delete(id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    runs::delete(&id, &caller.0, &service).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The annotated workbook of a run
#[utoipa::path(
    get, path = "/v1/runs/{id}/workbook.xlsx", tag = "runs", operation_id = "getWorkbook",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::IfNoneMatch,
    ),
    responses(answers::Workbook),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run", "unpatchable"]]))))
)]
pub async fn workbook(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let run = find(&id, &caller.0, &service).await?;
    answer::unless_known(&request, &run, Form::Workbook, &service).await
}

/// The runs and validations that are kept
///
/// Newest first; `next` is the address of the older ones, null on the last page.
#[utoipa::path(
    get, path = "/v1/runs", tag = "runs", operation_id = "listRuns",
    params(parameters::Filter, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "A page of the list", body = ref("#/components/schemas/RunList"),
            content_type = "application/json", headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["unknown-parameter", "invalid-value"]]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>, caller: Caller) -> Answer {
    let (filter, rows_max) = parse_filter(request.query_string())?;
    let page = service.store.runs(&filter, &caller.0, rows_max).await?;
    let next = page.before.map(|before| next_address("/v1/runs", request.query_string(), before));
    etag::json(&request, &RunList { runs: page.runs, next })
}

async fn make(
    kind: Kind,
    request: &HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
    caller: Person,
) -> Answer {
    let form = Form::asked(request);
    let key = idempotency::of(request)?;
    let mut parameters = RunParameters::from_query(request.query_string())?;
    parameters.takes_schema = kind == Kind::Validation;
    submission::refuse_if_full(&service)?;
    let received = upload::receive(request, payload, &mut parameters, &caller, &service).await;
    if let Some(lang) = parameters.lang {
        request.extensions_mut().insert(lang);
    }
    let (upload, request) = (received?, parameters.request);
    let submission = Submission { upload, request, kind, needs_workbook: form == Form::Workbook, key };
    let run = submission::submit(submission, &caller, &service).await?;
    let status = match run.status.as_str() {
        "faulty" => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let mut answer = answer::of_run(status, &run, form, &service).await?;
    let location = HeaderValue::try_from(format!("/v1/runs/{}", run.id)).map_err(Problem::internal)?;
    answer.headers_mut().insert(header::LOCATION, location);
    Ok(answer)
}
