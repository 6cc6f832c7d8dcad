//! What is around every page: head, navigation, the style, and the headers that keep everything else out.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use base64::prelude::{BASE64_STANDARD, Engine};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::lang::Lang;

const STYLE: &str = include_str!("style.css");

/// Nothing but this page's own style is let in; its hash says which.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});

/// A page before it is sent.
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
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY.as_str()))
            .insert_header((header::CONTENT_LANGUAGE, self.lang.pick("zh-CN", "en")))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::VARY, "Accept-Language, Host"))
            .body(self.render(request.path()).into_string())
    }

    fn render(&self, path: &str) -> Markup {
        let Page { lang, title, contents, main } = self;
        html! {
            (DOCTYPE)
            html lang=(lang.pick("zh-CN", "en")) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · Dealerbook" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#main" { (lang.pick("跳到正文", "Skip to the content")) }
                    header {
                        a.brand href=(format!("/docs?lang={}", lang.code())) { "Dealerbook" }
                        nav aria-label=(lang.pick("语言", "Language")) { (other_language(*lang, path)) }
                    }
                    div.columns {
                        nav.contents aria-label=(lang.pick("目录", "Contents")) { (contents) }
                        main #main { (main) }
                    }
                }
            }
        }
    }
}

/// The same page in the other language, called by its own name.
fn other_language(lang: Lang, path: &str) -> Markup {
    let (code, name, tag) = match lang {
        Lang::Zh => ("en", "English", "en"),
        Lang::En => ("zh", "中文", "zh-CN"),
    };
    html! { a href=(format!("{path}?lang={code}")) lang=(tag) hreflang=(tag) { (name) } }
}

/// A segment of an address.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
