//! Batches: many workbooks at once, worked on in the background, each with an outcome of its own.

mod create;
pub mod jobs;
mod line;
mod request;

pub use create::{Arrived, NewBatch, Passed, create};
pub use line::{Describe, Jobs};
pub use request::{BatchRequest, PARAMETERS};

use uuid::Uuid;

use super::{Problem, Service};
use dealerbook_base::clock;
use dealerbook_store::{Batch, Person, Role};

/// Returns the batch of an id, where there is one that this person may see.
///
/// # Errors
/// When there is none, and when the database fails.
pub async fn find(id: &str, person: &Person, service: &Service) -> Result<Batch, Problem> {
    let id = Uuid::try_parse(id).map_err(|_| Problem::NoSuchBatch)?;
    let batch = service.store.batch(&id.to_string()).await?.ok_or(Problem::NoSuchBatch)?;
    if batch.is_visible_to(person)? { Ok(batch) } else { Err(Problem::NoSuchBatch) }
}

/// Returns at most `rows_max` batches that a person may see, newest first.
///
/// # Errors
/// When the database fails.
pub async fn visible(
    person: &Person,
    mut before: Option<String>,
    rows_max: u32,
    service: &Service,
) -> Result<Vec<Batch>, Problem> {
    let own = (person.role == Role::Sales).then_some(person.name.as_str());
    let mut visible = Vec::new();
    loop {
        let found = service.store.batches(own, before.as_deref(), rows_max).await?;
        before = found.last().map(|batch| batch.id.clone());
        let is_last = found.len() < rows_max as usize;
        for batch in found {
            if visible.len() < rows_max as usize && batch.is_visible_to(person)? {
                visible.push(batch);
            }
        }
        if is_last || visible.len() == rows_max as usize {
            return Ok(visible);
        }
    }
}

/// Gives up the files of a batch that have no outcome yet, and returns the batch as it is then.
///
/// # Errors
/// When there is no such batch that this person may see, and when the database fails.
pub async fn cancel(id: &str, by: &Person, service: &Service) -> Result<Batch, Problem> {
    let batch = find(id, by, service).await?;
    if service.store.cancel_batch(&batch.id, &by.name, &clock::now()).await? {
        tracing::info!(batch = batch.id, "batch cancelled");
    }
    find(id, by, service).await
}
