//! The list of settlements with which somebody has done something, newest run first.

use sqlx::FromRow;

use super::{Store, StoreError};
use crate::Person;
use crate::conditions::Conditions;
use dealerbook_engine::settlement::Status;

/// Which settlements a list shows.
#[derive(Clone, Debug, Default)]
pub struct SettlementFilter {
    /// Only those of older runs than this.
    pub before: Option<String>,
    /// Only those of this year.
    pub period: Option<i64>,
    /// Only those that are so far.
    pub status: Option<Status>,
}

/// What a list says of a settlement.
#[derive(Clone, Debug, FromRow, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "SettlementListed", deny_unknown_fields)]
pub struct SettlementBrief {
    /// The run, which leads to the settlement.
    pub run_id: String,
    /// The year.
    pub period: i64,
    /// How far it is: calculated, submitted, rejected, approved, partly-paid, paid or superseded.
    pub status: String,
    /// The upload's name, when it had one.
    pub filename: Option<String>,
    /// The policy's id.
    pub policy_id: String,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// When, RFC 3339 in UTC.
    pub submitted_at: Option<String>,
    /// Who approved or rejected it.
    pub decided_by: Option<String>,
    /// When, RFC 3339 in UTC.
    pub decided_at: Option<String>,
    /// The run whose settlement this one corrects.
    pub supersedes: Option<String>,
    /// The run whose settlement has corrected this one.
    pub superseded_by: Option<String>,
}

const SELECT: &str = "SELECT s.run_id, s.period, s.status, runs.filename, s.policy_id, s.submitted_by, s.submitted_at, \
                      s.decided_by, s.decided_at, s.supersedes, s.superseded_by \
                      FROM settlements s JOIN runs ON runs.id = s.run_id";

impl Store {
    /// At most `rows_max` settlements of runs that a person may see, and the run to continue behind where there are more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settlements(
        &self,
        filter: &SettlementFilter,
        person: &Person,
        rows_max: u32,
    ) -> Result<(Vec<SettlementBrief>, Option<String>), StoreError> {
        let mut conditions = Conditions::visible_to(person);
        if let Some(before) = &filter.before {
            conditions.text("s.run_id < ?", before);
        }
        if let Some(period) = filter.period {
            conditions.integer("s.period = ?", period);
        }
        if let Some(status) = filter.status {
            conditions.text("s.status = ?", status.into());
        }
        let order = format!("ORDER BY s.run_id DESC LIMIT {}", u64::from(rows_max) + 1);
        let mut found: Vec<SettlementBrief> = conditions.select_of(SELECT, &order, &self.database.pool).await?;
        let more = found.len() > rows_max as usize;
        found.truncate(rows_max as usize);
        let before = found.last().filter(|_| more).map(|last| last.run_id.clone());
        Ok((found, before))
    }
}
