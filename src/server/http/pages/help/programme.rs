//! `/help/programmes/{name}`: the rules of a programme as they are in force.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use crate::http::pages::frame::{Screen, segment};
use crate::http::pages::policies::in_force_or_newest;
use crate::http::pages::rules;
use crate::http::request::shown;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::{Programme, Schemas};
use dealerbook_output::report::words::Words;

/// The page.
pub async fn page(
    request: HttpRequest,
    viewer: Viewer,
    name: web::Path<String>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (lang, engine) = (viewer.lang, service.engine_in_force().await?);
    let programmes = &engine.schemas.programmes;
    let found = programmes.iter().find(|programme| programme.name == *name);
    let no_such = || Problem::NoSuchPage {
        name: shown(&name),
        names: programmes.iter().map(|programme| programme.name.clone()).collect(),
    };
    let programme = found.ok_or_else(no_such)?;
    let id = engine.policies.first().map(|policy| policy.id.as_str()).unwrap_or_default();
    let policy = in_force_or_newest(&engine.policies, id).ok_or_else(|| Problem::internal("no policy"))?;
    let title = lang.pick(&programme.title, &programme.title_en);
    let main = html! {
        p.crumbs { a href="/help#programmes" { (lang.pick("帮助", "Help")) } }
        h1 { (title) }
        p.muted {
            (lang.pick("规则出自当前政策：", "The rules of the policy in force: "))
            a href=(format!("/policies/{}", segment(&policy.id))) { (policy.title.pick(lang)) } " " (policy.version)
        }
        @if programme.name == "incentives" { (rules::example_note(policy, lang)) }
        (rules::of(&programme.name, Words { schemas: &engine.schemas, policy, lang }, 2))
        h2 { (lang.pick("所用的工作表", "The sheets that it reads")) }
        (sheets(programme, &engine.schemas, lang))
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

fn sheets(programme: &Programme, schemas: &Schemas, lang: Lang) -> Markup {
    let read: Vec<&String> = programme.needs.iter().chain(&programme.any_of).chain(&programme.uses).collect();
    html! {
        ul { @for resource in schemas.resources.iter().filter(|resource| read.contains(&&resource.name)) {
            li { a href=(format!("/help/sheets/{}", segment(&resource.name))) { (resource.label(lang)) } }
        } }
    }
}
