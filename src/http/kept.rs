//! A workbook's way from the spool to a run that is kept: known already, or calculated, its files kept, its row committed. Requests and
//! jobs go the same way.

use std::time::Instant;

use super::calculation::{Calculation, Whose};
use super::identity::Asked;
use super::work::WorkError;
use super::{Problem, Service};
use crate::store::{self, ArtefactError, Person, Run};

/// Calculates and commits, unless the same run is kept already: that one it is then. `uploader` is the person for whom it is done.
///
/// # Errors
/// When the workbook can't be worked on, too much waits already, or it can't be kept; nothing is kept then.
pub async fn run(calculation: Calculation, uploader: &Person, service: &Service) -> Result<Run, Problem> {
    let (calculation, asked) = identify(calculation, uploader).await?;
    identified(calculation, asked, service).await
}

/// What a calculation is asked for, and the calculation again.
///
/// # Errors
/// When the upload can't be read.
pub async fn identify(mut calculation: Calculation, uploader: &Person) -> Result<(Calculation, Asked), Problem> {
    let uploader = uploader.name.clone();
    let identified = tokio::task::spawn_blocking(move || {
        let upload_sha256 = hex::encode(store::sha256(calculation.upload.as_file_mut())?);
        let asked = Asked::of(&calculation.ask, calculation.kind, upload_sha256, &uploader);
        Ok((calculation, asked))
    });
    identified.await.map_err(Problem::internal)?
}

/// As [`run`], with what is asked for.
///
/// # Errors
/// As [`run`].
pub async fn identified(calculation: Calculation, asked: Asked, service: &Service) -> Result<Run, Problem> {
    let begin = Instant::now();
    let key = asked.key(&asked.in_force(&service.engine));
    let known = service.store.run_of_key(&key).await?;
    if let Some(known) = &known
        && is_whole(known, service).await?
    {
        tracing::info!(run = known.id, "known");
        return Ok(known.clone());
    }
    let mends = known.is_some();
    let run = work(calculation, Whose { key, uploader: asked.uploader, known }, service).await?;
    let run = if mends { mend(run, service).await? } else { service.store.keep_run(run).await? };
    service.metrics.count_run(&run, begin.elapsed());
    tracing::info!(
        run = run.id,
        kind = run.kind.as_str(),
        status = run.status,
        errors = run.errors,
        dealers = run.dealers,
        mends,
        "kept"
    );
    Ok(run)
}

/// Whether all that a run answers with is there and unharmed.
///
/// # Errors
/// When it can't be told.
pub async fn is_whole(run: &Run, service: &Service) -> Result<bool, Problem> {
    let artefacts = service.store.artefacts().clone();
    let names = run.artefacts().map(str::to_owned);
    let opened =
        tokio::task::spawn_blocking(move || names.iter().try_for_each(|name| artefacts.open_checked(name).map(drop)));
    match opened.await.map_err(Problem::internal)? {
        Ok(()) => Ok(true),
        Err(ArtefactError::Missing { .. } | ArtefactError::Damaged { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A known run whose files were made once more: the same to the byte, unless they were damaged before they were hashed.
async fn mend(run: Run, service: &Service) -> Result<Run, Problem> {
    service.store.rename_artefacts(&run).await?;
    Ok(run)
}

async fn work(calculation: Calculation, whose: Whose, service: &Service) -> Result<Run, Problem> {
    match service.workers.run(move |stop| calculation.run(&whose, stop)).await {
        Ok(run) => run,
        Err(WorkError::Full) => Err(service.busy()),
        Err(error @ WorkError::Panicked) => Err(Problem::internal(error)),
    }
}
