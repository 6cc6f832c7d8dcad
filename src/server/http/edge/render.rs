//! Around every request: its span and id, the problem documents, and one line in the log.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::http::arrivals::Trickle;
use crate::http::{Edge, Problem, Service, traces};
use crate::problem::CONTENT_TYPE;
use crate::service::problem_log;
use dealerbook_base::lang::Lang;

/// What a body of JSON or of a page's form may have, as actix is told.
pub const BODY_BYTES_MAX: usize = 256 << 10;

/// The span of a request: its id, method and route. Not its address, which may hold a file name, nor its headers.
#[derive(Debug)]
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
        let method = request.method().as_str();
        let span = tracing::info_span!("request", id, method, route, otel.kind = Empty, otel.name = Empty);
        traces::begin(&span, request, &route);
        span
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}

/// Sends a failed request's problem as a document, gives every answer the request's id, and logs it.
///
/// # Errors
/// None of its own.
pub async fn render(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begin = Instant::now();
    let mut watch = Watch { answered: false, edge: Edge::of(request.request()).ok().cloned() };
    let response = next.call(request).await?.map_into_boxed_body();
    watch.answered = true;
    let mut response = match response.response().error() {
        Some(_) => with_document(response),
        None => response,
    };
    let id = request_id(response.request());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    if let Ok(edge) = Edge::of(response.request()) {
        edge.figures.requests.count_answer(response.request(), response.status(), begin.elapsed());
    }
    traces::answered(response.status());
    let milliseconds = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status = response.status().as_u16(), milliseconds, "answered");
    Ok(response)
}

/// Says in the log when a client goes away: its request is dropped without an answer.
struct Watch {
    answered: bool,
    edge: Option<web::Data<Edge>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.answered {
            tracing::info!("abandoned by the client");
            self.edge.iter().for_each(|edge| edge.figures.requests.count_abandoned());
        }
    }
}

fn with_document(response: ServiceResponse) -> ServiceResponse {
    let document = {
        let error = response.response().error();
        let problem = error.and_then(|error| error.as_error::<Problem>());
        match problem {
            Some(problem) => answer(problem, response.request()),
            None => answer(&foreign(response.status(), error), response.request()),
        }
    };
    response.into_response(document)
}

/// A failure that actix found itself.
fn foreign(status: StatusCode, error: Option<&Error>) -> Problem {
    match status {
        status if status.is_client_error() => error.map_or(Problem::MalformedRequest, of_body),
        _ => Problem::internal(error.map(ToString::to_string).unwrap_or_default()),
    }
}

/// What is wrong with a body that actix reads.
pub(in crate::http) fn of_body(error: &Error) -> Problem {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Problem::BodyTooLarge { bytes_max: BODY_BYTES_MAX as u64 },
        Some(PayloadError::Io(cause)) if let Some(Trickle { rate_min, seconds }) = Trickle::of(cause) => {
            Problem::BodyTrickles { rate_min, seconds }
        }
        _ => Problem::MalformedRequest,
    }
}

/// Logs a request's problem and counts it.
pub fn note(problem: &Problem, request: &HttpRequest) {
    problem_log::write(problem);
    if let Ok(edge) = Edge::of(request) {
        edge.figures.requests.count_problem(problem.words(Lang::En).code);
    }
}

fn answer(problem: &Problem, request: &HttpRequest) -> HttpResponse {
    note(problem, request);
    let service = request.app_data::<web::Data<Service>>();
    let document =
        problem.document(lang(request), problem.status_code().as_u16(), format!("urn:uuid:{}", request_id(request)));
    let mut answer = HttpResponse::build(problem.status_code());
    for header in problem.headers() {
        answer.insert_header(header);
    }
    if let (Problem::Unavailable { .. }, Some(service)) = (problem, service) {
        answer.insert_header((header::RETRY_AFTER, service.limits.retry_after_seconds));
    }
    answer
        .insert_header((header::CONTENT_TYPE, CONTENT_TYPE))
        .body(serde_json::to_string(&document).unwrap_or_default())
}

fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default()
}

/// The language that the request's own parameters ask for; else that of its `Accept-Language`; else Chinese.
pub fn lang(request: &HttpRequest) -> Lang {
    let parsed = request.extensions().get::<Lang>().copied();
    parsed.or_else(|| asked_lang(request.query_string())).or_else(|| accepted_lang(request)).unwrap_or_default()
}

/// The language that an address asks for.
pub fn asked_lang(query: &str) -> Option<Lang> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, value)| value.parse().ok())
}

fn accepted_lang(request: &HttpRequest) -> Option<Lang> {
    let accepted: header::AcceptLanguage = request.get_header()?;
    let languages = accepted.ranked().into_iter().filter_map(|language| language.into_item());
    languages.map(|language| language.primary_language().to_owned()).find_map(|language| language.parse().ok())
}
