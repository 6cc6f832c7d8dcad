//! Batches: many workbooks at once, worked on in the background, each with an outcome of its own.

pub mod books;
mod document;
pub mod events;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use url::form_urlencoded;

pub use document::{BatchDocument, BatchList};

use crate::http::batch_parameters::BatchParameters;
use crate::http::batch_upload::accept;
use crate::http::describe::{parameters as described, refusals};
use crate::http::request::{rows, shown, uuid};
use crate::http::{Caller, Problem, Service};
use crate::service;
use dealerbook_store::Batch;

const ROWS_DEFAULT: u32 = 20;
const ROWS_MAX: u32 = 100;
const LIST_PARAMETERS: &[&str] = &["limit", "before"];

type Answer = Result<HttpResponse, Problem>;

/// Have many workbooks checked, assessed and annotated in the background
///
/// Answered as soon as all workbooks are kept; each is then worked on as a run of its own. Ask the address in `Location` for how far
/// the batch is, or have it told.
#[utoipa::path(
    post, path = "/v1/batches", tag = "batches", operation_id = "createBatch",
    params(described::BatchAsk, described::IdempotencyKey),
    request_body(description = "A form with the workbooks, or an archive of them", content(
        (ref("#/components/schemas/BatchForm") = "multipart/form-data"),
        (ref("#/components/schemas/WorkbookFile") = "application/zip"),
    )),
    responses((status = 202, description = "The batch, whose files wait for workers", body = ref("#/components/schemas/Batch"),
        content_type = "application/json", headers(("Location" = String, description = "Where to ask how far the batch is")))),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, refusals::BATCH_UPLOAD, refusals::REQUEST_KEY]))))
)]
pub async fn create(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let parameters = BatchParameters::from_query(request.query_string())?;
    let batch = accept(&request, payload, parameters, &caller.0, &service, |_| Ok(())).await?;
    let document = document(&batch, &service).await?;
    let location = format!("/v1/batches/{}", batch.id);
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(document))
}

/// The batches that are kept
///
/// Newest first, without their files; `next` is the address of the older ones, null on the last page.
#[utoipa::path(
    get, path = "/v1/batches", tag = "batches", operation_id = "listBatches",
    params(described::BatchFilter),
    responses((status = 200, description = "A page of the list", body = ref("#/components/schemas/BatchList"),
        content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["unknown-parameter", "invalid-value"]]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>, caller: Caller) -> Answer {
    let (before, rows_max) = parse_page(request.query_string())?;
    let mut found = service::batches::visible(&caller.0, before, rows_max + 1, &service).await?;
    let more = found.len() > rows_max as usize;
    found.truncate(rows_max as usize);
    let next = found.last().filter(|_| more).map(|batch| format!("/v1/batches?limit={rows_max}&before={}", batch.id));
    let mut batches = Vec::with_capacity(found.len());
    for batch in found {
        let counts = service.store.batch_counts(&batch.id).await?;
        batches.push(BatchDocument::new(&batch, counts)?);
    }
    Ok(HttpResponse::Ok().json(BatchList { batches, next }))
}

/// How far a batch is
///
/// With the outcome of every file: its run, or the problem why there is none.
#[utoipa::path(
    get, path = "/v1/batches/{id}", tag = "batches", operation_id = "getBatch",
    params(("id" = String, Path, format = "uuid", description = "The batch's id, as `Location` and the list have it")),
    responses((status = 200, description = "The batch", body = ref("#/components/schemas/Batch"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-batch"]]))))
)]
pub async fn show(id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    let batch = service::batches::find(&id, &caller.0, &service).await?;
    Ok(HttpResponse::Ok().json(document(&batch, &service).await?))
}

/// Cancel a batch
///
/// Files without an outcome are given up, also those that are being worked on; the outcomes that there are stay. Cancelling a batch that has ended changes nothing.
#[utoipa::path(
    post, path = "/v1/batches/{id}/cancel", tag = "batches", operation_id = "cancelBatch",
    params(("id" = String, Path, format = "uuid", description = "The batch's id, as `Location` and the list have it")),
    responses((status = 200, description = "The batch as it is now", body = ref("#/components/schemas/Batch"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-batch"]]))))
)]
pub async fn cancel(id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    let batch = service::batches::cancel(&id, &caller.0, &service).await?;
    Ok(HttpResponse::Ok().json(document(&batch, &service).await?))
}

/// The files are counted as they are shown, so that the two say the same.
async fn document(batch: &Batch, service: &Service) -> Result<BatchDocument, Problem> {
    let files = service.store.batch_files(&batch.id).await?;
    BatchDocument::with_files(batch, &files)
}

fn parse_page(query: &str) -> Result<(Option<String>, u32), Problem> {
    let (mut before, mut rows_max) = (None, ROWS_DEFAULT);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = value.as_ref();
        match name.as_ref() {
            "limit" => rows_max = rows(value, ROWS_MAX, "1..100")?,
            "before" => before = Some(uuid("before", value)?),
            unknown => return Err(Problem::UnknownParameter { name: shown(unknown), allowed: LIST_PARAMETERS }),
        }
    }
    Ok((before, rows_max))
}
