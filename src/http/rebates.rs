//! The settlement workbook of a run, made anew each time from the run calculated again and from how far its settlement is.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_decimal::Decimal;
use serde::Deserialize;
use url::form_urlencoded;

use super::again::{self, Again};
use super::openapi::{parameters, refusals};
use super::request::{invalid, only_lang, shown};
use super::templates::XLSX;
use super::work::WorkError;
use super::{Caller, Problem, Service, etag, filename, runs};
use crate::lang::Lang;
use crate::outcome::Outcome;
use crate::policy::Policy;
use crate::report::settlement::Rebates;
use crate::report::words::Words;
use crate::schema::nearest;
use crate::settlement::{Due, OfPolicy, Settlement, Status};
use crate::store::Run;

const ALLOWED: &[&str] = &["lang", "dealer_id"];

/// A run's settlement workbook
///
/// A summary by region, grade and programme with its tie-out, a list of all dealers, a printable statement for each, and how it was counted. Of a run that is only calculated it is a draft, and says so. With `dealer_id` that dealer's statement alone.
#[utoipa::path(
    get, path = "/v1/runs/{id}/rebates.xlsx", tag = "runs", operation_id = "getRebates",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::Rebates,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The settlement workbook", body = ref("#/components/schemas/WorkbookFile"), content_type = XLSX,
            headers(
                ("ETag" = String, description = "The answer's hash"),
                ("Content-Disposition" = String, description = "The workbook's name (RFC 6266)"),
            )),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "busy", "cancelled", "no-such-dealer"]]))))
)]
pub async fn book(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let ask = Ask::from_query(request.query_string())?;
    let run = runs::find(&id, &caller.0, &service).await?;
    let lang = ask.lang.or_else(|| run.lang.parse().ok()).unwrap_or_default();
    let outcome = again::outcome(&run, &service).await?;
    if !outcome.has_incentives {
        return Err(Problem::NothingCalculated);
    }
    let period = outcome.period;
    let policy = Again::of(&run, &service).await?.policy;
    let result = service.store.artefacts().open_checked(&run.result_sha256).await?.file;
    let (of, wanted) = (service.clone(), ask.dealer_id.clone());
    let made = service.workers.run(move |_| make(&run, &policy, result, &outcome, lang, wanted.as_deref(), &of));
    let bytes = match made.await {
        Ok(bytes) => bytes?,
        Err(WorkError::Full) => return Err(service.busy()),
        Err(error @ WorkError::Panicked) => return Err(Problem::internal(error)),
    };
    let behind = ask.dealer_id.map(|dealer| format!("-{dealer}")).unwrap_or_default();
    let name = format!("{}-{period}{behind}.xlsx", lang.pick("返利结算", "rebates"));
    let name = filename::clean(&name.replace(['/', '\\'], "_")).unwrap_or_default();
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, XLSX))
        .insert_header((header::CONTENT_DISPOSITION, filename::content_disposition(&name, &id)));
    Ok(etag::bytes_of(&request, answer, bytes))
}

/// What is asked for.
#[derive(Debug, Default)]
struct Ask {
    lang: Option<Lang>,
    dealer_id: Option<String>,
}

impl Ask {
    fn from_query(query: &str) -> Result<Ask, Problem> {
        let mut ask = Ask::default();
        let mut others = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "dealer_id" if ask.dealer_id.is_some() => {
                    return Err(Problem::RepeatedParameter { name: name.into_owned() });
                }
                "dealer_id" if value.is_empty() => return Err(invalid("dealer_id", "", vec!["ID"])),
                "dealer_id" => ask.dealer_id = Some(value.into_owned()),
                "lang" => {
                    others.append_pair("lang", &value);
                }
                unknown => return Err(Problem::UnknownParameter { name: shown(unknown), allowed: ALLOWED }),
            }
        }
        ask.lang = only_lang(&others.finish())?;
        Ok(ask)
    }
}

/// What the kept result says that the incentives come to.
#[derive(Deserialize)]
struct KeptResult {
    summary: KeptSummary,
}

#[derive(Deserialize)]
struct KeptSummary {
    incentive_total: Option<Decimal>,
}

/// Writes the workbook. Synchronous; runs on a worker.
fn make(
    run: &Run,
    policy: &Policy,
    result: File,
    outcome: &Arc<Outcome>,
    lang: Lang,
    dealer_id: Option<&str>,
    service: &Service,
) -> Result<Vec<u8>, Problem> {
    let result: KeptResult = serde_json::from_reader(BufReader::new(result)).map_err(Problem::internal)?;
    let settlement = calculated(run, outcome, policy);
    let rebates = Rebates {
        settlement: &settlement,
        words: Words { schemas: &service.engine().schemas, policy, lang },
        is_partial: outcome.is_partial,
        run_total: result.summary.incentive_total,
    };
    let folder = service.store.spool().folder();
    match dealer_id {
        None => rebates.book(folder).map_err(Problem::internal),
        Some(id) => rebates.statement(id, folder).map_err(Problem::internal)?.ok_or_else(|| {
            let known = settlement.dues.iter().map(|due| due.dealer.dealer_id.as_str());
            Problem::NoSuchDealer { id: shown(id), nearest: nearest(id, known).map(shown) }
        }),
    }
}

/// The settlement of a run of which nothing more is known than what it came to.
fn calculated(run: &Run, outcome: &Outcome, policy: &Policy) -> Settlement {
    let due = |dealer: &crate::outcome::DealerOutcome| Due {
        dealer: dealer.clone(),
        adjustments: Vec::new(),
        held: None,
        paid_before: Decimal::ZERO,
        paid: Decimal::ZERO,
        ordered: Decimal::ZERO,
        difference: None,
    };
    Settlement {
        run_id: run.id.clone(),
        period: outcome.period,
        as_of: outcome.as_of.clone(),
        status: Status::Calculated,
        policy: OfPolicy {
            id: policy.id.clone(),
            version: policy.version.clone(),
            sha256: policy.sha256.clone(),
            rates: policy.rates,
        },
        supersedes: None,
        superseded_by: None,
        submitted: None,
        decided: None,
        dues: outcome.dealers.iter().map(due).collect(),
    }
}
