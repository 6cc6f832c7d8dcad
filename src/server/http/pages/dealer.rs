//! `GET /runs/{id}/dealers/{dealer_id}`: all that a run says of a dealer. Every figure opens to its rule, the policy's version and the
//! cells that it came of.

mod paid;

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use rust_decimal::Decimal;

use super::appeals;
use super::chart::Bars;
use super::frame::{Screen, segment};
use super::parts::{self, run_path};
use super::results;
use super::scores::{crumbs, grade};
use super::sources::{self, Opening};
use crate::http::request::shown;
use crate::http::session::Viewer;
use crate::http::{Problem, Service};
use crate::service::runs;
use crate::service::views;
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::nearest;
use dealerbook_output::pipeline::View;
use dealerbook_output::report::sources::SourceSheet;
use dealerbook_output::report::view::{DealerView, Earned, RuleView};
use dealerbook_output::report::words::{money, percent};

/// The sheets that the assessment and the incentives read beside the dealer's own row; the incentives all but the last.
const LEDGERS: [&str; 4] = ["purchases", "shipments", "receivables", "violations"];

/// The parts of the page to which its figures lead.
const POINTS: &str = "points";
const PAID: &str = "paid";
const MONTHS_HELD: &str = "months";
const ROW: &str = "row";

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// All that a run says of a dealer.
pub async fn dealer(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (id, dealer_id) = path.into_inner();
    let run = runs::find(&id, &viewer.person, &service).await?;
    let view = views::of(&run, viewer.lang, &service).await?;
    let lang = viewer.lang;
    let page = OfDealer { view: &view, dealer: view.dealer(&dealer_id), id: &dealer_id, lang };
    let programmes = page.programmes(&run_path(&run.id));
    if page.dealer.is_none() && programmes.is_none() {
        let ids = view.dealers.iter().map(|dealer| dealer.id.as_str());
        return Err(Problem::NoSuchDealer { id: shown(&dealer_id), nearest: nearest(&dealer_id, ids).map(shown) });
    }
    let name = page.dealer.map_or(dealer_id.as_str(), |dealer| dealer.name.as_str());
    let card = format!("/v1/runs/{}/dealers/{}", run.id, segment(&dealer_id));
    let abouts: Vec<(&str, &str)> =
        view.incentives.iter().map(|incentive| (incentive.id.as_str(), incentive.title.as_str())).collect();
    let main = html! {
        (crumbs(&run, lang))
        h1 { (name) @if name != dealer_id { " " span.muted { (dealer_id) } } }
        p.muted { (view.subtitle) }
        @if let Some(notice) = &view.notice { p.notice.fair { (notice) } }
        p.actions {
            a.button.plain href={ (run_path(&run.id)) "/scores" } { (lang.pick("全部经销商", "All dealers")) }
            a.button.plain href={ (card) "/card.xlsx?lang=" (lang.code()) } { (lang.pick("客户档案（可打印）", "Card to be printed")) }
            a.button.plain href={ (card) "?lang=" (lang.code()) } { "JSON" }
        }
        @if let Some(dealer) = page.dealer { (page.all(dealer)) }
        @if let Some(programmes) = programmes { (programmes) }
        @if page.dealer.is_some() { (appeals::lodging(&run.id, &dealer_id, &abouts, &viewer)) }
    };
    Ok(Screen { title: name, main }.answer(&request, &viewer))
}

struct OfDealer<'v> {
    view: &'v View,
    dealer: Option<&'v DealerView>,
    id: &'v str,
    lang: Lang,
}

impl OfDealer<'_> {
    fn all(&self, dealer: &DealerView) -> Markup {
        html! {
            (self.figures(dealer))
            @for aside in &dealer.asides { p.notice.fair { (aside) } }
            @if self.view.has_assessment { (self.points(dealer)) (self.change(dealer)) }
            @if self.view.has_incentives { (self.paid(dealer)) }
            (self.months(dealer))
            (self.rows_read())
            (self.facts(dealer))
        }
    }

    /// What it came to, each figure leading to what it came of.
    fn figures(&self, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        let (yuan, tonnes) = (lang.pick("元", "yuan"), lang.pick("吨", "t"));
        let score = html! { @if let Some(score) = dealer.score { (score) } @else { "–" } };
        let rank = html! { @if let Some(rank) = dealer.rank { (rank) } @else { "–" } };
        let before = html! { (grade(self.view, dealer.previous_grade)) " " small { (dealer.movement) } };
        let sold = html! { (dealer.tonnes) " " small { (tonnes) } };
        let months = if dealer.months.is_empty() { ROW } else { MONTHS_HELD };
        html! {
            dl.figures {
                @if self.view.has_assessment {
                    (figure(lang.pick("评级", "Grade"), POINTS, &grade(self.view, dealer.grade)))
                    (figure(lang.pick("考核得分", "Total"), POINTS, &score))
                    (figure(lang.pick("上年评级", "Grade of last year"), ROW, &before))
                    (figure(lang.pick("销量名次", "Rank in tonnes"), POINTS, &rank))
                }
                (figure(lang.pick("年销量", "Tonnes"), months, &sold))
                @if let Some(amount) = dealer.amount {
                    (figure(lang.pick("激励", "Incentives"), PAID, &html! { (money(amount)) " " small { (yuan) } }))
                }
            }
        }
    }

    /// Each characteristic as a bar, opening to its rule and its cells.
    fn points(&self, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        let Some(card) = dealer.card.and_then(|card| self.view.cards.get(card)) else {
            return html! { p.muted #(POINTS) { (lang.pick("该合作方式没有考核表，不评级。", "The mode has no scorecard: there is no grade.")) } };
        };
        let table = html! {
            table.data {
                thead { tr {
                    th scope="col" { (lang.pick("指标", "Characteristic")) }
                    th scope="col" { (lang.pick("数据", "Value")) }
                    th.number scope="col" { (lang.pick("得分", "Points")) }
                    th.number scope="col" { (lang.pick("满分", "Of")) }
                    th scope="col" { (lang.pick("得分率", "Share")) }
                    th scope="col" { (lang.pick("依据", "Why")) }
                } }
                tbody { @for (rule, earned) in card.rules.iter().zip(&dealer.earned) { tr {
                    th scope="row" { (rule.title) }
                    td { (earned.value) }
                    td.number { (earned.points) }
                    td.number { (rule.weight.normalize()) }
                    td.word { (bar(earned.points, rule.weight, &rule.title)) }
                    td.long { (self.why(rule, earned, dealer)) }
                } } }
            }
        };
        html! {
            h2 #(POINTS) { (lang.pick("考核", "Assessment")) " · " (card.title) }
            (parts::scrolling(lang.pick("考核", "Assessment"), &table))
            p.muted { (lang.pick("得分合计定评级：", "The points added up give the grade: ")) (self.view.bounds) }
        }
    }

    fn why(&self, rule: &RuleView, earned: &Earned, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        let places = rule.fields.iter().filter_map(|n| self.cell(*n, dealer));
        html! {
            details {
                summary { (lang.pick("规则与来源", "Rule and source")) }
                div.inside { dl.facts {
                    @if let Some(how) = &earned.how { dt { (lang.pick("计算", "How")) } dd { (how) } }
                    dt { (lang.pick("规则", "Rule")) } dd { (rule.rule) }
                    dt { (lang.pick("政策", "Policy")) } dd { (self.view.policy) }
                    dt { (lang.pick("来源", "Source")) } dd {
                        @for place in places { div { (place) } }
                        @for sheet in self.ledgers(rule.sheets) { div { (self.to_ledger(sheet)) } }
                    }
                } }
            }
        }
    }

    /// The cell of a dealer's field, with its sheet.
    fn cell(&self, at: usize, dealer: &DealerView) -> Option<String> {
        let field = self.view.fields.get(at)?;
        let (column, row) = (field.column.as_ref()?, dealer.row?);
        let value = dealer.facts.get(at)?.as_deref().unwrap_or("–");
        Some(format!("{}!{column}{row} {} {value}", self.view.dealers_sheet, field.label))
    }

    /// Those of some sheets that were read.
    fn ledgers<'s>(&'s self, names: &'s [&'s str]) -> impl Iterator<Item = &'s SourceSheet> {
        names.iter().filter_map(|name| self.view.sources.sheet(name))
    }

    /// The dealer's rows of a sheet, which are listed below.
    fn to_ledger(&self, sheet: &SourceSheet) -> Markup {
        let found = sheet.of_owner(self.id, false);
        let none = self.lang.pick("：没有该经销商的行", ": no row of the dealer");
        html! {
            @if found.count == 0 { (sheet.name) (none) }
            @else { a href={ "#rows-of-" (sheet.resource) } { (sources::span(sheet, &found, self.lang)) } }
        }
    }

    /// The dealer's rows of the sheets that the assessment and the incentives read.
    fn rows_read(&self) -> Markup {
        html! { @for sheet in self.ledgers(&LEDGERS) {
            @let found = sheet.of_owner(self.id, false);
            @if found.count > 0 { (sources::listed(sheet, &found, &format!("rows-of-{}", sheet.resource), self.lang)) }
        } }
    }

    /// Where points were lost, what would lift the grade, and what follows.
    fn change(&self, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        let parts = [
            (lang.pick("失分", "Points lost"), &dealer.losses),
            (lang.pick("怎样可升级（任选一项）", "What would lift it (any one)"), &dealer.lifts),
            (lang.pick("措施", "What follows"), &dealer.actions),
        ];
        html! {
            @if parts.iter().any(|(_, text)| !text.is_empty()) {
                h2 { (lang.pick("失分与提升", "Lost, and what would lift it")) }
                dl.facts { @for (name, text) in parts.iter().filter(|(_, text)| !text.is_empty()) {
                    dt { (name) } dd { @for line in text.lines() { div { (line) } } }
                } }
            }
        }
    }

    /// The twelve months against the plan.
    fn months(&self, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        if dealer.months.is_empty() {
            return html! {};
        }
        let name = |n: usize| match lang {
            Lang::Zh => format!("{}月", n + 1),
            Lang::En => MONTHS[n % 12].to_owned(),
        };
        let (actual, planned) = (lang.pick("实际（吨）", "Actual (t)"), lang.pick("计划（吨）", "Plan (t)"));
        let title = lang.pick("各月提货与计划", "Months against the plan");
        let figures = |of: &dyn Fn(&dealerbook_output::report::view::MonthView) -> Decimal| {
            dealer.months.iter().map(of).collect()
        };
        let has_plan = dealer.months.iter().any(|month| month.planned.is_some());
        let mut series: Vec<(&str, Vec<Decimal>)> = vec![(actual, figures(&|month| month.actual))];
        if has_plan {
            series.push((planned, figures(&|month| month.planned.unwrap_or_default())));
        }
        let told: Vec<String> = dealer
            .months
            .iter()
            .enumerate()
            .map(|(n, month)| format!("{} {}", name(n), month.actual.normalize()))
            .collect();
        let labels = (0..dealer.months.len()).map(name).collect();
        let chart = Bars { title, description: told.join(lang.pick("，", ", ")), labels, series };
        let table = html! {
            table.data {
                thead { tr {
                    th scope="col" { (lang.pick("月份", "Month")) }
                    th.number scope="col" { (actual) }
                    @if has_plan { th.number scope="col" { (planned) } }
                    th scope="col" { (lang.pick("备注", "Remark")) }
                } }
                tbody { @for (n, month) in dealer.months.iter().enumerate() { tr {
                    th scope="row" { (name(n)) }
                    td.number { (month.actual.normalize()) }
                    @if has_plan { td.number { @if let Some(planned) = month.planned { (planned.normalize()) } } }
                    td { @if month.supplier_fault { (lang.pick("我方原因", "the supplier's fault")) } }
                } } }
            }
        };
        html! { h2 #(MONTHS_HELD) { (title) } div.halves { (chart.figure()) (parts::scrolling(title, &table)) } }
    }

    /// Its row of the dealers sheet, each value with its cell.
    fn facts(&self, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        let known = dealer.facts.iter().enumerate().filter_map(|(n, fact)| Some((n, fact.as_deref()?)));
        let row = |(n, fact): (usize, &str)| {
            let field = &self.view.fields[n];
            let cell = field.column.as_ref().zip(dealer.row).map(|(column, row)| format!("{column}{row}"));
            html! { tr {
                th scope="row" { (field.label) } td { (fact) } td.word { @if let Some(cell) = cell { (cell) } }
            } }
        };
        let table = html! {
            table.data {
                thead { tr {
                    th scope="col" { (lang.pick("列", "Column")) }
                    th scope="col" { (lang.pick("值", "Value")) }
                    th scope="col" { (lang.pick("单元格", "Cell")) }
                } }
                tbody { @for fact in known { (row(fact)) } }
            }
        };
        html! {
            h2 #(ROW) { (lang.pick("档案", "The dealer's row")) " · " (self.view.dealers_sheet) }
            (parts::scrolling(&self.view.dealers_sheet, &table))
        }
    }

    /// What each other programme says of the dealer.
    fn programmes(&self, run: &str) -> Option<Markup> {
        let of_dealer = |sheet: &dealerbook_output::report::view::SheetView| -> Option<Markup> {
            let id = sheet.id?;
            let rows: Vec<usize> = (0..sheet.rows.len()).filter(|row| *sheet.rows[*row][id] == *self.id).collect();
            let opening = Opening { view: self.view, sheet, lang: self.lang };
            let one = match rows.as_slice() {
                [] => return None,
                [row] => opening.row(*row),
                rows => html! {
                    (parts::scrolling(sheet.title, &results::table(sheet, rows, run)))
                    (opening.rows(rows))
                },
            };
            Some(html! {
                h2 { a href={ (run) "/programmes/" (segment(sheet.key)) } { (sheet.title) } }
                (one)
                (results::rules(sheet, &self.view.policy, self.lang))
            })
        };
        let parts: Vec<Markup> = self.view.sheets.iter().filter_map(of_dealer).collect();
        (!parts.is_empty()).then(|| html! { @for part in parts { (part) } })
    }
}

/// A figure whose name leads to the part of the page that it came of.
fn figure(name: &str, part: &str, value: &Markup) -> Markup {
    html! { div { dt { a href={ "#" (part) } { (name) } } dd { (value) } } }
}

/// A share of points as a bar, from 0.
fn bar(points: Decimal, of: Decimal, label: &str) -> Markup {
    let share = points.checked_div(of).unwrap_or_default().round_dp(4);
    html! {
        meter min="0" max="1" value=(share.max(Decimal::ZERO).min(Decimal::ONE)) aria-label=(label) {}
        " " (percent(share.round_dp(2)))
    }
}
