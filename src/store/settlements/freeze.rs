//! The lines of a settlement are kept from the first change on.

use rust_decimal::Decimal;
use sqlx::AssertSqlSafe;

use super::StoreError;
use super::change::{Answer, SettlementChange, kept};
use dealerbook_engine::policy::Rates;
use dealerbook_engine::settlement::{Due, Settlement};

/// So many lines go into one statement.
pub(super) const LINES_AT_ONCE: usize = 200;

/// All columns of a line, those at the end whole numbers that may be null.
const COLUMNS: usize = 19;
const NULLABLE: usize = 5;

impl SettlementChange {
    /// Keeps a settlement's lines, in the place of those that were kept of it. Those from `own` on stand only in the settlement that it
    /// corrects. Tells whether its run is still there; where it isn't, nothing is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn freeze(&mut self, settlement: &Settlement, own: usize) -> Answer<bool> {
        let run = &settlement.run_id;
        let is_there: Option<i64> = sqlx::query_scalar("SELECT CAST(1 AS BIGINT) FROM runs WHERE id = $1")
            .bind(run)
            .fetch_optional(&mut *self.tx)
            .await?;
        if is_there.is_none() {
            return Ok(false);
        }
        self.insert_row(settlement).await?;
        self.execute("DELETE FROM settlement_lines WHERE run_id = $1", run).await?;
        for (chunk, dues) in settlement.dues.chunks(LINES_AT_ONCE).enumerate() {
            self.insert_lines(run, chunk * LINES_AT_ONCE, dues, own).await?;
        }
        Ok(true)
    }

    async fn insert_row(&mut self, settlement: &Settlement) -> Answer {
        let policy = &settlement.policy;
        sqlx::query(
            "INSERT INTO settlements (run_id, period, as_of, status, policy_id, policy_version, policy_sha256, rates) \
             VALUES ($1, $2, $3, 'calculated', $4, $5, $6, $7) ON CONFLICT (run_id) DO NOTHING",
        )
        .bind(&settlement.run_id)
        .bind(i64::from(settlement.period))
        .bind(&settlement.as_of)
        .bind(&policy.id)
        .bind(&policy.version)
        .bind(&policy.sha256)
        .bind(if policy.rates == Rates::Own { "own" } else { "example" })
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn insert_lines(&mut self, run: &str, first: usize, dues: &[Due], own: usize) -> Answer {
        let rows: Vec<String> = (0..dues.len()).map(places).collect();
        let insert = format!(
            "INSERT INTO settlement_lines (run_id, position, dealer_id, name, region, channel_mode, tonnes, score, grade, \
             is_disqualified, lines, unpaid, amount, own, old_entitled, old_adjustments, by_data, by_policy, by_appeal) VALUES {}",
            rows.join(", ")
        );
        let mut insert = sqlx::query(AssertSqlSafe(insert));
        for (position, due) in (first..).zip(dues) {
            let dealer = &due.dealer;
            let lines = serde_json::to_string(&dealer.lines).map_err(|_| StoreError::Corrupt("a settlement's line"))?;
            let unpaid =
                serde_json::to_string(&dealer.unpaid).map_err(|_| StoreError::Corrupt("a settlement's line"))?;
            insert = insert
                .bind(run.to_owned())
                .bind(i64::try_from(position).unwrap_or(i64::MAX))
                .bind(plain(&dealer.dealer_id))
                .bind(plain(&dealer.name))
                .bind(plain(dealer.region.shown()))
                .bind(dealer.channel_mode.clone())
                .bind(dealer.tonnes.to_string())
                .bind(dealer.score.map(|score| score.to_string()))
                .bind(dealer.grade.clone())
                .bind(i64::from(dealer.is_disqualified))
                .bind(lines)
                .bind(unpaid)
                .bind(kept(dealer.amount)?)
                .bind(i64::from(position < own));
            for part in compared(due) {
                insert = insert.bind(part.map(kept).transpose()?);
            }
        }
        insert.execute(&mut *self.tx).await?;
        Ok(())
    }
}

/// The places of a row's values. PostgreSQL doesn't know the type of a null in a list of values.
fn places(row: usize) -> String {
    let place = |column: usize| match column > COLUMNS - NULLABLE {
        true => format!("CAST(${} AS BIGINT)", row * COLUMNS + column),
        false => format!("${}", row * COLUMNS + column),
    };
    let places: Vec<String> = (1..=COLUMNS).map(place).collect();
    format!("({})", places.join(", "))
}

/// How a line compares with that of the settlement which is corrected: its entitlement and adjustments, and what differs by data, policy
/// and appeal.
fn compared(due: &Due) -> [Option<Decimal>; NULLABLE] {
    let Some(difference) = due.difference else { return [None; NULLABLE] };
    let old_adjustments = due.adjusted() - difference.adjustment;
    [difference.before, old_adjustments, difference.data, difference.policy, difference.appeal].map(Some)
}

/// PostgreSQL takes no NUL.
fn plain(text: &str) -> String {
    text.replace('\0', "")
}
