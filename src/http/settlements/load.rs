//! The settlement of a run: as it is kept, or as the run came out, as long as nobody has done anything with it.

use std::io::Read;

use actix_web::web;

use crate::http::again;
use crate::http::{Problem, Service};
use crate::key::Key;
use crate::policy::{InterimSettlements, Policy, PolicySource};
use crate::settlement::{Due, OfPolicy, Refusal, Settlement, Status};
use crate::store::{Kind, Person, Run};

/// The settlement of a run.
///
/// # Errors
/// When the run calculated no amounts, or can't be calculated again.
pub async fn load(run: &Run, service: &web::Data<Service>) -> Result<Settlement, Problem> {
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
pub async fn shown_to(person: &Person, run: &Run, service: &web::Data<Service>) -> Result<Settlement, Problem> {
    let mut settlement = load(run, service).await?;
    if !person.regions.is_empty() {
        let is_shown = |region: &Key| region.is_empty() || person.regions.contains(region);
        settlement.dues.retain(|due| is_shown(&due.dealer.region));
    }
    Ok(settlement)
}

/// What the run came to, whatever has become of its settlement.
///
/// # Errors
/// As [`load`].
pub(super) async fn calculated(run: &Run, service: &web::Data<Service>) -> Result<Settlement, Problem> {
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
        dues: outcome.dealers.iter().cloned().map(Due::of).collect(),
    })
}

/// Checks that money may be paid by a run at all.
///
/// # Errors
/// When it is partial, its rates are examples, or its year isn't whole and the policy doesn't allow that.
pub(super) async fn check_real(
    run: &Run,
    settlement: &Settlement,
    service: &web::Data<Service>,
) -> Result<(), Problem> {
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

async fn policy(run: &Run, service: &Service) -> Result<OfPolicy, Problem> {
    let policy = match &run.policy_file {
        Some(name) => {
            let mut file = service.store.artefacts().open_checked(name).await?.file;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            let source: PolicySource = serde_json::from_slice(&text).map_err(Problem::internal)?;
            Policy::of_source("policy", source).map_err(Problem::internal)?
        }
        None => again::policy(run, service).await?,
    };
    let Policy { id, version, sha256, rates, .. } = policy;
    Ok(OfPolicy { id, version, sha256, rates })
}
