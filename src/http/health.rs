//! Whether the service lives and whether it can work.

use actix_web::{HttpResponse, web};

use super::{Problem, Service};
use crate::telemetry::causes;

/// Whether the process answers
#[utoipa::path(
    get, path = "/healthz", tag = "service", operation_id = "getHealth",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain", example = "ok")),
    extensions(("x-problems" = json!([])))
)]
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Whether the database and the folders can be used
#[utoipa::path(
    get, path = "/readyz", tag = "service", operation_id = "getReadiness",
    responses((status = 200, description = "They can", body = ref("#/components/schemas/Readiness"), content_type = "application/json")),
    extensions(("x-problems" = json!(["not-ready"])))
)]
pub async fn ready(service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let faults = service.store.faults().await;
    if faults.is_empty() {
        return Ok(HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })));
    }
    for (part, error) in &faults {
        tracing::error!(part, cause = causes(error), "not ready");
    }
    let faults = faults.into_iter().map(|(part, _)| part).collect();
    Err(Problem::NotReady { faults, retry_after_seconds: service.limits.retry_after_seconds })
}
