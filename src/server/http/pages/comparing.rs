//! `/runs/{id}/compare` and `/runs/{id}/what-if`: by what a run differs from another one, or would with other figures of its policy; in
//! all, by programme, by grade and by dealer.

mod figures;
mod tables;
pub mod what_if;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::frame::Screen;
use super::parts::{self, run_path};
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::service::again;
use crate::service::runs;
use dealerbook_base::lang::Lang;
use dealerbook_engine::comparison::Comparison;
use dealerbook_output::report::policy_names::PolicyNames;
use dealerbook_store::{Kind, Run, RunFilter};

/// So many of the latest runs may be chosen from.
const RUNS_OFFERED: u32 = 100;

/// A run beside another one that is chosen on the page.
pub async fn compare(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let lang = viewer.lang;
    let run = runs::find(&id, &viewer.person, &service).await?;
    let others = service.store.runs(&RunFilter::default(), &viewer.person, RUNS_OFFERED).await?.runs;
    let with = form_urlencoded::parse(request.query_string().as_bytes()).find(|(name, _)| name == "with");
    let with = with.map(|(_, id)| id.into_owned()).filter(|id| !id.is_empty());
    let found = match &with {
        Some(other) => {
            let other = runs::find(other, &viewer.person, &service).await?;
            Some((compared(&other, &run, &service).await?, other))
        }
        None => None,
    };
    let engine = service.engine();
    let policies = engine.policies.iter().collect();
    let names = PolicyNames { policies, lang };
    let title = lang.pick("与另一次运行对比", "Compared with another run");
    let main = html! {
        (crumbs(&run, lang))
        h1 { (title) }
        (choosing(&run, &others, with.as_deref(), lang))
        @if let Some((comparison, other)) = &found {
            p { (lang.pick("变更前：", "Before: ")) (named(other, lang)) br; (lang.pick("变更后：", "After: ")) (named(&run, lang)) }
            @if !comparison.is_of_one_period() {
                p.notice.fair { (lang.pick("两次运行的考核年度不同。", "The two are of different years.")) }
            }
            p.actions { a.button.plain href=(format!("/v1/runs/{}/diff/{}?format=xlsx&lang={}", other.id, run.id, lang.code())) {
                (lang.pick("下载全部经销商的对比工作簿", "Download a workbook with all dealers"))
            } }
            (tables::all(comparison, &names))
        }
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

/// Compares two runs, off the async threads: ten thousand dealers take a moment.
async fn compared(before: &Run, after: &Run, service: &web::Data<Service>) -> Result<Comparison, Problem> {
    let (before, after) = (again::outcome(before, service).await?, again::outcome(after, service).await?);
    service.on_a_worker(move |_| Ok(Comparison::of(&before, &after))).await
}

fn choosing(run: &Run, others: &[Run], with: Option<&str>, lang: Lang) -> Markup {
    let is_comparable = |other: &&Run| other.id != run.id && other.kind == Kind::Run && other.status != "faulty";
    let others: Vec<(String, String)> =
        others.iter().filter(is_comparable).map(|other| (other.id.clone(), named(other, lang))).collect();
    let options: Vec<(&str, &str)> = others.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    html! {
        @if options.is_empty() {
            p.notice { (lang.pick("没有另一次有结果的运行可以对比。", "There is no other run with results.")) }
        } @else {
            form.filters.wide method="get" action=(format!("{}/compare", run_path(&run.id))) {
                (parts::choice(lang.pick("与哪一次运行对比（作为变更前）", "Which run stands before"), "with", with.unwrap_or_default(), &options))
                button type="submit" { (lang.pick("对比", "Compare")) }
            }
        }
    }
}

fn named(run: &Run, lang: Lang) -> String {
    let period = run.period.map(|period| format!(" · {period}")).unwrap_or_default();
    format!("{}{period} · {}", parts::run_name(run, lang), parts::moment(&run.created_at))
}

fn crumbs(run: &Run, lang: Lang) -> Markup {
    html! {
        p.crumbs {
            a href="/runs" { (lang.pick("运行记录", "Runs")) } " › "
            a href=(run_path(&run.id)) { (parts::run_name(run, lang)) } " ›"
        }
    }
}
