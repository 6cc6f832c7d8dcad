//! Credit in words: the classes of ageing, why an order is held, and what would release it.

use super::{CreditRules, Dealer, Decision, Granted, Reason};
use crate::policy::Section;
use crate::sheet::{Words, money};
use dealerbook_base::lang::Lang;

/// 未到期, 逾期1–30天 … 逾期90天以上, as of when.
pub(super) fn class_labels(words: Words<'_>) -> [String; 5] {
    let [a, b, c] = CreditRules::of(words.policy).ageing_days;
    let zh = words.lang == Lang::Zh;
    let overdue = |from: i32, to: i32| {
        if zh { format!("逾期{from}–{to}天") } else { format!("{from}–{to} days overdue") }
    };
    [
        words.lang.pick("未到期", "Not due").to_owned(),
        overdue(1, a),
        overdue(a + 1, b),
        overdue(b + 1, c),
        if zh { format!("逾期{c}天以上") } else { format!("over {c} days overdue") },
    ]
}

/// Why, with the figures, a line each.
pub(super) fn reasons(dealer: &Dealer, granted: &Granted, words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    let names = &CreditRules::of(words.policy).reasons;
    let line = |reason: &Reason| match reason {
        Reason::NewCustomer => {
            let name = names.new_customer.pick(words.lang);
            let until = granted.why.new_until.map_or(String::new(), |day| day.to_string());
            let since = dealer.first_sale_on.map_or(String::new(), |day| day.to_string());
            if zh {
                format!("{name}：首次交易 {since}，{until} 前额度为 0")
            } else {
                format!("{name}: first sale {since}, no limit before {until}")
            }
        }
        Reason::Overdue => {
            let (name, overdue) = (names.overdue.pick(words.lang), money(granted.overdue.decimal()));
            if zh {
                format!("{name}：{overdue}，额度取消")
            } else {
                format!("{name}: {overdue}, which cancels the limit")
            }
        }
        Reason::OverLimit => {
            let (name, limit) = (names.over_limit.pick(words.lang), money(granted.limit.decimal()));
            let (outstanding, order) = (money(granted.outstanding.decimal()), money(dealer.order.round(2)));
            if zh {
                format!("{name}：未回款 {outstanding} + 订单 {order} 大于额度 {limit}")
            } else {
                format!("{name}: outstanding {outstanding} + order {order} above the limit {limit}")
            }
        }
        Reason::Exception => {
            let name = names.exception.pick(words.lang);
            format!("{name}{}{}", words.lang.pick("：", ": "), dealer.approver)
        }
    };
    granted.reasons.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What would release a held order.
pub(super) fn advice(dealer: &Dealer, granted: &Granted, words: Words<'_>) -> String {
    if granted.decision == Decision::Release {
        return String::new();
    }
    let zh = words.lang == Lang::Zh;
    let to_pay = money(granted.why.to_pay.round(2));
    let mut text = match (granted.overdue.decimal().is_zero(), zh) {
        (true, true) => format!("回款 {to_pay} 元后可放行"),
        (true, false) => format!("goes out once {to_pay} is paid"),
        (false, true) => format!("回款 {to_pay} 元（先付清超期 {}）后可放行", money(granted.overdue.decimal())),
        (false, false) => format!("goes out once {to_pay} is paid, {} of it overdue", money(granted.overdue.decimal())),
    };
    if granted.why.to_pay > dealer.outstanding {
        text += words.lang.pick("，含预付货款", ", part of it in advance");
    }
    if granted.decision == Decision::Hold {
        text += words.lang.pick("；或由有权人例外批准", "; or with an exception approved");
    }
    text
}
