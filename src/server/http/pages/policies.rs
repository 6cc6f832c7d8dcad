//! `/policies`: the policies that there are, and each in words: its rules, its checks, its history; proposing and deciding on versions.

pub mod actions;
mod versions;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::frame::{self, Screen, segment};
use super::{parts, rules};
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::service::policies;
use dealerbook_base::clock;
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{Policy, Rates, family};
use dealerbook_engine::policy_check::cliffs;
use dealerbook_engine::schema::Schemas;
use dealerbook_output::report::cliff_words::CliffWords;
use dealerbook_output::report::words::Words;

/// All policies, the default one first.
pub async fn list(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    shown_with(None, &request, &viewer, &service).await
}

/// The list, and why a proposal is refused.
async fn shown_with(
    refused: Option<&Problem>,
    request: &HttpRequest,
    viewer: &Viewer,
    service: &Service,
) -> Result<HttpResponse, Problem> {
    let (lang, engine) = (viewer.lang, service.engine_in_force().await?);
    let kept = policies::visible_to(&viewer.person, service).await?;
    let labels = match lang {
        Lang::Zh => ["政策", "编号", "版本", "有效期", "费率", "算例"],
        Lang::En => ["Policy", "Id", "Version", "In force", "Rates", "Worked examples"],
    };
    let table = html! {
        table.data {
            thead { tr { @for label in labels { th scope="col" { (label) } } } }
            tbody { @for policy in &engine.policies { tr {
                th scope="row" { a href=(path(policy)) { (policy.title.pick(lang)) } }
                td { code { (policy.id) } }
                td { (policy.version) }
                td.word {
                    (span(policy, lang))
                    @if in_force(&engine.policies, policy) { " " span.tag.good { (lang.pick("今天有效", "today")) } }
                }
                td { (rates(policy.rates, lang)) }
                td { (said_of_examples(policy, lang)) }
            } } }
        }
    };
    let main = html! {
        h1 { (lang.pick("政策", "Policies")) }
        p.muted { (lang.pick(
            "一份政策是一套规则：考核表、评级、激励和各模块的参数。未指明时用第一份。",
            "A policy is a set of rules: scorecards, grades, incentives and the figures of each programme. The first is used where none is named.",
        )) }
        (parts::scrolling(lang.pick("政策", "Policies"), &table))
        @if let Some(problem) = refused { (frame::refusal(problem, lang)) }
        (versions::proposing(viewer))
        (versions::table(&kept, lang))
    };
    let status = refused.map_or(StatusCode::OK, |problem| problem.status_code());
    Ok(Screen { title: lang.pick("政策", "Policies"), main }.answer_with(status, request, viewer))
}

/// A policy with all its rules.
pub async fn policy(
    request: HttpRequest,
    viewer: Viewer,
    id: web::Path<String>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (lang, engine) = (viewer.lang, service.engine_in_force().await?);
    let asked = form_urlencoded::parse(request.query_string().as_bytes()).find(|(name, _)| name == "version");
    let version = asked.map(|(_, version)| version).filter(|version| !version.is_empty());
    let policy = &policies::find(&id, version.as_deref(), &viewer.person, &service).await?;
    let kept = service.store.policy_version(&policy.id, &policy.version).await?;
    let words = Words { schemas: &engine.schemas, policy, lang };
    let title = policy.title.pick(lang);
    let main = html! {
        p.crumbs { a href="/policies" { (lang.pick("政策", "Policies")) } }
        h1 { (title) @if let Some(kept) = &kept { " " (versions::status(&kept.status, lang)) } }
        (rules::example_note(policy, lang))
        (facts(policy, &viewer))
        @if let Some(kept) = &kept { (versions::standing(kept, &viewer)) }
        h2 #checks { (lang.pick("检查", "Checks")) }
        (checks(policy, &engine.schemas, lang))
        @for programme in &engine.schemas.programmes {
            h2 id=(programme.name) { (lang.pick(&programme.title, &programme.title_en)) }
            (rules::of(&programme.name, words, 3))
        }
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

fn facts(policy: &Policy, viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    html! {
        dl.facts {
            dt { (lang.pick("编号", "Id")) } dd { code { (policy.id) } }
            dt { (lang.pick("版本", "Version")) } dd { (policy.version) }
            dt { (lang.pick("有效期", "In force")) } dd { (span(policy, lang)) }
            dt { (lang.pick("费率", "Rates")) } dd { (rates(policy.rates, lang)) }
            dt { "SHA-256" } dd { code { (policy.sha256) } }
            dt { (lang.pick("下载", "To download")) }
            dd { a
                a href=(format!("/v1/policies/{}?version={}&lang={}", segment(&policy.id), segment(&policy.version), lang.code())) { "JSON" } " · "
                a href=(format!("/v1/policies/{}.xlsx?version={}&lang={}", segment(&policy.id), segment(&policy.version), lang.code())) { (lang.pick("工作簿", "workbook")) }
            }
            @if viewer.is_admitted("/admin/audit") {
                dt { (lang.pick("变更历史", "History")) }
                dd { a href=(format!("/admin/audit?object={}%2F{}", segment(&policy.id), segment(&policy.version))) { (lang.pick("审计日志中的记录", "Its lines in the audit log")) } }
            }
        }
    }
}

/// That it is sound, and its cliffs: a policy with faults isn't in force.
fn checks(policy: &Policy, schemas: &Schemas, lang: Lang) -> Markup {
    let Some(settings) = &policy.check else {
        return html! {
            p { (said_of_examples(policy, lang)) }
            p { (lang.pick("政策没有 [check] 一节，未查找断点。", "It has no section [check], so cliffs were not looked for.")) }
        };
    };
    let words = CliffWords { policy, schemas, settings, lang };
    let found = cliffs::find(policy, settings);
    html! {
        p { (said_of_examples(policy, lang)) }
        @for line in words.heading(found.len()).lines() { p { (line) } }
        @if !found.is_empty() {
            details {
                summary { (lang.pick("断点", "Cliffs")) }
                ul { @for cliff in &found { li { (words.cliff(cliff)) } } }
            }
        }
    }
}

fn said_of_examples(policy: &Policy, lang: Lang) -> String {
    match (policy.examples.len(), lang) {
        (0, _) => lang.pick("没有算例", "none").to_owned(),
        (count, Lang::Zh) => format!("{count} 个算例，结果相符"),
        (count, Lang::En) => format!("{count} worked examples, which come out"),
    }
}

fn rates(rates: Rates, lang: Lang) -> Markup {
    let (class, text) = match rates {
        Rates::Example => ("tag fair", lang.pick("示例", "examples")),
        Rates::Own => ("tag good", lang.pick("公司自定", "the company's own")),
    };
    html! { span class=(class) { (text) } }
}

/// The version of an id that is in force today or, where none is, the newest.
pub fn in_force_or_newest<'p>(policies: &'p [Policy], id: &str) -> Option<&'p Policy> {
    family::in_force(policies, id, clock::today()).or_else(|| family::newest(policies, id))
}

fn in_force(policies: &[Policy], policy: &Policy) -> bool {
    family::in_force(policies, &policy.id, clock::today()).is_some_and(|other| other.version == policy.version)
}

/// Its own days; another version that begins later ends it as well.
fn span(policy: &Policy, lang: Lang) -> String {
    match (policy.effective_from, policy.effective_to) {
        (None, None) => lang.pick("不限", "always").to_owned(),
        (from, to) => {
            let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            format!("{} – {}", day(from), day(to))
        }
    }
}

fn path(policy: &Policy) -> String {
    format!("/policies/{}?version={}", segment(&policy.id), segment(&policy.version))
}
