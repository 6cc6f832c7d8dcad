//! A settlement is handed in by one person and approved, or rejected, by another.

use std::sync::Arc;

use super::{correction, load};
use crate::service::{Problem, Service, runs};
use dealerbook_engine::settlement::{Refusal, Settlement, Status, WhyNotSuperseding};
use dealerbook_store::{Person, Run, SettlementChange};

/// What is handed in with a settlement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// The run whose settlement it corrects.
    pub supersedes: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// Submits the settlement of a run for approval.
///
/// # Errors
/// When nothing may be paid by the run, the settlement is locked, or it can't correct the one that is named; nothing is changed then.
pub async fn submit(run: &Run, submission: &Submission, by: &Person, service: &Arc<Service>) -> Result<(), Problem> {
    if let Some(stored) = service.store.settlement(&run.id).await? {
        stored.may_change()?;
    }
    let mut settlement = load::calculated(run, service).await?;
    load::check_real(run, &settlement, service).await?;
    let own = settlement.dues.len();
    if let Some(other) = &submission.supersedes {
        let (old_run, old) = superseded(other, &settlement, by, service).await?;
        correction::compare(&mut settlement, run, &old, &old_run, service).await?;
    }

    let mut change = service.store.change_settlement(by).await?;
    if let Some(stored) = change.settlement(&run.id).await? {
        stored.may_change()?;
    }
    let old = match &submission.supersedes {
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
    change.submit(&run.id, submission.supersedes.as_deref(), submission.note.as_deref()).await?;
    change.commit().await?;
    tracing::info!(run = run.id, "settlement submitted");
    Ok(())
}

/// The settlement that is to be superseded, with its run.
async fn superseded(
    other: &str,
    settlement: &Settlement,
    caller: &Person,
    service: &Arc<Service>,
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

/// Approves a submitted settlement, once or as one of several people.
///
/// # Errors
/// When it isn't submitted, the person had a hand in it, or what it supersedes stands against it; nothing is changed then.
pub async fn approve(run: &Run, note: Option<&str>, by: &Person, service: &Arc<Service>) -> Result<(), Problem> {
    let settlement = load::load(run, service).await?;
    load::check_real(run, &settlement, service).await?;
    let eyes = load::four_eyes(run, service).await?;

    let mut change = service.store.change_settlement(by).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    settlement.may_be_approved(by.actor(), &change.hands(&run.id).await?, &eyes)?;
    change.inspect(&run.id).await?.check(&run.id)?;
    may_supersede(&settlement, &mut change).await?;
    change.inspect_others(&settlement).await??;
    let dealers = change.paid_elsewhere(&settlement).await?;
    if !dealers.is_empty() {
        return Err(Refusal::PaidElsewhere { dealers }.into());
    }
    change.approve(&settlement, note, eyes.approvals_needed(settlement.moved())).await?;
    change.commit().await?;
    tracing::info!(run = run.id, "settlement approved");
    Ok(())
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

/// Sends a submitted settlement back to whoever submitted it.
///
/// # Errors
/// When it isn't submitted.
pub async fn reject(run: &Run, reason: &str, by: &Person, service: &Arc<Service>) -> Result<(), Problem> {
    let settlement = load::load(run, service).await?;

    let mut change = service.store.change_settlement(by).await?;
    change.settlement(&run.id).await?.unwrap_or(settlement).may_be_decided()?;
    change.reject(&run.id, reason).await?;
    change.commit().await?;
    tracing::info!(run = run.id, "settlement rejected");
    Ok(())
}
