//! `GET /v1/templates/{name}.xlsx`: an empty workbook to be filled in.

use actix_web::http::header::{self, EntityTag, IfNoneMatch};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::request::{one_of, shown};
use super::{Problem, Service, filename};
use crate::lang::Lang;
use crate::report::template;

const PARAMETERS: &[&str] = &["lang"];
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The template of a name, in the language of `lang=`.
pub async fn template(
    request: HttpRequest,
    name: web::Path<String>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let lang = parse_lang(request.query_string())?.unwrap_or_default();
    let found = template::find(&service.engine.schemas, &name).map_err(|none| Problem::NoSuchTemplate {
        name: shown(&name),
        nearest: none.nearest,
        names: none.names,
    })?;
    let disposition = filename::content_disposition(&found.file_name(lang), &format!("template-{}", found.name));
    let engine = service.engine.clone();
    let drawn = web::block(move || template::render(&found, &engine.schemas, lang)).await;
    let bytes = drawn.map_err(Problem::internal)?.map_err(Problem::internal)?;
    let tag = EntityTag::new_strong(hex::encode(Sha256::digest(&bytes)));
    let known = is_known(&request, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header(header::ETag(tag)).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if known {
        return Ok(answer.finish());
    }
    Ok(answer
        .insert_header((header::CONTENT_TYPE, XLSX))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(bytes))
}

/// Whether the client has this template already.
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        None => false,
    }
}

/// The language that is asked for, which is all that may be.
pub(super) fn parse_lang(query: &str) -> Result<Option<Lang>, Problem> {
    let mut lang = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match (name.as_ref(), lang, value.trim()) {
            ("lang", None, "") => {}
            ("lang", None, value) => lang = Some(one_of("lang", value, &[("zh", Lang::Zh), ("en", Lang::En)])?),
            ("lang", Some(_), _) => return Err(Problem::RepeatedParameter { name: "lang".to_owned() }),
            (unknown, ..) => return Err(Problem::UnknownParameter { name: shown(unknown), allowed: PARAMETERS }),
        }
    }
    Ok(lang)
}
