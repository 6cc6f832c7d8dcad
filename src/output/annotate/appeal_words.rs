//! What the workbook that goes back says of a dealer's appeals.

use dealerbook_base::lang::Lang;
use dealerbook_engine::appeals::{Answer, Appeal, Correction};
use dealerbook_engine::policy::Policy;

/// What became of an appeal.
pub fn answer(appeal: &Appeal, lang: Lang) -> String {
    match &appeal.answer {
        Answer::Open { due, verified_on } => match (verified_on, lang) {
            (None, Lang::Zh) => format!("待答复，期限 {due}"),
            (None, Lang::En) => format!("open, to be answered by {due}"),
            (Some(day), Lang::Zh) => format!("已于 {day} 核实，待答复，期限 {due}"),
            (Some(day), Lang::En) => format!("verified on {day}, to be answered by {due}"),
        },
        Answer::Accepted { text, corrections, is_late } => {
            let corrections: Vec<String> = corrections.iter().map(|correction| corrected(correction, lang)).collect();
            let corrections = corrections.join(lang.pick("；", "; "));
            let text = text.as_ref().map(|text| format!("{}{text}", lang.pick("。", ". "))).unwrap_or_default();
            let (what, late) = (lang.pick("采纳，已更正", "accepted, corrected"), late(*is_late, lang));
            format!("{what}{late}{}{corrections}{text}", lang.pick("：", ": "))
        }
        Answer::Rejected { reason, is_late } => {
            let (what, late) = (lang.pick("不予采纳", "rejected"), late(*is_late, lang));
            format!("{what}{late}{}{reason}", lang.pick("：", ": "))
        }
    }
}

/// What is said of an appeal that the workbook brings.
pub fn lodged(policy: &Policy, lang: Lang) -> String {
    format!("{}{}", lang.pick("已登记，", "lodged; "), clock(policy, lang))
}

/// By when appeals are verified and answered.
pub fn clock(policy: &Policy, lang: Lang) -> String {
    let (verify, answer) = (policy.verify_appeals_in_working_days, policy.answer_appeals_in_working_days);
    match lang {
        Lang::Zh => format!("{verify} 个工作日内核实，核实后 {answer} 个工作日内答复"),
        Lang::En => format!("verified within {verify} working days, answered within {answer} working days after that"),
    }
}

fn corrected(Correction { sheet, cell, value }: &Correction, lang: Lang) -> String {
    match (value, lang) {
        (Some(value), Lang::Zh) => format!("“{sheet}”{cell} 改为 {value}"),
        (Some(value), Lang::En) => format!("{sheet} {cell} is {value} now"),
        (None, Lang::Zh) => format!("“{sheet}”{cell} 清空"),
        (None, Lang::En) => format!("{sheet} {cell} is empty now"),
    }
}

fn late(is_late: bool, lang: Lang) -> &'static str {
    if is_late { lang.pick("（逾期答复）", " (answered late)") } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(answer_: Answer) -> [String; 2] {
        let appeal = Appeal { dealer_id: "D1".to_owned(), text: "x".to_owned(), answer: answer_ };
        [Lang::Zh, Lang::En].map(|lang| answer(&appeal, lang))
    }

    #[test]
    fn each_answer_is_a_sentence_that_says_what_became_of_the_appeal() {
        let due = jiff::civil::date(2008, 1, 31);
        assert_eq!(
            said(Answer::Open { due, verified_on: None }),
            ["待答复，期限 2008-01-31", "open, to be answered by 2008-01-31"]
        );
        assert_eq!(
            said(Answer::Open { due, verified_on: Some(jiff::civil::date(2008, 1, 29)) }),
            ["已于 2008-01-29 核实，待答复，期限 2008-01-31", "verified on 2008-01-29, to be answered by 2008-01-31"]
        );
        let correction = |cell: &str, value: Option<&str>| Correction {
            sheet: "月度提货".to_owned(),
            cell: cell.to_owned(),
            value: value.map(str::to_owned),
        };
        let corrections = vec![correction("D5", Some("120")), correction("F5", None)];
        let text = Some("补录发货".to_owned());
        assert_eq!(
            said(Answer::Accepted { text, corrections, is_late: true }),
            [
                "采纳，已更正（逾期答复）：“月度提货”D5 改为 120；“月度提货”F5 清空。补录发货",
                "accepted, corrected (answered late): 月度提货 D5 is 120 now; 月度提货 F5 is empty now. 补录发货"
            ]
        );
        let reason = "数量以发货单为准".to_owned();
        assert_eq!(said(Answer::Rejected { reason, is_late: false })[0], "不予采纳：数量以发货单为准");
    }
}
