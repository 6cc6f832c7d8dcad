//! A workbook's way from the connection into the spool: never in memory as a whole, under a limit of bytes and one of time.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, web};
use futures_util::{Stream, StreamExt};
use tempfile::NamedTempFile;
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::http::arrivals::Trickle;
use crate::http::form_headers::in_utf_8;
use crate::http::request::{PARAMETERS, RunParameters, SCHEMA, shown};
use crate::http::{Edge, Problem, Service, filename};
use dealerbook_config::Limits;
use dealerbook_output::pipeline::PipelineError;
use dealerbook_package::{FileKind, recognise};
use dealerbook_store::Person;

const BUFFER_BYTES: usize = 256 << 10;
/// So many bytes a text field of a form may have.
pub const TEXT_BYTES_MAX: usize = 4 << 10;
/// What a form may have beside its workbook: text fields and the lines between them.
pub const FORM_EXTRA_BYTES_MAX: u64 = 64 << 10;

/// Receives the workbook, as raw body or out of a form, whose text fields go to `parameters`.
///
/// # Errors
/// When there is none, or it is too large, too slow, incomplete or declared as something else.
pub async fn receive(
    request: &HttpRequest,
    payload: web::Payload,
    parameters: &mut RunParameters,
    by: &Person,
    service: &Service,
) -> Result<NamedTempFile, Problem> {
    let _place = Edge::of(request)?.arrivals.admit(by)?;
    let limits = &service.limits;
    let shape = Shape::of(request)?;
    refuse_by_length(request, shape.bytes_max(limits), limits)?;
    let _arriving = service.metrics.stages.begin("arrive");
    let file = Spooling::begin(service).await?;
    let arrival = async {
        match shape {
            Shape::Raw => file.fill(payload, Problem::from_payload).await,
            Shape::Form => form(request, payload, parameters, file, service).await,
        }
    };
    let arrived = tokio::time::timeout(limits.body_time_max(), arrival).await;
    arrived.map_err(|_| Problem::BodyTooSlow { seconds_max: limits.body_seconds_max })?
}

/// How a workbook comes.
#[derive(Clone, Copy)]
enum Shape {
    Raw,
    Form,
}

impl Shape {
    fn of(request: &HttpRequest) -> Result<Shape, Problem> {
        let Some(declared) = request.headers().get(header::CONTENT_TYPE) else {
            return Ok(Shape::Raw);
        };
        let declared = String::from_utf8_lossy(declared.as_bytes());
        let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "multipart/form-data" => Ok(Shape::Form),
            essence if is_workbook(essence) => Ok(Shape::Raw),
            _ => Err(Problem::UnsupportedMediaType { content_type: shown(&declared) }),
        }
    }

    fn bytes_max(self, limits: &Limits) -> u64 {
        match self {
            Shape::Raw => limits.upload_bytes_max,
            Shape::Form => form_bytes_max(limits),
        }
    }
}

/// Content types under which a raw body is taken; what it really is, its bytes tell.
fn is_workbook(essence: &str) -> bool {
    const PREFIXES: [&str; 3] = [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    ];
    const NAMES: [&str; 6] = [
        "",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "application/msexcel",
        "application/x-msexcel",
        "application/excel",
    ];
    NAMES.contains(&essence) || PREFIXES.iter().any(|prefix| essence.starts_with(prefix))
}

/// Refuses at once what says itself that it is too large.
pub fn refuse_by_length(request: &HttpRequest, bytes_max: u64, limits: &Limits) -> Result<(), Problem> {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > bytes_max => Err(Problem::TooLarge { bytes_max: limits.upload_bytes_max }),
        _ => Ok(()),
    }
}

async fn form(
    request: &HttpRequest,
    payload: web::Payload,
    parameters: &mut RunParameters,
    file: Spooling,
    service: &Service,
) -> Result<NamedTempFile, Problem> {
    let (limits, bytes_max) = (&service.limits, file.bytes_max);
    let from_form = move |error| Problem::from_form(error, bytes_max);
    let mut fields = Multipart::new(request.headers(), in_utf_8(request, at_most(payload, form_bytes_max(limits))));
    let mut file = Some(file);
    let (mut workbook, mut others) = (None, Others::default());
    while let Some(field) = fields.next().await {
        let field = field.map_err(from_form)?;
        match field.name().unwrap_or_default() {
            "workbook" => {
                let repeated = || Problem::RepeatedParameter { name: "workbook".to_owned() };
                let file = file.take().ok_or_else(repeated)?;
                let name = sent_name(&field);
                workbook = Some((file.fill(field, from_form).await?, name));
            }
            SCHEMA if parameters.takes_schema => {
                let too_large = Problem::SchemaTooLarge { bytes_max: limits.schema_bytes_max };
                parameters.add_schema(&read(field, limits.schema_bytes_max, too_large, bytes_max).await?)?;
            }
            _ if is_file(&field) => others.take(field, service).await?,
            _ => text(field, parameters, bytes_max).await?,
        }
    }
    let (workbook, name) = others.or(workbook)?;
    let filename = &mut parameters.request.filename;
    *filename = filename.take().or(name);
    Ok(workbook)
}

/// Whether a field is a file and no text.
fn is_file(field: &Field) -> bool {
    field
        .content_disposition()
        .is_some_and(|disposition| disposition.get_filename().is_some() || disposition.get_filename_ext().is_some())
}

/// Files under names that aren't known: where there is exactly one, it is the workbook.
#[derive(Default)]
struct Others {
    fields: Vec<String>,
    first: Option<(NamedTempFile, Option<String>)>,
}

impl Others {
    async fn take(&mut self, field: Field, service: &Service) -> Result<(), Problem> {
        let (field_name, name) = (shown(field.name().unwrap_or_default()), sent_name(&field));
        let file = Spooling::begin(service).await?;
        let bytes_max = file.bytes_max;
        let (file, bytes) = file.fill_with(field, move |error| Problem::from_form(error, bytes_max)).await?;
        // What a browser sends for a field in which no file was chosen.
        if bytes > 0 || name.is_some() {
            self.fields.push(field_name);
            self.first.get_or_insert((file, name));
        }
        Ok(())
    }

    /// The workbook: the field of that name, else the one file that there is.
    fn or(self, workbook: Option<(NamedTempFile, Option<String>)>) -> Result<(NamedTempFile, Option<String>), Problem> {
        match (workbook, self.first, self.fields.as_slice()) {
            (Some(workbook), _, []) => Ok(workbook),
            (Some(_), _, [name, ..]) => Err(Problem::UnknownParameter { name: name.clone(), allowed: PARAMETERS }),
            (None, Some(first), [_]) => Ok(first),
            (None, ..) => Err(Problem::MissingWorkbook { fields: self.fields }),
        }
    }
}

async fn text(field: Field, parameters: &mut RunParameters, bytes_max: u64) -> Result<(), Problem> {
    let name = field.name().unwrap_or_default().to_owned();
    let bytes = read(field, TEXT_BYTES_MAX, Problem::MalformedForm, bytes_max).await?;
    let is_parameter = PARAMETERS.contains(&name.as_str());
    if !is_parameter && recognise(&bytes, None) == FileKind::FileName {
        // What curl sends where the @ before the file is missing.
        return Err(PipelineError::NotAWorkbook { what: FileKind::FileName }.into());
    }
    parameters.add(&name, &String::from_utf8_lossy(&bytes))
}

/// The whole of a small field, `too_large` where it isn't one.
pub async fn read(
    mut field: Field,
    field_bytes_max: usize,
    too_large: Problem,
    bytes_max: u64,
) -> Result<Bytes, Problem> {
    let bytes = field.bytes(field_bytes_max).await.map_err(|_| too_large)?;
    bytes.map_err(|error| Problem::from_form(error, bytes_max))
}

/// Returns how many bytes a whole form may have.
fn form_bytes_max(limits: &Limits) -> u64 {
    limits.upload_bytes_max.saturating_add(limits.schema_bytes_max as u64).saturating_add(FORM_EXTRA_BYTES_MAX)
}

/// The file name that the form gives the workbook.
pub fn sent_name(field: &Field) -> Option<String> {
    let disposition = field.content_disposition()?;
    let extended = disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    extended.or_else(|| disposition.get_filename().map(str::to_owned)).and_then(|name| filename::clean(&name))
}

/// The payload, failing once more than `bytes_max` have come.
pub fn at_most(payload: web::Payload, bytes_max: u64) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let mut left = bytes_max;
    payload.map(move |chunk| {
        let chunk = chunk?;
        let over = || PayloadError::Io(std::io::ErrorKind::FileTooLarge.into());
        left = left.checked_sub(chunk.len() as u64).ok_or_else(over)?;
        Ok(chunk)
    })
}

/// A file of the spool while it is written.
struct Spooling {
    file: NamedTempFile,
    bytes_max: u64,
}

impl Spooling {
    async fn begin(service: &Service) -> Result<Spooling, Problem> {
        let spool = service.store.spool().clone();
        let file = tokio::task::spawn_blocking(move || spool.file()).await.map_err(Problem::internal)??;
        Ok(Spooling { file, bytes_max: service.limits.upload_bytes_max })
    }

    /// Writes a workbook, which has at least a byte.
    async fn fill<E>(
        self,
        chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
        problem: impl Fn(E) -> Problem,
    ) -> Result<NamedTempFile, Problem> {
        match self.fill_with(chunks, problem).await? {
            (_, 0) => Err(Problem::MissingWorkbook { fields: Vec::new() }),
            (file, _) => Ok(file),
        }
    }

    /// Writes what comes, and tells how many bytes it was.
    async fn fill_with<E>(
        self,
        mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
        problem: impl Fn(E) -> Problem,
    ) -> Result<(NamedTempFile, u64), Problem> {
        let Spooling { file, bytes_max } = self;
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, tokio::fs::File::from_std(file.reopen()?));
        let mut bytes: u64 = 0;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(&problem)?;
            bytes += chunk.len() as u64;
            if bytes > bytes_max {
                return Err(Problem::TooLarge { bytes_max });
            }
            out.write_all(&chunk).await?;
        }
        out.flush().await?;
        Ok((file, bytes))
    }
}

impl Problem {
    pub(in crate::http) fn from_payload(error: PayloadError) -> Problem {
        match error {
            PayloadError::EncodingCorrupted | PayloadError::UnknownLength => Problem::MalformedRequest,
            PayloadError::Io(error) if let Some(Trickle { rate_min, seconds }) = Trickle::of(&error) => {
                Problem::BodyTrickles { rate_min, seconds }
            }
            _ => Problem::IncompleteBody,
        }
    }

    pub(in crate::http) fn from_form(error: MultipartError, bytes_max: u64) -> Problem {
        match error {
            MultipartError::Payload(PayloadError::Io(error)) if error.kind() == std::io::ErrorKind::FileTooLarge => {
                Problem::TooLarge { bytes_max }
            }
            MultipartError::Payload(PayloadError::Overflow) => Problem::MalformedForm,
            MultipartError::Payload(error) => Problem::from_payload(error),
            MultipartError::Incomplete => Problem::IncompleteBody,
            _ => Problem::MalformedForm,
        }
    }
}
