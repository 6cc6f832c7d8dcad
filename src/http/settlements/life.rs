//! A settlement is handed in by one person and approved, or rejected, by another.

use actix_web::web;

use super::{Answer, answer, correction, document, load};
use crate::http::body::Body;
use crate::http::describe::refusals;
use crate::http::{Caller, Problem, Service, runs};
use crate::settlement::{Refusal, Settlement, Status, WhyNotSuperseding};
use crate::store::{Person, Run, SettlementChange};

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
    let mut body = Body::parse(&body, &["supersedes", "note"])?;
    let (supersedes, note) = (body.run_id("supersedes"), body.text("note"));
    body.finish()?;
    if let Some(kept) = service.store.settlement(&run.id).await? {
        kept.may_change()?;
    }
    let mut settlement = load::calculated(&run, &service).await?;
    load::check_real(&run, &settlement, &service).await?;
    let own = settlement.dues.len();
    if let Some(other) = &supersedes {
        let (old_run, old) = superseded(other, &settlement, &caller, &service).await?;
        correction::compare(&mut settlement, &run, &old, &old_run, &service).await?;
    }

    let mut change = service.store.change_settlement(&caller).await?;
    if let Some(kept) = change.settlement(&run.id).await? {
        kept.may_change()?;
    }
    let old = match &supersedes {
        Some(other) => change.settlement(other).await?,
        None => None,
    };
    if let Some(old) = &old {
        settlement.may_supersede(old)?;
        change.inspect(&old.run_id).await?.check(&old.run_id)?;
    }
    if !change.freeze(&settlement, own).await? {
        return Err(Problem::NoSuchRun);
    }
    change.carry_adjustments(&run.id, old.as_ref()).await?;
    change.submit(&run.id, supersedes.as_deref(), note.as_deref()).await?;
    change.commit().await?;
    tracing::info!(run = run.id, "settlement submitted");
    answer(&run, &caller, &service).await
}

/// The settlement that is to be superseded, with its run.
async fn superseded(
    other: &str,
    settlement: &Settlement,
    caller: &Person,
    service: &web::Data<Service>,
) -> Result<(Run, Settlement), Problem> {
    let run = runs::find(other, caller, service).await?;
    let old = service.store.settlement(&run.id).await?.ok_or_else(|| {
        let why = match run.id == settlement.run_id {
            true => WhyNotSuperseding::Itself,
            false => WhyNotSuperseding::NotApproved(Status::Calculated),
        };
        Refusal::NotSuperseding { run: run.id.clone(), why }
    })?;
    settlement.may_supersede(&old)?;
    Ok((run, old))
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
    let mut body = Body::parse(&body, &["note"])?;
    let note = body.text("note");
    body.finish()?;
    let settlement = load::load(&run, &service).await?;
    load::check_real(&run, &settlement, &service).await?;
    let eyes = load::four_eyes(&run, &service).await?;

    let mut change = service.store.change_settlement(&caller).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    settlement.may_be_approved(caller.actor(), &change.hands(&run.id).await?, &eyes)?;
    change.inspect(&run.id).await?.check(&run.id)?;
    may_supersede(&settlement, &mut change).await?;
    change.inspect_others(&settlement).await??;
    let dealers = change.paid_elsewhere(&settlement).await?;
    if !dealers.is_empty() {
        return Err(Refusal::PaidElsewhere { dealers }.into());
    }
    change.approve(&settlement, note.as_deref(), eyes.approvals_needed(settlement.moved())).await?;
    change.commit().await?;
    tracing::info!(run = run.id, "settlement approved");
    answer(&run, &caller, &service).await
}

/// Nothing may be on its way by the settlement that is superseded.
async fn may_supersede(settlement: &Settlement, change: &mut SettlementChange) -> Result<(), Problem> {
    let Some(superseded) = &settlement.supersedes else { return Ok(()) };
    if let Some(old) = change.settlement(superseded).await? {
        settlement.may_supersede(&old)?;
        change.inspect(superseded).await?.check(superseded)?;
    }
    let batches = change.payment_batches(superseded).await?;
    let open = batches.iter().filter(|batch| batch.is_open()).map(|batch| batch.number);
    let numbers: Vec<i64> = open.collect();
    match numbers.is_empty() {
        true => Ok(()),
        false => Err(Refusal::OpenPayments { run: superseded.clone(), numbers }.into()),
    }
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
    let mut body = Body::parse(&body, &["reason"])?;
    let reason = body.required("reason");
    body.finish()?;
    let settlement = load::load(&run, &service).await?;

    let mut change = service.store.change_settlement(&caller).await?;
    change.settlement(&run.id).await?.unwrap_or(settlement).may_be_decided()?;
    change.reject(&run.id, &reason).await?;
    change.commit().await?;
    tracing::info!(run = run.id, "settlement rejected");
    answer(&run, &caller, &service).await
}
