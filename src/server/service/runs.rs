//! Stored runs: found and deleted.

use uuid::Uuid;

use super::{Problem, Service};
use crate::telemetry::causes;
use dealerbook_engine::settlement::Refusal;
use dealerbook_store::{Deletion, Person, Run};

/// Returns the run of an id that this person may see; whatever reads a run asks here.
///
/// # Errors
/// When there is none that they may see, and when the database fails.
pub async fn find(id: &str, person: &Person, service: &Service) -> Result<Run, Problem> {
    let id = Uuid::try_parse(id).map_err(|_| Problem::NoSuchRun)?;
    service.store.run(&id.to_string(), person).await?.ok_or(Problem::NoSuchRun)
}

/// Deletes a run with its files, for good.
///
/// # Errors
/// When there is none that this person may see, when it is settled, and when the database fails.
pub async fn delete(id: &str, by: &Person, service: &Service) -> Result<(), Problem> {
    let run = find(id, by, service).await?;
    let deleted = match service.store.delete_run(&run.id, &by.name).await? {
        Deletion::Done(run) => run,
        Deletion::Settled(status) => return Err(Refusal::RunSettled { status }.into()),
        Deletion::NoSuchRun => return Err(Problem::NoSuchRun),
    };
    let files: Vec<String> = deleted.artefacts().map(str::to_owned).collect();
    if let Err(error) = service.store.delete_unnamed(&files).await {
        // The run is gone all the same; the next sweep takes the files.
        tracing::warn!(cause = causes(&error), "files of a deleted run are left");
    }
    Ok(())
}
