//! `/admin/batches`: everybody's batches, and how far they are.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;
use uuid::Uuid;

use super::tabs;
use crate::http::pages::frame::{Screen, segment};
use crate::http::pages::parts;
use crate::http::request::invalid;
use crate::http::session::{Posted, Viewer};
use crate::http::{Problem, Service};
use crate::service::batches;
use dealerbook_base::lang::Lang;
use dealerbook_store::{Batch, FileCounts};

const ROWS: u32 = 30;

/// A page of the list, newest first.
pub async fn page(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let lang = viewer.lang;
    let before = before(request.query_string())?;
    let mut batches = service.store.batches(None, before.as_deref(), ROWS + 1).await?;
    let more = batches.len() > ROWS as usize;
    batches.truncate(ROWS as usize);
    let mut rows = Vec::new();
    for batch in &batches {
        rows.push((batch, service.store.batch_counts(&batch.id).await?));
    }
    let older = batches.last().filter(|_| more).map(|batch| format!("/admin/batches?before={}", batch.id));
    let main = html! {
        (tabs("/admin/batches", &viewer))
        h1 { (lang.pick("批次", "Batches")) }
        (table(&rows, &viewer))
        nav.pager aria-label=(lang.pick("翻页", "Pages")) {
            @if before.is_some() { a href="/admin/batches" { (lang.pick("回到最新", "To the latest")) } }
            @if let Some(older) = older { a href=(older) rel="next" { (lang.pick("更早的批次", "Older batches")) } }
        }
    };
    Ok(Screen { title: lang.pick("批次", "Batches"), main }.answer(&request, &viewer))
}

/// Cancels what has no outcome yet.
pub async fn cancel(
    posted: Posted,
    id: web::Path<String>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    batches::cancel(&id, &posted.viewer.person, &service).await?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/admin/batches")).finish())
}

fn before(query: &str) -> Result<Option<String>, Problem> {
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "before");
    let id = |value: &str| Uuid::try_parse(value).map_err(|_| invalid("before", value, vec!["UUID"]));
    asked.map(|(_, value)| id(&value).map(|id| id.to_string())).transpose()
}

fn table(rows: &[(&Batch, FileCounts)], viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    let labels = match lang {
        Lang::Zh => ["上传时间", "上传者", "文件", "排队", "计算中", "已完成", "未成功", "已取消", ""],
        Lang::En => ["Uploaded", "By", "Files", "Queued", "Running", "Done", "Failed", "Cancelled", ""],
    };
    let table = html! {
        table.data {
            thead { tr { @for (at, label) in labels.into_iter().enumerate() {
                @if label.is_empty() { td {} } @else { th.number[at >= 2] scope="col" { (label) } }
            } } }
            tbody {
                @for (batch, counts) in rows { (row(batch, counts, viewer)) }
                @if rows.is_empty() { tr { td colspan="9" { (lang.pick("还没有批次。", "There is no batch yet.")) } } }
            }
        }
    };
    parts::scrolling(lang.pick("批次", "Batches"), &table)
}

fn row(batch: &Batch, counts: &FileCounts, viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    let path = segment(&batch.id);
    html! {
        tr {
            th.moment scope="row" { a href={ "/batches/" (path) } { (parts::moment(&batch.created_at)) } }
            td { (batch.uploader) }
            @for count in [counts.files, counts.queued, counts.running, counts.done, counts.failed, counts.cancelled] {
                td.number { (count) }
            }
            td {
                @if !counts.are_final() {
                    form method="post" action={ "/admin/batches/" (path) "/cancel" } {
                        (viewer.mark_field())
                        button.link type="submit" { (lang.pick("取消未完成的", "Cancel the rest")) }
                    }
                }
            }
        }
    }
}
