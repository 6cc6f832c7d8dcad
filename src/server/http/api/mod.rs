//! The interface behind `/v1`: each handler parses its request, calls the service and writes the answer.

pub mod accruals;
pub mod appeals;
pub mod audit;
pub mod batches;
pub mod cards;
pub mod comparing;
pub mod dealers;
pub mod health;
pub mod metrics;
pub mod policies;
pub mod rebates;
pub mod runs;
pub mod schemas;
pub mod settlements;
pub mod templates;
pub mod tokens;
pub mod what_if;
