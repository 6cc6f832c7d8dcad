//! `GET /v1/batches/{id}/events`: how far a batch is, told as it changes (server-sent events). Each stream reads the database, so that it
//! doesn't matter which server works on the files.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::time::{Instant, sleep};

use super::{Answer, BatchDocument};
use crate::http::describe::refusals;
use crate::http::{Caller, Problem, Service, TokenFault};
use crate::service::accounts::Credential;
use crate::service::batches::find;
use crate::telemetry::causes;
use dealerbook_store::{BatchFile, FileCounts, FileStatus};

/// How often the database is asked whether something has changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// After so long without an event a comment is sent, lest somebody between takes the connection for dead.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);

/// Have told how far a batch is
///
/// Server-sent events: `progress` with the batch and the files that have changed, the first at once, and at the end `done` with the batch. The stream ends then. It begins anew after an interruption, whatever `Last-Event-ID` says.
#[utoipa::path(
    get, path = "/v1/batches/{id}/events", tag = "batches", operation_id = "followBatch",
    params(("id" = String, Path, format = "uuid", description = "The batch's id, as `Location` and the list have it")),
    responses((status = 200, description = "The events; the data of each is a batch as JSON", body = ref("#/components/schemas/BatchEvent"), content_type = "text/event-stream",
        example = "event: progress\ndata: {\"id\": \"01980000-0000-7000-8000-000000000000\", \"status\": \"running\"}\n\n")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-batch"]]))))
)]
pub async fn events(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    caller: Caller,
) -> Answer {
    let batch = find(&id, &caller.0, &service).await?;
    let credential = request.extensions().get::<Credential>().cloned();
    let watch = Watch {
        credential: credential.ok_or(Problem::Unauthorized { fault: TokenFault::Missing })?,
        service,
        batch: batch.id,
        told: None,
        events: 0,
        quiet_since: Instant::now(),
        has_ended: false,
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        // nginx would hold the events back.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream(watch)))
}

/// What a client knows already, and what it is told next.
struct Watch {
    /// By what the client was admitted: the stream ends with it.
    credential: Credential,
    service: web::Data<Service>,
    batch: String,
    told: Option<Told>,
    events: u64,
    quiet_since: Instant,
    has_ended: bool,
}

/// What was told last.
struct Told {
    counts: FileCounts,
    statuses: BTreeMap<i64, FileStatus>,
}

fn stream(watch: Watch) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    unfold(watch, |mut watch| async move {
        let text = watch.next().await?;
        Some((Ok(Bytes::from(text)), watch))
    })
}

impl Watch {
    /// What to send next; nothing more after the end, when the client's token or session is over, or when the server stops: the client
    /// asks again, and another one answers.
    async fn next(&mut self) -> Option<String> {
        if self.has_ended {
            return None;
        }
        loop {
            if !self.credential.holds(&self.service).await {
                return None;
            }
            match self.look().await {
                Ok(Some(text)) => {
                    self.quiet_since = Instant::now();
                    return Some(text);
                }
                Ok(None) => {}
                Err(Problem::NoSuchBatch) => return None,
                Err(Problem::Internal(cause)) => tracing::warn!(cause = causes(cause.as_ref()), "events are held up"),
                Err(_) => tracing::warn!("events are held up"),
            }
            if self.quiet_since.elapsed() >= KEEP_ALIVE_EVERY {
                self.quiet_since = Instant::now();
                return Some(": alive\n\n".to_owned());
            }
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                () = self.service.jobs.stopped() => return None,
            }
        }
    }

    /// The events of what has changed, if anything has.
    async fn look(&mut self) -> Result<Option<String>, Problem> {
        let store = &self.service.store;
        if let Some(told) = &self.told
            && store.batch_counts(&self.batch).await? == told.counts
        {
            return Ok(None);
        }
        let batch = store.batch(&self.batch).await?.ok_or(Problem::NoSuchBatch)?;
        let files = store.batch_files(&self.batch).await?;
        let counts = FileCounts::of(&files);
        let progress = BatchDocument::new(&batch, counts)?.showing(self.changed(&files));
        let statuses = files.iter().map(|file| (file.position, file.status)).collect();
        self.told = Some(Told { counts, statuses });
        let mut text = self.event("progress", &progress)?;
        if progress.is_final() {
            text.push_str(&self.event("done", &BatchDocument::new(&batch, counts)?)?);
            self.has_ended = true;
        }
        Ok(Some(text))
    }

    fn changed<'f>(&self, files: &'f [BatchFile]) -> Vec<&'f BatchFile> {
        let known = self.told.as_ref().map(|told| &told.statuses);
        let is_new = |file: &&BatchFile| known.and_then(|known| known.get(&file.position)) != Some(&file.status);
        files.iter().filter(is_new).collect()
    }

    fn event(&mut self, name: &str, batch: &BatchDocument) -> Result<String, Problem> {
        self.events += 1;
        let data = serde_json::to_string(batch).map_err(Problem::internal)?;
        Ok(format!("event: {name}\nid: {}\ndata: {data}\n\n", self.events))
    }
}
