//! The audit log: who changed what, when, and what stood there before and after. Lines are only ever added, each in the transaction of
//! the change that it says of; each holds the hash of the one before, so that a line that was changed, left out or put in shows.
//!
//! A line's hash is the SHA-256 of the JSON array `[seq, at, who, what, object, before, after, prev_sha256]` in UTF-8, without white
//! space and with nothing escaped but quotes, backslashes and control characters; `before` and `after` stand in it as the texts that
//! the database holds, or null. In Python: `json.dumps(line, ensure_ascii=False, separators=(",", ":"))`. The line before the first
//! has number 0 and a hash of 64 zeros.
//!
//! No secret ever stands in a line.
//!
//! The row `audit_head` is written first, so that writers stand in line there on both databases and never wait for each other crosswise. A
//! change that depends on what it finds holds that row before it looks (`hold`): so two administrators can't revoke each other's last token
//! at the same time. That the whole log was written anew, only a hash noted elsewhere shows.

use sha2::{Digest, Sha256};
use sqlx::{Any, FromRow, Transaction};

use super::{Store, StoreError};
use dealerbook_base::clock;

/// What was done. A name never changes and is never used for anything else.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames, strum::EnumString, strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum AuditAction {
    /// A token was made; the object is its id.
    TokenCreated,
    /// A token was revoked; the object is its id.
    TokenRevoked,
    /// A run was deleted; the object is its id.
    RunDeleted,
    /// A batch was uploaded; the object is its id.
    BatchCreated,
    /// A batch was cancelled; the object is its id.
    BatchCancelled,
    /// A batch was deleted; the object is its id.
    BatchDeleted,
    /// An appeal was lodged; the object is its id.
    AppealLodged,
    /// An appeal was accepted, and a corrected run derived from it; the object is its id.
    AppealAccepted,
    /// An appeal was rejected; the object is its id.
    AppealRejected,
    /// The day on which an appeal was verified was noted; the object is its id.
    AppealVerified,
    /// A version of a policy was proposed; the object is its id and version, with a slash between them.
    PolicyProposed,
    /// It was approved.
    PolicyApproved,
    /// It was rejected.
    PolicyRejected,
    /// Whoever proposed it took it back.
    PolicyWithdrawn,
    /// A settlement was submitted; the object of this and all that follow is its run's id.
    SettlementSubmitted,
    /// A settlement was approved.
    SettlementApproved,
    /// A settlement was rejected.
    SettlementRejected,
    /// A settlement was superseded by another that was approved.
    SettlementSuperseded,
    /// A dealer's amount was adjusted by hand.
    AdjustmentAdded,
    /// An adjustment was taken away again.
    AdjustmentRemoved,
    /// A dealer's line was held back.
    DealerHeld,
    /// A dealer's line was released.
    DealerReleased,
    /// Payments were ordered.
    PaymentsOrdered,
    /// Payments were marked paid.
    PaymentsPaid,
    /// Payments were cancelled.
    PaymentsCancelled,
    /// An accrual was booked; the object is its id.
    AccrualBooked,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AuditLine {
    /// Its number; the first is 1, and none is left out.
    pub seq: i64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The person's name.
    pub who: String,
    /// What was done, as [`AuditAction`] calls it.
    pub what: String,
    /// To what: an id.
    pub object: String,
    /// What stood there before, as JSON.
    pub before: Option<String>,
    /// What stands there now, as JSON.
    pub after: Option<String>,
    /// The hash of the line before.
    pub prev_sha256: String,
    /// This line's hash.
    pub sha256: String,
}

/// The last line's number and hash: noted elsewhere, it shows later that nothing was cut off.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AuditHead {
    /// The last line's number; 0 where there is none.
    pub seq: i64,
    /// The last line's hash.
    pub sha256: String,
}

/// Which lines a list shows.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only those before this number.
    pub before: Option<i64>,
    /// Only this person's.
    pub who: Option<String>,
    /// Only those of this kind.
    pub what: Option<AuditAction>,
    /// Only those about this object.
    pub object: Option<String>,
    /// Only those from this time on, RFC 3339 in UTC with milliseconds.
    pub from: Option<String>,
    /// Only those earlier than this time.
    pub until: Option<String>,
}

impl AuditLine {
    /// The hash that the line must have.
    pub fn expected_sha256(&self) -> String {
        let AuditLine { seq, at, who, what, object, before, after, prev_sha256, .. } = self;
        let line = serde_json::json!([seq, at, who, what, object, before, after, prev_sha256]);
        hex::encode(Sha256::digest(line.to_string()))
    }
}

/// Holds the log until the transaction ends: nobody else changes anything that is audited meanwhile. Where a change depends on what it
/// finds, this comes before the look; [`append`] does it too.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Transaction<'static, Any>) -> Result<(), StoreError> {
    sqlx::query("UPDATE audit_head SET seq = seq WHERE id = 1").execute(&mut **tx).await?;
    Ok(())
}

/// Adds a line, in the transaction of the change that it says of and before that transaction's other writes (or after [`hold`]), so
/// that two of them never wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn append(
    tx: &mut Transaction<'static, Any>,
    who: &str,
    what: AuditAction,
    object: &str,
    before: Option<&serde_json::Value>,
    after: Option<&serde_json::Value>,
) -> Result<(), StoreError> {
    let (seq, prev_sha256): (i64, String) =
        sqlx::query_as("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, sha256")
            .fetch_optional(&mut **tx)
            .await?
            .ok_or(StoreError::Corrupt("the audit log's head"))?;
    let mut line = AuditLine {
        seq,
        at: clock::now(),
        who: who.to_owned(),
        what: <&str>::from(what).to_owned(),
        object: object.to_owned(),
        before: before.map(ToString::to_string),
        after: after.map(ToString::to_string),
        prev_sha256,
        sha256: String::new(),
    };
    line.sha256 = line.expected_sha256();
    sqlx::query(
        "INSERT INTO audit (seq, at, who, what, object, before, after, prev_sha256, sha256) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(line.seq)
    .bind(&line.at)
    .bind(&line.who)
    .bind(&line.what)
    .bind(&line.object)
    .bind(&line.before)
    .bind(&line.after)
    .bind(&line.prev_sha256)
    .bind(&line.sha256)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE audit_head SET sha256 = $1 WHERE id = 1").bind(&line.sha256).execute(&mut **tx).await?;
    Ok(())
}

impl Store {
    /// At most `rows_max` lines, newest first, and the number to continue before where there are more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        rows_max: u32,
    ) -> Result<(Vec<AuditLine>, Option<i64>), StoreError> {
        let mut lines: Vec<AuditLine> = sqlx::query_as(
            "SELECT * FROM audit WHERE (CAST($1 AS BIGINT) IS NULL OR seq < $1) \
             AND (CAST($2 AS TEXT) IS NULL OR who = $2) AND (CAST($3 AS TEXT) IS NULL OR what = $3) \
             AND (CAST($4 AS TEXT) IS NULL OR object = $4) AND (CAST($5 AS TEXT) IS NULL OR at >= $5) \
             AND (CAST($6 AS TEXT) IS NULL OR at < $6) ORDER BY seq DESC LIMIT $7",
        )
        .bind(filter.before)
        .bind(&filter.who)
        .bind(filter.what.map(<&str>::from))
        .bind(&filter.object)
        .bind(&filter.from)
        .bind(&filter.until)
        .bind(i64::from(rows_max) + 1)
        .fetch_all(&self.database.pool)
        .await?;
        let more = lines.len() > rows_max as usize;
        lines.truncate(rows_max as usize);
        let before = lines.last().filter(|_| more).map(|line| line.seq);
        Ok((lines, before))
    }

    /// At most `rows_max` lines behind a number, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_after(&self, seq: i64, rows_max: u32) -> Result<Vec<AuditLine>, StoreError> {
        let lines = sqlx::query_as("SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2");
        Ok(lines.bind(seq).bind(i64::from(rows_max)).fetch_all(&self.database.pool).await?)
    }

    /// What the log says is its last line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let head = sqlx::query_as("SELECT seq, sha256 FROM audit_head WHERE id = 1");
        let head: Option<AuditHead> = head.fetch_optional(&self.database.pool).await?;
        head.ok_or(StoreError::Corrupt("the audit log's head"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lines_hash_is_what_its_description_says() {
        let line = AuditLine {
            seq: 1,
            at: "2008-01-31T08:00:00.000Z".to_owned(),
            who: "王\"芳\u{1}".to_owned(),
            what: "token-created".to_owned(),
            object: "0123456789ab".to_owned(),
            before: None,
            after: Some(r#"{"name":"李明"}"#.to_owned()),
            prev_sha256: "0".repeat(64),
            sha256: String::new(),
        };
        assert_eq!(line.expected_sha256(), "b73ab9dd374e8480fca972824fd54e18dbdde0d43e4e2df2fc140e433b6bbe54");
    }
}
