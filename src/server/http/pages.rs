//! Pages for people, drawn on the server: a style and a little script of our own, nothing from another host, and a policy (CSP) that would
//! let nothing else in.
//!
//! `frame` is around every page; texts stand in both languages where they are used. Those below `routes` are for people who are signed in
//! ([`guard`]), and show what is behind /v1 by the same functions. A new page: a handler that takes a `Viewer` and answers with
//! [`frame::Screen`], or takes `Posted` where it changes something; a line in `routes` and one in `access::PAGES`, and, if it is to be
//! found in the header, in `frame::NAVIGATION`.

mod accrual;
mod admin;
mod appeals;
mod assets;
mod batch;
mod cells;
mod chart;
mod comparing;
mod curl;
mod dealer;
pub mod docs;
mod fault_words;
mod forward;
pub mod frame;
mod guard;
pub mod guide;
mod help;
mod home;
mod markdown;
mod origin;
mod parts;
mod policies;
pub mod programme;
mod results;
mod rules;
mod run;
mod runs;
mod scores;
mod settlement;
mod settlements;
mod sign_in;
mod sources;
mod table;
mod upload;

use actix_web::{HttpRequest, HttpResponse, Resource, middleware, web};

use super::{Problem, method_not_allowed, read, read_only, render, session};

/// The pages that are behind the session's guard, and what signs in and out.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(read_only("/assets/{name}").route(read().to(assets::asset)))
        .service(
            form("/sign-in")
                .route(read().to(sign_in::form))
                .route(web::post().to(sign_in::sign_in))
                .wrap(middleware::from_fn(guard::guard)),
        )
        .service(
            web::resource("/sign-out")
                .default_service(web::to(|| method_not_allowed("POST")))
                .route(web::post().to(sign_in::sign_out))
                .wrap(middleware::from_fn(guard::guard)),
        )
        .service(read_only("/").route(read().to(home::home)).wrap(middleware::from_fn(guard::guard)))
        .service(
            form("/upload")
                .route(read().to(upload::form))
                .route(web::post().to(upload::receive))
                .wrap(middleware::from_fn(guard::guard)),
        )
        .service(
            read_only("/samples/{name}.xlsx").route(read().to(upload::sample)).wrap(middleware::from_fn(guard::guard)),
        )
        .service(read_only("/batches/{id}").route(read().to(batch::batch)).wrap(middleware::from_fn(guard::guard)))
        .service(read_only("/runs").route(read().to(runs::list)).wrap(middleware::from_fn(guard::guard)))
        .service(read_only("/runs/{id}").route(read().to(run::run)).wrap(middleware::from_fn(guard::guard)))
        .service(
            read_only("/runs/{id}/scores").route(read().to(scores::scores)).wrap(middleware::from_fn(guard::guard)),
        )
        .service(
            read_only("/runs/{id}/dealers/{dealer_id}")
                .route(read().to(dealer::dealer))
                .wrap(middleware::from_fn(guard::guard)),
        )
        .service(
            read_only("/runs/{id}/programmes/{name}")
                .route(read().to(results::programme))
                .wrap(middleware::from_fn(guard::guard)),
        )
        .configure(settlement::routes)
        .configure(accrual::routes)
        .configure(appeals::routes)
        .configure(comparing::routes)
        .configure(policies::routes)
        .configure(admin::routes)
        .configure(help::routes);
}

/// What isn't there: a page to people, a problem to programs.
///
/// # Errors
/// To programs, always.
pub async fn no_such_page(request: HttpRequest) -> Result<HttpResponse, Problem> {
    match session::wants_page(&request) {
        true => {
            render::note(&Problem::NoSuchRoute, &request);
            Ok(frame::problem(&Problem::NoSuchRoute, &request, session::lang(&request)))
        }
        false => Err(Problem::NoSuchRoute),
    }
}

/// A page that is also sent to.
fn form(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|| method_not_allowed("GET, HEAD, POST")))
}
