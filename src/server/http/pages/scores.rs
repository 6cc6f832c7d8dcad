//! `GET /runs/{id}/scores`: what a run came to: grades as a chart, its dealers as a table that is filtered, sorted and paged here, and the
//! ways to each programme.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use rust_decimal::Decimal;
use url::form_urlencoded;

use super::chart::Bars;
use super::frame::{Screen, segment};
use super::parts::{self, run_path};
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::service::runs;
use crate::service::views;
use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::normalise;
use dealerbook_output::pipeline::View;
use dealerbook_output::report::view::DealerView;
use dealerbook_output::report::words::money;
use dealerbook_store::Run;

/// So many dealers are on a page.
const DEALERS_SHOWN: usize = 50;
/// What the dealers without a grade are filtered by.
const WITHOUT: &str = "none";

/// By what dealers are sorted: the parameter's value, and the column's name in both languages.
const COLUMNS: [(&str, &str, &str); 8] = [
    ("id", "编号", "ID"),
    ("name", "名称", "Name"),
    ("region", "区域", "Region"),
    ("tonnes", "年销量（吨）", "Tonnes"),
    ("rank", "名次", "Rank"),
    ("score", "得分", "Total"),
    ("grade", "评级", "Grade"),
    ("amount", "激励（元）", "Incentives (yuan)"),
];

/// Which dealers are asked for, and in which order.
struct Asked {
    text: String,
    region: Key,
    grade: String,
    sort: String,
    page: usize,
}

impl Asked {
    fn of(request: &HttpRequest) -> Asked {
        let mut asked =
            Asked { text: String::new(), region: Key::default(), grade: String::new(), sort: String::new(), page: 1 };
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            let value = value.trim();
            match name.as_ref() {
                "q" => asked.text = value.to_owned(),
                "region" => asked.region = Key::new(value),
                "grade" => asked.grade = value.to_owned(),
                "sort" => asked.sort = value.to_owned(),
                "page" => asked.page = parts::page(value),
                _ => {}
            }
        }
        asked
    }

    /// The dealers, in their order.
    fn dealers<'v>(&self, view: &'v View) -> Vec<&'v DealerView> {
        let text = normalise(&self.text);
        let grade = self.grade.parse::<usize>().ok();
        let takes = |dealer: &&DealerView| {
            (text.is_empty() || normalise(&dealer.id).contains(&text) || normalise(&dealer.name).contains(&text))
                && (self.region.is_empty() || dealer.region == self.region)
                && (self.grade.is_empty() || dealer.grade == grade)
        };
        let mut dealers: Vec<&DealerView> = view.dealers.iter().filter(takes).collect();
        let (column, is_down) = match self.sort.strip_prefix('-') {
            Some(column) => (column, true),
            None => (self.sort.as_str(), false),
        };
        if COLUMNS.iter().any(|(name, ..)| *name == column) {
            dealers.sort_by(|a, b| order(column, is_down, a, b));
        }
        dealers
    }
}

/// Which of two dealers comes first. What isn't there comes last either way.
fn order(column: &str, is_down: bool, a: &DealerView, b: &DealerView) -> Ordering {
    fn known<T: Ord>(a: Option<T>, b: Option<T>, is_down: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if is_down => Reverse(a).cmp(&Reverse(b)),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
    match column {
        "name" => known(Some(&a.name), Some(&b.name), is_down),
        "region" => known(Some(&a.region), Some(&b.region), is_down),
        "tonnes" => known(Some(a.tonnes), Some(b.tonnes), is_down),
        "rank" => known(a.rank, b.rank, is_down),
        "score" => known(a.score, b.score, is_down),
        "grade" => known(a.grade, b.grade, is_down),
        "amount" => known(a.amount, b.amount, is_down),
        _ => known(Some(&a.id), Some(&b.id), is_down),
    }
}

/// What a run came to.
pub async fn scores(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let run = runs::find(&id, &viewer.person, &service).await?;
    let view = views::of(&run, viewer.lang, &service).await?;
    let lang = viewer.lang;
    let title = lang.pick("结果", "Results");
    let asked = Asked::of(&request);
    let main = html! {
        (crumbs(&run, lang))
        h1 { (title) }
        p.muted { (view.subtitle) }
        @if let Some(notice) = &view.notice { p.notice.fair { (notice) } }
        (key_figures(&view, lang))
        (programmes(&run, &view, lang))
        @if view.has_assessment { (grades(&view, lang)) }
        @if !view.dealers.is_empty() { (dealers(&request, &run, &view, &asked, lang)) }
        @else if view.sheets.is_empty() { p.muted { (lang.pick("没有计算出结果。", "Nothing was calculated.")) } }
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

/// The way back to the run.
pub fn crumbs(run: &Run, lang: Lang) -> Markup {
    html! {
        p.crumbs {
            a href="/runs" { (lang.pick("运行记录", "Runs")) } " › "
            a href=(run_path(&run.id)) { (parts::run_name(run, lang)) } " ›"
        }
    }
}

fn key_figures(view: &View, lang: Lang) -> Markup {
    let tonnes: Decimal = view.dealers.iter().map(|dealer| dealer.tonnes).sum();
    let amount: Decimal = view.dealers.iter().filter_map(|dealer| dealer.amount).sum();
    html! {
        @if !view.dealers.is_empty() {
            dl.figures {
                div { dt { (lang.pick("经销商", "Dealers")) } dd { (view.dealers.len()) } }
                div { dt { (lang.pick("年销量", "Tonnes of the year")) } dd { (tonnes.normalize()) " " small { (lang.pick("吨", "t")) } } }
                @if view.has_incentives {
                    div { dt { (lang.pick("激励合计", "Incentives in all")) } dd { (money(amount)) " " small { (lang.pick("元", "yuan")) } } }
                }
            }
        }
    }
}

fn programmes(run: &Run, view: &View, lang: Lang) -> Markup {
    html! {
        @if !view.sheets.is_empty() {
            h2 { (lang.pick("各模块的结果", "Results of each programme")) }
            p.actions {
                @for sheet in &view.sheets {
                    a.button.plain href={ (run_path(&run.id)) "/programmes/" (segment(sheet.key)) } { (sheet.title) }
                }
            }
        }
    }
}

/// How many dealers have each grade, as a chart and as a table.
fn grades(view: &View, lang: Lang) -> Markup {
    let count = |grade: Option<usize>| view.dealers.iter().filter(|dealer| dealer.grade == grade).count();
    let mut rows: Vec<(&str, usize)> =
        view.grades.iter().enumerate().map(|(n, title)| (title.as_str(), count(Some(n)))).collect();
    let without = count(None);
    if without > 0 {
        rows.push((lang.pick("不评级", "Not graded"), without));
    }
    let told: Vec<String> = rows.iter().map(|(title, count)| format!("{title} {count}")).collect();
    let chart = Bars {
        title: lang.pick("各评级的经销商数", "Dealers of each grade"),
        description: told.join(lang.pick("，", ", ")),
        labels: rows.iter().map(|(title, _)| (*title).to_owned()).collect(),
        series: vec![(lang.pick("家数", "Dealers"), rows.iter().map(|(_, count)| Decimal::from(*count)).collect())],
    };
    let table = html! {
        table.data {
            thead { tr { th scope="col" { (lang.pick("评级", "Grade")) } th.number scope="col" { (lang.pick("家数", "Dealers")) } } }
            tbody { @for (title, count) in &rows { tr { th scope="row" { (title) } td.number { (count) } } } }
        }
    };
    html! {
        h2 { (lang.pick("评级", "Grades")) }
        div.halves { (chart.figure()) (parts::scrolling(lang.pick("各评级的经销商数", "Dealers of each grade"), &table)) }
    }
}

fn dealers(request: &HttpRequest, run: &Run, view: &View, asked: &Asked, lang: Lang) -> Markup {
    let all = asked.dealers(view);
    let shown = all.iter().skip((asked.page - 1) * DEALERS_SHOWN).take(DEALERS_SHOWN);
    let is_shown = |column: &str| match column {
        "rank" | "score" | "grade" => view.has_assessment,
        "amount" => view.has_incentives,
        _ => true,
    };
    let is_figure = |column: &str| matches!(column, "tonnes" | "rank" | "score" | "amount");
    let table = html! {
        table.data {
            thead { tr {
                @for (column, zh, en) in COLUMNS.iter().filter(|(column, ..)| is_shown(column)) {
                    th scope="col" class=[is_figure(column).then_some("number")] aria-sort=[sorted(asked, column)] {
                        a href=(sorting(request, asked, column)) { (lang.pick(zh, en)) (arrow(asked, column)) }
                    }
                }
                @if view.has_assessment { th scope="col" { (lang.pick("升降", "Moved")) } }
            } }
            tbody { @for dealer in shown { tr {
                th scope="row" { a href={ (run_path(&run.id)) "/dealers/" (segment(&dealer.id)) } { (dealer.id) } }
                td.name { (dealer.name) }
                td { (dealer.region) }
                td.number { (dealer.tonnes) }
                @if view.has_assessment {
                    td.number { @if let Some(rank) = dealer.rank { (rank) } }
                    td.number { @if let Some(score) = dealer.score { (score) } }
                    td { (grade(view, dealer.grade)) }
                }
                @if view.has_incentives { td.number { @if let Some(amount) = dealer.amount { (money(amount)) } } }
                @if view.has_assessment { td.word { (dealer.movement) } }
            } } }
        }
    };
    html! {
        h2 #dealers { (lang.pick("经销商", "Dealers")) }
        (filters(view, asked, lang))
        p.muted { (all.len()) " / " (view.dealers.len()) " " (lang.pick("家", "dealers")) }
        (parts::scrolling(lang.pick("经销商", "Dealers"), &table))
        (parts::pager(request, asked.page, all.len(), DEALERS_SHOWN, lang))
    }
}

/// A grade as a tag: the best and the last are coloured.
pub fn grade(view: &View, grade: Option<usize>) -> Markup {
    let class = match grade {
        Some(0) => "tag good",
        Some(n) if n + 1 == view.grades.len() => "tag poor",
        _ => "tag",
    };
    html! { @if let Some(title) = grade.and_then(|grade| view.grades.get(grade)) { span class=(class) { (title) } } @else { "–" } }
}

fn filters(view: &View, asked: &Asked, lang: Lang) -> Markup {
    let regions: BTreeSet<&Key> = view.dealers.iter().map(|dealer| &dealer.region).collect();
    let any = ("", lang.pick("全部", "all"));
    let regions: Vec<(&str, &str)> =
        [any].into_iter().chain(regions.iter().map(|region| (region.shown(), region.shown()))).collect();
    let numbers: Vec<String> = (0..view.grades.len()).map(|n| n.to_string()).collect();
    let grades = numbers.iter().zip(&view.grades).map(|(n, title)| (n.as_str(), title.as_str()));
    let grades: Vec<(&str, &str)> =
        [any].into_iter().chain(grades).chain([(WITHOUT, lang.pick("不评级", "not graded"))]).collect();
    html! {
        form.filters method="get" action="#dealers" {
            @if !asked.sort.is_empty() { input type="hidden" name="sort" value=(asked.sort); }
            (parts::text(lang.pick("编号或名称", "ID or name"), "q", &asked.text))
            (parts::choice(lang.pick("区域", "Region"), "region", asked.region.shown(), &regions))
            @if view.has_assessment { (parts::choice(lang.pick("评级", "Grade"), "grade", &asked.grade, &grades)) }
            button type="submit" { (lang.pick("筛选", "Filter")) }
        }
    }
}

fn sorted(asked: &Asked, column: &str) -> Option<&'static str> {
    match asked.sort.strip_prefix('-') {
        Some(down) if down == column => Some("descending"),
        None if asked.sort == column => Some("ascending"),
        _ => None,
    }
}

fn arrow(asked: &Asked, column: &str) -> &'static str {
    match sorted(asked, column) {
        Some("descending") => " ↓",
        Some(_) => " ↑",
        None => "",
    }
}

/// The address that sorts by a column; by it already, the other way round. Figures come with the largest first.
fn sorting(request: &HttpRequest, asked: &Asked, column: &str) -> String {
    let begins_down = matches!(column, "tonnes" | "score" | "amount");
    let is_down = match sorted(asked, column) {
        Some(now) => now != "descending",
        None => begins_down,
    };
    let sort = format!("{}{column}", if is_down { "-" } else { "" });
    let kept = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| !matches!(name.as_ref(), "sort" | "page"));
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{}?{}#dealers", request.path(), query.extend_pairs(kept).append_pair("sort", &sort).finish())
}
