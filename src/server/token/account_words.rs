//! What is said of somebody who gets no token.

use dealerbook_base::lang::Lang;
use dealerbook_store::AccountFault;

/// Says what is wrong, in a sentence.
pub fn detail(fault: &AccountFault, lang: Lang) -> String {
    match (fault, lang) {
        (AccountFault::NameTaken { name, by }, _) if *name == by.name => lang
            .pick("已有人员“{name}”（账户 {id}）。", "There is a person `{name}` already (account {id}).")
            .replace("{name}", name)
            .replace("{id}", &by.id),
        (AccountFault::NameTaken { name, by }, Lang::Zh) => {
            format!("“{name}”与已有人员“{}”（账户 {}）的姓名看起来一样。", by.name, by.id)
        }
        (AccountFault::NameTaken { name, by }, Lang::En) => {
            format!("`{name}` looks like the name of `{}` (account {}).", by.name, by.id)
        }
        (AccountFault::NoSuchPerson { id }, Lang::Zh) => format!("没有账户“{id}”。"),
        (AccountFault::NoSuchPerson { id }, Lang::En) => format!("There is no account `{id}`."),
    }
}

/// Says what to do about it, in a sentence.
pub fn remedy(fault: &AccountFault, lang: Lang) -> String {
    match (fault, lang) {
        (AccountFault::NameTaken { by, .. }, Lang::Zh) => format!(
            "给同一个人再发令牌，请写 person = \"{}\"，不写 name；若是另一个人，请用能区分的姓名，例如“{}（财务）”。",
            by.id, by.name
        ),
        (AccountFault::NameTaken { by, .. }, Lang::En) => format!(
            "For another token of the same person give `person` = \"{}\" and no `name`; for somebody else choose a name that tells the two apart, such as `{} (finance)`.",
            by.id, by.name
        ),
        (AccountFault::NoSuchPerson { .. }, _) => lang
            .pick(
                "账户编号见令牌列表的 person 一项；新人员请改填 name。",
                "The list of tokens shows the ids as `person`; for somebody new give a `name`.",
            )
            .to_owned(),
    }
}
