//! What the workbook that goes back says of a dealer's appeals.

use crate::appeals::{Answer, Appeal, Correction};
use crate::lang::Lang;

/// What became of an appeal.
pub fn answer(appeal: &Appeal, lang: Lang) -> String {
    match &appeal.answer {
        Answer::Open { due } => match lang {
            Lang::Zh => format!("待答复，期限 {due}"),
            Lang::En => format!("open, to be answered by {due}"),
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
pub fn lodged(answer_in_working_days: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("已登记，{answer_in_working_days} 个工作日内答复"),
        Lang::En => format!("lodged, to be answered within {answer_in_working_days} working days"),
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
        assert_eq!(said(Answer::Open { due }), ["待答复，期限 2008-01-31", "open, to be answered by 2008-01-31"]);
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
