//! The run that is appealed against: its dealers, its policy, and until when it can be appealed against.

use std::collections::BTreeMap;
use std::io::Read;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::problem::AppealFault;
use crate::service::{Problem, Service, again};
use dealerbook_base::calendar::Calendar;
use dealerbook_base::clock;
use dealerbook_engine::appeals::Deadlines;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::schema::nearest;
use dealerbook_output::pipeline::PROGRAMMES;
use dealerbook_store::Run;

/// What a run says of itself, as far as appeals need it.
pub struct Appealed {
    /// The policy by which it was calculated.
    pub policy: Policy,
    /// Its dealers' names by their ids.
    pub dealers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    results: Option<Results>,
}

#[derive(Deserialize)]
struct Results {
    assessment: Option<Dealers>,
    incentives: Option<Dealers>,
}

#[derive(Deserialize)]
struct Dealers {
    dealers: Vec<Dealer>,
}

#[derive(Deserialize)]
struct Dealer {
    dealer_id: String,
    #[serde(default)]
    name: String,
}

impl Appealed {
    /// Reads the kept result of a run and its policy.
    ///
    /// # Errors
    /// When no dealers were calculated in it, or its files can't be had.
    pub async fn of(run: &Run, service: &Service) -> Result<Appealed, Problem> {
        let policy = again::policy(run, service).await?;
        let mut file = service.store.artefacts().open_checked(&run.result_sha256).await?.file;
        let read = tokio::task::spawn_blocking(move || -> Result<Kept, Problem> {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            serde_json::from_slice(&bytes).map_err(Problem::internal)
        });
        let results = read.await.map_err(Problem::internal)??.results;
        let dealers = results.and_then(|results| results.assessment.or(results.incentives));
        let dealers = dealers.ok_or(Problem::NothingCalculated)?.dealers;
        let dealers = dealers.into_iter().map(|Dealer { dealer_id, name }| (dealer_id, name)).collect();
        Ok(Appealed { policy, dealers })
    }

    /// What is wrong with naming this dealer.
    pub fn dealer_fault(&self, id: &str) -> Option<AppealFault> {
        let nearest = || nearest(id, self.dealers.keys().map(String::as_str)).map(str::to_owned);
        (!self.dealers.contains_key(id)).then(|| AppealFault::UnknownDealer { id: id.to_owned(), nearest: nearest() })
    }

    /// What is wrong with an appeal about this.
    pub fn about_fault(&self, about: &str, service: &Service) -> Option<AppealFault> {
        let engine = service.engine();
        let fields = engine.schemas.resources.iter().flat_map(|resource| &resource.fields);
        let known: Vec<&str> = (self.policy.characteristics.keys().map(String::as_str))
            .chain(self.policy.incentives.iter().map(|incentive| incentive.id.as_str()))
            .chain(PROGRAMMES.iter().copied())
            .chain(fields.map(|field| field.name.as_str()))
            .collect();
        let nearest = || nearest(about, known.iter().copied()).map(str::to_owned);
        (!known.contains(&about)).then(|| AppealFault::UnknownAbout { about: about.to_owned(), nearest: nearest() })
    }
}

/// The moments at which an appeal is to have been verified and answered, as they are kept.
pub struct DueAt {
    pub verify: String,
    pub answer: String,
}

/// Those of an appeal that was lodged at a moment and verified on a day, where that is known.
pub fn due_at(lodged_at: Timestamp, verified_on: Option<Date>, policy: &Policy, calendar: &Calendar) -> DueAt {
    let deadlines = Deadlines::of(calendar.day_of(lodged_at), verified_on, policy, calendar);
    let end = |day| clock::text(calendar.end_of(day));
    DueAt { verify: end(deadlines.verify_by), answer: end(deadlines.answer_by) }
}

/// The last day for appeals against a run, where it is over. As long as its settlement hasn't been submitted, there is none.
///
/// # Errors
/// When it can't be told.
pub async fn closed(run: &Run, service: &Service) -> Result<Option<Date>, Problem> {
    let Some(submitted_at) = service.store.submitted_at(&run.id).await? else { return Ok(None) };
    let submitted_at: Timestamp = submitted_at.parse().map_err(Problem::internal)?;
    let days = again::policy(run, service).await?.appeals.lodge_in_working_days;
    let calendar = &service.calendar;
    let last_day = calendar.due(submitted_at, days);
    Ok(Some(last_day).filter(|day| clock::timestamp() >= calendar.end_of(*day)))
}
