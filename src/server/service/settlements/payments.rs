//! Payments in numbered batches: ordered, then marked paid or cancelled.

use std::sync::Arc;

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::load;
use crate::problem::shown;
use crate::service::request_key::RequestKey;
use crate::service::{Problem, Service};
use dealerbook_engine::settlement::Refusal;
use dealerbook_store::{Payment, PaymentBatch, PaymentStatus, Person, Run};

/// Payments that are to be ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Whose, and how much in yuan; none means all that is payable.
    pub lines: Option<Vec<(String, Decimal)>>,
    /// A remark.
    pub note: Option<String>,
}

/// A request that leads to the same when it is sent again.
#[derive(Clone, Copy, Debug)]
pub struct Once<'a> {
    /// Its name.
    pub key: &'a RequestKey,
    /// What tells it from another of the same name.
    pub content: &'a [u8],
}

/// Orders payments; returns the number of the batch.
///
/// # Errors
/// When the settlement isn't approved or isn't what was approved, the person may not order, or a line can't be paid; nothing is ordered then.
pub async fn order(
    run: &Run,
    order: Order,
    once: Option<Once<'_>>,
    by: &Person,
    service: &Arc<Service>,
) -> Result<i64, Problem> {
    let settlement = load::load(run, service).await?;
    let eyes = load::four_eyes(run, service).await?;
    let earlier = match once {
        Some(once) => once.key.claim(by, &fingerprint(run, once.content), service).await?,
        None => None,
    };
    if let Some(number) = earlier.as_deref().and_then(|target| number_of(target, run)) {
        return Ok(number);
    }

    let mut change = service.store.change_settlement(by).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    settlement.may_be_ordered_by(by.actor(), &eyes)?;
    if settlement.status.is_approved() {
        change.inspect(&run.id).await?.check(&run.id)?;
    }
    let payments: Vec<(String, Decimal)> = match order.lines {
        Some(lines) => settlement.may_pay(&lines).map(|()| lines)?,
        None => settlement.all_payable()?,
    };
    let number = change.order(&run.id, &payments, order.note.as_deref()).await?;
    if let Some(once) = once {
        let bound = change.bind_key(once.key.as_str(), &target(run, number)).await?;
        // The same request was first elsewhere: what it led to stands for both, and this change is dropped.
        if let Some(first) = number_of(&bound, run).filter(|first| *first != number) {
            return Ok(first);
        }
    }
    change.commit().await?;
    tracing::info!(run = run.id, number, payments = payments.len(), "payments ordered");
    Ok(number)
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

/// Marks a batch of payments as paid on a day; what is paid already stays as it is.
///
/// # Errors
/// When there is no such batch, it is cancelled, the person may not confirm it, or the settlement isn't what was approved.
pub async fn confirm(run: &Run, number: i64, paid_on: &str, by: &Person, service: &Service) -> Result<(), Problem> {
    let eyes = load::four_eyes(run, service).await?;

    let mut change = service.store.change_settlement(by).await?;
    let batch = among(change.payment_batches(&run.id).await?, number)?;
    match batch.status {
        PaymentStatus::Cancelled => return Err(Refusal::PaymentsCancelled { number }.into()),
        PaymentStatus::Paid => {}
        PaymentStatus::Ordered => {
            let settlement = change.settlement(&run.id).await?.ok_or(Problem::NoSuchRun)?;
            settlement.may_be_confirmed_by(by.actor(), number, batch.ordered_person.as_deref(), &eyes)?;
            change.inspect(&run.id).await?.check(&run.id)?;
            change.end(&run.id, &batch, Some(paid_on)).await?;
            change.commit().await?;
            tracing::info!(run = run.id, number, "payments paid");
        }
    }
    Ok(())
}

/// Cancels a batch of payments, so that what it was to pay is payable again; what is cancelled already stays so.
///
/// # Errors
/// When there is no such batch, or it is paid.
pub async fn cancel(run: &Run, number: i64, by: &Person, service: &Service) -> Result<(), Problem> {
    let mut change = service.store.change_settlement(by).await?;
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
    Ok(())
}

/// Returns a batch with those of its payments that a person may see.
///
/// # Errors
/// When there is no such batch, or the run can't be calculated again.
pub async fn find(
    run: &Run,
    number: i64,
    person: &Person,
    service: &Arc<Service>,
) -> Result<(PaymentBatch, Vec<Payment>), Problem> {
    let batch = among(service.store.payment_batches(&run.id).await?, number)?;
    let mut payments = service.store.payments(&run.id, number).await?;
    if !person.regions.is_empty() {
        let visible = load::shown_to(person, run, service).await?;
        payments.retain(|payment| visible.dues.iter().any(|due| due.dealer.dealer_id == payment.dealer_id));
    }
    Ok((batch, payments))
}

/// The batch of a number.
///
/// # Errors
/// When there is none.
pub fn among(batches: Vec<PaymentBatch>, number: i64) -> Result<PaymentBatch, Refusal> {
    let found = batches.into_iter().find(|batch| batch.number == number);
    found.ok_or_else(|| Refusal::NoSuchPayments { number: number.to_string() })
}

/// Reads the number of a batch.
///
/// # Errors
/// When it is none: there is no such batch.
pub fn parse_number(number: &str) -> Result<i64, Refusal> {
    let parsed = number.parse().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit()));
    parsed.ok_or_else(|| Refusal::NoSuchPayments { number: shown(number) })
}
