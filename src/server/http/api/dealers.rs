//! A dealer over the years.

use actix_web::{HttpRequest, HttpResponse, web};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::http::describe::{parameters, refusals};
use crate::http::{Caller, Problem, Service, etag};
use crate::service::past;
use dealerbook_engine::programmes::assessment::Movement;
use dealerbook_store::SettledResult;

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
    let results = past::of_dealer(&id, &person, &service.store).await?;
    let name = results.first().map(|newest| newest.name.clone()).unwrap_or_default();
    let periods = results.iter().map(|result| period(result, &results, &service)).collect();
    etag::json(&request, &DealerHistory { dealer_id: id, name, periods })
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
