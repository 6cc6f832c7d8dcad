//! `GET /openapi.json`: the interface's description (OpenAPI 3.1), made from the handlers' own annotations, the types that write the
//! answers and the one list of problems.
//!
//! `utoipa` gathers the paths; [`components`] adds the schemas, [`refusals`] the problems that each path names in `x-problems`, and
//! [`translation`] says all of it in Chinese.
//!
//! Results are described by the types that write them, through schemars, so that there is one description of them and not two; problems
//! stand beside the path that answers with them, with the words and samples of `problem_samples`.

pub mod answers;
mod appeals;
mod components;
pub mod parameters;
pub mod refusals;
mod roles;
#[cfg(test)]
mod tests;
mod translation;

use std::sync::LazyLock;

use actix_web::http::header::{self, ContentType};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use utoipa::OpenApi;

use super::request::only_lang;
use super::{Problem, etag};
use crate::lang::Lang;

/// The paths, in the order in which people want to read them.
#[derive(OpenApi)]
#[openapi(
    info(title = "Dealerbook", description = include_str!("openapi/introduction.md")),
    servers((url = "/", description = "This server")),
    tags(
        (name = "workbooks", description = "Workbooks"),
        (name = "runs", description = "Earlier runs"),
        (name = "batches", description = "Many workbooks at once"),
        (name = "appeals", description = "Appeals"),
        (name = "settlements", description = "Settlements and payments"),
        (name = "people", description = "People and their tokens"),
        (name = "in force", description = "Templates, schemas and policies"),
        (name = "service", description = "Running the service"),
    ),
    paths(
        super::runs::calculate,
        super::runs::validate,
        super::runs::list,
        super::runs::result,
        super::runs::delete,
        super::runs::workbook,
        super::cards::card,
        super::cards::book,
        super::cards::books,
        super::rebates::book,
        super::comparing::diff,
        super::accruals::show,
        super::accruals::book,
        super::accruals::list,
        super::what_if::what_if,
        super::batches::create,
        super::batches::list,
        super::batches::show,
        super::batches::events::events,
        super::batches::cancel,
        super::batches::books::consolidated,
        super::batches::books::results,
        super::settlements::list,
        super::settlements::show,
        super::settlements::lines,
        super::settlements::life::submit,
        super::settlements::life::approve,
        super::settlements::life::reject,
        super::settlements::amend::adjust,
        super::settlements::amend::remove_adjustment,
        super::settlements::amend::hold,
        super::settlements::amend::release,
        super::settlements::payments::order,
        super::settlements::payments::list,
        super::settlements::payments::show,
        super::settlements::payments::paid,
        super::settlements::payments::cancel,
        super::settlements::csv::csv,
        super::templates::template,
        super::schemas::package,
        super::schemas::schema,
        super::past::dealer,
        super::appeals::lodge,
        super::appeals::list,
        super::appeals::show,
        super::appeals::accept,
        super::appeals::verify,
        super::appeals::reject,
        super::policies::policies,
        super::policies::propose,
        super::policies::policy,
        super::policies::book,
        super::policies::approve,
        super::policies::reject,
        super::policies::withdraw,
        super::tokens::create,
        super::tokens::list,
        super::tokens::revoke,
        super::audit::list,
        super::health::alive,
        super::health::ready,
        super::metrics::metrics,
        document,
        super::pages::docs::docs,
        super::pages::programme::programme,
        super::pages::guide::guide,
        super::pages::guide::chapter,
    )
)]
struct Paths;

static DOCUMENTS: LazyLock<[(Value, Bytes); 2]> = LazyLock::new(|| {
    [Lang::Zh, Lang::En].map(|lang| {
        let document = describe(lang);
        let text = serde_json::to_string_pretty(&document).unwrap_or_default();
        (document, Bytes::from(text))
    })
});

/// The description in a language.
pub fn described(lang: Lang) -> &'static Value {
    &kept(lang).0
}

fn kept(lang: Lang) -> &'static (Value, Bytes) {
    let [zh, en] = &*DOCUMENTS;
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn describe(lang: Lang) -> Value {
    let mut document = serde_json::to_value(Paths::openapi()).unwrap_or_default();
    components::add(&mut document);
    if lang == Lang::Zh {
        translation::translate(&mut document);
    }
    components::add_schemas(&mut document);
    roles::add(&mut document);
    refusals::add(&mut document, lang);
    document
}

/// This description
///
/// OpenAPI 3.1; in English unless `lang=zh` asks for Chinese.
#[utoipa::path(
    get, path = "/openapi.json", tag = "service", operation_id = "getDescription",
    params(parameters::OnlyLang, parameters::IfNoneMatch),
    responses(
        (status = 200, description = "The description", body = ref("#/components/schemas/Description"),
            content_type = "application/json", headers(("ETag" = String, description = "The answer's hash"))),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::PARAMETERS)))
)]
pub async fn document(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or(Lang::En);
    let (_, text) = kept(lang);
    let tag = etag::of(text);
    let known = etag::is_known(&request, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header(header::ETag(tag)).insert_header((header::CACHE_CONTROL, "no-cache"));
    match known {
        true => Ok(answer.finish()),
        false => Ok(answer.insert_header(ContentType::json()).body(text.clone())),
    }
}
