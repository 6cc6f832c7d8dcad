//! Who may ask for what, as the table of routes says. The guard refuses whatever isn't named there.
//!
//! The guard looks a route up by its decoded path, as actix routes by it, before any handler runs. Which runs a person sees is the store's
//! affair (`store/conditions`); a token's regions are compared when the calculation knows them and nothing is stored yet (`service/regions`).

use std::borrow::Cow;

use crate::http::Problem;
use crate::http::table::{api_routes, page_routes};
use dealerbook_store::Role::{self, Admin, Auditor, Finance, Sales};

/// Whom a route is open to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, without a token.
    Anybody,
    /// Whoever presents a token of one of these roles.
    Only(&'static [Role]),
}

use Who::{Anybody, Only};

const EVERY_ROLE: Who = Only(&[Sales, Finance, Auditor, Admin]);
const UPLOADERS: Who = Only(&[Sales, Finance, Admin]);
const FINANCE: Who = Only(&[Finance, Admin]);
const OVERSEERS: Who = Only(&[Auditor, Admin]);
const FINANCE_AND_OVERSEERS: Who = Only(&[Finance, Auditor, Admin]);
const ADMINS: Who = Only(&[Admin]);

/// Takes method, path and roles out of a table of routes.
macro_rules! roles {
    ($($method:ident $path:literal $who:ident, $($handler:ident)::+;)*) => {
        &[$((stringify!($method), $path, $who)),*]
    };
}

/// A route: method, path and whom it is open to. HEAD is as GET.
pub type Row = (&'static str, &'static str, Who);

/// The routes of the interface.
pub const TABLE: &[Row] = api_routes!(roles);

/// The routes of the pages.
pub const PAGES: &[Row] = page_routes!(roles);

/// Whom a route is open to.
///
/// # Errors
/// When the table doesn't name the route, or not with this method.
pub fn of(method: &str, pattern: Option<&str>) -> Result<Who, Problem> {
    let method = if method == "HEAD" { "GET" } else { method };
    let of_path = || all().filter(|(_, path, _)| Some(*path) == pattern);
    match of_path().find(|(named, ..)| *named == method) {
        Some((.., who)) => Ok(*who),
        None if of_path().next().is_none() => Err(Problem::NoSuchRoute),
        None => Err(Problem::MethodNotAllowed { allowed: Cow::Owned(methods_of(pattern.unwrap_or_default())) }),
    }
}

/// Returns the methods of a path, as the header `Allow` has them.
pub fn methods_of(path: &str) -> String {
    let named = all().filter(|(_, known, _)| *known == path).map(|(method, ..)| *method);
    let mut methods: Vec<&str> =
        named.flat_map(|method| if method == "GET" { vec!["GET", "HEAD"] } else { vec![method] }).collect();
    methods.sort_unstable();
    methods.join(", ")
}

fn all() -> impl Iterator<Item = &'static Row> {
    TABLE.iter().chain(PAGES)
}

impl Who {
    /// Whether somebody of this role is among them.
    ///
    /// # Errors
    /// The refusal, where they aren't.
    pub fn admit(self, role: Role) -> Result<(), Problem> {
        match self {
            Only(roles) if !roles.contains(&role) => Err(Problem::Forbidden { role, roles }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_does_not_name_is_refused() {
        assert!(matches!(of("GET", None), Err(Problem::NoSuchRoute)));
        assert!(matches!(of("GET", Some("/v1/nowhere")), Err(Problem::NoSuchRoute)));
        let Err(Problem::MethodNotAllowed { allowed }) = of("DELETE", Some("/v1/runs")) else {
            panic!("DELETE is refused")
        };
        assert_eq!(allowed, "GET, HEAD, POST");
    }

    #[test]
    fn a_head_is_as_a_get() {
        assert_eq!(of("HEAD", Some("/v1/audit")).unwrap(), of("GET", Some("/v1/audit")).unwrap());
    }

    #[test]
    fn no_route_stands_in_the_table_twice() {
        let routes: Vec<_> = TABLE.iter().chain(PAGES).map(|(method, path, _)| (method, path)).collect();
        for (at, route) in routes.iter().enumerate() {
            assert!(!routes[..at].contains(route), "{route:?}");
        }
    }
}
