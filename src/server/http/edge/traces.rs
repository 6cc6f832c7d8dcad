//! A request's span as OpenTelemetry names and joins it. Where no traces are sent, nothing of it is done.

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::Status;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::telemetry::traces;

/// Before the span is entered; it declares `otel.kind` and `otel.name`, and the log shows neither where they are left empty. The span goes on with the caller's trace, where the request names one (`traceparent`).
pub fn begin(span: &Span, request: &ServiceRequest, route: &str) {
    if !traces::are_on() {
        return;
    }
    let caller = TraceContextPropagator::new().extract(&Headers(request.headers()));
    let _ = span.set_parent(caller);
    let method = request.method().as_str();
    span.record("otel.kind", "server");
    span.record("otel.name", format!("{method} {route}"));
    span.set_attribute("http.request.method", method.to_owned());
    span.set_attribute("http.route", route.to_owned());
}

/// When the answer begins.
pub fn answered(status: StatusCode) {
    if !traces::are_on() {
        return;
    }
    let span = Span::current();
    span.set_attribute("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
}

struct Headers<'r>(&'r HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}
