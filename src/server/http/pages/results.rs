//! `GET /runs/{id}/programmes/{name}`: what a programme says, as its added sheet says it, filtered and paged here.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::frame::{Screen, segment};
use super::parts::{self, run_path};
use super::scores::crumbs;
use super::sources::Opening;
use crate::http::request::shown;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::service::runs;
use crate::service::views;
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::normalise;
use dealerbook_output::report::view::SheetView;

/// So many rows are on a page.
const ROWS_SHOWN: usize = 50;

/// What a programme says.
pub async fn programme(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let run = runs::find(&id, &viewer.person, &service).await?;
    let view = views::of(&run, viewer.lang, &service).await?;
    let lang = viewer.lang;
    let Some(sheet) = view.sheets.iter().find(|sheet| sheet.key == name) else {
        let names = view.sheets.iter().map(|sheet| sheet.key.to_owned()).collect();
        return Err(Problem::NoSuchPage { name: shown(&name), names });
    };
    let (mut text, mut page) = (String::new(), 1);
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match name.as_ref() {
            "q" => text = value.trim().to_owned(),
            "page" => page = parts::page(&value),
            _ => {}
        }
    }
    let wanted = normalise(&text);
    let is_wanted =
        |row: &usize| wanted.is_empty() || sheet.rows[*row].iter().any(|cell| normalise(cell).contains(&wanted));
    let rows: Vec<usize> = (0..sheet.rows.len()).filter(is_wanted).collect();
    let shown: Vec<usize> = rows.iter().skip((page - 1) * ROWS_SHOWN).take(ROWS_SHOWN).copied().collect();
    let main = html! {
        (crumbs(&run, lang))
        h1 { (sheet.title) }
        p.muted { (view.subtitle) }
        @if let Some(notice) = &view.notice { p.notice.fair { (notice) } }
        form.filters method="get" {
            (parts::text(lang.pick("查找", "Find"), "q", &text))
            button type="submit" { (lang.pick("筛选", "Filter")) }
        }
        p.muted { (rows.len()) " / " (sheet.rows.len()) " " (lang.pick("行", "rows")) }
        (parts::scrolling(sheet.title, &table(sheet, &shown, &run_path(&run.id))))
        (parts::pager(&request, page, rows.len(), ROWS_SHOWN, lang))
        // The figures of dealers open on their own pages, to which their rows lead.
        @if sheet.id.is_none() { (Opening { view: &view, sheet, lang }.rows(&shown)) }
        (rules(sheet, &view.policy, lang))
    };
    Ok(Screen { title: sheet.title, main }.answer(&request, &viewer))
}

/// Rows of a programme as a table; dealers lead to their pages.
pub fn table(sheet: &SheetView, rows: &[usize], run: &str) -> Markup {
    html! {
        table.data {
            thead { tr { @for column in &sheet.columns {
                th scope="col" class=[column.is_figure.then_some("number")] { (column.label) }
            } } }
            tbody { @for row in rows { tr { @for (n, (cell, column)) in sheet.rows[*row].iter().zip(&sheet.columns).enumerate() {
                @if sheet.id == Some(n) {
                    th scope="row" { a href={ (run) "/dealers/" (segment(cell)) } { (cell) } }
                } @else {
                    td class=[class(column.is_figure, column.is_long)] { (cell) }
                }
            } } } }
        }
    }
}

fn class(is_figure: bool, is_long: bool) -> Option<&'static str> {
    match (is_figure, is_long) {
        (true, _) => Some("number"),
        (_, true) => Some("long"),
        _ => None,
    }
}

/// The rules in force, with the policy that they are of.
pub fn rules(sheet: &SheetView, policy: &str, lang: Lang) -> Markup {
    html! {
        details {
            summary { (lang.pick("规则", "The rules")) }
            div.inside id={ "rules-" (sheet.key) } {
                p { (lang.pick("政策：", "Policy: ")) (policy) }
                dl.facts { @for (what, how) in &sheet.rules { dt { (what) } dd { (how) } } }
            }
        }
    }
}
