//! The files of batches on their way to an outcome: handed to the queue, taken by a worker of some server, calculated as any request is.
//!
//! The database decides, the queue only brings: a file's row says whether there is anything left to do. So whatever is lost or comes twice,
//! the sweep, which every server does each second, brings it forward: rows that were never handed over, rows whose worker is silent.
//!
//! A job takes its file by `status = 'queued'`, which counts `attempts` up. That number is the fence: what a worker says counts only while
//! the row runs under it, so a worker that was taken for dead, or whose batch was cancelled elsewhere, stops at its next sign of life. A
//! silent row goes back once, to be worked on with no other file beside it (`Admission::JobAlone`); the second time it fails. Jobs wait in a
//! line of their own, so that they neither fill the queue of requests nor are refused. A batch's status is derived from its files, never
//! stored beside them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use tempfile::NamedTempFile;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::Instrument;

use super::request;
use crate::problem::{Class, Problem};
use crate::service::calculation::Calculation;
use crate::service::work::Admission;
use crate::service::{Service, filename, problem_log, submission};
use crate::telemetry::causes;
use dealerbook_base::clock;
use dealerbook_store::{Attempt, FileOutcome, Kind, Run, Silent, StoreError, Taken, Ticket};

const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// Every so many sweeps it is looked whether the queue has lost something; every so many, what is over there is cleared away.
const SWEEPS_TO_RECALL: u64 = 10;
const SWEEPS_TO_CLEAR: u64 = 600;
/// After so many workers have come to nothing with a file, it is given up: it may be the reason, so it is tried again once, and alone.
const ATTEMPTS_MAX: i64 = 2;
/// How long a file waits after an outage of ours before it is tried again.
const OUTAGE_REST: SignedDuration = SignedDuration::from_secs(5);
/// Signs of life within the silence that is allowed, and how seldom they may be: a cancelled file is noticed by them too.
const SIGNS_IN_SILENCE: u32 = 4;
const SIGN_EVERY_MAX: Duration = Duration::from_secs(1);
/// How long an outcome is tried to be written down before the file is left to the sweep.
const WRITING_TRIES: u32 = 10;

/// Begins the work on files of batches. The tasks end after [`Jobs::stop`](super::line::Jobs::stop).
pub fn begin(service: &Arc<Service>) -> [JoinHandle<()>; 2] {
    [tokio::spawn(sweep(service.clone())), tokio::spawn(work(service.clone()))]
}

async fn work(service: Arc<Service>) {
    let (queue, stop, at_once) = (&service.jobs.queue, &service.jobs.stop, service.workers.jobs_max());
    let of = service.clone();
    // A task of its own, so that a failing queue doesn't take the work with it.
    let job = Arc::new(move |ticket| {
        let task = tokio::spawn(attend(of.clone(), ticket));
        async move {
            if task.await.is_err() {
                tracing::error!("a job panicked");
            }
        }
        .boxed()
    });
    while !stop.is_cancelled() {
        let (queue, stop, job) = (queue.clone(), stop.clone(), job.clone());
        if tokio::spawn(async move { queue.work(at_once, &stop, job).await }).await.is_err() {
            tracing::error!("the queue panicked");
            sleep(SWEEP_EVERY).await;
        }
    }
}

async fn sweep(service: Arc<Service>) {
    let jobs = &service.jobs;
    for sweeps in 0_u64.. {
        if let Err(error) = sweep_once(&service, sweeps).await {
            tracing::warn!(cause = causes(&error), "the batches cannot be looked after");
        }
        tokio::select! {
            () = sleep(SWEEP_EVERY) => {}
            () = jobs.wake.notified() => {}
            () = jobs.stopped() => return,
        }
    }
}

async fn sweep_once(service: &Service, sweeps: u64) -> Result<(), StoreError> {
    let silence_max = service.limits.batches.job_silence_max();
    for silent in service.store.silent_files(&before_now(silence_max)).await? {
        take_from_silent(service, &silent).await?;
    }
    if sweeps.is_multiple_of(SWEEPS_TO_RECALL) {
        let lost = service.store.recall_lost(&before_now(silence_max * 2)).await?;
        if lost > 0 {
            tracing::warn!(files = lost, "the queue had lost files of batches");
        }
    }
    if sweeps.is_multiple_of(SWEEPS_TO_CLEAR) {
        service.jobs.queue.clear().await?;
    }
    loop {
        let waiting = service.store.files_to_enqueue(&clock::now()).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        service.jobs.queue.push(waiting.clone()).await?;
        service.store.note_enqueued(&waiting, &clock::now()).await?;
    }
}

/// A worker that is silent has most likely been killed; the file may well be the reason.
async fn take_from_silent(service: &Service, silent: &Silent) -> Result<(), StoreError> {
    let ticket = Ticket { batch_id: silent.batch_id.clone(), position: silent.position };
    tracing::warn!(batch = ticket.batch_id, file = ticket.position, attempts = silent.attempts, "a worker is silent");
    if silent.attempts < ATTEMPTS_MAX {
        service.store.give_back(&ticket, silent.attempts, Attempt::Counts, None).await?;
        return Ok(());
    }
    let document = document(&Problem::WorkerLost { attempts: silent.attempts }, &ticket, &silent.lang, service);
    let outcome = FileOutcome::Problem(&document);
    service.store.finish_file(&ticket, silent.attempts, outcome, &clock::now()).await?;
    Ok(())
}

/// One job from its arrival to its end, whatever becomes of it.
async fn attend(service: Arc<Service>, ticket: Ticket) {
    let span = tracing::info_span!("job", batch = ticket.batch_id, file = ticket.position);
    let work = async {
        if service.jobs.stop.is_cancelled() {
            return;
        }
        match service.store.take_file(&ticket, &clock::now()).await {
            Ok(Some(taken)) => work_on(&service, &ticket, taken).await,
            Ok(None) => {}
            // It stays as it is; the queue is asked again when nothing moves.
            Err(error) => tracing::warn!(cause = causes(&error), "a file cannot be taken"),
        }
    };
    work.instrument(span).await;
}

async fn work_on(service: &Arc<Service>, ticket: &Ticket, taken: Taken) {
    let attempts = taken.file.attempts;
    let made = tokio::select! {
        made = calculate(service, &taken) => made,
        () = lost(service, &taken) => return tracing::info!("the file is no longer this worker's"),
        () = service.jobs.stopped() => {
            give_back(service, ticket, attempts, Attempt::IsForgotten, None).await;
            return;
        }
    };
    match made {
        Ok(run) => write_down(service, ticket, attempts, FileOutcome::Run(&run)).await,
        Err(problem) => {
            problem_log::write(&problem);
            match Failure::of(&problem, attempts) {
                Failure::Outage => {
                    let later = clock::text(Timestamp::now() + OUTAGE_REST);
                    give_back(service, ticket, attempts, Attempt::IsForgotten, Some(&later)).await;
                }
                Failure::Ours => give_back(service, ticket, attempts, Attempt::Counts, None).await,
                Failure::Final => {
                    let document = document(&problem, ticket, &taken.batch.lang, service);
                    write_down(service, ticket, attempts, FileOutcome::Problem(&document)).await;
                }
            }
        }
    }
}

/// What a problem means for the file.
enum Failure {
    /// Something that the service needs is gone for now: the file waits.
    Outage,
    /// The service failed: another attempt may do.
    Ours,
    /// It is the file's outcome.
    Final,
}

impl Failure {
    fn of(problem: &Problem, attempts: i64) -> Failure {
        match problem.class() {
            Class::Outage | Class::Full => Failure::Outage,
            Class::Ours if attempts < ATTEMPTS_MAX => Failure::Ours,
            _ => Failure::Final,
        }
    }
}

/// The way of a request, with the upload as it was kept.
async fn calculate(service: &Arc<Service>, taken: &Taken) -> Result<Run, Problem> {
    let mut run_request = request::of_batch(&taken.batch)?;
    run_request.filename = taken.file.filename.as_deref().and_then(filename::clean);
    let upload = upload(service, taken).await?;
    let calculation = Calculation {
        service: Arc::clone(service),
        upload,
        request: run_request,
        kind: Kind::Run,
        needs_workbook: false,
        admission: if taken.file.attempts > 1 { Admission::JobAlone } else { Admission::Job },
    };
    submission::run(calculation, &taken.batch.person()?, service).await
}

async fn upload(service: &Service, taken: &Taken) -> Result<NamedTempFile, Problem> {
    let mut artefact = service.store.artefacts().open_checked(&taken.file.upload_sha256).await?;
    let spool = service.store.spool().clone();
    let copied = tokio::task::spawn_blocking(move || -> io::Result<NamedTempFile> {
        let mut file = spool.file()?;
        io::copy(&mut artefact.file, &mut file)?;
        Ok(file)
    });
    Ok(copied.await.map_err(Problem::internal)??)
}

/// Gives signs of life, and ends when the file is no longer this worker's: cancelled, or taken over.
async fn lost(service: &Service, taken: &Taken) {
    let every = (service.limits.batches.job_silence_max() / SIGNS_IN_SILENCE).min(SIGN_EVERY_MAX);
    loop {
        sleep(every).await;
        match service.store.sign_of_life(taken, &clock::now()).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(cause = causes(&error), "no sign of life can be given"),
        }
    }
}

/// The run is committed already, or the problem is certain: an outage mustn't cost the work that was done.
async fn write_down(service: &Service, ticket: &Ticket, attempts: i64, outcome: FileOutcome<'_>) {
    for _ in 0..WRITING_TRIES {
        match service.store.finish_file(ticket, attempts, outcome.clone(), &clock::now()).await {
            Ok(_) => return,
            Err(error) => tracing::warn!(cause = causes(&error), "an outcome cannot be written down"),
        }
        tokio::select! {
            () = sleep(SWEEP_EVERY) => {}
            () = service.jobs.stopped() => return,
        }
    }
}

/// Where even this fails, the silence gives the file back.
async fn give_back(service: &Service, ticket: &Ticket, attempts: i64, attempt: Attempt, not_before: Option<&str>) {
    if let Err(error) = service.store.give_back(ticket, attempts, attempt, not_before).await {
        tracing::warn!(cause = causes(&error), "a file cannot be given back");
    }
    service.jobs.wake();
}

/// Returns a problem as the batch stores it, in the batch's language. There is no request to name: the batch stands in its place.
fn document(problem: &Problem, ticket: &Ticket, lang: &str, service: &Service) -> String {
    (service.jobs.describe)(problem, lang.parse().unwrap_or_default(), format!("urn:uuid:{}", ticket.batch_id))
}

fn before_now(time: Duration) -> String {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    clock::text(Timestamp::now().saturating_sub(time).unwrap_or(Timestamp::MIN))
}
