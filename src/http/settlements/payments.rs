//! Payments in numbered batches: ordered, then marked paid or cancelled.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::{Answer, document, load};
use crate::http::body::Body;
use crate::http::describe::{parameters, refusals};
use crate::http::idempotency;
use crate::http::request::shown;
use crate::http::{Caller, Problem, Service, runs};
use crate::settlement::Refusal;
use crate::store::{PaymentBatch, PaymentStatus, Person, Run};
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
    let mut body = Body::parse(&bytes, &["lines", "note"])?;
    let line = |line: &mut Body| (line.required("dealer_id"), line.amount("amount", false));
    let (wanted, note) = (body.list("lines", &["dealer_id", "amount"], line), body.text("note"));
    body.finish()?;
    let settlement = load::load(&run, &service).await?;
    let eyes = load::four_eyes(&run, &service).await?;
    let earlier = match &key {
        Some(key) => key.claim(&caller, &fingerprint(&run, &bytes), &service).await?,
        None => None,
    };
    if let Some(number) = earlier.as_deref().and_then(|target| number_of(target, &run)) {
        return made(&run, number, &caller, &service).await;
    }

    let mut change = service.store.change_settlement(&caller).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    settlement.may_be_ordered_by(caller.actor(), &eyes)?;
    if settlement.status.is_approved() {
        change.inspect(&run.id).await?.check(&run.id)?;
    }
    let payments: Vec<(String, Decimal)> = match wanted {
        Some(wanted) => settlement.may_pay(&wanted).map(|()| wanted)?,
        None => settlement.all_payable()?,
    };
    let number = change.order(&run.id, &payments, note.as_deref()).await?;
    if let Some(key) = &key {
        let bound = change.bind_key(key.as_str(), &target(&run, number)).await?;
        // The same request was first elsewhere: what it led to stands for both, and this change is dropped.
        if let Some(first) = number_of(&bound, &run).filter(|first| *first != number) {
            return made(&run, first, &caller, &service).await;
        }
    }
    change.commit().await?;
    tracing::info!(run = run.id, number, payments = payments.len(), "payments ordered");
    made(&run, number, &caller, &service).await
}

/// What a request's key leads to.
fn target(run: &Run, number: i64) -> String {
    format!("{}/{number}", run.id)
}

fn number_of(target: &str, run: &Run) -> Option<i64> {
    target.strip_prefix(&run.id)?.strip_prefix('/')?.parse().ok()
}

fn fingerprint(run: &Run, body: &[u8]) -> String {
    let mut digest = Sha256::new();
    digest.update(b"payments ");
    digest.update(run.id.as_bytes());
    digest.update(body);
    hex::encode(digest.finalize())
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
    let document = document(&run, parse(&number)?, &caller, &service).await?;
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
    let mut body = Body::parse(&body, &["paid_on"])?;
    let paid_on = body.past_day("paid_on");
    body.finish()?;
    let number = parse(&number)?;
    let eyes = load::four_eyes(&run, &service).await?;

    let mut change = service.store.change_settlement(&caller).await?;
    let batch = among(change.payment_batches(&run.id).await?, number)?;
    match batch.status {
        PaymentStatus::Cancelled => return Err(Refusal::PaymentsCancelled { number }.into()),
        PaymentStatus::Paid => {}
        PaymentStatus::Ordered => {
            let settlement = change.settlement(&run.id).await?.ok_or(Problem::NoSuchRun)?;
            settlement.may_be_confirmed_by(caller.actor(), number, batch.ordered_person.as_deref(), &eyes)?;
            change.inspect(&run.id).await?.check(&run.id)?;
            change.end(&run.id, &batch, Some(&paid_on)).await?;
            change.commit().await?;
            tracing::info!(run = run.id, number, "payments paid");
        }
    }
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
    let number = parse(&number)?;

    let mut change = service.store.change_settlement(&caller).await?;
    let batch = among(change.payment_batches(&run.id).await?, number)?;
    match batch.status {
        PaymentStatus::Paid => return Err(Refusal::PaymentsMade { number }.into()),
        PaymentStatus::Cancelled => {}
        PaymentStatus::Ordered => {
            change.end(&run.id, &batch, None).await?;
            change.commit().await?;
            tracing::info!(run = run.id, number, "payments cancelled");
        }
    }
    Ok(HttpResponse::Ok().json(document(&run, number, &caller, &service).await?))
}

/// A batch with those of its lines that the caller may see.
async fn document(
    run: &Run,
    number: i64,
    caller: &Person,
    service: &web::Data<Service>,
) -> Result<PaymentDocument, Problem> {
    let batch = among(service.store.payment_batches(&run.id).await?, number)?;
    let mut payments = service.store.payments(&run.id, number).await?;
    if !caller.regions.is_empty() {
        let shown = load::shown_to(caller, run, service).await?;
        payments.retain(|payment| shown.dues.iter().any(|due| due.dealer.dealer_id == payment.dealer_id));
    }
    Ok(PaymentDocument::with_lines(&run.id, &batch, &payments))
}

/// The batch of a number.
///
/// # Errors
/// When there is none.
pub(super) fn among(batches: Vec<PaymentBatch>, number: i64) -> Result<PaymentBatch, Refusal> {
    let found = batches.into_iter().find(|batch| batch.number == number);
    found.ok_or_else(|| Refusal::NoSuchPayments { number: number.to_string() })
}

fn parse(number: &str) -> Result<i64, Refusal> {
    let parsed = number.parse().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit()));
    parsed.ok_or_else(|| Refusal::NoSuchPayments { number: shown(number) })
}
