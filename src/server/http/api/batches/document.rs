//! A batch as it is answered with.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::Problem;
use crate::service::batches::Passed;
use dealerbook_store::{Batch, BatchFile, FileCounts, FileStatus, StoreError};

/// A batch: many workbooks that are worked on in the background.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Batch", deny_unknown_fields)]
pub struct BatchDocument {
    /// A UUID of version 7: ids sort by time.
    id: String,
    /// RFC 3339 in UTC.
    created_at: String,
    /// Who uploaded it.
    uploader: String,
    /// How far it is.
    status: BatchStatus,
    /// The parameters of each run, as they were given.
    parameters: BTreeMap<String, String>,
    /// Whether dealers are ranked over all files, or in each file alone.
    rank: Ranking,
    /// Among whom the ranks run that give points, grades and money: in each file alone, whatever `rank` says.
    points: Ranking,
    /// How many files are how far.
    counts: FileCounts,
    /// When it was cancelled, RFC 3339 in UTC.
    cancelled_at: Option<String>,
    /// What of its archives was passed over.
    skipped: Vec<Passed>,
    /// Its files in their order; left out in lists. In events only those that have changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<FileDocument>>,
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatchStatus {
    /// No file has been taken yet.
    Queued,
    /// Some files have an outcome or are being worked on.
    Running,
    /// Every file has its outcome.
    Done,
    /// It was cancelled; files that had an outcome before keep it.
    Cancelled,
}

/// Among whom dealers are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Ranking {
    /// Over all files, beside the ranks in each.
    All,
    /// In each file alone.
    Each,
}

/// A file of a batch and its outcome.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "BatchFile", deny_unknown_fields)]
pub struct FileDocument {
    /// Its place in the batch, from 1 on.
    position: i64,
    /// Its name, when it had one; with its folders, when it came in an archive.
    filename: Option<String>,
    /// The upload's hash.
    sha256: String,
    /// The upload's length.
    bytes: i64,
    /// How far it is.
    status: FileStatus,
    /// The run that came of it, to be had at `/v1/runs/{id}`.
    run_id: Option<String>,
    /// The run's status: ok, faulty or partial.
    run_status: Option<String>,
    /// Issues of the run that are errors.
    errors: Option<i64>,
    /// Issues of the run that are warnings.
    warnings: Option<i64>,
    /// Why there is no run.
    #[schemars(with = "Option<crate::problem::Document>")]
    problem: Option<Value>,
    /// How many workers have taken it.
    attempts: i64,
    /// When the last of them took it, RFC 3339 in UTC.
    started_at: Option<String>,
    /// When its outcome was there, RFC 3339 in UTC.
    finished_at: Option<String>,
}

/// A page of the list of batches.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BatchList {
    /// Newest first.
    pub batches: Vec<BatchDocument>,
    /// The address of the older ones.
    pub next: Option<String>,
}

impl BatchDocument {
    /// A batch without its files.
    ///
    /// # Errors
    /// When its row makes no sense.
    pub fn new(batch: &Batch, counts: FileCounts) -> Result<BatchDocument, Problem> {
        let corrupt = |_| StoreError::Corrupt("a batch's JSON");
        Ok(BatchDocument {
            id: batch.id.clone(),
            created_at: batch.created_at.clone(),
            uploader: batch.uploader.clone(),
            status: BatchStatus::of(&counts),
            parameters: serde_json::from_str(&batch.parameters).map_err(corrupt)?,
            rank: if batch.rank_all == 0 { Ranking::Each } else { Ranking::All },
            points: Ranking::Each,
            counts,
            cancelled_at: batch.cancelled_at.clone(),
            skipped: serde_json::from_str(&batch.skipped).map_err(corrupt)?,
            files: None,
        })
    }

    /// A batch with all of its files.
    ///
    /// # Errors
    /// When a row makes no sense.
    pub fn with_files(batch: &Batch, files: &[BatchFile]) -> Result<BatchDocument, Problem> {
        let document = BatchDocument::new(batch, FileCounts::of(files))?;
        Ok(document.showing(files))
    }

    /// The same with some files shown.
    pub fn showing<'a>(mut self, files: impl IntoIterator<Item = &'a BatchFile>) -> BatchDocument {
        self.files = Some(files.into_iter().map(FileDocument::of).collect());
        self
    }

    /// Whether nothing more will come.
    pub fn is_final(&self) -> bool {
        matches!(self.status, BatchStatus::Done | BatchStatus::Cancelled)
    }
}

impl BatchStatus {
    /// The files alone decide, so that the status never says other than they do.
    fn of(counts: &FileCounts) -> BatchStatus {
        match counts.are_final() {
            true if counts.cancelled > 0 => BatchStatus::Cancelled,
            true => BatchStatus::Done,
            false if counts.queued == counts.files => BatchStatus::Queued,
            false => BatchStatus::Running,
        }
    }
}

impl FileDocument {
    fn of(file: &BatchFile) -> FileDocument {
        let problem = file.problem.as_deref().and_then(|document| serde_json::from_str(document).ok());
        FileDocument {
            position: file.position,
            filename: file.filename.clone(),
            sha256: file.upload_sha256.clone(),
            bytes: file.upload_bytes,
            status: file.status,
            run_id: file.run_id.clone(),
            run_status: file.run_status.clone(),
            errors: file.errors,
            warnings: file.warnings,
            problem,
            attempts: file.attempts,
            started_at: file.started_at.clone(),
            finished_at: file.finished_at.clone(),
        }
    }
}
