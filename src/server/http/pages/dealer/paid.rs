//! What a dealer is paid, line by line, and why the other programmes pay nothing.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::{LEDGERS, OfDealer, PAID};
use crate::http::pages::{parts, sources};
use dealerbook_output::report::view::{DealerView, IncentiveView, LineView, UnpaidView};
use dealerbook_output::report::words::{money, percent};

/// What is shown of a violation.
const VIOLATION_FIELDS: [&str; 2] = ["date", "kind"];

impl OfDealer<'_> {
    /// The incentives, line by line, and what is not paid.
    pub(super) fn paid(&self, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        let table = html! {
            table.data {
                thead { tr {
                    th scope="col" { (lang.pick("项目", "Programme")) }
                    th.number scope="col" { (lang.pick("基数", "Basis")) }
                    th.number scope="col" { (lang.pick("标准", "Rate")) }
                    th.number scope="col" { (lang.pick("金额（元）", "Amount (yuan)")) }
                    th scope="col" { (lang.pick("依据", "Why")) }
                } }
                tbody {
                    @for line in &dealer.lines { (self.line(line)) }
                    @for unpaid in &dealer.unpaid { (self.unpaid(unpaid, dealer)) }
                    tr { th scope="row" { strong { (lang.pick("合计", "Total")) } } td {} td {}
                        td.number { strong { (money(dealer.amount.unwrap_or_default())) } } td {} }
                }
            }
        };
        html! {
            h2 #(PAID) { (lang.pick("激励", "Incentives")) }
            (parts::scrolling(lang.pick("激励", "Incentives"), &table))
            @if !dealer.entitlements.is_empty() {
                p { (lang.pick("其他权益：", "Also entitled to: ")) (dealer.entitlements) }
            }
            @if let Some(deposit) = dealer.forfeited {
                p { (lang.pick("没收保证金（元）：", "Deposit forfeited (yuan): ")) (money(deposit)) }
            }
        }
    }

    fn line(&self, line: &LineView) -> Markup {
        let lang = self.lang;
        let programme = line.programme.and_then(|n| self.view.incentives.get(n));
        let title =
            programme.map_or(lang.pick("全年封顶扣减", "Cut by the year's cap"), |programme| &programme.title);
        let is_share = programme.is_some_and(|programme| programme.is_share);
        let rate = |rate: Decimal| match is_share {
            true => percent(rate),
            false => rate.normalize().to_string(),
        };
        html! {
            tr {
                th scope="row" { (title) }
                td.number { @if let Some(basis) = line.basis { (basis.normalize()) } @else { (lang.pick("定额", "fixed")) } }
                td.number { @if let Some(given) = line.rate { (rate(given)) } }
                td.number { (money(line.amount)) }
                td.long { @if let Some(programme) = programme {
                    (self.rule_and_source(programme, &html! {
                        (lang.pick("基数由该经销商的以下各行合计", "The basis adds up the dealer's own rows:"))
                        @for sheet in self.ledgers(&LEDGERS[..3]) { div { (self.to_ledger(sheet)) } }
                    }))
                } }
            }
        }
    }

    /// A programme that pays nothing, and why.
    fn unpaid(&self, unpaid: &UnpaidView, dealer: &DealerView) -> Markup {
        let lang = self.lang;
        let programme = unpaid.programme.and_then(|n| self.view.incentives.get(n));
        html! {
            tr {
                th scope="row" { @if let Some(programme) = programme { (programme.title) } }
                td.long colspan="2" { (lang.pick("未得：", "Not paid: ")) (unpaid.why) }
                td.number { (money(Decimal::ZERO)) }
                td.long { @if let Some(programme) = programme {
                    (self.rule_and_source(programme, &self.decided_by(unpaid, dealer)))
                } }
            }
        }
    }

    /// The cells and rows that decided that a programme pays nothing.
    fn decided_by(&self, unpaid: &UnpaidView, dealer: &DealerView) -> Markup {
        let cells = unpaid.fields.iter().filter_map(|field| self.cell(*field, dealer));
        html! {
            @for cell in cells { div { (cell) } }
            @for row in &unpaid.violations { (self.violation(*row)) }
            @for sheet in self.ledgers(unpaid.sheets) { div { (self.to_ledger(sheet)) } }
        }
    }

    /// The cells of a violation, by its row as Excel shows it.
    fn violation(&self, row: u32) -> Markup {
        let sheet = self.view.sources.sheet("violations");
        let found = sheet.and_then(|sheet| Some((sheet, sheet.at(row.checked_sub(1)?)?)));
        html! { @if let Some((sheet, row)) = found {
            @let fields: Vec<usize> = VIOLATION_FIELDS.iter().filter_map(|name| sheet.field(name)).collect();
            (sources::cells(sheet, row, &fields))
        } }
    }

    fn rule_and_source(&self, programme: &IncentiveView, source: &Markup) -> Markup {
        let lang = self.lang;
        html! {
            details {
                summary { (lang.pick("规则与来源", "Rule and source")) }
                div.inside { dl.facts {
                    dt { (lang.pick("规则", "Rule")) } dd { (programme.rule) }
                    dt { (lang.pick("政策", "Policy")) } dd { (self.view.policy) " · " (programme.id) }
                    dt { (lang.pick("来源", "Source")) } dd { (source) }
                } }
            }
        }
    }
}
