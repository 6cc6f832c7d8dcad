//! Runs as pages show them: calculated again once, in a language, and remembered.

use std::sync::Arc;

use super::again::Kept;
use super::remembered::Weigh;
use super::{Problem, Service};
use dealerbook_base::lang::Lang;
use dealerbook_output::pipeline::{self, View};
use dealerbook_store::Run;

/// So many rows of sources take as much as one of a programme.
const SOURCES_A_ROW: usize = 8;

impl Weigh for View {
    fn weight(&self) -> usize {
        self.dealers.len()
            + self.sheets.iter().map(|sheet| sheet.rows.len()).sum::<usize>()
            + self.sources.rows() / SOURCES_A_ROW
            + 1
    }
}

/// A run as pages show it, in a language.
///
/// # Errors
/// When nothing was calculated in it, its files can't be had, or too much waits already.
pub async fn of(run: &Run, lang: Lang, service: &Arc<Service>) -> Result<Arc<View>, Problem> {
    let key = format!("{} {}", run.id, lang.code());
    let remembered = &service.remembered;
    if let Some(known) = remembered.views.find(&key) {
        return Ok(known);
    }
    // One at a time: who asks for the same meanwhile finds it then.
    let _making = remembered.making.lock().await;
    if let Some(known) = remembered.views.find(&key) {
        return Ok(known);
    }
    let (kept, of) = (Kept::open(run, service).await?, service.clone());
    let made = service.on_a_worker(move |stop| {
        let mut again = kept.read(&of, stop)?;
        (again.options.lang, again.options.keep_months, again.options.keep_sources) = (lang, true, true);
        pipeline::view(&again.job(&of.engine(), stop))?.map(Arc::new).ok_or(Problem::NothingCalculated)
    });
    let view = made.await?;
    remembered.views.remember(&key, &view);
    Ok(view)
}
