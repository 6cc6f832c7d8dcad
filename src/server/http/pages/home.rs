//! `GET /`: where a person's work begins.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::html;

use super::frame::{Screen, role};
use super::parts;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use dealerbook_base::key;
use dealerbook_store::RunFilter;

/// So many of the latest runs are shown.
const RUNS_SHOWN: u32 = 8;

/// The start page: what to do, and the latest runs.
pub async fn home(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let lang = viewer.lang;
    let page = service.store.runs(&RunFilter::default(), &viewer.person, RUNS_SHOWN).await?;
    let main = html! {
        h1 { (lang.pick("您好，", "Welcome, ")) (viewer.person.name) }
        p.muted {
            (lang.pick("角色：", "Role: ")) (role(viewer.person.role, lang))
            @if !viewer.person.regions.is_empty() {
                (lang.pick("；区域：", "; regions: ")) (key::join(&viewer.person.regions, lang.pick("、", ", ")))
            }
        }
        @if viewer.is_admitted("/upload") {
            p.actions { a.button href="/upload" { (lang.pick("上传工作簿", "Upload a workbook")) } }
        }
        h2 { (lang.pick("最近的运行", "Latest runs")) }
        @if page.runs.is_empty() {
            p.muted { (lang.pick("还没有运行记录。", "There are no runs yet.")) }
        } @else {
            (parts::runs(&page.runs, lang))
            p { a href="/runs" { (lang.pick("全部运行记录", "All runs")) } }
        }
    };
    Ok(Screen { title: lang.pick("首页", "Start"), main }.answer(&request, &viewer))
}
