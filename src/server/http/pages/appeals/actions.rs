//! What the forms about appeals ask for: each becomes the command that the interface takes as well. What is refused is shown with what
//! was typed.

use actix_web::{HttpRequest, HttpResponse, web};

use super::appeal;
use crate::http::appeal_requests as ask;
use crate::http::pages::cells;
use crate::http::pages::forms::{lead_to, members};
use crate::http::session::Posted;
use crate::http::{Problem, Service};
use crate::problem::{AppealFault, AppealProblem};
use crate::service::{appeals, runs};
use dealerbook_store::KeptAppeal;

type Answer = Result<HttpResponse, Problem>;
type Id = web::Path<String>;
type Served = web::Data<Service>;

/// Lodges one, and leads to it.
pub async fn lodge(id: Id, posted: Posted, service: Served) -> Answer {
    let by = &posted.viewer.person;
    let run = runs::find(&id, by, &service).await?;
    let lodging = ask::lodging(Ok(members(&posted, &["dealer_id", "text", "about"])));
    let (appeal, _) = appeals::lodge(&run, lodging, by, &service).await?;
    Ok(lead_to(&format!("/appeals/{}", appeal.id)))
}

/// Notes that it was verified, on the day that was chosen.
pub async fn verify(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let answered = async {
        let appeal = find(&id, &posted, &service).await?;
        let on = ask::verification(Ok(members(&posted, &["verified_on"]))).map_err(invalid)?;
        appeals::verify(&appeal, on, &posted.viewer.person, &service).await
    };
    lead_back(answered.await, &request, &id, &posted, &service).await
}

/// Accepts it with corrected cells.
pub async fn accept(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let answered = async {
        let appeal = find(&id, &posted, &service).await?;
        let mut sent = members(&posted, &["answer"]);
        sent.insert("corrections".to_owned(), cells::sent(&posted).into());
        let acceptance = ask::acceptance(Ok(sent)).map_err(invalid)?;
        appeals::accept(&appeal, &acceptance, &posted.viewer.person, &service).await
    };
    lead_back(answered.await, &request, &id, &posted, &service).await
}

/// Rejects it with a reason.
pub async fn reject(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let answered = async {
        let appeal = find(&id, &posted, &service).await?;
        let reason = ask::rejection(Ok(members(&posted, &["reason"]))).map_err(invalid)?;
        appeals::reject(&appeal, &reason, &posted.viewer.person, &service).await
    };
    lead_back(answered.await, &request, &id, &posted, &service).await
}

async fn find(id: &str, posted: &Posted, service: &Service) -> Result<KeptAppeal, Problem> {
    appeals::find(id, &posted.viewer.person, service).await
}

fn invalid(faults: Vec<AppealFault>) -> Problem {
    AppealProblem::Invalid { faults }.into()
}

/// Leads back to the appeal, with what is wrong where it is refused.
async fn lead_back(
    answered: Result<KeptAppeal, Problem>,
    request: &HttpRequest,
    id: &str,
    posted: &Posted,
    service: &Service,
) -> Answer {
    match answered {
        Ok(_) => Ok(lead_to(&format!("/appeals/{id}#answer"))),
        Err(problem @ Problem::Appeal(_)) => appeal::again(request, id, posted, &problem, service).await,
        Err(problem) => Err(problem),
    }
}
