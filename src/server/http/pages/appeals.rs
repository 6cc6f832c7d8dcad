//! `/appeals`: what dealers have to say against runs, with the days by which they are to be answered.

pub mod actions;
pub mod appeal;

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Date;
use maud::{Markup, html};

use super::frame::{Screen, may};
use super::parts::{self, run_path};
use crate::http::appeal_requests as ask;
use crate::http::request::next_address;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use dealerbook_base::calendar::Calendar;
use dealerbook_base::clock;
use dealerbook_base::lang::Lang;
use dealerbook_store::{AppealFilter, AppealStatus, KeptAppeal};

/// So many that await somebody are shown.
const AWAITING: u32 = 20;

/// What awaits whoever looks, and all appeals that they may see.
pub async fn list(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let (lang, now) = (viewer.lang, clock::now());
    let asked = parts::asked(request.query_string());
    let (filter, rows_max) = ask::filter(&asked, &now)?;
    let (found, before) = service.store.appeals(&filter, &viewer.person, rows_max).await?;
    let older = before.map(|before| next_address("/appeals", &asked, before));
    let awaiting = awaiting(&viewer, &service).await?;
    let table = |label: &str, appeals: &[KeptAppeal]| table(label, appeals, &now, &service.calendar, lang);
    let title = lang.pick("申诉", "Appeals");
    let main = html! {
        h1 { (title) }
        p.muted { (lang.pick(
            "经销商对考核或激励有异议时，在其结果页或结算页登记；上传的工作簿“申诉”列中写的也会列在这里。",
            "They are lodged on a dealer's page or with its settlement; those that stand in workbooks that are uploaded come here as well.",
        )) }
        @if may("POST", "/appeals/{id}/accept", &viewer) {
            h2 { (lang.pick("待我答复", "What awaits my answer")) }
            @if awaiting.is_empty() { p.muted { (lang.pick("没有待您答复的申诉。", "Nothing awaits you.")) } }
            (table(lang.pick("待我答复", "What awaits my answer"), &awaiting))
        }
        h2 { (lang.pick("全部申诉", "All appeals")) }
        (form(&filter, lang))
        (table(lang.pick("全部申诉", "All appeals"), &found))
        @if found.is_empty() { p.muted { (lang.pick("没有符合条件的申诉。", "No appeal fits.")) } }
        nav.pager aria-label=(lang.pick("翻页", "Pages")) {
            @if filter.before.is_some() { a href="/appeals" { (lang.pick("回到最新", "To the latest")) } }
            @if let Some(older) = older { a href=(older) rel="next" { (lang.pick("更早的申诉", "Older ones")) } }
        }
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

/// The open ones that this person may answer, those that are due first at the top.
async fn awaiting(viewer: &Viewer, service: &Service) -> Result<Vec<KeptAppeal>, Problem> {
    let filter = AppealFilter { status: Some(AppealStatus::Open), ..AppealFilter::default() };
    let (mut open, _) = service.store.appeals(&filter, &viewer.person, AWAITING).await?;
    open.retain(|appeal| appeal.lodged_person.as_ref() != Some(&viewer.person.id));
    open.sort_by(|one, other| one.due_at.cmp(&other.due_at));
    Ok(open)
}

fn form(filter: &AppealFilter, lang: Lang) -> Markup {
    let statuses = [
        ("", lang.pick("全部", "All")),
        ("open", lang.pick("待答复", "open")),
        ("accepted", lang.pick("已采纳", "accepted")),
        ("rejected", lang.pick("已驳回", "rejected")),
    ];
    let overdue = [("", lang.pick("不限", "any")), ("true", lang.pick("仅逾期未答复", "only overdue"))];
    let period = filter.period.map(|period| period.to_string()).unwrap_or_default();
    let chosen = filter.status.map(<&str>::from).unwrap_or_default();
    html! {
        form.filters method="get" action="/appeals" role="search" {
            @if let Some(run) = &filter.run { input type="hidden" name="run" value=(run); }
            (parts::text(lang.pick("考核年度", "Year"), "period", &period))
            (parts::choice(lang.pick("状态", "Status"), "status", chosen, &statuses))
            (parts::choice(lang.pick("期限", "Clock"), "overdue", if filter.due_before.is_some() { "true" } else { "" }, &overdue))
            button type="submit" { (lang.pick("筛选", "Filter")) }
        }
        @if filter.run.is_some() {
            p { (lang.pick("只列出对一次运行的申诉。", "Only those against one run.")) " " a href="/appeals" { (lang.pick("全部申诉", "All appeals")) } }
        }
    }
}

fn table(label: &str, appeals: &[KeptAppeal], now: &str, calendar: &Calendar, lang: Lang) -> Markup {
    let labels = match lang {
        Lang::Zh => ["经销商", "状态", "答复期限", "内容", "登记", "答复", "运行"],
        Lang::En => ["Dealer", "Status", "Due", "What it says", "Lodged", "Answered", "Run"],
    };
    let table = html! {
        table.data {
            thead { tr { @for label in labels { th scope="col" { (label) } } } }
            tbody { @for appeal in appeals { tr {
                th scope="row" { a href=(format!("/appeals/{}", appeal.id)) { (appeal.dealer_id) } " " (appeal.dealer_name) }
                td { (clock_tags(appeal, now, lang)) }
                td.moment { @if let Some(day) = due(appeal, calendar) { (day) } }
                td.long { (appeal.text) }
                td.word { (appeal.lodged_by) " " span.muted { (parts::moment(&appeal.lodged_at)) } }
                td.word { @if let (Some(who), Some(at)) = (&appeal.answered_by, &appeal.answered_at) { (who) " " span.muted { (parts::moment(at)) } } @else { "–" } }
                td { a href=(run_path(&appeal.run_id)) { (lang.pick("打开", "Open")) } }
            } } }
        }
    };
    html! { @if !appeals.is_empty() { (parts::scrolling(label, &table)) } }
}

/// How far an appeal is, and how it stands with its day.
fn clock_tags(appeal: &KeptAppeal, now: &str, lang: Lang) -> Markup {
    let (class, said) = match appeal.status {
        AppealStatus::Open => ("tag fair", lang.pick("待答复", "open")),
        AppealStatus::Accepted => ("tag good", lang.pick("已采纳", "accepted")),
        AppealStatus::Rejected => ("tag", lang.pick("已驳回", "rejected")),
    };
    html! {
        span class=(class) { (said) }
        @if appeal.is_verification_overdue(now) { " " span.tag.fair { (lang.pick("逾期未核实", "verification overdue")) } }
        @if appeal.is_overdue(now) { " " span.tag.poor { (lang.pick("已逾期", "overdue")) } }
        @if appeal.answered_at.is_some() && appeal.is_late() { " " span.tag.fair { (lang.pick("逾期答复", "answered late")) } }
    }
}

/// The last day for an answer.
fn due(appeal: &KeptAppeal, calendar: &Calendar) -> Option<Date> {
    day_that_ends(&appeal.due_at, calendar)
}

/// The day that ends at a moment as it is kept.
fn day_that_ends(moment: &str, calendar: &Calendar) -> Option<Date> {
    moment.parse().ok().map(|end| calendar.day_that_ends(end))
}

/// The form that lodges one for a dealer of a run; nothing for whoever may not. `abouts` are what it may be about besides the whole.
pub fn lodging(run_id: &str, dealer_id: &str, abouts: &[(&str, &str)], viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    let mut options = vec![
        ("", lang.pick("未指明", "not said")),
        ("assessment", lang.pick("考核", "the assessment")),
        ("incentives", lang.pick("激励", "the incentives")),
    ];
    options.extend(abouts);
    html! {
        @if may("POST", "/runs/{id}/appeals", viewer) {
            h2 #appeal { (lang.pick("登记申诉", "Lodge an appeal")) }
            form.fields method="post" action=(format!("{}/appeals", run_path(run_id))) {
                (viewer.mark_field())
                input type="hidden" name="dealer_id" value=(dealer_id);
                (parts::choice(lang.pick("关于", "About"), "about", "", &options))
                (parts::lines(lang.pick("经销商的意见", "What the dealer says"), "text", ""))
                button.plain type="submit" { (lang.pick("登记申诉", "Lodge it")) }
            }
        }
    }
}
