//! Regions of runs, in their canonical form; and those that older programs stored without case and space, until they are renewed.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, AssertSqlSafe};

use super::{Store, StoreError};
use dealerbook_base::key::Key;

/// So many regions go into one statement.
const REGIONS_AT_ONCE: usize = 200;

/// Those of a workbook's regions that aren't among the ones that somebody works for; `only` is empty where they work for all.
pub fn regions_beyond(regions: &[Key], only: &[Key]) -> Vec<Key> {
    if only.is_empty() {
        return Vec::new();
    }
    regions.iter().filter(|region| !only.contains(region)).cloned().collect()
}

impl Store {
    /// The regions of a kept run's dealers, in their canonical form.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn regions_of_run(&self, id: &str) -> Result<Vec<Key>, StoreError> {
        let regions = sqlx::query_scalar("SELECT region FROM run_regions WHERE run_id = $1 ORDER BY region");
        let regions: Vec<String> = regions.bind(id).fetch_all(&self.database.pool).await?;
        Ok(regions.iter().map(|region| Key::new(region)).collect())
    }
}

/// A run whose regions an older program stored, without case and space.
#[derive(Clone, Debug)]
pub struct OldRegions {
    /// The run.
    pub run_id: String,
    /// Its upload's artefact.
    pub upload_sha256: String,
    /// The regions as they are stored.
    pub regions: Vec<String>,
}

impl Store {
    /// Returns the runs whose regions an older program stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn old_regions(&self) -> Result<Vec<OldRegions>, StoreError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT runs.id, runs.upload_sha256, run_regions.region FROM run_regions JOIN runs ON runs.id = run_regions.run_id \
             WHERE is_canonical = 0 ORDER BY runs.id, run_regions.region",
        )
        .fetch_all(&self.database.pool)
        .await?;
        let mut runs: Vec<OldRegions> = Vec::new();
        for (run_id, upload_sha256, region) in rows {
            match runs.last_mut().filter(|last| last.run_id == run_id) {
                Some(last) => last.regions.push(region),
                None => runs.push(OldRegions { run_id, upload_sha256, regions: vec![region] }),
            }
        }
        Ok(runs)
    }

    /// Returns the spellings of regions that are stored as people wrote them: of settlements first, then of tokens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spelled_regions(&self) -> Result<Vec<Key>, StoreError> {
        let settled = sqlx::query_scalar("SELECT DISTINCT region FROM settlement_lines ORDER BY region");
        let settled: Vec<String> = settled.fetch_all(&self.database.pool).await?;
        let tokens = self.tokens().await?.into_iter().flat_map(|token| token.regions);
        Ok(settled.iter().map(|region| Key::new(region)).chain(tokens).collect())
    }

    /// Puts regions in their canonical form in the place of those that an older program stored, for all these runs or for none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_regions(&self, runs: &[(String, Vec<Key>)]) -> Result<(), StoreError> {
        let mut transaction = self.database.begin().await?;
        for (run_id, regions) in runs {
            let delete = sqlx::query("DELETE FROM run_regions WHERE run_id = $1").bind(run_id);
            delete.execute(&mut *transaction).await?;
            insert_regions(&mut transaction, run_id, regions).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// Notes the regions of a run, each once.
///
/// # Errors
/// When the database fails.
pub(super) async fn insert_regions(
    connection: &mut AnyConnection,
    run_id: &str,
    regions: &[Key],
) -> Result<(), StoreError> {
    let regions: Vec<&Key> = regions.iter().collect::<BTreeSet<_>>().into_iter().collect();
    for some in regions.chunks(REGIONS_AT_ONCE) {
        let rows: Vec<String> = (2..some.len() + 2).map(|n| format!("($1, ${n}, 1)")).collect();
        let insert = format!("INSERT INTO run_regions (run_id, region, is_canonical) VALUES {}", rows.join(", "));
        let insert = sqlx::query(AssertSqlSafe(insert)).bind(run_id);
        let insert = some.iter().fold(insert, |insert, region| insert.bind(region.canonical()));
        insert.execute(&mut *connection).await?;
    }
    Ok(())
}
