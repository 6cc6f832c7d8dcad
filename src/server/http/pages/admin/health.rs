//! `/admin/health`: whether the service can work, what it is busy with, and what it is.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::tabs;
use crate::http::pages::frame::Screen;
use crate::http::session::Viewer;
use crate::http::{Edge, Problem, Service};
use crate::service::identity::PROGRAM;
use crate::telemetry::causes;
use dealerbook_base::lang::Lang;
use dealerbook_output::pipeline::Engine;
use dealerbook_store::PARTS;

/// The page. A part that is missing is told, with its cause, where the API tells only that it is.
pub async fn page(
    request: HttpRequest,
    viewer: Viewer,
    service: web::Data<Service>,
    edge: web::Data<Edge>,
) -> Result<HttpResponse, Problem> {
    let lang = viewer.lang;
    let faults: Vec<(&str, String)> =
        service.store.faults().await.into_iter().map(|(part, error)| (part, causes(&error))).collect();
    let main = html! {
        (tabs("/admin/health", &viewer))
        h1 { (lang.pick("运行状态", "Health")) }
        (parts(&faults, lang))
        h2 { (lang.pick("正在做什么", "What is going on")) }
        (load(&service, &edge, lang))
        (files(&service, lang).await)
        h2 { (lang.pick("程序与规则", "Program and rules")) }
        (versions(&service.engine(), lang))
    };
    Ok(Screen { title: lang.pick("运行状态", "Health"), main }.answer(&request, &viewer))
}

fn parts(faults: &[(&str, String)], lang: Lang) -> Markup {
    let name = |part: &str| match part {
        "database" => lang.pick("数据库", "Database"),
        "artefacts" => lang.pick("文件存储", "Artefacts"),
        _ => lang.pick("暂存目录", "Spool"),
    };
    html! {
        dl.facts {
            @for part in PARTS {
                dt { (name(part)) }
                dd {
                    @match faults.iter().find(|(missing, _)| *missing == part) {
                        None => span.tag.good { (lang.pick("正常", "ready")) },
                        Some((_, cause)) => { span.tag.poor { (lang.pick("不可用", "missing")) } " " (cause) }
                    }
                }
            }
        }
    }
}

fn load(service: &Service, edge: &Edge, lang: Lang) -> Markup {
    let limits = &service.limits;
    let arriving = edge.arrivals.count();
    let (connections, idle) = service.store.connections();
    figures([
        (lang.pick("正在计算", "Calculating"), service.workers.running().to_string(), limits.workers.to_string()),
        (lang.pick("等待计算", "Waiting"), service.workers.waiting().to_string(), limits.queue_max.to_string()),
        (lang.pick("正在接收的上传", "Uploads arriving"), arriving.to_string(), limits.uploads_max.to_string()),
        (
            lang.pick("使用中的数据库连接", "Database connections in use"),
            connections.saturating_sub(idle).to_string(),
            connections.to_string(),
        ),
    ])
}

/// Figures with what they can be at most.
fn figures<const N: usize>(figures: [(&str, String, String); N]) -> Markup {
    html! {
        dl.figures { @for (label, figure, most) in figures {
            div { dt { (label) } dd { (figure) small { " / " (most) } } }
        } }
    }
}

/// Files of batches, of all servers; left out where the database doesn't answer, which is told above.
async fn files(service: &Service, lang: Lang) -> Markup {
    let Ok(counts) = service.store.all_batch_counts().await else { return html! {} };
    let counted = [
        (lang.pick("批次文件：排队", "Files of batches: queued"), counts.queued),
        (lang.pick("计算中", "Running"), counts.running),
        (lang.pick("已完成", "Done"), counts.done),
        (lang.pick("未成功", "Failed"), counts.failed),
        (lang.pick("已取消", "Cancelled"), counts.cancelled),
    ];
    html! {
        dl.figures { @for (label, count) in counted { div { dt { (label) } dd { (count) } } } }
    }
}

fn versions(engine: &Engine, lang: Lang) -> Markup {
    let policies = &engine.policies;
    html! {
        dl.facts {
            dt { (lang.pick("程序版本", "Program")) } dd { code { (PROGRAM) } }
            dt { (lang.pick("工作簿模式版本", "Workbook schemas")) } dd { (engine.schemas.version) }
            dt { (lang.pick("政策", "Policies")) }
            dd {
                @for (at, policy) in policies.iter().enumerate() {
                    @if at > 0 { (lang.pick("；", "; ")) }
                    a href=(format!("/policies/{}", crate::http::pages::frame::segment(&policy.id))) { (policy.title.pick(lang)) }
                    " " (policy.version)
                }
            }
            dt { (lang.pick("就绪检查", "Readiness")) } dd { a href="/readyz" { "/readyz" } }
        }
    }
}
