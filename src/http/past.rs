//! What approved runs of earlier periods came to: handed to every calculation, and told of a dealer over the years.
//!
//! Only approved settlements that nothing supersedes count; several runs of a period go together. They are read once and remembered until a
//! count and the latest approval say that something else is approved. Where the request names the period, only the year before goes along,
//! so that a run's key doesn't change with other years.
//!
//! Whoever works for some regions is given a history of the dealers that were in these *then*, since a workbook may put any dealer into any
//! region. The history is part of a run's identity and stored with it, so cards, what-ifs and corrections know no more than the run.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{HttpRequest, HttpResponse, web};
use rust_decimal::Decimal;
use serde::Serialize;

use super::describe::{parameters, refusals};
use super::request::shown;
use super::{Caller, Problem, Service, etag};
use crate::history::{History, PastDealer};
use crate::key::Key;
use crate::programmes::assessment::Movement;
use crate::schema::nearest;
use crate::store::{ApprovedResult, ApprovedState, Person, SettledResult};

/// A dealer that nobody knows is compared with so many in search of the nearest.
const COMPARED_MAX: u32 = 20_000;

/// What was read last of approved settlements, with the state that they were in.
#[derive(Debug, Default)]
pub struct Past(Mutex<Option<(ApprovedState, Arc<Known>)>>);

/// What all dealers of approved settlements came to.
#[derive(Debug)]
struct Known {
    results: Vec<PastResult>,
    /// The same as history, for whoever works for all regions.
    history: Arc<History>,
}

/// What a dealer came to in an approved settlement.
#[derive(Clone, Debug)]
struct PastResult {
    /// In that year; where the dealer is now doesn't matter.
    region: Key,
    period: i16,
    dealer_id: String,
    dealer: PastDealer,
}

/// What approved settlements say of the periods before to this person: of the one before `period`, where that is known already, so that a
/// run stays the same when other periods are approved. Whoever works for some regions is told of dealers that were in these then, whatever
/// region a workbook puts them in now. It is read anew only when the settlements have changed.
///
/// # Errors
/// When it can't be read.
pub async fn before(period: Option<i16>, person: &Person, service: &Service) -> Result<Option<Arc<History>>, Problem> {
    let Some(known) = known(service).await? else { return Ok(None) };
    let history = match person.regions.is_empty() {
        true => known.history.clone(),
        false => Arc::new(known.of_regions(&person.regions)),
    };
    Ok(match period {
        Some(period) => history.for_period(period).map(Arc::new),
        None => Some(history).filter(|history| !history.is_empty()),
    })
}

impl Known {
    fn of(results: Vec<PastResult>) -> Known {
        let history = Arc::new(results.iter().cloned().map(PastResult::into_parts).collect());
        Known { results, history }
    }

    fn of_regions(&self, regions: &[Key]) -> History {
        let of_them = self.results.iter().filter(|result| regions.contains(&result.region));
        of_them.cloned().map(PastResult::into_parts).collect()
    }
}

impl PastResult {
    fn read(result: ApprovedResult) -> Result<PastResult, Problem> {
        let ApprovedResult { period, dealer_id, region, grade, tonnes } = result;
        let tonnes: Decimal = tonnes.parse().map_err(Problem::internal)?;
        let period = i16::try_from(period).map_err(Problem::internal)?;
        Ok(PastResult {
            region: Key::new(&region),
            period,
            dealer_id,
            dealer: PastDealer { grade, tonnes: Some(tonnes) },
        })
    }

    fn into_parts(self) -> (i16, String, PastDealer) {
        (self.period, self.dealer_id, self.dealer)
    }
}

async fn known(service: &Service) -> Result<Option<Arc<Known>>, Problem> {
    let state = service.store.approved_state().await?;
    if state.settlements == 0 {
        return Ok(None);
    }
    let remembered = service.past.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((_, known)) = remembered.filter(|(of, _)| *of == state) {
        return Ok(Some(known));
    }
    let results = service.store.approved_results().await?;
    let results = results.into_iter().map(PastResult::read).collect::<Result<Vec<_>, Problem>>();
    let known = Arc::new(Known::of(results?));
    *service.past.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, known.clone()));
    Ok(Some(known))
}

/// A dealer over the years.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DealerHistory {
    /// The dealer's id.
    dealer_id: String,
    /// The dealer's name, as the newest run has it.
    name: String,
    /// A settlement each, the newest period first; of several of a period the newest run first.
    periods: Vec<DealerPeriod>,
}

/// What a dealer came to in a settlement.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DealerPeriod {
    /// The calendar year.
    period: i64,
    /// The run.
    run_id: String,
    /// How far its settlement is.
    status: String,
    /// The year's own tonnes.
    tonnes: String,
    /// The score, 2 places; null without a scorecard.
    score: Option<String>,
    /// The grade by its id in the policy; null without a scorecard.
    grade: Option<String>,
    /// Against the grade of the period before, as far as it is here: up, down, same, or new; null without a grade.
    movement: Option<Movement>,
    /// What the incentives came to, yuan, 2 places.
    amount: String,
    /// What this settlement has paid of it, yuan, 2 places.
    paid: String,
}

/// A dealer over the years
///
/// From the settlements, submitted or later, of runs that you may see: the figures as they were frozen when each was submitted.
#[utoipa::path(
    get, path = "/v1/dealers/{dealer_id}/history", tag = "runs", operation_id = "getDealerHistory",
    params(("dealer_id" = String, Path, description = "The dealer's id, as the dealers sheet has it"), parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The history", body = ref("#/components/schemas/DealerHistory"),
            content_type = "application/json", headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-dealer"]]))))
)]
pub async fn dealer(
    request: HttpRequest,
    dealer_id: web::Path<String>,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Result<HttpResponse, Problem> {
    let id = dealer_id.replace('\0', "");
    let results = service.store.settled_results(&id, &person).await?;
    let Some(newest) = results.first() else {
        let known = service.store.settled_dealers(&person, COMPARED_MAX).await?;
        let nearest = nearest(&id, known.iter().map(String::as_str)).map(str::to_owned);
        return Err(Problem::NoSuchDealer { id: shown(&id), nearest });
    };
    let periods = results.iter().map(|result| period(result, &results, &service)).collect();
    etag::json(&request, &DealerHistory { dealer_id: id, name: newest.name.clone(), periods })
}

fn period(result: &SettledResult, all: &[SettledResult], service: &Service) -> DealerPeriod {
    let before = all.iter().find(|other| other.period == result.period - 1);
    let engine = service.engine();
    let policies = &engine.policies;
    let policy = policies.iter().find(|policy| policy.id == result.policy_id).unwrap_or(&policies[0]);
    let place = |grade: &Option<String>| policy.grade(grade.as_deref()?);
    let yuan = |fen: i64| Decimal::new(fen, 2).to_string();
    DealerPeriod {
        period: result.period,
        run_id: result.run_id.clone(),
        status: result.status.clone(),
        tonnes: result.tonnes.clone(),
        score: result.score.clone(),
        grade: result.grade.clone(),
        movement: place(&result.grade).map(|grade| Movement::of(grade, before.and_then(|before| place(&before.grade)))),
        amount: yuan(result.amount),
        paid: yuan(result.paid),
    }
}
