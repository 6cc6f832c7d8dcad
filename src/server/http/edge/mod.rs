//! What is known of requests and of nobody's work: bodies that arrive, bad tokens, proxies, counts of answers.

pub mod access;
pub mod answer;
pub mod appeal_requests;
pub mod arrivals;
pub mod audit_filter;
pub mod auth;
pub mod batch_parameters;
pub mod batch_upload;
pub mod body;
pub mod comparison;
pub mod endpoint;
pub mod etag;
pub mod figures;
pub mod filename;
pub mod form_headers;
pub mod idempotency;
pub mod policy_upload;
pub mod problem;
pub mod proxies;
pub mod render;
pub mod request;
pub mod run_filter;
pub mod session;
pub mod settlement_requests;
pub mod throttle;
pub mod traces;
pub mod upload;
pub mod what_if_request;

use actix_web::{HttpRequest, web};

use crate::problem::Problem;
use crate::service::Service;
use arrivals::Arrivals;
use dealerbook_config::Proxies;
use figures::Figures;
use throttle::Throttle;

/// What requests share before any of them reaches the service.
#[derive(Debug)]
pub struct Edge {
    /// The bodies that arrive.
    pub arrivals: Arrivals,
    /// The proxies that are believed.
    pub proxies: Proxies,
    /// Who presents bad tokens.
    pub throttle: Throttle,
    /// What has been done since the start.
    pub figures: Figures,
}

impl Edge {
    /// Returns the edge of a service behind these proxies.
    pub fn new(service: &Service, proxies: Proxies) -> Edge {
        Edge {
            arrivals: Arrivals::new(&service.limits),
            proxies,
            throttle: Throttle::new(&service.limits),
            figures: Figures::new(&service.metrics),
        }
    }

    /// Returns the edge that a request came by.
    ///
    /// # Errors
    /// When the application was put together without one.
    pub fn of(request: &HttpRequest) -> Result<&web::Data<Edge>, Problem> {
        request.app_data().ok_or_else(|| Problem::internal("no edge"))
    }
}
