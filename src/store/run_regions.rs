//! Regions of runs, compared as lists compare them: whatever the case, the width and the space.

use super::runs::comparable;
use super::{Store, StoreError};

/// Those of a workbook's regions that aren't among the ones that somebody works for; `only` is empty where they work for all.
pub fn regions_beyond(regions: &[String], only: &[String]) -> Vec<String> {
    if only.is_empty() {
        return Vec::new();
    }
    let only: Vec<String> = only.iter().map(|region| comparable(region)).collect();
    regions.iter().filter(|region| !only.contains(&comparable(region))).cloned().collect()
}

impl Store {
    /// The regions of a kept run's dealers, in the spelling by which they are compared.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn regions_of_run(&self, id: &str) -> Result<Vec<String>, StoreError> {
        let regions = sqlx::query_scalar("SELECT region FROM run_regions WHERE run_id = $1 ORDER BY region");
        Ok(regions.bind(id).fetch_all(&self.database.pool).await?)
    }
}
