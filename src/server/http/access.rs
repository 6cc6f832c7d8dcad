//! Who may ask for what: the one table of it. The guard refuses whatever isn't named here; a test walks the table, the routes and the
//! interface's description.
//!
//! The guard looks a route up by its decoded path, as actix routes by it, before any handler runs. Which runs a person sees is the store's
//! affair (`store/conditions`); a token's regions are compared when the calculation knows them and nothing is stored yet (`http/regions`).

use std::borrow::Cow;

use super::Problem;
use crate::store::Role::{self, Admin, Auditor, Finance, Sales};

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
const ADMINS: Who = Only(&[Admin]);

/// Method, path and who. HEAD is as GET.
#[rustfmt::skip]
pub const TABLE: &[(&str, &str, Who)] = &[
    ("GET",    "/healthz",                                      Anybody),
    ("GET",    "/readyz",                                       Anybody),
    ("GET",    "/openapi.json",                                 Anybody),
    ("GET",    "/docs",                                         Anybody),
    ("GET",    "/docs/programmes/{name}",                       Anybody),
    ("GET",    "/docs/guide",                                   Anybody),
    ("GET",    "/docs/guide/{name}",                            Anybody),
    ("GET",    "/metrics",                                      OVERSEERS),
    ("POST",   "/v1/runs",                                      UPLOADERS),
    ("GET",    "/v1/runs",                                      EVERY_ROLE),
    ("GET",    "/v1/runs/{id}",                                 EVERY_ROLE),
    ("DELETE", "/v1/runs/{id}",                                 ADMINS),
    ("GET",    "/v1/runs/{id}/workbook.xlsx",                   EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/cards.xlsx",                      EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/rebates.xlsx",                    EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/diff/{other}",                    EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/accrual",                         EVERY_ROLE),
    ("POST",   "/v1/runs/{id}/accruals",                        FINANCE),
    ("GET",    "/v1/accruals",                                  Only(&[Finance, Auditor, Admin])),
    ("POST",   "/v1/runs/{id}/what-if",                         EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/dealers/{dealer_id}",             EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/dealers/{dealer_id}/card.xlsx",   EVERY_ROLE),
    ("POST",   "/v1/validations",                               UPLOADERS),
    ("POST",   "/v1/batches",                                   UPLOADERS),
    ("GET",    "/v1/batches",                                   EVERY_ROLE),
    ("GET",    "/v1/batches/{id}",                              EVERY_ROLE),
    ("GET",    "/v1/batches/{id}/events",                       EVERY_ROLE),
    ("GET",    "/v1/batches/{id}/consolidated.xlsx",            EVERY_ROLE),
    ("GET",    "/v1/batches/{id}/results.zip",                  EVERY_ROLE),
    ("POST",   "/v1/batches/{id}/cancel",                       UPLOADERS),
    ("GET",    "/v1/schemas",                                   EVERY_ROLE),
    ("GET",    "/v1/schemas/{name}",                            EVERY_ROLE),
    ("GET",    "/v1/policies",                                  EVERY_ROLE),
    ("POST",   "/v1/policies",                                  FINANCE),
    ("GET",    "/v1/policies/{id}",                             EVERY_ROLE),
    ("GET",    "/v1/policies/{id}.xlsx",                        EVERY_ROLE),
    ("POST",   "/v1/policies/{id}/versions/{version}/approve",  FINANCE),
    ("POST",   "/v1/policies/{id}/versions/{version}/reject",   FINANCE),
    ("POST",   "/v1/policies/{id}/versions/{version}/withdraw", FINANCE),
    ("GET",    "/v1/templates/{name}.xlsx",                     EVERY_ROLE),
    ("POST",   "/v1/tokens",                                    ADMINS),
    ("GET",    "/v1/tokens",                                    ADMINS),
    ("DELETE", "/v1/tokens/{id}",                               ADMINS),
    ("GET",    "/v1/audit",                                     OVERSEERS),
    ("GET",    "/v1/dealers/{dealer_id}/history",               EVERY_ROLE),
    ("POST",   "/v1/runs/{id}/appeals",                         UPLOADERS),
    ("GET",    "/v1/appeals",                                   EVERY_ROLE),
    ("GET",    "/v1/appeals/{id}",                              EVERY_ROLE),
    ("POST",   "/v1/appeals/{id}/verify",                       FINANCE),
    ("POST",   "/v1/appeals/{id}/accept",                       FINANCE),
    ("POST",   "/v1/appeals/{id}/reject",                       FINANCE),

    ("GET",    "/v1/settlements",                               EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/settlement",                      EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/settlement/lines",                EVERY_ROLE),
    ("POST",   "/v1/runs/{id}/settlement/submit",               UPLOADERS),
    ("POST",   "/v1/runs/{id}/settlement/approve",              FINANCE),
    ("POST",   "/v1/runs/{id}/settlement/reject",               FINANCE),
    ("POST",   "/v1/runs/{id}/settlement/adjustments",          FINANCE),
    ("DELETE", "/v1/runs/{id}/settlement/adjustments/{number}", FINANCE),
    ("PUT",    "/v1/runs/{id}/settlement/holds/{dealer_id}",    FINANCE),
    ("DELETE", "/v1/runs/{id}/settlement/holds/{dealer_id}",    FINANCE),
    ("POST",   "/v1/runs/{id}/settlement/payments",             FINANCE),
    ("GET",    "/v1/runs/{id}/settlement/payments",             EVERY_ROLE),
    ("GET",    "/v1/runs/{id}/settlement/payments/{number}",    EVERY_ROLE),
    ("POST",   "/v1/runs/{id}/settlement/payments/{number}/paid",   FINANCE),
    ("POST",   "/v1/runs/{id}/settlement/payments/{number}/cancel", FINANCE),
    ("GET",    "/v1/runs/{id}/payments.csv",                    EVERY_ROLE),
];

/// The same for pages for people, who are known by their session.
#[rustfmt::skip]
pub const PAGES: &[(&str, &str, Who)] = &[
    ("GET",    "/assets/{name}",                                Anybody),
    ("GET",    "/sign-in",                                      Anybody),
    ("POST",   "/sign-in",                                      Anybody),
    ("POST",   "/sign-out",                                     EVERY_ROLE),
    ("GET",    "/",                                             EVERY_ROLE),
    ("GET",    "/upload",                                       UPLOADERS),
    ("POST",   "/upload",                                       UPLOADERS),
    ("GET",    "/samples/{name}.xlsx",                          EVERY_ROLE),
    ("GET",    "/batches/{id}",                                 EVERY_ROLE),
    ("GET",    "/runs",                                         EVERY_ROLE),
    ("GET",    "/runs/{id}",                                    EVERY_ROLE),
    ("GET",    "/runs/{id}/scores",                             EVERY_ROLE),
    ("GET",    "/runs/{id}/dealers/{dealer_id}",                EVERY_ROLE),
    ("GET",    "/runs/{id}/programmes/{name}",                  EVERY_ROLE),
    ("GET",    "/runs/{id}/compare",                            EVERY_ROLE),
    ("GET",    "/runs/{id}/what-if",                            EVERY_ROLE),
    ("POST",   "/runs/{id}/what-if",                            EVERY_ROLE),
    ("GET",    "/runs/{id}/accrual",                            EVERY_ROLE),
    ("POST",   "/runs/{id}/accrual",                            FINANCE),
    ("GET",    "/settlements",                                  EVERY_ROLE),
    ("GET",    "/runs/{id}/settlement",                         EVERY_ROLE),
    ("POST",   "/runs/{id}/settlement/submit",                  UPLOADERS),
    ("POST",   "/runs/{id}/settlement/approve",                 FINANCE),
    ("POST",   "/runs/{id}/settlement/reject",                  FINANCE),
    ("POST",   "/runs/{id}/settlement/adjust",                  FINANCE),
    ("POST",   "/runs/{id}/settlement/unadjust",                FINANCE),
    ("POST",   "/runs/{id}/settlement/hold",                    FINANCE),
    ("POST",   "/runs/{id}/settlement/release",                 FINANCE),
    ("POST",   "/runs/{id}/settlement/pay",                     FINANCE),
    ("POST",   "/runs/{id}/settlement/paid",                    FINANCE),
    ("POST",   "/runs/{id}/settlement/cancel",                  FINANCE),
    ("GET",    "/appeals",                                      EVERY_ROLE),
    ("GET",    "/appeals/{id}",                                 EVERY_ROLE),
    ("POST",   "/appeals/{id}/verify",                          FINANCE),
    ("POST",   "/appeals/{id}/accept",                          FINANCE),
    ("POST",   "/appeals/{id}/reject",                          FINANCE),
    ("POST",   "/runs/{id}/appeals",                            UPLOADERS),
    ("GET",    "/policies",                                     EVERY_ROLE),
    ("POST",   "/policies",                                     FINANCE),
    ("GET",    "/policies/{id}",                                EVERY_ROLE),
    ("POST",   "/policies/{id}/versions/{version}/approve",     FINANCE),
    ("POST",   "/policies/{id}/versions/{version}/reject",      FINANCE),
    ("POST",   "/policies/{id}/versions/{version}/withdraw",    FINANCE),
    ("GET",    "/admin",                                        OVERSEERS),
    ("GET",    "/admin/health",                                 ADMINS),
    ("GET",    "/admin/batches",                                ADMINS),
    ("POST",   "/admin/batches/{id}/cancel",                    ADMINS),
    ("GET",    "/admin/tokens",                                 ADMINS),
    ("POST",   "/admin/tokens",                                 ADMINS),
    ("POST",   "/admin/tokens/{id}/revoke",                     ADMINS),
    ("GET",    "/admin/audit",                                  OVERSEERS),
    ("GET",    "/help",                                         EVERY_ROLE),
    ("GET",    "/help/sheets/{name}",                           EVERY_ROLE),
    ("GET",    "/help/programmes/{name}",                       EVERY_ROLE),
    ("GET",    "/help/pictures/{name}.png",                     EVERY_ROLE),
];

/// Whom a route is open to.
///
/// # Errors
/// When the table doesn't name the route, or not with this method.
pub fn of(method: &str, pattern: Option<&str>) -> Result<Who, Problem> {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut methods = Vec::new();
    for (named, _, who) in TABLE.iter().chain(PAGES).filter(|(_, path, _)| Some(*path) == pattern) {
        if *named == method {
            return Ok(*who);
        }
        methods.extend_from_slice(if *named == "GET" { &["GET", "HEAD"] } else { std::slice::from_ref(named) });
    }
    methods.sort_unstable();
    Err(match methods.is_empty() {
        true => Problem::NoSuchRoute,
        false => Problem::MethodNotAllowed { allowed: Cow::Owned(methods.join(", ")) },
    })
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
