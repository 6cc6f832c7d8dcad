//! How many bytes are kept: by what the rows say, without a walk through the files. A file that several rows name counts with each.
//!
//! Sums over rows: a run says what its artefacts have together, so deletion and retention free them without a word, and several servers
//! agree. They are asked before the work and before the files are stored; what is under way meanwhile isn't counted.

use super::{Store, StoreError};

impl Store {
    /// The bytes that are kept for a person, or for all: the artefacts of runs, and uploads of batches that have no run yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_bytes(&self, person: Option<&str>) -> Result<u64, StoreError> {
        let select = sqlx::query_scalar(
            "SELECT CAST((SELECT COALESCE(SUM(kept_bytes), 0) FROM runs WHERE CAST($1 AS TEXT) IS NULL OR uploader = $1) \
             + (SELECT COALESCE(SUM(upload_bytes), 0) FROM batch_files JOIN batches ON batches.id = batch_files.batch_id \
             WHERE batch_files.status <> 'done' AND (CAST($1 AS TEXT) IS NULL OR batches.uploader = $1)) AS BIGINT)",
        );
        let bytes: i64 = select.bind(person).fetch_one(&self.database.pool).await?;
        Ok(u64::try_from(bytes).unwrap_or_default())
    }
}
