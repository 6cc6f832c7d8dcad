//! The files of batches on their way to an outcome: handed to the queue, taken by a worker of some server, calculated as any request is.
//!
//! The database decides, the queue only brings: a file's row says whether there is anything left to do. So whatever is lost or comes twice,
//! the sweep, which every server does each second, brings it forward: rows that were never handed over, rows whose worker is silent.
//!
//! A job takes its file by `status = 'queued'`, which counts `attempts` up. That number is the fence: what a worker says counts only while
//! the row runs under it, so a worker that was taken for dead, or whose batch was cancelled elsewhere, stops at its next sign of life. A
//! silent row goes back once, to be worked on with no other file beside it (`Patience::JobAlone`); the second time it fails. Jobs wait in a
//! line of their own, so that they neither fill the queue of requests nor are refused. A batch's status is derived from its files, never
//! stored beside them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use tempfile::NamedTempFile;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::ask;
use crate::clock;
use crate::http::answer::Form;
use crate::http::problem::status_of;
use crate::http::{Problem, Service, filename, kept, render};
use crate::problem::Class;
use crate::service::calculation::Calculation;
use crate::service::work::Patience;
use crate::store::{Attempt, FileOutcome, Kind, Queue, Run, Silent, StoreError, Taken, Ticket};
use crate::telemetry::causes;

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

/// The background work of this server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Jobs {
    queue: Queue,
    wake: Arc<Notify>,
    stop: CancellationToken,
}

impl Jobs {
    /// Work over a queue, not begun yet.
    pub fn new(queue: Queue) -> Jobs {
        Jobs { queue, wake: Arc::new(Notify::new()), stop: CancellationToken::new() }
    }

    /// Says that there is something to hand to the queue.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Lets the work end: nothing more is taken, and what was taken is given back.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Ends once the work is to end.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Begins the work. The tasks end after [`Jobs::stop`].
    pub fn begin(&self, service: &web::Data<Service>) -> [JoinHandle<()>; 2] {
        let (sweeping, working) = (service.clone(), service.clone());
        let queue = self.queue.clone();
        let stop = self.stop.clone();
        let work = async move {
            let of = working.clone();
            // A task of its own, so that a failing queue doesn't take the work with it.
            let job = move |ticket| {
                let task = tokio::spawn(attend(of.clone(), ticket));
                async move {
                    if task.await.is_err() {
                        tracing::error!("a job panicked");
                    }
                }
                .boxed()
            };
            let (job, at_once) = (Arc::new(job), working.workers.jobs_max());
            while !stop.is_cancelled() {
                let (queue, stop, job) = (queue.clone(), stop.clone(), job.clone());
                if tokio::spawn(async move { queue.work(at_once, &stop, job).await }).await.is_err() {
                    tracing::error!("the queue panicked");
                    sleep(SWEEP_EVERY).await;
                }
            }
        };
        [tokio::spawn(sweep(sweeping)), tokio::spawn(work)]
    }

    /// Closes the queue.
    pub async fn close(&self) {
        self.queue.close().await;
    }
}

async fn sweep(service: web::Data<Service>) {
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
    let document = document(&Problem::WorkerLost { attempts: silent.attempts }, &ticket, &silent.lang);
    let outcome = FileOutcome::Problem(&document);
    service.store.finish_file(&ticket, silent.attempts, outcome, &clock::now()).await?;
    Ok(())
}

/// One job from its arrival to its end, whatever becomes of it.
async fn attend(service: web::Data<Service>, ticket: Ticket) {
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

async fn work_on(service: &web::Data<Service>, ticket: &Ticket, taken: Taken) {
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
            render::log(&problem);
            match Failure::of(&problem, attempts) {
                Failure::Outage => {
                    let later = clock::text(Timestamp::now() + OUTAGE_REST);
                    give_back(service, ticket, attempts, Attempt::IsForgotten, Some(&later)).await;
                }
                Failure::Ours => give_back(service, ticket, attempts, Attempt::Counts, None).await,
                Failure::Final => {
                    let document = document(&problem, ticket, &taken.batch.lang);
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
async fn calculate(service: &web::Data<Service>, taken: &Taken) -> Result<Run, Problem> {
    let mut ask = ask::of_kept(&taken.batch)?;
    ask.filename = taken.file.filename.as_deref().and_then(filename::clean);
    let upload = upload(service, taken).await?;
    let calculation = Calculation {
        service: Arc::clone(service),
        upload,
        ask,
        kind: Kind::Run,
        form: Form::Json,
        patience: if taken.file.attempts > 1 { Patience::JobAlone } else { Patience::Job },
    };
    kept::run(calculation, &taken.batch.person()?, service).await
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

/// A problem as the batch keeps it, in the batch's language. There is no request to name: the batch stands in its place.
fn document(problem: &Problem, ticket: &Ticket, lang: &str) -> String {
    let document = problem.document(
        lang.parse().unwrap_or_default(),
        status_of(problem.class()).as_u16(),
        format!("urn:uuid:{}", ticket.batch_id),
    );
    serde_json::to_string(&document).unwrap_or_default()
}

fn before_now(time: Duration) -> String {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    clock::text(Timestamp::now().saturating_sub(time).unwrap_or(Timestamp::MIN))
}
