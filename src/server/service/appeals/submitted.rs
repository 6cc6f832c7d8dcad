//! Appeals that come in workbooks: which run a workbook came from, what is known of appeals against it, and lodging those that are new.

use std::sync::Arc;

use super::{appealed, known};
use crate::service::{Problem, Service, again};
use dealerbook_base::clock;
use dealerbook_engine::appeals::{Appeals, Brought, Desk};
use dealerbook_output::pipeline::CameFrom;
use dealerbook_store::{AppealSource, NewAppeal, Person, Run};

/// What an upload has to do with earlier runs.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The run that the workbook came from; none where it came from none that is known.
    pub run: Option<Run>,
    /// The family that its own run belongs to.
    pub family: String,
    /// What is known of appeals.
    pub appeals: Arc<Appeals>,
}

/// Looks for the run that a workbook came from: the newest of its year that was made of the upload which the workbook names, and that
/// this person may see. A workbook that names none may have been uploaded before: then what became of appeals is told once more.
///
/// # Errors
/// When it can't be told.
pub async fn earlier(
    came_from: Option<&CameFrom>,
    upload_sha256: &str,
    period: Option<i16>,
    person: &Person,
    service: &Service,
) -> Result<Option<Earlier>, Problem> {
    let store = &service.store;
    let run = match came_from {
        Some(from) => store.run_of_upload(&from.upload_sha256, Some(from.period.into()), person).await?,
        None => None,
    };
    let same = match &run {
        Some(run) => Some(run.clone()),
        None => store.run_of_upload(upload_sha256, period.map(i64::from), person).await?,
    };
    let Some(same) = same else { return Ok(None) };
    let family = store.family_of(&same.id).await?;
    let kept = store.appeals_of_family(&family, person).await?;
    if run.is_none() && kept.is_empty() {
        return Ok(None);
    }
    let desk = match &run {
        None => Desk::NoRun,
        Some(run) => match appealed::closed(run, service).await? {
            Some(last_day) => Desk::Closed { last_day },
            None => Desk::Open,
        },
    };
    let known = kept.iter().map(|appeal| known::known(appeal, &service.calendar)).collect();
    Ok(Some(Earlier { run, family, appeals: Arc::new(Appeals { desk, known }) }))
}

impl Earlier {
    /// Lodges those of a workbook's appeals that aren't known yet.
    ///
    /// # Errors
    /// When they can't be lodged; then none is.
    pub async fn lodge(&self, brought: &[Brought], by: &str, service: &Service) -> Result<(), Problem> {
        let Some(run) = self.run.as_ref().filter(|_| self.appeals.desk == Desk::Open) else { return Ok(()) };
        let new = brought.iter().filter(|appeal| !self.appeals.knows(&appeal.dealer_id, &appeal.text));
        let new: Vec<&Brought> = new.collect();
        if new.is_empty() {
            return Ok(());
        }
        let lodged_at = clock::timestamp();
        let due = appealed::due_at(lodged_at, None, &again::policy(run, service).await?, &service.calendar);
        let new = new.into_iter().map(|Brought { dealer_id, dealer_name, text }| NewAppeal {
            dealer_id: dealer_id.clone(),
            dealer_name: dealer_name.clone(),
            about: None,
            text: text.replace('\0', ""),
            source: AppealSource::Workbook,
            lodged_at: clock::text(lodged_at),
            verify_due_at: due.verify.clone(),
            due_at: due.answer.clone(),
        });
        service.store.lodge_appeals(&run.id, &new.collect::<Vec<_>>(), by).await?;
        Ok(())
    }
}
