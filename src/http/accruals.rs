//! Accruals: what is to be recognised at the end of a month, and what was booked of it.
//!
//! Bookings are one series a period; whether a month may be booked is decided while the audit log is held, so that two of them can't pass
//! each other.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use super::comparing::{self, View};
use super::describe::{parameters, refusals};
use super::request::{self, invalid, shown, year};
use super::{Caller, Problem, Service, etag, runs};
use crate::accrual::{Accrual, AccrualAmounts, Booked, BookedDealer, DealerAccrual, Projections};
use crate::lang::Lang;
use crate::outcome::Outcome;
use crate::pipeline;
use crate::policy::{Expect, Policy, Rates};
use crate::programmes::{Horizon, Rest};
use crate::report::accrual_book::{self, AccrualBook};
use crate::report::policy_names::PolicyNames;
use crate::service::again::{Again, Kept};
use crate::service::remembered::Weigh;
use crate::store::{AccrualBooking, NewAccrual, Person, Role, Run};

type Answer = Result<HttpResponse, Problem>;

/// What an accrual may be asked for with.
const PARAMETERS: &[&str] = &["month", "lang", "format", "limit", "after"];
const ONLY_PERIOD: &[&str] = &["period"];
const ONLY_MONTH: &[&str] = &["month"];
/// The programmes that an accrual needs; both go by the dealers' year.
const PROGRAMMES: [&str; 2] = ["assessment", "incentives"];

/// What is to be recognised.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Accrual", deny_unknown_fields)]
pub struct AccrualDocument {
    /// The month, as 2007-06.
    month: String,
    /// By what the months to come are expected, as the policy says.
    expect: Expect,
    /// Whether the rates are the company's own.
    rates: Rates,
    /// Whether faulty rows were left out.
    partial: bool,
    /// How many dealers have no plan for the months to come, and go by the months so far in the projection to plan.
    dealers_without_plan: usize,
    /// All dealers together.
    total: AccrualAmounts,
    /// By dealer, the largest true-up first.
    dealers: Vec<DealerDocument>,
    /// The address of the dealers behind these, null on the last page.
    next: Option<String>,
}

/// A dealer's accrual, with the reason of its range.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "AccrualDealer")]
struct DealerDocument {
    #[serde(flatten)]
    dealer: DealerAccrual,
    /// Why the range is what it is, in words.
    reason: String,
}

/// The accruals that are booked.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AccrualList {
    /// In the order of their months.
    accruals: Vec<AccrualBooking>,
}

/// What is to be recognised of a year at the end of a month
///
/// What is earned so far, what the year pays if the rest goes to plan and if it goes as so far, what is recognised to the end of the month, and the true-up against the last booking of an earlier month.
#[utoipa::path(
    get, path = "/v1/runs/{id}/accrual", tag = "runs", operation_id = "getAccrual",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::Accruing,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The accrual, or a workbook of it", content(
            (ref("#/components/schemas/Accrual") = "application/json"),
            (ref("#/components/schemas/WorkbookFile") = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ), headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "busy", "cancelled"]]))))
)]
pub async fn show(request: HttpRequest, id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    let view = View::of(&request, PARAMETERS)?;
    let run = runs::find(&id, &caller.0, &service).await?;
    let (period, month) = month_of(view.month.as_deref().unwrap_or_default(), &run)?;
    let lang = view.lang.or_else(|| run.lang.parse().ok()).unwrap_or_default();
    let (seen, booked) = seen(&run, (period, month), &caller.0, &service).await?;
    let name = format!("{}-{period}-{month:02}.xlsx", lang.pick("激励计提", "accrual"));
    let (path, query) = (request.path().to_owned(), request.query_string().to_owned());
    let is_workbook = view.wants_workbook();
    let made = service.on_a_worker(move |_| {
        let accrual = Accrual::of(&seen.projections, &booked);
        match is_workbook {
            true => seen.book(&accrual, lang),
            false => seen.document(accrual, &view, lang, (&path, &query)),
        }
    });
    Ok(comparing::send(&request, is_workbook, &name, &run.id, made.await?))
}

/// A month's accrual as a page shows it, and the year and the policy that it came of.
///
/// # Errors
/// When the month isn't one of the run's year, or the run can't be calculated again.
pub async fn accrued(
    run: &Run,
    month: &str,
    person: &Person,
    service: &web::Data<Service>,
) -> Result<(Accrual, Arc<Seen>), Problem> {
    let month = month_of(month, run)?;
    let (seen, booked) = seen(run, month, person, service).await?;
    service.on_a_worker(move |_| Ok((Accrual::of(&seen.projections, &booked), seen))).await
}

/// The year from a month, and what was booked before as far as this person may know it.
async fn seen(
    run: &Run,
    (period, month): (i16, i8),
    person: &Person,
    service: &web::Data<Service>,
) -> Result<(Arc<Seen>, Booked), Problem> {
    let mut booked = service.store.accrual_before(period, month).await?;
    let seen = projected(run, month, service).await?;
    if person.role == Role::Sales {
        // The bookings are the whole company's: of dealers that aren't in the run, sales are told nothing.
        booked.retain(|id, _| seen.projections.so_far.dealer(id).is_some());
    }
    Ok((seen, booked))
}

/// Book the accrual of a month
///
/// A later booking of the same month takes its place; a month before the last booked one is refused. The booking is of the whole year's dealers, so it takes a run that has them all.
#[utoipa::path(
    post, path = "/v1/runs/{id}/accruals", tag = "runs", operation_id = "bookAccrual",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    request_body(description = "Which month", content(
        (ref("#/components/schemas/AccrualWanted") = "application/json", example = json!({"month": "2007-06"})),
    )),
    responses((status = 201, description = "The booking", body = ref("#/components/schemas/AccrualBooking"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["malformed-request", "no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "accrual-too-early", "busy", "cancelled"]]))))
)]
pub async fn book(id: web::Path<String>, body: web::Bytes, service: web::Data<Service>, Caller(by): Caller) -> Answer {
    let run = runs::find(&id, &by, &service).await?;
    let (period, month) = month_of(&wanted(&body)?, &run)?;
    let seen = projected(&run, month, &service).await?;
    let (accrual, policy) = (Accrual::of(&seen.projections, &Booked::new()), &seen.policy);
    let booked = |dealer: &DealerAccrual| {
        (dealer.dealer_id.clone(), BookedDealer { name: dealer.name.clone(), recognised: dealer.amounts.recognised })
    };
    let new = NewAccrual {
        period,
        month,
        run_id: run.id.clone(),
        policy_id: policy.id.clone(),
        policy_version: policy.version.clone(),
        expect: accrual.expect.into(),
        expected: accrual.total.expected,
        dealers: accrual.dealers.iter().map(booked).collect(),
    };
    match service.store.book_accrual(&new, &by.name).await? {
        Ok(booking) => Ok(HttpResponse::Created().json(booking)),
        Err(last) => Err(Problem::AccrualTooEarly { month: named(period, month), last: named(period, last) }),
    }
}

/// The accruals that are booked
///
/// In the order of their months; those that were replaced name what took their place.
#[utoipa::path(
    get, path = "/v1/accruals", tag = "runs", operation_id = "listAccruals",
    params(parameters::OnlyPeriod, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The list", body = ref("#/components/schemas/AccrualList"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>) -> Answer {
    let given = request::parameters(request.query_string(), ONLY_PERIOD)?;
    let period = given.first().map(|(name, value)| year(name, value)).transpose()?;
    etag::json(&request, &AccrualList { accruals: service.store.accruals(period).await? })
}

/// A year as it looks from a month, and the policy by which it does.
#[derive(Debug)]
pub struct Seen {
    projections: Projections,
    /// The policy.
    pub policy: Policy,
}

impl Weigh for Seen {
    fn weight(&self) -> usize {
        let Projections { so_far, to_plan, as_so_far, .. } = &self.projections;
        [so_far, to_plan, as_so_far].iter().map(|outcome| outcome.weight()).sum()
    }
}

impl Seen {
    fn document(
        &self,
        accrual: Accrual,
        view: &View,
        lang: Lang,
        (path, query): (&str, &str),
    ) -> Result<Vec<u8>, Problem> {
        let names = PolicyNames { policies: vec![&self.policy], lang };
        let Accrual { period, month, expect, without_plan, total, dealers } = accrual;
        let (dealers, next) = view.page(dealers, |dealer| &dealer.dealer_id, path, query)?;
        let dealer = |dealer: DealerAccrual| DealerDocument { reason: accrual_book::reason(&dealer, &names), dealer };
        let document = AccrualDocument {
            month: named(period, month),
            expect,
            rates: self.policy.rates,
            partial: self.projections.so_far.is_partial,
            dealers_without_plan: without_plan,
            total,
            dealers: dealers.into_iter().map(dealer).collect(),
            next,
        };
        serde_json::to_vec(&document).map_err(Problem::internal)
    }

    fn book(&self, accrual: &Accrual, lang: Lang) -> Result<Vec<u8>, Problem> {
        let names = PolicyNames { policies: vec![&self.policy], lang };
        let partial = self.projections.so_far.is_partial;
        AccrualBook { accrual, names, policy: &self.policy, partial }.write().map_err(Problem::internal)
    }
}

/// Once calculated it is remembered: a run never changes.
async fn projected(run: &Run, month: i8, service: &web::Data<Service>) -> Result<Arc<Seen>, Problem> {
    let key = format!("{} {month}", run.id);
    if let Some(known) = service.remembered.years.find(&key) {
        return Ok(known);
    }
    let (kept, of) = (Kept::open(run, service).await?, service.clone());
    let project = move |stop: &AtomicBool| project(kept.read(&of, stop)?, month, &of, stop);
    let seen = Arc::new(service.on_a_worker(project).await?);
    service.remembered.years.remember(&key, &seen);
    Ok(seen)
}

/// Calculates the year three times over. Synchronous; for a worker.
fn project(mut again: Again, month: i8, service: &Service, stop: &AtomicBool) -> Result<Seen, Problem> {
    let ran = again.options.programmes.take().unwrap_or_default();
    if PROGRAMMES.iter().any(|needed| !ran.iter().any(|name| name == needed)) {
        return Err(Problem::NothingCalculated);
    }
    again.options.programmes = Some(PROGRAMMES.map(str::to_owned).to_vec());
    let mut look = |rest| -> Result<(Outcome, usize), Problem> {
        again.options.horizon = Some(Horizon { through: month, rest });
        let engine = service.engine();
        let job = again.job(&engine, stop);
        let found = pipeline::walk(&job, |run| Ok(run.outcome().map(|outcome| (outcome, run.without_plan()))))?;
        found.filter(|(outcome, _)| outcome.has_incentives).ok_or(Problem::NothingCalculated)
    };
    let (so_far, without_plan) = look(Rest::Nothing)?;
    let (to_plan, _) = look(Rest::Plan)?;
    let (as_so_far, _) = look(Rest::AsSoFar)?;
    let expect = again.policy.accrual.expect;
    Ok(Seen {
        projections: Projections { month, expect, so_far, to_plan, as_so_far, without_plan },
        policy: again.policy,
    })
}

/// The month of a request, which must be one of the run's year.
fn month_of(text: &str, run: &Run) -> Result<(i16, i8), Problem> {
    let period: i16 = run.period.and_then(|period| period.try_into().ok()).ok_or(Problem::NothingCalculated)?;
    let month = (1..=12).find(|month| named(period, *month) == text);
    month.map(|month| (period, month)).ok_or_else(|| invalid("month", text, vec!["YYYY-MM of the run's year"]))
}

/// 2007-06
pub fn named(period: i16, month: i8) -> String {
    format!("{period}-{month:02}")
}

/// The month that is to be booked.
fn wanted(body: &[u8]) -> Result<String, Problem> {
    let members: Map<String, Value> = serde_json::from_slice(body).map_err(|_| Problem::MalformedRequest)?;
    if let Some(name) = members.keys().find(|name| *name != "month") {
        return Err(Problem::UnknownParameter { name: shown(name), allowed: ONLY_MONTH });
    }
    match members.get("month") {
        Some(Value::String(month)) => Ok(month.clone()),
        other => Err(invalid("month", &other.map(Value::to_string).unwrap_or_default(), vec!["YYYY-MM"])),
    }
}
