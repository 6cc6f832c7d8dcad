//! What people add to a settlement's lines: adjustments, and lines that are held back.

use actix_web::{HttpResponse, HttpResponseBuilder, web};

use super::{Answer, document, load};
use crate::http::body::Body;
use crate::http::describe::refusals;
use crate::http::request::shown;
use crate::http::{Caller, Problem, Service, runs};
use crate::schema::nearest;
use crate::settlement::{Adjustment, Due, Refusal, Settlement};
use crate::store::{Run, SettlementChange};
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
    let mut body = Body::parse(&body, &["dealer_id", "amount", "reason"])?;
    let (dealer, amount) = (body.required("dealer_id"), body.amount("amount", true));
    let reason = body.required("reason");
    body.finish()?;
    let settlement = load::load(&run, &service).await?;

    let mut change = service.store.change_settlement(&caller).await?;
    let settlement = kept(&mut change, settlement).await?;
    settlement.may_change()?;
    line(&settlement, &dealer)?;
    change.adjust(&run.id, &dealer, amount, &reason).await?;
    change.commit().await?;
    answer(HttpResponse::Created(), &run, &dealer, &service).await
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
    let settlement = load::load(&run, &service).await?;

    let mut change = service.store.change_settlement(&caller).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    settlement.may_change()?;
    let (due, adjustment) = adjustment(&settlement, &number)?;
    let dealer = &due.dealer.dealer_id;
    change.remove_adjustment(&run.id, dealer, adjustment.number, adjustment.amount).await?;
    change.commit().await?;
    answer(HttpResponse::Ok(), &run, dealer, &service).await
}

fn adjustment<'s>(settlement: &'s Settlement, number: &str) -> Result<(&'s Due, &'s Adjustment), Refusal> {
    let mut all =
        settlement.dues.iter().flat_map(|due| due.adjustments.iter().map(move |adjustment| (due, adjustment)));
    let found = all.find(|(_, adjustment)| adjustment.number.to_string() == number);
    found.ok_or_else(|| Refusal::NoSuchAdjustment { number: shown(number) })
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
    let mut body = Body::parse(&body, &["reason"])?;
    let reason = body.required("reason");
    body.finish()?;
    let settlement = load::load(&run, &service).await?;

    let mut change = service.store.change_settlement(&caller).await?;
    let settlement = kept(&mut change, settlement).await?;
    let due = line(&settlement, &dealer)?;
    settlement.may_be_held(due)?;
    let is_same = due.held.as_ref().is_some_and(|held| held.note.as_deref() == Some(&reason));
    if !is_same {
        change.hold(&run.id, due, &reason).await?;
        change.commit().await?;
    }
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
    let settlement = load::load(&run, &service).await?;

    let mut change = service.store.change_settlement(&caller).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    let due = line(&settlement, &dealer)?;
    if due.held.is_some() {
        settlement.may_be_held(due)?;
        change.release(&run.id, due).await?;
        change.commit().await?;
    }
    answer(HttpResponse::Ok(), &run, &dealer, &service).await
}

/// The settlement as it is kept; its lines are, from here on.
async fn kept(change: &mut SettlementChange, settlement: Settlement) -> Result<Settlement, Problem> {
    if let Some(kept) = change.settlement(&settlement.run_id).await? {
        return Ok(kept);
    }
    match change.freeze(&settlement, settlement.dues.len()).await? {
        true => Ok(settlement),
        false => Err(Problem::NoSuchRun),
    }
}

fn line<'s>(settlement: &'s Settlement, dealer: &str) -> Result<&'s Due, Problem> {
    settlement.due(dealer).ok_or_else(|| {
        let ids = settlement.dues.iter().map(|due| due.dealer.dealer_id.as_str());
        Problem::NoSuchDealer { id: shown(dealer), nearest: nearest(dealer, ids).map(shown) }
    })
}

async fn answer(mut answer: HttpResponseBuilder, run: &Run, dealer: &str, service: &web::Data<Service>) -> Answer {
    let settlement = load::load(run, service).await?;
    let at = settlement.dues.iter().position(|due| due.dealer.dealer_id == dealer).unwrap_or_default();
    Ok(answer.json(LineDocument::new(at + 1, line(&settlement, dealer)?)))
}
