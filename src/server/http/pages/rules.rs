//! The rules of a programme on a page, out of a policy.

use maud::{Markup, html};

use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{Policy, Rates};
use dealerbook_output::report::rules::{self, RuleGroup};
use dealerbook_output::report::words::Words;

/// The rules of a programme, or that it has none of its own. `level` is that of headings, 2 or 3.
pub fn of(programme: &str, words: Words<'_>, level: u8) -> Markup {
    let groups = rules::of(programme, words).unwrap_or_default();
    html! { @for one in &groups { (group(one, level)) } }
}

/// That the rates are examples, where they are.
pub fn example_note(policy: &Policy, lang: Lang) -> Markup {
    html! {
        @if policy.rates == Rates::Example {
            p.notice.fair { (lang.pick(
                "此政策的激励费率是示例，仅供参考；公司须设定自己的费率。",
                "This policy's incentive rates are examples: the company has to set its own.",
            )) }
        }
    }
}

fn group(group: &RuleGroup, level: u8) -> Markup {
    html! {
        @if let Some(title) = &group.title {
            @if level == 2 { h2 { (title) } } @else { h3 { (title) } }
        }
        dl.facts { @for (what, how) in &group.rules { dt { (what) } dd { (how) } } }
    }
}
