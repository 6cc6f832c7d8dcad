//! A settlement is handed in by one person and approved, or rejected, by another.

use actix_web::web;

use super::{Answer, answer, document};
use crate::http::body::Body;
use crate::http::describe::refusals;
use crate::http::{Caller, Service, settlement_requests as requests};
use crate::service::runs;
use crate::service::settlements::life;

/// Submit a settlement for approval
///
/// From here on nothing of it changes, unless it is rejected. With `supersedes` it corrects an approved settlement of the same year: its adjustments are taken over, and the difference to what was paid is split by cause.
#[utoipa::path(
    post, path = "/v1/runs/{id}/settlement/submit", tag = "settlements", operation_id = "submitSettlement",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    request_body(description = "What it corrects, and a remark; both may be left out", content(
        (ref("#/components/schemas/SettlementSubmission") = "application/json", example = json!({"note": "2007 年度"})),
    )),
    responses((status = 200, description = "The settlement as it is now", body = ref("#/components/schemas/Settlement"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::CHANGE, document::OF_RUN, &["settlement-of-partial-run", "settlement-of-example-rates", "settlement-of-interim-run", "settlement-locked", "settlement-cannot-supersede", "settlement-seal-broken"]]))))
)]
pub async fn submit(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let run = runs::find(&id, &caller, &service).await?;
    let submission = requests::submission(Body::parse(&body, requests::SUBMISSION)?)?;
    life::submit(&run, &submission, &caller, &service).await?;
    answer(&run, &caller, &service).await
}

/// Approve a settlement
///
/// By somebody who had no hand in it: who neither uploaded, submitted, adjusted, held back nor released anything, accepted no appeal that changed the workbook, and didn't propose the policy's version. Where the policy asks for several approvals, each is another person's, and it stays submitted until there are enough; what is held back or released meanwhile costs it those that it has. Then it is locked and may be paid; what it supersedes is paid no more.
#[utoipa::path(
    post, path = "/v1/runs/{id}/settlement/approve", tag = "settlements", operation_id = "approveSettlement",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    request_body(description = "A remark, which may be left out", content(
        (ref("#/components/schemas/SettlementRemark") = "application/json", example = json!({"note": "核对无误"})),
    )),
    responses((status = 200, description = "The settlement as it is now", body = ref("#/components/schemas/Settlement"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::CHANGE, document::OF_RUN, &["settlement-of-partial-run", "settlement-of-example-rates", "settlement-of-interim-run", "settlement-not-submitted", "settlement-same-person", "settlement-approved-before", "settlement-cannot-supersede", "settlement-open-payments", "settlement-paid-elsewhere", "settlement-seal-broken"]]))))
)]
pub async fn approve(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let run = runs::find(&id, &caller, &service).await?;
    let note = requests::remark(Body::parse(&body, requests::REMARK)?)?;
    life::approve(&run, note.as_deref(), &caller, &service).await?;
    answer(&run, &caller, &service).await
}

/// Reject a settlement
///
/// It goes back to whoever submitted it, and may be adjusted and submitted again.
#[utoipa::path(
    post, path = "/v1/runs/{id}/settlement/reject", tag = "settlements", operation_id = "rejectSettlement",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    request_body(description = "Why", content(
        (ref("#/components/schemas/SettlementReason") = "application/json", example = json!({"reason": "D003 的违规记录未核实"})),
    )),
    responses((status = 200, description = "The settlement as it is now", body = ref("#/components/schemas/Settlement"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::CHANGE, document::OF_RUN, &["settlement-not-submitted"]]))))
)]
pub async fn reject(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let run = runs::find(&id, &caller, &service).await?;
    let reason = requests::reason(Body::parse(&body, requests::REASON)?)?;
    life::reject(&run, &reason, &caller, &service).await?;
    answer(&run, &caller, &service).await
}
