//! Versions of the company's own policies: proposed by one person, decided by another. Whatever changes here leaves its line in the
//! audit log. What a version says is a text to this room.

use serde_json::{Value, json};
use sqlx::FromRow;

use super::audit::{self, AuditAction};
use super::{Person, Role, Store, StoreError};
use dealerbook_base::clock;

/// A version as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct PolicyVersion {
    /// The policy's id, the same for all its versions.
    pub id: String,
    /// Its own.
    pub version: String,
    /// Its Chinese title.
    pub title_zh: String,
    /// Its English title.
    pub title_en: String,
    /// `example` or `own`.
    pub rates: String,
    /// The hash of its texts, in hex.
    pub sha256: String,
    /// The texts that it was read from, as JSON.
    pub source: String,
    /// The first day on which it is in force, as 2027-01-01.
    pub effective_from: Option<String>,
    /// The last one.
    pub effective_to: Option<String>,
    /// `proposed`, `approved`, `rejected` or `withdrawn`.
    pub status: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// The id of that person's account.
    pub proposed_person: Option<String>,
    /// When, RFC 3339 in UTC.
    pub proposed_at: String,
    /// Who decided on it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// What is decided on a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It counts from now on.
    Approve,
    /// It doesn't, and why.
    Reject(String),
    /// Whoever proposed it takes it back.
    Withdraw,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It holds.
    Done(PolicyVersion),
    /// There is no such version.
    NoSuchVersion,
    /// It was decided on before.
    Before(PolicyVersion),
    /// Nobody decides on a proposal of their own.
    Own,
    /// Only whoever proposed it takes it back.
    NotOwn(PolicyVersion),
    /// Its time overlaps that of this approved version.
    Overlap(String),
}

impl Decision {
    fn status(&self) -> &'static str {
        match self {
            Decision::Approve => "approved",
            Decision::Reject(_) => "rejected",
            Decision::Withdraw => "withdrawn",
        }
    }

    fn action(&self) -> AuditAction {
        match self {
            Decision::Approve => AuditAction::PolicyApproved,
            Decision::Reject(_) => AuditAction::PolicyRejected,
            Decision::Withdraw => AuditAction::PolicyWithdrawn,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Decision::Reject(reason) => Some(reason),
            Decision::Approve | Decision::Withdraw => None,
        }
    }
}

impl PolicyVersion {
    /// Whether a person is shown it. What is approved is everybody's; what is still to be decided, or came to nothing, concerns whoever may
    /// decide and whoever proposed it, and auditors once it is decided.
    pub fn is_shown_to(&self, person: &Person) -> bool {
        match self.status.as_str() {
            "approved" => true,
            status => match person.role {
                Role::Finance | Role::Admin => true,
                Role::Auditor if status != "proposed" => true,
                Role::Auditor | Role::Sales => self.proposed_by == person.name,
            },
        }
    }

    /// How the audit log names it.
    fn object(&self) -> String {
        format!("{}/{}", self.id, self.version)
    }

    /// As the audit log says it.
    fn reported(&self) -> Value {
        json!({
            "sha256": self.sha256,
            "effective_from": self.effective_from,
            "effective_to": self.effective_to,
            "status": self.status,
            "reason": self.reason,
        })
    }
}

impl Store {
    /// How many versions are approved: none ever ceases to be, so this number says whether there are new ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn approved_policies(&self) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM policies WHERE status = 'approved'");
        Ok(count.fetch_one(&self.database.pool).await?)
    }

    /// All versions of all policies, in the order in which they were decided on; proposals last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy_versions(&self) -> Result<Vec<PolicyVersion>, StoreError> {
        // A letter comes after the digits with which a time begins.
        let select = "SELECT * FROM policies ORDER BY COALESCE(decided_at, 'proposed'), id, version";
        Ok(sqlx::query_as(select).fetch_all(&self.database.pool).await?)
    }

    /// One version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy_version(&self, id: &str, version: &str) -> Result<Option<PolicyVersion>, StoreError> {
        let select = sqlx::query_as("SELECT * FROM policies WHERE id = $1 AND version = $2").bind(id).bind(version);
        Ok(select.fetch_optional(&self.database.pool).await?)
    }

    /// Keeps a proposal, and says whether it did: not where there is a version of this name already, whatever became of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn propose_policy(&self, new: &PolicyVersion) -> Result<bool, StoreError> {
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        let inserted = sqlx::query(
            "INSERT INTO policies (id, version, title_zh, title_en, rates, sha256, source, effective_from, effective_to, \
             status, proposed_by, proposed_at, proposed_person) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'proposed', $10, $11, $12) \
             ON CONFLICT DO NOTHING",
        )
        .bind(&new.id)
        .bind(&new.version)
        .bind(&new.title_zh)
        .bind(&new.title_en)
        .bind(&new.rates)
        .bind(&new.sha256)
        .bind(&new.source)
        .bind(&new.effective_from)
        .bind(&new.effective_to)
        .bind(&new.proposed_by)
        .bind(&new.proposed_at)
        .bind(&new.proposed_person)
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 0 {
            return Ok(false);
        }
        let action = AuditAction::PolicyProposed;
        audit::append(&mut tx, &new.proposed_by, action, &new.object(), None, Some(&new.reported())).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Decides on a proposal. `overlapped` names the version among the approved ones of the same policy whose time it would overlap; it
    /// is asked within the transaction, so that two approvals can't overlap each other.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide_policy(
        &self,
        (id, version): (&str, &str),
        decision: &Decision,
        by: &Person,
        overlapped: impl FnOnce(&PolicyVersion, &[PolicyVersion]) -> Option<String>,
    ) -> Result<Decided, StoreError> {
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        let select = sqlx::query_as("SELECT * FROM policies WHERE id = $1 ORDER BY version").bind(id);
        let mut versions: Vec<PolicyVersion> = select.fetch_all(&mut *tx).await?;
        let Some(at) = versions.iter().position(|known| known.version == version) else {
            return Ok(Decided::NoSuchVersion);
        };
        let before = versions.swap_remove(at);
        let is_own = before.proposed_person.as_ref() == Some(&by.id);
        match decision {
            _ if before.status != "proposed" => return Ok(Decided::Before(before)),
            Decision::Withdraw if !is_own => return Ok(Decided::NotOwn(before)),
            Decision::Approve | Decision::Reject(_) if is_own => return Ok(Decided::Own),
            Decision::Approve => {
                versions.retain(|known| known.status == "approved");
                if let Some(other) = overlapped(&before, &versions) {
                    return Ok(Decided::Overlap(other));
                }
            }
            _ => {}
        }
        let after = PolicyVersion {
            status: decision.status().to_owned(),
            decided_by: Some(by.name.clone()),
            decided_at: Some(clock::now()),
            reason: decision.reason().map(str::to_owned),
            ..before.clone()
        };
        let (reported, action) = ((before.reported(), after.reported()), decision.action());
        audit::append(&mut tx, &by.name, action, &after.object(), Some(&reported.0), Some(&reported.1)).await?;
        sqlx::query(
            "UPDATE policies SET status = $3, decided_by = $4, decided_at = $5, reason = $6 WHERE id = $1 AND version = $2",
        )
        .bind(id)
        .bind(version)
        .bind(&after.status)
        .bind(&after.decided_by)
        .bind(&after.decided_at)
        .bind(&after.reason)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Decided::Done(after))
    }
}
