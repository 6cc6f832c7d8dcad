//! What workers do to a file of a batch. A file is taken by one worker at a time: each taking counts `attempts` up, and what a worker
//! says counts only while that number is its own.

use sqlx::FromRow;

use super::{Batch, BatchFile, FileStatus, Run, Store, StoreError};

/// So many files are handed to the queue at once.
const HANDED_MAX: i64 = 200;

/// Which file a job is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, FromRow, serde::Serialize, serde::Deserialize)]
pub struct Ticket {
    /// The batch.
    pub batch_id: String,
    /// The file's place in it, from 1 on.
    pub position: i64,
}

/// A file that a worker has.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The batch.
    pub batch: Batch,
    /// The file, with the number of this taking.
    pub file: BatchFile,
}

/// A file whose worker has given no sign of life.
#[derive(Clone, Debug, FromRow)]
pub struct Silent {
    /// The batch.
    pub batch_id: String,
    /// The file's place in it.
    pub position: i64,
    /// How many workers have taken it.
    pub attempts: i64,
    /// The language of the batch.
    pub lang: String,
}

/// What derived from a file.
#[derive(Clone, Debug)]
pub enum FileOutcome<'a> {
    /// A run.
    Run(&'a Run),
    /// A problem, as a document.
    Problem(&'a str),
}

/// Whether a taking that came to nothing counts: an outage of ours isn't the file's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It does.
    Counts,
    /// It doesn't.
    IsForgotten,
}

impl Store {
    /// Files that are still to be handed to the queue, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn files_to_enqueue(&self, now: &str) -> Result<Vec<Ticket>, StoreError> {
        let files = sqlx::query_as(
            "SELECT batch_id, position FROM batch_files \
             WHERE status = 'queued' AND enqueued_at IS NULL AND (not_before IS NULL OR not_before <= $1) \
             ORDER BY batch_id, position LIMIT $2",
        )
        .bind(now)
        .bind(HANDED_MAX);
        Ok(files.fetch_all(&self.database.pool).await?)
    }

    /// Notes that files were handed to the queue. Done after it, so that a crash between the two hands them over twice, never not at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_enqueued(&self, files: &[Ticket], now: &str) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        for file in files {
            sqlx::query(
                "UPDATE batch_files SET enqueued_at = $3 WHERE batch_id = $1 AND position = $2 AND enqueued_at IS NULL",
            )
            .bind(&file.batch_id)
            .bind(file.position)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a file that waits; none where it doesn't any more, as when a job comes twice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_file(&self, ticket: &Ticket, now: &str) -> Result<Option<Taken>, StoreError> {
        let file: Option<BatchFile> = sqlx::query_as(
            "UPDATE batch_files SET status = 'running', attempts = attempts + 1, started_at = $3, alive_at = $3 \
             WHERE batch_id = $1 AND position = $2 AND status = 'queued' RETURNING *",
        )
        .bind(&ticket.batch_id)
        .bind(ticket.position)
        .bind(now)
        .fetch_optional(&self.database.pool)
        .await?;
        let Some(file) = file else { return Ok(None) };
        let batch = self.batch(&ticket.batch_id).await?.ok_or(StoreError::Corrupt("a file's batch"))?;
        Ok(Some(Taken { batch, file }))
    }

    /// Gives a sign of life; says whether the file is still this worker's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_of_life(&self, taken: &Taken, now: &str) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE batch_files SET alive_at = $4 \
             WHERE batch_id = $1 AND position = $2 AND attempts = $3 AND status = 'running'",
        )
        .bind(&taken.batch.id)
        .bind(taken.file.position)
        .bind(taken.file.attempts)
        .bind(now)
        .execute(&self.database.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Commits what came out of a file; says whether it was still this worker's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_file(
        &self,
        file: &Ticket,
        attempts: i64,
        outcome: FileOutcome<'_>,
        now: &str,
    ) -> Result<bool, StoreError> {
        let (status, run, problem) = match outcome {
            FileOutcome::Run(run) => (FileStatus::Done, Some(run), None),
            FileOutcome::Problem(document) => (FileStatus::Failed, None, Some(document)),
        };
        let done = sqlx::query(
            "UPDATE batch_files SET status = $4, run_id = $5, run_status = $6, errors = $7, warnings = $8, problem = $9, \
             finished_at = $10 WHERE batch_id = $1 AND position = $2 AND attempts = $3 AND status = 'running'",
        )
        .bind(&file.batch_id)
        .bind(file.position)
        .bind(attempts)
        .bind(status.as_str())
        .bind(run.map(|run| run.id.clone()))
        .bind(run.map(|run| run.status.clone()))
        .bind(run.map(|run| run.errors))
        .bind(run.map(|run| run.warnings))
        .bind(problem)
        .bind(now)
        .execute(&self.database.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a file back, to be handed to the queue again, not before a time where one is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back(
        &self,
        file: &Ticket,
        attempts: i64,
        attempt: Attempt,
        not_before: Option<&str>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE batch_files SET status = 'queued', attempts = attempts - $4, not_before = $5, enqueued_at = NULL \
             WHERE batch_id = $1 AND position = $2 AND attempts = $3 AND status = 'running'",
        )
        .bind(&file.batch_id)
        .bind(file.position)
        .bind(attempts)
        .bind(i64::from(attempt == Attempt::IsForgotten))
        .bind(not_before)
        .execute(&self.database.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Files whose worker has given no sign of life since a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn silent_files(&self, since: &str) -> Result<Vec<Silent>, StoreError> {
        let files = sqlx::query_as(
            "SELECT batch_id, position, attempts, lang FROM batch_files JOIN batches ON batches.id = batch_id \
             WHERE status = 'running' AND alive_at < $1",
        )
        .bind(since);
        Ok(files.fetch_all(&self.database.pool).await?)
    }

    /// Where nothing has moved since a time although files were handed to the queue before it, the queue has lost them, as when its file
    /// was deleted: they are handed over again. Tells how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recall_lost(&self, since: &str) -> Result<u64, StoreError> {
        let lost = sqlx::query(
            "UPDATE batch_files SET enqueued_at = NULL WHERE status = 'queued' AND enqueued_at < $1 \
             AND NOT EXISTS (SELECT 1 FROM batch_files AS moving WHERE moving.status = 'running' OR moving.finished_at >= $1)",
        )
        .bind(since)
        .execute(&self.database.pool)
        .await?;
        Ok(lost.rows_affected())
    }
}
