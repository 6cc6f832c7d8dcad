//! What people add to a settlement's lines: adjustments, and lines that are held back.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::load;
use crate::problem::shown;
use crate::service::{Problem, Service};
use dealerbook_engine::schema::nearest;
use dealerbook_engine::settlement::{Adjustment, Due, Refusal, Settlement};
use dealerbook_store::{Person, Run, SettlementChange};

/// An adjustment that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAdjustment {
    /// Whose amount.
    pub dealer_id: String,
    /// By how much, in yuan; negative where it is taken off.
    pub amount: Decimal,
    /// Why.
    pub reason: String,
}

/// Adds to a dealer's amount, or takes off.
///
/// # Errors
/// When there is no such dealer, or the settlement is locked.
pub async fn adjust(run: &Run, new: &NewAdjustment, by: &Person, service: &Arc<Service>) -> Result<(), Problem> {
    let settlement = load::load(run, service).await?;

    let mut change = service.store.change_settlement(by).await?;
    let settlement = stored(&mut change, settlement).await?;
    settlement.may_change()?;
    line(&settlement, &new.dealer_id)?;
    change.adjust(&run.id, &new.dealer_id, new.amount, &new.reason).await?;
    Ok(change.commit().await?)
}

/// Takes an adjustment away again, by its number; returns whose it was.
///
/// # Errors
/// When there is none of this number, or the settlement is locked.
pub async fn remove_adjustment(
    run: &Run,
    number: &str,
    by: &Person,
    service: &Arc<Service>,
) -> Result<String, Problem> {
    let settlement = load::load(run, service).await?;

    let mut change = service.store.change_settlement(by).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    settlement.may_change()?;
    let (due, adjustment) = adjustment(&settlement, number)?;
    let dealer = &due.dealer.dealer_id;
    change.remove_adjustment(&run.id, dealer, adjustment.number, adjustment.amount).await?;
    change.commit().await?;
    Ok(dealer.to_owned())
}

fn adjustment<'s>(settlement: &'s Settlement, number: &str) -> Result<(&'s Due, &'s Adjustment), Refusal> {
    let mut all =
        settlement.dues.iter().flat_map(|due| due.adjustments.iter().map(move |adjustment| (due, adjustment)));
    let found = all.find(|(_, adjustment)| adjustment.number.to_string() == number);
    found.ok_or_else(|| Refusal::NoSuchAdjustment { number: shown(number) })
}

/// Holds a dealer's line back, so that it isn't paid until it is released.
///
/// # Errors
/// When there is no such dealer, the settlement is locked, or the line is in payment.
pub async fn hold(run: &Run, dealer: &str, reason: &str, by: &Person, service: &Arc<Service>) -> Result<(), Problem> {
    let settlement = load::load(run, service).await?;

    let mut change = service.store.change_settlement(by).await?;
    let settlement = stored(&mut change, settlement).await?;
    let due = line(&settlement, dealer)?;
    settlement.may_be_held(due)?;
    let is_same = due.held.as_ref().is_some_and(|held| held.note.as_deref() == Some(reason));
    if !is_same {
        change.hold(&run.id, due, reason).await?;
        change.commit().await?;
    }
    Ok(())
}

/// Releases a dealer's line; nothing changes where it isn't held.
///
/// # Errors
/// When there is no such dealer, or the settlement is locked.
pub async fn release(run: &Run, dealer: &str, by: &Person, service: &Arc<Service>) -> Result<(), Problem> {
    let settlement = load::load(run, service).await?;

    let mut change = service.store.change_settlement(by).await?;
    let settlement = change.settlement(&run.id).await?.unwrap_or(settlement);
    let due = line(&settlement, dealer)?;
    if due.held.is_some() {
        settlement.may_be_held(due)?;
        change.release(&run.id, due).await?;
        change.commit().await?;
    }
    Ok(())
}

/// Returns the settlement as it is stored; its lines are, from here on.
async fn stored(change: &mut SettlementChange, settlement: Settlement) -> Result<Settlement, Problem> {
    if let Some(stored) = change.settlement(&settlement.run_id).await? {
        return Ok(stored);
    }
    match change.freeze(&settlement, settlement.dues.len()).await? {
        true => Ok(settlement),
        false => Err(Problem::NoSuchRun),
    }
}

/// Returns a dealer's line.
///
/// # Errors
/// When there is no such dealer; the nearest one is named.
pub fn line<'s>(settlement: &'s Settlement, dealer: &str) -> Result<&'s Due, Problem> {
    settlement.due(dealer).ok_or_else(|| {
        let ids = settlement.dues.iter().map(|due| due.dealer.dealer_id.as_str());
        Problem::NoSuchDealer { id: shown(dealer), nearest: nearest(dealer, ids).map(shown) }
    })
}
