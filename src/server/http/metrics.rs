//! `GET /metrics`: what has been done since the start and what is going on, for Prometheus. Counts and times only, no names, no periods,
//! no ids. Every label has few values, all of them from the code: each is a series that Prometheus keeps.

mod requests;
mod state;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

pub use requests::RequestFigures;

use state::StateFigures;

use super::openapi::refusals;
use super::{Edge, Problem, Service};
use crate::service::metrics::Metrics;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All figures, those of the service's work included.
#[derive(Debug)]
pub struct Figures {
    registry: Registry,
    /// Requests and what they were answered with.
    pub requests: RequestFigures,
    state: StateFigures,
}

impl Figures {
    /// Returns the figures of requests and of what is going on, beside those of the service's work.
    pub fn new(work: &Metrics) -> Figures {
        let mut registry = Registry::default();
        let own = registry.sub_registry_with_prefix("dealerbook");
        let requests = RequestFigures::registered(own);
        work.register(own);
        let state = StateFigures::registered(&mut registry);
        Figures { registry, requests, state }
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
pub async fn metrics(service: web::Data<Service>, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    let figures = &edge.figures;
    figures.state.look(&service, &edge).await;
    let mut text = String::new();
    text::encode(&mut text, &figures.registry).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, CONTENT_TYPE)).body(text))
}
