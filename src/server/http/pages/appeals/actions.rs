//! What the forms about appeals ask for, by the way of the interface. What is refused is shown with what was typed.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::appeal;
use crate::http::pages::cells;
use crate::http::pages::forward::{body, caller, members, to};
use crate::http::session::Posted;
use crate::http::{Problem, Service, appeals};

type Answer = Result<HttpResponse, Problem>;
type Id = web::Path<String>;
type Served = web::Data<Service>;

/// Lodges one, and leads to it.
pub async fn lodge(id: Id, posted: Posted, service: Served) -> Answer {
    let sent = body(&posted, &["dealer_id", "text", "about"]);
    let lodged = appeals::lodge(id, sent, service, caller(&posted)).await?;
    let at = lodged.headers().get(header::LOCATION).and_then(|at| at.to_str().ok());
    Ok(to(at.and_then(|at| at.strip_prefix("/v1")).unwrap_or("/appeals")))
}

/// Notes that it was verified, on the day that was chosen.
pub async fn verify(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let sent = body(&posted, &["verified_on"]);
    let answer = appeals::verify(web::Path::from(id.clone()), sent, service.clone(), caller(&posted)).await;
    answered(answer, &request, &id, &posted, &service).await
}

/// Accepts it with corrected cells.
pub async fn accept(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let mut sent = members(&posted, &["answer"]);
    sent.insert("corrections".to_owned(), cells::sent(&posted).into());
    let sent = web::Bytes::from(Value::Object(sent).to_string());
    let answer = appeals::accept(web::Path::from(id.clone()), sent, service.clone(), caller(&posted)).await;
    answered(answer, &request, &id, &posted, &service).await
}

/// Rejects it with a reason.
pub async fn reject(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let sent = body(&posted, &["reason"]);
    let answer = appeals::reject(web::Path::from(id.clone()), sent, service.clone(), caller(&posted)).await;
    answered(answer, &request, &id, &posted, &service).await
}

async fn answered(answer: Answer, request: &HttpRequest, id: &str, posted: &Posted, service: &Service) -> Answer {
    match answer {
        Ok(_) => Ok(to(&format!("/appeals/{id}#answer"))),
        Err(problem @ Problem::Appeal(_)) => appeal::again(request, id, posted, &problem, service).await,
        Err(problem) => Err(problem),
    }
}
