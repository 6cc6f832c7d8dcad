//! One line of a settlement, opened: how its amount comes about, what was changed by hand, and what may be done with it.

use maud::{Markup, html};

use super::{Shown, causes, signed, signed_money};
use crate::http::pages::appeals;
use crate::http::pages::frame::segment;
use crate::http::pages::parts::{self, run_path};
use dealerbook_engine::policy::CAP_LINE;
use dealerbook_engine::settlement::Due;
use dealerbook_output::report::words::money;

impl Shown<'_> {
    /// A dealer's line; that there is none, where the address names one that the settlement doesn't have.
    pub(super) fn dealer(&self, id: &str) -> Markup {
        let lang = self.viewer.lang;
        let Some(due) = self.settlement.due(id) else {
            return html! { p.notice.fair #dealer { (lang.pick("这份结算中没有经销商 ", "The settlement has no dealer ")) (id) } };
        };
        html! {
            section.panel #dealer aria-labelledby="dealer-name" {
                h2 #dealer-name { (due.dealer.dealer_id) " " (due.dealer.name) }
                p { a href=(format!("{}/dealers/{}", run_path(&self.run.id), segment(id))) { (lang.pick("考核与激励的由来", "How score and incentives come about")) } }
                div.halves {
                    div { (self.paid_lines(due)) (self.adjustments(due)) }
                    div { (self.held(due)) (self.adjusting(due)) }
                }
                (self.appealing(due))
                @if let Some(difference) = &due.difference {
                    h3 { (lang.pick("与被更正的结算相比", "Against the settlement that it corrects")) }
                    (causes(difference, lang))
                }
            }
        }
    }

    fn appealing(&self, due: &Due) -> Markup {
        let lines = due.dealer.lines.iter().filter(|line| line.programme != CAP_LINE);
        let abouts: Vec<(&str, &str)> =
            lines.map(|line| (line.programme.as_str(), self.programme(&line.programme))).collect();
        appeals::lodging(&self.run.id, &due.dealer.dealer_id, &abouts, self.viewer)
    }

    fn paid_lines(&self, due: &Due) -> Markup {
        let lang = self.viewer.lang;
        html! {
            h3 { (lang.pick("激励", "Incentives")) }
            dl.facts {
                @for line in &due.dealer.lines { dt { (self.programme(&line.programme)) } dd { (money(line.amount)) } }
                dt { strong { (lang.pick("合计", "In all")) } } dd { strong { (money(due.dealer.amount)) } }
                dt { (lang.pick("应得（含调整）", "Entitled to, adjustments included")) } dd { (money(due.entitled())) }
                dt { (lang.pick("应付", "Payable")) } dd { (money(due.payable())) }
            }
        }
    }

    fn adjustments(&self, due: &Due) -> Markup {
        let lang = self.viewer.lang;
        let path = format!("{}/settlement/unadjust", run_path(&self.run.id));
        html! {
            @if !due.adjustments.is_empty() {
                h3 { (lang.pick("调整", "Adjustments")) }
                ul { @for adjustment in &due.adjustments { li {
                    (signed_money(adjustment.amount)) " · " (signed(&adjustment.signature))
                    @if self.may_adjust() {
                        form method="post" action=(path) {
                            (self.viewer.mark_field())
                            input type="hidden" name="dealer_id" value=(due.dealer.dealer_id);
                            input type="hidden" name="number" value=(adjustment.number);
                            button.link type="submit" { (lang.pick("撤销第 ", "Take away no. ")) (adjustment.number) (lang.pick(" 项", "")) }
                        }
                    }
                } } }
            }
        }
    }

    fn held(&self, due: &Due) -> Markup {
        let lang = self.viewer.lang;
        let (path, id) = (format!("{}/settlement", run_path(&self.run.id)), &due.dealer.dealer_id);
        html! {
            h3 { (lang.pick("暂缓支付", "Holding back")) }
            @if let Some(held) = &due.held { p.notice.fair { (signed(held)) } }
            @if self.may_pay() {
                @if due.held.is_some() {
                    form method="post" action=(format!("{path}/release")) {
                        (self.viewer.mark_field())
                        input type="hidden" name="dealer_id" value=(id);
                        button.plain type="submit" { (lang.pick("解除暂缓", "Release")) }
                    }
                } @else {
                    form.fields method="post" action=(format!("{path}/hold")) {
                        (self.viewer.mark_field())
                        input type="hidden" name="dealer_id" value=(id);
                        (parts::text(lang.pick("原因", "Reason"), "reason", ""))
                        button.plain type="submit" { (lang.pick("暂缓支付", "Hold back")) }
                    }
                }
            } @else if due.held.is_none() { p.muted { (lang.pick("未暂缓。", "Not held.")) } }
        }
    }

    fn adjusting(&self, due: &Due) -> Markup {
        let lang = self.viewer.lang;
        html! {
            @if self.may_adjust() {
                h3 { (lang.pick("调整金额", "Adjust the amount")) }
                form.fields method="post" action=(format!("{}/settlement/adjust", run_path(&self.run.id))) {
                    (self.viewer.mark_field())
                    input type="hidden" name="dealer_id" value=(due.dealer.dealer_id);
                    (parts::text(lang.pick("金额（元，负数为扣减）", "Yuan, negative to take off"), "amount", ""))
                    (parts::text(lang.pick("原因", "Reason"), "reason", ""))
                    button.plain type="submit" { (lang.pick("记入调整", "Add the adjustment")) }
                }
            }
        }
    }
}
