//! The company's own policies: proposed by one person of finance, approved by another, each version for its own time; as JSON and as
//! workbooks.

pub mod ask;
pub mod list;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::problem::{NO_REASON, PolicyProblem};
use crate::service::live;
use ask::{asked, reason, receive};
use list::VersionListed;

use super::openapi::{parameters, refusals};
use super::request::{only_lang, shown};
use super::templates::XLSX;
use super::{Caller, Problem, Service, etag, filename};
use crate::clock;
use crate::lang::Lang;
use crate::pipeline::PipelineError;
use crate::policy::family::{self, Days};
use crate::policy::{Policy, Rates};
use crate::policy_book::{self, BookError};
use crate::report::policy_book as drawn;
use crate::schema::nearest;
use crate::store::{Decided, Decision, Person, PolicyVersion};

type Answer = Result<HttpResponse, Problem>;

/// The policies that there are
///
/// The default one first, each with all its versions: what stands behind them, and when they are in force.
#[utoipa::path(
    get, path = "/v1/policies", tag = "in force", operation_id = "listPolicies",
    params(parameters::OnlyLang, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The list", body = ref("#/components/schemas/PolicyList"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS]))))
)]
pub async fn policies(request: HttpRequest, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    let engine = service.engine_in_force().await?;
    let kept = shown_to(&caller, &service).await?;
    etag::json(&request, &list::list(&engine, service.live.base(), &kept, clock::today(), lang))
}

/// All that a policy says
///
/// As its file has it, and the file's hash: the version that is in force today or, where none is, the newest; or the one that is asked for.
#[utoipa::path(
    get, path = "/v1/policies/{id}", tag = "in force", operation_id = "getPolicy",
    params(
        ("id" = String, Path, description = "The policy's id", example = "handbook"),
        parameters::PolicyVersion,
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The policy", body = ref("#/components/schemas/PolicyFile"), content_type = "application/json",
            headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-policy", "no-such-policy-version"]]))))
)]
pub async fn policy(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let (version, _) = asked(request.query_string())?;
    let policy = find(&id, version.as_deref(), &caller, &service).await?;
    let mut content = policy.content();
    content["sha256"] = policy.sha256.into();
    etag::json(&request, &content)
}

/// A policy as a workbook
///
/// Every figure in its cell: to be changed in a spreadsheet program and sent back as another version.
#[utoipa::path(
    get, path = "/v1/policies/{id}.xlsx", tag = "in force", operation_id = "getPolicyBook",
    params(
        ("id" = String, Path, description = "The policy's id", example = "handbook"),
        parameters::PolicyVersion,
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The workbook", body = ref("#/components/schemas/WorkbookFile"), content_type = XLSX,
            headers(
                ("ETag" = String, description = "The answer's hash"),
                ("Content-Disposition" = String, description = "The workbook's name (RFC 6266)"),
            )),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-policy", "no-such-policy-version"]]))))
)]
pub async fn book(
    request: HttpRequest,
    id: web::Path<String>,
    service: web::Data<Service>,
    Caller(caller): Caller,
) -> Answer {
    let (version, lang) = asked(request.query_string())?;
    let policy = find(&id, version.as_deref(), &caller, &service).await?;
    let disposition = filename::content_disposition(&drawn::file_name(&policy, lang), "policy");
    let bytes = web::block(move || drawn::render(&policy, lang)).await;
    let bytes = bytes.map_err(Problem::internal)?.map_err(Problem::internal)?;
    Ok(etag::workbook(&request, &disposition, bytes))
}

/// Propose a version of a policy
///
/// As its workbook or as TOML; its bytes tell which. It is checked like any policy, worked examples included, and counts once another
/// person has approved it.
#[utoipa::path(
    post, path = "/v1/policies", tag = "in force", operation_id = "proposePolicy",
    params(parameters::OnlyLang),
    request_body(description = "The policy", content(
        (ref("#/components/schemas/WorkbookFile") = "application/octet-stream"),
        (String = "application/toml"),
    )),
    responses((status = 201, description = "The proposal", body = ref("#/components/schemas/PolicyVersion"), content_type = "application/json",
        headers(("Location" = String, description = "Where all of it can be read")))),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &[
        "malformed-request", "incomplete-body", "body-too-slow", "body-trickles", "too-large", "not-a-workbook", "encrypted", "unreadable",
        "workbook-too-large", "unpatchable", "invalid-policy", "policy-id-taken", "policy-version-exists", "policy-overlap",
    ]]))))
)]
pub async fn propose(
    request: HttpRequest,
    payload: web::Payload,
    service: web::Data<Service>,
    Caller(by): Caller,
) -> Answer {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    let bytes = receive(&request, payload, &service).await?;
    let new = proposed(bytes, &by, &service).await?;
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let location = format!("/v1/policies/{}?version={}", encoded(&new.id), encoded(&new.version));
    let engine = service.engine_in_force().await?;
    let listed = VersionListed::kept(&new, &engine, clock::today(), lang);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(listed))
}

/// Checks and keeps a version that somebody proposes, as a workbook or as TOML.
///
/// # Errors
/// Everything that is wrong with it; nothing is kept then.
pub async fn proposed(bytes: Bytes, by: &Person, service: &Service) -> Result<PolicyVersion, Problem> {
    let limits = service.engine().package_limits.clone();
    let read = web::block(move || policy_book::read("policy", &bytes, &limits)).await.map_err(Problem::internal)?;
    let policy = read.map_err(|error| match error {
        BookError::Workbook(error) => PipelineError::from(error).into(),
        BookError::Faults(faults) => Problem::Policy(PolicyProblem::Invalid { faults }),
    })?;
    let Policy { id, version, .. } = &policy;
    refuse_installed(id, service)?;
    let exists = || Problem::Policy(PolicyProblem::VersionExists { id: id.clone(), version: version.clone() });
    if service.store.policy_version(id, version).await?.is_some() {
        return Err(exists());
    }
    let engine = service.engine_in_force().await?;
    if let Some(other) = family::overlapped(&engine.policies, &policy) {
        let (id, version, other) = (id.clone(), version.clone(), other.version.clone());
        return Err(Problem::Policy(PolicyProblem::Overlap { id, version, other }));
    }
    let new = proposal(&policy, by)?;
    match service.store.propose_policy(&new).await? {
        true => Ok(new),
        false => Err(exists()),
    }
}

/// Approve a version
///
/// From now on it counts, on all servers, for the periods that end while it is in force. Never by who proposed it.
#[utoipa::path(
    post, path = "/v1/policies/{id}/versions/{version}/approve", tag = "in force", operation_id = "approvePolicy",
    params(
        ("id" = String, Path, description = "The policy's id", example = "own"),
        ("version" = String, Path, description = "The version", example = "2027.1"),
        parameters::OnlyLang,
    ),
    responses((status = 200, description = "The version", body = ref("#/components/schemas/PolicyVersion"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &[
        "no-such-policy-version", "own-proposal", "policy-decided", "policy-overlap", "policy-id-taken",
    ]]))))
)]
pub async fn approve(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    Caller(by): Caller,
) -> Answer {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    decide(&path, Decision::Approve, &by, lang, &service).await
}

/// Reject a version
///
/// For a reason. Never by who proposed it.
#[utoipa::path(
    post, path = "/v1/policies/{id}/versions/{version}/reject", tag = "in force", operation_id = "rejectPolicy",
    params(
        ("id" = String, Path, description = "The policy's id", example = "own"),
        ("version" = String, Path, description = "The version", example = "2027.1"),
        parameters::OnlyLang,
    ),
    request_body(description = "Why", content(
        (ref("#/components/schemas/PolicyReason") = "application/json", example = json!({"reason": "返点高于预算"})),
    )),
    responses((status = 200, description = "The version", body = ref("#/components/schemas/PolicyVersion"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &[
        "malformed-request", "invalid-decision", "no-such-policy-version", "own-proposal", "policy-decided", "policy-id-taken",
    ]]))))
)]
pub async fn reject(
    request: HttpRequest,
    body: Bytes,
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    Caller(by): Caller,
) -> Answer {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    let reason = reason(&body)?.ok_or(Problem::Policy(PolicyProblem::InvalidDecision { what: NO_REASON }))?;
    decide(&path, Decision::Reject(reason), &by, lang, &service).await
}

/// Take a proposal back
///
/// Only by who proposed it.
#[utoipa::path(
    post, path = "/v1/policies/{id}/versions/{version}/withdraw", tag = "in force", operation_id = "withdrawPolicy",
    params(
        ("id" = String, Path, description = "The policy's id", example = "own"),
        ("version" = String, Path, description = "The version", example = "2027.1"),
        parameters::OnlyLang,
    ),
    responses((status = 200, description = "The version", body = ref("#/components/schemas/PolicyVersion"), content_type = "application/json")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &[
        "no-such-policy-version", "not-own-proposal", "policy-decided", "policy-id-taken",
    ]]))))
)]
pub async fn withdraw(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    service: web::Data<Service>,
    Caller(by): Caller,
) -> Answer {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    decide(&path, Decision::Withdraw, &by, lang, &service).await
}

async fn decide(
    (id, version): &(String, String),
    decision: Decision,
    by: &Person,
    lang: Lang,
    service: &Service,
) -> Answer {
    refuse_installed(id, service)?;
    let overlapped = |own: &PolicyVersion, approved: &[PolicyVersion]| {
        let other = approved.iter().find(|other| family::overlap(days(own), days(other)));
        other.map(|other| other.version.clone())
    };
    let decided = service.store.decide_policy((id, version), &decision, by, overlapped).await?;
    let problem = match decided {
        Decided::Done(done) => {
            let engine = service.engine_in_force().await?;
            return Ok(HttpResponse::Ok().json(VersionListed::kept(&done, &engine, clock::today(), lang)));
        }
        Decided::NoSuchVersion => {
            let known = service.store.policy_versions().await?;
            return Err(no_such_version(id, version, &known, service).await?);
        }
        Decided::Before(before) => {
            PolicyProblem::Decided { status: before.status, by: before.decided_by.unwrap_or_default() }
        }
        Decided::Own => PolicyProblem::OwnProposal,
        Decided::NotOwn(version) => PolicyProblem::NotOwnProposal { proposed_by: version.proposed_by },
        Decided::Overlap(other) => PolicyProblem::Overlap { id: id.clone(), version: version.clone(), other },
    };
    Err(Problem::Policy(problem))
}

/// What came with the program or its folder is neither proposed nor decided on.
fn refuse_installed(id: &str, service: &Service) -> Result<(), Problem> {
    match service.live.base().policies.iter().any(|policy| policy.id == id) {
        true => Err(Problem::Policy(PolicyProblem::IdTaken { id: id.to_owned() })),
        false => Ok(()),
    }
}

/// The versions that were proposed here, as far as a person is shown them.
///
/// # Errors
/// When the database fails.
pub async fn shown_to(person: &Person, service: &Service) -> Result<Vec<PolicyVersion>, Problem> {
    let mut versions = service.store.policy_versions().await?;
    versions.retain(|version| version.is_shown_to(person));
    Ok(versions)
}

/// The policy of an id: in a version, in that which is in force today, or else in the newest.
///
/// # Errors
/// When there is none that this person is shown.
pub async fn find(id: &str, version: Option<&str>, person: &Person, service: &Service) -> Result<Policy, Problem> {
    let engine = service.engine_in_force().await?;
    let versions = family::versions(&engine.policies, id);
    let in_force = || family::in_force(&engine.policies, id, clock::today());
    let found = match version {
        Some(version) => versions.iter().find(|policy| policy.version == version).copied(),
        None => in_force().or(versions.last().copied()),
    };
    if let Some(policy) = found {
        return Ok(policy.clone());
    }
    let version = version.unwrap_or_default();
    let kept = service.store.policy_version(id, version).await?;
    match kept.filter(|version| version.is_shown_to(person)) {
        Some(kept) => web::block(move || live::read(&kept)).await.map_err(Problem::internal)?,
        None => Err(no_such_version(id, version, &shown_to(person, service).await?, service).await?),
    }
}

/// That there is no such version or, where there is none at all, no such policy.
async fn no_such_version(
    id: &str,
    version: &str,
    kept: &[PolicyVersion],
    service: &Service,
) -> Result<Problem, Problem> {
    let engine = service.engine_in_force().await?;
    let installed =
        family::versions(&service.live.base().policies, id).into_iter().map(|policy| policy.version.clone());
    let of_id = kept.iter().filter(|version| version.id == id).map(|version| version.version.clone());
    let known: Vec<String> = installed.chain(of_id).collect();
    Ok(match known.is_empty() {
        true => {
            let ids = family::ids(&engine.policies).into_iter().chain(kept.iter().map(|version| version.id.as_str()));
            Problem::NoSuchPolicy { id: shown(id), nearest: nearest(id, ids).map(str::to_owned) }
        }
        false => Problem::Policy(PolicyProblem::NoSuchVersion { id: shown(id), version: shown(version), known }),
    })
}

fn days(version: &PolicyVersion) -> Days {
    let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    (day(&version.effective_from), day(&version.effective_to))
}

fn proposal(policy: &Policy, by: &Person) -> Result<PolicyVersion, Problem> {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    Ok(PolicyVersion {
        id: policy.id.clone(),
        version: policy.version.clone(),
        title_zh: policy.title.zh.clone(),
        title_en: policy.title.en.clone(),
        rates: if policy.rates == Rates::Own { "own" } else { "example" }.to_owned(),
        sha256: policy.sha256.clone(),
        source: serde_json::to_string(&*policy.source).map_err(Problem::internal)?,
        effective_from: day(policy.effective_from),
        effective_to: day(policy.effective_to),
        status: "proposed".to_owned(),
        proposed_by: by.name.clone(),
        proposed_person: Some(by.id.clone()),
        proposed_at: clock::now(),
        decided_by: None,
        decided_at: None,
        reason: None,
    })
}
