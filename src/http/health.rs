//! Whether the service lives and whether it can work.

use actix_web::{HttpResponse, web};

use super::{Problem, Service};
use crate::telemetry::causes;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database and the folders can be used.
///
/// # Errors
/// A problem that lists what can't.
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
