//! What people add to a settlement's lines: adjustments, and lines that are held back.

use actix_web::{HttpResponse, HttpResponseBuilder, web};

use super::{Answer, document};
use crate::http::body::Body;
use crate::http::describe::refusals;
use crate::http::{Caller, Service, settlement_requests as requests};
use crate::service::runs;
use crate::service::settlements::{amend, load};
use dealerbook_store::Run;
use document::LineDocument;

/// Adjust a dealer's amount
///
/// Adds to it, or takes off where the amount is negative. Only before it is submitted, or when it was rejected.
#[utoipa::path(
    post, path = "/v1/runs/{id}/settlement/adjustments", tag = "settlements", operation_id = "addAdjustment",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    request_body(description = "Whose amount, by how much, and why", content(
        (ref("#/components/schemas/AdjustmentWanted") = "application/json", example = json!({"dealer_id": "D001", "amount": "-500.00", "reason": "上年多付"})),
    )),
    responses((status = 201, description = "The dealer's line as it is now", body = ref("#/components/schemas/SettlementLine"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::CHANGE, document::OF_RUN, &["no-such-dealer", "settlement-locked"]]))))
)]
pub async fn adjust(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let run = runs::find(&id, &caller, &service).await?;
    let new = requests::adjustment(Body::parse(&body, requests::ADJUSTMENT)?)?;
    amend::adjust(&run, &new, &caller, &service).await?;
    answer(HttpResponse::Created(), &run, &new.dealer_id, &service).await
}

/// Take an adjustment away
///
/// Only before the settlement is submitted, or when it was rejected.
#[utoipa::path(
    delete, path = "/v1/runs/{id}/settlement/adjustments/{number}", tag = "settlements", operation_id = "removeAdjustment",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("number" = String, Path, description = "The adjustment's number, as the line has it"),
    ),
    responses((status = 200, description = "The dealer's line as it is now", body = ref("#/components/schemas/SettlementLine"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::OF_RUN, &["no-such-run", "no-such-adjustment", "settlement-locked"]]))))
)]
pub async fn remove_adjustment(
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let (id, number) = path.into_inner();
    let run = runs::find(&id, &caller, &service).await?;
    let dealer = amend::remove_adjustment(&run, &number, &caller, &service).await?;
    answer(HttpResponse::Ok(), &run, &dealer, &service).await
}

/// Hold a dealer's line back
///
/// It isn't paid until it is released; the rest is. Also after approval, as long as the line isn't paid or ordered.
#[utoipa::path(
    put, path = "/v1/runs/{id}/settlement/holds/{dealer_id}", tag = "settlements", operation_id = "holdDealer",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("dealer_id" = String, Path, description = "The dealer's id, as the workbook has it", example = "D001"),
    ),
    request_body(description = "Why", content(
        (ref("#/components/schemas/SettlementReason") = "application/json", example = json!({"reason": "账户待核实"})),
    )),
    responses((status = 200, description = "The dealer's line as it is now", body = ref("#/components/schemas/SettlementLine"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::CHANGE, document::OF_RUN, &["no-such-dealer", "settlement-locked", "settlement-in-payment"]]))))
)]
pub async fn hold(
    path: web::Path<(String, String)>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let (id, dealer) = path.into_inner();
    let run = runs::find(&id, &caller, &service).await?;
    let reason = requests::reason(Body::parse(&body, requests::REASON)?)?;
    amend::hold(&run, &dealer, &reason, &caller, &service).await?;
    answer(HttpResponse::Ok(), &run, &dealer, &service).await
}

/// Release a dealer's line
///
/// What is left of it is payable again. Where it isn't held, nothing changes.
#[utoipa::path(
    delete, path = "/v1/runs/{id}/settlement/holds/{dealer_id}", tag = "settlements", operation_id = "releaseDealer",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("dealer_id" = String, Path, description = "The dealer's id, as the workbook has it", example = "D001"),
    ),
    responses((status = 200, description = "The dealer's line as it is now", body = ref("#/components/schemas/SettlementLine"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::OF_RUN, &["no-such-run", "no-such-dealer", "settlement-locked"]]))))
)]
pub async fn release(path: web::Path<(String, String)>, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let (id, dealer) = path.into_inner();
    let run = runs::find(&id, &caller, &service).await?;
    amend::release(&run, &dealer, &caller, &service).await?;
    answer(HttpResponse::Ok(), &run, &dealer, &service).await
}

async fn answer(mut answer: HttpResponseBuilder, run: &Run, dealer: &str, service: &web::Data<Service>) -> Answer {
    let settlement = load::load(run, service).await?;
    let at = settlement.dues.iter().position(|due| due.dealer.dealer_id == dealer).unwrap_or_default();
    Ok(answer.json(LineDocument::new(at + 1, amend::line(&settlement, dealer)?)))
}
