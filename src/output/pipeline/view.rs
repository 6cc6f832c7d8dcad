//! A run as pages show it.

use super::{Job, NoCard, PipelineError, Run, walk};
use crate::report::view::View;

/// Calculates a workbook and gives it as pages show it; nothing is written. `None` where nothing was calculated.
///
/// # Errors
///
/// As [`super::run`].
pub fn view(job: &Job<'_>) -> Result<Option<View>, PipelineError> {
    walk(job, |run| Ok(run.view().ok()))
}

impl Run<'_> {
    fn view(&self) -> Result<View, NoCard> {
        Ok(self.cards()?.view(&self.checked.sheets, self.sources.clone()))
    }
}
