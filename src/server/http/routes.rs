//! The interface's routes and its description, both made of the table.

use std::sync::LazyLock;

use actix_web::dev::HttpServiceFactory;
use actix_web::{middleware, web};
use utoipa::OpenApi;

use super::api::{
    accruals, appeals, audit, batches, cards, comparing, dealers, health, metrics, policies, rebates, runs, schemas,
    settlements, templates, tokens, what_if,
};
use super::describe::Descriptions;
use super::endpoint::{Endpoint, resources};
use super::pages;
use super::table::{api_routes, endpoints};
use super::{Problem, auth, describe};

/// What needs a token stands below this path.
const VERSION: &str = "/v1";
/// Served beside it, and needs a token all the same.
const METRICS: &str = "/metrics";

/// Makes the collection of described paths out of the rows of the table, in its order.
macro_rules! described {
    ($($method:ident $path:literal $who:ident, $($handler:ident)::+;)*) => {
        /// The paths, in the order in which people want to read them.
        #[derive(OpenApi)]
        #[openapi(
            info(title = "Dealerbook", description = include_str!("describe/introduction.md")),
            servers((url = "/", description = "This server")),
            tags(
                (name = "workbooks", description = "Workbooks"),
                (name = "runs", description = "Earlier runs"),
                (name = "batches", description = "Many workbooks at once"),
                (name = "appeals", description = "Appeals"),
                (name = "settlements", description = "Settlements and payments"),
                (name = "people", description = "People and their tokens"),
                (name = "in force", description = "Templates, schemas and policies"),
                (name = "service", description = "Running the service"),
            ),
            paths($($($handler)::+),*)
        )]
        pub(super) struct Paths;
    };
}

api_routes!(described);

static DESCRIPTIONS: LazyLock<web::Data<Descriptions>> =
    LazyLock::new(|| web::Data::new(Descriptions::new(&Paths::openapi())));

/// All routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.app_data(DESCRIPTIONS.clone());
    let (versioned, others): (Vec<_>, Vec<_>) =
        endpoints().into_iter().partition(|endpoint| endpoint.path.starts_with(VERSION));
    for (path, resource) in resources(others, "") {
        match path {
            METRICS => config.service(resource.wrap(middleware::from_fn(auth::guard))),
            _ => config.service(resource),
        };
    }
    config.service(scope(versioned)).configure(pages::routes).default_service(web::to(pages::no_such_page));
}

/// Everything that needs a token.
fn scope(endpoints: Vec<Endpoint>) -> impl HttpServiceFactory {
    let resources = resources(endpoints, VERSION);
    let scope = web::scope(VERSION).wrap(middleware::from_fn(auth::guard));
    let scope = resources.into_iter().fold(scope, |scope, (_, resource)| scope.service(resource));
    scope.default_service(web::to(no_such_route))
}

async fn no_such_route() -> Result<&'static str, Problem> {
    Err(Problem::NoSuchRoute)
}

fn endpoints() -> Vec<Endpoint> {
    api_routes!(endpoints)
}
