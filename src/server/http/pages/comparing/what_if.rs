//! `/runs/{id}/what-if`: the figures of the run's policy as fields, and what the run would come to with others. Nothing is kept.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::figures::{self, Figure};
use super::{crumbs, tables};
use crate::http::comparison::{self, View};
use crate::http::pages::cells;
use crate::http::pages::frame::Screen;
use crate::http::pages::parts::run_path;
use crate::http::session::{Posted, Viewer};
use crate::http::{Problem, Service};
use crate::service::comparing::{Captions, Pair};
use crate::service::what_if::{WhatIf, try_out as try_what_if};
use crate::service::{again, runs};
use dealerbook_base::lang::Lang;
use dealerbook_engine::comparison::Comparison;
use dealerbook_engine::policy::{Policy, variation};
use dealerbook_output::report::policy_names::PolicyNames;
use dealerbook_store::Run;

/// Fields are called by this and the figure's path.
const FIELD: &str = "figure:";

/// The fields, as the run's policy has them.
pub async fn form(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let run = runs::find(&id, &viewer.person, &service).await?;
    let policy = again::policy(&run, &service).await?;
    let page = Page { run: &run, policy: &policy, viewer: &viewer, service: &service, posted: None };
    let main = page.main(&|figure| figure.value.clone(), html! {});
    Ok(Screen { title: page.title(), main }.answer(&request, &viewer))
}

/// What comes of other figures: on the page, or as a workbook where the address asks for that.
pub async fn try_out(
    request: HttpRequest,
    id: web::Path<String>,
    posted: Posted,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let viewer = &posted.viewer;
    let view = View::of(&request, comparison::PARAMETERS)?;
    let run = runs::find(&id, &viewer.person, &service).await?;
    let policy = again::policy(&run, &service).await?;
    let page = Page { run: &run, policy: &policy, viewer, service: &service, posted: Some(&posted) };
    let typed = |figure: &Figure| posted.get(&format!("{FIELD}{}", figure.path)).to_owned();
    let changes: Map<String, Value> = figures::of(&policy)
        .into_iter()
        .filter(|figure| typed(figure) != figure.value)
        .map(|figure| (figure.path.clone(), typed(&figure).into()))
        .collect();
    let cells: Value = cells::sent(&posted).into();
    let members = [("changes".to_owned(), changes.into()), ("cells".to_owned(), cells)].into_iter().collect();
    let (what_if, faults) = WhatIf::parse(Ok(members));
    let (status, below) = match try_what_if(&run, what_if, faults, viewer.lang, &service).await {
        Ok((captions, pair)) if request.query_string().contains("format=xlsx") => {
            return comparison::answer(&request, &run.id, &view, captions, pair, &service).await;
        }
        Ok((captions, pair)) => (StatusCode::OK, result(captions, pair, viewer.lang, &service).await?),
        Err(problem @ Problem::InvalidWhatIf { .. }) => (problem.status_code(), refusal(&problem, viewer.lang)),
        Err(problem) => return Err(problem),
    };
    let main = page.main(&typed, below);
    Ok(Screen { title: page.title(), main }.answer_with(status, &request, viewer))
}

/// What was changed, and what that comes to.
async fn result(
    captions: Captions,
    Pair(before, after): Pair,
    lang: Lang,
    service: &web::Data<Service>,
) -> Result<Markup, Problem> {
    let comparison = service.on_a_worker(move |_| Ok(Comparison::of(&before, &after))).await?;
    let names = PolicyNames { policies: captions.policies.iter().collect(), lang };
    Ok(html! {
        h2 #result { (lang.pick("试算结果", "What it would come to")) }
        ul { @for change in &captions.changes {
            li { (change.words.as_deref().unwrap_or(&change.place)) (lang.pick("：", ": ")) (change.before) " → " strong { (change.after) } }
        } }
        (tables::all(&comparison, &names))
    })
}

fn refusal(problem: &Problem, lang: Lang) -> Markup {
    html! {
        div.notice.error #result role="alert" {
            p { (problem.words(lang).detail) }
            ul { @for fault in problem.faults(lang) { li { (fault.detail()) " " (fault.remedy()) } } }
        }
    }
}

struct Page<'p> {
    run: &'p Run,
    policy: &'p Policy,
    viewer: &'p Viewer,
    service: &'p Service,
    posted: Option<&'p Posted>,
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        self.viewer.lang.pick("试算：如果费率或数据不同", "What if rates or data were others")
    }

    fn main(&self, typed: &dyn Fn(&Figure) -> String, below: Markup) -> Markup {
        let lang = self.viewer.lang;
        let path = format!("{}/what-if", run_path(&self.run.id));
        let figures = figures::of(self.policy);
        let groups = groups(&figures, self.policy, lang);
        html! {
            (crumbs(self.run, lang))
            h1 { (self.title()) }
            p.muted { (lang.pick(
                "改动下面的数字，或填写要改的单元格，看总额和每家经销商的变化。只是试算，不保存，也不影响政策。",
                "Change figures or name other cells to see what that would come to, in all and for each dealer. Nothing is kept, and the policy stays as it is.",
            )) }
            form method="post" action={ (path) "#result" } {
                (self.viewer.mark_field())
                @for (heading, figures) in &groups {
                    fieldset {
                        legend { (heading) }
                        div.filters { @for (label, figure) in figures {
                            label.field { span { (label) }
                                input type="text" inputmode="decimal" name={ (FIELD) (figure.path) } value=(typed(figure)); }
                        } }
                    }
                }
                h2 { (lang.pick("其他数据", "Other data")) }
                (cells::fields(self.posted, &self.service.engine().schemas, lang))
                p.actions {
                    button type="submit" { (lang.pick("试算", "Try it")) }
                    button.plain type="submit" formaction=(format!("{path}?format=xlsx&lang={}", lang.code())) { (lang.pick("试算并下载工作簿", "Try it, as a workbook")) }
                }
            }
            (below)
        }
    }
}

/// Figures with their labels, under what they belong to: the grades, or a programme.
type Group<'f> = (String, Vec<(String, &'f Figure)>);

fn groups<'f>(figures: &'f [Figure], policy: &Policy, lang: Lang) -> Vec<Group<'f>> {
    let mut groups: Vec<Group<'f>> = Vec::new();
    for figure in figures {
        let said = variation::spoken(&figure.path, policy, lang);
        let mut steps: Vec<&str> = said.split(" › ").collect();
        // A programme's figures stand under its name, grades and the cap under theirs.
        let deep = if figure.path.starts_with("incentives.") { 2 } else { 1 };
        let label = steps.split_off(deep.min(steps.len()));
        let heading = steps.last().copied().unwrap_or_default().to_owned();
        let label = if label.is_empty() { heading.clone() } else { label.join(" › ") };
        match groups.last_mut().filter(|(last, _)| *last == heading) {
            Some((_, group)) => group.push((label, figure)),
            None => groups.push((heading, vec![(label, figure)])),
        }
    }
    groups
}
