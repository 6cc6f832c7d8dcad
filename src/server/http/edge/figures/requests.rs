//! Requests: how many, how long, and what they were answered with.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The shortest time that is told apart, seconds; each further bound is twice as long, up to about a minute and a half.
const SHORTEST_SECONDS: f64 = 0.005;
const BOUNDS: u16 = 15;

const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS];

/// What is counted of requests.
#[derive(Debug)]
pub struct RequestFigures {
    answers: Family<AnswerLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    problems: Family<ProblemLabels, Counter>,
    abandoned: Counter,
    bad_tokens: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProblemLabels {
    code: &'static str,
}

impl RequestFigures {
    pub(super) fn registered(registry: &mut Registry) -> RequestFigures {
        let seconds = || Histogram::new(exponential_buckets(SHORTEST_SECONDS, 2.0, BOUNDS));
        let figures = RequestFigures {
            answers: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            problems: Family::default(),
            abandoned: Counter::default(),
            bad_tokens: Counter::default(),
        };
        registry.register("requests", "Answers, by method, route and status", figures.answers.clone());
        registry.register(
            "request_seconds",
            "Time from a request's headers to the beginning of its answer",
            figures.seconds.clone(),
        );
        registry.register(
            "problems",
            "Requests that could not be served, by the problem's code",
            figures.problems.clone(),
        );
        registry.register("requests_abandoned", "Requests whose client went away", figures.abandoned.clone());
        registry.register("bad_tokens", "Tokens that nobody is known by, or not looked at", figures.bad_tokens.clone());
        figures
    }

    /// An answer, whatever it was, and how long it took to begin.
    pub fn count_answer(&self, request: &HttpRequest, status: StatusCode, took: Duration) {
        let (method, route) = (method(request.method()), route(request));
        self.seconds.get_or_create(&RouteLabels { method, route: route.clone() }).observe(took.as_secs_f64());
        self.answers.get_or_create(&AnswerLabels { method, route, status: status.as_u16() }).inc();
    }

    /// A problem that was answered with.
    pub fn count_problem(&self, code: &'static str) {
        self.problems.get_or_create(&ProblemLabels { code }).inc();
    }

    /// A bad token, whether or not its client waits for the answer.
    pub fn count_bad_token(&self) {
        self.bad_tokens.inc();
    }

    /// A request whose client went away.
    pub fn count_abandoned(&self) {
        self.abandoned.inc();
    }
}

/// Clients may make methods up.
fn method(method: &Method) -> &'static str {
    let known = METHODS.iter().find(|known| *known == method);
    known.map_or("other", Method::as_str)
}

/// The pattern of the request's route, not its address, which may be anything.
fn route(request: &HttpRequest) -> String {
    request.match_pattern().unwrap_or_else(|| "none".to_owned())
}
