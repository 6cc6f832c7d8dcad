//! Settlements and their payments. A row is there from the first time that somebody does something with a run's settlement; with it its
//! lines are frozen. `read` gives one as it is now, `change` alters it.
//!
//! Status and sums are never stored twice: what was paid is the sum of batches, `paid_before` that along the chain of superseded
//! settlements; only `approved`, `partly-paid` and `paid` are written down, so that lists can ask for them. Why a correction differs is
//! worked out at submission, by calculating the new data under the old policy as well, and frozen. What the chain paid to a dealer who has
//! vanished stands in a line of nothing (`own = 0`).

mod approvals;
mod change;
mod freeze;
mod hands;
mod list;
mod payments;
mod read;
mod replay;
mod seal;

use sqlx::{Any, Transaction};

pub use change::SettlementChange;
pub use list::{SettlementBrief, SettlementFilter};
pub use payments::{Payment, PaymentBatch, PaymentStatus};

use super::{Store, StoreError};
use dealerbook_engine::settlement::{Settlement, Status};

impl Store {
    /// The settlement of a run as it is now; none as long as nobody has done anything with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settlement(&self, run: &str) -> Result<Option<Settlement>, StoreError> {
        let mut view = self.database.view().await?;
        read::settlement(&mut view, run).await
    }

    /// The run whose upload, with cells that accepted appeals changed, is the upload of this one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn base_of(&self, run: &str) -> Result<Option<String>, StoreError> {
        let base = sqlx::query_scalar("SELECT base_run_id FROM run_corrections WHERE run_id = $1");
        Ok(base.bind(run).fetch_optional(&self.database.pool).await?)
    }
}

/// Notes that a run's upload is that of `base` with cells that accepted appeals changed. A run has one base, the first that is noted.
///
/// # Errors
/// When the database fails.
pub async fn note_correction(tx: &mut Transaction<'static, Any>, run: &str, base: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO run_corrections (run_id, base_run_id) VALUES ($1, $2) ON CONFLICT (run_id) DO NOTHING")
        .bind(run)
        .bind(base)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// How far a run's settlement is, where somebody has done something with it.
///
/// # Errors
/// When the database fails.
pub(super) async fn status(tx: &mut Transaction<'static, Any>, run: &str) -> Result<Option<Status>, StoreError> {
    let status = sqlx::query_scalar("SELECT status FROM settlements WHERE run_id = $1");
    let status: Option<String> = status.bind(run).fetch_optional(&mut **tx).await?;
    status.map(parse_status).transpose()
}

/// Deletes what is kept of a settlement that was never submitted, or rejected: its run is about to go.
///
/// # Errors
/// When the database fails.
pub(super) async fn forget(tx: &mut Transaction<'static, Any>, run: &str) -> Result<(), StoreError> {
    for delete in [
        "DELETE FROM run_corrections WHERE run_id = $1",
        "DELETE FROM settlement_seals WHERE run_id = $1",
        "DELETE FROM settlement_approvals WHERE run_id = $1",
        "DELETE FROM settlement_hands WHERE run_id = $1",
        "DELETE FROM settlement_holds WHERE run_id = $1",
        "DELETE FROM settlement_adjustments WHERE run_id = $1",
        "DELETE FROM settlement_lines WHERE run_id = $1",
        "DELETE FROM settlements WHERE run_id = $1",
    ] {
        sqlx::query(delete).bind(run).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The runs that stay because of their settlements, as a condition on `runs`.
pub(super) const SETTLED: &str =
    "EXISTS (SELECT 1 FROM settlements WHERE run_id = runs.id AND status NOT IN ('calculated', 'rejected'))";

fn parse_status(text: String) -> Result<Status, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt("a settlement's status"))
}
