//! Settlements over HTTP: who hands one in, who approves it, what is held and paid of it. What may be done, `settlement` says; each
//! change is one transaction of the store.

pub mod amend;
pub mod csv;
mod document;
pub mod life;
pub mod payments;

use actix_web::{HttpRequest, HttpResponse, web};
use url::form_urlencoded;

pub use document::{LineList, OF_RUN, SettlementDocument, bodies, describe};

use crate::http::describe::{parameters, refusals};
use crate::http::request::{self, invalid, next_address, rows, whole};
use crate::http::{Caller, Problem, Service, settlement_requests};
use crate::service::runs;
use crate::service::settlements::allowed::Allowed;
use crate::service::settlements::load;
use dealerbook_engine::schema::normalise;
use dealerbook_engine::settlement::Due;
use dealerbook_store::{Person, Run};
use document::{LineDocument, SettlementList};

const LINE_PARAMETERS: &[&str] = &["limit", "after", "q"];
const LINES_DEFAULT: usize = 100;
const LINES_MAX: u32 = 1000;

type Answer = Result<HttpResponse, Problem>;

/// The settlements that somebody has done something with
///
/// Newest run first. `status=submitted` waits for approval, `approved` and `partly-paid` for payment, `rejected` for whoever submitted it.
#[utoipa::path(
    get, path = "/v1/settlements", tag = "settlements", operation_id = "listSettlements",
    params(parameters::SettlementFilter),
    responses((status = 200, description = "A page of the list", body = ref("#/components/schemas/SettlementList"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let (filter, rows_max) = settlement_requests::parse_filter(request.query_string())?;
    let (settlements, before) = service.store.settlements(&filter, &caller, rows_max).await?;
    let next = before.map(|before| next_address("/v1/settlements", request.query_string(), before));
    Ok(HttpResponse::Ok().json(SettlementList { settlements, next }))
}

/// The settlement of a run
///
/// How far it is, who signed it, its sums, and, where it corrects another, by what it differs. Without anything done it is `calculated`.
#[utoipa::path(
    get, path = "/v1/runs/{id}/settlement", tag = "settlements", operation_id = "getSettlement",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    responses((status = 200, description = "The settlement", body = ref("#/components/schemas/Settlement"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, document::OF_RUN]))))
)]
pub async fn show(id: web::Path<String>, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let run = runs::find(&id, &caller, &service).await?;
    answer(&run, &caller, &service).await
}

/// The settlement of a run as somebody sees it. What may be done with it, and by how many, goes by all of its lines.
async fn answer(run: &Run, caller: &Person, service: &web::Data<Service>) -> Answer {
    let settlement = load::load(run, service).await?;
    let eyes = load::four_eyes(run, service).await?;
    let allowed = Allowed::of(&settlement, caller, &eyes, service).await?;
    let approvals_needed = eyes.approvals_needed(settlement.moved());
    let shown = load::limited_to(caller, settlement);
    Ok(HttpResponse::Ok().json(SettlementDocument::new(&shown, approvals_needed, &allowed)))
}

/// The lines of a settlement
///
/// A line for each dealer: what the run came to, adjustments, what is held, ordered, paid and payable.
#[utoipa::path(
    get, path = "/v1/runs/{id}/settlement/lines", tag = "settlements", operation_id = "listSettlementLines",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::LineFilter,
    ),
    responses((status = 200, description = "A page of the lines", body = ref("#/components/schemas/SettlementLines"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, document::OF_RUN]))))
)]
pub async fn lines(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let LinePage { rows_max, after, text } = LinePage::parse(request.query_string())?;
    let run = runs::find(&id, &caller, &service).await?;
    let settlement = load::shown_to(&caller, &run, &service).await?;
    let is_meant = |due: &Due| {
        let dealer = &due.dealer;
        text.as_ref().is_none_or(|text| {
            [&*dealer.dealer_id, &*dealer.name, dealer.region.shown()]
                .iter()
                .any(|field| normalise(field).contains(text))
        })
    };
    let behind = settlement.dues.iter().enumerate().skip(after).filter(|(_, due)| is_meant(due));
    let mut found: Vec<(usize, &Due)> = behind.take(rows_max + 1).collect();
    let more = found.len() > rows_max;
    found.truncate(rows_max);
    let next = found.last().filter(|_| more).map(|(at, _)| next_lines(&request, at + 1));
    let lines = found.into_iter().map(|(at, due)| LineDocument::new(at + 1, due)).collect();
    Ok(HttpResponse::Ok().json(LineList { lines, next }))
}

/// The address of the lines behind a position.
fn next_lines(request: &HttpRequest, after: usize) -> String {
    let kept = form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "after");
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{}?{}", request.path(), query.extend_pairs(kept).append_pair("after", &after.to_string()).finish())
}

struct LinePage {
    rows_max: usize,
    after: usize,
    text: Option<String>,
}

impl LinePage {
    fn parse(query: &str) -> Result<LinePage, Problem> {
        let mut page = LinePage { rows_max: LINES_DEFAULT, after: 0, text: None };
        for (name, value) in request::parameters(query, LINE_PARAMETERS)? {
            let value = value.trim();
            match name {
                "limit" => page.rows_max = rows(value, LINES_MAX, "1..1000")? as usize,
                "after" => page.after = whole(value).ok_or_else(|| invalid("after", value, vec!["0.."]))?,
                _ => page.text = Some(normalise(value)).filter(|text| !text.is_empty()),
            }
        }
        Ok(page)
    }
}
