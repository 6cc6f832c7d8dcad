//! What is said of tokens, in both languages.

use dealerbook_base::key;
use dealerbook_base::lang::Lang;
use dealerbook_server::token::WantedFault;
use dealerbook_server::token::account_words;
use dealerbook_store::{AccountFault, Revocation, Token, TokenState};

/// A fault and how to fix it, in a line.
pub fn fault(fault: &WantedFault, lang: Lang) -> String {
    format!("{}{}{}", fault.detail(lang), lang.pick("", " "), fault.remedy(lang))
}

/// Why somebody gets no token and what to do about it, in a line.
pub fn account_fault(fault: &AccountFault, lang: Lang) -> String {
    let (detail, remedy) = (account_words::detail(fault, lang), account_words::remedy(fault, lang));
    format!("{detail}{}{remedy}", lang.pick("", " "))
}

/// A token that was just made.
pub fn created(token: &str, kept: &Token, lang: Lang) -> String {
    let (id, name, role) = (&kept.id, &kept.name, kept.role.as_str());
    let regions = match (kept.regions.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("，只限区域 {}", key::join(&kept.regions, "、")),
        (false, Lang::En) => format!(", only for {}", key::join(&kept.regions, ", ")),
    };
    let until = match (&kept.expires_at, lang) {
        (None, _) => String::new(),
        (Some(at), Lang::Zh) => format!("，{at} 起失效"),
        (Some(at), Lang::En) => format!(", void from {at} on"),
    };
    match lang {
        Lang::Zh => format!(
            "{name} 的令牌（仅显示这一次，请妥善转交）：\n\n    {token}\n\n编号 {id}，角色 {role}{regions}{until}。吊销：dealerbook token revoke {id}"
        ),
        Lang::En => format!(
            "The token of {name} (shown this once; hand it over safely):\n\n    {token}\n\nId {id}, role {role}{regions}{until}. To revoke it: dealerbook token revoke {id}"
        ),
    }
}

/// The names of a list's columns.
pub fn heading(lang: Lang) -> [&'static str; 10] {
    match lang {
        Lang::Zh => ["编号", "姓名", "角色", "区域", "状态", "发放时间", "发放人", "失效时间", "最近使用", "账户"],
        Lang::En => {
            ["id", "name", "role", "regions", "state", "created", "created by", "expires", "last used", "account"]
        }
    }
}

/// A token in a list.
pub fn line(token: &Token, now: &str, lang: Lang) -> [String; 10] {
    let state = match token.state(now) {
        TokenState::InForce => lang.pick("有效", "in force"),
        TokenState::Expired => lang.pick("已过期", "expired"),
        TokenState::Revoked => lang.pick("已吊销", "revoked"),
    };
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let regions =
        if token.regions.is_empty() { "-".to_owned() } else { key::join(&token.regions, lang.pick("、", ", ")) };
    [
        token.id.clone(),
        token.name.clone(),
        token.role.as_str().to_owned(),
        regions,
        state.to_owned(),
        token.created_at.clone(),
        token.created_by.clone(),
        or_none(&token.expires_at),
        or_none(&token.last_used_at),
        token.person.clone(),
    ]
}

/// What became of a token that was to be revoked.
pub fn revoked(id: &str, revocation: &Revocation, lang: Lang) -> String {
    let done = match (revocation, lang) {
        (Revocation::Before, Lang::Zh) => format!("令牌 {id} 早已吊销。"),
        (Revocation::Before, Lang::En) => format!("The token {id} was revoked before."),
        (_, Lang::Zh) => format!("令牌 {id} 已吊销，立即失效。"),
        (_, Lang::En) => format!("The token {id} is void from now on."),
    };
    let warning = match revocation {
        Revocation::Done { last_admin: true } => lang.pick(
            "\n注意：这是最后一个有效的管理员令牌。若没有设置 DEALERBOOK_ADMIN_TOKEN，已无人能通过 HTTP 管理服务；可运行 dealerbook token --new 重新生成。",
            "\nnote: this was the last administrator's token in force. Unless DEALERBOOK_ADMIN_TOKEN is set, nobody can administer the service over HTTP; `dealerbook token --new` makes another.",
        ),
        _ => "",
    };
    format!("{done}{warning}")
}

/// That there is none of this id.
pub fn no_such_token(id: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("没有编号为“{id}”的令牌。编号见 dealerbook token list。"),
        Lang::En => format!("There is no token with the id `{id}`. `dealerbook token list` shows the ids."),
    }
}
