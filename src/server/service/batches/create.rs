//! A batch from the spool to its rows: named, stored, committed. Its jobs follow from its rows.

use std::fs::File;
use std::io;

use tempfile::{NamedTempFile, TempPath};

use super::{BatchRequest, find};
use crate::problem::Problem;
use crate::service::request_key::RequestKey;
use crate::service::{Service, quota};
use dealerbook_base::clock;
use dealerbook_store::{Batch, NewFile, Person};

/// Workbooks that somebody sends together.
pub struct NewBatch {
    /// What is to be done with them.
    pub request: BatchRequest,
    /// The workbooks, in their order.
    pub files: Vec<Arrived>,
    /// What of their archives was passed over.
    pub skipped: Vec<Passed>,
    /// The sender's own name for this request.
    pub key: Option<RequestKey>,
}

/// A workbook in the spool. It has no open file, so that many may lie there.
pub struct Arrived {
    /// Its name, when it has one.
    pub filename: Option<String>,
    /// The file, which vanishes when it is dropped.
    pub path: TempPath,
    /// Its length.
    pub bytes: u64,
}

/// An entry of an archive that was passed over.
#[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[schemars(rename = "BatchSkipped", deny_unknown_fields)]
pub struct Passed {
    /// Its path inside the archive.
    pub name: String,
    /// Why: folder, system, lock or empty.
    pub why: String,
}

/// Stores a batch, and returns it, or the one that the same request has led to before.
///
/// # Errors
/// When there is no such policy or no room, and when it can't be stored. Files without a batch are harmless.
pub async fn create(new: NewBatch, uploader: &Person, service: &Service) -> Result<Batch, Problem> {
    let NewBatch { request, files, skipped, key } = new;
    request.check(&*service.engine_in_force().await?)?;
    let files = name(files).await?;
    let earlier = match &key {
        Some(key) => key.claim(uploader, &request.fingerprint(files.iter().map(|(file, _)| file)), service).await?,
        None => None,
    };
    if let Some(earlier) = earlier {
        return earlier_batch(&earlier, uploader, service).await;
    }
    let bytes = files.iter().map(|(file, _)| u64::try_from(file.upload_bytes).unwrap_or_default()).sum();
    quota::admit(&uploader.name, bytes, service).await?;
    let files = store_files(files, service).await?;
    let batch = row(&request, &skipped, uploader)?;
    commit(batch, &files, key.as_ref(), uploader, service).await
}

fn row(request: &BatchRequest, skipped: &[Passed], uploader: &Person) -> Result<Batch, Problem> {
    Ok(Batch {
        id: clock::run_id(),
        created_at: clock::now(),
        uploader: uploader.name.clone(),
        uploader_id: Some(uploader.id.clone()),
        uploader_role: uploader.role.as_str().to_owned(),
        uploader_regions: serde_json::to_string(&uploader.regions).map_err(Problem::internal)?,
        parameters: serde_json::to_string(request.parameters()).map_err(Problem::internal)?,
        lang: request.run().options.lang.code().to_owned(),
        skipped: serde_json::to_string(skipped).map_err(Problem::internal)?,
        rank_all: i64::from(request.ranks_all()),
        cancelled_at: None,
    })
}

/// From here on the batch is answered for: its jobs follow from its rows. Where the same request has been committed meanwhile, its batch
/// stands for both.
async fn commit(
    batch: Batch,
    files: &[NewFile],
    key: Option<&RequestKey>,
    uploader: &Person,
    service: &Service,
) -> Result<Batch, Problem> {
    let bound = service.store.insert_batch(&batch, files, key.map(RequestKey::as_str)).await?;
    if bound != batch.id {
        return earlier_batch(&bound, uploader, service).await;
    }
    tracing::info!(batch = batch.id, files = files.len(), "batch kept");
    service.jobs.wake();
    Ok(batch)
}

/// Returns the batch that a request's key has led to before. One that this token isn't for, as another of the same person was, isn't given
/// away.
async fn earlier_batch(id: &str, uploader: &Person, service: &Service) -> Result<Batch, Problem> {
    find(id, uploader, service).await.map_err(|problem| match problem {
        Problem::NoSuchBatch => Problem::IdempotencyKeyReused,
        problem => problem,
    })
}

/// Returns the workbooks with the names under which they will be stored. Nothing is stored yet.
async fn name(files: Vec<Arrived>) -> Result<Vec<(NewFile, TempPath)>, Problem> {
    let name = |Arrived { filename, path, bytes }: Arrived| -> io::Result<(NewFile, TempPath)> {
        let upload_sha256 = hex::encode(dealerbook_store::sha256(&mut File::open(&path)?)?);
        let upload_bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        Ok((NewFile { filename, upload_sha256, upload_bytes }, path))
    };
    let named = tokio::task::spawn_blocking(move || files.into_iter().map(name).collect::<io::Result<Vec<_>>>());
    Ok(named.await.map_err(Problem::internal)??)
}

/// Stores the workbooks for good, one after the other: so no more than one of them is open.
async fn store_files(files: Vec<(NewFile, TempPath)>, service: &Service) -> Result<Vec<NewFile>, Problem> {
    let mut stored = Vec::with_capacity(files.len());
    for (file, path) in files {
        let opened = NamedTempFile::from_parts(File::open(&path)?, path);
        service.store.artefacts().keep(opened).await?;
        stored.push(file);
    }
    Ok(stored)
}
