//! Batches and their files: written together, read by whoever asks how far they are. What workers do to a file stands in
//! `batch_work`.

use sqlx::FromRow;

use super::audit::{self, AuditAction};
use super::{Person, Role, Store, StoreError, regions_beyond, request_keys};

/// Many workbooks, uploaded together.
#[derive(Clone, Debug, FromRow)]
pub struct Batch {
    /// A UUID of version 7: ids sort by time.
    pub id: String,
    /// RFC 3339 in UTC.
    pub created_at: String,
    /// The name of whoever uploaded it.
    pub uploader: String,
    /// The id of the uploader's account.
    pub uploader_id: Option<String>,
    /// What the uploader was allowed to do then.
    pub uploader_role: String,
    /// The uploader's only regions, as a JSON list.
    pub uploader_regions: String,
    /// The parameters of each run, as a JSON object of texts.
    pub parameters: String,
    /// The language of the batch's own texts: zh or en.
    pub lang: String,
    /// What of its archives was passed over, as a JSON list.
    pub skipped: String,
    /// 1 where one ranking over all files is wanted.
    pub rank_all: i64,
    /// When it was cancelled, RFC 3339 in UTC.
    pub cancelled_at: Option<String>,
}

/// A file of a batch.
#[derive(Clone, Debug, FromRow)]
pub struct BatchFile {
    /// Its place in the batch, from 1 on.
    pub position: i64,
    /// Its name, when it had one.
    pub filename: Option<String>,
    /// The upload's hash, which is its artefact's name too.
    pub upload_sha256: String,
    /// The upload's length.
    pub upload_bytes: i64,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub status: FileStatus,
    /// The run that came of it.
    pub run_id: Option<String>,
    /// The run's status: ok, faulty or partial.
    pub run_status: Option<String>,
    /// Issues of the run that are errors.
    pub errors: Option<i64>,
    /// Issues of the run that are warnings.
    pub warnings: Option<i64>,
    /// Why there is no run, as a problem document.
    pub problem: Option<String>,
    /// How many workers have taken it so far.
    pub attempts: i64,
    /// When the last of them took it, RFC 3339 in UTC.
    pub started_at: Option<String>,
    /// When its outcome was there, RFC 3339 in UTC.
    pub finished_at: Option<String>,
}

/// How far a file of a batch is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema, strum::IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum FileStatus {
    /// It waits for a worker.
    Queued,
    /// A worker has it.
    Running,
    /// There is a run, whatever its status.
    Done,
    /// There is a problem instead.
    Failed,
    /// The batch was cancelled before.
    Cancelled,
}

impl FileStatus {
    /// As it stands in the database and in answers.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether nothing more will come of it.
    pub fn is_final(self) -> bool {
        matches!(self, FileStatus::Done | FileStatus::Failed | FileStatus::Cancelled)
    }
}

impl TryFrom<String> for FileStatus {
    type Error = StoreError;

    fn try_from(text: String) -> Result<FileStatus, StoreError> {
        use FileStatus::{Cancelled, Done, Failed, Queued, Running};
        let found = [Queued, Running, Done, Failed, Cancelled].into_iter().find(|status| status.as_str() == text);
        found.ok_or(StoreError::Corrupt("a file's status"))
    }
}

/// How many files of a batch are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "BatchCounts", deny_unknown_fields)]
pub struct FileCounts {
    /// All files.
    pub files: i64,
    /// Those that wait for a worker.
    pub queued: i64,
    /// Those that a worker has.
    pub running: i64,
    /// Those with a run.
    pub done: i64,
    /// Those with a problem instead.
    pub failed: i64,
    /// Those that were cancelled before.
    pub cancelled: i64,
}

impl FileCounts {
    /// The counts of these files.
    pub fn of(files: &[BatchFile]) -> FileCounts {
        let mut counts = FileCounts::default();
        for file in files {
            counts.add(file.status, 1);
        }
        counts
    }

    /// The counts of rows that have been counted by their status.
    fn counted(rows: Vec<(String, i64)>) -> Result<FileCounts, StoreError> {
        let mut counts = FileCounts::default();
        for (status, files) in rows {
            counts.add(status.try_into()?, files);
        }
        Ok(counts)
    }

    fn add(&mut self, status: FileStatus, files: i64) {
        self.files += files;
        *match status {
            FileStatus::Queued => &mut self.queued,
            FileStatus::Running => &mut self.running,
            FileStatus::Done => &mut self.done,
            FileStatus::Failed => &mut self.failed,
            FileStatus::Cancelled => &mut self.cancelled,
        } += files;
    }

    /// Whether nothing more will come.
    pub fn are_final(&self) -> bool {
        self.queued + self.running == 0
    }
}

/// An upload of a batch that is kept already.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Its name, when it has one.
    pub filename: Option<String>,
    /// Its artefact.
    pub upload_sha256: String,
    /// Its length.
    pub upload_bytes: i64,
}

impl Batch {
    /// For whom its runs are made.
    ///
    /// # Errors
    /// When the row makes no sense.
    pub fn person(&self) -> Result<Person, StoreError> {
        let role: Role = self.uploader_role.parse().map_err(|_| StoreError::Corrupt("a batch's role"))?;
        let regions = serde_json::from_str(&self.uploader_regions);
        let regions = regions.map_err(|_| StoreError::Corrupt("a batch's regions"))?;
        let id = self.uploader_id.clone().unwrap_or_default();
        Ok(Person { id, name: self.uploader.clone(), role, regions })
    }

    /// Whether a person may see it. Whoever works in sales sees their own; limited to regions, only what was handed in for none but these.
    ///
    /// # Errors
    /// When the row makes no sense.
    pub fn is_visible_to(&self, person: &Person) -> Result<bool, StoreError> {
        if person.role != Role::Sales || self.uploader != person.name {
            return Ok(person.role != Role::Sales);
        }
        let of = self.person()?.regions;
        let is_for_all = of.is_empty() && !person.regions.is_empty();
        Ok(!is_for_all && regions_beyond(&of, &person.regions).is_empty())
    }
}

impl Store {
    /// Commits a batch with its files, whose uploads are kept already: all or nothing. Tells the id of the batch that stands for the request:
    /// another one, where the request's key has led to it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_batch(
        &self,
        batch: &Batch,
        files: &[NewFile],
        key: Option<&str>,
    ) -> Result<String, StoreError> {
        let mut transaction = self.database.begin().await?;
        let what = serde_json::json!({"files": files.len(), "parameters": batch.parameters});
        audit::append(&mut transaction, &batch.uploader, AuditAction::BatchCreated, &batch.id, None, Some(&what))
            .await?;
        if let Some(key) = key {
            let bound = request_keys::bind(&mut transaction, &batch.uploader, key, &batch.id).await?;
            if bound != batch.id {
                return Ok(bound);
            }
        }
        sqlx::query(
            "INSERT INTO batches (id, created_at, uploader, uploader_role, uploader_regions, parameters, lang, skipped, \
             rank_all, uploader_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&batch.id)
        .bind(&batch.created_at)
        .bind(&batch.uploader)
        .bind(&batch.uploader_role)
        .bind(&batch.uploader_regions)
        .bind(&batch.parameters)
        .bind(&batch.lang)
        .bind(&batch.skipped)
        .bind(batch.rank_all)
        .bind(&batch.uploader_id)
        .execute(&mut *transaction)
        .await?;
        for (position, file) in (1_i64..).zip(files) {
            sqlx::query(
                "INSERT INTO batch_files (batch_id, position, filename, upload_sha256, upload_bytes, status, attempts) \
                 VALUES ($1, $2, $3, $4, $5, 'queued', 0)",
            )
            .bind(&batch.id)
            .bind(position)
            .bind(&file.filename)
            .bind(&file.upload_sha256)
            .bind(file.upload_bytes)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(batch.id.clone())
    }

    /// The batch of an id, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch(&self, id: &str) -> Result<Option<Batch>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM batches WHERE id = $1").bind(id).fetch_optional(&self.database.pool).await?)
    }

    /// At most `rows_max` batches, newest first, older than `before` and of one uploader where these are given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batches(
        &self,
        uploader: Option<&str>,
        before: Option<&str>,
        rows_max: u32,
    ) -> Result<Vec<Batch>, StoreError> {
        let batches = sqlx::query_as(
            "SELECT * FROM batches \
             WHERE (CAST($1 AS TEXT) IS NULL OR uploader = $1) AND (CAST($2 AS TEXT) IS NULL OR id < $2) \
             ORDER BY id DESC LIMIT $3",
        )
        .bind(uploader)
        .bind(before)
        .bind(i64::from(rows_max));
        Ok(batches.fetch_all(&self.database.pool).await?)
    }

    /// The files of a batch, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch_files(&self, batch: &str) -> Result<Vec<BatchFile>, StoreError> {
        let files = sqlx::query_as("SELECT * FROM batch_files WHERE batch_id = $1 ORDER BY position").bind(batch);
        Ok(files.fetch_all(&self.database.pool).await?)
    }

    /// How far the files of a batch are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch_counts(&self, batch: &str) -> Result<FileCounts, StoreError> {
        let rows = sqlx::query_as(
            "SELECT status, CAST(COUNT(*) AS BIGINT) FROM batch_files WHERE batch_id = $1 GROUP BY status",
        );
        FileCounts::counted(rows.bind(batch).fetch_all(&self.database.pool).await?)
    }

    /// How far the files of all batches are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_batch_counts(&self) -> Result<FileCounts, StoreError> {
        let rows = sqlx::query_as("SELECT status, CAST(COUNT(*) AS BIGINT) FROM batch_files GROUP BY status");
        FileCounts::counted(rows.fetch_all(&self.database.pool).await?)
    }

    /// Cancels what has no outcome yet; tells whether there was anything. Workers notice that the file isn't theirs any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cancel_batch(&self, batch: &str, who: &str, now: &str) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin().await?;
        audit::hold(&mut transaction).await?;
        let cancelled = sqlx::query(
            "UPDATE batch_files SET status = 'cancelled', finished_at = $2 \
             WHERE batch_id = $1 AND status IN ('queued', 'running')",
        )
        .bind(batch)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        if cancelled.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE batches SET cancelled_at = $2 WHERE id = $1")
            .bind(batch)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        let after = serde_json::json!({"files_cancelled": cancelled.rows_affected()});
        audit::append(&mut transaction, who, AuditAction::BatchCancelled, batch, None, Some(&after)).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
