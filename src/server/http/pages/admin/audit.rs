//! `/admin/audit`: who changed what, with filters.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;
use strum::VariantNames;
use url::form_urlencoded;

use super::{audit_words, tabs};
use crate::http::audit_filter;
use crate::http::pages::frame::Screen;
use crate::http::pages::parts;
use crate::http::request::next_address;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use dealerbook_base::lang::Lang;
use dealerbook_store::{AuditAction, AuditLine};

/// A page of the log.
pub async fn page(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let asked = Asked::of(request.query_string());
    let (filter, rows_max) = audit_filter::parse(&asked.query)?;
    let (lines, before) = service.store.audit(&filter, rows_max).await?;
    let older = before.map(|before| next_address("/admin/audit", &asked.query, before));
    let lang = viewer.lang;
    let main = html! {
        (tabs("/admin/audit", &viewer))
        h1 { (lang.pick("审计日志", "Audit log")) }
        p.muted { (lang.pick(
            "每次变更一行，只增不改；每行含上一行的哈希值，dealerbook audit verify 可核对。",
            "A line for each change, never altered; each holds the hash of the one before, which dealerbook audit verify checks.",
        )) }
        (asked.form(lang))
        (table(&lines, lang))
        nav.pager aria-label=(lang.pick("翻页", "Pages")) {
            @if asked.is_older() { a href="/admin/audit" { (lang.pick("回到最新", "To the latest")) } }
            @if let Some(older) = older { a href=(older) rel="next" { (lang.pick("更早的记录", "Older lines")) } }
        }
    };
    Ok(Screen { title: lang.pick("审计日志", "Audit log"), main }.answer(&request, &viewer))
}

/// What the form asked for. Forms send their empty fields too, which ask for nothing; the language is the page's affair.
struct Asked {
    pairs: Vec<(String, String)>,
    query: String,
}

impl Asked {
    fn of(query: &str) -> Asked {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, value)| name != "lang" && !value.trim().is_empty())
            .map(|(name, value)| (name.into_owned(), value.trim().to_owned()))
            .collect();
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        Asked { pairs, query }
    }

    fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(asked, _)| asked == name).map_or("", |(_, value)| value)
    }

    fn is_older(&self) -> bool {
        !self.get("before").is_empty()
    }

    fn form(&self, lang: Lang) -> Markup {
        let any = ("", lang.pick("全部", "All"));
        let kinds = AuditAction::VARIANTS.iter().map(|kind| (*kind, audit_words::of(kind, lang)));
        let kinds: Vec<(&str, &str)> = [any].into_iter().chain(kinds).collect();
        let day = |label: &str, name: &str| {
            html! { label.field { span { (label) } input type="date" name=(name) value=(self.get(name)); } }
        };
        html! {
            form.filters method="get" action="/admin/audit" role="search" {
                (parts::text(lang.pick("谁", "Who"), "who", self.get("who")))
                (parts::choice(lang.pick("做了什么", "What"), "what", self.get("what"), &kinds))
                (parts::text(lang.pick("对象编号", "Object's id"), "object", self.get("object")))
                (day(lang.pick("自（UTC 日期）", "From (day in UTC)"), "from"))
                (day(lang.pick("至", "To"), "to"))
                button type="submit" { (lang.pick("筛选", "Filter")) }
            }
        }
    }
}

fn table(lines: &[AuditLine], lang: Lang) -> Markup {
    let labels = match lang {
        Lang::Zh => ["序号", "时间", "谁", "做了什么", "对象", "变更前后"],
        Lang::En => ["No.", "Time", "Who", "What", "Object", "Before and after"],
    };
    let table = html! {
        table.data {
            thead { tr { @for label in labels { th scope="col" { (label) } } } }
            tbody {
                @for line in lines { tr {
                    th.number scope="row" { (line.seq) }
                    td.moment { (parts::moment(&line.at)) }
                    td { (line.who) }
                    td.word { (audit_words::of(&line.what, lang)) }
                    td { code { (line.object) } }
                    td.long { (change(line, lang)) }
                } }
                @if lines.is_empty() { tr { td colspan="6" { (lang.pick("没有符合条件的记录。", "No line fits.")) } } }
            }
        }
    };
    parts::scrolling(lang.pick("审计日志", "Audit log"), &table)
}

fn change(line: &AuditLine, lang: Lang) -> Markup {
    html! {
        @if line.before.is_some() || line.after.is_some() {
            details {
                summary { (lang.pick("查看", "Show")) }
                @for (label, text) in [(lang.pick("之前", "Before"), &line.before), (lang.pick("之后", "After"), &line.after)] {
                    @if let Some(text) = text { p.muted { (label) } pre tabindex="0" { code { (laid_out(text)) } } }
                }
            }
        } @else { "–" }
    }
}

/// JSON with a line for each member.
fn laid_out(text: &str) -> String {
    let value: Result<Value, _> = serde_json::from_str(text);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| text.to_owned())
}
