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
mod dealers;
mod edge;
mod endpoint;
mod etag;
mod filename;
mod form_headers;
mod health;
mod idempotency;
pub(crate) mod metrics;
mod openapi;
mod pages;
mod policies;
mod problem;
pub mod proxies;
mod rebates;
mod render;
pub(crate) mod request;
mod routes;
mod runs;
mod schemas;
mod session;
mod settlement_requests;
mod settlements;
mod table;
mod templates;
pub(crate) mod throttle;
mod tokens;
mod traces;
mod upload;
mod what_if;

pub use auth::Caller;
pub use edge::Edge;
pub use problem::describe;
pub use render::{BODY_BYTES_MAX, RequestSpan, render};
pub use routes::routes;

pub use crate::problem::{Problem, TokenFault, seal_faults};
pub use crate::service::{Service, Workers};
use crate::service::{again, findings, views};
