//! How things are called in the settlement workbook, and what must not be overlooked.

use jiff::Timestamp;

use super::Rebates;
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{CAP_LINE, Incentive, Rates};
use dealerbook_engine::settlement::{Settlement, Signature, Status};
use dealerbook_engine::sheet::words::percent;

/// Who puts it into words.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub rebates: Rebates<'a>,
}

impl<'a> Terms<'a> {
    pub(super) fn lang(self) -> Lang {
        self.rebates.words.lang
    }

    pub(super) fn pick<T>(self, zh: T, en: T) -> T {
        match self.lang() {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    pub(super) fn settlement(self) -> &'a Settlement {
        self.rebates.settlement
    }

    pub(super) fn incentive(self, id: &str) -> Option<&'a Incentive> {
        self.rebates.words.policy.incentives.iter().find(|own| own.id == id)
    }

    pub(super) fn programme(self, id: &'a str) -> &'a str {
        match self.incentive(id) {
            Some(own) => own.title.pick(self.lang()),
            None if id == CAP_LINE => self.pick("经销商封顶扣减", "Taken off by the dealer's cap"),
            None => id,
        }
    }

    pub(super) fn grade(self, id: Option<&'a str>) -> &'a str {
        let Some(id) = id else { return self.pick("未评级", "not graded") };
        let grade = self.rebates.words.policy.grades.iter().find(|grade| grade.id == id);
        grade.map_or(id, |grade| grade.title.pick(self.lang()))
    }

    /// Period, as-of date and policy in a line.
    pub(super) fn subtitle(self) -> String {
        let Settlement { period, as_of, policy, .. } = self.settlement();
        let day = as_of.as_deref().unwrap_or_default();
        let name = self.policy_name();
        let (id, version) = (&policy.id, &policy.version);
        self.pick(
            format!(
                "结算期间 {period} 年　截止 {day}　政策 {name}（{id} {version}）　状态 {}　金额单位：元",
                self.status()
            ),
            format!("Period {period}, as of {day}; policy {name} ({id} {version}); {}; amounts in yuan", self.status()),
        )
    }

    pub(super) fn policy_name(self) -> &'a str {
        self.rebates.words.policy.title.pick(self.lang())
    }

    pub(super) fn status(self) -> &'static str {
        let (zh, en) = match self.settlement().status {
            Status::Calculated => ("已计算（草稿）", "calculated (draft)"),
            Status::Submitted => ("待批准", "submitted for approval"),
            Status::Rejected => ("已驳回", "rejected"),
            Status::Approved => ("已批准", "approved"),
            Status::PartlyPaid => ("部分付款", "partly paid"),
            Status::Paid => ("已付清", "paid"),
            Status::Superseded => ("已被更正", "superseded"),
        };
        self.pick(zh, en)
    }

    /// What must not be overlooked, a sentence each.
    pub(super) fn notices(self) -> Vec<String> {
        let mut notices: Vec<String> = self.not_final().into_iter().collect();
        if self.settlement().policy.rates == Rates::Example {
            notices.push(
                self.pick(
                    "示例费率：政策中的费率是示例，不是公司的标准，金额不可用于付款".to_owned(),
                    "example rates: the policy's rates are samples and not the company's; pay nothing by these amounts"
                        .to_owned(),
                ),
            );
        }
        if self.rebates.is_partial {
            notices.push(self.pick(
                "部分结果：有错误的行和经销商未计入".to_owned(),
                "partial result: faulty rows and their dealers are left out".to_owned(),
            ));
        }
        if self.rebates.is_interim {
            notices.push(self.pick(
                "阶段性结果：年度尚未完整，金额不是全年的".to_owned(),
                "interim result: the year isn't whole, so these are not the amounts of a whole year".to_owned(),
            ));
        }
        notices
    }

    /// That nothing is to be paid by it, and why.
    fn not_final(self) -> Option<String> {
        let Settlement { status, submitted, decided, superseded_by, .. } = self.settlement();
        let by = |signature: &Option<Signature>| signature.as_ref().map(|signed| self.signed(signed));
        match status {
            Status::Calculated => Some(self.pick(
                "草稿：仅已计算，尚未提交，不作付款依据".to_owned(),
                "draft: calculated only and not submitted for approval; not a basis for payment".to_owned(),
            )),
            Status::Submitted => {
                let by = by(submitted).unwrap_or_default();
                Some(self.pick(
                    format!("草稿：待批准（{by} 提交），不作付款依据"),
                    format!("draft: submitted by {by}, not approved yet; not a basis for payment"),
                ))
            }
            Status::Rejected => {
                let why = decided.as_ref().and_then(|signed| signed.note.as_deref()).unwrap_or_default();
                let by = by(decided).unwrap_or_default();
                Some(self.pick(
                    format!("草稿：已驳回（{by}）：{why}；不作付款依据"),
                    format!("draft: rejected by {by}: {why}; not a basis for payment"),
                ))
            }
            Status::Superseded => {
                let run = superseded_by.as_deref().unwrap_or_default();
                Some(self.pick(
                    format!("已被更正：以运行 {run} 的结算为准"),
                    format!("superseded: the settlement of run {run} counts"),
                ))
            }
            Status::Approved | Status::PartlyPaid | Status::Paid => None,
        }
    }

    pub(super) fn notice(self) -> Option<String> {
        let notices = self.notices();
        (!notices.is_empty()).then(|| notices.join(self.pick("；", "; ")))
    }

    /// That it is approved and locked, by whom.
    pub(super) fn approval(self) -> Option<String> {
        let Settlement { status, decided, .. } = self.settlement();
        let is_approved = matches!(status, Status::Approved | Status::PartlyPaid | Status::Paid);
        let signed = self.signed(decided.as_ref().filter(|_| is_approved)?);
        Some(self.pick(format!("已批准并锁定：{signed}"), format!("approved and locked by {signed}")))
    }

    /// Who and on which day.
    pub(super) fn signed(self, signature: &Signature) -> String {
        format!("{} {}", signature.who, self.local(signature, "%Y-%m-%d"))
    }

    /// Who, on which day and at which time.
    pub(super) fn signed_at(self, signature: &Signature) -> String {
        format!("{} {}", signature.who, self.local(signature, "%Y-%m-%d %H:%M"))
    }

    /// When, by the company's clock.
    fn local(self, signature: &Signature, form: &str) -> String {
        let moment = signature.at.parse::<Timestamp>();
        moment.map_or(signature.at.clone(), |at| self.rebates.clock.to_datetime(at).strftime(form).to_string())
    }

    /// How tax is counted, in a sentence.
    pub(super) fn tax(self) -> String {
        let rules = &self.rebates.words.policy.settlement;
        let rate = percent(rules.tax_rate);
        match rules.tax_included {
            true => self.pick(
                format!("返利金额含税，税率 {rate}：不含税金额 ＝ 含税金额 ÷（1＋{rate}），舍入一次；税额 ＝ 含税金额 － 不含税金额"),
                format!("amounts are with tax at {rate}: net = gross ÷ (1 + {rate}), rounded once; tax = gross − net"),
            ),
            false => self.pick(
                format!("返利金额不含税，税率 {rate}：价税合计 ＝ 不含税金额 ×（1＋{rate}），舍入一次；税额 ＝ 价税合计 － 不含税金额"),
                format!("amounts are without tax, at {rate}: gross = net × (1 + {rate}), rounded once; tax = gross − net"),
            ),
        }
    }

    /// The number of a dealer's statement.
    pub(super) fn statement_number(self, number: u32) -> String {
        let Settlement { run_id, period, .. } = self.settlement();
        let run: String = run_id.chars().rev().take(RUN_DIGITS).collect::<Vec<_>>().into_iter().rev().collect();
        format!("{period}-{}-{number:05}", run.to_uppercase())
    }
}

/// So many digits of the run's id stand in the number of a statement: its last, which are random.
const RUN_DIGITS: usize = 8;
