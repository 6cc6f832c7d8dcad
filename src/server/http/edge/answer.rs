//! What a run answers with: the annotated workbook or the result as JSON, streamed from the artefacts.

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, Accept};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use crate::http::{Problem, Service, etag, filename};
use crate::service::calculation::NO_WORKBOOK;
use dealerbook_output::pipeline::PipelineError;
use dealerbook_package::Reason;
use dealerbook_store::{Artefact, Run};

/// The content type of an .xlsx.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const CHUNK_BYTES: usize = 64 << 10;

/// The two forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The annotated workbook.
    Workbook,
    /// The result.
    Json,
}

impl Form {
    /// The form that `Accept` ranks first; the workbook when it names neither.
    pub fn asked(request: &HttpRequest) -> Form {
        let accepted = request.get_header::<Accept>().map(|accept| accept.ranked()).unwrap_or_default();
        accepted.iter().find_map(|kind| Form::of(kind.essence_str())).unwrap_or(Form::Workbook)
    }

    fn of(kind: &str) -> Option<Form> {
        match kind {
            "application/json" => Some(Form::Json),
            "*/*" | "application/*" | "application/octet-stream" => Some(Form::Workbook),
            kind if kind.starts_with("application/vnd.") => Some(Form::Workbook),
            _ => None,
        }
    }
}

/// A run's answer in one of its forms, or that the client has it already.
///
/// # Errors
/// As [`of_run`].
pub async fn unless_known(
    request: &HttpRequest,
    run: &Run,
    form: Form,
    service: &Service,
) -> Result<HttpResponse, Problem> {
    // Where there is no workbook, its place is taken by the reason why, which is no answer of this address.
    let has_tag = form == Form::Json || run.answer_content_type != NO_WORKBOOK;
    let tag = etag::named(artefact_of(run, form));
    if let Some(answer) = etag::not_modified(request, &tag).filter(|_| has_tag) {
        return Ok(answer);
    }
    Ok(etag::marked(of_run(StatusCode::OK, run, form, service).await?, &tag))
}

fn artefact_of(run: &Run, form: Form) -> &str {
    match form {
        Form::Workbook => &run.answer_sha256,
        Form::Json => &run.result_sha256,
    }
}

/// A run's answer in one of its forms.
///
/// # Errors
/// When the artefact is gone or damaged, or there is no annotated workbook.
pub async fn of_run(status: StatusCode, run: &Run, form: Form, service: &Service) -> Result<HttpResponse, Problem> {
    let artefact = service.store.artefacts().open_checked(artefact_of(run, form)).await?;
    if form == Form::Workbook && run.answer_content_type == NO_WORKBOOK {
        let mut reason = String::new();
        tokio::fs::File::from_std(artefact.file).read_to_string(&mut reason).await?;
        return Err(PipelineError::Unpatchable { reason: Reason::same(reason) }.into());
    }
    let mut answer = HttpResponse::build(status);
    match form {
        Form::Json => answer.insert_header((header::CONTENT_TYPE, "application/json")),
        Form::Workbook => answer
            .insert_header((header::CONTENT_TYPE, run.answer_content_type.as_str()))
            .insert_header((header::CONTENT_DISPOSITION, filename::content_disposition(&run.answer_filename, &run.id))),
    };
    Ok(answer.body(stream(artefact)))
}

fn stream(artefact: Artefact) -> SizedStream<ReaderStream<tokio::fs::File>> {
    let file = tokio::fs::File::from_std(artefact.file);
    SizedStream::new(artefact.bytes, ReaderStream::with_capacity(file, CHUNK_BYTES))
}
