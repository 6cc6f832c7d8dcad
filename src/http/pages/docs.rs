//! `GET /docs`: the interface's description as a page, out of the same document as `/openapi.json`.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};
use serde_json::Value;

use super::frame::Page;
use super::{curl, markdown, origin, programme};
use crate::http::openapi::{self, parameters, refusals};
use crate::http::render;
use crate::http::request::only_lang;
use crate::http::{Problem, problem};
use crate::lang::Lang;

/// This description as a page
///
/// In Chinese unless `lang=en` or the browser's `Accept-Language` asks for English.
#[utoipa::path(
    get, path = "/docs", tag = "service", operation_id = "getPage",
    params(parameters::OnlyLang),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    extensions(("x-problems" = json!(refusals::LANG)))
)]
pub async fn docs(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or_else(|| render::lang(&request));
    let document = openapi::described(lang);
    let groups = groups(document);
    let main = main(document, &groups, &origin::of(&request), lang);
    let title = lang.pick("接口说明", "The interface");
    Ok(Page { lang, title, contents: contents(&groups, lang), main }.answer(&request))
}

/// One path with one method, as the description has it.
pub struct Operation<'d> {
    pub method: String,
    pub path: &'d str,
    pub described: &'d Value,
}

impl<'d> Operation<'d> {
    /// A text of the description.
    pub fn text(&self, name: &str) -> &'d str {
        self.described[name].as_str().unwrap_or_default()
    }

    fn all(document: &'d Value) -> impl Iterator<Item = Operation<'d>> {
        members(&document["paths"]).flat_map(|(path, methods)| {
            members(methods).map(move |(method, described)| Operation { method: method.to_uppercase(), path, described })
        })
    }
}

/// A heading's text and what stands under it.
type Group<'d> = (&'d str, Vec<Operation<'d>>);

fn groups(document: &Value) -> Vec<Group<'_>> {
    let of = |tag: &Value| Operation::all(document).filter(|operation| operation.described["tags"][0] == *tag).collect();
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.map(|tag| (tag["description"].as_str().unwrap_or_default(), of(&tag["name"]))).collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

fn contents(groups: &[Group<'_>], lang: Lang) -> Markup {
    html! {
        @for (title, operations) in groups {
            p.group { (title) }
            ul {
                @for operation in operations {
                    li { a href={ "#" (operation.text("operationId")) } { (operation.text("summary")) } }
                }
            }
        }
        p.group { a href="#problems" { (lang.pick("错误类型", "Problems")) } }
        p.group { a href="#programmes" { (lang.pick("计算模块", "Programmes")) } }
        (programme::links(lang, None))
    }
}

fn main(document: &Value, groups: &[Group<'_>], origin: &str, lang: Lang) -> Markup {
    let version = document["info"]["version"].as_str().unwrap_or_default();
    html! {
        h1 { (lang.pick("Dealerbook 接口说明", "The interface of Dealerbook")) }
        p.muted {
            (lang.pick("版本 ", "Version ")) (version) " · "
            a href=(format!("/openapi.json?lang={}", lang.code())) { "openapi.json" } " (OpenAPI 3.1)"
        }
        p { (markdown::inline(document["info"]["description"].as_str().unwrap_or_default())) }
        p { (lang.pick("下面的命令行中，请把 TOKEN 换成您的令牌。", "In the lines below, put your token in the place of TOKEN.")) }
        @for (title, operations) in groups {
            h2 { (title) }
            @for operation in operations { (section(operation, origin, lang)) }
        }
        (problems(document, lang))
        h2 #programmes { (lang.pick("计算模块", "Programmes")) }
        p { (lang.pick("每个模块的规则与算例（英文）：", "The rules of each, with an example:")) }
        (programme::links(lang, None))
    }
}

fn section(operation: &Operation<'_>, origin: &str, lang: Lang) -> Markup {
    html! {
        section id=(operation.text("operationId")) {
            h3 { (operation.text("summary")) }
            p.address { span.method { (operation.method) } " " code { (operation.path) } }
            @if !operation.text("description").is_empty() { p { (markdown::inline(operation.text("description"))) } }
            @for line in curl::lines(operation, origin) { pre tabindex="0" { code { (line) } } }
            (parameters(operation, lang))
            (answers(operation, lang))
        }
    }
}

fn parameters(operation: &Operation<'_>, lang: Lang) -> Markup {
    let parameters = operation.described["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if parameters.is_empty() {
        return html! {};
    }
    html! {
        h4 { (lang.pick("参数", "Parameters")) }
        div.wide tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (lang.pick("名称", "Name")) }
                    th scope="col" { (lang.pick("位置", "In")) }
                    th scope="col" { (lang.pick("取值", "Values")) }
                    th scope="col" { (lang.pick("说明", "Meaning")) }
                } }
                tbody { @for parameter in parameters { tr {
                    th scope="row" { code { (parameter["name"].as_str().unwrap_or_default()) } }
                    td { (place(parameter["in"].as_str().unwrap_or_default(), lang)) }
                    td { (values(parameter, lang)) }
                    td { (markdown::inline(parameter["description"].as_str().unwrap_or_default())) }
                } } }
            }
        }
    }
}

fn place<'a>(place: &'a str, lang: Lang) -> &'a str {
    match place {
        "query" => lang.pick("查询参数", "query"),
        "path" => lang.pick("地址", "path"),
        "header" => lang.pick("请求头", "header"),
        other => other,
    }
}

/// What a parameter may be: its choices, its bounds, or an example.
fn values(parameter: &Value, lang: Lang) -> Markup {
    let schema = &parameter["schema"];
    let choices: Vec<&str> = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let bounds = schema["minimum"].as_i64().zip(schema["maximum"].as_i64());
    let example = parameter.get("example").map(|example| example.as_str().map_or_else(|| example.to_string(), str::to_owned));
    html! {
        @if !choices.is_empty() {
            @for (at, choice) in choices.iter().enumerate() { @if at > 0 { ", " } code { (choice) } }
        } @else if let Some((least, most)) = bounds {
            (least) "–" (most)
        } @else if let Some(example) = example {
            (lang.pick("例如 ", "such as ")) code { (example) }
        } @else {
            (schema["format"].as_str().unwrap_or_else(|| lang.pick("文本", "text")))
        }
    }
}

fn answers(operation: &Operation<'_>, lang: Lang) -> Markup {
    let answers: BTreeMap<&str, &Value> = members(&operation.described["responses"]).collect();
    html! {
        h4 { (lang.pick("回答", "Answers")) }
        div.wide tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (lang.pick("状态码", "Status")) }
                    th scope="col" { (lang.pick("说明", "Meaning")) }
                    th scope="col" { (lang.pick("内容类型与响应头", "Content and headers")) }
                } }
                tbody { @for (status, answer) in answers { tr {
                    th scope="row" { (status) }
                    td { (meaning(answer)) }
                    td.kinds {
                        @for (kind, _) in members(&answer["content"]) { code { (kind) } " " }
                        @for (name, _) in members(&answer["headers"]).filter(|(name, _)| *name != "X-Request-Id") { span.muted { (name) } " " }
                    }
                } } }
            }
        }
    }
}

/// An answer's description; where it refuses, its problems, each a link into their table.
fn meaning(answer: &Value) -> Markup {
    let examples: Vec<&str> = members(&answer["content"][problem::CONTENT_TYPE]["examples"]).map(|(code, _)| code).collect();
    html! {
        @if examples.is_empty() {
            (markdown::inline(answer["description"].as_str().unwrap_or_default()))
        } @else {
            @for (at, code) in examples.iter().enumerate() { @if at > 0 { ", " } a href={ "#problem-" (code) } { (code) } }
        }
    }
}

fn problems(document: &Value, lang: Lang) -> Markup {
    let types = document["components"]["schemas"]["ProblemType"]["oneOf"].as_array().into_iter().flatten();
    html! {
        h2 #problems { (lang.pick("错误类型", "Problems")) }
        p { (markdown::inline(lang.pick(
            "错误以 `application/problem+json`（RFC 9457）回答；`type` 是 `urn:dealerbook:problem:` 加下面的代码，永不改变。",
            "Problems are answered as `application/problem+json` (RFC 9457); `type` is `urn:dealerbook:problem:` and the code below, which never changes.",
        ))) }
        div.wide tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (lang.pick("代码", "Code")) }
                    th scope="col" { (lang.pick("状态码", "Status")) }
                    th scope="col" { (lang.pick("含义", "Meaning")) }
                    th scope="col" { (lang.pick("怎么办", "What to do")) }
                } }
                tbody { @for one in types { (problem_row(one)) } }
            }
        }
    }
}

fn problem_row(one: &Value) -> Markup {
    let code = one["const"].as_str().and_then(|name| name.strip_prefix(problem::TYPE_PREFIX)).unwrap_or_default();
    html! {
        tr id={ "problem-" (code) } {
            th scope="row" { code { (code) } }
            td { (one["x-status"]) }
            td { (one["title"].as_str().unwrap_or_default()) }
            td { (markdown::inline(one["description"].as_str().unwrap_or_default())) }
        }
    }
}
