//! A workbook's way from the spool to a run that is kept: calculated, its files kept, its row committed. Requests and jobs go the same way.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use futures_util::future;

use super::calculation::{Calculated, Calculation};
use super::work::WorkError;
use super::{Problem, Service};
use crate::store::{Person, Run};

/// Calculates and commits. `uploader` is the person for whom it is done.
///
/// # Errors
/// When the workbook can't be worked on, too much waits already, or it can't be kept; no run is kept then. Files without a run are harmless.
pub async fn run(calculation: Calculation, uploader: &Person, service: &Service) -> Result<Run, Problem> {
    let begin = Instant::now();
    let Calculated { run, files } = work(calculation, service).await?;
    let artefacts = service.store.artefacts();
    let keeping = service.metrics.stages.begin("keep");
    future::try_join_all(files.iter().map(|file| artefacts.keep_hashed(file))).await?;
    drop(keeping);
    let committing = service.metrics.stages.begin("commit");
    service.store.insert_run(&run).await?;
    drop(committing);
    service.metrics.work.count_run(&run, begin.elapsed());
    tracing::info!(
        run = run.id,
        kind = run.kind.as_str(),
        status = run.status,
        errors = run.errors,
        dealers = run.dealers,
        role = uploader.role.as_str(),
        "kept"
    );
    Ok(run)
}

async fn work(calculation: Calculation, service: &Service) -> Result<Calculated, Problem> {
    let waiting = service.metrics.stages.begin("wait");
    let calculate = move |stop: &AtomicBool| {
        drop(waiting);
        calculation.run(stop)
    };
    match service.workers.run(calculate).await {
        Ok(calculated) => calculated,
        Err(WorkError::Full) => Err(service.busy()),
        Err(error @ WorkError::Panicked) => Err(Problem::internal(error)),
    }
}
