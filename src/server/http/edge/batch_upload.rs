//! A batch's way from the connection into the spool: the workbooks of a form, or of archives, never in memory as a whole. What is wrong
//! with the files is gathered and told together; nothing is kept then.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use actix_multipart::{Field, Multipart};
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::{Stream, StreamExt};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

use super::batch_parameters::BatchParameters;
use crate::http::form_headers::in_utf_8;
use crate::http::request::shown;
use crate::http::upload::{FORM_EXTRA_BYTES_MAX, TEXT_BYTES_MAX, at_most, read, refuse_by_length, sent_name};
use crate::http::{Edge, Problem, Service, filename, idempotency};
use crate::service::batches::{self, Arrived, NewBatch, Passed};
use dealerbook_package::archive::{self, ArchiveError, ArchiveFault, ArchiveLimits, WhyRefused};
use dealerbook_store::{Batch, Person, Spool};

const BUFFER_BYTES: usize = 256 << 10;
/// How many times larger than zipped a file in an archive may be.
const RATIO_MAX: u64 = 400;
/// Entries of an archive that aren't handed on, such as folders, for each that is.
const ENTRIES_A_FILE: usize = 20;

/// What has arrived.
#[derive(Default)]
struct Received {
    /// The workbooks, in their order.
    pub files: Vec<Arrived>,
    /// What of the archives was passed over.
    pub skipped: Vec<Passed>,
}

/// Receives a batch and stores it, unless `admit` refuses what has come with it.
///
/// # Errors
/// When it is refused; nothing is stored then.
pub async fn accept(
    request: &HttpRequest,
    payload: web::Payload,
    mut parameters: BatchParameters,
    uploader: &Person,
    service: &Service,
    admit: impl FnOnce(&BatchParameters) -> Result<(), Problem>,
) -> Result<Batch, Problem> {
    let key = idempotency::of(request)?;
    let received = receive(request, payload, &mut parameters, uploader, service).await;
    if let Some(lang) = parameters.lang {
        request.extensions_mut().insert(lang);
    }
    let Received { files, skipped } = received?;
    admit(&parameters)?;
    let new = NewBatch { request: parameters.request, files, skipped, key };
    batches::create(new, uploader, service).await
}

/// Receives the workbooks, out of a form, whose text fields go to `parameters`, or out of an archive that is the body.
///
/// # Errors
/// When there is none, or they are too many, too large, too slow, incomplete, or an archive is refused.
async fn receive(
    request: &HttpRequest,
    payload: web::Payload,
    parameters: &mut BatchParameters,
    by: &Person,
    service: &Service,
) -> Result<Received, Problem> {
    let _place = Edge::of(request)?.arrivals.admit(by)?;
    let is_form = is_form(request)?;
    let limits = &service.limits;
    let bytes_max = limits.batches.batch_bytes_max;
    let body_bytes_max = bytes_max.saturating_add(FORM_EXTRA_BYTES_MAX * u64::from(limits.batches.batch_files_max));
    let too_large = |problem| match problem {
        Problem::TooLarge { .. } => too_large_together(bytes_max),
        other => other,
    };
    refuse_by_length(request, body_bytes_max, limits).map_err(too_large)?;
    let payload = at_most(payload, body_bytes_max);
    let mut arrival = Arrival::new(service);
    let arriving = async {
        match is_form {
            true => form(request, payload, parameters, &mut arrival).await,
            false => {
                let spooled = spool(payload, bytes_max, &arrival.spool, Problem::from_payload).await?;
                arrival.unpack(spooled, None).await
            }
        }
    };
    let arrived = tokio::time::timeout(limits.body_time_max(), arriving).await;
    arrived.map_err(|_| Problem::BodyTooSlow { seconds_max: limits.body_seconds_max })?.map_err(too_large)?;
    arrival.end()
}

fn too_large_together(bytes_max: u64) -> Problem {
    let faults = vec![ArchiveFault { name: None, why: WhyRefused::TooLargeTogether { bytes_max } }];
    ArchiveError::Refused { faults, more: 0 }.into()
}

/// Whether the body is a form; otherwise it is an archive.
fn is_form(request: &HttpRequest) -> Result<bool, Problem> {
    const ARCHIVES: [&str; 5] = [
        "application/zip",
        "application/x-zip-compressed",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "",
    ];
    let declared = request.headers().get(header::CONTENT_TYPE);
    let declared = declared.map(|value| String::from_utf8_lossy(value.as_bytes())).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "multipart/form-data" => Ok(true),
        essence if ARCHIVES.contains(&essence) => Ok(false),
        _ => Err(Problem::UnsupportedMediaType { content_type: shown(&declared) }),
    }
}

async fn form(
    request: &HttpRequest,
    payload: impl Stream<Item = Result<Bytes, actix_web::error::PayloadError>> + 'static,
    parameters: &mut BatchParameters,
    arrival: &mut Arrival<'_>,
) -> Result<(), Problem> {
    let bytes_max = arrival.service.limits.batches.batch_bytes_max;
    let from_form = move |error| Problem::from_form(error, bytes_max);
    let mut fields = Multipart::new(request.headers(), in_utf_8(request, payload));
    while let Some(field) = fields.next().await {
        let field = field.map_err(from_form)?;
        match field.name().unwrap_or_default() {
            "workbooks" | "workbook" => arrival.take(field).await?,
            "archive" => {
                let filename = sent_name(&field);
                let spooled = spool(field, bytes_max, &arrival.spool, from_form).await?;
                arrival.unpack(spooled, filename).await?;
            }
            _ => text(field, parameters, bytes_max).await?,
        }
    }
    Ok(())
}

async fn text(field: Field, parameters: &mut BatchParameters, bytes_max: u64) -> Result<(), Problem> {
    let name = field.name().unwrap_or_default().to_owned();
    let bytes = read(field, TEXT_BYTES_MAX, Problem::MalformedForm, bytes_max).await?;
    parameters.add(&name, &String::from_utf8_lossy(&bytes))
}

/// What has arrived so far, and what is wrong with it.
struct Arrival<'s> {
    service: &'s Service,
    spool: std::sync::Arc<Spool>,
    received: Received,
    bytes: u64,
    faults: Vec<ArchiveFault>,
}

impl<'s> Arrival<'s> {
    fn new(service: &'s Service) -> Arrival<'s> {
        let spool = service.store.spool().clone();
        Arrival { service, spool, received: Received::default(), bytes: 0, faults: Vec::new() }
    }

    fn files_max(&self) -> usize {
        self.service.limits.batches.batch_files_max as usize
    }

    /// A workbook of the form. One that is too large is read to its end, so that others can be looked at too.
    async fn take(&mut self, field: Field) -> Result<(), Problem> {
        let (each_max, all_max) = (self.service.limits.upload_bytes_max, self.service.limits.batches.batch_bytes_max);
        let filename = sent_name(&field);
        let from_form = move |error| Problem::from_form(error, all_max);
        let spooled = spool(field, each_max, &self.spool, from_form).await?;
        if spooled.bytes == 0 && filename.is_none() {
            // What a browser sends for a field in which no file was chosen.
            return Ok(());
        }
        self.add(filename, spooled)
    }

    fn add(&mut self, filename: Option<String>, spooled: Spooled) -> Result<(), Problem> {
        let (each_max, all_max) = (self.service.limits.upload_bytes_max, self.service.limits.batches.batch_bytes_max);
        if spooled.bytes > each_max {
            self.faults.push(ArchiveFault { name: filename, why: WhyRefused::TooLarge { bytes_max: each_max } });
            return Ok(());
        }
        self.bytes += spooled.bytes;
        self.received.files.push(Arrived { filename, path: spooled.path, bytes: spooled.bytes });
        if self.received.files.len() > self.files_max() {
            self.faults.push(ArchiveFault { name: None, why: WhyRefused::TooManyFiles { max: self.files_max() } });
        } else if self.bytes > all_max {
            self.faults.push(ArchiveFault { name: None, why: WhyRefused::TooLargeTogether { bytes_max: all_max } });
        } else {
            return Ok(());
        }
        Err(self.refusal())
    }

    /// The workbooks of an archive, under what is left of the limits. A workbook that was sent in its place is taken as it is.
    async fn unpack(&mut self, archive: Spooled, filename: Option<String>) -> Result<(), Problem> {
        let limits = &self.service.limits;
        if archive.bytes == 0 {
            return Ok(());
        }
        if archive.bytes > limits.batches.batch_bytes_max {
            return Err(too_large_together(limits.batches.batch_bytes_max));
        }
        let mut opened = File::open(&archive.path)?;
        let is_workbook = tokio::task::spawn_blocking(move || archive::is_workbook(&mut opened));
        if is_workbook.await.map_err(Problem::internal)?? {
            return self.add(filename, archive);
        }
        let files_max = self.files_max() - self.received.files.len();
        let archive_limits = ArchiveLimits {
            entries_max: self.files_max().saturating_mul(ENTRIES_A_FILE),
            files_max,
            file_bytes_max: limits.upload_bytes_max,
            bytes_max: limits.batches.batch_bytes_max - self.bytes,
            ratio_max: RATIO_MAX,
        };
        let spool = self.spool.clone();
        let unpacked = tokio::task::spawn_blocking(move || unpack(&archive.path, &archive_limits, &spool)).await;
        match unpacked.map_err(Problem::internal)? {
            Ok(received) => {
                self.bytes += received.files.iter().map(|file| file.bytes).sum::<u64>();
                self.received.files.extend(received.files);
                self.received.skipped.extend(received.skipped);
                Ok(())
            }
            Err(ArchiveError::Refused { faults, .. }) => {
                let (files_max, bytes_max) = (self.files_max(), self.service.limits.batches.batch_bytes_max);
                self.faults.extend(faults.into_iter().map(|fault| of_the_batch(fault, files_max, bytes_max)));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn refusal(&mut self) -> Problem {
        ArchiveError::Refused { faults: std::mem::take(&mut self.faults), more: 0 }.into()
    }

    fn end(mut self) -> Result<Received, Problem> {
        match (self.faults.is_empty(), self.received.files.is_empty()) {
            (false, _) => Err(self.refusal()),
            (true, true) => Err(Problem::MissingWorkbooks),
            (true, false) => Ok(self.received),
        }
    }
}

/// The archive was judged by what was left of the limits; people know the limits as they are.
fn of_the_batch(mut fault: ArchiveFault, files_max: usize, batch_bytes_max: u64) -> ArchiveFault {
    match &mut fault.why {
        WhyRefused::TooManyFiles { max } => *max = files_max,
        WhyRefused::TooLargeTogether { bytes_max } => *bytes_max = batch_bytes_max,
        _ => {}
    }
    fault
}

/// A file of the spool that has been written.
struct Spooled {
    path: TempPath,
    bytes: u64,
}

/// Writes all that comes into a file of the spool; what goes beyond `bytes_max` is counted, not kept.
async fn spool<E>(
    mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    bytes_max: u64,
    spool: &std::sync::Arc<Spool>,
    problem: impl Fn(E) -> Problem,
) -> Result<Spooled, Problem> {
    let spool = spool.clone();
    let file = tokio::task::spawn_blocking(move || spool.file()).await.map_err(Problem::internal)??;
    let (file, path) = file.into_parts();
    let mut out = tokio::io::BufWriter::with_capacity(BUFFER_BYTES, tokio::fs::File::from_std(file));
    let mut bytes: u64 = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(&problem)?;
        bytes += chunk.len() as u64;
        if bytes <= bytes_max {
            out.write_all(&chunk).await?;
        }
    }
    out.flush().await?;
    Ok(Spooled { path, bytes })
}

fn unpack(archive: &TempPath, limits: &ArchiveLimits, spool: &Spool) -> Result<Received, ArchiveError> {
    let mut files = Vec::new();
    let unpacked = archive::unpack(File::open(archive)?, limits, |name, from| {
        let (file, path) = spool.file()?.into_parts();
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, file);
        let bytes = io::copy(from, &mut out)?;
        out.flush()?;
        files.push(Arrived { filename: shown_path(name), path, bytes });
        Ok(())
    })?;
    let passed = |skipped: archive::Skipped| Passed { name: skipped.name, why: skipped.why.code().to_owned() };
    Ok(Received { files, skipped: unpacked.skipped.into_iter().map(passed).collect() })
}

/// A path inside an archive as people are shown it: each of its names as a file's name is.
fn shown_path(path: &str) -> Option<String> {
    let names: Vec<String> = path.split('/').filter_map(filename::clean).collect();
    (!names.is_empty()).then(|| names.join("/"))
}
