//! The service over HTTP: routes, what they take and what they answer. actix is named only here and in `startup`; only this room
//! knows both the pipeline and the store.

mod access;
pub(crate) mod accruals;
pub(crate) mod answer;
pub(crate) mod appeals;
pub mod arrivals;
mod audit;
mod auth;
mod batches;
mod body;
mod cards;
mod comparing;
mod edge;
mod etag;
mod filename;
mod form_headers;
mod health;
mod idempotency;
pub(crate) mod metrics;
mod openapi;
mod pages;
pub(crate) mod past;
mod policies;
mod problem;
pub mod proxies;
mod rebates;
mod render;
pub(crate) mod request;
mod runs;
mod schemas;
mod session;
mod settlements;
mod templates;
pub(crate) mod throttle;
mod tokens;
mod traces;
mod upload;
mod what_if;

use actix_web::dev::HttpServiceFactory;
use actix_web::{Resource, guard, middleware, web};

pub use auth::Caller;
pub use edge::Edge;
pub use problem::describe;
pub use render::{BODY_BYTES_MAX, RequestSpan, render};

pub use crate::problem::{Problem, TokenFault, seal_faults};
pub use crate::service::Service;
use crate::service::{again, findings, quota, views};

/// All routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(read_only("/healthz").route(read().to(health::alive)))
        .service(read_only("/readyz").route(read().to(health::ready)))
        .service(read_only("/metrics").route(read().to(metrics::metrics)).wrap(middleware::from_fn(auth::guard)))
        .service(read_only("/openapi.json").route(read().to(openapi::document)))
        .service(read_only("/docs").route(read().to(pages::docs::docs)))
        .service(read_only("/docs/guide").route(read().to(pages::guide::guide)))
        .service(read_only("/docs/guide/{name}").route(read().to(pages::guide::chapter)))
        .service(read_only("/docs/programmes/{name}").route(read().to(pages::programme::programme)))
        .service(versioned())
        .configure(pages::routes)
        .default_service(web::to(pages::no_such_page));
}

/// Everything that needs a token.
fn versioned() -> impl HttpServiceFactory {
    web::scope("/v1")
        .wrap(middleware::from_fn(auth::guard))
        .service(
            web::resource("/runs")
                .route(web::post().to(runs::calculate))
                .route(read().to(runs::list))
                .default_service(web::to(|| method_not_allowed("GET, HEAD, POST"))),
        )
        .service(
            web::resource("/validations")
                .route(web::post().to(runs::validate))
                .default_service(web::to(|| method_not_allowed("POST"))),
        )
        .service(
            web::resource("/runs/{id}")
                .route(read().to(runs::result))
                .route(web::delete().to(runs::delete))
                .default_service(web::to(|| method_not_allowed("GET, HEAD, DELETE"))),
        )
        .service(read_only("/runs/{id}/workbook.xlsx").route(read().to(runs::workbook)))
        .service(read_only("/runs/{id}/cards.xlsx").route(read().to(cards::books)))
        .service(read_only("/runs/{id}/rebates.xlsx").route(read().to(rebates::book)))
        .service(read_only("/runs/{id}/accrual").route(read().to(accruals::show)))
        .service(
            web::resource("/runs/{id}/accruals")
                .route(web::post().to(accruals::book))
                .default_service(web::to(|| method_not_allowed("POST"))),
        )
        .service(read_only("/accruals").route(read().to(accruals::list)))
        .service(read_only("/runs/{id}/diff/{other}").route(read().to(comparing::diff)))
        .service(
            web::resource("/runs/{id}/what-if")
                .route(web::post().to(what_if::what_if))
                .default_service(web::to(|| method_not_allowed("POST"))),
        )
        .service(read_only("/runs/{id}/dealers/{dealer_id}/card.xlsx").route(read().to(cards::book)))
        .service(read_only("/runs/{id}/dealers/{dealer_id}").route(read().to(cards::card)))
        .service(
            web::resource("/batches")
                .route(web::post().to(batches::create))
                .route(read().to(batches::list))
                .default_service(web::to(|| method_not_allowed("GET, HEAD, POST"))),
        )
        .service(read_only("/batches/{id}").route(read().to(batches::show)))
        .service(read_only("/batches/{id}/events").route(read().to(batches::events)))
        .service(read_only("/batches/{id}/consolidated.xlsx").route(read().to(batches::consolidated)))
        .service(read_only("/batches/{id}/results.zip").route(read().to(batches::results)))
        .service(
            web::resource("/batches/{id}/cancel")
                .route(web::post().to(batches::cancel))
                .default_service(web::to(|| method_not_allowed("POST"))),
        )
        .service(read_only("/schemas").route(read().to(schemas::package)))
        .service(read_only("/schemas/{name}").route(read().to(schemas::schema)))
        .service(
            web::resource("/policies")
                .route(web::post().to(policies::propose))
                .route(read().to(policies::policies))
                .default_service(web::to(|| method_not_allowed("GET, HEAD, POST"))),
        )
        .service(read_only("/policies/{id}.xlsx").route(read().to(policies::book)))
        .service(read_only("/policies/{id}").route(read().to(policies::policy)))
        .service(post_only("/policies/{id}/versions/{version}/approve").route(web::post().to(policies::approve)))
        .service(post_only("/policies/{id}/versions/{version}/reject").route(web::post().to(policies::reject)))
        .service(post_only("/policies/{id}/versions/{version}/withdraw").route(web::post().to(policies::withdraw)))
        .service(read_only("/templates/{name}.xlsx").route(read().to(templates::template)))
        .service(
            web::resource("/tokens")
                .route(web::post().to(tokens::create))
                .route(read().to(tokens::list))
                .default_service(web::to(|| method_not_allowed("GET, HEAD, POST"))),
        )
        .service(
            web::resource("/tokens/{id}")
                .route(web::delete().to(tokens::revoke))
                .default_service(web::to(|| method_not_allowed("DELETE"))),
        )
        .service(read_only("/audit").route(read().to(audit::list)))
        .service(
            web::resource("/runs/{id}/appeals")
                .route(web::post().to(appeals::lodge))
                .default_service(web::to(|| method_not_allowed("POST"))),
        )
        .service(read_only("/dealers/{dealer_id}/history").route(read().to(past::dealer)))
        .service(read_only("/appeals").route(read().to(appeals::list)))
        .service(read_only("/appeals/{id}").route(read().to(appeals::show)))
        .service(post_only("/appeals/{id}/verify").route(web::post().to(appeals::verify)))
        .service(post_only("/appeals/{id}/accept").route(web::post().to(appeals::accept)))
        .service(post_only("/appeals/{id}/reject").route(web::post().to(appeals::reject)))
        .configure(settlements::routes)
        .default_service(web::to(no_such_route))
}

fn read_only(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|| method_not_allowed("GET, HEAD")))
}

fn post_only(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|| method_not_allowed("POST")))
}

fn read() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn no_such_route() -> Result<&'static str, Problem> {
    Err(Problem::NoSuchRoute)
}

async fn method_not_allowed(allowed: &'static str) -> Result<&'static str, Problem> {
    Err(Problem::MethodNotAllowed { allowed: allowed.into() })
}
