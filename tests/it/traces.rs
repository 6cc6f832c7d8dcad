//! Traces, as a collector receives them from the binary.
#![cfg(unix)]

use std::sync::mpsc::{Receiver, Sender, channel};

use actix_web::{App, HttpResponse, HttpServer, web};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use crate::commands::{start_with, stop};
use crate::harness::{header, part, sample, send};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const STAGES: [&str; 9] = ["arrive", "wait", "read", "validate", "calculate", "plan", "write", "keep", "commit"];

/// A collector on threads of its own, and what it receives.
fn collector() -> (String, Receiver<web::Bytes>) {
    let (sender, received) = channel();
    let app = move || App::new().app_data(web::Data::new(sender.clone())).route("/v1/traces", web::post().to(take));
    let server = HttpServer::new(app).workers(1).bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    (address, received)
}

async fn take(body: web::Bytes, to: web::Data<Sender<web::Bytes>>) -> HttpResponse {
    to.send(body).unwrap();
    HttpResponse::Ok().content_type("application/x-protobuf").finish()
}

fn text(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.clone()?.value) {
        Some(any_value::Value::StringValue(text)) => text,
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        other => panic!("{key}: {other:?} in {attributes:?}"),
    }
}

#[actix_web::test]
async fn a_request_and_its_stages_are_a_trace_that_goes_on_with_the_callers() {
    let (collector, received) = collector();
    let folder = tempfile::tempdir().unwrap();
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.as_str()), ("RUST_LOG", "warn")];
    let (mut server, address, token) = start_with(folder.path(), &settings);
    let token = token.expect("a token");
    let form = reqwest::multipart::Form::new().part("workbook", part(sample()));
    let request = crate::harness::client().post(format!("{address}/v1/runs?filename=secret-name.xlsx"));
    let request = request.bearer_auth(&token).header("traceparent", format!("00-{TRACE}-{CALLER}-01"));
    let answer = send(request.multipart(form)).await;
    assert_eq!(answer.status(), 200);
    let id = header(&answer, "x-request-id");
    stop(&mut server);

    let bodies: Vec<web::Bytes> = received.try_iter().collect();
    let sent = || bodies.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).unwrap());
    let resource = sent().next().expect("traces").resource_spans.remove(0).resource.unwrap();
    assert_eq!(text(&resource.attributes, "service.name"), "dealerbook");
    let spans = sent().flat_map(|sent| sent.resource_spans).flat_map(|spans| spans.scope_spans);
    let spans: Vec<Span> = spans.flat_map(|spans| spans.spans).collect();

    let of_request = spans.iter().find(|span| span.name == "POST /v1/runs").expect("the request's span");
    assert_eq!(hex::encode(&of_request.trace_id), TRACE);
    assert_eq!(hex::encode(&of_request.parent_span_id), CALLER);
    assert_eq!(of_request.kind, 2, "a server's");
    assert_eq!(text(&of_request.attributes, "id"), id);
    assert_eq!(text(&of_request.attributes, "http.route"), "/v1/runs");
    assert_eq!(text(&of_request.attributes, "http.response.status_code"), "200");
    let mut stages: Vec<&Span> = spans.iter().filter(|span| span.parent_span_id == of_request.span_id).collect();
    stages.sort_by_key(|span| (span.start_time_unix_nano, span.end_time_unix_nano));
    assert_eq!(stages.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), STAGES);
    assert!(stages.iter().all(|span| span.trace_id == of_request.trace_id));

    let all = bodies.concat();
    for secret in [token.as_str(), "secret-name", "考核"] {
        assert!(!all.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret} in a trace");
    }
}

#[actix_web::test]
async fn a_collector_that_is_gone_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")];
    let (mut server, address, token) = start_with(folder.path(), &settings);
    let request = crate::harness::client().post(format!("{address}/v1/runs")).bearer_auth(token.expect("a token"));
    assert_eq!(send(request.body(sample())).await.status(), 200);
    let logs = stop(&mut server);
    assert!(logs.contains("ExportError"), "the log says that traces are lost: {logs}");
}

#[test]
fn a_place_for_traces_that_is_none_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = crate::commands::dealerbook(folder.path());
    let output = server.env("OTEL_EXPORTER_OTLP_ENDPOINT", "no place").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{said}");
}
