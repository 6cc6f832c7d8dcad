//! Payments in numbered batches: ordered, then paid or cancelled, and never anything else after that.

use sqlx::{AnyConnection, FromRow};

use super::{Store, StoreError};

/// How far a batch of payments is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum PaymentStatus {
    /// Handed to a bank or an ERP; nobody has said yet that it was paid.
    Ordered,
    /// Paid.
    Paid,
    /// Given up: what it was to pay is payable again.
    Cancelled,
}

impl TryFrom<String> for PaymentStatus {
    type Error = StoreError;

    fn try_from(text: String) -> Result<PaymentStatus, StoreError> {
        text.parse().map_err(|_| StoreError::Corrupt("a payment's status"))
    }
}

/// A batch of payments.
#[derive(Clone, Debug, FromRow)]
pub struct PaymentBatch {
    /// Its number within the settlement, from 1 on.
    pub number: i64,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub status: PaymentStatus,
    /// A remark.
    pub note: Option<String>,
    /// Who ordered it.
    pub ordered_by: String,
    /// The id of that person's account.
    pub ordered_person: Option<String>,
    /// When, RFC 3339 in UTC.
    pub ordered_at: String,
    /// Who marked it paid or cancelled it.
    pub ended_by: Option<String>,
    /// When, RFC 3339 in UTC.
    pub ended_at: Option<String>,
    /// The day on which it was paid, as 2008-01-31.
    pub paid_on: Option<String>,
    /// Its payments.
    pub payments: i64,
    /// Their sum in fen.
    pub amount: i64,
}

/// A payment of a batch.
#[derive(Clone, Debug, FromRow)]
pub struct Payment {
    /// The dealer.
    pub dealer_id: String,
    /// Fen.
    pub amount: i64,
}

impl PaymentBatch {
    /// Whether nobody has said yet what became of it.
    pub fn is_open(&self) -> bool {
        self.status == PaymentStatus::Ordered
    }
}

impl Store {
    /// The batches of a settlement's payments, the first first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payment_batches(&self, run: &str) -> Result<Vec<PaymentBatch>, StoreError> {
        batches(&mut *self.database.pool.acquire().await?, run).await
    }

    /// The payments of a batch, in the order of the settlement's lines.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn payments(&self, run: &str, number: i64) -> Result<Vec<Payment>, StoreError> {
        let payments = "SELECT dealer_id, amount FROM payments WHERE run_id = $1 AND number = $2 ORDER BY position";
        Ok(sqlx::query_as(payments).bind(run).bind(number).fetch_all(&self.database.pool).await?)
    }
}

pub(super) async fn batches(db: &mut AnyConnection, run: &str) -> Result<Vec<PaymentBatch>, StoreError> {
    let batches = sqlx::query_as(
        "SELECT b.number, b.status, b.note, b.ordered_by, b.ordered_person, b.ordered_at, b.ended_by, b.ended_at, b.paid_on, \
         CAST(COUNT(p.amount) AS BIGINT) AS payments, CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) AS amount \
         FROM payment_batches b LEFT JOIN payments p ON p.run_id = b.run_id AND p.number = b.number WHERE b.run_id = $1 \
         GROUP BY b.number, b.status, b.note, b.ordered_by, b.ordered_person, b.ordered_at, b.ended_by, b.ended_at, b.paid_on ORDER BY b.number",
    );
    Ok(batches.bind(run).fetch_all(db).await?)
}
