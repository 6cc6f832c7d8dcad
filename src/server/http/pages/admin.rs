//! What administrators look after: tokens, the log of changes, batches and workers, and how the service is. Auditors read the log.

pub mod audit;
mod audit_words;
pub mod batches;
pub mod health;
mod token_page;
pub mod tokens;

use actix_web::HttpResponse;
use actix_web::http::header;
use maud::{Markup, html};

use crate::http::Problem;
use crate::http::session::Viewer;

/// The pages, in the order in which they are told of.
const PAGES: [(&str, &str, &str); 4] = [
    ("/admin/health", "运行状态", "Health"),
    ("/admin/batches", "批次", "Batches"),
    ("/admin/tokens", "令牌", "Tokens"),
    ("/admin/audit", "审计日志", "Audit log"),
];

/// `GET /admin`: the first of the pages that is open to whoever asks.
pub async fn first(viewer: Viewer) -> Result<HttpResponse, Problem> {
    let page = PAGES.into_iter().find(|(path, ..)| viewer.is_admitted(path)).ok_or(Problem::NoSuchRoute)?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, page.0)).finish())
}

/// Links to the pages that are open to whoever looks; the one that is shown is marked.
fn tabs(here: &str, viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    html! {
        nav.places aria-label=(lang.pick("管理页面", "Administration")) { ul {
            @for (path, zh, en) in PAGES.into_iter().filter(|(path, ..)| viewer.is_admitted(path)) {
                li { a href=(path) aria-current=[(path == here).then_some("page")] { (lang.pick(zh, en)) } }
            }
        } }
    }
}

/// A time of ours where there is one.
fn moment_or(time: Option<&str>, none: &str) -> String {
    time.map_or_else(|| none.to_owned(), super::parts::moment)
}
