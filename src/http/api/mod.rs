//! The interface behind `/v1`: each handler parses its request, calls the service and writes the answer.

pub mod audit;
pub mod batches;
pub mod health;
pub mod metrics;
pub mod policies;
pub mod runs;
pub mod schemas;
pub mod templates;
pub mod tokens;
