//! `/help`: how one works with the service, its workbook sheet by sheet, the rules of each programme as they are in force, and the
//! interface's lines for curl. All of it is made of the schemas, the policy and the interface's own description.

pub mod pictures;
pub mod programme;
pub mod sheet;
mod steps;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::docs::Operation;
use super::frame::{Screen, segment};
use super::{curl, origin, parts};
use crate::http::describe::Descriptions;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::Schemas;

/// What most programs need of the interface, by method and path.
const OPERATIONS: [(&str, &str); 5] = [
    ("GET", "/v1/templates/{name}.xlsx"),
    ("POST", "/v1/validations"),
    ("POST", "/v1/runs"),
    ("GET", "/v1/runs"),
    ("GET", "/v1/runs/{id}/workbook.xlsx"),
];

/// Where everything is.
pub async fn help(
    request: HttpRequest,
    viewer: Viewer,
    service: web::Data<Service>,
    descriptions: web::Data<Descriptions>,
) -> Result<HttpResponse, Problem> {
    let engine = service.engine_in_force().await?;
    let (lang, schemas) = (viewer.lang, &engine.schemas);
    let main = html! {
        h1 { (lang.pick("帮助", "Help")) }
        nav aria-label=(lang.pick("本页内容", "On this page")) { ul {
            li { a href="#steps" { (lang.pick("怎样使用", "How to work with it")) } }
            li { a href="#workbook" { (lang.pick("工作簿", "The workbook")) } }
            li { a href="#programmes" { (lang.pick("计算规则", "The rules")) } }
            li { a href="#interface" { (lang.pick("接口", "The interface")) } }
        } }
        h2 #steps { (lang.pick("怎样使用", "How to work with it")) }
        (steps::steps(lang))
        h2 #workbook { (lang.pick("工作簿", "The workbook")) }
        (workbook(schemas, lang))
        h2 #programmes { (lang.pick("计算规则", "The rules")) }
        (programmes(schemas, lang))
        h2 #interface { (lang.pick("接口", "The interface")) }
        (interface(descriptions.value(lang), &origin::of(&request), lang))
    };
    Ok(Screen { title: lang.pick("帮助", "Help"), main }.answer(&request, &viewer))
}

fn workbook(schemas: &Schemas, lang: Lang) -> Markup {
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("工作表", "Sheet")) }
                th scope="col" { (lang.pick("内容", "What stands on it")) }
                th scope="col" { (lang.pick("模板", "Template")) }
            } }
            tbody { @for resource in &schemas.resources { tr {
                th scope="row" { a href=(format!("/help/sheets/{}", segment(&resource.name))) { (resource.label(lang)) } }
                td.long { (lang.pick(&resource.description, &resource.description_en)) }
                td.word { (template(&resource.name, lang)) }
            } } }
        }
    };
    html! {
        p { (lang.pick(
            "一个工作簿放一家公司一个年度的资料。只需要您要计算的模块所用的工作表；列的顺序、别名、空行、合计行都可以不同，深色表头的列必填。",
            "A workbook holds a company's data of a year. It needs only the sheets of what is to be calculated. Columns may stand in any order and under other names, and there may be blank rows and totals; dark columns are required.",
        )) }
        p.actions { a.button.plain href=(format!("/v1/templates/workbook.xlsx?lang={}", lang.code())) {
            (lang.pick("下载完整模板", "Download the whole template"))
        } }
        (parts::scrolling(lang.pick("工作表", "Sheets"), &table))
    }
}

/// A link to a template.
fn template(name: &str, lang: Lang) -> Markup {
    html! { a href=(format!("/v1/templates/{}.xlsx?lang={}", segment(name), lang.code())) { (lang.pick("下载", "Download")) } }
}

fn programmes(schemas: &Schemas, lang: Lang) -> Markup {
    let list = |sheets: &[String], between: &str| {
        let named = schemas.resources.iter().filter(|resource| sheets.contains(&resource.name));
        named.map(|resource| resource.label(lang)).collect::<Vec<_>>().join(between)
    };
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("模块", "Programme")) }
                th scope="col" { (lang.pick("需要的工作表", "Sheets that it needs")) }
                th scope="col" { (lang.pick("有则使用", "Used where they are there")) }
            } }
            tbody { @for programme in &schemas.programmes { tr {
                th scope="row" {
                    a href=(format!("/help/programmes/{}", segment(&programme.name))) { (lang.pick(&programme.title, &programme.title_en)) }
                }
                td {
                    (list(&programme.needs, lang.pick("、", ", ")))
                    @if !programme.any_of.is_empty() {
                        @if !programme.needs.is_empty() { (lang.pick("，以及 ", ", and ")) }
                        (list(&programme.any_of, lang.pick(" 或 ", " or ")))
                    }
                }
                td { (list(&programme.uses, lang.pick("、", ", "))) }
            } } }
        }
    };
    html! {
        p { (lang.pick(
            "工作簿里有一个模块所需的工作表，就计算该模块。规则和数字出自当前政策：",
            "A programme runs where the workbook has the sheets that it needs. Rules and figures are those of the policy in force:",
        )) }
        (parts::scrolling(lang.pick("模块", "Programmes"), &table))
    }
}

fn interface(document: &Value, origin: &str, lang: Lang) -> Markup {
    let find = |(method, path): (&str, &str)| {
        Operation::all(document).find(|operation| operation.method == method && operation.path == path)
    };
    html! {
        p {
            (lang.pick("程序也可以做这些事。把 TOKEN 换成您的令牌；全部说明见", "Programs can do all this as well. Put your token in the place of TOKEN; all of it is described "))
            " " a href=(format!("/docs?lang={}", lang.code())) { (lang.pick("接口说明", "on a page of its own")) } (lang.pick("。", "."))
            " " (lang.pick("从上传到付款、运维的逐步说明见", "Each task, from uploading to paying and operating, is described in "))
            " " a href=(format!("/docs/guide?lang={}", lang.code())) { (lang.pick("使用指南", "the guide")) } (lang.pick("。", "."))
        }
        @for operation in OPERATIONS.into_iter().filter_map(find) {
            h3 { (operation.text("summary")) }
            @for line in curl::lines(&operation, origin) { pre tabindex="0" { code { (line) } } }
        }
    }
}
