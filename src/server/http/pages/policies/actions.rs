//! What the forms about policies ask for, by the way of the interface.

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};

use super::shown_with;
use super::versions::path;
use crate::http::pages::forward::{body, caller, to};
use crate::http::policies::{self, ask};
use crate::http::session::{Posted, Viewer};
use crate::http::{Problem, Service};

type Answer = Result<HttpResponse, Problem>;
type Id = web::Path<(String, String)>;
type Served = web::Data<Service>;

/// Proposes the file of the form; what is wrong with it is told on the page.
pub async fn propose(request: HttpRequest, payload: web::Payload, viewer: Viewer, service: Served) -> Answer {
    let (bytes, mark) = ask::receive_form(&request, payload, &service).await?;
    viewer.check_mark(&mark)?;
    let proposed = match ask::refuse_empty(&bytes) {
        Ok(()) => policies::proposed(bytes, &viewer.person, &service).await,
        Err(problem) => Err(problem),
    };
    match proposed {
        Ok(version) => Ok(to(&path(&version.id, &version.version))),
        Err(problem) if problem.status_code().is_client_error() => {
            shown_with(Some(&problem), &request, &viewer, &service).await
        }
        Err(problem) => Err(problem),
    }
}

/// Approves a version.
pub async fn approve(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let back = to(&path(&id.0, &id.1));
    policies::approve(request, id, service, caller(&posted)).await?;
    Ok(back)
}

/// Rejects a version with a reason.
pub async fn reject(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let back = to(&path(&id.0, &id.1));
    policies::reject(request, body(&posted, &["reason"]), id, service, caller(&posted)).await?;
    Ok(back)
}

/// Takes a proposal back.
pub async fn withdraw(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let back = to(&path(&id.0, &id.1));
    policies::withdraw(request, id, service, caller(&posted)).await?;
    Ok(back)
}
