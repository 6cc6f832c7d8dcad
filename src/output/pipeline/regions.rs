//! Which regions a workbook speaks of: whoever works for some of them only is shown no other's.

use super::{Job, PipelineError, Run, walk};
use dealerbook_base::key::Key;
use dealerbook_engine::validate::Column;

impl Run<'_> {
    /// The regions of the dealers sheet, each once, in the sheet's order. None of a workbook that is checked against a caller's own
    /// schema: its dealers are not ours.
    pub(super) fn regions(&self) -> Vec<Key> {
        let schemas = self.job.schemas();
        let dealers = self.checked.table(schemas, "dealers").filter(|_| schemas.caller.is_none());
        let column = dealers.and_then(|table| {
            let region = schemas.resources[table.resource].field("region")?;
            Some(table.column(region))
        });
        match column {
            Some(Column::Key(column)) => column.keys().to_vec(),
            _ => Vec::new(),
        }
    }
}

/// Checks a workbook and returns the regions of its dealers sheet, each once.
///
/// # Errors
///
/// As [`super::run`].
pub fn regions(job: &Job<'_>) -> Result<Vec<Key>, PipelineError> {
    walk(job, |run| Ok(run.regions()))
}
