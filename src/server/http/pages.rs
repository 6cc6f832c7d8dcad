//! Pages for people, drawn on the server: a style and a little script of our own, nothing from another host, and a policy (CSP) that would
//! let nothing else in.
//!
//! `frame` is around every page; texts stand in both languages where they are used. Those below `routes` are for people who are signed in
//! ([`guard`]), and show what is behind /v1 by the same functions. A new page: a handler that takes a `Viewer` and answers with
//! [`frame::Screen`], or takes `Posted` where it changes something; a line in the table
//! of routes, and, if it is to be found in the header, in `frame::NAVIGATION`.

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
mod forms;
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

use actix_web::{HttpRequest, HttpResponse, middleware, web};

use super::endpoint::{Endpoint, resources};
use super::table::{endpoints, page_routes};
use super::{Problem, render, session};

/// The pages: behind the session's guard, but for the files that are the same for everybody.
pub fn routes(config: &mut web::ServiceConfig) {
    for (path, resource) in resources(endpoints(), "") {
        match path {
            "/assets/{name}" => config.service(resource),
            _ => config.service(resource.wrap(middleware::from_fn(guard::guard))),
        };
    }
}

fn endpoints() -> Vec<Endpoint> {
    page_routes!(endpoints)
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
