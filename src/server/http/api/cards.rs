//! The dealer cards of a kept run: calculated again from the kept upload with the run's options, so that nothing more need be kept.

use std::sync::atomic::AtomicBool;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::answer::XLSX;
use crate::http::describe::{parameters, refusals};
use crate::http::request::{only_lang, shown};
use crate::http::{Caller, Problem, Service, etag, filename};
use crate::service::again::Kept;
use crate::service::runs;
use dealerbook_base::lang::Lang;
use dealerbook_output::pipeline::{self, CARDS_MAX, NoCard};
use dealerbook_store::Person;

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
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "busy", "cancelled", "no-such-dealer"]]))))
)]
pub async fn card(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let (run, dealer) = path.into_inner();
    let (_, bytes) = made(&request, &run, Wanted::Json(dealer), &service, &caller.0).await?;
    Ok(etag::json_of(&request, bytes))
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
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "busy", "cancelled", "no-such-dealer"]]))))
)]
pub async fn book(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let (id, dealer) = path.into_inner();
    let (lang, bytes) = made(&request, &id, Wanted::Book(dealer.clone()), &service, &caller.0).await?;
    let name = filename::of_words(&format!("{}-{dealer}.xlsx", lang.pick("客户档案", "dealer-card")));
    Ok(etag::workbook(&request, &filename::content_disposition(&name, &id), bytes))
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
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-run", "nothing-calculated", "policy-changed", "run-outdated", "busy", "cancelled", "too-many-cards"]]))))
)]
pub async fn books(request: HttpRequest, id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    let (lang, bytes) = made(&request, &id, Wanted::All, &service, &caller.0).await?;
    let name = lang.pick("客户档案.xlsx", "dealer-cards.xlsx");
    Ok(etag::workbook(&request, &filename::content_disposition(name, &id), bytes))
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
    let kept = Kept::open(&run, service).await?;
    let of = service.clone();
    let bytes = service.on_a_worker(move |stop| make(kept, lang, &wanted, &of, stop)).await?;
    Ok((lang, bytes))
}

/// Calculates the run again and takes the cards from it. Synchronous; runs on a worker.
fn make(kept: Kept, lang: Lang, wanted: &Wanted, service: &Service, stop: &AtomicBool) -> Result<Vec<u8>, Problem> {
    let mut again = kept.read(service, stop)?;
    again.options.lang = lang;
    again.options.keep_months = true;
    let engine = service.engine();
    let job = again.job(&engine, stop);
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
