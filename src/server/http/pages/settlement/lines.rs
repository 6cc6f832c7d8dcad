//! The lines of a settlement, a page of them.

use actix_web::HttpRequest;
use maud::{Markup, html};

use super::{Asked, Shown};
use crate::http::pages::frame::segment;
use crate::http::pages::parts::{self, run_path};
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::normalise;
use dealerbook_engine::settlement::Due;
use dealerbook_output::report::words::money;

/// So many lines are on a page.
const LINES_SHOWN: usize = 50;

impl Shown<'_> {
    /// The lines that are asked for.
    pub(super) fn lines(&self, request: &HttpRequest, asked: &Asked) -> Markup {
        let lang = self.viewer.lang;
        let text = normalise(&asked.text);
        let is_meant = |due: &&Due| {
            let dealer = &due.dealer;
            text.is_empty()
                || [&*dealer.dealer_id, &*dealer.name, dealer.region.shown()]
                    .iter()
                    .any(|field| normalise(field).contains(&text))
        };
        let found: Vec<&Due> = self.settlement.dues.iter().filter(is_meant).collect();
        let page: Vec<&Due> = found.iter().skip((asked.page - 1) * LINES_SHOWN).take(LINES_SHOWN).copied().collect();
        html! {
            h2 #lines { (lang.pick("明细", "Lines")) }
            form.filters method="get" action="#lines" role="search" {
                (parts::text(lang.pick("编号、名称或区域", "Id, name or region"), "q", &asked.text))
                button type="submit" { (lang.pick("筛选", "Filter")) }
            }
            (self.table(&page))
            @if found.is_empty() { p.muted { (lang.pick("没有符合条件的经销商。", "No dealer fits.")) } }
            (parts::pager(request, asked.page, found.len(), LINES_SHOWN, lang))
        }
    }

    fn table(&self, dues: &[&Due]) -> Markup {
        let lang = self.viewer.lang;
        let labels = match lang {
            Lang::Zh => ["激励", "调整", "应得", "以前已付", "已付", "付款中", "暂缓", "应付", "应退回"],
            Lang::En => [
                "Incentives",
                "Adjustments",
                "Entitled to",
                "Paid before",
                "Paid",
                "Ordered",
                "Held",
                "Payable",
                "To give back",
            ],
        };
        let table = html! {
            table.data {
                thead { tr {
                    th scope="col" { (lang.pick("经销商", "Dealer")) }
                    th scope="col" { (lang.pick("区域", "Region")) }
                    @for label in labels { th.number scope="col" { (label) } }
                } }
                tbody { @for due in dues { (self.line(due)) } }
            }
        };
        html! { @if !dues.is_empty() { (parts::scrolling(lang.pick("结算明细", "Lines of the settlement"), &table)) } }
    }

    fn line(&self, due: &Due) -> Markup {
        let dealer = &due.dealer;
        let path = format!("{}/settlement?dealer={}#dealer", run_path(&self.run.id), segment(&dealer.dealer_id));
        let amounts = [
            dealer.amount,
            due.adjusted(),
            due.entitled(),
            due.paid_before,
            due.paid,
            due.ordered,
            due.held_back(),
            due.payable(),
            due.recoverable(),
        ];
        html! {
            tr {
                th scope="row" {
                    a href=(path) { (dealer.dealer_id) } " " (dealer.name)
                    @if due.held.is_some() { " " span.tag.fair { (self.viewer.lang.pick("暂缓", "held")) } }
                }
                td { (dealer.region) }
                @for amount in amounts { td.number { @if amount.is_zero() { span.muted { "0" } } @else { (money(amount)) } } }
            }
        }
    }
}
