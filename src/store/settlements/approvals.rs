//! Approvals of a settlement: each by another person, until there are as many as its policy asks for.

use serde_json::json;
use sqlx::{AnyConnection, FromRow};

use super::change::{Answer, SettlementChange, kept};
use super::{Store, StoreError};
use crate::audit::AuditAction;
use dealerbook_engine::settlement::{Approval, Settlement, Signature, yuan};

#[derive(FromRow)]
struct Row {
    person_id: String,
    who: String,
    at: String,
    note: Option<String>,
    total: Option<i64>,
    payable: Option<i64>,
}

impl Store {
    /// Returns the approvals of a settlement, the first first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn approvals(&self, run: &str) -> Result<Vec<Approval>, StoreError> {
        approvals(&mut *self.database.pool.acquire().await?, run).await
    }
}

/// Returns the approvals of a settlement, the first first.
pub(super) async fn approvals(db: &mut AnyConnection, run: &str) -> Result<Vec<Approval>, StoreError> {
    let rows =
        "SELECT person_id, who, at, note, total, payable FROM settlement_approvals WHERE run_id = $1 ORDER BY number";
    let rows: Vec<Row> = sqlx::query_as(rows).bind(run).fetch_all(db).await?;
    let approval = |Row { person_id, who, at, note, total, payable }| Approval {
        person: person_id,
        signature: Signature { who, at, note },
        total: total.map(yuan),
        payable: payable.map(yuan),
    };
    Ok(rows.into_iter().map(approval).collect())
}

impl SettlementChange {
    /// Approves a settlement, as one of `needed`; with the last approval what it supersedes is superseded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn approve(&mut self, settlement: &Settlement, note: Option<&str>, needed: u32) -> Answer {
        let run = &settlement.run_id;
        let given = settlement.approvals.len() + 1;
        let is_last = u32::try_from(given).is_ok_and(|given| given >= needed);
        let status = if is_last { settlement.status_by_sums() } else { settlement.status };
        let (totals, seal) = (settlement.totals(), self.seal(run).await?);
        let (moved, payable) = (settlement.moved(), totals.payable);
        let after = json!({
            "status": status, "note": note, "supersedes": settlement.supersedes, "dealers": totals.dealers,
            "entitled": totals.entitled, "total": moved, "payable": payable, "approval": given, "approvals_needed": needed,
            "person": self.by.id, "seal": seal,
        });
        let before = json!({"status": settlement.status});
        self.log(AuditAction::SettlementApproved, run, Some(&before), Some(&after)).await?;
        sqlx::query(
            "INSERT INTO settlement_approvals (run_id, number, person_id, who, at, note, total, payable) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(run)
        .bind(i64::try_from(given).unwrap_or(i64::MAX))
        .bind(&self.by.id)
        .bind(&self.by.name)
        .bind(&self.at)
        .bind(note)
        .bind(kept(moved)?)
        .bind(kept(payable)?)
        .execute(&mut *self.tx)
        .await?;
        if !is_last {
            return Ok(());
        }
        self.decide(run, status, note).await?;
        match &settlement.supersedes {
            Some(superseded) => self.supersede(superseded, run).await,
            None => Ok(()),
        }
    }

    /// Lets go of the approvals of a settlement that isn't approved yet: what they saw has changed, or is about to. Returns how many.
    pub(super) async fn lose_approvals(&mut self, run: &str) -> Answer<u64> {
        let lost = sqlx::query(
            "DELETE FROM settlement_approvals WHERE run_id = $1 AND EXISTS (SELECT 1 FROM settlements \
             WHERE settlements.run_id = settlement_approvals.run_id AND status IN ('calculated', 'submitted', 'rejected'))",
        );
        Ok(lost.bind(run).execute(&mut *self.tx).await?.rows_affected())
    }
}
