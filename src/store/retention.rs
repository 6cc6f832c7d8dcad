//! What is deleted: a run that is to go, runs that are older than they are kept, and files that nothing names any more.
//!
//! Rows go before their files, so that a row is never without them; what a crash leaves between the two, the next sweep finds. Several
//! servers may sweep at the same time: a row goes, with its line in the audit log, in the transaction of the one that holds the log,
//! and a file that is gone already counts as deleted.
//!
//! A file goes only when it is older than an hour, for files come before their row, and its age is asked last. Between that question and
//! the deletion the same bytes may be stored again; the next upload would repair that.

use std::pin::pin;

use futures_util::TryStreamExt;
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::audit::{self, AuditAction};
use super::settlements;
use super::transfer::TABLES;
use super::{KeptFile, Run, Store, StoreError};
use dealerbook_base::clock;
use dealerbook_engine::settlement::Status;

/// Who has deleted what was older than it is kept.
pub const BY_AGE: &str = "retention";

/// A file may lie so long before the row that names it is committed. What is kept anew is young again.
const UNNAMED_HOURS_MIN: i64 = 1;

/// So many rows go in one transaction.
const ROWS_AT_ONCE: i64 = 100;
/// So many names are looked for in one statement.
const NAMES_AT_ONCE: usize = 200;

/// What derived from a wish to delete a run.
#[derive(Debug)]
pub enum Deletion {
    /// It is deleted; this is what it was.
    Done(Box<Run>),
    /// Its settlement is submitted or approved, so it stays.
    Settled(Status),
    /// There is no such run.
    NoSuchRun,
}

impl Store {
    /// Deletes a run and says so in the audit log, unless it is settled. Its files are still to go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_run(&self, id: &str, by: &str) -> Result<Deletion, StoreError> {
        let mut transaction = self.database.begin().await?;
        audit::hold(&mut transaction).await?;
        let run: Option<Run> =
            sqlx::query_as("SELECT * FROM runs WHERE id = $1").bind(id).fetch_optional(&mut *transaction).await?;
        let Some(run) = run else { return Ok(Deletion::NoSuchRun) };
        let status = settlements::status(&mut transaction, id).await?;
        if let Some(status) = status.filter(|status| status.is_locked()) {
            return Ok(Deletion::Settled(status));
        }
        delete(&mut transaction, &run, by).await?;
        transaction.commit().await?;
        Ok(Deletion::Done(Box::new(run)))
    }

    /// Deletes all runs from before a time that aren't settled, and says how many they were. Their files go with [`Store::sweep_files`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_runs_before(&self, time: &str) -> Result<usize, StoreError> {
        let mut deleted = 0;
        loop {
            let mut transaction = self.database.begin().await?;
            audit::hold(&mut transaction).await?;
            let select = format!(
                "SELECT * FROM runs WHERE created_at < $1 AND NOT {} ORDER BY id LIMIT $2",
                settlements::SETTLED
            );
            let select = sqlx::query_as(AssertSqlSafe(select)).bind(time).bind(ROWS_AT_ONCE);
            let runs: Vec<Run> = select.fetch_all(&mut *transaction).await?;
            if runs.is_empty() {
                return Ok(deleted);
            }
            for run in &runs {
                delete(&mut transaction, run, BY_AGE).await?;
            }
            transaction.commit().await?;
            deleted += runs.len();
        }
    }

    /// Forgets the request keys that were claimed before a time, and says how many they were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_keys_before(&self, time: &str) -> Result<u64, StoreError> {
        let delete = sqlx::query("DELETE FROM request_keys WHERE claimed_at < $1");
        Ok(delete.bind(time).execute(&self.database.pool).await?.rows_affected())
    }

    /// Deletes the files that nothing names, and says how many they were.
    ///
    /// # Errors
    /// When the database or the place of the files fails.
    pub async fn sweep_files(&self) -> Result<usize, StoreError> {
        let old = self.artefacts.kept_before(clock::hours_back(UNNAMED_HOURS_MIN));
        let mut old = pin!(old.try_chunks(NAMES_AT_ONCE));
        let mut deleted = 0;
        while let Some(files) = old.try_next().await.map_err(|error| error.1)? {
            let names: Vec<String> = files.into_iter().map(|KeptFile { name, .. }| name).collect();
            deleted += self.delete_unnamed(&names).await?;
        }
        Ok(deleted)
    }

    /// Deletes those of the files that nothing names and that are older than an hour, and says how many they were. How old they are is
    /// asked last: a file that is kept anew while this runs is about to be named.
    ///
    /// # Errors
    /// When the database or the place of the files fails.
    pub async fn delete_unnamed(&self, names: &[String]) -> Result<usize, StoreError> {
        let named = self.named(names).await?;
        let mut deleted = 0;
        for name in names.iter().filter(|name| !named.contains(name)) {
            let kept_at = self.artefacts.kept_at(name).await?;
            if kept_at.is_some_and(|at| at < clock::hours_back(UNNAMED_HOURS_MIN)) {
                self.artefacts.delete(name).await?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    /// Those of the names that any row of any table has.
    async fn named(&self, names: &[String]) -> Result<Vec<String>, StoreError> {
        let places: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let places = places.join(", ");
        let columns = TABLES.iter().flat_map(|table| table.artefacts.iter().map(|column| (table.name, column)));
        let select = |(table, column)| format!("SELECT {column} FROM {table} WHERE {column} IN ({places})");
        let selects: Vec<String> = columns.map(select).collect();
        let select = sqlx::query_scalar(AssertSqlSafe(selects.join(" UNION ")));
        Ok(names.iter().fold(select, |select, name| select.bind(name)).fetch_all(&self.database.pool).await?)
    }
}

/// Deletes a run's row, and the request keys that led to it, and says so in the audit log.
async fn delete(transaction: &mut Transaction<'static, Any>, run: &Run, by: &str) -> Result<(), StoreError> {
    let before = serde_json::to_value(run).map_err(|_| StoreError::Corrupt("a run"))?;
    audit::append(transaction, by, AuditAction::RunDeleted, &run.id, Some(&before), None).await?;
    settlements::forget(transaction, &run.id).await?;
    for delete in ["DELETE FROM request_keys WHERE target = $1", "DELETE FROM runs WHERE id = $1"] {
        sqlx::query(delete).bind(&run.id).execute(&mut **transaction).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;
    use std::path::Path;

    use tempfile::{NamedTempFile, TempDir};

    use super::*;
    use crate::{AuditFilter, Kind, Person};
    use dealerbook_config::Places;

    struct Fixture {
        data: TempDir,
        store: Store,
    }

    impl Fixture {
        async fn new() -> Fixture {
            let data = tempfile::tempdir().unwrap();
            let store = Fixture::open(data.path()).await;
            Fixture { data, store }
        }

        async fn open(data: &Path) -> Store {
            Store::open(&Places { data: data.to_owned(), ..Places::default() }).await.unwrap()
        }

        /// Keeps a file that was last kept so many minutes ago.
        async fn file(&self, bytes: &str, minutes: u64) -> String {
            let mut file = NamedTempFile::new().unwrap();
            file.write_all(bytes.as_bytes()).unwrap();
            let name = self.store.artefacts.keep(file).await.unwrap();
            let path = self.data.path().join("artefacts").join(&name[..2]).join(&name);
            let kept_at = std::time::SystemTime::now() - std::time::Duration::from_secs(60 * minutes);
            File::options().write(true).open(path).unwrap().set_modified(kept_at).unwrap();
            name
        }

        /// Keeps a run of three files that are two hours old.
        async fn run(&self, id: &str, created_at: &str, upload: &str) -> Run {
            let run = Run {
                id: id.to_owned(),
                key: Some(id.to_owned()),
                kind: Kind::Run,
                created_at: created_at.to_owned(),
                uploader: "李明".to_owned(),
                period: None,
                status: "ok".to_owned(),
                filename: Some("2007.xlsx".to_owned()),
                lang: "zh".to_owned(),
                upload_sha256: self.file(upload, 120).await,
                upload_bytes: 1,
                errors: 0,
                warnings: 0,
                infos: 0,
                dealers: 1,
                result_sha256: self.file(&format!("result {id}"), 120).await,
                answer_sha256: self.file(&format!("answer {upload}"), 120).await,
                answer_filename: "2007-考核结果.xlsx".to_owned(),
                answer_content_type: "x".to_owned(),
                policy_file: None,
                history_file: None,
                kept_bytes: 3,
                regions: vec!["涪陵".into()],
            };
            self.store.keep_run(run).await.unwrap()
        }

        async fn has(&self, name: &str) -> bool {
            self.store.artefacts.open_checked(name).await.is_ok()
        }

        async fn audited(&self) -> Vec<(String, String)> {
            let (lines, _) = self.store.audit(&AuditFilter::default(), 100).await.unwrap();
            lines.into_iter().rev().map(|line| (line.who, line.object)).collect()
        }
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
    }

    #[tokio::test]
    async fn a_deleted_run_takes_along_what_no_other_names_and_leaves_its_line() {
        let fixture = Fixture::new().await;
        let gone = fixture.run("1", "2026-01-01T00:00:00.000Z", "upload").await;
        let stays = fixture.run("2", "2026-01-02T00:00:00.000Z", "upload").await;
        assert!(matches!(fixture.store.delete_run("1", "admin").await.unwrap(), Deletion::Done(_)));
        assert!(matches!(fixture.store.delete_run("1", "admin").await.unwrap(), Deletion::NoSuchRun), "once");
        assert_eq!(
            fixture.store.delete_unnamed(&gone.artefacts().map(str::to_owned).collect::<Vec<_>>()).await.unwrap(),
            1
        );

        assert!(fixture.store.run("1", &Person::admin()).await.unwrap().is_none());
        assert!(!fixture.has(&gone.result_sha256).await);
        for name in stays.artefacts() {
            assert!(fixture.has(name).await, "shared, or the other's own");
        }
        let (lines, _) = fixture.store.audit(&AuditFilter::default(), 100).await.unwrap();
        assert_eq!((lines.len(), lines[0].what.as_str(), lines[0].who.as_str()), (1, "run-deleted", "admin"));
        let before: serde_json::Value = serde_json::from_str(lines[0].before.as_deref().unwrap()).unwrap();
        assert_eq!((&before["id"], &before["filename"]), (&"1".into(), &"2007.xlsx".into()));
    }

    #[tokio::test]
    async fn runs_go_when_they_are_older_than_they_are_kept_and_their_keys_with_them() {
        let fixture = Fixture::new().await;
        fixture.run("1", "2026-01-01T00:00:00.000Z", "one").await;
        fixture.run("2", "2026-01-02T00:00:00.000Z", "two").await;
        let times = crate::ClaimTimes { now: "2026-01-02".to_owned(), void_before: String::new() };
        for (key, target) in [("k", "1"), ("l", "2")] {
            fixture.store.claim_key("li", key, "aa", &times).await.unwrap();
            fixture.store.bind_key("li", key, target).await.unwrap();
        }
        // Two servers at once: each run is deleted, and told of, by one of them.
        let other = Fixture::open(fixture.data.path()).await;
        let time = "2026-01-02T00:00:00.000Z";
        let (one, two) = tokio::join!(fixture.store.delete_runs_before(time), other.delete_runs_before(time));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        assert_eq!(fixture.audited().await, pairs(&[(BY_AGE, "1")]));
        assert!(fixture.store.run("2", &Person::admin()).await.unwrap().is_some());
        assert_eq!(fixture.store.claim_key("li", "k", "bb", &times).await.unwrap(), crate::Claim::Fresh);
        assert_eq!(fixture.store.claim_key("li", "l", "bb", &times).await.unwrap(), crate::Claim::Other);
    }

    #[tokio::test]
    async fn what_a_crash_leaves_between_row_and_files_is_swept_and_nothing_else() {
        let fixture = Fixture::new().await;
        let run = fixture.run("1", "2026-01-01T00:00:00.000Z", "upload").await;
        let left = fixture.file("of a run that was deleted", 61).await;
        let coming = fixture.file("of a run that is about to be committed", 59).await;
        assert_eq!(fixture.store.sweep_files().await.unwrap(), 1);
        assert!(!fixture.has(&left).await);
        assert!(fixture.has(&coming).await);
        for name in run.artefacts() {
            assert!(fixture.has(name).await);
        }
        assert_eq!(fixture.store.sweep_files().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_file_that_is_kept_anew_is_not_swept() {
        let fixture = Fixture::new().await;
        let name = fixture.file("again", 120).await;
        assert_eq!(fixture.file("again", 0).await, name);
        assert_eq!(fixture.store.sweep_files().await.unwrap(), 0);
        assert!(fixture.has(&name).await);
    }
}
