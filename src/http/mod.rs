//! The service over HTTP: routes, what they take and what they answer. actix is named only here and in `startup`; only this room
//! knows both the pipeline and the store.

pub(crate) mod accruals;
mod api;
pub(crate) mod appeals;
mod cards;
mod comparing;
mod describe;
pub mod edge;
mod pages;
pub(crate) mod past;
mod rebates;
mod routes;
mod settlements;
mod table;
mod what_if;

pub use auth::Caller;
pub use edge::Edge;
use edge::{
    access, answer, arrivals, audit_filter, auth, batch_parameters, batch_upload, body, endpoint, etag, figures,
    filename, form_headers, idempotency, policy_upload, problem, proxies, render, request, run_filter, session,
    throttle, traces, upload,
};
pub use problem::describe;
pub use render::{BODY_BYTES_MAX, RequestSpan, render};
pub use routes::routes;

pub use crate::problem::{Problem, TokenFault, seal_faults};
pub use crate::service::{Service, Workers};
use crate::service::{again, findings, quota, runs, views};
