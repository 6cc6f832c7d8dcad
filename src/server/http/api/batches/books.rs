//! What a batch comes to, once every file has its outcome: one workbook over all files, and all answers in one archive. Made anew each
//! time from the kept runs, on a worker, into the spool; the same outcomes give the same bytes.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use tokio::runtime::Handle;
use tokio_util::io::ReaderStream;

use super::Answer;
use crate::http::answer::XLSX;
use crate::http::describe::refusals;
use crate::http::{Caller, Problem, Service, filename};
use crate::service::batches::find;
use crate::service::calculation::NO_WORKBOOK;
use dealerbook_base::lang::Lang;
use dealerbook_output::pipeline::Engine;
use dealerbook_output::report::consolidated::{self, Consolidated, ConsolidatedError, FileOutcome, FileStatus};
use dealerbook_package::bundle::Bundle;
use dealerbook_store::{ArtefactError, Artefacts, Batch, BatchFile, FileCounts, Person, Run};

const CHUNK_BYTES: usize = 64 << 10;
const ZIP: &str = "application/zip";

/// One workbook over all files of a batch
///
/// What became of each file, all dealers with their ranks, all faults with their counts, and what cannot be compared. With `rank=all` one ranking over all files.
#[utoipa::path(
    get, path = "/v1/batches/{id}/consolidated.xlsx", tag = "batches", operation_id = "getConsolidated",
    params(("id" = String, Path, format = "uuid", description = "The batch's id, as `Location` and the list have it")),
    responses((status = 200, description = "The workbook", body = ref("#/components/schemas/WorkbookFile"), content_type = XLSX,
        headers(("Content-Disposition" = String, description = "The workbook's name (RFC 6266)")))),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-batch", "batch-not-done", "too-many-dealers", "busy"]]))))
)]
pub async fn consolidated(id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    let made = Made::read(&id, &caller.0, &service).await?;
    let name = made.book_name();
    let batch = made.batch.id.clone();
    let file = build(made, &service, |made, out| made.write_book(out)).await?;
    send(file, XLSX, &name, &batch)
}

/// All answers of a batch in one archive
///
/// The annotated workbook of each file, in the folders in which the files came, a text for each file that could not be worked on, and the workbook over all files.
#[utoipa::path(
    get, path = "/v1/batches/{id}/results.zip", tag = "batches", operation_id = "getBatchResults",
    params(("id" = String, Path, format = "uuid", description = "The batch's id, as `Location` and the list have it")),
    responses((status = 200, description = "The archive", body = ref("#/components/schemas/WorkbookFile"), content_type = "application/zip",
        headers(("Content-Disposition" = String, description = "The archive's name (RFC 6266)")))),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-batch", "batch-not-done", "too-many-dealers", "busy"]]))))
)]
pub async fn results(id: web::Path<String>, service: web::Data<Service>, caller: Caller) -> Answer {
    let made = Made::read(&id, &caller.0, &service).await?;
    let name = made.lang.pick("批次结果.zip", "batch-results.zip");
    let batch = made.batch.id.clone();
    let file = build(made, &service, |made, out| made.write_zip(out)).await?;
    send(file, ZIP, name, &batch)
}

fn send(file: File, content_type: &str, name: &str, batch: &str) -> Answer {
    let bytes = file.metadata()?.len();
    let stream = ReaderStream::with_capacity(tokio::fs::File::from_std(file), CHUNK_BYTES);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CONTENT_DISPOSITION, filename::content_disposition(name, batch)))
        .body(SizedStream::new(bytes, stream)))
}

/// Writes into a file of the spool that vanishes once it is sent. A batch is as much work as a calculation, so it waits for a worker like one.
async fn build(
    made: Made,
    service: &web::Data<Service>,
    write: impl FnOnce(Made, File) -> Result<(), Problem> + Send + 'static,
) -> Result<File, Problem> {
    let mut file = service.store.spool().nameless()?;
    let out = file.try_clone()?;
    service.on_a_worker(move |_| write(made, out)).await?;
    file.rewind()?;
    Ok(file)
}

/// A batch in which every file has its outcome.
struct Made {
    service: web::Data<Service>,
    engine: Arc<Engine>,
    lang: Lang,
    batch: Batch,
    files: Vec<(BatchFile, Option<Run>)>,
    shelf: Shelf,
}

impl Made {
    async fn read(id: &str, person: &Person, service: &web::Data<Service>) -> Result<Made, Problem> {
        let batch = find(id, person, service).await?;
        let found = service.store.batch_files(&batch.id).await?;
        if !FileCounts::of(&found).are_final() {
            return Err(Problem::BatchNotDone { retry_after_seconds: service.limits.retry_after_seconds });
        }
        let mut files = Vec::with_capacity(found.len());
        for file in found {
            let run = match &file.run_id {
                Some(run) => service.store.run(run, person).await?,
                None => None,
            };
            files.push((file, run));
        }
        let shelf =
            Shelf { artefacts: service.store.artefacts().clone(), handle: Handle::current(), gone: Arc::default() };
        let (engine, lang) = (service.engine_in_force().await?, batch.lang.parse().unwrap_or_default());
        Ok(Made { service: service.clone(), engine, lang, batch, files, shelf })
    }

    fn book_name(&self) -> String {
        self.lang.pick("批次汇总.xlsx", "batch-summary.xlsx").to_owned()
    }

    fn write_book(&self, out: File) -> Result<(), Problem> {
        let engine = &self.engine;
        let batch = Consolidated {
            lang: self.lang,
            schemas: &engine.schemas,
            policies: &engine.policies,
            rank_all: self.batch.rank_all != 0,
            files: self.files.iter().map(|(file, run)| self.outcome(file, run.as_ref())).collect(),
        };
        let mut out = BufWriter::new(out);
        let written = consolidated::write(batch, self.service.store.spool().folder(), &mut out);
        written.map_err(|error| match error {
            ConsolidatedError::TooManyDealers { dealers_max, .. } => Problem::TooManyDealers { dealers_max },
            ConsolidatedError::Io(error) => self.shelf.problem(error),
            other => match self.shelf.gone() {
                Some(gone) => gone.into(),
                None => Problem::internal(other),
            },
        })?;
        Ok(out.flush()?)
    }

    fn outcome(&self, file: &BatchFile, run: Option<&Run>) -> FileOutcome<'_> {
        let status = match (run, file.run_status.as_deref()) {
            (Some(_), Some("ok")) => FileStatus::Ok,
            (Some(_), Some("partial")) => FileStatus::Partial,
            (Some(_), _) => FileStatus::Faulty,
            (None, _) if file.status == dealerbook_store::FileStatus::Cancelled => FileStatus::Cancelled,
            (None, _) => FileStatus::Refused,
        };
        let problem = run.is_none().then(|| self.why_not(file)).flatten();
        let result = run.map(|run| -> Box<dyn Read + Send> { Box::new(self.shelf.reader(&run.result_sha256)) });
        FileOutcome { filename: self.name_of(file), status, problem, result }
    }

    fn name_of(&self, file: &BatchFile) -> String {
        let unnamed = || format!("{}{}", self.lang.pick("未命名", "unnamed-"), file.position);
        file.filename.clone().unwrap_or_else(unnamed)
    }

    /// Why a file has no run, in the batch's language; none where it was cancelled.
    fn why_not(&self, file: &BatchFile) -> Option<String> {
        if file.run_id.is_some() {
            return Some(self.lang.pick("结果已删除。", "Its result has been deleted.").to_owned());
        }
        let document: serde_json::Value = serde_json::from_str(file.problem.as_deref()?).ok()?;
        let says = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
        Some(format!("{}{}{}", says("detail"), self.lang.pick("", " "), says("remedy")))
    }

    fn write_zip(self, out: File) -> Result<(), Problem> {
        let mut bundle = Bundle::new(BufWriter::new(out));
        let mut book = self.service.store.spool().nameless()?;
        self.write_book(book.try_clone()?)?;
        book.rewind()?;
        let add = |error| self.shelf.problem(error);
        bundle.add(&self.book_name(), &mut book).map_err(add)?;
        for (file, run) in &self.files {
            let (name, mut bytes) = match run {
                Some(run) => (self.answer_name(file, run), self.shelf.reader(&run.answer_sha256)),
                None => continue,
            };
            bundle.add(&name, &mut bytes).map_err(add)?;
        }
        for (file, _) in self.files.iter().filter(|(_, run)| run.is_none()) {
            let why = self.why_not(file).unwrap_or_else(|| self.lang.pick("已取消。", "Cancelled.").to_owned());
            bundle.add(&format!("{}.txt", self.name_of(file)), &mut why.as_bytes()).map_err(add)?;
        }
        bundle.finish().map_err(add)?.flush()?;
        Ok(())
    }

    /// In the folder in which the file came.
    fn answer_name(&self, file: &BatchFile, run: &Run) -> String {
        let path = file.filename.as_deref().unwrap_or_default();
        let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
        let text = if run.answer_content_type == NO_WORKBOOK { ".txt" } else { "" };
        format!("{folder}{}{text}", run.answer_filename)
    }
}

/// The artefacts, for readers that aren't async. One is opened at a time, however many there are.
#[derive(Clone)]
struct Shelf {
    artefacts: Arc<Artefacts>,
    handle: Handle,
    gone: Arc<Mutex<Option<ArtefactError>>>,
}

impl Shelf {
    fn reader(&self, name: &str) -> Kept {
        Kept { shelf: self.clone(), name: name.to_owned(), state: State::Waiting }
    }

    /// What hindered a reader; it can't say it in an error of its own.
    fn gone(&self) -> Option<ArtefactError> {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn problem(&self, error: io::Error) -> Problem {
        match self.gone() {
            Some(gone) => gone.into(),
            None => error.into(),
        }
    }
}

/// A kept file that is opened when it is read, and closed at its end.
struct Kept {
    shelf: Shelf,
    name: String,
    state: State,
}

enum State {
    Waiting,
    Open(File),
    Ended,
}

impl Read for Kept {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Waiting = self.state {
            let opened = self.shelf.handle.block_on(self.shelf.artefacts.open_checked(&self.name));
            let artefact = opened.map_err(|error| {
                let said = error.to_string();
                *self.shelf.gone.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                io::Error::other(said)
            })?;
            self.state = State::Open(artefact.file);
        }
        let State::Open(file) = &mut self.state else { return Ok(0) };
        let read = file.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.state = State::Ended;
        }
        Ok(read)
    }
}
