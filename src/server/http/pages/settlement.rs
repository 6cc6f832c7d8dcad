//! `/runs/{id}/settlement`: what a run's incentives come to, how far their approval and payment are, and what may be done now.

pub mod actions;
mod dealer;
mod forms;
mod lines;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use rust_decimal::Decimal;
use url::form_urlencoded;

use super::frame::Screen;
use super::parts::{self, run_path};
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::problem::settlement_words;
use crate::service::settlements::allowed::Allowed;
use crate::service::settlements::load;
use crate::service::{findings, runs};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{FourEyes, Policy};
use dealerbook_engine::settlement::{Approval, Difference, Settlement, Signature, Status};
use dealerbook_output::report::words::money;
use dealerbook_store::{PaymentBatch, Run, SettlementBrief, SettlementFilter};

/// So many settlements of each kind are offered to be corrected.
const CORRECTABLE_MAX: u32 = 20;

/// Which lines are asked for.
#[derive(Default)]
struct Asked {
    text: String,
    page: usize,
    /// The dealer whose line is opened.
    dealer: Option<String>,
}

impl Asked {
    fn of(query: &str) -> Asked {
        let mut asked = Asked { page: 1, ..Asked::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => asked.text = value.trim().to_owned(),
                "page" => asked.page = value.parse().unwrap_or(1).max(1),
                "dealer" => asked.dealer = Some(value.into_owned()),
                _ => {}
            }
        }
        asked
    }
}

/// All that stands on the page.
struct Shown<'s> {
    run: &'s Run,
    settlement: &'s Settlement,
    payments: &'s [PaymentBatch],
    /// Those of the same year that it could correct.
    correctable: &'s [SettlementBrief],
    /// The run whose upload its run's is, with cells changed.
    base: Option<&'s str>,
    /// What whoever looks may do.
    allowed: &'s Allowed,
    /// What the policy says of who does what.
    eyes: &'s FourEyes,
    /// Of the policies that there are, for the names of programmes.
    policies: &'s [Policy],
    viewer: &'s Viewer,
}

/// The page.
pub async fn page(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let run = runs::find(&id, &viewer.person, &service).await?;
    let whole = load::load(&run, &service).await?;
    let payments = service.store.payment_batches(&run.id).await?;
    let correctable = correctable(&whole, &run, &viewer, &service).await?;
    let base = service.store.base_of(&run.id).await?;
    let found = findings::read::of(&run, &service).await?;
    let asked = Asked::of(request.query_string());
    let engine = service.engine();
    let policies = &engine.policies;
    let eyes = load::four_eyes(&run, &service).await?;
    let allowed = Allowed::of(&whole, &viewer.person, &eyes, &service).await?;
    let broken = match load::check_seal(&whole, &service).await {
        Ok(()) => None,
        Err(Problem::Settlement(refusal)) => Some(settlement_words(&refusal, viewer.lang)),
        Err(problem) => return Err(problem),
    };
    let settlement = load::limited_to(&viewer.person, whole);
    let shown = Shown {
        allowed: &allowed,
        eyes: &eyes,
        run: &run,
        settlement: &settlement,
        payments: &payments,
        correctable: &correctable,
        base: base.as_deref(),
        policies,
        viewer: &viewer,
    };
    let lang = viewer.lang;
    let main = html! {
        p.crumbs {
            a href="/settlements" { (lang.pick("结算", "Settlements")) } " › "
            a href=(run_path(&run.id)) { (parts::run_name(&run, lang)) } " ›"
        }
        h1 { (lang.pick("结算 ", "Settlement ")) (settlement.period) " " (status(settlement.status, lang)) }
        @if let Some(words) = &broken { div.notice.error role="alert" { p { strong { (words.title) } } p { (words.detail) " " (words.remedy) } } }
        (parts::interim(found.run.interim, lang))
        (shown.facts())
        (shown.sums())
        (shown.causes())
        (shown.downloads())
        (shown.forms())
        (shown.payments())
        @if let Some(dealer) = &asked.dealer { (shown.dealer(dealer)) }
        (shown.lines(&request, &asked))
    };
    Ok(Screen { title: lang.pick("结算", "Settlement"), main }.answer(&request, &viewer))
}

/// The approved settlements of the same year, where this one may be submitted and so could correct one of them.
async fn correctable(
    settlement: &Settlement,
    run: &Run,
    viewer: &Viewer,
    service: &Service,
) -> Result<Vec<SettlementBrief>, Problem> {
    let mut found = Vec::new();
    if matches!(settlement.status, Status::Calculated | Status::Rejected) {
        for status in [Status::Approved, Status::PartlyPaid, Status::Paid] {
            let filter = SettlementFilter { before: None, period: run.period, status: Some(status) };
            found.extend(service.store.settlements(&filter, &viewer.person, CORRECTABLE_MAX).await?.0);
        }
    }
    Ok(found)
}

/// How far a settlement is, in words.
pub fn said(status: Status, lang: Lang) -> &'static str {
    let (zh, en) = match status {
        Status::Calculated => ("尚未提交", "not submitted"),
        Status::Submitted => ("待批准", "to be approved"),
        Status::Rejected => ("已驳回", "rejected"),
        Status::Approved => ("已批准，待付款", "approved"),
        Status::PartlyPaid => ("部分已付", "partly paid"),
        Status::Paid => ("已付清", "paid"),
        Status::Superseded => ("已被更正", "superseded"),
    };
    lang.pick(zh, en)
}

/// The same as a tag.
pub fn status(status: Status, lang: Lang) -> Markup {
    let class = match status {
        Status::Approved | Status::Paid => "tag good",
        Status::Submitted | Status::PartlyPaid => "tag fair",
        Status::Rejected => "tag poor",
        Status::Calculated | Status::Superseded => "tag",
    };
    html! { span class=(class) { (said(status, lang)) } }
}

impl Shown<'_> {
    fn facts(&self) -> Markup {
        let (lang, settlement) = (self.viewer.lang, self.settlement);
        let signed = |label: &str, signature: &Option<Signature>| {
            html! { @if let Some(signature) = signature { dt { (label) } dd { (self::signed(signature)) } } }
        };
        let other = |label: &str, run: &Option<String>| {
            html! { @if let Some(run) = run {
                dt { (label) } dd { a href={ (run_path(run)) "/settlement" } { (lang.pick("另一份结算", "another settlement")) } }
            } }
        };
        let decided = match settlement.status {
            Status::Rejected => lang.pick("驳回", "Rejected"),
            _ => lang.pick("批准", "Approved"),
        };
        html! {
            dl.facts {
                dt { (lang.pick("政策", "Policy")) } dd { (settlement.policy.id) " " (settlement.policy.version) }
                (signed(lang.pick("提交", "Submitted"), &settlement.submitted))
                @if settlement.approvals.len() > 1 || settlement.is_partly_approved() {
                    @for approval in &settlement.approvals { dt { (lang.pick("批准", "Approved")) } dd { (self.approval(approval)) } }
                } @else {
                    (signed(decided, &settlement.decided))
                }
                (other(lang.pick("更正的是", "Corrects"), &settlement.supersedes))
                (other(lang.pick("已被更正为", "Corrected by"), &settlement.superseded_by))
            }
        }
    }

    /// An approval with the sum that it saw.
    fn approval(&self, approval: &Approval) -> Markup {
        let lang = self.viewer.lang;
        html! {
            (self::signed(&approval.signature))
            @if let Some(total) = approval.total {
                br; span.muted { (lang.pick("变动合计 ", "moving ")) (money(total)) (lang.pick(" 元", " yuan")) }
            }
        }
    }

    fn sums(&self) -> Markup {
        let (lang, totals) = (self.viewer.lang, self.settlement.totals());
        let shown = [
            (lang.pick("激励合计", "Incentives"), totals.amount),
            (lang.pick("调整", "Adjustments"), totals.adjustments),
            (lang.pick("应得", "Entitled to"), totals.entitled),
            (lang.pick("以前已付", "Paid before"), totals.paid_before),
            (lang.pick("本结算已付", "Paid"), totals.paid),
            (lang.pick("付款中", "Ordered"), totals.ordered),
            (lang.pick("暂缓", "Held"), totals.held),
            (lang.pick("应付", "Payable"), totals.payable),
            (lang.pick("应退回", "To be given back"), totals.recoverable),
        ];
        html! {
            p.muted { (totals.dealers) (lang.pick(" 家经销商，金额单位：元", " dealers, amounts in yuan")) }
            dl.figures { @for (label, amount) in shown { div { dt { (label) } dd { (money(amount)) } } } }
        }
    }

    /// By what it differs from the settlement that it corrects.
    fn causes(&self) -> Markup {
        let lang = self.viewer.lang;
        html! {
            @if let Some(difference) = self.settlement.difference() {
                h2 { (lang.pick("与被更正的结算相比", "Against the settlement that it corrects")) }
                (self::causes(&difference, lang))
            }
        }
    }

    fn downloads(&self) -> Markup {
        let (lang, id) = (self.viewer.lang, &self.run.id);
        html! {
            p.actions {
                a.button.plain href=(format!("/v1/runs/{id}/rebates.xlsx?lang={}", lang.code())) { (lang.pick("结算工作簿", "Settlement workbook")) }
                @if self.settlement.status.is_approved() {
                    a.button.plain href=(format!("/v1/runs/{id}/payments.csv?lang={}", lang.code())) { (lang.pick("付款清单 CSV", "Payments as CSV")) }
                }
                a.button.plain href=(format!("/appeals?run={id}")) { (lang.pick("申诉", "Appeals")) }
                a.button.plain href={ (run_path(id)) "/scores" } { (lang.pick("考核与激励结果", "Scores and incentives")) }
            }
        }
    }
}

/// Who did something, when, and with which words.
fn signed(signature: &Signature) -> Markup {
    html! {
        (signature.who) " " span.muted { (parts::moment(&signature.at)) }
        @if let Some(note) = &signature.note { br; (note) }
    }
}

/// A difference by its causes.
fn causes(difference: &Difference, lang: Lang) -> Markup {
    let parts = [
        (lang.pick("更正前应得", "Entitled to before"), difference.before),
        (lang.pick("数据变化", "Other data"), difference.data),
        (lang.pick("政策变化", "Another policy"), difference.policy),
        (lang.pick("申诉", "Appeals"), difference.appeal),
        (lang.pick("调整", "Adjustments"), difference.adjustment),
        (lang.pick("合计变化", "In all"), difference.total()),
    ];
    html! { dl.figures { @for (label, amount) in parts { div { dt { (label) } dd { (signed_money(amount)) } } } } }
}

/// An amount that says plainly when it is an increase.
fn signed_money(amount: Decimal) -> String {
    if amount > Decimal::ZERO { format!("+{}", money(amount)) } else { money(amount) }
}
