//! Appeals: lodged once, answered once. Whatever changes here leaves its line in the audit log.

mod answer;
mod lodge;
mod verify;

pub use answer::{Answered, Corrected, NewAnswer};
pub use verify::Verification;

use lodge::{join, lodge};

use serde_json::{Value, json};
use sqlx::FromRow;

use super::audit::{self};
use super::conditions::Conditions;
use super::{Person, Run, Store, StoreError};

/// How far an appeal is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    serde::Serialize,
    schemars::JsonSchema,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[schemars(rename = "AppealStatus")]
pub enum AppealStatus {
    /// Nobody has answered it.
    Open,
    /// It was accepted, and something was corrected.
    Accepted,
    /// It was rejected with a reason.
    Rejected,
}

/// How an appeal came.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[schemars(rename = "AppealSource")]
pub enum AppealSource {
    /// Over HTTP.
    Request,
    /// In a workbook that was uploaded again.
    Workbook,
}

/// An appeal as it is kept.
#[derive(Clone, Debug, FromRow)]
pub struct KeptAppeal {
    /// A UUID of version 7: ids sort by time.
    pub id: String,
    /// The run that is appealed against.
    pub run_id: String,
    /// The first of the runs that came out of one another.
    pub family: String,
    /// 经销商编号
    pub dealer_id: String,
    /// 经销商名称
    pub dealer_name: String,
    /// A characteristic, programme or field.
    pub about: Option<String>,
    /// What the dealer says.
    pub text: String,
    /// How it came.
    #[sqlx(try_from = "String")]
    pub source: AppealSource,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub status: AppealStatus,
    /// The person's name.
    pub lodged_by: String,
    /// The id of the person's account.
    pub lodged_person: Option<String>,
    /// RFC 3339 in UTC, like all times.
    pub lodged_at: String,
    /// When the last day for an answer is over.
    pub due_at: String,
    /// When the last day for its verification is over; none of those that were lodged before there was one.
    pub verify_due_at: Option<String>,
    /// The day on which it was verified, where that is noted.
    pub verified_on: Option<String>,
    /// The name of the person who noted it.
    pub verified_by: Option<String>,
    /// When that was noted.
    pub verified_at: Option<String>,
    /// The person's name.
    pub answered_by: Option<String>,
    /// The id of the person's account.
    pub answered_person: Option<String>,
    /// When.
    pub answered_at: Option<String>,
    /// What was said; of a rejected one the reason.
    pub answer: Option<String>,
    /// What was corrected, as the JSON list that was sent.
    pub corrections: Option<String>,
    /// The run whose upload was corrected.
    pub base_run_id: Option<String>,
    /// The run that this gave.
    pub new_run_id: Option<String>,
}

macro_rules! from_text {
    ($type:ty, $what:literal) => {
        impl TryFrom<String> for $type {
            type Error = StoreError;

            fn try_from(text: String) -> Result<Self, StoreError> {
                text.parse().map_err(|_| StoreError::Corrupt($what))
            }
        }
    };
}
from_text!(AppealStatus, "an appeal's status");
from_text!(AppealSource, "an appeal's source");

/// An appeal that is to be lodged.
#[derive(Clone, Debug)]
pub struct NewAppeal {
    /// 经销商编号
    pub dealer_id: String,
    /// 经销商名称
    pub dealer_name: String,
    /// A characteristic, programme or field.
    pub about: Option<String>,
    /// What the dealer says.
    pub text: String,
    /// How it came.
    pub source: AppealSource,
    /// When it was lodged.
    pub lodged_at: String,
    /// When the last day for its verification is over.
    pub verify_due_at: String,
    /// When the last day for an answer is over.
    pub due_at: String,
}

/// Which appeals a list shows.
#[derive(Clone, Debug, Default)]
pub struct AppealFilter {
    /// Only older ones than this one.
    pub before: Option<String>,
    /// Only with this status.
    pub status: Option<AppealStatus>,
    /// Only against runs of this year.
    pub period: Option<i64>,
    /// Only against this run.
    pub run: Option<String>,
    /// Only open ones that were due before this time.
    pub due_before: Option<String>,
    /// Only those that aren't: answered, or due at this time or later.
    pub not_due_before: Option<String>,
}

impl KeptAppeal {
    /// Whether it was answered later than it was due.
    pub fn is_late(&self) -> bool {
        self.answered_at.as_ref().is_some_and(|at| *at >= self.due_at)
    }

    /// Whether it is open and nobody has noted its verification although the last day for that is over.
    pub fn is_verification_overdue(&self, now: &str) -> bool {
        let is_awaited = self.status == AppealStatus::Open && self.verified_on.is_none();
        is_awaited && self.verify_due_at.as_deref().is_some_and(|due| now >= due)
    }

    /// Whether it is open although its last day is over.
    pub fn is_overdue(&self, now: &str) -> bool {
        self.status == AppealStatus::Open && now >= self.due_at.as_str()
    }

    /// As the audit log tells it.
    fn reported(&self) -> Value {
        let KeptAppeal {
            run_id,
            dealer_id,
            about,
            text,
            status,
            due_at,
            verified_on,
            answer,
            base_run_id,
            new_run_id,
            ..
        } = self;
        let corrections: Option<Value> = self.corrections.as_deref().and_then(|text| serde_json::from_str(text).ok());
        json!({
            "run_id": run_id, "dealer_id": dealer_id, "about": about, "text": text, "status": status, "due_at": due_at, "verified_on": verified_on, "answer": answer,
            "corrections": corrections, "base_run_id": base_run_id, "new_run_id": new_run_id,
        })
    }
}

impl Store {
    /// The first of the runs that came out of one another; a run that came out of none is its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn family_of(&self, run_id: &str) -> Result<String, StoreError> {
        let select = sqlx::query_scalar("SELECT family FROM run_families WHERE run_id = $1");
        let family: Option<String> = select.bind(run_id).fetch_optional(&self.database.pool).await?;
        Ok(family.unwrap_or_else(|| run_id.to_owned()))
    }

    /// Notes that a run came out of a family.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn join_family(&self, run_id: &str, family: &str) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        join(&mut transaction, run_id, family).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The newest run with results that this person may see of an upload, and of a year where one is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_of_upload(
        &self,
        upload_sha256: &str,
        period: Option<i64>,
        person: &Person,
    ) -> Result<Option<Run>, StoreError> {
        let mut conditions = Conditions::visible_to(person);
        conditions.text("kind = ?", "run");
        conditions.text("status <> ?", "faulty");
        conditions.text("upload_sha256 = ?", upload_sha256);
        if let Some(period) = period {
            conditions.integer("period = ?", period);
        }
        let runs = conditions.select("ORDER BY id DESC LIMIT 1", &self.database.pool).await?;
        Ok(runs.into_iter().next())
    }

    /// A run of an id, whoever may see it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_unseen(&self, id: &str) -> Result<Option<Run>, StoreError> {
        self.run(id, &Person::admin()).await
    }

    /// The appeals of a family, oldest first; for whoever works for some regions only those against runs of these, whoever made them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn appeals_of_family(&self, family: &str, person: &Person) -> Result<Vec<KeptAppeal>, StoreError> {
        let mut conditions = Conditions::within_regions(person);
        conditions.text("appeals.family = ?", family);
        conditions.select_of(OF_APPEALS, "ORDER BY appeals.id", &self.database.pool).await
    }

    /// The appeal of an id, if there is one and this person may see its run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn appeal(&self, id: &str, person: &Person) -> Result<Option<KeptAppeal>, StoreError> {
        let mut conditions = Conditions::visible_to(person);
        conditions.text("appeals.id = ?", id);
        Ok(conditions.select_of(OF_APPEALS, "", &self.database.pool).await?.into_iter().next())
    }

    /// At most `rows_max` of the appeals against runs that a person may see, newest first, and the id to continue behind where there
    /// are more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn appeals(
        &self,
        filter: &AppealFilter,
        person: &Person,
        rows_max: u32,
    ) -> Result<(Vec<KeptAppeal>, Option<String>), StoreError> {
        let order = format!("ORDER BY appeals.id DESC LIMIT {}", u64::from(rows_max) + 1);
        let conditions = filter.conditions(person);
        let mut appeals: Vec<KeptAppeal> = conditions.select_of(OF_APPEALS, &order, &self.database.pool).await?;
        let more = appeals.len() > rows_max as usize;
        appeals.truncate(rows_max as usize);
        let before = appeals.last().filter(|_| more).map(|appeal| appeal.id.clone());
        Ok((appeals, before))
    }

    /// Lodges appeals against a run, all or none. What the same dealer has said before in the same family is the same appeal. Gives
    /// each as it is kept, and whether it is new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lodge_appeals(
        &self,
        run_id: &str,
        appeals: &[NewAppeal],
        by: &str,
    ) -> Result<Vec<(KeptAppeal, bool)>, StoreError> {
        let family = self.family_of(run_id).await?;
        let mut transaction = self.database.begin().await?;
        audit::hold(&mut transaction).await?;
        let mut lodged = Vec::new();
        for new in appeals {
            lodged.push(lodge(&mut transaction, (run_id, &family), new, by).await?);
        }
        transaction.commit().await?;
        Ok(lodged)
    }
}

/// Appeals stand and fall with what a person may see of their runs.
const OF_APPEALS: &str = "SELECT appeals.* FROM appeals JOIN runs ON runs.id = appeals.run_id";

impl AppealFilter {
    fn conditions(&self, person: &Person) -> Conditions {
        let mut conditions = Conditions::visible_to(person);
        let texts = [
            ("appeals.id < ?", self.before.as_deref()),
            ("appeals.status = ?", self.status.map(<&str>::from)),
            ("appeals.run_id = ?", self.run.as_deref()),
            ("appeals.status = 'open' AND appeals.due_at <= ?", self.due_before.as_deref()),
            ("(appeals.status <> 'open' OR appeals.due_at > ?)", self.not_due_before.as_deref()),
        ];
        for (clause, value) in texts {
            value.into_iter().for_each(|value| conditions.text(clause, value));
        }
        if let Some(period) = self.period {
            conditions.integer("runs.period = ?", period);
        }
        conditions
    }
}
