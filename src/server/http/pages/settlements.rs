//! `/settlements`: what awaits whoever looks, and all settlements of runs that they may see.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use strum::IntoEnumIterator;

use super::frame::{Screen, may};
use super::parts::{self, run_path};
use super::settlement::status;
use crate::http::request::next_address;
use crate::http::session::Viewer;
use crate::http::{Problem, Service, settlement_requests};
use crate::service::runs;
use crate::service::settlements::allowed::{Action, Allowed};
use crate::service::settlements::load;
use dealerbook_base::lang::Lang;
use dealerbook_engine::settlement::Status;
use dealerbook_store::{SettlementBrief, SettlementFilter};

/// So many that await somebody are shown for each reason.
const AWAITING: u32 = 20;

/// The page.
pub async fn page(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    let lang = viewer.lang;
    let asked = parts::asked(request.query_string());
    let (filter, rows_max) = settlement_requests::parse_filter(&asked)?;
    let (found, before) = service.store.settlements(&filter, &viewer.person, rows_max).await?;
    let older = before.map(|before| next_address("/settlements", &asked, before));
    let awaiting = awaiting(&viewer, &service).await?;
    let title = lang.pick("结算", "Settlements");
    let main = html! {
        h1 { (title) }
        h2 { (lang.pick("待我处理", "What awaits me")) }
        @if awaiting.is_empty() { p.muted { (lang.pick("没有待您处理的结算。", "Nothing awaits you.")) } }
        @for (why, briefs) in &awaiting { h3 { (why) } (table(why, briefs, lang)) }
        h2 { (lang.pick("全部结算", "All settlements")) }
        (form(&filter, lang))
        (table(lang.pick("全部结算", "All settlements"), &found, lang))
        @if found.is_empty() { p.muted { (lang.pick(
            "没有符合条件的结算。从运行记录打开一次计算的结果，即可查看并提交它的结算。",
            "No settlement fits. Open a run to look at its settlement and to submit it.",
        )) } }
        nav.pager aria-label=(lang.pick("翻页", "Pages")) {
            @if filter.before.is_some() { a href="/settlements" { (lang.pick("回到最新", "To the latest")) } }
            @if let Some(older) = older { a href=(older) rel="next" { (lang.pick("更早的结算", "Older ones")) } }
        }
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

/// The settlements that wait for this person, by what they wait for; reasons without any are left out.
async fn awaiting(
    viewer: &Viewer,
    service: &web::Data<Service>,
) -> Result<Vec<(&'static str, Vec<SettlementBrief>)>, Problem> {
    let lang = viewer.lang;
    let mut reasons = vec![(
        lang.pick("被驳回，待修改后重新提交", "Rejected, to be mended and submitted again"),
        vec![Status::Rejected],
    )];
    if may("POST", "/runs/{id}/settlement/approve", viewer) {
        reasons.insert(0, (lang.pick("待批准", "To be approved"), vec![Status::Submitted]));
        reasons.insert(1, (lang.pick("待付款", "To be paid"), vec![Status::Approved, Status::PartlyPaid]));
    }
    let mut awaiting = Vec::new();
    for (why, statuses) in reasons {
        let mut briefs = Vec::new();
        for status in statuses {
            let filter = SettlementFilter { status: Some(status), ..SettlementFilter::default() };
            briefs.extend(service.store.settlements(&filter, &viewer.person, AWAITING).await?.0);
        }
        let mut own = Vec::new();
        for brief in briefs {
            if awaits(&brief, viewer, service).await? {
                own.push(brief);
            }
        }
        let briefs = own;
        if !briefs.is_empty() {
            awaiting.push((why, briefs));
        }
    }
    Ok(awaiting)
}

/// Whether a settlement waits for this person: not where four eyes want another one. What was rejected goes back to whoever submitted it.
async fn awaits(brief: &SettlementBrief, viewer: &Viewer, service: &web::Data<Service>) -> Result<bool, Problem> {
    if brief.status.parse() == Ok(Status::Rejected) {
        return Ok(brief.submitted_by.as_deref() == Some(viewer.person.name.as_str()));
    }
    let run = runs::find(&brief.run_id, &viewer.person, service).await?;
    let Some(settlement) = service.store.settlement(&run.id).await? else { return Ok(false) };
    let eyes = load::four_eyes(&run, service).await?;
    let allowed = Allowed::of(&settlement, &viewer.person, &eyes, service).await?;
    Ok([Action::Approve, Action::Order].into_iter().any(|action| allowed.may(action)))
}

fn form(filter: &SettlementFilter, lang: Lang) -> Markup {
    let statuses = Status::iter().map(|one| (<&str>::from(one), super::settlement::said(one, lang)));
    let statuses: Vec<(&str, &str)> = [("", lang.pick("全部", "All"))].into_iter().chain(statuses).collect();
    let chosen = filter.status.map(<&str>::from).unwrap_or_default();
    let period = filter.period.map(|period| period.to_string()).unwrap_or_default();
    html! {
        form.filters method="get" action="/settlements" role="search" {
            (parts::text(lang.pick("考核年度", "Year"), "period", &period))
            (parts::choice(lang.pick("状态", "Status"), "status", chosen, &statuses))
            button type="submit" { (lang.pick("筛选", "Filter")) }
        }
    }
}

fn table(label: &str, briefs: &[SettlementBrief], lang: Lang) -> Markup {
    let labels = match lang {
        Lang::Zh => ["文件", "考核年度", "状态", "政策", "提交", "批准或驳回"],
        Lang::En => ["File", "Year", "Status", "Policy", "Submitted", "Approved or rejected"],
    };
    let signed = |who: &Option<String>, at: &Option<String>| {
        let at = at.as_deref().map(parts::moment).unwrap_or_default();
        html! { @if let Some(who) = who { (who) " " span.muted { (at) } } @else { "–" } }
    };
    let table = html! {
        table.data {
            thead { tr { @for label in labels { th scope="col" { (label) } } } }
            tbody { @for brief in briefs { tr {
                th scope="row" { a href={ (run_path(&brief.run_id)) "/settlement" } {
                    (brief.filename.as_deref().unwrap_or_else(|| lang.pick("未命名工作簿", "Unnamed workbook")))
                } }
                td { (brief.period) }
                td { @if let Ok(known) = brief.status.parse() { (status(known, lang)) } @else { (brief.status) } }
                td { (brief.policy_id) }
                td { (signed(&brief.submitted_by, &brief.submitted_at)) }
                td { (signed(&brief.decided_by, &brief.decided_at)) }
            } } }
        }
    };
    html! { @if !briefs.is_empty() { (parts::scrolling(label, &table)) } }
}
