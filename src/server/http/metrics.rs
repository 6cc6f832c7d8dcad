//! `GET /metrics`: what has been done since the start and what is going on, for Prometheus. Counts and times only, no names, no periods,
//! no ids. Every label has few values, all of them from the code: each is a series that Prometheus keeps.

mod requests;
mod stages;
mod state;
mod work;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

pub use requests::RequestFigures;
pub use stages::{StageFigures, Stages};
pub use work::WorkFigures;

use state::StateFigures;

use super::openapi::refusals;
use super::{Problem, Service};

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All figures.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests and what they were answered with.
    pub requests: RequestFigures,
    /// Workbooks and what was found in them.
    pub work: WorkFigures,
    /// How long each stage of a run takes.
    pub stages: StageFigures,
    state: StateFigures,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let own = registry.sub_registry_with_prefix("dealerbook");
        let (requests, work) = (RequestFigures::registered(own), WorkFigures::registered(own));
        let stages = StageFigures::registered(own);
        let state = StateFigures::registered(&mut registry);
        Metrics { registry, requests, work, stages, state }
    }
}

/// What has been done since the start, and what is going on
///
/// For Prometheus, as OpenMetrics text. Since the start: requests by route, method and status with their times, problems by code, runs by kind and status, workbooks by type and size, faults by code, times by stage. Now: what arrives, runs and waits and how much may, batch files by status, database connections, memory.
#[utoipa::path(
    get, path = "/metrics", tag = "service", operation_id = "getMetrics",
    responses((status = 200, description = "The figures", body = String, content_type = "application/openmetrics-text",
        example = "dealerbook_runs_total{kind=\"run\",status=\"ok\"} 1")),
    extensions(("x-problems" = json!(refusals::TOKEN)))
)]
pub async fn metrics(service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let metrics = &service.metrics;
    metrics.state.look(&service).await;
    let mut text = String::new();
    text::encode(&mut text, &metrics.registry).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, CONTENT_TYPE)).body(text))
}
