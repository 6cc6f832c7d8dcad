//! What the forms of a settlement's page ask for: each becomes the command that the interface takes as well, and leads back to the page.

use actix_web::{HttpResponse, web};

use crate::http::body::Body;
use crate::http::pages::forms::{lead_to, members};
use crate::http::pages::frame::segment;
use crate::http::pages::parts::run_path;
use crate::http::session::Posted;
use crate::http::{Problem, Service, settlement_requests as requests};
use crate::service::runs;
use crate::service::settlements::{amend, life, payments};
use dealerbook_store::{Person, Run};

type Answer = Result<HttpResponse, Problem>;
type Id = web::Path<String>;
type Served = web::Data<Service>;

/// Hands it in for approval.
pub async fn submit(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let submission = requests::submission(body(&posted, requests::SUBMISSION))?;
    life::submit(&run, &submission, by(&posted), &service).await?;
    Ok(page(&id))
}

/// Approves it.
pub async fn approve(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let note = requests::remark(body(&posted, requests::REMARK))?;
    life::approve(&run, note.as_deref(), by(&posted), &service).await?;
    Ok(page(&id))
}

/// Sends it back with a reason.
pub async fn reject(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let reason = requests::reason(body(&posted, requests::REASON))?;
    life::reject(&run, &reason, by(&posted), &service).await?;
    Ok(page(&id))
}

/// Adds to a dealer's amount, or takes off.
pub async fn adjust(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let new = requests::adjustment(body(&posted, requests::ADJUSTMENT))?;
    amend::adjust(&run, &new, by(&posted), &service).await?;
    Ok(dealer(&id, &posted))
}

/// Takes an adjustment away again.
pub async fn remove_adjustment(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    amend::remove_adjustment(&run, posted.get("number"), by(&posted), &service).await?;
    Ok(dealer(&id, &posted))
}

/// Holds a dealer's payment back.
pub async fn hold(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let reason = requests::reason(body(&posted, requests::REASON))?;
    amend::hold(&run, posted.get("dealer_id"), &reason, by(&posted), &service).await?;
    Ok(dealer(&id, &posted))
}

/// Lets it go again.
pub async fn release(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    amend::release(&run, posted.get("dealer_id"), by(&posted), &service).await?;
    Ok(dealer(&id, &posted))
}

/// Orders all that is payable. Whoever sends the form twice finds nothing payable any more.
pub async fn order(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let order = requests::order(body(&posted, requests::REMARK))?;
    payments::order(&run, order, None, by(&posted), &service).await?;
    Ok(page(&id))
}

/// Notes that a batch of payments was paid.
pub async fn paid(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let paid_on = requests::paid_on(body(&posted, requests::PAID))?;
    let number = payments::parse_number(posted.get("number"))?;
    payments::confirm(&run, number, &paid_on, by(&posted), &service).await?;
    Ok(page(&id))
}

/// Gives a batch of payments up.
pub async fn cancel(id: Id, posted: Posted, service: Served) -> Answer {
    let run = find(&id, &posted, &service).await?;
    let number = payments::parse_number(posted.get("number"))?;
    payments::cancel(&run, number, by(&posted), &service).await?;
    Ok(page(&id))
}

fn by(posted: &Posted) -> &Person {
    &posted.viewer.person
}

async fn find(id: &str, posted: &Posted, service: &Service) -> Result<Run, Problem> {
    runs::find(id, by(posted), service).await
}

/// The fields that are filled in, as the members of a body.
fn body(posted: &Posted, fields: &[&str]) -> Body {
    Body::of_members(members(posted, fields), fields)
}

fn page(id: &str) -> HttpResponse {
    lead_to(&format!("{}/settlement", run_path(id)))
}

/// Back to the page with the dealer's line open.
fn dealer(id: &str, posted: &Posted) -> HttpResponse {
    lead_to(&format!("{}/settlement?dealer={}#dealer", run_path(id), segment(posted.get("dealer_id"))))
}
