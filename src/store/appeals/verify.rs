//! The verification (核实) of an appeal is noted, once: from its day the clock of the answer runs.

use super::KeptAppeal;
use super::answer::{Answered, open};
use crate::audit::{self, AuditAction};
use crate::{Store, StoreError};

/// A verification that is to be noted.
#[derive(Clone, Debug)]
pub struct Verification<'a> {
    /// The appeal.
    pub id: &'a str,
    /// The person's name.
    pub by: &'a str,
    /// When it is noted.
    pub at: &'a str,
    /// The day on which it was verified, as ISO 8601 writes it.
    pub on: &'a str,
    /// When the last day for an answer is over now.
    pub due_at: &'a str,
}

impl Store {
    /// Notes the verification of an open appeal. The same day once more changes nothing; another day finds the appeal as it was
    /// ([`Answered::Before`]).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_appeal(&self, verification: &Verification<'_>) -> Result<Answered, StoreError> {
        let Verification { id, by, at, on, due_at } = *verification;
        let mut transaction = self.database.begin().await?;
        audit::hold(&mut transaction).await?;
        let before = match open(&mut transaction, id).await? {
            Ok(before) => before,
            Err(answered) => return Ok(answered),
        };
        match before.verified_on.as_deref() {
            Some(noted) if noted == on => return Ok(Answered::Done(Box::new(before))),
            Some(_) => return Ok(Answered::Before(Box::new(before))),
            None => {}
        }
        let after = KeptAppeal {
            due_at: due_at.to_owned(),
            verified_on: Some(on.to_owned()),
            verified_by: Some(by.to_owned()),
            verified_at: Some(at.to_owned()),
            ..before.clone()
        };
        let (reported_before, reported_after) = (before.reported(), after.reported());
        audit::append(
            &mut transaction,
            by,
            AuditAction::AppealVerified,
            id,
            Some(&reported_before),
            Some(&reported_after),
        )
        .await?;
        let update =
            "UPDATE appeals SET due_at = $2, verified_on = $3, verified_by = $4, verified_at = $5 WHERE id = $1";
        sqlx::query(update).bind(id).bind(due_at).bind(on).bind(by).bind(at).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Answered::Done(Box::new(after)))
    }
}
