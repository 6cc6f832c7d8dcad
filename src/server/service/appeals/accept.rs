//! Accepting an appeal: cells of the upload are corrected, and what that gives is a new run of the same period, policy and history.
//!
//! It is calculated outside of any transaction and committed in one, with the run and the note of whose correction it is; where another
//! acceptance has corrected the same run meanwhile, it is calculated once more on top of that. Runs that came out of one another are a
//! family (`run_families`), within which the same words for the same dealer are one appeal.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use serde::Deserialize;
use tempfile::NamedTempFile;

use super::{Acceptance, known};
use crate::problem::AppealFault;
use crate::problem::{AppealProblem, CorrectedIssue};
use crate::service::again::Again;
use crate::service::calculation::{Calculated, Calculation};
use crate::service::identity::Requested;
use crate::service::run_request::RunRequest;
use crate::service::submission;
use crate::service::work::Admission;
use crate::service::{Problem, Service, quota};
use dealerbook_base::clock;
use dealerbook_engine::appeals::{Appeals, Desk};
use dealerbook_output::pipeline::PipelineError;
use dealerbook_package::{CellChange, PackageError, change_cells};
use dealerbook_store::{Answered, AppealStatus, Corrected, KeptAppeal, Kind, NewAnswer, Person, Run};

/// So often the corrections are calculated once more because another appeal corrected the same run meanwhile.
const TRIES: u32 = 4;

/// Accepts an open appeal.
///
/// # Errors
/// When cells can't be corrected, the corrected data have errors, or somebody was faster; nothing has changed then.
pub async fn accept(
    appeal: &KeptAppeal,
    acceptance: &Acceptance,
    person: &Person,
    service: &Arc<Service>,
) -> Result<KeptAppeal, Problem> {
    let at = clock::now();
    let answer = NewAnswer { id: &appeal.id, by: person, at: &at, answer: acceptance.answer.as_deref() };
    for _ in 0..TRIES {
        let base = service.store.latest_correction(&appeal.run_id).await?;
        let base = service.store.run_unseen(&base).await?.ok_or(Problem::NoSuchRun)?;
        let run = corrected_run(&base, appeal, acceptance, &answer, service).await?;
        let corrected = Corrected { base: &base.id, run, corrections: acceptance.sent.clone() };
        match service.store.accept_appeal(&answer, &corrected).await? {
            Answered::Done(appeal) => return Ok(*appeal),
            Answered::Before(appeal) => return Err(AppealProblem::before(*appeal).into()),
            Answered::Gone => return Err(AppealProblem::NoSuchAppeal.into()),
            Answered::CorrectedMeanwhile => {}
        }
    }
    Err(service.busy())
}

/// Calculates the corrected upload and keeps its files; the run is still to be committed.
async fn corrected_run(
    base: &Run,
    appeal: &KeptAppeal,
    acceptance: &Acceptance,
    answer: &NewAnswer<'_>,
    service: &Arc<Service>,
) -> Result<Run, Problem> {
    let again = Again::of(base, service).await?;
    let (upload, upload_sha256) = corrected_upload(&again, acceptance, service).await?;
    let known = answered_appeals(appeal, acceptance, answer, service).await?;
    let Again { policy, options, filename, .. } = again;
    let exact_policy = Some(Arc::new(policy));
    let mut request = RunRequest { filename, exact_policy, options, ..RunRequest::default() };
    request.options.appeals = Some(Arc::new(Appeals { desk: Desk::NoRun, known }));
    let requested = Requested::of(&request, Kind::Run, upload_sha256, &base.uploader);
    let calculation = Calculation {
        service: Arc::clone(service),
        upload,
        request,
        kind: Kind::Run,
        needs_workbook: true,
        admission: Admission::Request,
    };
    let calculated = submission::calculate(calculation, requested, service).await?;
    refuse_errors(&calculated, base, &acceptance.corrections)?;
    quota::admit_in_all(u64::try_from(calculated.run.kept_bytes).unwrap_or_default(), service).await?;
    submission::store_files(&calculated, service).await?;
    Ok(calculated.run)
}

/// The upload with its cells corrected, and its hash.
async fn corrected_upload(
    again: &Again,
    acceptance: &Acceptance,
    service: &Arc<Service>,
) -> Result<(NamedTempFile, String), Problem> {
    let (bytes, corrections) = (again.bytes.clone(), acceptance.corrections.clone());
    let of = Arc::clone(service);
    let corrected = tokio::task::spawn_blocking(move || -> Result<(NamedTempFile, String), Problem> {
        let bytes = change_cells(&bytes, &of.engine().package_limits, &corrections).map_err(unchangeable)?;
        let mut file = of.store.spool().file()?;
        file.write_all(&bytes)?;
        file.flush()?;
        let sha256 = hex::encode(dealerbook_store::sha256(&mut File::open(file.path())?)?);
        Ok((file, sha256))
    });
    corrected.await.map_err(Problem::internal)?
}

fn unchangeable(error: PackageError) -> Problem {
    match error {
        PackageError::Changes(faults) => {
            let fault =
                |fault: dealerbook_package::ChangeFault| AppealFault::Change { index: fault.index, why: fault.why };
            AppealProblem::Invalid { faults: faults.into_iter().map(fault).collect() }.into()
        }
        error => PipelineError::from(error).into(),
    }
}

/// The appeals of the run's family, this one as it is going to be answered: so the corrected workbook says it.
async fn answered_appeals(
    appeal: &KeptAppeal,
    acceptance: &Acceptance,
    answer: &NewAnswer<'_>,
    service: &Service,
) -> Result<Vec<dealerbook_engine::appeals::Appeal>, Problem> {
    let mut kept = service.store.appeals_of_family(&appeal.family, &Person::admin()).await?;
    for own in kept.iter_mut().filter(|own| own.id == appeal.id) {
        own.status = AppealStatus::Accepted;
        own.answer = answer.answer.map(str::to_owned);
        own.answered_at = Some(answer.at.to_owned());
        own.corrections = Some(acceptance.sent.to_string());
    }
    Ok(kept.iter().map(|appeal| known::known(appeal, &service.calendar)).collect())
}

/// Refuses a corrected run with errors that the run before didn't have.
fn refuse_errors(calculated: &Calculated, base: &Run, corrections: &[CellChange]) -> Result<(), Problem> {
    let run = &calculated.run;
    if run.status != "faulty" && run.errors <= base.errors {
        return Ok(());
    }
    #[derive(Deserialize)]
    struct Kept {
        issues: Vec<Issue>,
    }
    #[derive(Deserialize)]
    struct Issue {
        severity: String,
        sheet: Option<String>,
        cell: Option<String>,
        message: String,
        suggestion: Option<String>,
    }
    let result = calculated.files.iter().find(|file| file.name() == run.result_sha256);
    let result = result.ok_or_else(|| Problem::internal("a run without its result"))?;
    let Kept { issues } =
        serde_json::from_reader(std::io::BufReader::new(File::open(result.path())?)).map_err(Problem::internal)?;
    let told = issues.into_iter().filter(|issue| issue.severity == "error").map(|issue| {
        let stands = |change: &CellChange| {
            let cell = change.cell.replace('$', "").to_uppercase();
            issue.sheet.as_deref() == Some(change.sheet.as_str()) && issue.cell.as_ref() == Some(&cell)
        };
        let place: Vec<&str> = issue.sheet.as_deref().into_iter().chain(issue.cell.as_deref()).collect();
        CorrectedIssue {
            correction: corrections.iter().position(stands),
            place: place.join("!"),
            message: issue.message.clone(),
            suggestion: issue.suggestion.clone(),
        }
    });
    Err(AppealProblem::CorrectionFaulty { issues: told.collect() }.into())
}
