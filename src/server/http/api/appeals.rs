//! Appeals (申诉) over HTTP: lodged against a run, listed, verified, and answered by accepting or rejecting.

pub mod document;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Map;

use crate::http::describe::{parameters, refusals};
use crate::http::request::next_address;
use crate::http::{Caller, Service, appeal_requests, etag};
use crate::problem::{AppealProblem, Problem};
use crate::service::{appeals, runs};
use dealerbook_base::clock;
use dealerbook_store::KeptAppeal;
use document::{AppealDocument, AppealList};

type Answer = Result<HttpResponse, Problem>;

/// Lodge an appeal
///
/// For a dealer, against a run with results. It is to be verified, and then to be answered, within so many working days as the run's policy says; as long as no verification is noted, the answer's days count from lodging. The same words for the same dealer are the same appeal, which is answered with 200.
#[utoipa::path(
    post, path = "/v1/runs/{id}/appeals", tag = "appeals", operation_id = "lodgeAppeal",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    request_body(description = "What the dealer says", content(
        (ref("#/components/schemas/AppealWanted") = "application/json", example = json!({"dealer_id": "D001", "text": "二月有一车 60 吨未计入", "about": "annual_volume"})),
    )),
    responses(
        (status = 200, description = "The same appeal, lodged before", body = ref("#/components/schemas/Appeal"), content_type = "application/json"),
        (status = 201, description = "The appeal", body = ref("#/components/schemas/Appeal"), content_type = "application/json",
            headers(("Location" = String, description = "Where it can be had again"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run", "nothing-calculated", "policy-changed", "invalid-appeal", "appeal-too-late", "malformed-request"]]))))
)]
pub async fn lodge(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let run = runs::find(&id, &person, &service).await?;
    let lodging = appeal_requests::lodging(appeal_requests::members(&body));
    let (appeal, is_new) = appeals::lodge(&run, lodging, &person, &service).await?;
    let mut answer = HttpResponse::build(if is_new { StatusCode::CREATED } else { StatusCode::OK });
    answer.insert_header((header::LOCATION, format!("/v1/appeals/{}", appeal.id)));
    Ok(answer.json(AppealDocument::of(appeal, &clock::now())))
}

/// The appeals against runs that you may see
///
/// Newest first; `next` is the address of the older ones, null on the last page.
#[utoipa::path(
    get, path = "/v1/appeals", tag = "appeals", operation_id = "listAppeals",
    params(parameters::AppealFilter, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "A page of the list", body = ref("#/components/schemas/AppealList"),
            content_type = "application/json", headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>, Caller(person): Caller) -> Answer {
    let now = clock::now();
    let (filter, rows_max) = appeal_requests::filter(request.query_string(), &now)?;
    let (appeals, before) = service.store.appeals(&filter, &person, rows_max).await?;
    let next = before.map(|before| next_address("/v1/appeals", request.query_string(), before));
    let appeals = appeals.into_iter().map(|appeal| AppealDocument::of(appeal, &now)).collect();
    etag::json(&request, &AppealList { appeals, next })
}

/// An appeal
#[utoipa::path(
    get, path = "/v1/appeals/{id}", tag = "appeals", operation_id = "getAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id"), parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The appeal", body = ref("#/components/schemas/Appeal"),
            content_type = "application/json", headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-appeal"]]))))
)]
pub async fn show(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = appeals::find(&id, &person, &service).await?;
    etag::json(&request, &AppealDocument::of(appeal, &clock::now()))
}

/// Note that an appeal was verified
///
/// On which day it was looked into (核实): today where none is named. Once; the clock of the answer runs from that day, but at the latest from the last day for the verification.
#[utoipa::path(
    post, path = "/v1/appeals/{id}/verify", tag = "appeals", operation_id = "verifyAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id")),
    request_body(description = "The day, if it isn't today", content(
        (ref("#/components/schemas/AppealVerification") = "application/json", example = json!({"verified_on": "2008-01-07"})),
    )),
    responses((status = 200, description = "The appeal, with the day on which its answer is due now", body = ref("#/components/schemas/Appeal"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-appeal", "own-appeal", "appeal-answered", "appeal-verified", "invalid-appeal", "malformed-request", "no-such-run", "policy-changed"]]))))
)]
pub async fn verify(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = appeals::find(&id, &person, &service).await?;
    let members = if body.is_empty() { Ok(Map::new()) } else { appeal_requests::members(&body) };
    let on = appeal_requests::verification(members).map_err(|faults| AppealProblem::Invalid { faults })?;
    answer(appeals::verify(&appeal, on, &person, &service).await?)
}

/// Accept an appeal
///
/// Cells of the run's upload are corrected and calculated as a new run, `new_run`, of the same period, policy and history; several accepted appeals build on each other. Errors in the corrected data refuse it, and nothing changes.
#[utoipa::path(
    post, path = "/v1/appeals/{id}/accept", tag = "appeals", operation_id = "acceptAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id")),
    request_body(description = "What is corrected, and what is said about it", content(
        (ref("#/components/schemas/AppealAcceptance") = "application/json", example = json!({"corrections": [{"sheet": "月度提货", "cell": "D3", "value": 160}], "answer": "补录二月的一车"})),
    )),
    responses((status = 200, description = "The appeal, answered", body = ref("#/components/schemas/Appeal"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &[
        "no-such-appeal", "own-appeal", "appeal-answered", "invalid-appeal", "correction-faulty", "malformed-request", "no-such-run",
        "nothing-calculated", "policy-changed", "run-outdated", "not-a-workbook", "unpatchable", "busy", "cancelled", "store-quota-reached",
    ]]))))
)]
pub async fn accept(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = appeals::find(&id, &person, &service).await?;
    let acceptance = appeal_requests::acceptance(appeal_requests::members(&body))
        .map_err(|faults| AppealProblem::Invalid { faults })?;
    answer(appeals::accept(&appeal, &acceptance, &person, &service).await?)
}

/// Reject an appeal
///
/// With the reason, which stands in the dealer's row of the workbook that goes back.
#[utoipa::path(
    post, path = "/v1/appeals/{id}/reject", tag = "appeals", operation_id = "rejectAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id")),
    request_body(description = "Why", content(
        (ref("#/components/schemas/AppealRejection") = "application/json", example = json!({"reason": "数量以发货单为准，二月没有该车"})),
    )),
    responses((status = 200, description = "The appeal, answered", body = ref("#/components/schemas/Appeal"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-appeal", "own-appeal", "appeal-answered", "invalid-appeal", "malformed-request"]]))))
)]
pub async fn reject(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = appeals::find(&id, &person, &service).await?;
    let reason = appeal_requests::rejection(appeal_requests::members(&body))
        .map_err(|faults| AppealProblem::Invalid { faults })?;
    answer(appeals::reject(&appeal, &reason, &person, &service).await?)
}

fn answer(appeal: KeptAppeal) -> Answer {
    Ok(HttpResponse::Ok().json(AppealDocument::of(appeal, &clock::now())))
}
