//! `GET /metrics`: what has been done since the start and what is going on, for Prometheus.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::http::describe::refusals;
use crate::http::{Edge, Problem, Service};

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

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
    let text = edge.figures.text(&service, edge.arrivals.count()).await?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, CONTENT_TYPE)).body(text))
}
