//! What is wrong with a body of JSON, member by member.

use super::{Class, Words};
use crate::lang::Lang;

/// What is wrong with a member of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyFault {
    /// Where it stands, as a JSON Pointer.
    pub pointer: String,
    /// What is wrong.
    pub what: WhatFault,
}

/// What can be wrong with a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhatFault {
    /// The body isn't an object; JSON's own words.
    NotAnObject(String),
    /// No such member.
    Unknown,
    /// It must be there, and not be empty.
    Missing,
    /// It isn't a text.
    NotAText,
    /// It isn't a list with something in it.
    NotAList,
    /// It is too long, or has characters that don't show.
    Unfit,
    /// It isn't an amount with at most two decimal places.
    NotAnAmount,
    /// It is an amount of nothing.
    Zero,
    /// It is negative where that makes no sense.
    Negative,
    /// It isn't a day of the calendar.
    NotADay,
    /// It is a day that is still to come.
    Future,
    /// It isn't the id of a run.
    NotAnId,
}

impl BodyFault {
    /// What is wrong.
    pub fn detail(&self, lang: Lang) -> String {
        let (zh, en) = match &self.what {
            WhatFault::NotAnObject(seen) => {
                return match lang {
                    Lang::Zh => format!("不是 JSON 对象（{seen}）"),
                    Lang::En => format!("it is no JSON object ({seen})"),
                };
            }
            WhatFault::Unknown => ("没有这个成员", "there is no such member"),
            WhatFault::Missing => ("缺失或为空", "it is missing or empty"),
            WhatFault::NotAText => ("不是文本", "it is no text"),
            WhatFault::NotAList => ("不是列表，或是空的", "it is no list, or an empty one"),
            WhatFault::Unfit => ("过长，或含有不可见字符", "it is too long, or has characters that don't show"),
            WhatFault::NotAnAmount => ("不是金额", "it is no amount"),
            WhatFault::Zero => ("金额为 0", "it is 0"),
            WhatFault::Negative => ("金额为负数", "it is negative"),
            WhatFault::NotADay => ("不是有效日期", "it is no day of the calendar"),
            WhatFault::Future => ("日期尚未到来", "the day is still to come"),
            WhatFault::NotAnId => ("不是运行编号", "it is no run's id"),
        };
        lang.pick(zh, en).to_owned()
    }

    /// What to do about it.
    pub fn mend(&self, lang: Lang) -> &'static str {
        let (zh, en) = match &self.what {
            WhatFault::NotAnObject(_) => ("请写成 {…}", "Write it as {…}."),
            WhatFault::Unknown => ("请改正名称，或去掉", "Correct its name, or leave it out."),
            WhatFault::Missing => ("请填写", "Say it."),
            WhatFault::NotAText => ("请写成文本，如 \"1234.50\"", "Write it as a text, such as \"1234.50\"."),
            WhatFault::NotAList => ("请写成 [ … ]，至少一项", "Write it as [ … ], with one item at least."),
            WhatFault::Unfit => ("请写成一行，不超过 500 字", "Write one line of at most 500 characters."),
            WhatFault::NotAnAmount => {
                ("请写成最多两位小数的元，如 \"1234.50\"", "Write yuan with at most two places, such as \"1234.50\".")
            }
            WhatFault::Zero => ("请填写不为 0 的金额", "Write an amount that isn't 0."),
            WhatFault::Negative => ("请改为大于 0 的金额", "Write more than 0."),
            WhatFault::NotADay => ("请写成 YYYY-MM-DD", "Write it as YYYY-MM-DD."),
            WhatFault::Future => ("请填写实际付款日期", "Write the day on which it was paid."),
            WhatFault::NotAnId => ("运行编号见 /v1/runs", "/v1/runs has the ids."),
        };
        lang.pick(zh, en)
    }
}

/// What a body that can't be used is answered with: how many faults, and the first in words.
pub(super) fn words(faults: &[BodyFault], lang: Lang) -> Words {
    let first = faults.first().map(|fault| (fault.pointer.as_str(), fault.detail(lang))).unwrap_or_default();
    let place = if first.0.is_empty() { "/" } else { first.0 };
    Words {
        code: "invalid-body",
        class: Class::Invalid,
        title: lang.pick("请求内容不正确", "The body can't be used").to_owned(),
        detail: match lang {
            Lang::Zh => format!("共 {} 处错误；第一处在“{place}”：{}。", faults.len(), first.1),
            Lang::En => format!("{} faults; the first is at `{place}`: {}.", faults.len(), first.1),
        },
        mend: lang
            .pick("请按 faults 逐处改正后重新提交。", "Mend all that `faults` names and send it again.")
            .to_owned(),
    }
}

/// Faults for the interface's description.
pub(super) fn samples() -> Vec<BodyFault> {
    let fault = |pointer: &str, what| BodyFault { pointer: pointer.to_owned(), what };
    vec![fault("/reason", WhatFault::Missing), fault("/amount", WhatFault::NotAnAmount)]
}
