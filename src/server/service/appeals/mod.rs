//! Appeals (申诉): lodged against a run, verified, and answered by accepting or rejecting.

pub mod accept;
mod appealed;
pub mod known;
pub mod submitted;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::{Problem, Service, again, runs};
use crate::problem::{AppealFault, AppealProblem};
use appealed::Appealed;
use dealerbook_base::clock;
use dealerbook_package::CellChange;
use dealerbook_store::{Answered, AppealSource, KeptAppeal, NewAnswer, NewAppeal, Person, Run, Verification};

/// An appeal, as far as the request alone tells whether it can be.
#[derive(Debug, Default)]
pub struct Lodging {
    /// Whose.
    pub dealer_id: Option<String>,
    /// What the dealer says.
    pub text: Option<String>,
    /// What it is about.
    pub about: Option<String>,
    /// What is wrong with the request alone.
    pub faults: Vec<AppealFault>,
}

/// What accepts an appeal.
#[derive(Debug)]
pub struct Acceptance {
    /// The cells as they are to be.
    pub corrections: Vec<CellChange>,
    /// The same as they were sent.
    pub sent: Value,
    /// What is said about it.
    pub answer: Option<String>,
}

/// Lodges an appeal; returns it and whether it is new: the same words for the same dealer are the same appeal.
///
/// # Errors
/// Everything that is wrong with it, and when the time for appeals is over.
pub async fn lodge(run: &Run, lodging: Lodging, by: &Person, service: &Service) -> Result<(KeptAppeal, bool), Problem> {
    let Lodging { dealer_id, text, about, mut faults } = lodging;
    let appealed = Appealed::of(run, service).await?;
    faults.extend(dealer_id.as_deref().and_then(|id| appealed.dealer_fault(id)));
    faults.extend(about.as_deref().and_then(|about| appealed.about_fault(about, service)));
    let (Some(dealer_id), Some(text), true) = (dealer_id, text, faults.is_empty()) else {
        return Err(AppealProblem::Invalid { faults }.into());
    };
    if let Some(last_day) = appealed::closed(run, service).await? {
        return Err(AppealProblem::TooLate { last_day }.into());
    }
    let lodged_at = clock::timestamp();
    let due = appealed::due_at(lodged_at, None, &appealed.policy, &service.calendar);
    let new = NewAppeal {
        dealer_name: appealed.dealers.get(&dealer_id).cloned().unwrap_or_default(),
        dealer_id,
        about,
        text,
        source: AppealSource::Request,
        lodged_at: clock::text(lodged_at),
        verify_due_at: due.verify,
        due_at: due.answer,
    };
    let lodged = service.store.lodge_appeals(&run.id, &[new], &by.name).await?;
    lodged.into_iter().next().ok_or_else(|| Problem::internal("an appeal was not lodged"))
}

/// Notes on which day an appeal was verified: today where none is named. The clock of its answer runs from that day.
///
/// # Errors
/// When the person may not answer it, it was answered or verified before, or it can't have been verified on that day.
pub async fn verify(
    appeal: &KeptAppeal,
    on: Option<Date>,
    by: &Person,
    service: &Service,
) -> Result<KeptAppeal, Problem> {
    check_answerable(appeal, by)?;
    let (calendar, now) = (&service.calendar, clock::timestamp());
    let lodged_at: Timestamp = appeal.lodged_at.parse().map_err(Problem::internal)?;
    let (first, last) = (calendar.day_of(lodged_at), calendar.day_of(now));
    let on = on.unwrap_or(last);
    if !(first..=last).contains(&on) {
        return Err(AppealProblem::Invalid { faults: vec![AppealFault::NotVerifiedThen { first, last }] }.into());
    }
    let run = runs::find(&appeal.run_id, by, service).await?;
    let due = appealed::due_at(lodged_at, Some(on), &again::policy(&run, service).await?, calendar);
    let (on, at) = (on.to_string(), clock::text(now));
    let verification = Verification { id: &appeal.id, by: &by.name, at: &at, on: &on, due_at: &due.answer };
    answered(service.store.verify_appeal(&verification).await?)
}

/// Accepts an appeal: the corrected cells are calculated as a new run.
///
/// # Errors
/// When the person may not answer it, it was answered before, or as of [`accept::accept`]; nothing has changed then.
pub async fn accept(
    appeal: &KeptAppeal,
    acceptance: &Acceptance,
    by: &Person,
    service: &Arc<Service>,
) -> Result<KeptAppeal, Problem> {
    check_answerable(appeal, by)?;
    accept::accept(appeal, acceptance, by, service).await
}

/// Rejects an appeal with a reason.
///
/// # Errors
/// When the person may not answer it, or it was answered before.
pub async fn reject(appeal: &KeptAppeal, reason: &str, by: &Person, service: &Service) -> Result<KeptAppeal, Problem> {
    check_answerable(appeal, by)?;
    let answer = NewAnswer { id: &appeal.id, by, at: &clock::now(), answer: Some(reason) };
    answered(service.store.reject_appeal(&answer).await?)
}

/// Returns the appeal as it stands now.
fn answered(answered: Answered) -> Result<KeptAppeal, Problem> {
    match answered {
        Answered::Done(appeal) => Ok(*appeal),
        Answered::Before(appeal) => Err(AppealProblem::before(*appeal).into()),
        Answered::Gone | Answered::CorrectedMeanwhile => Err(AppealProblem::NoSuchAppeal.into()),
    }
}

/// Returns the appeal of an id.
///
/// # Errors
/// When there is none that this person may see.
pub async fn find(id: &str, person: &Person, service: &Service) -> Result<KeptAppeal, Problem> {
    let id = Uuid::try_parse(id).map_err(|_| AppealProblem::NoSuchAppeal)?;
    let appeal = service.store.appeal(&id.to_string(), person).await?;
    appeal.ok_or_else(|| AppealProblem::NoSuchAppeal.into())
}

/// Checks that this person may answer the appeal, and nobody has yet.
fn check_answerable(appeal: &KeptAppeal, person: &Person) -> Result<(), Problem> {
    if appeal.lodged_person.as_ref() == Some(&person.id) {
        return Err(AppealProblem::Own { who: person.name.clone() }.into());
    }
    match appeal.answered_at {
        Some(_) => Err(AppealProblem::before(appeal.clone()).into()),
        None => Ok(()),
    }
}
