//! The server: the interface behind `/v1`, the pages, the start, logs and traces.

pub mod http;
pub mod problem;
pub mod retention;
pub mod service;
pub mod startup;
pub mod telemetry;
pub mod token;
pub mod upgrade;
