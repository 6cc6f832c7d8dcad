//! A workbook's way from the spool to a stored run: known already, or calculated, its files stored, its row committed. Requests and jobs
//! go the same way.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use futures_util::future;

use tempfile::NamedTempFile;

use super::appeals::submitted;
use super::calculation::{Calculated, Calculation, Owner};
use super::identity::Requested;
use super::request_key::RequestKey;
use super::run_request::RunRequest;
use super::work::Admission;
use super::{Problem, Service, quota, regions};
use dealerbook_output::pipeline::CameFrom;
use dealerbook_store::{ArtefactError, Kind, Person, Run};

/// A workbook that somebody sends, and what is to be done with it.
pub struct Submission {
    /// The workbook, in the spool.
    pub upload: NamedTempFile,
    /// What is to be done with it.
    pub request: RunRequest,
    /// Whether it is only checked.
    pub kind: Kind,
    /// Whether nothing but the annotated workbook will do: without one, there is no run.
    pub needs_workbook: bool,
    /// The sender's own name for this request.
    pub key: Option<RequestKey>,
}

/// Refuses a request at once, before its workbook arrives, where too much waits already.
///
/// # Errors
/// When too much waits already.
pub fn refuse_if_full(service: &Service) -> Result<(), Problem> {
    match service.workers.are_full() {
        true => Err(service.busy()),
        false => Ok(()),
    }
}

/// Makes a run of a workbook, or returns the one that it is known by.
///
/// # Errors
/// As [`run`], and when the sender's key was used with another request.
pub async fn submit(submission: Submission, by: &Person, service: &Arc<Service>) -> Result<Run, Problem> {
    let Submission { upload, mut request, kind, needs_workbook, key } = submission;
    request.options.check_only = kind == Kind::Validation;
    let (service, admission) = (service.clone(), Admission::Request);
    let of = service.clone();
    let calculation = Calculation { service, upload, request, kind, needs_workbook, admission };
    match key {
        None => run(calculation, by, &of).await,
        Some(key) => run_once(calculation, &key, by, &of).await,
    }
}

/// Returns the run that a request of this key has led to, or leads to now.
async fn run_once(calculation: Calculation, key: &RequestKey, by: &Person, service: &Service) -> Result<Run, Problem> {
    let (calculation, requested) = identify(calculation, by).await?;
    if let Some(earlier) = key.claim(by, &requested.fingerprint(), service).await?
        && let Some(run) = service.store.run(&earlier, by).await?
        && is_whole(&run, service).await?
    {
        return Ok(run);
    }
    let run = identified(calculation, requested, service).await?;
    let bound = key.bind(by, &run.id, service).await?;
    match bound == run.id {
        true => Ok(run),
        false => Ok(service.store.run(&bound, by).await?.unwrap_or(run)),
    }
}

/// Calculates and commits, unless the same run is kept already: that one it is then. `uploader` is the person for whom it is done.
///
/// # Errors
/// When the workbook can't be worked on, too much waits already, or it can't be kept; no run is kept then. Files without a run are harmless.
pub async fn run(calculation: Calculation, uploader: &Person, service: &Service) -> Result<Run, Problem> {
    let (calculation, requested) = identify(calculation, uploader).await?;
    identified(calculation, requested, service).await
}

/// What a calculation is requested for, and the calculation again.
///
/// # Errors
/// When the upload can't be read.
pub async fn identify(mut calculation: Calculation, uploader: &Person) -> Result<(Calculation, Requested), Problem> {
    let name = uploader.name.clone();
    let identified = tokio::task::spawn_blocking(move || {
        let upload_sha256 = hex::encode(dealerbook_store::sha256(calculation.upload.as_file_mut())?);
        let engine = calculation.service.engine();
        let came_from = CameFrom::of(calculation.upload.reopen()?, &engine.package_limits);
        let requested = Requested::of(&calculation.request, calculation.kind, upload_sha256, &name);
        Ok::<_, Problem>((calculation, requested, came_from))
    });
    let (mut calculation, mut requested, came_from) = identified.await.map_err(Problem::internal)??;
    requested.only_regions = uploader.regions.clone();
    remember(&mut calculation, &mut requested, came_from, uploader).await?;
    Ok((calculation, requested))
}

/// Gives the calculation what earlier runs have to say to it.
async fn remember(
    calculation: &mut Calculation,
    requested: &mut Requested,
    came_from: Option<CameFrom>,
    uploader: &Person,
) -> Result<(), Problem> {
    if calculation.request.schema.is_some() {
        return Ok(());
    }
    let (service, options) = (&calculation.service, &mut calculation.request.options);
    options.history = service.past.before(options.period, uploader, &service.store).await?;
    if calculation.kind == Kind::Run {
        requested.earlier =
            submitted::earlier(came_from.as_ref(), requested.upload_sha256(), options.period, uploader, service)
                .await?;
        options.appeals = requested.earlier.as_ref().map(|earlier| earlier.appeals.clone());
    }
    Ok(())
}

/// As [`run`], with what is requested for.
///
/// # Errors
/// As [`run`].
pub async fn identified(calculation: Calculation, requested: Requested, service: &Service) -> Result<Run, Problem> {
    let begin = Instant::now();
    let engine = service.engine_in_force().await?;
    let key = requested.key(&requested.in_force(&engine, &calculation.request.options));
    let known = service.store.run_of_key(&key).await?;
    if let Some(known) = &known {
        regions::admit_known(known, &requested.only_regions, service).await?;
    }
    if let Some(known) = &known
        && is_whole(known, service).await?
    {
        service.remembered.proofs.remember(&known.id, &Arc::default());
        tracing::info!(run = known.id, "known");
        return Ok(known.clone());
    }
    let is_known = known.is_some();
    if !is_known {
        quota::admit(&requested.uploader, calculation.upload.as_file().metadata()?.len(), service).await?;
    }
    let owner = Owner { key, uploader: requested.uploader.clone(), engine, known };
    let calculated = work(calculation, owner, service).await?;
    regions::admit(&calculated.run.regions, &requested.only_regions)?;
    if !is_known {
        let bytes = u64::try_from(calculated.run.kept_bytes).unwrap_or_default();
        quota::admit(&requested.uploader, bytes, service).await?;
    }
    store_files(&calculated, service).await?;
    let Calculated { run, appeals, .. } = calculated;
    if let Some(earlier) = &requested.earlier {
        // Before the run: whoever sends the workbook once more finds the run, and nothing is lodged then.
        earlier.lodge(&appeals, &requested.uploader, service).await?;
    }
    let committing = service.metrics.stages.begin("commit");
    let run = if is_known { service.store.mend_run(run).await? } else { service.store.keep_run(run).await? };
    if let Some(earlier) = &requested.earlier {
        service.store.join_family(&run.id, &earlier.family).await?;
    }
    drop(committing);
    // This program has just come to its figures.
    service.remembered.proofs.remember(&run.id, &Arc::default());
    service.metrics.work.count_run(&run, begin.elapsed());
    tracing::info!(
        run = run.id,
        kind = run.kind.as_str(),
        status = run.status,
        errors = run.errors,
        dealers = run.dealers,
        is_known,
        "kept"
    );
    Ok(run)
}

/// Calculates what is requested for as a new run, which is still to be kept.
///
/// # Errors
/// When the workbook can't be worked on, or too much waits already.
pub async fn calculate(
    calculation: Calculation,
    requested: Requested,
    service: &Service,
) -> Result<Calculated, Problem> {
    let engine = service.engine_in_force().await?;
    let key = requested.key(&requested.in_force(&engine, &calculation.request.options));
    work(calculation, Owner { key, uploader: requested.uploader, engine, known: None }, service).await
}

/// Stores the files that a run names, before the run itself.
///
/// # Errors
/// When they can't be kept.
pub async fn store_files(calculated: &Calculated, service: &Service) -> Result<(), Problem> {
    let artefacts = service.store.artefacts();
    let _keeping = service.metrics.stages.begin("keep");
    future::try_join_all(calculated.files.iter().map(|file| artefacts.keep_hashed(file))).await?;
    Ok(())
}

/// Whether all that a run answers with is there and unharmed.
///
/// # Errors
/// When it can't be told.
pub async fn is_whole(run: &Run, service: &Service) -> Result<bool, Problem> {
    for name in run.artefacts() {
        match service.store.artefacts().open_checked(name).await {
            Ok(_) => {}
            Err(ArtefactError::Missing { .. } | ArtefactError::Damaged { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

async fn work(calculation: Calculation, owner: Owner, service: &Service) -> Result<Calculated, Problem> {
    let admission = calculation.admission;
    let waiting = service.metrics.stages.begin("wait");
    let calculate = move |stop: &AtomicBool| {
        drop(waiting);
        calculation.run(owner, stop)
    };
    service.on_a_worker_with(admission, calculate).await
}
