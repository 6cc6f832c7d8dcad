//! Traces by OpenTelemetry: sent by OTLP over HTTP where `OTEL_EXPORTER_OTLP_ENDPOINT` says so, else none. The other variables of
//! OpenTelemetry (headers, sampler, resource attributes …) count as everywhere.
//!
//! Spans are those of requests and stages, with what the log says of them; nothing of other crates, whose words we don't know.
//!
//! They are sent by a thread of their own, by the blocking client: OpenTelemetry's batch processor waits for it without a runtime.

use std::env;
use std::sync::OnceLock;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

use dealerbook_config::cryptography;

const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
const SERVICE_NAME: &str = "service.name";

static SENT_BY: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Why traces can't be sent.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent to what OTEL_EXPORTER_OTLP_ENDPOINT names")]
pub struct TracesError(#[from] ExporterBuildError);

/// Whether traces are sent.
pub fn are_on() -> bool {
    SENT_BY.get().is_some()
}

/// The layer that sends traces, where they are wanted.
///
/// # Errors
/// When the environment names a place that is none.
pub(super) fn layer() -> Result<Option<impl Layer<Registry>>, TracesError> {
    if !are_wanted(|name| env::var(name).ok()) {
        return Ok(None);
    }
    cryptography::install();
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build()?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
    let layer = spans(&provider);
    // A second call would find one there; `init` is called once.
    let _ = SENT_BY.set(provider);
    Ok(Some(layer))
}

/// Sends what has not been sent yet, as long as the exporter's timeout allows. Blocks.
pub fn flush() {
    if let Some(Err(error)) = SENT_BY.get().map(SdkTracerProvider::shutdown) {
        tracing::warn!(cause = %error, "some traces were not sent");
    }
}

fn are_wanted(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_off = variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    !is_off && ENDPOINTS.iter().any(|name| variable(name).is_some_and(|value| !value.trim().is_empty()))
}

fn spans<S: Subscriber + for<'s> LookupSpan<'s>>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S> {
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("dealerbook"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_context_activation(false)
        .with_filter(Targets::new().with_target("dealerbook", LevelFilter::INFO))
}

/// What is known of this process: what the environment says, and our name where it says none.
fn resource() -> Resource {
    let detected = Resource::builder().with_attribute(version()).build();
    let name = detected.get_ref(&SERVICE_NAME.into()).map(|name| name.to_string()).unwrap_or_default();
    match name.starts_with("unknown_service") || name.is_empty() {
        true => Resource::builder().with_service_name("dealerbook").with_attribute(version()).build(),
        false => detected,
    }
}

fn version() -> opentelemetry::KeyValue {
    opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(set: &[(&str, &str)]) -> bool {
        are_wanted(|name| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn traces_are_wanted_where_an_endpoint_is_named_and_nobody_switches_them_off() {
        assert!(!wanted(&[]));
        assert!(!wanted(&[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")]));
        assert!(wanted(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")]));
        assert!(wanted(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4318/v1/traces")]));
        assert!(!wanted(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"), ("OTEL_SDK_DISABLED", "True")]));
    }
}
