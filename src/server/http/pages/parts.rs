//! What several pages are made of.

use actix_web::HttpRequest;
use maud::{Markup, html};
use url::form_urlencoded;

use super::frame::segment;
use dealerbook_base::lang::Lang;
use dealerbook_store::Run;

const PAGE_MAX: usize = 1_000_000;

/// A table in a box of its own, which scrolls where the page is too narrow. `label` says what it is to those who can't see it.
pub fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// A choice of a form; the value that is chosen now stands first asked.
pub fn choice(label: &str, name: &str, chosen: &str, options: &[(&str, &str)]) -> Markup {
    html! {
        label.field { span { (label) }
            select name=(name) {
                @for (value, text) in options { option value=(value) selected[*value == chosen] { (text) } }
            }
        }
    }
}

/// A line of text of a form.
pub fn text(label: &str, name: &str, value: &str) -> Markup {
    html! { label.field { span { (label) } input type="text" name=(name) value=(value); } }
}

/// A day of a form.
pub fn day(label: &str, name: &str, value: &str) -> Markup {
    html! { label.field { span { (label) } input type="date" name=(name) value=(value); } }
}

/// Lines of text of a form.
pub fn lines(label: &str, name: &str, value: &str) -> Markup {
    html! { label.field { span { (label) } textarea name=(name) rows="3" { (value) } } }
}

/// What a list's form asked for: its empty fields ask for nothing, and the language is the page's affair.
pub fn asked(query: &str) -> String {
    let given = form_urlencoded::parse(query.as_bytes()).filter(|(name, value)| name != "lang" && !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
}

/// What became of a run, as a tag.
pub fn status(status: &str, lang: Lang) -> Markup {
    let (class, text) = match status {
        "ok" => ("tag good", lang.pick("已计算", "Calculated")),
        "partial" => ("tag fair", lang.pick("部分计算", "Partial")),
        "faulty" => ("tag poor", lang.pick("有错误", "Faulty")),
        other => ("tag", other),
    };
    html! { span class=(class) { (text) } }
}

/// That a run's year isn't whole, where it isn't.
pub fn interim(is_interim: bool, lang: Lang) -> Markup {
    html! {
        @if is_interim {
            p.notice.fair { (lang.pick(
                "阶段性结果：年度尚未完整，得分、评级和激励尚非定数。",
                "An interim result: the year isn't whole, so scores, grades and incentives aren't final.",
            )) }
        }
    }
}

/// What a run's file is called.
pub fn run_name(run: &Run, lang: Lang) -> String {
    run.filename.clone().unwrap_or_else(|| lang.pick("未命名工作簿", "Unnamed workbook").to_owned())
}

/// The moment of a time of ours, to the minute.
pub fn moment(time: &str) -> String {
    let minute = time.get(..16).unwrap_or(time).replace('T', " ");
    format!("{minute} UTC")
}

/// Where a run's page is.
pub fn run_path(id: &str) -> String {
    format!("/runs/{}", segment(id))
}

/// Runs as a table.
pub fn runs(runs: &[Run], lang: Lang) -> Markup {
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("文件", "File")) }
                th scope="col" { (lang.pick("结果", "Outcome")) }
                th.number scope="col" { (lang.pick("年度", "Year")) }
                th.number scope="col" { (lang.pick("经销商", "Dealers")) }
                th.number scope="col" { (lang.pick("错误", "Errors")) }
                th.number scope="col" { (lang.pick("警告", "Warnings")) }
                th scope="col" { (lang.pick("上传者", "Uploaded by")) }
                th scope="col" { (lang.pick("时间", "Time")) }
            } }
            tbody {
                @for run in runs { tr {
                    th scope="row" { a href=(run_path(&run.id)) { (run_name(run, lang)) } }
                    td { (status(&run.status, lang)) }
                    td.number { @if let Some(period) = run.period { (period) } }
                    td.number { (run.dealers) }
                    td.number { (run.errors) }
                    td.number { (run.warnings) }
                    td { (run.uploader) }
                    td.moment { (moment(&run.created_at)) }
                } }
            }
        }
    };
    scrolling(lang.pick("运行记录", "Runs"), &table)
}

/// An amount as it stands in results, with its thousands apart: 12345.60 → 12,345.60
pub fn grouped(amount: &str) -> String {
    amount.parse().map_or_else(|_| amount.to_owned(), dealerbook_output::report::words::money)
}

/// The page that an address asks for, from 1 on.
pub fn page(value: &str) -> usize {
    value.parse().unwrap_or(1).clamp(1, PAGE_MAX)
}

/// The way through a list of so many, by pages of so many: the address's `page` is replaced.
pub fn pager(request: &HttpRequest, page: usize, all: usize, shown: usize, lang: Lang) -> Markup {
    let last = all.div_ceil(shown).max(1);
    let to = |page: usize| {
        let kept = form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != "page");
        let mut query = form_urlencoded::Serializer::new(String::new());
        format!("{}?{}", request.path(), query.extend_pairs(kept).append_pair("page", &page.to_string()).finish())
    };
    html! {
        @if last > 1 {
            nav.pager aria-label=(lang.pick("分页", "Pages")) {
                @if page > 1 { a rel="prev" href=(to(page - 1)) { (lang.pick("← 上一页", "← Back")) } }
                span { (page) " / " (last) }
                @if page < last { a rel="next" href=(to(page + 1)) { (lang.pick("下一页 →", "Next →")) } }
                @if page + 1 < last { a href=(to(last)) { (lang.pick("末页", "Last")) } }
            }
        }
    }
}
