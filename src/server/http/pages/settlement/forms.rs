//! What may be done with a settlement now, as forms; and its batches of payments.

use maud::{Markup, html};

use super::Shown;
use crate::http::pages::frame::may;
use crate::http::pages::parts::{self, run_path};
use crate::problem::settlement_words;
use crate::service::settlements::allowed::Action;
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{CAP_LINE, Rates};
use dealerbook_engine::settlement::{Status, yuan};
use dealerbook_output::report::words::money;
use dealerbook_store::{PaymentBatch, PaymentStatus, SettlementBrief};

impl Shown<'_> {
    /// Whether whoever looks has a role that holds, adjusts and cancels; the refusals of what they try decide all else.
    pub(super) fn may_pay(&self) -> bool {
        may("POST", "/runs/{id}/settlement/approve", self.viewer) && self.settlement.status != Status::Superseded
    }

    /// Whether they may adjust amounts now.
    pub(super) fn may_adjust(&self) -> bool {
        self.may_pay() && !self.settlement.status.is_locked()
    }

    /// What a programme is called.
    pub(super) fn programme<'p>(&'p self, id: &'p str) -> &'p str {
        let lang = self.viewer.lang;
        if id == CAP_LINE {
            return lang.pick("封顶", "Cap");
        }
        let own = self.policies.iter().filter(|policy| policy.id == self.settlement.policy.id);
        let mut incentives = own.chain(self.policies).flat_map(|policy| &policy.incentives);
        incentives.find(|incentive| incentive.id == id).map_or(id, |incentive| incentive.title.pick(lang))
    }

    pub(super) fn forms(&self) -> Markup {
        match self.settlement.status {
            Status::Calculated | Status::Rejected => self.submitting(),
            Status::Submitted => self.deciding(),
            Status::Approved | Status::PartlyPaid => self.paying(),
            Status::Paid | Status::Superseded => html! {},
        }
    }

    fn action(&self, action: &str) -> String {
        format!("{}/settlement/{action}", run_path(&self.run.id))
    }

    fn submitting(&self) -> Markup {
        let lang = self.viewer.lang;
        let is_example = self.settlement.policy.rates == Rates::Example;
        html! {
            @if is_example {
                p.notice.fair { (lang.pick(
                    "这次计算用的是示例费率，不能提交结算；请用公司自己的政策重新计算。",
                    "This run uses example rates and can't be submitted: calculate it with the company's own policy.",
                )) }
            } @else if may("POST", "/runs/{id}/settlement/submit", self.viewer) {
                h2 { (lang.pick("提交批准", "Submit for approval")) }
                form.fields method="post" action=(self.action("submit")) {
                    (self.viewer.mark_field())
                    (parts::text(lang.pick("备注（可空）", "Remark, if any"), "note", ""))
                    (self.correcting())
                    button type="submit" { (lang.pick("提交", "Submit")) }
                }
            }
        }
    }

    /// Which settlement it corrects: that of the run whose cells were corrected, unless another one is chosen.
    fn correcting(&self) -> Markup {
        let lang = self.viewer.lang;
        let said = |brief: &SettlementBrief| {
            let name = brief.filename.as_deref().unwrap_or(&brief.run_id);
            let at = brief.decided_at.as_deref().map(parts::moment).unwrap_or_default();
            format!("{name} · {} · {at}", brief.decided_by.as_deref().unwrap_or_default())
        };
        let others: Vec<(&str, String)> =
            self.correctable.iter().map(|brief| (brief.run_id.as_str(), said(brief))).collect();
        let none = lang.pick("不更正已有的结算", "It corrects none");
        let mut options = vec![("", none)];
        options.extend(others.iter().map(|(run, said)| (*run, said.as_str())));
        let label = lang.pick("更正哪一份已批准的结算", "Which approved settlement it corrects");
        html! { @if !others.is_empty() { (parts::choice(label, "supersedes", self.base.unwrap_or_default(), &options)) } }
    }

    /// Why whoever looks may not do something that their role is for.
    fn refused(&self, action: Action) -> Markup {
        let lang = self.viewer.lang;
        html! { @if let Some(Err(refusal)) = self.allowed.get(action) {
            @let words = settlement_words(refusal, lang);
            p.notice { (words.detail) " " (words.remedy) }
        } }
    }

    fn deciding(&self) -> Markup {
        let lang = self.viewer.lang;
        let (given, needed) = (self.settlement.approvals.len(), self.eyes.approvals_needed(self.settlement.moved()));
        html! {
            @if needed > 1 {
                p.notice { (match lang {
                    Lang::Zh => format!("须 {needed} 人批准，已有 {given} 人。变动合计 {} 元。", money(self.settlement.moved())),
                    Lang::En => format!("It takes {needed} approvals and has {given}. It moves {} yuan.", money(self.settlement.moved())),
                }) }
            }
            (self.refused(Action::Approve))
            @if self.allowed.may(Action::Reject) {
                h2 { (lang.pick("批准或驳回", "Approve or reject")) }
                div.halves {
                    @if self.allowed.may(Action::Approve) {
                        form.fields method="post" action=(self.action("approve")) {
                            (self.viewer.mark_field())
                            (parts::text(lang.pick("备注（可空）", "Remark, if any"), "note", ""))
                            button type="submit" { (lang.pick("批准", "Approve")) }
                        }
                    }
                    form.fields method="post" action=(self.action("reject")) {
                        (self.viewer.mark_field())
                        (parts::text(lang.pick("驳回原因", "Why it is rejected"), "reason", ""))
                        button.plain type="submit" { (lang.pick("驳回", "Reject")) }
                    }
                }
            }
        }
    }

    fn paying(&self) -> Markup {
        let (lang, payable) = (self.viewer.lang, self.settlement.totals().payable);
        html! {
            (self.refused(Action::Order))
            @if self.allowed.may(Action::Order) && !payable.is_zero() {
                h2 { (lang.pick("付款", "Pay")) }
                form.fields method="post" action=(self.action("pay")) {
                    (self.viewer.mark_field())
                    (parts::text(lang.pick("备注（可空）", "Remark, if any"), "note", ""))
                    button type="submit" { (lang.pick("生成付款批次：", "Order all that is payable: ")) (money(payable)) (lang.pick(" 元", " yuan")) }
                }
            }
        }
    }

    /// The batches of payments.
    pub(super) fn payments(&self) -> Markup {
        let lang = self.viewer.lang;
        let labels = match lang {
            Lang::Zh => ["批次", "状态", "笔数", "金额（元）", "生成", "付款日期", "备注", "下载与处理"],
            Lang::En => {
                ["Batch", "Status", "Payments", "Yuan", "Ordered", "Paid on", "Remark", "Download and next step"]
            }
        };
        let table = html! {
            table.data {
                thead { tr { @for (at, label) in labels.into_iter().enumerate() { th.number[at == 2 || at == 3] scope="col" { (label) } } } }
                tbody { @for batch in self.payments { (self.payment(batch)) } }
            }
        };
        html! {
            @if !self.payments.is_empty() {
                h2 { (lang.pick("付款批次", "Batches of payments")) }
                (parts::scrolling(lang.pick("付款批次", "Batches of payments"), &table))
            }
        }
    }

    fn payment(&self, batch: &PaymentBatch) -> Markup {
        let lang = self.viewer.lang;
        let (class, said) = match batch.status {
            PaymentStatus::Ordered => ("tag fair", lang.pick("付款中", "ordered")),
            PaymentStatus::Paid => ("tag good", lang.pick("已付", "paid")),
            PaymentStatus::Cancelled => ("tag", lang.pick("已取消", "cancelled")),
        };
        let csv = format!("/v1/runs/{}/payments.csv?number={}&lang={}", self.run.id, batch.number, lang.code());
        html! {
            tr {
                th scope="row" { (batch.number) }
                td { span class=(class) { (said) } }
                td.number { (batch.payments) }
                td.number { (money(yuan(batch.amount))) }
                td.word { (batch.ordered_by) " " span.muted { (parts::moment(&batch.ordered_at)) } }
                td.word { (batch.paid_on.as_deref().unwrap_or("–")) }
                td { (batch.note.as_deref().unwrap_or_default()) }
                td {
                    a href=(csv) { "CSV" }
                    @if batch.is_open() && self.may_pay() { (self.ending(batch)) }
                }
            }
        }
    }

    fn ending(&self, batch: &PaymentBatch) -> Markup {
        let lang = self.viewer.lang;
        let (by, orderer) = (self.viewer.person.actor(), batch.ordered_person.as_deref());
        let may_confirm = self.settlement.may_be_confirmed_by(by, batch.number, orderer, self.eyes);
        html! {
            @match &may_confirm {
                Ok(()) => form method="post" action=(self.action("paid")) {
                    (self.viewer.mark_field())
                    input type="hidden" name="number" value=(batch.number);
                    label.field { span { (lang.pick("付款日期", "Paid on")) } input type="date" name="paid_on" required; }
                    button.plain type="submit" { (lang.pick("标记为已付", "Mark as paid")) }
                },
                Err(refusal) => p.muted { (settlement_words(refusal, lang).detail) },
            }
            form method="post" action=(self.action("cancel")) {
                (self.viewer.mark_field())
                input type="hidden" name="number" value=(batch.number);
                button.link type="submit" { (lang.pick("取消此批次", "Cancel this batch")) }
            }
        }
    }
}
