//! `/runs/{id}/accrual`: what is to be recognised of a year at the end of a month, why its range is what it is, and the booking of it.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::forms::lead_to;
use super::frame::{Screen, may, segment};
use super::parts::{self, run_path};
use crate::http::session::{Posted, Viewer};
use crate::http::{Problem, Service};
use crate::service::accruals::{accrued, book, month_name};
use crate::service::runs;
use dealerbook_base::lang::Lang;
use dealerbook_engine::accrual::{Accrual, AccrualAmounts};
use dealerbook_engine::policy::{Expect, Policy};
use dealerbook_output::report::accrual_book;
use dealerbook_output::report::policy_names::PolicyNames;
use dealerbook_output::report::words::money;
use dealerbook_store::{AccrualBooking, Run};

/// So many dealers are shown; the workbook has them all.
const DEALERS_SHOWN: usize = 50;

/// The page: of a month, where one is asked for.
pub async fn page(
    request: HttpRequest,
    id: web::Path<String>,
    viewer: Viewer,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let run = runs::find(&id, &viewer.person, &service).await?;
    let period = run.period.and_then(|period| i16::try_from(period).ok()).ok_or(Problem::NothingCalculated)?;
    let asked = form_urlencoded::parse(request.query_string().as_bytes()).find(|(name, _)| name == "month");
    let month = asked.map(|(_, month)| month.into_owned()).filter(|month| !month.is_empty());
    let accrued = match &month {
        Some(month) => Some(accrued(&run, month, &viewer.person, &service).await?),
        None => None,
    };
    let booked = match viewer.is_admitted("/v1/accruals") {
        true => service.store.accruals(Some(period)).await?,
        false => Vec::new(),
    };
    let lang = viewer.lang;
    let title = lang.pick("激励计提", "Accrual of incentives");
    let main = html! {
        p.crumbs {
            a href="/runs" { (lang.pick("运行记录", "Runs")) } " › "
            a href=(run_path(&run.id)) { (parts::run_name(&run, lang)) } " ›"
        }
        h1 { (title) " " (month.as_deref().unwrap_or_default()) }
        p.muted { (lang.pick(
            "某月末应确认的全年激励：截至该月按已完成的进度确认，并与以前月份的入账相比。",
            "What is to be recognised of the year's incentives at the end of a month, beside what was booked for the months before.",
        )) }
        (choosing(&run, period, month.as_deref(), lang))
        @if let (Some((accrual, year)), Some(month)) = (&accrued, &month) {
            (figures(accrual, &year.policy, lang))
            p.actions { a.button.plain href=(format!("/v1/runs/{}/accrual?month={month}&format=xlsx&lang={}", run.id, lang.code())) {
                (lang.pick("下载计提工作簿", "Download the accrual's workbook"))
            } }
            @if may("POST", "/runs/{id}/accrual", &viewer) {
                form method="post" action=(format!("{}/accrual", run_path(&run.id))) {
                    (viewer.mark_field())
                    input type="hidden" name="month" value=(month);
                    p.muted { (lang.pick(
                        "入账按全公司的经销商计算；同一月份再次入账会取代前一次。",
                        "A booking is of all dealers of the company; another one of the same month takes its place.",
                    )) }
                    button type="submit" { (lang.pick("入账：", "Book ")) (month) }
                }
            }
            (dealers(accrual, &year.policy, &run, lang))
        }
        (bookings(&booked, lang))
    };
    Ok(Screen { title, main }.answer(&request, &viewer))
}

/// Books the month that is shown.
pub async fn booking(
    id: web::Path<String>,
    posted: Posted,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let month = form_urlencoded::byte_serialize(posted.get("month").as_bytes()).collect::<String>();
    let back = lead_to(&format!("{}/accrual?month={month}#booked", run_path(&id)));
    let by = &posted.viewer.person;
    book(&runs::find(&id, by, &service).await?, posted.get("month"), by, &service).await?;
    Ok(back)
}

fn choosing(run: &Run, period: i16, month: Option<&str>, lang: Lang) -> Markup {
    let months: Vec<String> = (1..=12).map(|month| month_name(period, month)).collect();
    let options: Vec<(&str, &str)> = months.iter().map(|month| (month.as_str(), month.as_str())).collect();
    html! {
        form.filters method="get" action=(format!("{}/accrual", run_path(&run.id))) {
            (parts::choice(lang.pick("月份", "Month"), "month", month.unwrap_or_default(), &options))
            button type="submit" { (lang.pick("计算", "Calculate")) }
        }
    }
}

fn figures(accrual: &Accrual, policy: &Policy, lang: Lang) -> Markup {
    let AccrualAmounts { earned_so_far, low, high, expected, recognised, recognised_before, true_up, .. } =
        accrual.total;
    let by = match accrual.expect {
        Expect::Plan => lang.pick("其余月份按计划", "the rest to plan"),
        Expect::SoFar => lang.pick("其余月份按目前进度", "the rest as so far"),
    };
    let shown = [
        (lang.pick("截至本月已得", "Earned so far"), earned_so_far),
        (lang.pick("全年区间下限", "Year, low"), low),
        (lang.pick("全年区间上限", "Year, high"), high),
        (lang.pick("全年预计", "Year, expected"), expected),
        (lang.pick("截至本月应确认", "Recognised to date"), recognised),
        (lang.pick("以前月份已入账", "Booked before"), recognised_before),
        (lang.pick("本次补提或冲回", "True-up"), true_up),
    ];
    html! {
        p.muted { (lang.pick("政策 ", "Policy ")) (policy.id) " " (policy.version) " · " (by) " · " (lang.pick("金额单位：元", "amounts in yuan")) }
        @if accrual.without_plan > 0 { p.notice { (without_plan(accrual.without_plan, lang)) } }
        dl.figures { @for (label, amount) in shown { div { dt { (label) } dd { (money(amount)) } } } }
    }
}

fn without_plan(dealers: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{dealers} 家经销商没有其余月份的计划，按目前进度推算。"),
        Lang::En => format!("{dealers} dealers have no plan for the months to come and go by the months so far."),
    }
}

fn dealers(accrual: &Accrual, policy: &Policy, run: &Run, lang: Lang) -> Markup {
    let names = PolicyNames { policies: vec![policy], lang };
    let label = lang.pick("按经销商", "By dealer");
    let labels = match lang {
        Lang::Zh => ["已得", "下限", "上限", "预计", "应确认", "已入账", "补提或冲回"],
        Lang::En => ["So far", "Low", "High", "Expected", "Recognised", "Booked before", "True-up"],
    };
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("经销商", "Dealer")) }
                @for label in labels { th.number scope="col" { (label) } }
                th scope="col" { (lang.pick("区间的由来", "Why the range")) }
            } }
            tbody { @for dealer in accrual.dealers.iter().take(DEALERS_SHOWN) {
                @let of = &dealer.amounts;
                tr {
                    th scope="row" { a href=(format!("{}/dealers/{}", run_path(&run.id), segment(&dealer.dealer_id))) { (dealer.dealer_id) } " " (dealer.name) }
                    @for amount in [of.earned_so_far, of.low, of.high, of.expected, of.recognised, of.recognised_before, of.true_up] {
                        td.number { (money(amount)) }
                    }
                    td.long { (accrual_book::reason(dealer, &names)) }
                }
            } }
        }
    };
    html! {
        h2 { (label) }
        @if accrual.dealers.len() > DEALERS_SHOWN {
            p.muted { (lang.pick("补提或冲回最多的在前；其余见工作簿。共 ", "The largest true-ups; the workbook has the others. In all: ")) (accrual.dealers.len()) }
        }
        (parts::scrolling(label, &table))
    }
}

fn bookings(booked: &[AccrualBooking], lang: Lang) -> Markup {
    let labels = match lang {
        Lang::Zh => ["月份", "全年预计", "应确认", "补提或冲回", "入账", "状态"],
        Lang::En => ["Month", "Expected", "Recognised", "True-up", "Booked", "Status"],
    };
    let label = lang.pick("本年度的入账", "Bookings of the year");
    let table = html! {
        table.data {
            thead { tr { @for (at, label) in labels.into_iter().enumerate() { th.number[(1..4).contains(&at)] scope="col" { (label) } } } }
            tbody { @for booking in booked { tr {
                th scope="row" { a href=(format!("{}/accrual?month={}", run_path(&booking.run_id), booking.month)) { (booking.month) } }
                @for amount in [booking.expected, booking.recognised, booking.true_up] { td.number { (money(amount)) } }
                td.word { (booking.booked_by) " " span.muted { (parts::moment(&booking.booked_at)) } }
                td { @if booking.superseded_by.is_some() { span.tag { (lang.pick("已被取代", "replaced")) } } @else { span.tag.good { (lang.pick("有效", "in force")) } } }
            } } }
        }
    };
    html! { @if !booked.is_empty() { h2 #booked { (label) } (parts::scrolling(label, &table)) } }
}
