//! Whether the audit log is whole: every line is where it belongs and says what was written.

use super::audit::{AuditHead, AuditLine};
use super::{Store, StoreError};

const LINES_AT_ONCE: u32 = 1000;

/// What a walk along the log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything fits; this is the last line.
    Whole(AuditHead),
    /// The first line that doesn't fit.
    Broken {
        /// Its number.
        seq: i64,
        /// Why not.
        fault: ChainFault,
    },
}

/// Why a line doesn't fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// There is no such line, though there is a later one, or the log says that there is.
    Missing,
    /// It doesn't hold the hash of the line before.
    Unlinked,
    /// What it says isn't what was written.
    Changed,
    /// The log's own last number or hash isn't this line's.
    NotTheLast,
    /// The line has another hash than the one that was noted.
    NotAsNoted,
}

impl Store {
    /// Walks along the whole log, while it may grow. `noted` is a line's number and hash as they were written down elsewhere: the log
    /// must still hold that line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_audit(&self, noted: Option<&AuditHead>) -> Result<Verdict, StoreError> {
        let mut last = AuditHead { seq: 0, sha256: "0".repeat(64) };
        loop {
            if let Some(broken) = self.walk_audit(&mut last, noted).await? {
                return Ok(broken);
            }
            // A line and the head that names it are committed together: a head behind the last line was never written by us.
            let head = self.audit_head().await?;
            if head.seq > last.seq {
                if self.audit_after(last.seq, 1).await?.is_empty() {
                    return Ok(Verdict::Broken { seq: last.seq + 1, fault: ChainFault::Missing });
                }
                continue;
            }
            return Ok(match noted {
                _ if head != last => Verdict::Broken { seq: last.seq, fault: ChainFault::NotTheLast },
                Some(noted) if noted.seq > last.seq => {
                    Verdict::Broken { seq: last.seq + 1, fault: ChainFault::Missing }
                }
                _ => Verdict::Whole(last),
            });
        }
    }

    async fn walk_audit(&self, last: &mut AuditHead, noted: Option<&AuditHead>) -> Result<Option<Verdict>, StoreError> {
        loop {
            let lines = self.audit_after(last.seq, LINES_AT_ONCE).await?;
            if lines.is_empty() {
                return Ok(None);
            }
            for line in lines {
                if let Some((seq, fault)) = fault(&line, last, noted) {
                    return Ok(Some(Verdict::Broken { seq, fault }));
                }
                *last = AuditHead { seq: line.seq, sha256: line.sha256 };
            }
        }
    }
}

fn fault(line: &AuditLine, last: &AuditHead, noted: Option<&AuditHead>) -> Option<(i64, ChainFault)> {
    let is_noted = |noted: &AuditHead| noted.seq != line.seq || noted.sha256 == line.sha256;
    let fault = match line {
        _ if line.seq != last.seq + 1 => return Some((last.seq + 1, ChainFault::Missing)),
        _ if line.prev_sha256 != last.sha256 => ChainFault::Unlinked,
        _ if line.sha256 != line.expected_sha256() => ChainFault::Changed,
        _ if !noted.is_none_or(is_noted) => ChainFault::NotAsNoted,
        _ => return None,
    };
    Some((line.seq, fault))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::AuditAction;
    use super::super::audit::append;
    use super::*;
    use dealerbook_config::Places;

    /// A log of four lines; the folder goes when it is dropped.
    async fn log() -> (tempfile::TempDir, Store) {
        let data = tempfile::tempdir().unwrap();
        let places = Places { data: data.path().to_owned(), ..Places::default() };
        let store = Store::open(&places).await.unwrap();
        for object in 1..=4 {
            let mut tx = store.database.begin().await.unwrap();
            let (before, after) = (json!({"tonnes": object}), json!({"区域": "涪陵"}));
            append(&mut tx, "王芳", AuditAction::TokenCreated, &object.to_string(), Some(&before), Some(&after))
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        (data, store)
    }

    async fn verdict_after(change: &'static str) -> Verdict {
        let (_data, store) = log().await;
        let changed = sqlx::raw_sql(change).execute(&store.database.pool).await.unwrap();
        assert!(changed.rows_affected() > 0, "{change} changes nothing");
        store.verify_audit(None).await.unwrap()
    }

    fn broken(seq: i64, fault: ChainFault) -> Verdict {
        Verdict::Broken { seq, fault }
    }

    #[tokio::test]
    async fn a_log_that_nobody_touched_is_whole() {
        let (_data, store) = log().await;
        let Verdict::Whole(head) = store.verify_audit(None).await.unwrap() else { panic!("it is broken") };
        assert_eq!(head, store.audit_head().await.unwrap());
        assert_eq!(head.seq, 4);
        assert_eq!(store.verify_audit(Some(&head)).await.unwrap(), Verdict::Whole(head));
    }

    #[tokio::test]
    async fn a_changed_line_is_named() {
        for change in [
            "UPDATE audit SET at = '2008-01-01T00:00:00.000Z' WHERE seq = 2",
            "UPDATE audit SET who = '李明' WHERE seq = 2",
            "UPDATE audit SET what = 'token-revoked' WHERE seq = 2",
            "UPDATE audit SET object = '7' WHERE seq = 2",
            "UPDATE audit SET before = NULL WHERE seq = 2",
            "UPDATE audit SET after = '{}' WHERE seq = 2",
            "UPDATE audit SET sha256 = 'f' || substr(sha256, 2) || 'f' WHERE seq = 2",
        ] {
            assert_eq!(verdict_after(change).await, broken(2, ChainFault::Changed), "{change}");
        }
        let unlinked = "UPDATE audit SET prev_sha256 = sha256 WHERE seq = 2";
        assert_eq!(verdict_after(unlinked).await, broken(2, ChainFault::Unlinked));
    }

    #[tokio::test]
    async fn a_line_that_is_gone_is_missed() {
        assert_eq!(verdict_after("DELETE FROM audit WHERE seq = 1").await, broken(1, ChainFault::Missing));
        assert_eq!(verdict_after("DELETE FROM audit WHERE seq = 3").await, broken(3, ChainFault::Missing));
        assert_eq!(verdict_after("DELETE FROM audit WHERE seq = 4").await, broken(4, ChainFault::Missing));
        let moved = "DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2";
        assert_eq!(verdict_after(moved).await, broken(2, ChainFault::Unlinked));
    }

    #[tokio::test]
    async fn a_line_behind_the_last_is_not_taken_for_one() {
        let back = "UPDATE audit_head SET seq = 3, sha256 = (SELECT sha256 FROM audit WHERE seq = 3)";
        assert_eq!(verdict_after(back).await, broken(4, ChainFault::NotTheLast));
    }

    #[tokio::test]
    async fn a_tail_cut_off_with_its_head_is_seen_by_what_was_noted() {
        let (_data, store) = log().await;
        let noted = store.audit_head().await.unwrap();
        let cut = "DELETE FROM audit WHERE seq = 4; \
                   UPDATE audit_head SET seq = 3, sha256 = (SELECT sha256 FROM audit WHERE seq = 3)";
        sqlx::raw_sql(cut).execute(&store.database.pool).await.unwrap();
        assert!(matches!(store.verify_audit(None).await.unwrap(), Verdict::Whole(_)));
        assert_eq!(store.verify_audit(Some(&noted)).await.unwrap(), broken(4, ChainFault::Missing));

        let mut tx = store.database.begin().await.unwrap();
        append(&mut tx, "李明", AuditAction::TokenCreated, "5", None, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store.verify_audit(Some(&noted)).await.unwrap(), broken(4, ChainFault::NotAsNoted));
    }

    #[tokio::test]
    async fn writers_at_the_same_time_make_one_chain() {
        let (_data, store) = log().await;
        let write = |object: usize| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.database.begin().await.unwrap();
                append(&mut tx, "王芳", AuditAction::TokenCreated, &object.to_string(), None, None).await.unwrap();
                tx.commit().await.unwrap();
            })
        };
        for writer in (0..16).map(write).collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let Verdict::Whole(head) = store.verify_audit(None).await.unwrap() else { panic!("it is broken") };
        assert_eq!(head.seq, 20);
    }

    #[tokio::test]
    async fn what_was_not_committed_leaves_no_line() {
        let (_data, store) = log().await;
        let mut tx = store.database.begin().await.unwrap();
        append(&mut tx, "王芳", AuditAction::TokenCreated, "5", None, None).await.unwrap();
        drop(tx);
        let Verdict::Whole(head) = store.verify_audit(None).await.unwrap() else { panic!("it is broken") };
        assert_eq!(head.seq, 4);
    }
}
