//! Batches: many workbooks at once, worked on in the background, each with an outcome of its own.

mod ask;
pub mod books;
mod document;
pub mod events;
mod jobs;
mod upload;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use url::form_urlencoded;
use uuid::Uuid;

pub use ask::BatchAsk;
#[cfg(test)]
pub use ask::PARAMETERS;
pub use books::{consolidated, results};
pub use document::{BatchDocument, BatchList};
pub use events::events;
pub use jobs::Jobs;

use super::idempotency::RequestKey;
use super::openapi::{parameters, refusals};
use super::request::{rows, shown, uuid};
use super::{Caller, Problem, Service, quota};
use crate::clock;
use crate::store::{Batch, NewFile, Person, Role};

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
    params(parameters::BatchAsk, parameters::IdempotencyKey),
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
    let ask = BatchAsk::from_query(request.query_string())?;
    let batch = accept(&request, payload, ask, &caller.0, &service, |_| Ok(())).await?;
    let document = document(&batch, &service).await?;
    let location = format!("/v1/batches/{}", batch.id);
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(document))
}

/// Receives a batch and keeps it, unless `admit` refuses what has come with it.
///
/// # Errors
/// When it is refused; nothing is kept then.
pub(super) async fn accept(
    request: &HttpRequest,
    payload: web::Payload,
    mut ask: BatchAsk,
    uploader: &Person,
    service: &Service,
    admit: impl FnOnce(&BatchAsk) -> Result<(), Problem>,
) -> Result<Batch, Problem> {
    let key = RequestKey::of(request)?;
    let received = upload::receive(request, payload, &mut ask, uploader, service).await;
    if let Some(lang) = ask.lang() {
        request.extensions_mut().insert(lang);
    }
    let received = received?;
    admit(&ask)?;
    ask.check(&*service.engine_in_force().await?)?;
    let files = upload::name(received.files).await?;
    let earlier = match &key {
        Some(key) => key.claim(uploader, &ask.fingerprint(files.iter().map(|(file, _)| file)), service).await?,
        None => None,
    };
    if let Some(earlier) = earlier {
        return earlier_batch(&earlier, uploader, service).await;
    }
    let bytes = files.iter().map(|(file, _)| u64::try_from(file.upload_bytes).unwrap_or_default()).sum();
    quota::admit(&uploader.name, bytes, service).await?;
    let files = upload::keep(files, service).await?;
    let batch = batch(&ask, &received.skipped, uploader)?;
    commit(batch, &files, key.as_ref(), uploader, service).await
}

fn batch(ask: &BatchAsk, skipped: &[document::Passed], uploader: &Person) -> Result<Batch, Problem> {
    Ok(Batch {
        id: clock::run_id(),
        created_at: clock::now(),
        uploader: uploader.name.clone(),
        uploader_id: Some(uploader.id.clone()),
        uploader_role: uploader.role.as_str().to_owned(),
        uploader_regions: serde_json::to_string(&uploader.regions).map_err(Problem::internal)?,
        parameters: serde_json::to_string(ask.parameters()).map_err(Problem::internal)?,
        lang: ask.lang().unwrap_or_default().code().to_owned(),
        skipped: serde_json::to_string(skipped).map_err(Problem::internal)?,
        rank_all: i64::from(ask.ranks_all()),
        cancelled_at: None,
    })
}

/// From here on the batch is answered for: its jobs follow from its rows. Where the same request has been committed meanwhile, its batch
/// stands for both.
async fn commit(
    batch: Batch,
    files: &[NewFile],
    key: Option<&RequestKey>,
    uploader: &Person,
    service: &Service,
) -> Result<Batch, Problem> {
    let bound = service.store.insert_batch(&batch, files, key.map(RequestKey::as_str)).await?;
    if bound != batch.id {
        return earlier_batch(&bound, uploader, service).await;
    }
    tracing::info!(batch = batch.id, files = files.len(), "batch kept");
    service.jobs.wake();
    Ok(batch)
}

/// The batch that a request's key has led to before. One that this token isn't for, as another of the same person was, isn't given away.
async fn earlier_batch(id: &str, uploader: &Person, service: &Service) -> Result<Batch, Problem> {
    find(id, uploader, service).await.map_err(|problem| match problem {
        Problem::NoSuchBatch => Problem::IdempotencyKeyReused,
        problem => problem,
    })
}

/// The batches that are kept
///
/// Newest first, without their files; `next` is the address of the older ones, null on the last page.
#[utoipa::path(
    get, path = "/v1/batches", tag = "batches", operation_id = "listBatches",
    params(parameters::BatchFilter),
    responses((status = 200, description = "A page of the list", body = ref("#/components/schemas/BatchList"),
        content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["unknown-parameter", "invalid-value"]]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>, caller: Caller) -> Answer {
    let (before, rows_max) = parse_page(request.query_string())?;
    let mut found = visible(&caller.0, before, rows_max + 1, &service).await?;
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
    let batch = find(&id, &caller.0, &service).await?;
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
    let batch = find(&id, &caller.0, &service).await?;
    if service.store.cancel_batch(&batch.id, &caller.0.name, &clock::now()).await? {
        tracing::info!(batch = batch.id, "batch cancelled");
    }
    let batch = find(&id, &caller.0, &service).await?;
    Ok(HttpResponse::Ok().json(document(&batch, &service).await?))
}

/// The batch of an id, where there is one that this person may see.
pub(super) async fn find(id: &str, person: &Person, service: &Service) -> Result<Batch, Problem> {
    let id = Uuid::try_parse(id).map_err(|_| Problem::NoSuchBatch)?;
    let batch = service.store.batch(&id.to_string()).await?.ok_or(Problem::NoSuchBatch)?;
    if batch.is_visible_to(person)? { Ok(batch) } else { Err(Problem::NoSuchBatch) }
}

/// At most `rows_max` batches that a person may see, newest first.
async fn visible(
    person: &Person,
    mut before: Option<String>,
    rows_max: u32,
    service: &Service,
) -> Result<Vec<Batch>, Problem> {
    let own = (person.role == Role::Sales).then_some(person.name.as_str());
    let mut visible = Vec::new();
    loop {
        let found = service.store.batches(own, before.as_deref(), rows_max).await?;
        before = found.last().map(|batch| batch.id.clone());
        let is_last = found.len() < rows_max as usize;
        for batch in found {
            if visible.len() < rows_max as usize && batch.is_visible_to(person)? {
                visible.push(batch);
            }
        }
        if is_last || visible.len() == rows_max as usize {
            return Ok(visible);
        }
    }
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
