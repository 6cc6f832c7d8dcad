//! Batches that are older than they are kept. Their runs are deleted as runs are; what is left is the list of files and outcomes.

use super::audit::{self, AuditAction};
use super::retention::BY_AGE;
use super::{Store, StoreError};

/// So many batches go in one transaction.
const BATCHES_AT_ONCE: i64 = 100;

impl Store {
    /// Deletes all batches from before a time in which every file has its outcome, says so in the audit log, and says how many they were.
    /// The uploads that nothing names any more go with the sweep of files.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_batches_before(&self, time: &str) -> Result<usize, StoreError> {
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
                audit::append(&mut transaction, BY_AGE, AuditAction::BatchDeleted, batch, None, None).await?;
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

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use tempfile::NamedTempFile;

    use super::*;
    use crate::{AuditFilter, Batch, FileOutcome, NewFile, Ticket};
    use dealerbook_config::Places;

    fn batch(id: &str) -> Batch {
        Batch {
            id: id.to_owned(),
            created_at: format!("2026-01-0{id}T00:00:00.000Z"),
            uploader: "李明".to_owned(),
            uploader_id: None,
            uploader_role: "sales".to_owned(),
            uploader_regions: "[]".to_owned(),
            parameters: "{}".to_owned(),
            lang: "zh".to_owned(),
            skipped: "[]".to_owned(),
            rank_all: 0,
            cancelled_at: None,
        }
    }

    #[tokio::test]
    async fn an_old_batch_goes_once_it_has_ended_and_its_uploads_stay_until_then() {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(&Places { data: data.path().to_owned(), ..Places::default() }).await.unwrap();
        let mut upload = NamedTempFile::new().unwrap();
        upload.write_all(b"dealers").unwrap();
        let name = store.artefacts.keep(upload).await.unwrap();
        let path = data.path().join("artefacts").join(&name[..2]).join(&name);
        let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 60 * 60);
        File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
        let file = NewFile { filename: None, upload_sha256: name, upload_bytes: 7 };
        for id in ["1", "2"] {
            assert_eq!(store.insert_batch(&batch(id), std::slice::from_ref(&file), None).await.unwrap(), id);
        }

        assert_eq!(store.delete_batches_before("2026-01-02T00:00:00.000Z").await.unwrap(), 0, "it has not ended");
        let ticket = Ticket { batch_id: "1".to_owned(), position: 1 };
        store.take_file(&ticket, "2026-01-01T00:00:00.000Z").await.unwrap().unwrap();
        assert!(store.finish_file(&ticket, 1, FileOutcome::Problem("{}"), "2026-01-01").await.unwrap());
        assert_eq!(store.delete_batches_before("2026-01-02T00:00:00.000Z").await.unwrap(), 1);
        assert!(store.batch("1").await.unwrap().is_none());
        assert_eq!(store.sweep_files().await.unwrap(), 0, "the other batch names the upload as well");
        let (lines, _) = store.audit(&AuditFilter::default(), 1).await.unwrap();
        assert_eq!((lines[0].what.as_str(), lines[0].who.as_str()), ("batch-deleted", BY_AGE));

        let ticket = Ticket { batch_id: "2".to_owned(), position: 1 };
        assert!(store.cancel_batch("2", "李明", "2026-01-02").await.unwrap());
        assert!(store.take_file(&ticket, "2026-01-02").await.unwrap().is_none(), "a cancelled file is not taken");
        assert_eq!(store.delete_batches_before("2026-01-03T00:00:00.000Z").await.unwrap(), 1);
        assert_eq!(store.sweep_files().await.unwrap(), 1);
    }
}
