//! Accruals that were booked: one in force for each month of a period. A month's booking supersedes the one before of that month; what lies
//! before the last booked month stays as it is.

use rust_decimal::Decimal;
use serde_json::json;
use sqlx::{Any, AssertSqlSafe, FromRow, Transaction};
use uuid::Uuid;

use super::audit::{self, AuditAction};
use super::{Store, StoreError};
use dealerbook_base::clock;
use dealerbook_base::key::by_canonical_id;
use dealerbook_engine::accrual::{Booked, BookedDealer};

/// So many dealers go into one statement; each takes three of the 32,766 values that SQLite allows.
const DEALERS_AT_ONCE: usize = 5000;

/// What is to be booked.
#[derive(Clone, Debug)]
pub struct NewAccrual {
    /// The calendar year.
    pub period: i16,
    /// The month, 1 to 12.
    pub month: i8,
    /// The run that it was calculated from.
    pub run_id: String,
    /// The policy's id.
    pub policy_id: String,
    /// The policy's version.
    pub policy_version: String,
    /// `plan` or `so_far`.
    pub expect: &'static str,
    /// What the year is expected to pay, yuan.
    pub expected: Decimal,
    /// What each dealer is recognised with.
    pub dealers: Booked,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AccrualBooking {
    /// Its id.
    pub id: String,
    /// The calendar year.
    pub period: i64,
    /// The month, as 2007-06.
    pub month: String,
    /// The run that it was calculated from.
    pub run_id: String,
    /// The policy's id.
    pub policy_id: String,
    /// The policy's version.
    pub policy_version: String,
    /// By what the months to come were expected: `plan` or `so_far`.
    pub expect: String,
    /// What the year is expected to pay, yuan.
    pub expected: Decimal,
    /// What is recognised to the end of the month, yuan.
    pub recognised: Decimal,
    /// By how much more than by the last booking of an earlier month, yuan.
    pub true_up: Decimal,
    /// RFC 3339 in UTC.
    pub booked_at: String,
    /// Who booked it.
    pub booked_by: String,
    /// The booking that has taken its place.
    pub superseded_by: Option<String>,
}

#[derive(Clone, FromRow)]
struct Row {
    id: String,
    period: i64,
    month: i64,
    run_id: String,
    policy_id: String,
    policy_version: String,
    expect: String,
    expected: i64,
    recognised: i64,
    true_up: i64,
    booked_at: String,
    booked_by: String,
    superseded_by: Option<String>,
}

impl From<Row> for AccrualBooking {
    fn from(row: Row) -> AccrualBooking {
        AccrualBooking {
            month: format!("{}-{:02}", row.period, row.month),
            id: row.id,
            period: row.period,
            run_id: row.run_id,
            policy_id: row.policy_id,
            policy_version: row.policy_version,
            expect: row.expect,
            expected: Decimal::new(row.expected, 2),
            recognised: Decimal::new(row.recognised, 2),
            true_up: Decimal::new(row.true_up, 2),
            booked_at: row.booked_at,
            booked_by: row.booked_by,
            superseded_by: row.superseded_by,
        }
    }
}

impl Store {
    /// All bookings of a period, or of all, in the order of their months, those of a month as they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accruals(&self, period: Option<i16>) -> Result<Vec<AccrualBooking>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT * FROM accruals WHERE CAST($1 AS BIGINT) IS NULL OR period = $1 ORDER BY period, month, id",
        )
        .bind(period.map(i64::from))
        .fetch_all(&self.database.pool)
        .await?;
        Ok(rows.into_iter().map(AccrualBooking::from).collect())
    }

    /// What dealers were recognised with by the last booking of an earlier month of the period.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accrual_before(&self, period: i16, month: i8) -> Result<Booked, StoreError> {
        let mut tx = self.database.view().await?;
        let found = in_force(&mut tx, period).await?;
        let last = found.iter().rfind(|booking| booking.month < i64::from(month));
        match last {
            Some(last) => dealers(&mut tx, &last.id).await,
            None => Ok(Booked::new()),
        }
    }

    /// Books an accrual, in the place of an earlier booking of the month where there is one. Where a later month is booked, nothing is, and
    /// that month is given.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::cast_possible_truncation, reason = "months lie between 1 and 12, as the database checks")]
    pub async fn book_accrual(&self, new: &NewAccrual, by: &str) -> Result<Result<AccrualBooking, i8>, StoreError> {
        let mut tx = self.database.begin().await?;
        audit::hold(&mut tx).await?;
        let found = in_force(&mut tx, new.period).await?;
        let month = i64::from(new.month);
        if let Some(last) = found.last().filter(|last| last.month > month) {
            return Ok(Err(last.month as i8));
        }
        let before = found.iter().rfind(|booking| booking.month < month).map_or(0, |booking| booking.recognised);
        let replaced = found.iter().find(|booking| booking.month == month);
        let recognised: i64 = new.dealers.values().map(|dealer| fen(dealer.recognised)).sum();
        let row = Row {
            id: Uuid::now_v7().to_string(),
            period: new.period.into(),
            month,
            run_id: new.run_id.clone(),
            policy_id: new.policy_id.clone(),
            policy_version: new.policy_version.clone(),
            expect: new.expect.to_owned(),
            expected: fen(new.expected),
            recognised,
            true_up: recognised - before,
            booked_at: clock::now(),
            booked_by: by.to_owned(),
            superseded_by: None,
        };
        let reported = |row: &Row| {
            let booking = AccrualBooking::from(row.clone());
            json!({"month": booking.month, "run_id": booking.run_id, "recognised": booking.recognised, "true_up": booking.true_up})
        };
        let was = replaced.map(reported);
        audit::append(&mut tx, by, AuditAction::AccrualBooked, &row.id, was.as_ref(), Some(&reported(&row))).await?;
        insert(&mut tx, &row).await?;
        insert_dealers(&mut tx, &row.id, &new.dealers).await?;
        if let Some(replaced) = replaced {
            sqlx::query("UPDATE accruals SET superseded_by = $1 WHERE id = $2")
                .bind(&row.id)
                .bind(&replaced.id)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(Ok(row.into()))
    }
}

/// The bookings in force of a period, in the order of their months.
async fn in_force(tx: &mut Transaction<'static, Any>, period: i16) -> Result<Vec<Row>, StoreError> {
    let found = sqlx::query_as("SELECT * FROM accruals WHERE period = $1 AND superseded_by IS NULL ORDER BY month")
        .bind(i64::from(period))
        .fetch_all(&mut **tx)
        .await?;
    Ok(found)
}

async fn dealers(tx: &mut Transaction<'static, Any>, accrual: &str) -> Result<Booked, StoreError> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT dealer_id, name, recognised FROM accrual_dealers WHERE accrual_id = $1")
            .bind(accrual)
            .fetch_all(&mut **tx)
            .await?;
    let booked = |(id, name, recognised)| (id, BookedDealer { name, recognised: Decimal::new(recognised, 2) });
    Ok(by_canonical_id(rows.into_iter().map(booked).collect()))
}

async fn insert(tx: &mut Transaction<'static, Any>, row: &Row) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO accruals (id, period, month, run_id, policy_id, policy_version, expect, expected, recognised, true_up, \
         booked_at, booked_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&row.id)
    .bind(row.period)
    .bind(row.month)
    .bind(&row.run_id)
    .bind(&row.policy_id)
    .bind(&row.policy_version)
    .bind(&row.expect)
    .bind(row.expected)
    .bind(row.recognised)
    .bind(row.true_up)
    .bind(&row.booked_at)
    .bind(&row.booked_by)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert_dealers(tx: &mut Transaction<'static, Any>, accrual: &str, dealers: &Booked) -> Result<(), StoreError> {
    let all: Vec<(&String, &BookedDealer)> = dealers.iter().collect();
    for some in all.chunks(DEALERS_AT_ONCE) {
        let row = |n: usize| format!("($1, ${}, ${}, ${})", 3 * n + 2, 3 * n + 3, 3 * n + 4);
        let rows: Vec<String> = (0..some.len()).map(row).collect();
        let insert =
            format!("INSERT INTO accrual_dealers (accrual_id, dealer_id, name, recognised) VALUES {}", rows.join(", "));
        // PostgreSQL takes no NUL.
        let clean = |text: &str| text.replace('\0', "");
        let insert = sqlx::query(AssertSqlSafe(insert)).bind(accrual.to_owned());
        let insert = some.iter().fold(insert, |insert, (id, dealer)| {
            insert.bind(clean(id)).bind(clean(&dealer.name)).bind(fen(dealer.recognised))
        });
        insert.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Yuan of 2 places in fen.
fn fen(yuan: Decimal) -> i64 {
    let mut cents = yuan;
    cents.rescale(2);
    i64::try_from(cents.mantissa()).unwrap_or(i64::MAX)
}
