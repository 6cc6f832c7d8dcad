//! The dealer cards of a kept run: calculated again from the kept upload with the run's options, so that nothing more need be kept.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::AtomicBool;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::openapi::{parameters, refusals};
use super::request::{only_lang, shown};
use super::templates::XLSX;
use super::work::WorkError;
use super::{Caller, Problem, Service, etag, filename, runs};
use crate::lang::Lang;
use crate::pipeline::{self, CARDS_MAX, Job, NoCard, OnError, Options};
use crate::policy::Policy;
use crate::store::{Person, Run};

type Answer = Result<HttpResponse, Problem>;

/// What is wanted.
#[derive(Clone, Debug)]
enum Wanted {
    Json(String),
    Book(String),
    All,
}

/// All that a run says about one dealer
///
/// Its row, its months, its violations, and what each programme says about it.
#[utoipa::path(
    get, path = "/v1/runs/{id}/dealers/{dealer_id}", tag = "runs", operation_id = "getDealerCard",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("dealer_id" = String, Path, description = "The dealer's id, percent-encoded", example = "D001"),
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The card", body = ref("#/components/schemas/DealerCard"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "busy", "cancelled", "no-such-dealer"]]))))
)]
pub async fn card(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let (run, dealer) = path.into_inner();
    let (_, bytes) = made(&request, &run, Wanted::Json(dealer), &service, &caller.0).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, "application/json"));
    Ok(etag::bytes_of(&request, answer, bytes))
}

/// A dealer's card, to be printed
///
/// One page.
#[utoipa::path(
    get, path = "/v1/runs/{id}/dealers/{dealer_id}/card.xlsx", tag = "runs", operation_id = "getDealerCardWorkbook",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        ("dealer_id" = String, Path, description = "The dealer's id, percent-encoded", example = "D001"),
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The card as a workbook", body = ref("#/components/schemas/WorkbookFile"), content_type = XLSX,
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
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let (id, dealer) = path.into_inner();
    let (lang, bytes) = made(&request, &id, Wanted::Book(dealer.clone()), &service, &caller.0).await?;
    Ok(workbook(&request, &format!("{}-{dealer}.xlsx", lang.pick("客户档案", "dealer-card")), &id, bytes))
}

/// The cards of all dealers of a run
///
/// A sheet a dealer.
#[utoipa::path(
    get, path = "/v1/runs/{id}/cards.xlsx", tag = "runs", operation_id = "getDealerCards",
    params(
        ("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it"),
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The cards as a workbook, a sheet each", body = ref("#/components/schemas/WorkbookFile"), content_type = XLSX,
            headers(
                ("ETag" = String, description = "The answer's hash"),
                ("Content-Disposition" = String, description = "The workbook's name (RFC 6266)"),
            )),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "busy", "cancelled", "too-many-cards"]]))))
)]
pub async fn books(request: HttpRequest, id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    let (lang, bytes) = made(&request, &id, Wanted::All, &service, &caller.0).await?;
    Ok(workbook(&request, lang.pick("客户档案.xlsx", "dealer-cards.xlsx"), &id, bytes))
}

fn workbook(request: &HttpRequest, name: &str, run: &str, bytes: Vec<u8>) -> HttpResponse {
    let name = filename::clean(&name.replace(['/', '\\'], "_")).unwrap_or_default();
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, XLSX))
        .insert_header((header::CONTENT_DISPOSITION, filename::content_disposition(&name, run)));
    etag::bytes_of(request, answer, bytes)
}

/// What the kept result tells of how it was made.
#[derive(Deserialize)]
struct Kept {
    run: KeptRun,
    #[serde(default)]
    results: Option<BTreeMap<String, IgnoredAny>>,
}

#[derive(Deserialize)]
struct KeptRun {
    period: Option<i16>,
    as_of: Option<String>,
    policy: Option<KeptPolicy>,
    partial: bool,
}

#[derive(Deserialize)]
struct KeptPolicy {
    id: String,
    sha256: String,
}

async fn made(
    request: &HttpRequest,
    id: &str,
    wanted: Wanted,
    service: &web::Data<Service>,
    caller: &Person,
) -> Result<(Lang, Vec<u8>), Problem> {
    let asked = only_lang(request.query_string())?;
    let run = runs::find(id, caller, service).await?;
    let lang = asked.or_else(|| run.lang.parse().ok()).unwrap_or_default();
    let artefacts = service.store.artefacts();
    let files = Files {
        result: artefacts.open_checked(&run.result_sha256).await?.file,
        upload: artefacts.open_checked(&run.upload_sha256).await?.file,
    };
    let of = service.clone();
    let bytes = match service.workers.run(move |stop| make(&run, files, lang, &wanted, &of, stop)).await {
        Ok(bytes) => bytes?,
        Err(WorkError::Full) => return Err(service.busy()),
        Err(error @ WorkError::Panicked) => return Err(Problem::internal(error)),
    };
    Ok((lang, bytes))
}

/// The kept files of a run from which its cards are made.
struct Files {
    result: File,
    upload: File,
}

/// Calculates the run again and takes the cards from it. Synchronous; runs on a worker.
fn make(
    run: &Run,
    files: Files,
    lang: Lang,
    wanted: &Wanted,
    service: &Service,
    stop: &AtomicBool,
) -> Result<Vec<u8>, Problem> {
    let kept: Kept = serde_json::from_slice(&read(files.result)?).map_err(Problem::internal)?;
    let (Some(results), Some(policy)) = (kept.results, kept.run.policy) else { return Err(Problem::NothingCalculated) };
    let same = |own: &&Policy| own.id == policy.id && own.sha256 == policy.sha256;
    let Some(own) = service.engine.policies.iter().find(same) else {
        return Err(Problem::PolicyChanged { id: policy.id });
    };
    let options = Options {
        period: kept.run.period,
        as_of: kept.run.as_of.and_then(|day| day.parse().ok()),
        on_error: if kept.run.partial { OnError::Partial } else { OnError::Stop },
        lang,
        programmes: Some(results.into_keys().collect()),
        keep_months: true,
        ..Options::default()
    };
    let bytes = read(files.upload)?;
    let job = Job {
        bytes: &bytes,
        filename: run.filename.as_deref(),
        options: &options,
        engine: &service.engine,
        policy: pipeline::PolicyChoice::This(own),
        json: false,
        stop,
        observer: None,
    };
    let made = pipeline::walk(&job, |calculated| match wanted {
        Wanted::Json(dealer) => calculated.card(dealer),
        Wanted::Book(dealer) => calculated.card_book(dealer),
        Wanted::All => calculated.card_books(),
    })?;
    made.map_err(|none| match (none, wanted) {
        (NoCard::NoSuchDealer(nearest), Wanted::Json(id) | Wanted::Book(id)) => {
            Problem::NoSuchDealer { id: shown(id), nearest: nearest.as_deref().map(shown) }
        }
        (NoCard::TooMany { dealers }, _) => Problem::TooManyCards { dealers, dealers_max: CARDS_MAX },
        _ => Problem::NothingCalculated,
    })
}

fn read(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
