//! What the forms of a settlement's page ask for: each goes the way of the interface, with the same refusals, and leads back to the page.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::pages::forward::{body, caller, to};
use crate::http::pages::frame::segment;
use crate::http::pages::parts::run_path;
use crate::http::session::Posted;
use crate::http::settlements::{amend, life, payments};
use crate::http::{Problem, Service};

type Answer = Result<HttpResponse, Problem>;
type Id = web::Path<String>;
type Served = web::Data<Service>;

/// Hands it in for approval.
pub async fn submit(id: Id, posted: Posted, service: Served) -> Answer {
    let back = page(&id);
    life::submit(id, body(&posted, &["note", "supersedes"]), service, caller(&posted)).await?;
    Ok(back)
}

/// Approves it.
pub async fn approve(id: Id, posted: Posted, service: Served) -> Answer {
    let back = page(&id);
    life::approve(id, body(&posted, &["note"]), service, caller(&posted)).await?;
    Ok(back)
}

/// Sends it back with a reason.
pub async fn reject(id: Id, posted: Posted, service: Served) -> Answer {
    let back = page(&id);
    life::reject(id, body(&posted, &["reason"]), service, caller(&posted)).await?;
    Ok(back)
}

/// Adds to a dealer's amount, or takes off.
pub async fn adjust(id: Id, posted: Posted, service: Served) -> Answer {
    let back = dealer(&id, &posted);
    amend::adjust(id, body(&posted, &["dealer_id", "amount", "reason"]), service, caller(&posted)).await?;
    Ok(back)
}

/// Takes an adjustment away again.
pub async fn remove_adjustment(id: Id, posted: Posted, service: Served) -> Answer {
    let back = dealer(&id, &posted);
    amend::remove_adjustment(path(&id, &posted, "number"), service, caller(&posted)).await?;
    Ok(back)
}

/// Holds a dealer's payment back.
pub async fn hold(id: Id, posted: Posted, service: Served) -> Answer {
    let back = dealer(&id, &posted);
    amend::hold(path(&id, &posted, "dealer_id"), body(&posted, &["reason"]), service, caller(&posted)).await?;
    Ok(back)
}

/// Lets it go again.
pub async fn release(id: Id, posted: Posted, service: Served) -> Answer {
    let back = dealer(&id, &posted);
    amend::release(path(&id, &posted, "dealer_id"), service, caller(&posted)).await?;
    Ok(back)
}

/// Orders all that is payable. Whoever sends the form twice finds nothing payable any more.
pub async fn order(request: HttpRequest, id: Id, posted: Posted, service: Served) -> Answer {
    let back = page(&id);
    payments::order(request, id, body(&posted, &["note"]), service, caller(&posted)).await?;
    Ok(back)
}

/// Notes that a batch of payments was paid.
pub async fn paid(id: Id, posted: Posted, service: Served) -> Answer {
    let back = page(&id);
    payments::paid(path(&id, &posted, "number"), body(&posted, &["paid_on"]), service, caller(&posted)).await?;
    Ok(back)
}

/// Gives a batch of payments up.
pub async fn cancel(id: Id, posted: Posted, service: Served) -> Answer {
    let back = page(&id);
    payments::cancel(path(&id, &posted, "number"), service, caller(&posted)).await?;
    Ok(back)
}

/// The two segments of an address that the interface takes.
fn path(id: &str, posted: &Posted, field: &str) -> web::Path<(String, String)> {
    web::Path::from((id.to_owned(), posted.get(field).to_owned()))
}

fn page(id: &str) -> HttpResponse {
    to(&format!("{}/settlement", run_path(id)))
}

/// Back to the page with the dealer's line open.
fn dealer(id: &str, posted: &Posted) -> HttpResponse {
    to(&format!("{}/settlement?dealer={}#dealer", run_path(id), segment(posted.get("dealer_id"))))
}
