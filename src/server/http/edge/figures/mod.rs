//! The figures for Prometheus: requests, and what is going on. Counts and times only, no names, no periods, no ids. Every label has few
//! values, all of them from the code: each is a series that Prometheus keeps.

mod requests;
mod state;

use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

pub use requests::RequestFigures;

use state::StateFigures;

use crate::http::{Problem, Service};
use crate::service::metrics::Metrics;

/// All figures, those of the service's work included.
#[derive(Debug)]
pub struct Figures {
    registry: Registry,
    /// Requests and what they were answered with.
    pub requests: RequestFigures,
    state: StateFigures,
}

impl Figures {
    /// Returns the figures of requests and of what is going on, beside those of the service's work.
    pub fn new(work: &Metrics) -> Figures {
        let mut registry = Registry::default();
        let own = registry.sub_registry_with_prefix("dealerbook");
        let requests = RequestFigures::registered(own);
        work.register(own);
        let state = StateFigures::registered(&mut registry);
        Figures { registry, requests, state }
    }

    /// Looks at what is going on, and returns all figures as OpenMetrics text.
    ///
    /// # Errors
    /// When they can't be written.
    pub async fn text(&self, service: &Service, uploads_arriving: usize) -> Result<String, Problem> {
        self.state.look(service, uploads_arriving).await;
        let mut text = String::new();
        text::encode(&mut text, &self.registry).map_err(Problem::internal)?;
        Ok(text)
    }
}
