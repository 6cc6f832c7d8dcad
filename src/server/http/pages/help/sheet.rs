//! `/help/sheets/{name}`: a sheet as it should look, and what each of its columns takes.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use crate::http::pages::frame::Screen;
use crate::http::pages::parts;
use crate::http::request::shown;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::{FieldType, Resource};
use dealerbook_engine::validate::expectation;
use dealerbook_engine::workbook::column_name;
use dealerbook_output::report::template::{Column, columns};

/// The page.
pub async fn page(
    request: HttpRequest,
    viewer: Viewer,
    name: web::Path<String>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let engine = service.engine_in_force().await?;
    let (lang, resources) = (viewer.lang, &engine.schemas.resources);
    let no_such =
        || Problem::NoSuchPage { name: shown(&name), names: resources.iter().map(|one| one.name.clone()).collect() };
    let resource = resources.iter().find(|resource| resource.name == *name).ok_or_else(no_such)?;
    let title = resource.label(lang);
    let main = html! {
        p.crumbs { a href="/help#workbook" { (lang.pick("帮助", "Help")) } }
        h1 { (title) }
        p { (lang.pick(&resource.description, &resource.description_en)) }
        p.actions { a.button.plain href=(format!("/v1/templates/{}.xlsx?lang={}", resource.name, lang.code())) {
            (lang.pick("下载模板", "Download the template"))
        } }
        (drawn(resource, lang))
        p.muted { (names(resource, lang)) }
        h2 { (lang.pick("各列", "The columns")) }
        (told(resource, lang))
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

/// The sheet as a spreadsheet program shows it: its header and a row as an example.
#[expect(clippy::cast_possible_truncation, reason = "a sheet has fewer columns")]
fn drawn(resource: &Resource, lang: Lang) -> Markup {
    let columns: Vec<Column<'_>> = columns(resource, lang).collect();
    let caption = lang.pick("工作表的样子（深色表头为必填）", "What the sheet looks like (dark headers are required)");
    let table = html! {
        table.sheet aria-label=(caption) {
            thead { tr {
                td {}
                @for column in &columns { th scope="col" { (column_name(column.index as u16)) } }
            } }
            tbody {
                tr {
                    th scope="row" { "1" }
                    @for column in &columns { td.head.required[column.field.constraints.required] { (column.label()) } }
                }
                tr {
                    th scope="row" { "2" }
                    @for column in &columns { td.number[is_number(column)] { (column.plain_example()) } }
                }
            }
        }
    };
    html! { figure { (parts::scrolling(caption, &table)) figcaption { (caption) } } }
}

fn is_number(column: &Column<'_>) -> bool {
    matches!(column.field.type_, FieldType::Number | FieldType::Integer)
}

/// By which names the sheet is known.
fn names(resource: &Resource, lang: Lang) -> String {
    let names = [&resource.title, &resource.name].into_iter().chain(&resource.aliases);
    let names: Vec<&str> = names.map(String::as_str).collect();
    format!("{}{}", lang.pick("工作表名称可以是：", "The sheet may be called: "), names.join(lang.pick("、", ", ")))
}

fn told(resource: &Resource, lang: Lang) -> Markup {
    let labels = match lang {
        Lang::Zh => ["列", "填否", "含义", "应填", "单位", "留空时按", "也可写作"],
        Lang::En => ["Column", "Needed", "Meaning", "Takes", "Unit", "When empty", "Also known as"],
    };
    let table = html! {
        table.data {
            thead { tr { @for label in labels { th scope="col" { (label) } } } }
            tbody { @for column in columns(resource, lang) { (row(&column)) } }
        }
    };
    parts::scrolling(lang.pick("各列", "The columns"), &table)
}

fn row(column: &Column<'_>) -> Markup {
    let (field, lang) = (column.field, column.lang);
    let is_required = field.constraints.required;
    html! {
        tr {
            th scope="row" { (column.label()) br; code { (field.name) } }
            td.word { @if is_required { strong { (lang.pick("必填", "Required")) } } @else { (lang.pick("选填", "Optional")) } }
            td.long { (field.describe(lang)) }
            td.long { (expectation(field, lang)) @if field.constraints.unique { (lang.pick("；不能重复", "; no value twice")) } }
            td.word { (field.unit(lang).unwrap_or_default()) }
            td { (column.default().unwrap_or_default()) }
            td.long { (field.aliases.join(lang.pick("、", ", "))) }
        }
    }
}
