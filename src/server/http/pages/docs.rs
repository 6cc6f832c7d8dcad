//! `GET /docs`: the interface's description as a page, out of the same document as `/openapi.json`.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::frame::Page;
use super::table::table;
use super::{curl, markdown, origin, programme};
use crate::http::Problem;
use crate::http::describe::{Descriptions, parameters, refusals};
use crate::http::render;
use crate::http::request::only_lang;
use crate::problem;
use dealerbook_base::lang::Lang;

/// This description as a page
///
/// In Chinese unless `lang=en` or the browser's `Accept-Language` asks for English.
#[utoipa::path(
    get, path = "/docs", tag = "service", operation_id = "getPage",
    params(parameters::OnlyLang),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    extensions(("x-problems" = json!(refusals::PARAMETERS)))
)]
pub async fn docs(request: HttpRequest, descriptions: web::Data<Descriptions>) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or_else(|| render::lang(&request));
    let document = descriptions.value(lang);
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

    /// All operations of a description.
    pub fn all(document: &'d Value) -> impl Iterator<Item = Operation<'d>> {
        members(&document["paths"]).flat_map(|(path, methods)| {
            members(methods).map(move |(method, described)| Operation {
                method: method.to_uppercase(),
                path,
                described,
            })
        })
    }
}

/// A heading's text and what stands under it.
type Group<'d> = (&'d str, Vec<Operation<'d>>);

fn groups(document: &Value) -> Vec<Group<'_>> {
    let of =
        |tag: &Value| Operation::all(document).filter(|operation| operation.described["tags"][0] == *tag).collect();
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.map(|tag| (tag["description"].as_str().unwrap_or_default(), of(&tag["name"]))).collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

fn contents(groups: &[Group<'_>], lang: Lang) -> Markup {
    html! {
        p { a href=(format!("/docs/guide?lang={}", lang.code())) { (lang.pick("使用指南", "The guide")) } }
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
            @for operation in operations { (section(operation, document, origin, lang)) }
        }
        (problems(document, lang))
        h2 #programmes { (lang.pick("计算模块", "Programmes")) }
        p { (lang.pick("每个模块的规则与算例（英文）：", "The rules of each, with an example:")) }
        (programme::links(lang, None))
    }
}

fn section(operation: &Operation<'_>, document: &Value, origin: &str, lang: Lang) -> Markup {
    html! {
        section id=(operation.text("operationId")) {
            h3 { (operation.text("summary")) }
            p.address { span.method { (operation.method) } " " code { (operation.path) } }
            (roles(operation, lang))
            @if !operation.text("description").is_empty() { p { (markdown::inline(operation.text("description"))) } }
            @for line in curl::lines(operation, origin) { pre tabindex="0" { code { (line) } } }
            (parameters(operation, lang))
            (form(operation, document, lang))
            (answers(operation, lang))
        }
    }
}

/// The roles that may ask for it, where it needs a token.
fn roles(operation: &Operation<'_>, lang: Lang) -> Markup {
    let roles: Vec<&str> =
        operation.described["x-roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    html! {
        @if !roles.is_empty() {
            p.muted { (lang.pick("角色：", "Roles: ")) (roles.join(lang.pick("、", ", "))) }
        }
    }
}

fn parameters(operation: &Operation<'_>, lang: Lang) -> Markup {
    let parameters = operation.described["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let row = |parameter: &Value| {
        let text = |name: &str| parameter[name].as_str().unwrap_or_default().to_owned();
        let cells = [
            html! { code { (text("name")) } },
            html! { (place(&text("in"), lang)) },
            values(parameter, lang),
            markdown::inline(&text("description")),
        ];
        (None, cells)
    };
    let columns = match lang {
        Lang::Zh => ["名称", "位置", "取值", "说明"],
        Lang::En => ["Name", "In", "Values", "Meaning"],
    };
    html! {
        @if !parameters.is_empty() {
            h4 { (lang.pick("参数", "Parameters")) }
            (table(columns, parameters.iter().map(row)))
        }
    }
}

/// The fields of a form that aren't parameters of the address as well.
fn form(operation: &Operation<'_>, document: &Value, lang: Lang) -> Markup {
    let form = &operation.described["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"];
    let form = form.as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    let parameters: Vec<&Value> = operation.described["parameters"].as_array().into_iter().flatten().collect();
    let own = members(form.map_or(&Value::Null, |form| &form["properties"]))
        .filter(|(name, _)| parameters.iter().all(|parameter| parameter["name"] != *name));
    let row = |(name, field): (&str, &Value)| {
        (None, [html! { code { (name) } }, html! { (field["description"].as_str().unwrap_or_default()) }])
    };
    let columns = match lang {
        Lang::Zh => ["字段", "说明"],
        Lang::En => ["Field", "Meaning"],
    };
    html! {
        @if form.is_some() {
            h4 { (lang.pick("请求正文", "Body")) }
            p { (markdown::inline(operation.described["requestBody"]["description"].as_str().unwrap_or_default())) }
            (table(columns, own.map(row)))
            p { (lang.pick("上面的参数也可以作为表单的文本字段。", "The parameters above may stand in the form as well, as text fields.")) }
        }
    }
}

fn place(place: &str, lang: Lang) -> &str {
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
    let example =
        parameter.get("example").map(|example| example.as_str().map_or_else(|| example.to_string(), str::to_owned));
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
    let row = |(status, answer): (&str, &Value)| (None, [html! { (status) }, meaning(answer), carried(answer)]);
    let columns = match lang {
        Lang::Zh => ["状态码", "说明", "内容类型与响应头"],
        Lang::En => ["Status", "Meaning", "Content and headers"],
    };
    html! {
        h4 { (lang.pick("回答", "Answers")) }
        (table(columns, answers.into_iter().map(row)))
    }
}

/// What an answer carries: content types, and headers but for the one that all have.
fn carried(answer: &Value) -> Markup {
    html! {
        ul.kinds {
            @for (kind, _) in members(&answer["content"]) { li { code { (kind) } } }
            @for (name, _) in members(&answer["headers"]).filter(|(name, _)| *name != "X-Request-Id") { li.muted { (name) } }
        }
    }
}

/// An answer's description; where it refuses, its problems, each a link into their table.
fn meaning(answer: &Value) -> Markup {
    let examples: Vec<&str> =
        members(&answer["content"][problem::CONTENT_TYPE]["examples"]).map(|(code, _)| code).collect();
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
    let columns = match lang {
        Lang::Zh => ["代码", "状态码", "含义", "怎么办"],
        Lang::En => ["Code", "Status", "Meaning", "What to do"],
    };
    html! {
        h2 #problems { (lang.pick("错误类型", "Problems")) }
        p { (markdown::inline(lang.pick(
            "错误以 `application/problem+json`（RFC 9457）回答；`type` 是 `urn:dealerbook:problem:` 加下面的代码，永不改变。",
            "Problems are answered as `application/problem+json` (RFC 9457); `type` is `urn:dealerbook:problem:` and the code below, which never changes.",
        ))) }
        (table(columns, types.map(problem_row)))
    }
}

fn problem_row(one: &Value) -> (Option<String>, [Markup; 4]) {
    let code = one["const"].as_str().and_then(|name| name.strip_prefix(problem::TYPE_PREFIX)).unwrap_or_default();
    let cells = [
        html! { code { (code) } },
        html! { (one["x-status"]) },
        html! { (one["title"].as_str().unwrap_or_default()) },
        markdown::inline(one["description"].as_str().unwrap_or_default()),
    ];
    (Some(format!("problem-{code}")), cells)
}
