//! How tokens look on their page.

use maud::{Markup, html};
use strum::IntoEnumIterator;

use super::{moment_or, tabs};
use crate::http::pages::frame::{role, segment};
use crate::http::pages::parts;
use crate::http::session::Viewer;
use crate::token::account_words;
use crate::token::{Wanted, WantedFault};
use dealerbook_base::key;
use dealerbook_base::lang::Lang;
use dealerbook_store::{ADMIN, Account, AccountFault, Role, Token, TokenState};

/// What stands on the page.
#[derive(Default)]
pub struct TokenPage {
    /// The tokens that there are.
    pub tokens: Vec<Token>,
    /// The accounts that there are.
    pub accounts: Vec<Account>,
    /// Why the person gets no token.
    pub refused: Option<AccountFault>,
    /// What the form holds.
    pub wanted: Wanted,
    /// What is wrong in it.
    pub faults: Vec<WantedFault>,
    /// A token that was just made, and what is kept of it.
    pub made: Option<(String, Token)>,
}

impl TokenPage {
    /// The page at a time.
    pub fn main(&self, viewer: &Viewer, now: &str) -> Markup {
        let lang = viewer.lang;
        html! {
            (tabs("/admin/tokens", viewer))
            h1 { (lang.pick("令牌", "Tokens")) }
            (self.made(lang))
            (self.list(viewer, now))
            (self.form(viewer))
        }
    }

    fn made(&self, lang: Lang) -> Markup {
        html! {
            @if let Some((token, kept)) = &self.made {
                div.notice.good role="status" {
                    p { (lang.pick("已发放。令牌仅显示这一次，请妥善转交给 ", "Made. The token is shown this once; hand it over safely to ")) strong { (kept.name) } (lang.pick("：", ":")) }
                    pre tabindex="0" { code #token { (token) } }
                }
            }
        }
    }

    fn list(&self, viewer: &Viewer, now: &str) -> Markup {
        let lang = viewer.lang;
        let table = html! {
            table.data {
                thead { tr {
                    @for label in labels(lang) { th scope="col" { (label) } }
                } }
                tbody {
                    @for token in &self.tokens { (row(token, now, viewer)) }
                    @if self.tokens.is_empty() { tr { td colspan="9" { (lang.pick("还没有令牌。", "There is no token yet.")) } } }
                }
            }
        };
        parts::scrolling(lang.pick("令牌", "Tokens"), &table)
    }

    fn form(&self, viewer: &Viewer) -> Markup {
        let lang = viewer.lang;
        let roles: Vec<(&str, &str)> =
            [("", "")].into_iter().chain(Role::iter().map(|one| (one.as_str(), role(one, lang)))).collect();
        let others = self.accounts.iter().filter(|account| account.id != ADMIN);
        let named: Vec<(&str, String)> =
            others.map(|account| (account.id.as_str(), format!("{} · {}", account.name, account.id))).collect();
        let named = named.iter().map(|(id, name)| (*id, name.as_str()));
        let people: Vec<(&str, &str)> = [("", "")].into_iter().chain(named).collect();
        html! {
            h2 { (lang.pick("发放令牌", "Make a token")) }
            form.fields method="post" action="/admin/tokens" novalidate {
                (viewer.mark_field())
                @if !self.faults.is_empty() {
                    div.notice.error role="alert" {
                        ul { @for fault in &self.faults { li { (fault.detail(lang)) " " (fault.remedy(lang)) } } }
                    }
                }
                @if let Some(fault) = &self.refused {
                    div.notice.error role="alert" { p { (account_words::detail(fault, lang)) " " (account_words::remedy(fault, lang)) } }
                }
                (parts::text(lang.pick("新人员的姓名", "Name of a new person"), "name", &self.wanted.name))
                (parts::choice(lang.pick("或为已有人员再发一个", "Or another for somebody who has one"), "person", self.wanted.person.as_deref().unwrap_or_default(), &people))
                (parts::choice(lang.pick("角色", "Role"), "role", &self.wanted.role, &roles))
                label.field {
                    span { (lang.pick("只限区域（仅销售；用逗号分开，留空为全部）", "Only regions (sales only; apart by commas, all when empty)")) }
                    input type="text" name="regions" value=(self.wanted.regions.join(lang.pick("，", ", ")));
                }
                label.field {
                    span { (lang.pick("有效期（如 90d 或 2027-12-31；留空为不过期）", "Good for (such as 90d or 2027-12-31; for ever when empty)")) }
                    input type="text" name="expires" value=(self.wanted.expires.as_deref().unwrap_or_default());
                }
                button type="submit" { (lang.pick("发放", "Make")) }
            }
        }
    }
}

fn labels(lang: Lang) -> [&'static str; 9] {
    match lang {
        Lang::Zh => ["姓名", "角色", "区域", "状态", "发放时间", "发放人", "失效时间", "最近使用", "编号与吊销"],
        Lang::En => ["Name", "Role", "Regions", "State", "Made", "By", "Expires", "Last used", "Id and revoking"],
    }
}

fn row(token: &Token, now: &str, viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    let state = token.state(now);
    let none = "–";
    html! {
        tr {
            th scope="row" { (token.name) " " span.muted { (token.person) } }
            td.word { (role(token.role, lang)) }
            td { @if token.regions.is_empty() { (none) } @else { (key::join(&token.regions, lang.pick("、", ", "))) } }
            td { (tag(state, lang)) }
            td.moment { (parts::moment(&token.created_at)) }
            td { (token.created_by) }
            td.moment { (moment_or(token.expires_at.as_deref(), none)) }
            td.moment { (moment_or(token.last_used_at.as_deref(), none)) }
            td.word {
                code { (token.id) }
                @if state == TokenState::InForce { (revoking(token, viewer)) }
            }
        }
    }
}

/// Two steps, so that nobody loses a token by a slip.
fn revoking(token: &Token, viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    html! {
        details {
            summary { (lang.pick("吊销…", "Revoke…")) }
            form method="post" action=(format!("/admin/tokens/{}/revoke", segment(&token.id))) {
                (viewer.mark_field())
                button type="submit" {
                    (lang.pick("立即吊销 ", "Revoke the token of ")) (token.name) (lang.pick(" 的令牌", " now"))
                }
            }
        }
    }
}

fn tag(state: TokenState, lang: Lang) -> Markup {
    let (class, text) = match state {
        TokenState::InForce => ("tag good", lang.pick("有效", "in force")),
        TokenState::Expired => ("tag", lang.pick("已过期", "expired")),
        TokenState::Revoked => ("tag", lang.pick("已吊销", "revoked")),
    };
    html! { span class=(class) { (text) } }
}
