//! Payments in numbered batches: ordered, then marked paid or cancelled.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Answer, document};
use crate::http::body::Body;
use crate::http::describe::{parameters, refusals};
use crate::http::idempotency;
use crate::http::{Caller, Problem, Service, settlement_requests as requests};
use crate::service::runs;
use crate::service::settlements::payments::{self, Once};
use dealerbook_store::{Person, Run};
use document::{PaymentDocument, PaymentList};

/// Order payments
///
/// Without lines all that is payable; with lines these amounts, or nothing where one of them can't be paid. The batch has the next number. Who approved the settlement doesn't order its payments, unless the policy says so.
#[utoipa::path(
    post, path = "/v1/runs/{id}/settlement/payments", tag = "settlements", operation_id = "orderPayments",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::IdempotencyKey,
    ),
    request_body(description = "The amounts, and a remark; both may be left out", content(
        (ref("#/components/schemas/PaymentsWanted") = "application/json", example = json!({"lines": [{"dealer_id": "D001", "amount": "10000.00"}]})),
    )),
    responses((status = 201, description = "The batch", body = ref("#/components/schemas/Payments"), content_type = "application/json",
        headers(("Location" = String, description = "The batch's address")))),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::CHANGE, document::OF_RUN, refusals::REQUEST_KEY, &["invalid-value", "repeated-parameter", "settlement-not-approved", "settlement-approver-pays", "settlement-seal-broken", "nothing-payable", "payments-refused"]]))))
)]
pub async fn order(
    request: HttpRequest,
    id: web::Path<String>,
    bytes: web::Bytes,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let run = runs::find(&id, &caller, &service).await?;
    let key = idempotency::of(&request)?;
    let order = requests::order(Body::parse(&bytes, requests::ORDER)?)?;
    let once = key.as_ref().map(|key| Once { key, content: &bytes });
    let number = payments::order(&run, order, once, &caller, &service).await?;
    made(&run, number, &caller, &service).await
}

async fn made(run: &Run, number: i64, caller: &Person, service: &web::Data<Service>) -> Answer {
    let location = format!("/v1/runs/{}/settlement/payments/{number}", run.id);
    let document = document(run, number, caller, service).await?;
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(document))
}

/// The batches of a settlement's payments
#[utoipa::path(
    get, path = "/v1/runs/{id}/settlement/payments", tag = "settlements", operation_id = "listPayments",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    responses((status = 200, description = "All batches, the first first", body = ref("#/components/schemas/PaymentsList"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run"]]))))
)]
pub async fn list(id: web::Path<String>, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let run = runs::find(&id, &caller, &service).await?;
    let batches = service.store.payment_batches(&run.id).await?;
    let payments = batches.iter().map(|batch| PaymentDocument::new(&run.id, batch)).collect();
    Ok(HttpResponse::Ok().json(PaymentList { payments }))
}

/// A batch of payments
///
/// With every payment of it.
#[utoipa::path(
    get, path = "/v1/runs/{id}/settlement/payments/{number}", tag = "settlements", operation_id = "getPayments",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("number" = String, Path, description = "The batch's number within the settlement"),
    ),
    responses((status = 200, description = "The batch", body = ref("#/components/schemas/Payments"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run", "no-such-payments"]]))))
)]
pub async fn show(path: web::Path<(String, String)>, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let (id, number) = path.into_inner();
    let run = runs::find(&id, &caller, &service).await?;
    let document = document(&run, payments::parse_number(&number)?, &caller, &service).await?;
    Ok(HttpResponse::Ok().json(document))
}

/// Mark a batch of payments as paid
///
/// Once; what is paid already stays as it is, and the answer is the same. Who approved the settlement doesn't confirm its payments, unless the policy says so; nor, where the policy says so, does who ordered them.
#[utoipa::path(
    post, path = "/v1/runs/{id}/settlement/payments/{number}/paid", tag = "settlements", operation_id = "markPaid",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("number" = String, Path, description = "The batch's number within the settlement"),
    ),
    request_body(description = "The day on which it was paid", content(
        (ref("#/components/schemas/PaymentsPaid") = "application/json", example = json!({"paid_on": "2008-02-29"})),
    )),
    responses((status = 200, description = "The batch as it is now", body = ref("#/components/schemas/Payments"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::CHANGE, &["no-such-payments", "payments-cancelled", "settlement-approver-pays", "payments-own-order", "settlement-seal-broken"]]))))
)]
pub async fn paid(
    path: web::Path<(String, String)>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let (id, number) = path.into_inner();
    let run = runs::find(&id, &caller, &service).await?;
    let paid_on = requests::paid_on(Body::parse(&body, requests::PAID)?)?;
    let number = payments::parse_number(&number)?;
    payments::confirm(&run, number, &paid_on, &caller, &service).await?;
    Ok(HttpResponse::Ok().json(document(&run, number, &caller, &service).await?))
}

/// Cancel a batch of payments
///
/// What it was to pay is payable again. What is cancelled already stays so.
#[utoipa::path(
    post, path = "/v1/runs/{id}/settlement/payments/{number}/cancel", tag = "settlements", operation_id = "cancelPayments",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("number" = String, Path, description = "The batch's number within the settlement"),
    ),
    responses((status = 200, description = "The batch as it is now", body = ref("#/components/schemas/Payments"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run", "no-such-payments", "payments-made"]]))))
)]
pub async fn cancel(path: web::Path<(String, String)>, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let (id, number) = path.into_inner();
    let run = runs::find(&id, &caller, &service).await?;
    let number = payments::parse_number(&number)?;
    payments::cancel(&run, number, &caller, &service).await?;
    Ok(HttpResponse::Ok().json(document(&run, number, &caller, &service).await?))
}

/// A batch with those of its lines that the caller may see.
async fn document(
    run: &Run,
    number: i64,
    caller: &Person,
    service: &web::Data<Service>,
) -> Result<PaymentDocument, Problem> {
    let (batch, payments) = payments::find(run, number, caller, service).await?;
    Ok(PaymentDocument::with_lines(&run.id, &batch, &payments))
}
