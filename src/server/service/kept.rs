//! A workbook's way from the spool to a run that is kept: known already, or calculated, its files kept, its row committed. Requests and
//! jobs go the same way.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use futures_util::future;

use super::calculation::{Calculated, Calculation, Whose};
use super::identity::Asked;
use super::{Problem, Service, quota, regions};
use crate::http::appeals::brought;
use crate::http::past;
use crate::pipeline::CameFrom;
use crate::store::{self, ArtefactError, Kind, Person, Run};

/// Calculates and commits, unless the same run is kept already: that one it is then. `uploader` is the person for whom it is done.
///
/// # Errors
/// When the workbook can't be worked on, too much waits already, or it can't be kept; no run is kept then. Files without a run are harmless.
pub async fn run(calculation: Calculation, uploader: &Person, service: &Service) -> Result<Run, Problem> {
    let (calculation, asked) = identify(calculation, uploader).await?;
    identified(calculation, asked, service).await
}

/// What a calculation is asked for, and the calculation again.
///
/// # Errors
/// When the upload can't be read.
pub async fn identify(mut calculation: Calculation, uploader: &Person) -> Result<(Calculation, Asked), Problem> {
    let name = uploader.name.clone();
    let identified = tokio::task::spawn_blocking(move || {
        let upload_sha256 = hex::encode(store::sha256(calculation.upload.as_file_mut())?);
        let engine = calculation.service.engine();
        let came_from = CameFrom::of(calculation.upload.reopen()?, &engine.package_limits);
        let asked = Asked::of(&calculation.ask, calculation.kind, upload_sha256, &name);
        Ok::<_, Problem>((calculation, asked, came_from))
    });
    let (mut calculation, mut asked, came_from) = identified.await.map_err(Problem::internal)??;
    asked.only_regions = uploader.regions.clone();
    remember(&mut calculation, &mut asked, came_from, uploader).await?;
    Ok((calculation, asked))
}

/// Gives the calculation what earlier runs have to say to it.
async fn remember(
    calculation: &mut Calculation,
    asked: &mut Asked,
    came_from: Option<CameFrom>,
    uploader: &Person,
) -> Result<(), Problem> {
    if calculation.ask.has_schema() {
        return Ok(());
    }
    let (service, options) = (&calculation.service, &mut calculation.ask.options);
    options.history = past::before(options.period, uploader, service).await?;
    if calculation.kind == Kind::Run {
        asked.earlier =
            brought::earlier(came_from.as_ref(), asked.upload_sha256(), options.period, uploader, service).await?;
        options.appeals = asked.earlier.as_ref().map(|earlier| earlier.appeals.clone());
    }
    Ok(())
}

/// As [`run`], with what is asked for.
///
/// # Errors
/// As [`run`].
pub async fn identified(calculation: Calculation, asked: Asked, service: &Service) -> Result<Run, Problem> {
    let begin = Instant::now();
    let engine = service.engine_in_force().await?;
    let key = asked.key(&asked.in_force(&engine, &calculation.ask.options));
    let known = service.store.run_of_key(&key).await?;
    if let Some(known) = &known {
        regions::admit_known(known, &asked.only_regions, service).await?;
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
        quota::admit(&asked.uploader, calculation.upload.as_file().metadata()?.len(), service).await?;
    }
    let whose = Whose { key, uploader: asked.uploader.clone(), engine, known };
    let calculated = work(calculation, whose, service).await?;
    regions::admit(&calculated.run.regions, &asked.only_regions)?;
    if !is_known {
        let bytes = u64::try_from(calculated.run.kept_bytes).unwrap_or_default();
        quota::admit(&asked.uploader, bytes, service).await?;
    }
    keep_files(&calculated, service).await?;
    let Calculated { run, appeals, .. } = calculated;
    if let Some(earlier) = &asked.earlier {
        // Before the run: whoever sends the workbook once more finds the run, and nothing is lodged then.
        earlier.lodge(&appeals, &asked.uploader, service).await?;
    }
    let committing = service.metrics.stages.begin("commit");
    let run = if is_known { service.store.mend_run(run).await? } else { service.store.keep_run(run).await? };
    if let Some(earlier) = &asked.earlier {
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

/// Calculates what is asked for as a new run, which is still to be kept.
///
/// # Errors
/// When the workbook can't be worked on, or too much waits already.
pub async fn calculate(calculation: Calculation, asked: Asked, service: &Service) -> Result<Calculated, Problem> {
    let engine = service.engine_in_force().await?;
    let key = asked.key(&asked.in_force(&engine, &calculation.ask.options));
    work(calculation, Whose { key, uploader: asked.uploader, engine, known: None }, service).await
}

/// Keeps the files that a run names, before the run itself.
///
/// # Errors
/// When they can't be kept.
pub async fn keep_files(calculated: &Calculated, service: &Service) -> Result<(), Problem> {
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

async fn work(calculation: Calculation, whose: Whose, service: &Service) -> Result<Calculated, Problem> {
    let patience = calculation.patience;
    let waiting = service.metrics.stages.begin("wait");
    let calculate = move |stop: &AtomicBool| {
        drop(waiting);
        calculation.run(whose, stop)
    };
    service.on_a_worker_with(patience, calculate).await
}
