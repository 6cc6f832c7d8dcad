//! A settlement that corrects another: by what each dealer's entitlement differs, and why.
//!
//! With the new data under the old policy, then under the new one, then with what accepted appeals changed in it, each step's difference
//! has one cause. The new data is the upload as it was before appeals changed it. Where it can't be calculated under the old policy (a
//! sheet lacks what that one reads), all of the first two steps counts as the policy's.

use std::collections::{BTreeMap, BTreeSet};

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::service::again::{self, Again};
use crate::service::{Problem, Service};
use dealerbook_base::key::{FirstSpellings, by_canonical_id};
use dealerbook_engine::outcome::{DealerOutcome, Outcome};
use dealerbook_engine::settlement::{Difference, Due, Settlement};
use dealerbook_output::pipeline;
use dealerbook_store::{Person, Run};

type Amounts = BTreeMap<String, Decimal>;

/// What the new data comes to: none where it can't be calculated so.
struct Steps {
    under_old_policy: Option<Amounts>,
    before_appeals: Option<Amounts>,
}

/// Compares each line with that of the settlement which is corrected; dealers that stand only there get a line of nothing behind the others.
///
/// # Errors
/// When one of the runs can't be calculated again.
pub async fn compare(
    new: &mut Settlement,
    run: &Run,
    old: &Settlement,
    old_run: &Run,
    service: &Arc<Service>,
) -> Result<(), Problem> {
    let steps = steps(run, old_run, service).await?;
    let own: BTreeSet<String> = new.dues.iter().map(|due| due.dealer.dealer_id.clone()).collect();
    let before = old.dues.iter().enumerate().map(|(place, due)| (due.dealer.dealer_id.clone(), (place, due)));
    let before: BTreeMap<String, (usize, &Due)> = by_canonical_id(before.collect());
    let mut gone: Vec<(usize, &Due)> =
        before.iter().filter(|(id, _)| !own.contains(*id)).map(|(_, due)| *due).collect();
    gone.sort_unstable_by_key(|(place, _)| *place);
    let nothing = |due: &Due| DealerOutcome {
        lines: Vec::new(),
        amount: Decimal::ZERO,
        unpaid: Vec::new(),
        ..due.dealer.clone()
    };
    let gone: Vec<Due> = gone.into_iter().map(|(_, due)| Due::of(nothing(due))).collect();
    new.dues.extend(gone);
    let mut regions = FirstSpellings::default();
    new.dues.iter_mut().for_each(|due| due.dealer.region = regions.of(std::mem::take(&mut due.dealer.region)));
    for due in &mut new.dues {
        due.difference = Some(steps.difference(due, before.get(&due.dealer.dealer_id).map(|(_, due)| *due)));
    }
    Ok(())
}

impl Steps {
    fn difference(&self, new: &Due, old: Option<&Due>) -> Difference {
        let of = |amounts: &Amounts| amounts.get(&new.dealer.dealer_id).copied().unwrap_or_default();
        let old_amount = old.map(|old| old.dealer.amount).unwrap_or_default();
        let before_appeals = self.before_appeals.as_ref().map_or(new.dealer.amount, of);
        let under_old_policy = self.under_old_policy.as_ref().map_or(old_amount, of);
        Difference {
            before: old.map(Due::entitled).unwrap_or_default(),
            data: under_old_policy - old_amount,
            policy: before_appeals - under_old_policy,
            appeal: new.dealer.amount - before_appeals,
            adjustment: new.adjusted() - old.map(Due::adjusted).unwrap_or_default(),
        }
    }
}

/// The run with whose upload the appeals began that led to this one: as far back as the settlement that is corrected.
async fn before_appeals(run: &Run, old: &Run, service: &Service) -> Result<Option<Run>, Problem> {
    let mut base: Option<Run> = None;
    while base.as_ref().is_none_or(|base| base.id != old.id) {
        let corrected = base.as_ref().unwrap_or(run);
        let Some(earlier) = service.store.base_of(&corrected.id).await? else { break };
        let Some(earlier) = service.store.run(&earlier, &Person::admin()).await? else { break };
        base = Some(earlier);
    }
    Ok(base)
}

async fn steps(run: &Run, old_run: &Run, service: &Arc<Service>) -> Result<Steps, Problem> {
    // Of the old run nothing is calculated: its lines are frozen, whatever a later program reads in its upload.
    let (own, old_policy) = (Again::of(run, service).await?, again::policy(old_run, service).await?);
    let base = match before_appeals(run, old_run, service).await? {
        Some(base) => Some(Again::of(&base, service).await?),
        None => None,
    };
    let of = service.clone();
    let calculated = service.on_a_worker(move |stop| {
        let amounts = |again: &Again| -> Result<Option<Amounts>, Problem> {
            Ok(pipeline::outcome(&again.job(&of.engine(), stop))?.and_then(amounts))
        };
        let is_appealed = base.is_some();
        let (same_policy, bytes) = (own.policy.sha256 == old_policy.sha256, base.map(|base| base.bytes));
        let data = Again { bytes: bytes.unwrap_or(own.bytes), ..own };
        // Without appeals this is what the run came to.
        let before_appeals = if is_appealed || same_policy { amounts(&data)? } else { None };
        let under_old_policy = match same_policy {
            true => before_appeals.clone(),
            false => amounts(&Again { policy: old_policy, ..data })?,
        };
        Ok(Steps { under_old_policy, before_appeals })
    });
    calculated.await
}

fn amounts(outcome: Outcome) -> Option<Amounts> {
    let amounts =
        |outcome: Outcome| outcome.dealers.into_iter().map(|dealer| (dealer.dealer_id, dealer.amount)).collect();
    Some(outcome).filter(|outcome| outcome.has_incentives).map(amounts)
}
