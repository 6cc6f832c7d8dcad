//! `/appeals/{id}`: an appeal with its clock, its answer, and the forms that answer it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use maud::{Markup, html};

use super::{clock_tags, day_that_ends, due};
use crate::http::pages::cells;
use crate::http::pages::frame::{self, Screen, may, segment};
use crate::http::pages::parts::{self, run_path};
use crate::http::session::{Posted, Viewer};
use crate::http::{Problem, Service};
use crate::service::appeals::{self, known};
use dealerbook_base::clock;
use dealerbook_base::lang::Lang;
use dealerbook_engine::appeals::{Answer, Correction};
use dealerbook_store::{AppealSource, AppealStatus, KeptAppeal};

/// The page.
pub async fn page(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let appeal = appeals::find(&id, &viewer.person, &service).await?;
    Ok(Shown { appeal: &appeal, viewer: &viewer, service: &service, posted: None }.answer(&request, None))
}

/// The page once more, with what was sent and why it is refused.
///
/// # Errors
/// When the appeal can't be had any more.
pub async fn again(
    request: &HttpRequest,
    id: &str,
    posted: &Posted,
    refused: &Problem,
    service: &Service,
) -> Result<HttpResponse, Problem> {
    let appeal = appeals::find(id, &posted.viewer.person, service).await?;
    let shown = Shown { appeal: &appeal, viewer: &posted.viewer, service, posted: Some(posted) };
    Ok(shown.answer(request, Some(refused)))
}

/// All that stands on the page.
struct Shown<'s> {
    appeal: &'s KeptAppeal,
    viewer: &'s Viewer,
    service: &'s Service,
    /// The form that was refused.
    posted: Option<&'s Posted>,
}

impl Shown<'_> {
    fn answer(&self, request: &HttpRequest, refused: Option<&Problem>) -> HttpResponse {
        let (lang, appeal) = (self.viewer.lang, self.appeal);
        let main = html! {
            p.crumbs { a href="/appeals" { (lang.pick("申诉", "Appeals")) } " ›" }
            h1 { (lang.pick("申诉 ", "Appeal ")) (appeal.dealer_id) " " (appeal.dealer_name) " " (clock_tags(appeal, &clock::now(), lang)) }
            @if let Some(problem) = refused { (frame::refusal(problem, lang)) }
            (self.facts())
            (self.answered())
            (self.forms())
        };
        let status = refused.map_or(StatusCode::OK, |problem| problem.status_code());
        Screen { title: lang.pick("申诉", "Appeal"), main }.answer_with(status, request, self.viewer)
    }

    fn facts(&self) -> Markup {
        let (lang, appeal) = (self.viewer.lang, self.appeal);
        let run = run_path(&appeal.run_id);
        let source = match appeal.source {
            AppealSource::Request => lang.pick("登记", "lodged here"),
            AppealSource::Workbook => lang.pick("随工作簿", "with a workbook"),
        };
        html! {
            dl.facts {
                dt { (lang.pick("内容", "What it says")) } dd { @for line in appeal.text.lines() { div { (line) } } }
                @if let Some(about) = &appeal.about { dt { (lang.pick("关于", "About")) } dd { code { (about) } } }
                dt { (lang.pick("登记", "Lodged")) } dd { (appeal.lodged_by) " " span.muted { (parts::moment(&appeal.lodged_at)) " · " (source) } }
                (self.verified())
                @if let Some(day) = due(appeal, &self.service.calendar) { dt { (lang.pick("答复期限", "Due")) } dd { (day) } }
                dt { (lang.pick("针对", "Against")) } dd {
                    a href=(run) { (lang.pick("运行", "the run")) } " · "
                    a href=(format!("{run}/dealers/{}", segment(&appeal.dealer_id))) { (lang.pick("该经销商的结果", "the dealer's results")) } " · "
                    a href=(format!("{run}/settlement?dealer={}#dealer", segment(&appeal.dealer_id))) { (lang.pick("结算", "its settlement")) }
                }
            }
        }
    }

    /// On which day it was verified or, as long as it wasn't, by which day it is to be.
    fn verified(&self) -> Markup {
        let (lang, appeal) = (self.viewer.lang, self.appeal);
        let due = appeal.verify_due_at.as_deref().and_then(|end| day_that_ends(end, &self.service.calendar));
        let awaited = due.filter(|_| appeal.status == AppealStatus::Open);
        html! {
            @if let (Some(day), Some(who)) = (&appeal.verified_on, &appeal.verified_by) {
                dt { (lang.pick("核实", "Verified")) } dd { (day) " " span.muted { (who) } }
            } @else if let Some(day) = awaited {
                dt { (lang.pick("核实期限", "To be verified by")) } dd { (day) }
            }
        }
    }

    /// The form that notes the day of its verification, as long as nobody has.
    fn verification(&self, typed: &str) -> Markup {
        let (lang, calendar) = (self.viewer.lang, &self.service.calendar);
        if self.appeal.verified_on.is_some() {
            return html! {};
        }
        let today = calendar.day_of(clock::timestamp()).to_string();
        let day = if typed.is_empty() { &today } else { typed };
        html! {
            h2 { (lang.pick("登记核实", "Note the verification")) }
            p.muted { (lang.pick(
                "答复期限自核实之日起算；未登记的，自登记申诉之日起算。登记后不能更改。",
                "The answer's days count from the day of verification, or from lodging where none is noted. A noted day stays.",
            )) }
            form.fields method="post" action=(format!("/appeals/{}/verify", self.appeal.id)) {
                (self.viewer.mark_field())
                (parts::day(lang.pick("核实日期", "Verified on"), "verified_on", day))
                button.plain type="submit" { (lang.pick("登记核实", "Note it")) }
            }
        }
    }

    /// What was answered, where it was.
    fn answered(&self) -> Markup {
        let (lang, appeal) = (self.viewer.lang, self.appeal);
        let (Some(who), Some(at)) = (&appeal.answered_by, &appeal.answered_at) else { return html! {} };
        let corrections = match known::known(appeal, &self.service.calendar).answer {
            Answer::Accepted { corrections, .. } => corrections,
            _ => Vec::new(),
        };
        let said = match appeal.status {
            AppealStatus::Rejected => lang.pick("驳回原因", "Why it was rejected"),
            _ => lang.pick("答复", "What was said"),
        };
        html! {
            h2 #answer { (lang.pick("答复", "Answer")) }
            dl.facts {
                dt { (lang.pick("答复人", "By")) } dd { (who) " " span.muted { (parts::moment(at)) } }
                @if let Some(text) = &appeal.answer { dt { (said) } dd { @for line in text.lines() { div { (line) } } } }
            }
            @if !corrections.is_empty() { (corrected(&corrections, lang)) }
            @if let Some(run) = &appeal.new_run_id {
                p.actions {
                    a.button href=(format!("{}/settlement", run_path(run))) { (lang.pick("更正后的结算", "Settlement of the corrected run")) }
                    a.button.plain href=(run_path(run)) { (lang.pick("更正后的运行", "The corrected run")) }
                    a.button.plain href=(format!("{}/compare?with={}", run_path(run), appeal.run_id)) { (lang.pick("与原来对比", "Compare with the run before")) }
                }
            }
        }
    }

    fn forms(&self) -> Markup {
        let (lang, appeal) = (self.viewer.lang, self.appeal);
        if appeal.status != AppealStatus::Open || !may("POST", "/appeals/{id}/accept", self.viewer) {
            return html! {};
        }
        if appeal.lodged_person.as_ref() == Some(&self.viewer.person.id) {
            return html! { p.notice { (lang.pick("这条申诉由您登记，须由另一人答复。", "You have lodged this: somebody else has to answer it.")) } };
        }
        let typed = |field: &str| self.posted.map(|posted| posted.get(field)).unwrap_or_default();
        let path = format!("/appeals/{}", appeal.id);
        html! {
            (self.verification(typed("verified_on")))
            h2 { (lang.pick("采纳：更正单元格", "Accept: correct cells")) }
            p { (lang.pick(
                "更正后重新计算，成为一次新的运行；更正后的数据有错误时不采纳，什么都不改变。各值所在的单元格见该经销商的结果页。",
                "They are corrected and calculated as a new run. Errors in the corrected data refuse it, and nothing changes. The dealer's results name the cell of each value.",
            )) }
            form method="post" action=(format!("{path}/accept")) {
                (self.viewer.mark_field())
                (cells::fields(self.posted, &self.service.engine().schemas, lang))
                (parts::lines(lang.pick("答复（可空）", "What is said, if anything"), "answer", typed("answer")))
                p.actions { button type="submit" { (lang.pick("采纳并重新计算", "Accept and calculate")) } }
            }
            h2 { (lang.pick("驳回", "Reject")) }
            form.fields method="post" action=(format!("{path}/reject")) {
                (self.viewer.mark_field())
                (parts::lines(lang.pick("驳回原因", "Why it is rejected"), "reason", typed("reason")))
                button.plain type="submit" { (lang.pick("驳回", "Reject")) }
            }
        }
    }
}

fn corrected(corrections: &[Correction], lang: Lang) -> Markup {
    let label = lang.pick("更正的单元格", "Corrected cells");
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("工作表", "Sheet")) }
                th scope="col" { (lang.pick("单元格", "Cell")) }
                th scope="col" { (lang.pick("新值", "New value")) }
            } }
            tbody { @for Correction { sheet, cell, value } in corrections { tr {
                th scope="row" { (sheet) }
                td { (cell) }
                td { @if let Some(value) = value { (value) } @else { span.muted { (lang.pick("（空）", "(empty)")) } } }
            } } }
        }
    };
    html! { h3 { (label) } (parts::scrolling(label, &table)) }
}
