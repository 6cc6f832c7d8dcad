//! `GET /v1/templates/{name}.xlsx`: an empty workbook to be filled in.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::answer::XLSX;
use crate::http::describe::{parameters, refusals};
use crate::http::request::{only_lang, shown};
use crate::http::{Problem, Service, etag, filename};
use dealerbook_output::report::template;

/// An empty workbook to be filled in
///
/// With labels, notes, drop-downs and formats: the whole workbook, what a programme reads, or one sheet.
#[utoipa::path(
    get, path = "/v1/templates/{name}.xlsx", tag = "in force", operation_id = "getTemplate",
    params(
        ("name" = String, Path, description = "`workbook`, a programme's name or a sheet's", example = "workbook"),
        parameters::OnlyLang,
        parameters::IfNoneMatch,
    ),
    responses(
        (status = 200, description = "The template", body = ref("#/components/schemas/WorkbookFile"), content_type = XLSX,
            headers(
                ("ETag" = String, description = "The answer's hash"),
                ("Content-Disposition" = String, description = "The template's name (RFC 6266)"),
            )),
        (status = 304, description = "The client has it already", headers(("ETag" = String, description = "The answer's hash"))),
    ),
    extensions(("x-problems" = json!(refusals::all(&[refusals::TOKEN, refusals::PARAMETERS, &["no-such-template"]]))))
)]
pub async fn template(
    request: HttpRequest,
    name: web::Path<String>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or_default();
    let engine = service.engine();
    let found = template::find(&engine.schemas, &name).map_err(|none| Problem::NoSuchTemplate {
        name: shown(&name),
        nearest: none.nearest,
        names: none.names,
    })?;
    let disposition = filename::content_disposition(&found.file_name(lang), &format!("template-{}", found.name));
    let drawn = web::block(move || template::render(&found, &engine.schemas, lang)).await;
    let bytes = drawn.map_err(Problem::internal)?.map_err(Problem::internal)?;
    Ok(etag::workbook(&request, &disposition, bytes))
}
