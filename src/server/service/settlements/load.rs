//! The settlement of a run: as it is kept, or as the run came out, as long as nobody has done anything with it.

use std::io::Read;
use std::sync::Arc;

use crate::service::again;
use crate::service::remembered::Weigh;
use crate::service::{Problem, Service};
use dealerbook_base::key::Key;
use dealerbook_engine::policy::{FourEyes, InterimSettlements, Policy, PolicySource};
use dealerbook_engine::settlement::{Due, OfPolicy, Refusal, Settlement, Status};
use dealerbook_store::{Kind, Person, Run};

/// The settlement of a run.
///
/// # Errors
/// When the run calculated no amounts, or can't be calculated again.
pub async fn load(run: &Run, service: &Arc<Service>) -> Result<Settlement, Problem> {
    match service.store.settlement(&run.id).await? {
        Some(settlement) => Ok(settlement),
        None => calculated(run, service).await,
    }
}

/// The settlement of a run as far as a person may see it: where it corrects one of more regions, whoever works for some isn't told of
/// the others' dealers.
///
/// # Errors
/// As [`load`].
pub async fn shown_to(person: &Person, run: &Run, service: &Arc<Service>) -> Result<Settlement, Problem> {
    Ok(limited_to(person, load(run, service).await?))
}

/// What of a settlement a person may see ([`shown_to`]).
pub fn limited_to(person: &Person, mut settlement: Settlement) -> Settlement {
    if !person.regions.is_empty() {
        let is_shown = |region: &Key| region.is_empty() || person.regions.contains(region);
        settlement.dues.retain(|due| is_shown(&due.dealer.region));
    }
    settlement
}

/// What the run came to, whatever has become of its settlement.
///
/// # Errors
/// As [`load`].
pub async fn calculated(run: &Run, service: &Arc<Service>) -> Result<Settlement, Problem> {
    match (run.kind, run.status.as_str()) {
        (Kind::Validation, _) => return Err(Refusal::OfValidation.into()),
        (_, "faulty") => return Err(Refusal::OfFaultyRun.into()),
        _ => {}
    }
    let outcome = match again::outcome(run, service).await {
        Ok(outcome) if outcome.has_incentives => outcome,
        Ok(_) | Err(Problem::NothingCalculated) => return Err(Refusal::WithoutIncentives.into()),
        Err(problem) => return Err(problem),
    };
    Ok(Settlement {
        run_id: run.id.clone(),
        period: outcome.period,
        as_of: outcome.as_of.clone(),
        status: Status::Calculated,
        policy: policy(run, service).await?,
        supersedes: None,
        superseded_by: None,
        submitted: None,
        decided: None,
        approvals: Vec::new(),
        dues: outcome.dealers.iter().cloned().map(Due::of).collect(),
    })
}

/// Checks that money may be paid by a run at all.
///
/// # Errors
/// When it is partial, its rates are examples, or its year isn't whole and the policy doesn't allow that.
pub async fn check_real(run: &Run, settlement: &Settlement, service: &Arc<Service>) -> Result<(), Problem> {
    if run.status == "partial" {
        return Err(Refusal::OfPartialRun.into());
    }
    settlement.is_real()?;
    let made = again::made(run, service).await?;
    match made.policy.settlement.interim {
        InterimSettlements::Refuse if made.is_interim => Err(Refusal::OfInterimRun.into()),
        _ => Ok(()),
    }
}

/// Checks that an approved settlement is what was approved; others have no seal yet.
///
/// # Errors
/// When it isn't.
pub async fn check_seal(settlement: &Settlement, service: &Service) -> Result<(), Problem> {
    if settlement.status.is_approved() || settlement.status == Status::Superseded {
        service.store.inspect_settlement(&settlement.run_id).await?.check(&settlement.run_id)?;
    }
    Ok(())
}

/// What the policy of a run says of who does what. A run whose policy isn't stored and not in force any more goes by what holds without one.
///
/// # Errors
/// When the policy can't be read.
pub async fn four_eyes(run: &Run, service: &Service) -> Result<Arc<FourEyes>, Problem> {
    if let Some(known) = service.remembered.four_eyes.find(&run.id) {
        return Ok(known);
    }
    let eyes = match policy_of(run, service).await {
        Ok(policy) => policy.settlement.four_eyes(),
        Err(Problem::PolicyChanged { .. } | Problem::NothingCalculated) => FourEyes::default(),
        Err(problem) => return Err(problem),
    };
    let eyes = Arc::new(eyes);
    service.remembered.four_eyes.remember(&run.id, &eyes);
    Ok(eyes)
}

impl Weigh for FourEyes {
    fn weight(&self) -> usize {
        self.bands.len() + 1
    }
}

async fn policy(run: &Run, service: &Service) -> Result<OfPolicy, Problem> {
    let Policy { id, version, sha256, rates, .. } = policy_of(run, service).await?;
    Ok(OfPolicy { id, version, sha256, rates })
}

async fn policy_of(run: &Run, service: &Service) -> Result<Policy, Problem> {
    Ok(match &run.policy_file {
        Some(name) => {
            let mut file = service.store.artefacts().open_checked(name).await?.file;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            let source: PolicySource = serde_json::from_slice(&text).map_err(Problem::internal)?;
            Policy::of_source("policy", source).map_err(Problem::internal)?
        }
        None => again::policy(run, service).await?,
    })
}
