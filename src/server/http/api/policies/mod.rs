//! The company's own policies: proposed by one person of finance, approved by another, each version for its own time; as JSON and as
//! workbooks.

pub mod list;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::policy_upload::{asked, reason, receive};
use list::VersionListed;

use crate::http::answer::XLSX;
use crate::http::describe::{parameters, refusals};
use crate::http::request::only_lang;
use crate::http::{Caller, Problem, Service, etag, filename};
use crate::service::policies::{self, Verdict};
use dealerbook_base::clock;
use dealerbook_output::report::policy_book as drawn;
use dealerbook_store::Person;

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
pub async fn list_all(request: HttpRequest, service: web::Data<Service>, Caller(caller): Caller) -> Answer {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    let engine = service.engine_in_force().await?;
    let kept = policies::visible_to(&caller, &service).await?;
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
    let policy = policies::find(&id, version.as_deref(), &caller, &service).await?;
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
    let policy = policies::find(&id, version.as_deref(), &caller, &service).await?;
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
    let new = policies::propose(bytes, &by, &service).await?;
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let location = format!("/v1/policies/{}?version={}", encoded(&new.id), encoded(&new.version));
    let engine = service.engine_in_force().await?;
    let listed = VersionListed::kept(&new, &engine, clock::today(), lang);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(listed))
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
    decide(&request, &path, Verdict::Approve, &by, &service).await
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
    only_lang(request.query_string())?;
    decide(&request, &path, Verdict::Reject { reason: reason(&body)? }, &by, &service).await
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
    decide(&request, &path, Verdict::Withdraw, &by, &service).await
}

/// Decides on a version, and describes it as it is then.
async fn decide(
    request: &HttpRequest,
    (id, version): &(String, String),
    verdict: Verdict,
    by: &Person,
    service: &Service,
) -> Answer {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    let decided = policies::decide(id, version, verdict, by, service).await?;
    let engine = service.engine_in_force().await?;
    Ok(HttpResponse::Ok().json(VersionListed::kept(&decided, &engine, clock::today(), lang)))
}
