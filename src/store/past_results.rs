//! What settlements say of earlier periods: the approved ones as history for calculations, all of them for whoever asks after a dealer.

use sqlx::FromRow;

use super::conditions::Conditions;
use super::{Person, Store, StoreError};

/// The settlements that count as history: approved, and not corrected since.
const APPROVED: &str =
    "settlements.status IN ('approved', 'partly-paid', 'paid') AND settlements.superseded_by IS NULL";

/// What a dealer came to in an approved settlement.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ApprovedResult {
    /// The calendar year.
    pub period: i64,
    /// 经销商编号
    pub dealer_id: String,
    /// 区域 of that year, as it was written.
    pub region: String,
    /// The grade by its id in the policy.
    pub grade: Option<String>,
    /// The year's own tonnes, as a decimal.
    pub tonnes: String,
}

/// Which approved settlements there are, as far as it says whether they are still the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct ApprovedState {
    /// How many.
    pub settlements: i64,
    /// When the last of them was approved.
    pub latest: Option<String>,
}

/// What a dealer came to in a settlement, of whatever status.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SettledResult {
    /// The run.
    pub run_id: String,
    /// The calendar year.
    pub period: i64,
    /// How far the settlement is.
    pub status: String,
    /// The policy's id.
    pub policy_id: String,
    /// 经销商名称
    pub name: String,
    /// The year's own tonnes, as a decimal.
    pub tonnes: String,
    /// The score, 2 places.
    pub score: Option<String>,
    /// The grade by its id in the policy.
    pub grade: Option<String>,
    /// What the incentives came to, in fen.
    pub amount: i64,
    /// What this settlement has paid, in fen.
    pub paid: i64,
}

impl Store {
    /// When the settlement of a run was submitted, RFC 3339 in UTC; none where it wasn't.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submitted_at(&self, run_id: &str) -> Result<Option<String>, StoreError> {
        let select = sqlx::query_scalar("SELECT submitted_at FROM settlements WHERE run_id = $1");
        let submitted_at: Option<Option<String>> = select.bind(run_id).fetch_optional(&self.database.pool).await?;
        Ok(submitted_at.flatten())
    }

    /// Whether the approved settlements are still the same: cheap enough to be asked for each upload.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn approved_state(&self) -> Result<ApprovedState, StoreError> {
        let select =
            format!("SELECT COUNT(*) AS settlements, MAX(decided_at) AS latest FROM settlements WHERE {APPROVED}");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_one(&self.database.pool).await?)
    }

    /// What the dealers of approved settlements came to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn approved_results(&self) -> Result<Vec<ApprovedResult>, StoreError> {
        let select = format!(
            "SELECT settlements.period, dealer_id, region, grade, tonnes FROM settlement_lines \
             JOIN settlements ON settlements.run_id = settlement_lines.run_id WHERE own = 1 AND {APPROVED} \
             ORDER BY settlements.period, settlements.run_id, position"
        );
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(&self.database.pool).await?)
    }

    /// What a dealer came to in the settlements of runs that this person may see, newest period first, and within it the newest run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settled_results(&self, dealer_id: &str, person: &Person) -> Result<Vec<SettledResult>, StoreError> {
        let mut conditions = Conditions::visible_to(person);
        conditions.text("settlement_lines.own = 1 AND settlement_lines.dealer_id = ?", dealer_id);
        let order = "ORDER BY settlements.period DESC, settlements.run_id DESC";
        conditions.select_of(SETTLED, order, &self.database.pool).await
    }

    /// The ids of dealers that settlements of runs know which this person may see, at most so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settled_dealers(&self, person: &Person, rows_max: u32) -> Result<Vec<String>, StoreError> {
        let conditions = Conditions::visible_to(person);
        let from = "SELECT DISTINCT settlement_lines.dealer_id FROM settlement_lines \
                    JOIN runs ON runs.id = settlement_lines.run_id";
        let order = format!("ORDER BY settlement_lines.dealer_id LIMIT {rows_max}");
        let rows: Vec<(String,)> = conditions.select_of(from, &order, &self.database.pool).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

/// Sums are cast: PostgreSQL's are of another type.
const SETTLED: &str = "SELECT settlements.run_id, settlements.period, settlements.status, settlements.policy_id, settlement_lines.name, \
     settlement_lines.tonnes, settlement_lines.score, settlement_lines.grade, settlement_lines.amount, \
     CAST(COALESCE((SELECT SUM(payments.amount) FROM payments JOIN payment_batches ON payment_batches.run_id = payments.run_id \
     AND payment_batches.number = payments.number WHERE payments.run_id = settlements.run_id \
     AND payments.dealer_id = settlement_lines.dealer_id AND payment_batches.status = 'paid'), 0) AS BIGINT) AS paid \
     FROM settlement_lines JOIN settlements ON settlements.run_id = settlement_lines.run_id \
     JOIN runs ON runs.id = settlements.run_id";
