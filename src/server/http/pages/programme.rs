//! `GET /docs/programmes/{name}`: what a programme calculates, out of its own source.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::frame::{Page, segment};
use super::markdown;
use crate::http::Problem;
use crate::http::describe::{parameters, refusals};
use crate::http::render;
use crate::http::request::{only_lang, shown};
use dealerbook_base::lang::Lang;
use dealerbook_engine::programmes;
use dealerbook_output::pipeline::PROGRAMMES;

/// What a programme calculates
///
/// Its rules and an example, as a page for people, in English.
#[utoipa::path(
    get, path = "/docs/programmes/{name}", tag = "service", operation_id = "getProgrammePage",
    params(
        ("name" = String, Path, description = "The programme's name", example = "credit"),
        parameters::OnlyLang,
    ),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::PARAMETERS, &["no-such-page"]]))))
)]
pub async fn programme(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or_else(|| render::lang(&request));
    let Some(text) = programmes::docs(&name) else {
        return Err(Problem::NoSuchPage { name: shown(&name), names: names().map(str::to_owned).collect() });
    };
    let title = called(markdown::title(&text).unwrap_or(&name), lang);
    let main = html! {
        @if lang == Lang::Zh { p.note { "本页取自程序源码中的说明，目前只有英文。" } }
        article lang="en" { (markdown::blocks(&text)) }
    };
    Ok(Page { lang, title, contents: contents(lang, Some(&name)), main }.answer(&request))
}

/// The programmes that have a page, in the contract's order, with their titles.
pub fn pages() -> Vec<(&'static str, String)> {
    let title = |name| {
        let text = programmes::docs(name)?;
        Some((name, markdown::title(&text)?.to_owned()))
    };
    PROGRAMMES.iter().filter_map(|name| title(*name)).collect()
}

/// Links to all programmes' pages; the one that is shown is marked.
pub fn links(lang: Lang, current: Option<&str>) -> Markup {
    html! {
        ul {
            @for (name, title) in pages() {
                li {
                    a href=(format!("/docs/programmes/{}?lang={}", segment(name), lang.code()))
                        aria-current=[(current == Some(name)).then_some("page")] { (called(&title, lang)) }
                }
            }
        }
    }
}

fn contents(lang: Lang, current: Option<&str>) -> Markup {
    html! {
        p { a href=(format!("/docs?lang={}", lang.code())) { (lang.pick("← 接口说明", "← The interface")) } }
        p { a href=(format!("/docs/guide?lang={}", lang.code())) { (lang.pick("使用指南", "The guide")) } }
        p.group { (lang.pick("计算模块", "Programmes")) }
        (links(lang, current))
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    PROGRAMMES.iter().copied().filter(|name| programmes::docs(name).is_some())
}

/// What a page is called: its title, or the Chinese name that stands in brackets in it.
fn called(title: &str, lang: Lang) -> &str {
    let chinese = title.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    match (lang, chinese) {
        (Lang::Zh, Some((chinese, _))) => chinese,
        _ => title,
    }
}
