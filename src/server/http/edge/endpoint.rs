//! Rows of the table of routes as actix serves them.

use actix_web::{Resource, Route, guard, web};

use crate::http::access;
use crate::problem::Problem;

/// A path and what serves one of its methods.
pub struct Endpoint {
    /// The pattern of its address.
    pub path: &'static str,
    /// Its handler.
    pub handler: Route,
}

/// Returns a route for a method, GET standing for HEAD as well, without its handler yet.
pub fn on(method: &str) -> Route {
    match method {
        "GET" => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
        "POST" => web::post(),
        "PUT" => web::put(),
        "DELETE" => web::delete(),
        _ => web::route().guard(guard::fn_guard(|_| false)),
    }
}

/// Returns a resource for each path, named without `prefix`, that refuses the methods that it doesn't have.
///
/// A path that ends in a parameter comes after those that don't, since it would take them for its own: `{id}` matches `own.xlsx`.
pub fn resources(endpoints: Vec<Endpoint>, prefix: &str) -> Vec<(&'static str, Resource)> {
    let mut by_path: Vec<(&'static str, Vec<Route>)> = Vec::new();
    for Endpoint { path, handler, .. } in endpoints {
        match by_path.iter_mut().find(|(known, _)| *known == path) {
            Some((_, routes)) => routes.push(handler),
            None => by_path.push((path, vec![handler])),
        }
    }
    by_path.sort_by_key(|(path, _)| path.ends_with('}'));
    let resource = |(path, routes): (&'static str, Vec<Route>)| {
        let address = path.strip_prefix(prefix).unwrap_or(path);
        let refusing = web::resource(address).default_service(web::to(move || method_not_allowed(path)));
        (path, routes.into_iter().fold(refusing, Resource::route))
    };
    by_path.into_iter().map(resource).collect()
}

async fn method_not_allowed(path: &'static str) -> Result<&'static str, Problem> {
    Err(Problem::MethodNotAllowed { allowed: access::methods_of(path).into() })
}
