//! Lodging: an appeal of the same text against the same family of runs is the same appeal.

use sha2::{Digest, Sha256};
use sqlx::{Any, Transaction};

use super::{AppealStatus, KeptAppeal, NewAppeal};
use crate::StoreError;
use crate::audit::{self, AuditAction};
use dealerbook_base::clock;
use dealerbook_engine::appeals::comparable;

pub(super) async fn join(tx: &mut Transaction<'static, Any>, run_id: &str, family: &str) -> Result<(), StoreError> {
    if run_id == family {
        return Ok(());
    }
    let insert = "INSERT INTO run_families (run_id, family) VALUES ($1, $2) ON CONFLICT (run_id) DO NOTHING";
    sqlx::query(insert).bind(run_id).bind(family).execute(&mut **tx).await?;
    Ok(())
}

pub(super) async fn lodge(
    tx: &mut Transaction<'static, Any>,
    (run_id, family): (&str, &str),
    new: &NewAppeal,
    by: &str,
) -> Result<(KeptAppeal, bool), StoreError> {
    let text_sha256 = hex::encode(Sha256::digest(comparable(&new.text)));
    let same = "SELECT * FROM appeals WHERE family = $1 AND dealer_id = $2 AND text_sha256 = $3";
    let same: Option<KeptAppeal> =
        sqlx::query_as(same).bind(family).bind(&new.dealer_id).bind(&text_sha256).fetch_optional(&mut **tx).await?;
    if let Some(same) = same {
        return Ok((same, false));
    }
    let appeal = KeptAppeal {
        id: clock::run_id(),
        run_id: run_id.to_owned(),
        family: family.to_owned(),
        dealer_id: new.dealer_id.clone(),
        dealer_name: new.dealer_name.clone(),
        about: new.about.clone(),
        text: new.text.clone(),
        source: new.source,
        status: AppealStatus::Open,
        lodged_by: by.to_owned(),
        lodged_person: None,
        lodged_at: new.lodged_at.clone(),
        due_at: new.due_at.clone(),
        verify_due_at: Some(new.verify_due_at.clone()),
        verified_on: None,
        verified_by: None,
        verified_at: None,
        answered_by: None,
        answered_person: None,
        answered_at: None,
        answer: None,
        corrections: None,
        base_run_id: None,
        new_run_id: None,
    };
    audit::append(tx, by, AuditAction::AppealLodged, &appeal.id, None, Some(&appeal.reported())).await?;
    insert(tx, &appeal, &text_sha256).await?;
    Ok((appeal, true))
}

async fn insert(tx: &mut Transaction<'static, Any>, appeal: &KeptAppeal, text_sha256: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO appeals (id, run_id, family, dealer_id, dealer_name, about, text, text_sha256, source, status, lodged_by, \
         lodged_at, due_at, verify_due_at, lodged_person) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
         (SELECT id FROM people WHERE name = $11))",
    )
    .bind(&appeal.id)
    .bind(&appeal.run_id)
    .bind(&appeal.family)
    .bind(&appeal.dealer_id)
    .bind(&appeal.dealer_name)
    .bind(&appeal.about)
    .bind(&appeal.text)
    .bind(text_sha256)
    .bind(<&str>::from(appeal.source))
    .bind(<&str>::from(appeal.status))
    .bind(&appeal.lodged_by)
    .bind(&appeal.lodged_at)
    .bind(&appeal.due_at)
    .bind(&appeal.verify_due_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
