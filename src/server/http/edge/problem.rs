//! Which status a problem is answered with: the one place where a class becomes one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::problem::{Class, Problem};
use dealerbook_base::lang::Lang;

/// Returns the status of a class.
pub fn status_of(class: Class) -> StatusCode {
    match class {
        Class::Invalid => StatusCode::BAD_REQUEST,
        Class::Unauthorized => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::Missing => StatusCode::NOT_FOUND,
        Class::Method => StatusCode::METHOD_NOT_ALLOWED,
        Class::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Class::Conflict => StatusCode::CONFLICT,
        Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Class::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Busy => StatusCode::TOO_MANY_REQUESTS,
        Class::Outage => StatusCode::SERVICE_UNAVAILABLE,
        Class::Full => StatusCode::INSUFFICIENT_STORAGE,
        Class::Ours => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Only carries the problem to [`render`](crate::http::render()), which knows the request.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        status_of(self.class())
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Returns a problem as a document of JSON, in the name of what `instance` names.
pub fn describe(problem: &Problem, lang: Lang, instance: String) -> String {
    let document = problem.document(lang, status_of(problem.class()).as_u16(), instance);
    serde_json::to_string(&document).unwrap_or_default()
}
