//! The settlement workbook of a run, made anew each time from its settlement as it is now.

use std::fs::File;
use std::io::BufReader;

use actix_web::{HttpRequest, HttpResponse, web};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::http::answer::XLSX;
use crate::http::api::settlements;
use crate::http::describe::{parameters, refusals};
use crate::http::request::{self, invalid, lang_if_any, shown};
use crate::http::{Caller, Problem, Service, etag, filename};
use crate::service::again;
use crate::service::runs;
use crate::service::settlements::load;
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::schema::nearest;
use dealerbook_engine::settlement::Settlement;
use dealerbook_output::report::settlement::Rebates;
use dealerbook_output::report::words::Words;
use dealerbook_store::Run;

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
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, settlements::OF_RUN, &["no-such-dealer", "settlement-seal-broken"]]))))
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
    let settlement = load::shown_to(&caller.0, &run, &service).await?;
    load::check_seal(&settlement, &service).await?;
    let period = settlement.period;
    let policy = again::policy(&run, &service).await?;
    let result = service.store.artefacts().open_checked(&run.result_sha256).await?.file;
    let (of, wanted) = (service.clone(), ask.dealer_id.clone());
    let made = service.on_a_worker(move |_| make(&run, &policy, result, &settlement, lang, wanted.as_deref(), &of));
    let bytes = made.await?;
    let behind = ask.dealer_id.map(|dealer| format!("-{dealer}")).unwrap_or_default();
    let name = filename::of_words(&format!("{}-{period}{behind}.xlsx", lang.pick("返利结算", "rebates")));
    Ok(etag::workbook(&request, &filename::content_disposition(&name, &id), bytes))
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
        for (name, value) in request::parameters(query, ALLOWED)? {
            match name {
                "lang" => ask.lang = lang_if_any(&value)?,
                _ if value.is_empty() => return Err(invalid("dealer_id", "", vec!["ID"])),
                _ => ask.dealer_id = Some(value),
            }
        }
        Ok(ask)
    }
}

/// What the kept result says of the run, and that the incentives come to.
#[derive(Deserialize)]
struct KeptResult {
    run: KeptRun,
    summary: KeptSummary,
}

#[derive(Deserialize)]
struct KeptRun {
    /// Runs of earlier builds don't say.
    #[serde(default)]
    interim: bool,
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
    settlement: &Settlement,
    lang: Lang,
    dealer_id: Option<&str>,
    service: &Service,
) -> Result<Vec<u8>, Problem> {
    let result: KeptResult = serde_json::from_reader(BufReader::new(result)).map_err(Problem::internal)?;
    let rebates = Rebates {
        settlement,
        words: Words { schemas: &service.engine().schemas, policy, lang },
        is_partial: run.status == "partial",
        is_interim: result.run.interim,
        run_total: result.summary.incentive_total,
        clock: service.calendar.clock(),
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
