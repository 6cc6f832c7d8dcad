//! What the forms about policies ask for.

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};

use super::shown_with;
use super::versions::path;
use crate::http::pages::forms::lead_to;
use crate::http::policy_upload;
use crate::http::session::{Posted, Viewer};
use crate::http::{Problem, Service};
use crate::service::policies::{self, Verdict};

type Answer = Result<HttpResponse, Problem>;
type Id = web::Path<(String, String)>;
type Served = web::Data<Service>;

/// Proposes the file of the form; what is wrong with it is told on the page.
pub async fn propose(request: HttpRequest, payload: web::Payload, viewer: Viewer, service: Served) -> Answer {
    let (bytes, mark) = policy_upload::receive_form(&request, payload, &service).await?;
    viewer.check_mark(&mark)?;
    let proposed = match policy_upload::refuse_empty(&bytes) {
        Ok(()) => policies::propose(bytes, &viewer.person, &service).await,
        Err(problem) => Err(problem),
    };
    match proposed {
        Ok(version) => Ok(lead_to(&path(&version.id, &version.version))),
        Err(problem) if problem.status_code().is_client_error() => {
            shown_with(Some(&problem), &request, &viewer, &service).await
        }
        Err(problem) => Err(problem),
    }
}

/// Approves a version.
pub async fn approve(id: Id, posted: Posted, service: Served) -> Answer {
    decide(&id, Verdict::Approve, &posted, &service).await
}

/// Rejects a version with a reason.
pub async fn reject(id: Id, posted: Posted, service: Served) -> Answer {
    let reason = Some(posted.get("reason").to_owned()).filter(|reason| !reason.is_empty());
    decide(&id, Verdict::Reject { reason }, &posted, &service).await
}

/// Takes a proposal back.
pub async fn withdraw(id: Id, posted: Posted, service: Served) -> Answer {
    decide(&id, Verdict::Withdraw, &posted, &service).await
}

async fn decide((id, version): &(String, String), verdict: Verdict, posted: &Posted, service: &Service) -> Answer {
    policies::decide(id, version, verdict, &posted.viewer.person, service).await?;
    Ok(lead_to(&path(id, version)))
}
