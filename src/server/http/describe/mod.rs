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

use actix_web::http::header::{self, ContentType};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::request::only_lang;
use super::{Problem, etag};
use dealerbook_base::lang::Lang;

/// The description in both languages, as values and as texts.
#[derive(Debug)]
pub struct Descriptions([(Value, Bytes); 2]);

impl Descriptions {
    /// Returns the description of these paths.
    pub fn new(paths: &utoipa::openapi::OpenApi) -> Descriptions {
        Descriptions([Lang::Zh, Lang::En].map(|lang| {
            let document = describe(paths, lang);
            let text = serde_json::to_string_pretty(&document).unwrap_or_default();
            (document, Bytes::from(text))
        }))
    }

    /// Returns the description in a language.
    pub fn value(&self, lang: Lang) -> &Value {
        &self.of(lang).0
    }

    fn of(&self, lang: Lang) -> &(Value, Bytes) {
        let [zh, en] = &self.0;
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

fn describe(paths: &utoipa::openapi::OpenApi, lang: Lang) -> Value {
    let mut document = serde_json::to_value(paths).unwrap_or_default();
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
pub async fn document(request: HttpRequest, descriptions: web::Data<Descriptions>) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or(Lang::En);
    let (_, text) = descriptions.of(lang);
    let tag = etag::of(text);
    let known = etag::is_known(&request, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header(header::ETag(tag)).insert_header((header::CACHE_CONTROL, "no-cache"));
    match known {
        true => Ok(answer.finish()),
        false => Ok(answer.insert_header(ContentType::json()).body(text.clone())),
    }
}
