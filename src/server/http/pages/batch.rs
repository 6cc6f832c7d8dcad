//! `GET /batches/{id}`: how far an upload is. One file leads on to its run.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::frame::Screen;
use super::parts::{self, run_path};
use super::upload::since;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::service::batches;
use dealerbook_base::lang::Lang;
use dealerbook_store::{Batch, BatchFile, FileStatus};

/// How far a batch is.
pub async fn batch(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let batch = batches::find(&id, &viewer.person, &service).await?;
    let files = service.store.batch_files(&batch.id).await?;
    if let [BatchFile { run_id: Some(run), status: FileStatus::Done, .. }] = files.as_slice() {
        let since = since(&request).map(|since| format!("?since={since}")).unwrap_or_default();
        let run = format!("{}{since}", run_path(run));
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, run)).finish());
    }
    let lang = viewer.lang;
    let title = lang.pick("上传的进度", "Progress of the upload");
    Ok(Screen { title, main: main(&batch, &files, title, lang) }.answer(&request, &viewer))
}

fn main(batch: &Batch, files: &[BatchFile], title: &str, lang: Lang) -> Markup {
    let ended = files.iter().filter(|file| file.status.is_final()).count();
    let is_final = ended == files.len();
    let events = (!is_final).then(|| format!("/v1/batches/{}/events", batch.id));
    let path = format!("/v1/batches/{}", batch.id);
    html! {
        h1 { (title) }
        p.muted { (parts::moment(&batch.created_at)) " · " (batch.uploader) }
        div #batch data-events=[events]
            data-queued=(status(FileStatus::Queued, lang)) data-running=(status(FileStatus::Running, lang))
            data-done=(status(FileStatus::Done, lang)) data-failed=(status(FileStatus::Failed, lang))
            data-cancelled=(status(FileStatus::Cancelled, lang)) {
            progress max=(files.len()) value=(ended) aria-label=(title) {}
            @if is_final && files.len() > 1 {
                p.actions {
                    a.button href={ (path) "/consolidated.xlsx" } { (lang.pick("合并结果工作簿", "One workbook over all")) }
                    a.button.plain href={ (path) "/results.zip" } { (lang.pick("全部结果（zip）", "All answers (zip)")) }
                }
            }
            @if !is_final {
                p { (lang.pick("正在计算；完成后本页会自动更新。", "At work; this page follows by itself.")) " "
                    a href=(format!("/batches/{}", batch.id)) { (lang.pick("刷新", "Look again")) } }
            }
            (parts::scrolling(title, &table(files, lang)))
        }
        @for file in files.iter().filter(|file| file.status == FileStatus::Failed) { (failure(file, lang)) }
        p { a href="/upload" { (lang.pick("再上传", "Upload more")) } }
    }
}

fn table(files: &[BatchFile], lang: Lang) -> Markup {
    html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("文件", "File")) }
                th scope="col" { (lang.pick("进度", "Progress")) }
                th scope="col" { (lang.pick("结果", "Outcome")) }
                th.number scope="col" { (lang.pick("错误", "Errors")) }
                th.number scope="col" { (lang.pick("警告", "Warnings")) }
            } }
            tbody { @for file in files { tr {
                th scope="row" { (name(file, lang)) }
                td #{ "file-" (file.position) } { (status(file.status, lang)) }
                td { @if let (Some(run), Some(outcome)) = (&file.run_id, &file.run_status) {
                    a href=(run_path(run)) { (parts::status(outcome, lang)) }
                } }
                td.number { @if let Some(errors) = file.errors { (errors) } }
                td.number { @if let Some(warnings) = file.warnings { (warnings) } }
            } } }
        }
    }
}

/// Why there is no run of a file.
fn failure(file: &BatchFile, lang: Lang) -> Markup {
    let problem: Value = file.problem.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let text = |member: &str| problem[member].as_str().unwrap_or_default().to_owned();
    html! {
        div.notice.error {
            p { strong { (name(file, lang)) } } p { (text("detail")) } p { (text("remedy")) }
        }
    }
}

fn name(file: &BatchFile, lang: Lang) -> String {
    file.filename.clone().unwrap_or_else(|| lang.pick("未命名工作簿", "Unnamed workbook").to_owned())
}

fn status(status: FileStatus, lang: Lang) -> &'static str {
    match status {
        FileStatus::Queued => lang.pick("等待", "waiting"),
        FileStatus::Running => lang.pick("计算中", "at work"),
        FileStatus::Done => lang.pick("完成", "done"),
        FileStatus::Failed => lang.pick("无法处理", "failed"),
        FileStatus::Cancelled => lang.pick("已取消", "cancelled"),
    }
}
