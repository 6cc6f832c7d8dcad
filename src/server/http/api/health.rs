//! Whether the service lives and whether it can work.

use actix_web::{HttpResponse, web};

use crate::http::{Problem, Service};
use crate::problem::{Parts, parts};
use crate::service::quota;
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

/// Whether the service can work, part by part
#[utoipa::path(
    get, path = "/readyz", tag = "service", operation_id = "getReadiness",
    responses((status = 200, description = "Every part of it can", body = ref("#/components/schemas/Readiness"), content_type = "application/json")),
    extensions(("x-problems" = json!(["not-ready", "stopping", "unavailable", "storage-full", "internal"])))
)]
pub async fn ready(service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let retry_after_seconds = service.limits.retry_after_seconds;
    if service.is_stopping() {
        return Err(Problem::Stopping { retry_after_seconds });
    }
    let faults = service.store.faults().await;
    if faults.is_empty() {
        let uploads = if quota::is_reached(&service).await? { "quota-reached" } else { "kept" };
        return Ok(HttpResponse::Ok().json(Readiness { status: "ready", parts: parts(&[]), uploads }));
    }
    for (part, error) in &faults {
        tracing::error!(part, cause = causes(error), "not ready");
    }
    let faults = faults.into_iter().map(|(part, _)| part).collect();
    Err(Problem::NotReady { faults, retry_after_seconds })
}

/// What is told when all is well.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Readiness {
    /// `ready`.
    status: &'static str,
    /// `database`, `artefacts` and `spool`, each `ready`.
    parts: Parts,
    /// Whether uploads can be kept: `kept`, or `quota-reached`, in which case what there is can still be read.
    uploads: &'static str,
}
