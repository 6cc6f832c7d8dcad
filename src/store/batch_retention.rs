//! Batches that are older than they are kept. Their runs are deleted as runs are; what is left is the list of files and outcomes.

use super::audit::{self, AuditAction};
use super::{Store, StoreError};

/// So many batches go in one transaction.
const BATCHES_AT_ONCE: i64 = 100;

impl Store {
    /// Deletes all batches from before a time in which every file has its outcome, says so in the audit log, and tells how many they were.
    /// The uploads that nothing names any more go with the sweep of files.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_batches_before(&self, time: &str, by: &str) -> Result<usize, StoreError> {
        let mut deleted = 0;
        loop {
            let mut transaction = self.database.begin().await?;
            audit::hold(&mut transaction).await?;
            let batches: Vec<String> = sqlx::query_scalar(
                "SELECT id FROM batches WHERE created_at < $1 AND NOT EXISTS \
                 (SELECT 1 FROM batch_files WHERE batch_id = batches.id AND status IN ('queued', 'running')) \
                 ORDER BY id LIMIT $2",
            )
            .bind(time)
            .bind(BATCHES_AT_ONCE)
            .fetch_all(&mut *transaction)
            .await?;
            if batches.is_empty() {
                return Ok(deleted);
            }
            for batch in &batches {
                audit::append(&mut transaction, by, AuditAction::BatchDeleted, batch, None, None).await?;
                for delete in [
                    "DELETE FROM request_keys WHERE target = $1",
                    "DELETE FROM batch_files WHERE batch_id = $1",
                    "DELETE FROM batches WHERE id = $1",
                ] {
                    sqlx::query(delete).bind(batch).execute(&mut *transaction).await?;
                }
            }
            transaction.commit().await?;
            deleted += batches.len();
        }
    }
}
