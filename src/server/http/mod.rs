//! The service over HTTP: routes, what they take and what they answer. actix is named only here and in `startup`; what is done is
//! `service`'s affair.

mod api;
mod describe;
pub mod edge;
mod pages;
mod routes;
mod table;

pub use auth::Caller;
pub use edge::Edge;
use edge::{
    access, answer, appeal_requests, arrivals, audit_filter, auth, batch_parameters, batch_upload, body, comparison,
    endpoint, etag, filename, form_headers, idempotency, policy_upload, problem, proxies, render, request, run_filter,
    session, settlement_requests, traces, upload, what_if_request,
};
pub use problem::describe;
pub use render::{BODY_BYTES_MAX, RequestSpan, render};
pub use routes::routes;

pub use crate::problem::{Problem, TokenFault, seal_faults};
pub use crate::service::{Service, Workers};
