//! Appeals are answered, once each: rejected, or accepted with a corrected run.

use serde_json::Value;
use sqlx::{Any, Transaction};

use super::{AppealStatus, KeptAppeal, join};
use crate::audit::{self, AuditAction};
use crate::settlements::note_correction;
use crate::{Person, Run, Store, StoreError, runs};

/// An answer that is to be given.
#[derive(Clone, Debug)]
pub struct NewAnswer<'a> {
    /// The appeal.
    pub id: &'a str,
    /// Who answers.
    pub by: &'a Person,
    /// When.
    pub at: &'a str,
    /// What is said.
    pub answer: Option<&'a str>,
}

/// A run that an accepted appeal gives.
#[derive(Clone, Debug)]
pub struct Corrected<'a> {
    /// The run whose upload was corrected.
    pub base: &'a str,
    /// The new run; its files are kept already.
    pub run: Run,
    /// What was corrected, as JSON.
    pub corrections: Value,
}

/// What became of an answer.
#[derive(Clone, Debug)]
pub enum Answered {
    /// It stands.
    Done(Box<KeptAppeal>),
    /// Somebody answered, or noted its verification, before.
    Before(Box<KeptAppeal>),
    /// Another accepted appeal has corrected the same run meanwhile.
    CorrectedMeanwhile,
    /// There is no such appeal any more.
    Gone,
}

impl Store {
    /// The latest of the runs that accepted appeals have made out of a run; the run itself where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_correction(&self, run_id: &str) -> Result<String, StoreError> {
        let mut connection = self.database.pool.acquire().await?;
        latest_correction(&mut connection, run_id).await
    }

    /// Rejects an appeal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reject_appeal(&self, answer: &NewAnswer<'_>) -> Result<Answered, StoreError> {
        let mut transaction = self.database.begin().await?;
        audit::hold(&mut transaction).await?;
        let before = match open(&mut transaction, answer.id).await? {
            Ok(before) => before,
            Err(answered) => return Ok(answered),
        };
        let after = KeptAppeal { status: AppealStatus::Rejected, ..answered(&before, answer) };
        settle(&mut transaction, &before, &after, AuditAction::AppealRejected, &answer.by.name).await?;
        transaction.commit().await?;
        Ok(Answered::Done(Box::new(after)))
    }

    /// Accepts an appeal and commits the corrected run, both or neither.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accept_appeal(
        &self,
        answer: &NewAnswer<'_>,
        corrected: &Corrected<'_>,
    ) -> Result<Answered, StoreError> {
        let mut transaction = self.database.begin().await?;
        audit::hold(&mut transaction).await?;
        let before = match open(&mut transaction, answer.id).await? {
            Ok(before) => before,
            Err(answered) => return Ok(answered),
        };
        if latest_correction(&mut transaction, &before.run_id).await? != corrected.base {
            return Ok(Answered::CorrectedMeanwhile);
        }
        let new_run_id = runs::keep(&mut transaction, &corrected.run).await?;
        join(&mut transaction, &new_run_id, &before.family).await?;
        note_correction(&mut transaction, &new_run_id, corrected.base).await?;
        let after = KeptAppeal {
            status: AppealStatus::Accepted,
            corrections: Some(corrected.corrections.to_string()),
            base_run_id: Some(corrected.base.to_owned()),
            new_run_id: Some(new_run_id),
            ..answered(&before, answer)
        };
        settle(&mut transaction, &before, &after, AuditAction::AppealAccepted, &answer.by.name).await?;
        transaction.commit().await?;
        Ok(Answered::Done(Box::new(after)))
    }
}

/// The open appeal of an id, or what became of it.
pub(super) async fn open(
    tx: &mut Transaction<'static, Any>,
    id: &str,
) -> Result<Result<KeptAppeal, Answered>, StoreError> {
    let select = sqlx::query_as("SELECT * FROM appeals WHERE id = $1");
    let appeal: Option<KeptAppeal> = select.bind(id).fetch_optional(&mut **tx).await?;
    Ok(match appeal {
        None => Err(Answered::Gone),
        Some(appeal) if appeal.status != AppealStatus::Open => Err(Answered::Before(Box::new(appeal))),
        Some(appeal) => Ok(appeal),
    })
}

fn answered(appeal: &KeptAppeal, NewAnswer { by, at, answer, .. }: &NewAnswer<'_>) -> KeptAppeal {
    KeptAppeal {
        answered_by: Some(by.name.clone()),
        answered_person: Some(by.id.clone()),
        answered_at: Some((*at).to_owned()),
        answer: answer.map(str::to_owned),
        ..appeal.clone()
    }
}

async fn settle(
    tx: &mut Transaction<'static, Any>,
    before: &KeptAppeal,
    after: &KeptAppeal,
    action: AuditAction,
    by: &str,
) -> Result<(), StoreError> {
    audit::append(tx, by, action, &after.id, Some(&before.reported()), Some(&after.reported())).await?;
    sqlx::query(
        "UPDATE appeals SET status = $2, answered_by = $3, answered_at = $4, answer = $5, corrections = $6, base_run_id = $7, \
         new_run_id = $8, answered_person = $9 WHERE id = $1",
    )
    .bind(&after.id)
    .bind(<&str>::from(after.status))
    .bind(&after.answered_by)
    .bind(&after.answered_at)
    .bind(&after.answer)
    .bind(&after.corrections)
    .bind(&after.base_run_id)
    .bind(&after.new_run_id)
    .bind(&after.answered_person)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Follows the corrections from a run on. One that was deleted since doesn't count.
async fn latest_correction(connection: &mut sqlx::AnyConnection, run_id: &str) -> Result<String, StoreError> {
    let mut latest = run_id.to_owned();
    loop {
        let select = "SELECT new_run_id FROM appeals WHERE base_run_id = $1 AND new_run_id <> $1 \
                      AND EXISTS (SELECT 1 FROM runs WHERE runs.id = appeals.new_run_id) ORDER BY new_run_id DESC LIMIT 1";
        let next: Option<String> =
            sqlx::query_scalar(select).bind(&latest).fetch_optional(&mut *connection).await?.flatten();
        // Ids sort by time, so that this ends.
        match next.filter(|next| *next > latest) {
            Some(next) => latest = next,
            None => return Ok(latest),
        }
    }
}
