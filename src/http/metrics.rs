//! `GET /metrics`: what has been done since the start, for Prometheus. Counts and times only, no names, no periods, no ids.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::openapi::refusals;
use super::{Problem, Service};
use crate::store::Run;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The shortest time that is told apart, seconds; each further bound is twice as long, up to about five minutes.
const SHORTEST_SECONDS: f64 = 0.02;
const BOUNDS: u16 = 15;

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    runs: Family<RunLabels, Counter>,
    problems: Family<ProblemLabels, Counter>,
    requests: Family<RequestLabels, Counter>,
    seconds: Histogram,
    running: Gauge<u64, AtomicU64>,
    waiting: Gauge<u64, AtomicU64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunLabels {
    kind: &'static str,
    status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProblemLabels {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    status: u16,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("dealerbook"),
            runs: Family::default(),
            problems: Family::default(),
            requests: Family::default(),
            seconds: Histogram::new(exponential_buckets(SHORTEST_SECONDS, 2.0, BOUNDS)),
            running: Gauge::default(),
            waiting: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let Metrics { registry, runs, problems, requests, seconds, running, waiting } = self;
        registry.register("runs", "Runs and validations that were kept", runs.clone());
        registry.register("problems", "Requests that could not be served, by the problem's code", problems.clone());
        registry.register("requests", "Answers, by their status", requests.clone());
        registry.register(
            "calculation_seconds",
            "Time from the upload's arrival to its run, with waiting",
            seconds.clone(),
        );
        registry.register("calculations_running", "Calculations that run", running.clone());
        registry.register("calculations_waiting", "Calculations that wait for a worker", waiting.clone());
    }

    /// A run or validation that was kept.
    pub fn count_run(&self, run: &Run, took: Duration) {
        self.runs.get_or_create(&RunLabels { kind: run.kind.as_str(), status: run.status.clone() }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// A problem that was answered with.
    pub fn count_problem(&self, code: &'static str) {
        self.problems.get_or_create(&ProblemLabels { code }).inc();
    }

    /// An answer, whatever it was.
    pub fn count_answer(&self, status: u16) {
        self.requests.get_or_create(&RequestLabels { status }).inc();
    }
}

/// What has been done since the start
///
/// For Prometheus, as OpenMetrics text: answers by status, problems by code, runs by kind and status, a histogram of seconds, what runs and what waits.
#[utoipa::path(
    get, path = "/metrics", tag = "service", operation_id = "getMetrics",
    responses((status = 200, description = "The figures", body = String, content_type = "application/openmetrics-text",
        example = "dealerbook_runs_total{kind=\"run\",status=\"ok\"} 1")),
    extensions(("x-problems" = json!(refusals::TOKEN)))
)]
pub async fn metrics(service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let Metrics { registry, running, waiting, .. } = &service.metrics;
    running.set(service.workers.running() as u64);
    waiting.set(service.workers.waiting() as u64);
    let mut text = String::new();
    text::encode(&mut text, registry).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, CONTENT_TYPE)).body(text))
}
