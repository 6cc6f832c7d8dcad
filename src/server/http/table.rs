//! The table of routes: where each is to be found, whom it is open to, and what serves it. Each route stands here once; routing, roles,
//! the refusal of other methods and the interface's description follow from it.
//!
//! A table is a macro that hands its rows to another one: so whoever needs only paths and roles doesn't refer to the handlers.

/// The interface behind `/v1`, and what programs are served beside it, in the order of the description. HEAD is as GET.
macro_rules! api_routes {
    ($rows:ident) => {
        $rows! {
            POST   "/v1/runs"                                          UPLOADERS,             runs::calculate;
            POST   "/v1/validations"                                   UPLOADERS,             runs::validate;
            GET    "/v1/runs"                                          EVERY_ROLE,            runs::list;
            GET    "/v1/runs/{id}"                                     EVERY_ROLE,            runs::result;
            DELETE "/v1/runs/{id}"                                     ADMINS,                runs::delete;
            GET    "/v1/runs/{id}/workbook.xlsx"                       EVERY_ROLE,            runs::workbook;
            GET    "/v1/runs/{id}/dealers/{dealer_id}"                 EVERY_ROLE,            cards::card;
            GET    "/v1/runs/{id}/dealers/{dealer_id}/card.xlsx"       EVERY_ROLE,            cards::book;
            GET    "/v1/runs/{id}/cards.xlsx"                          EVERY_ROLE,            cards::books;
            GET    "/v1/runs/{id}/rebates.xlsx"                        EVERY_ROLE,            rebates::book;
            GET    "/v1/runs/{id}/diff/{other}"                        EVERY_ROLE,            comparing::diff;
            GET    "/v1/runs/{id}/accrual"                             EVERY_ROLE,            accruals::show;
            POST   "/v1/runs/{id}/accruals"                            FINANCE,               accruals::book;
            GET    "/v1/accruals"                                      FINANCE_AND_OVERSEERS, accruals::list;
            POST   "/v1/runs/{id}/what-if"                             EVERY_ROLE,            what_if::what_if;
            POST   "/v1/batches"                                       UPLOADERS,             batches::create;
            GET    "/v1/batches"                                       EVERY_ROLE,            batches::list;
            GET    "/v1/batches/{id}"                                  EVERY_ROLE,            batches::show;
            GET    "/v1/batches/{id}/events"                           EVERY_ROLE,            batches::events::events;
            POST   "/v1/batches/{id}/cancel"                           UPLOADERS,             batches::cancel;
            GET    "/v1/batches/{id}/consolidated.xlsx"                EVERY_ROLE,            batches::books::consolidated;
            GET    "/v1/batches/{id}/results.zip"                      EVERY_ROLE,            batches::books::results;
            GET    "/v1/settlements"                                   EVERY_ROLE,            settlements::list;
            GET    "/v1/runs/{id}/settlement"                          EVERY_ROLE,            settlements::show;
            GET    "/v1/runs/{id}/settlement/lines"                    EVERY_ROLE,            settlements::lines;
            POST   "/v1/runs/{id}/settlement/submit"                   UPLOADERS,             settlements::life::submit;
            POST   "/v1/runs/{id}/settlement/approve"                  FINANCE,               settlements::life::approve;
            POST   "/v1/runs/{id}/settlement/reject"                   FINANCE,               settlements::life::reject;
            POST   "/v1/runs/{id}/settlement/adjustments"              FINANCE,               settlements::amend::adjust;
            DELETE "/v1/runs/{id}/settlement/adjustments/{number}"     FINANCE,               settlements::amend::remove_adjustment;
            PUT    "/v1/runs/{id}/settlement/holds/{dealer_id}"        FINANCE,               settlements::amend::hold;
            DELETE "/v1/runs/{id}/settlement/holds/{dealer_id}"        FINANCE,               settlements::amend::release;
            POST   "/v1/runs/{id}/settlement/payments"                 FINANCE,               settlements::payments::order;
            GET    "/v1/runs/{id}/settlement/payments"                 EVERY_ROLE,            settlements::payments::list;
            GET    "/v1/runs/{id}/settlement/payments/{number}"        EVERY_ROLE,            settlements::payments::show;
            POST   "/v1/runs/{id}/settlement/payments/{number}/paid"   FINANCE,               settlements::payments::paid;
            POST   "/v1/runs/{id}/settlement/payments/{number}/cancel" FINANCE,               settlements::payments::cancel;
            GET    "/v1/runs/{id}/payments.csv"                        EVERY_ROLE,            settlements::csv::csv;
            GET    "/v1/templates/{name}.xlsx"                         EVERY_ROLE,            templates::template;
            GET    "/v1/schemas"                                       EVERY_ROLE,            schemas::package;
            GET    "/v1/schemas/{name}"                                EVERY_ROLE,            schemas::schema;
            GET    "/v1/dealers/{dealer_id}/history"                   EVERY_ROLE,            dealers::dealer;
            POST   "/v1/runs/{id}/appeals"                             UPLOADERS,             appeals::lodge;
            GET    "/v1/appeals"                                       EVERY_ROLE,            appeals::list;
            GET    "/v1/appeals/{id}"                                  EVERY_ROLE,            appeals::show;
            POST   "/v1/appeals/{id}/accept"                           FINANCE,               appeals::accept;
            POST   "/v1/appeals/{id}/verify"                           FINANCE,               appeals::verify;
            POST   "/v1/appeals/{id}/reject"                           FINANCE,               appeals::reject;
            GET    "/v1/policies"                                      EVERY_ROLE,            policies::list_all;
            POST   "/v1/policies"                                      FINANCE,               policies::propose;
            GET    "/v1/policies/{id}"                                 EVERY_ROLE,            policies::policy;
            GET    "/v1/policies/{id}.xlsx"                            EVERY_ROLE,            policies::book;
            POST   "/v1/policies/{id}/versions/{version}/approve"      FINANCE,               policies::approve;
            POST   "/v1/policies/{id}/versions/{version}/reject"       FINANCE,               policies::reject;
            POST   "/v1/policies/{id}/versions/{version}/withdraw"     FINANCE,               policies::withdraw;
            POST   "/v1/tokens"                                        ADMINS,                tokens::create;
            GET    "/v1/tokens"                                        ADMINS,                tokens::list;
            DELETE "/v1/tokens/{id}"                                   ADMINS,                tokens::revoke;
            GET    "/v1/audit"                                         OVERSEERS,             audit::list;
            GET    "/healthz"                                          Anybody,               health::alive;
            GET    "/readyz"                                           Anybody,               health::ready;
            GET    "/metrics"                                          OVERSEERS,             metrics::metrics;
            GET    "/openapi.json"                                     Anybody,               describe::document;
            GET    "/docs"                                             Anybody,               pages::docs::docs;
            GET    "/docs/programmes/{name}"                           Anybody,               pages::programme::programme;
            GET    "/docs/guide"                                       Anybody,               pages::guide::guide;
            GET    "/docs/guide/{name}"                                Anybody,               pages::guide::chapter;
        }
    };
}

/// The pages for people, who are known by their session.
macro_rules! page_routes {
    ($rows:ident) => {
        $rows! {
            GET    "/assets/{name}"                             Anybody,    assets::asset;
            GET    "/sign-in"                                   Anybody,    sign_in::form;
            POST   "/sign-in"                                   Anybody,    sign_in::sign_in;
            POST   "/sign-out"                                  EVERY_ROLE, sign_in::sign_out;
            GET    "/"                                          EVERY_ROLE, home::home;
            GET    "/upload"                                    UPLOADERS,  upload::form;
            POST   "/upload"                                    UPLOADERS,  upload::receive;
            GET    "/samples/{name}.xlsx"                       EVERY_ROLE, upload::sample;
            GET    "/batches/{id}"                              EVERY_ROLE, batch::batch;
            GET    "/runs"                                      EVERY_ROLE, runs::list;
            GET    "/runs/{id}"                                 EVERY_ROLE, run::run;
            GET    "/runs/{id}/scores"                          EVERY_ROLE, scores::scores;
            GET    "/runs/{id}/dealers/{dealer_id}"             EVERY_ROLE, dealer::dealer;
            GET    "/runs/{id}/programmes/{name}"               EVERY_ROLE, results::programme;
            GET    "/runs/{id}/compare"                         EVERY_ROLE, comparing::compare;
            GET    "/runs/{id}/what-if"                         EVERY_ROLE, comparing::what_if::form;
            POST   "/runs/{id}/what-if"                         EVERY_ROLE, comparing::what_if::try_out;
            GET    "/runs/{id}/accrual"                         EVERY_ROLE, accrual::page;
            POST   "/runs/{id}/accrual"                         FINANCE,    accrual::booking;
            GET    "/settlements"                               EVERY_ROLE, settlements::page;
            GET    "/runs/{id}/settlement"                      EVERY_ROLE, settlement::page;
            POST   "/runs/{id}/settlement/submit"               UPLOADERS,  settlement::actions::submit;
            POST   "/runs/{id}/settlement/approve"              FINANCE,    settlement::actions::approve;
            POST   "/runs/{id}/settlement/reject"               FINANCE,    settlement::actions::reject;
            POST   "/runs/{id}/settlement/adjust"               FINANCE,    settlement::actions::adjust;
            POST   "/runs/{id}/settlement/unadjust"             FINANCE,    settlement::actions::remove_adjustment;
            POST   "/runs/{id}/settlement/hold"                 FINANCE,    settlement::actions::hold;
            POST   "/runs/{id}/settlement/release"              FINANCE,    settlement::actions::release;
            POST   "/runs/{id}/settlement/pay"                  FINANCE,    settlement::actions::order;
            POST   "/runs/{id}/settlement/paid"                 FINANCE,    settlement::actions::paid;
            POST   "/runs/{id}/settlement/cancel"               FINANCE,    settlement::actions::cancel;
            GET    "/appeals"                                   EVERY_ROLE, appeals::list;
            GET    "/appeals/{id}"                              EVERY_ROLE, appeals::appeal::page;
            POST   "/appeals/{id}/verify"                       FINANCE,    appeals::actions::verify;
            POST   "/appeals/{id}/accept"                       FINANCE,    appeals::actions::accept;
            POST   "/appeals/{id}/reject"                       FINANCE,    appeals::actions::reject;
            POST   "/runs/{id}/appeals"                         UPLOADERS,  appeals::actions::lodge;
            GET    "/policies"                                  EVERY_ROLE, policies::list;
            POST   "/policies"                                  FINANCE,    policies::actions::propose;
            GET    "/policies/{id}"                             EVERY_ROLE, policies::policy;
            POST   "/policies/{id}/versions/{version}/approve"  FINANCE,    policies::actions::approve;
            POST   "/policies/{id}/versions/{version}/reject"   FINANCE,    policies::actions::reject;
            POST   "/policies/{id}/versions/{version}/withdraw" FINANCE,    policies::actions::withdraw;
            GET    "/admin"                                     OVERSEERS,  admin::first;
            GET    "/admin/health"                              ADMINS,     admin::health::page;
            GET    "/admin/batches"                             ADMINS,     admin::batches::page;
            POST   "/admin/batches/{id}/cancel"                 ADMINS,     admin::batches::cancel;
            GET    "/admin/tokens"                              ADMINS,     admin::tokens::list;
            POST   "/admin/tokens"                              ADMINS,     admin::tokens::create;
            POST   "/admin/tokens/{id}/revoke"                  ADMINS,     admin::tokens::revoke;
            GET    "/admin/audit"                               OVERSEERS,  admin::audit::page;
            GET    "/help"                                      EVERY_ROLE, help::help;
            GET    "/help/sheets/{name}"                        EVERY_ROLE, help::sheet::page;
            GET    "/help/programmes/{name}"                    EVERY_ROLE, help::programme::page;
            GET    "/help/pictures/{name}.png"                  EVERY_ROLE, help::pictures::picture;
        }
    };
}

/// Makes endpoints of the rows of a table, whose handlers are in scope.
macro_rules! endpoints {
    ($($method:ident $path:literal $who:ident, $($handler:ident)::+;)*) => {
        vec![$($crate::http::endpoint::Endpoint {
            path: $path,
            handler: $crate::http::endpoint::on(stringify!($method)).to($($handler)::+),
        }),*]
    };
}

pub(super) use {api_routes, endpoints, page_routes};
