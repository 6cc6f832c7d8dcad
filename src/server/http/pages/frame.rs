//! What is around every page: head, navigation, style, and the headers that keep everything else out.
//!
//! [`Page`] is for everybody, with its contents beside it; [`Screen`] for people who are signed in; [`bare`] for what stands alone.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use maud::{DOCTYPE, Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

use super::assets::{ICON, SCRIPT, STYLE};
use crate::http::problem::status_of;
use crate::http::session::Viewer;
use crate::http::{Problem, access};
use dealerbook_base::lang::Lang;
use dealerbook_store::Role;

/// Only what this server gives is let in, and nothing that stands in a page itself: neither script nor style.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What the header leads to, in both languages. What a person's role isn't open to is left out.
const NAVIGATION: &[(&str, &str, &str)] = &[
    ("/upload", "上传", "Upload"),
    ("/runs", "运行记录", "Runs"),
    ("/settlements", "结算", "Settlements"),
    ("/appeals", "申诉", "Appeals"),
    ("/policies", "政策", "Policies"),
    ("/admin", "管理", "Administration"),
    ("/help", "帮助", "Help"),
];

/// A page for everybody, before it is sent.
pub struct Page<'a> {
    /// The language of its texts.
    pub lang: Lang,
    /// What the window is called.
    pub title: &'a str,
    /// What stands beside it, to get about in it.
    pub contents: Markup,
    /// What stands in it.
    pub main: Markup,
}

impl Page<'_> {
    /// The page as an answer.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let Page { lang, title, contents, main } = self;
        let body = html! {
            header {
                a.brand href=(format!("/docs?lang={}", lang.code())) { "Dealerbook" }
                nav aria-label=(lang.pick("语言", "Language")) { (other_language(*lang, request)) }
            }
            div.columns {
                nav.contents aria-label=(lang.pick("目录", "Contents")) { (contents) }
                main #main { (main) }
            }
        };
        let mut answer = answer(StatusCode::OK, *lang, document(*lang, title, "docs", &body));
        if let Ok(vary) = header::HeaderValue::from_str("Accept-Language, Host") {
            answer.headers_mut().insert(header::VARY, vary);
        }
        answer
    }
}

/// A page for somebody who is signed in, before it is sent. A handler takes the [`Viewer`] as an extractor; forms on the page have
/// [`Viewer::mark_field`] in them and are taken by `session::Posted`.
pub struct Screen<'a> {
    /// What the window is called.
    pub title: &'a str,
    /// What stands in it, from its `h1` on.
    pub main: Markup,
}

impl Screen<'_> {
    /// The page as an answer of 200.
    pub fn answer(self, request: &HttpRequest, viewer: &Viewer) -> HttpResponse {
        self.answer_with(StatusCode::OK, request, viewer)
    }

    /// The page as an answer of another status, such as that of a form that is shown again with what is wrong.
    pub fn answer_with(self, status: StatusCode, request: &HttpRequest, viewer: &Viewer) -> HttpResponse {
        let lang = viewer.lang;
        let body = html! {
            header.bar {
                a.brand href="/" { "Dealerbook" }
                nav.places aria-label=(lang.pick("页面", "Pages")) { (navigation(request.path(), viewer)) }
                div.self {
                    (other_language(lang, request))
                    span.who title=(role(viewer.person.role, lang)) { (viewer.person.name) }
                    form method="post" action="/sign-out" {
                        (viewer.mark_field())
                        button.link type="submit" { (lang.pick("退出", "Sign out")) }
                    }
                }
            }
            main #main .screen { (self.main) }
        };
        answer(status, lang, document(lang, self.title, "app", &body))
    }
}

/// A page that stands alone, such as the one that signs in.
pub fn bare(status: StatusCode, request: &HttpRequest, lang: Lang, title: &str, main: &Markup) -> HttpResponse {
    let body = html! {
        header.bar {
            a.brand href="/" { "Dealerbook" }
            div.self { (other_language(lang, request)) }
        }
        main #main .screen.narrow { (main) }
    };
    answer(status, lang, document(lang, title, "app", &body))
}

/// A problem as a page, in the viewer's frame where somebody is signed in.
pub fn problem(problem: &Problem, request: &HttpRequest, lang: Lang) -> HttpResponse {
    let words = problem.words(lang);
    let main = html! {
        h1 { (words.title) }
        (refusal(problem, lang))
        p { a href="/" { (lang.pick("回到首页", "To the start page")) } }
    };
    let viewer = request.extensions().get::<Viewer>().cloned();
    let mut answer = match viewer {
        Some(viewer) => Screen { title: &words.title, main }.answer_with(status_of(words.class), request, &viewer),
        None => bare(status_of(words.class), request, lang, &words.title, &main),
    };
    for (name, value) in problem.headers() {
        if let (Ok(name), Ok(value)) = (header::HeaderName::try_from(name), header::HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// What a problem says, with all its faults.
pub fn refusal(problem: &Problem, lang: Lang) -> Markup {
    let words = problem.words(lang);
    let (faults, refused) = (problem.faults(lang), problem.refused(lang));
    html! {
        div.notice.error role="alert" {
            p { (words.detail) }
            @if !faults.is_empty() || !refused.is_empty() {
                ul {
                    @for fault in faults { li { (fault.detail()) " " (fault.remedy()) } }
                    @for one in refused { li { @if let Some(file) = one.file() { strong { (file) } "：" } (one.detail()) } }
                }
            }
            p { (words.remedy) }
            @if matches!(problem, Problem::RunOutdated { .. }) {
                p { a.button href="/upload" { (lang.pick("重新上传", "Upload again")) } }
            }
        }
    }
}

/// What a role is called.
pub fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Sales => lang.pick("销售", "Sales"),
        Role::Finance => lang.pick("财务", "Finance"),
        Role::Auditor => lang.pick("审计", "Auditor"),
        Role::Admin => lang.pick("管理员", "Administrator"),
    }
}

fn document(lang: Lang, title: &str, kind: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.pick("zh-CN", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Dealerbook" }
                link rel="stylesheet" href=(STYLE.path());
                link rel="icon" href=(ICON.path()) type="image/svg+xml";
                @if kind == "app" { script src=(SCRIPT.path()) defer {} }
            }
            body class=(kind) {
                a.skip href="#main" { (lang.pick("跳到正文", "Skip to the content")) }
                (body)
            }
        }
    }
}

fn answer(status: StatusCode, lang: Lang, page: Markup) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CONTENT_LANGUAGE, lang.pick("zh-CN", "en")))
        // Not `no-referrer`: browsers would send forms from a page of no origin.
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .body(page.into_string())
}

fn navigation(here: &str, viewer: &Viewer) -> Markup {
    let is_here = |path: &str| here == path || here.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    html! {
        ul {
            @for (path, zh, en) in NAVIGATION.iter().filter(|(path, ..)| viewer.is_admitted(path)) {
                li { a href=(path) aria-current=[is_here(path).then_some("page")] { (viewer.lang.pick(zh, en)) } }
            }
        }
    }
}

/// Whether whoever looks may ask for something. `path` is its pattern, as the table of access has it.
pub fn may(method: &str, path: &str, viewer: &Viewer) -> bool {
    access::of(method, Some(path)).is_ok_and(|who| who.admit(viewer.person.role).is_ok())
}

/// The same page in the other language, called by its own name.
fn other_language(lang: Lang, request: &HttpRequest) -> Markup {
    let (code, name, tag) = match lang {
        Lang::Zh => ("en", "English", "en"),
        Lang::En => ("zh", "中文", "zh-CN"),
    };
    let kept = form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "lang");
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair("lang", code).finish();
    html! { a href=(format!("{}?{query}", request.path())) lang=(tag) hreflang=(tag) { (name) } }
}

/// What is written otherwise in a segment of an address.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// A segment of an address.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}
