//! Accruals: what is to be recognised at the end of a month, and what was booked of it.
//!
//! Bookings are one series a period; whether a month may be booked is decided while the audit log is held, so that two of them can't pass
//! each other.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use crate::http::comparison::{self, View};
use crate::http::describe::{parameters, refusals};
use crate::http::request::{self, invalid, shown, year};
use crate::http::{Caller, Problem, Service, etag};
use crate::service::accruals;
use crate::service::runs;
use crate::service::year::YearFromMonth;
use dealerbook_base::lang::Lang;
use dealerbook_engine::accrual::{Accrual, AccrualAmounts, DealerAccrual};
use dealerbook_engine::policy::{Expect, Rates};
use dealerbook_output::report::accrual_book::{self, AccrualBook};
use dealerbook_output::report::policy_names::PolicyNames;
use dealerbook_store::AccrualBooking;

type Answer = Result<HttpResponse, Problem>;

/// What an accrual may be asked for with.
const PARAMETERS: &[&str] = &["month", "lang", "format", "limit", "after"];
const ONLY_PERIOD: &[&str] = &["period"];
const ONLY_MONTH: &[&str] = &["month"];
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
    let (period, month) = accruals::month_of(view.month.as_deref().unwrap_or_default(), &run)?;
    let lang = view.lang.or_else(|| run.lang.parse().ok()).unwrap_or_default();
    let (year, booked) = accruals::year_from(&run, (period, month), &caller.0, &service).await?;
    let name = format!("{}-{period}-{month:02}.xlsx", lang.pick("激励计提", "accrual"));
    let (path, query) = (request.path().to_owned(), request.query_string().to_owned());
    let is_workbook = view.wants_workbook();
    let made = service.on_a_worker(move |_| {
        let accrual = Accrual::of(&year.projections, &booked);
        match is_workbook {
            true => draw_book(&year, &accrual, lang),
            false => document(&year, accrual, &view, lang, (&path, &query)),
        }
    });
    Ok(comparison::send(&request, is_workbook, &name, &run.id, made.await?))
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
    let booking = accruals::book(&run, &wanted(&body)?, &by, &service).await?;
    Ok(HttpResponse::Created().json(booking))
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

fn document(
    year: &YearFromMonth,
    accrual: Accrual,
    view: &View,
    lang: Lang,
    (path, query): (&str, &str),
) -> Result<Vec<u8>, Problem> {
    let names = PolicyNames { policies: vec![&year.policy], lang };
    let Accrual { period, month, expect, without_plan, total, dealers } = accrual;
    let (dealers, next) = view.page(dealers, |dealer| &dealer.dealer_id, path, query)?;
    let dealer = |dealer: DealerAccrual| DealerDocument { reason: accrual_book::reason(&dealer, &names), dealer };
    let document = AccrualDocument {
        month: accruals::month_name(period, month),
        expect,
        rates: year.policy.rates,
        partial: year.projections.so_far.is_partial,
        dealers_without_plan: without_plan,
        total,
        dealers: dealers.into_iter().map(dealer).collect(),
        next,
    };
    serde_json::to_vec(&document).map_err(Problem::internal)
}

fn draw_book(year: &YearFromMonth, accrual: &Accrual, lang: Lang) -> Result<Vec<u8>, Problem> {
    let names = PolicyNames { policies: vec![&year.policy], lang };
    let partial = year.projections.so_far.is_partial;
    AccrualBook { accrual, names, policy: &year.policy, partial }.write().map_err(Problem::internal)
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
