//! `GET /runs`: the runs that are kept, filtered, newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::frame::Screen;
use super::parts;
use crate::http::request::next_address;
use crate::http::run_filter::parse_filter;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;
use dealerbook_store::RunFilter;

/// The runs that are kept.
pub async fn list(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let lang = viewer.lang;
    // Forms send the fields that nothing was chosen in too, and the page has a language of its own.
    let given = form_urlencoded::parse(request.query_string().as_bytes());
    let given = given.filter(|(name, value)| name != "lang" && !value.trim().is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let (filter, rows_max) = parse_filter(&query)?;
    let page = service.store.runs(&filter, &viewer.person, rows_max).await?;
    let main = html! {
        h1 { (lang.pick("运行记录", "Runs")) }
        (filters(&filter, lang))
        @if page.runs.is_empty() {
            p.muted { (lang.pick("没有符合条件的运行记录。", "There are no such runs.")) }
        } @else {
            (parts::runs(&page.runs, lang))
        }
        nav.pager aria-label=(lang.pick("分页", "Pages")) {
            @if filter.before.is_some() { a href="/runs" { (lang.pick("最新", "Newest")) } }
            @if let Some(before) = page.before {
                a rel="next" href=(next_address("/runs", &query, before)) { (lang.pick("更早 →", "Older →")) }
            }
        }
    };
    Ok(Screen { title: lang.pick("运行记录", "Runs"), main }.answer(&request, &viewer))
}

fn filters(filter: &RunFilter, lang: Lang) -> Markup {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let any = ("", lang.pick("全部", "all"));
    html! {
        form.filters method="get" action="/runs" {
            (parts::text(lang.pick("文件名或上传者", "File or person"), "q", &text(&filter.text)))
            (parts::choice(lang.pick("结果", "Outcome"), "status", &text(&filter.status), &[
                any,
                ("ok", lang.pick("已计算", "calculated")),
                ("partial", lang.pick("部分计算", "partial")),
                ("faulty", lang.pick("有错误", "faulty")),
            ]))
            (parts::choice(lang.pick("种类", "Kind"), "kind", &text(&filter.kind), &[
                any,
                ("run", lang.pick("计算", "calculation")),
                ("validation", lang.pick("仅校验", "check alone")),
            ]))
            (parts::text(lang.pick("年度", "Year"), "period", &filter.period.map(|year| year.to_string()).unwrap_or_default()))
            (parts::text(lang.pick("区域", "Region"), "region", filter.region.as_ref().map_or("", Key::shown)))
            button type="submit" { (lang.pick("筛选", "Filter")) }
        }
    }
}
