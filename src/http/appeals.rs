//! Appeals (申诉) over HTTP: lodged against a run, listed, verified, and answered by accepting or rejecting.

mod accept;
mod appealed;
pub mod ask;
pub mod brought;
pub mod document;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use uuid::Uuid;

use super::describe::{parameters, refusals};
use super::request::next_address;
use super::{Caller, Problem, Service, again, etag, runs};
use crate::clock;
use crate::problem::{AppealFault, AppealProblem};
use crate::store::{Answered, AppealSource, KeptAppeal, NewAnswer, NewAppeal, Person, Verification};
use appealed::Appealed;
use ask::{Acceptance, Lodging};
use document::{AppealDocument, AppealList};

type Answer = Result<HttpResponse, Problem>;

/// Lodge an appeal
///
/// For a dealer, against a run with results. It is to be verified, and then to be answered, within so many working days as the run's policy says; as long as no verification is noted, the answer's days count from lodging. The same words for the same dealer are the same appeal, which is answered with 200.
#[utoipa::path(
    post, path = "/v1/runs/{id}/appeals", tag = "appeals", operation_id = "lodgeAppeal",
    params(("id" = String, Path, format = "uuid", description = "The run's id, as `Location` and the list have it")),
    request_body(description = "What the dealer says", content(
        (ref("#/components/schemas/AppealWanted") = "application/json", example = json!({"dealer_id": "D001", "text": "二月有一车 60 吨未计入", "about": "annual_volume"})),
    )),
    responses(
        (status = 200, description = "The same appeal, lodged before", body = ref("#/components/schemas/Appeal"), content_type = "application/json"),
        (status = 201, description = "The appeal", body = ref("#/components/schemas/Appeal"), content_type = "application/json",
            headers(("Location" = String, description = "Where it can be had again"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-run", "nothing-calculated", "policy-changed", "invalid-appeal", "appeal-too-late", "malformed-request"]]))))
)]
pub async fn lodge(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let run = runs::find(&id, &person, &service).await?;
    let Lodging { dealer_id, text, about, mut faults } = Lodging::parse(&body);
    let appealed = Appealed::of(&run, &service).await?;
    faults.extend(dealer_id.as_deref().and_then(|id| appealed.dealer_fault(id)));
    faults.extend(about.as_deref().and_then(|about| appealed.about_fault(about, &service)));
    let (Some(dealer_id), Some(text), true) = (dealer_id, text, faults.is_empty()) else {
        return Err(AppealProblem::Invalid { faults }.into());
    };
    if let Some(last_day) = appealed::closed(&run, &service).await? {
        return Err(AppealProblem::TooLate { last_day }.into());
    }
    let lodged_at = clock::timestamp();
    let due = appealed::due_at(lodged_at, None, &appealed.policy, &service.calendar);
    let new = NewAppeal {
        dealer_name: appealed.dealers.get(&dealer_id).cloned().unwrap_or_default(),
        dealer_id,
        about,
        text,
        source: AppealSource::Request,
        lodged_at: clock::text(lodged_at),
        verify_due_at: due.verify,
        due_at: due.answer,
    };
    let lodged = service.store.lodge_appeals(&run.id, &[new], &person.name).await?;
    let (appeal, is_new) = lodged.into_iter().next().ok_or_else(|| Problem::internal("an appeal was not lodged"))?;
    let mut answer = HttpResponse::build(if is_new { StatusCode::CREATED } else { StatusCode::OK });
    answer.insert_header((header::LOCATION, format!("/v1/appeals/{}", appeal.id)));
    Ok(answer.json(AppealDocument::of(appeal, &clock::now())))
}

/// The appeals against runs that you may see
///
/// Newest first; `next` is the address of the older ones, null on the last page.
#[utoipa::path(
    get, path = "/v1/appeals", tag = "appeals", operation_id = "listAppeals",
    params(parameters::AppealFilter, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "A page of the list", body = ref("#/components/schemas/AppealList"),
            content_type = "application/json", headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn list(request: HttpRequest, service: web::Data<Service>, Caller(person): Caller) -> Answer {
    let now = clock::now();
    let (filter, rows_max) = ask::filter(request.query_string(), &now)?;
    let (appeals, before) = service.store.appeals(&filter, &person, rows_max).await?;
    let next = before.map(|before| next_address("/v1/appeals", request.query_string(), before));
    let appeals = appeals.into_iter().map(|appeal| AppealDocument::of(appeal, &now)).collect();
    etag::json(&request, &AppealList { appeals, next })
}

/// An appeal
#[utoipa::path(
    get, path = "/v1/appeals/{id}", tag = "appeals", operation_id = "getAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id"), parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The appeal", body = ref("#/components/schemas/Appeal"),
            content_type = "application/json", headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-appeal"]]))))
)]
pub async fn show(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = find(&id, &person, &service).await?;
    etag::json(&request, &AppealDocument::of(appeal, &clock::now()))
}

/// Note that an appeal was verified
///
/// On which day it was looked into (核实): today where none is named. Once; the clock of the answer runs from that day, but at the latest from the last day for the verification.
#[utoipa::path(
    post, path = "/v1/appeals/{id}/verify", tag = "appeals", operation_id = "verifyAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id")),
    request_body(description = "The day, if it isn't today", content(
        (ref("#/components/schemas/AppealVerification") = "application/json", example = json!({"verified_on": "2008-01-07"})),
    )),
    responses((status = 200, description = "The appeal, with the day on which its answer is due now", body = ref("#/components/schemas/Appeal"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-appeal", "own-appeal", "appeal-answered", "appeal-verified", "invalid-appeal", "malformed-request", "no-such-run", "policy-changed"]]))))
)]
pub async fn verify(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = find(&id, &person, &service).await?;
    let asked = ask::verification(&body).map_err(|faults| AppealProblem::Invalid { faults })?;
    answerable(&appeal, &person)?;
    let (calendar, now) = (&service.calendar, clock::timestamp());
    let lodged_at: Timestamp = appeal.lodged_at.parse().map_err(Problem::internal)?;
    let (first, last) = (calendar.day_of(lodged_at), calendar.day_of(now));
    let on = asked.unwrap_or(last);
    if !(first..=last).contains(&on) {
        return Err(AppealProblem::Invalid { faults: vec![AppealFault::NotVerifiedThen { first, last }] }.into());
    }
    let run = runs::find(&appeal.run_id, &person, &service).await?;
    let due = appealed::due_at(lodged_at, Some(on), &again::policy(&run, &service).await?, calendar);
    let (on, at) = (on.to_string(), clock::text(now));
    let verification = Verification { id: &appeal.id, by: &person.name, at: &at, on: &on, due_at: &due.answer };
    answered(service.store.verify_appeal(&verification).await?, &at)
}

/// Accept an appeal
///
/// Cells of the run's upload are corrected and calculated as a new run, `new_run`, of the same period, policy and history; several accepted appeals build on each other. Errors in the corrected data refuse it, and nothing changes.
#[utoipa::path(
    post, path = "/v1/appeals/{id}/accept", tag = "appeals", operation_id = "acceptAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id")),
    request_body(description = "What is corrected, and what is said about it", content(
        (ref("#/components/schemas/AppealAcceptance") = "application/json", example = json!({"corrections": [{"sheet": "月度提货", "cell": "D3", "value": 160}], "answer": "补录二月的一车"})),
    )),
    responses((status = 200, description = "The appeal, answered", body = ref("#/components/schemas/Appeal"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &[
        "no-such-appeal", "own-appeal", "appeal-answered", "invalid-appeal", "correction-faulty", "malformed-request", "no-such-run",
        "nothing-calculated", "policy-changed", "run-outdated", "not-a-workbook", "unpatchable", "busy", "cancelled", "store-quota-reached",
    ]]))))
)]
pub async fn accept(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = find(&id, &person, &service).await?;
    let acceptance = Acceptance::parse(&body).map_err(|faults| AppealProblem::Invalid { faults })?;
    answerable(&appeal, &person)?;
    let answered = accept::accept(&appeal, &acceptance, &person, &service).await?;
    Ok(HttpResponse::Ok().json(AppealDocument::of(answered, &clock::now())))
}

/// Reject an appeal
///
/// With the reason, which stands in the dealer's row of the workbook that goes back.
#[utoipa::path(
    post, path = "/v1/appeals/{id}/reject", tag = "appeals", operation_id = "rejectAppeal",
    params(("id" = String, Path, format = "uuid", description = "The appeal's id")),
    request_body(description = "Why", content(
        (ref("#/components/schemas/AppealRejection") = "application/json", example = json!({"reason": "数量以发货单为准，二月没有该车"})),
    )),
    responses((status = 200, description = "The appeal, answered", body = ref("#/components/schemas/Appeal"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, &["no-such-appeal", "own-appeal", "appeal-answered", "invalid-appeal", "malformed-request"]]))))
)]
pub async fn reject(
    id: web::Path<String>,
    body: web::Bytes,
    service: web::Data<Service>,
    Caller(person): Caller,
) -> Answer {
    let appeal = find(&id, &person, &service).await?;
    let reason = ask::rejection(&body).map_err(|faults| AppealProblem::Invalid { faults })?;
    answerable(&appeal, &person)?;
    let now = clock::now();
    let answer = NewAnswer { id: &appeal.id, by: &person, at: &now, answer: Some(&reason) };
    answered(service.store.reject_appeal(&answer).await?, &now)
}

/// The appeal as it stands now, or what had become of it before.
fn answered(answered: Answered, now: &str) -> Answer {
    match answered {
        Answered::Done(appeal) => Ok(HttpResponse::Ok().json(AppealDocument::of(*appeal, now))),
        Answered::Before(appeal) => Err(AppealProblem::before(*appeal).into()),
        Answered::Gone | Answered::CorrectedMeanwhile => Err(AppealProblem::NoSuchAppeal.into()),
    }
}

/// The appeal of an id.
///
/// # Errors
/// When there is none that this person may see.
pub async fn find(id: &str, person: &Person, service: &Service) -> Result<KeptAppeal, Problem> {
    let id = Uuid::try_parse(id).map_err(|_| AppealProblem::NoSuchAppeal)?;
    let appeal = service.store.appeal(&id.to_string(), person).await?;
    appeal.ok_or_else(|| AppealProblem::NoSuchAppeal.into())
}

/// Whether this person may answer the appeal, and nobody has yet.
fn answerable(appeal: &KeptAppeal, person: &Person) -> Result<(), Problem> {
    if appeal.lodged_person.as_ref() == Some(&person.id) {
        return Err(AppealProblem::Own { who: person.name.clone() }.into());
    }
    match appeal.answered_at {
        Some(_) => Err(AppealProblem::before(appeal.clone()).into()),
        None => Ok(()),
    }
}

impl From<AppealProblem> for Problem {
    fn from(problem: AppealProblem) -> Problem {
        Problem::Appeal(problem)
    }
}
