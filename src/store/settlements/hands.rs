//! Who had a hand in a settlement, put together from what is stored of its run, its lines, its appeals and its policy.
//!
//! The run's upload and those that it derives from, accepted appeals by the run that they gave or its upload, adjustments with their people
//! (a correction takes both over), the policy's proposer, and `settlement_hands`, which forgets nothing that was undone.

use sqlx::{Any, AnyConnection, Transaction};

use super::{Store, StoreError};
use dealerbook_engine::settlement::{Deed, Hand};

/// A run and what it derived from.
struct Origin {
    run: String,
    uploader: Option<String>,
    upload_sha256: String,
}

impl Store {
    /// Returns who had a hand in a settlement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hands(&self, run: &str) -> Result<Vec<Hand>, StoreError> {
        hands(&mut *self.database.pool.acquire().await?, run).await
    }
}

/// Returns who had a hand in a settlement.
pub(super) async fn hands(db: &mut AnyConnection, run: &str) -> Result<Vec<Hand>, StoreError> {
    let mut hands = Vec::new();
    let mut note = |person: Option<String>, deed| hands.extend(person.map(|person| Hand { person, deed }));
    for Origin { run, uploader, upload_sha256 } in origins(db, run).await? {
        note(uploader, Deed::Uploaded);
        // Who carries a corrected workbook out and has it uploaded again has changed it all the same.
        let acceptors = "SELECT DISTINCT appeals.answered_person FROM appeals LEFT JOIN runs ON runs.id = appeals.new_run_id \
                         WHERE appeals.status = 'accepted' AND (appeals.new_run_id = $1 OR runs.upload_sha256 = $2)";
        let acceptors = sqlx::query_scalar(acceptors).bind(run).bind(upload_sha256);
        let acceptors: Vec<Option<String>> = acceptors.fetch_all(&mut *db).await?;
        acceptors.into_iter().for_each(|person| note(person, Deed::AcceptedAppeal));
    }
    // A workbook that came back holds what was accepted of its family until then.
    let acceptors = "SELECT DISTINCT answered_person FROM appeals WHERE status = 'accepted' AND new_run_id < $1 \
                     AND family = COALESCE((SELECT family FROM run_families WHERE run_id = $1), $1)";
    let acceptors: Vec<Option<String>> = sqlx::query_scalar(acceptors).bind(run).fetch_all(&mut *db).await?;
    acceptors.into_iter().for_each(|person| note(person, Deed::AcceptedAppeal));
    let deeds = sqlx::query_as("SELECT person_id, deed FROM settlement_hands WHERE run_id = $1").bind(run);
    let deeds: Vec<(String, String)> = deeds.fetch_all(&mut *db).await?;
    for (person, deed) in deeds {
        let deed = deed.parse().map_err(|_| StoreError::Corrupt("a deed of a settlement"))?;
        note(Some(person), deed);
    }
    let adjusters = "SELECT DISTINCT person_id FROM settlement_adjustments WHERE run_id = $1";
    let adjusters: Vec<Option<String>> = sqlx::query_scalar(adjusters).bind(run).fetch_all(&mut *db).await?;
    adjusters.into_iter().for_each(|person| note(person, Deed::Adjusted));
    let proposer = "SELECT policies.proposed_person FROM policies JOIN settlements ON settlements.policy_id = policies.id \
                    AND settlements.policy_version = policies.version WHERE settlements.run_id = $1";
    let proposer: Option<Option<String>> = sqlx::query_scalar(proposer).bind(run).fetch_optional(&mut *db).await?;
    note(proposer.flatten(), Deed::ProposedPolicy);
    Ok(hands)
}

/// Returns a run and those whose uploads it derived from by accepted appeals.
async fn origins(db: &mut AnyConnection, run: &str) -> Result<Vec<Origin>, StoreError> {
    let mut origins: Vec<Origin> = Vec::new();
    let mut next = Some(run.to_owned());
    while let Some(run) = next.take().filter(|run| origins.iter().all(|origin| origin.run != *run)) {
        let row = sqlx::query_as("SELECT uploader_id, upload_sha256 FROM runs WHERE id = $1").bind(&run);
        let row: Option<(Option<String>, String)> = row.fetch_optional(&mut *db).await?;
        let base = sqlx::query_scalar("SELECT base_run_id FROM run_corrections WHERE run_id = $1").bind(&run);
        next = base.fetch_optional(&mut *db).await?;
        let (uploader, upload_sha256) = row.unwrap_or_default();
        origins.push(Origin { run, uploader, upload_sha256 });
    }
    Ok(origins)
}

/// Notes that somebody had a hand in a settlement. What is undone later stays noted.
pub(super) async fn note(
    tx: &mut Transaction<'static, Any>,
    run: &str,
    person: &str,
    deed: Deed,
    at: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO settlement_hands (run_id, person_id, deed, at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (run_id, person_id, deed) DO NOTHING",
    )
    .bind(run)
    .bind(person)
    .bind(<&str>::from(deed))
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
