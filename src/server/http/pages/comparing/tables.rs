//! A comparison as tables: in all, by programme, by grade, and the dealers that change most.

use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::http::pages::parts;
use dealerbook_base::lang::Lang;
use dealerbook_engine::comparison::{Amounts, Comparison, DealerChange, Presence};
use dealerbook_output::report::policy_names::PolicyNames;
use dealerbook_output::report::words::money;

/// So many dealers are shown; those that change most stand first.
pub const DEALERS_SHOWN: usize = 100;

/// All of it.
pub fn all(comparison: &Comparison, names: &PolicyNames<'_>) -> Markup {
    let lang = names.lang;
    let changed: Vec<&DealerChange> = comparison.dealers.iter().filter(|dealer| dealer.is_change()).collect();
    html! {
        (in_all(comparison, lang))
        h2 { (lang.pick("按激励项目", "By programme")) }
        (programmes(comparison, names))
        h2 { (lang.pick("按评级", "By grade")) }
        (grades(comparison, names))
        h2 { (lang.pick("按经销商", "By dealer")) }
        @if changed.is_empty() { p.muted { (lang.pick("没有经销商有变化。", "No dealer changes.")) } }
        @else { (dealers(&changed, names)) }
        @if changed.len() > DEALERS_SHOWN {
            p.muted { @match lang {
                Lang::Zh => { "共 " (changed.len()) " 家有变化，这里列出变化最大的 " (DEALERS_SHOWN) " 家；其余见下载的工作簿。" }
                Lang::En => { (changed.len()) " dealers change; these are the " (DEALERS_SHOWN) " that change most. The workbook has them all." }
            } }
        }
    }
}

fn in_all(comparison: &Comparison, lang: Lang) -> Markup {
    let Amounts { before, after, change } = comparison.amount;
    html! {
        dl.figures {
            div { dt { (lang.pick("变更前（元）", "Before (yuan)")) } dd { (money(before)) } }
            div { dt { (lang.pick("变更后（元）", "After (yuan)")) } dd { (money(after)) } }
            div { dt { (lang.pick("变化（元）", "Change (yuan)")) } dd { (signed(change)) } }
            div { dt { (lang.pick("有变化的经销商", "Dealers that change")) } dd { (comparison.dealers_changed) small { " / " (comparison.after.dealers) } } }
        }
    }
}

fn amounts(amount: Amounts) -> Markup {
    html! { td.number { (money(amount.before)) } td.number { (money(amount.after)) } td.number { (signed(amount.change)) } }
}

fn heads(lang: Lang) -> Markup {
    html! { @for label in [lang.pick("变更前", "Before"), lang.pick("变更后", "After"), lang.pick("变化", "Change")] { th.number scope="col" { (label) } } }
}

fn programmes(comparison: &Comparison, names: &PolicyNames<'_>) -> Markup {
    let lang = names.lang;
    let table = html! {
        table.data {
            thead { tr { th scope="col" { (lang.pick("激励项目", "Programme")) } (heads(lang)) } }
            tbody { @for one in &comparison.programmes { tr {
                th scope="row" { (names.programme(&one.programme)) } (amounts(one.amount))
            } } }
        }
    };
    parts::scrolling(lang.pick("按激励项目", "By programme"), &table)
}

fn grades(comparison: &Comparison, names: &PolicyNames<'_>) -> Markup {
    let lang = names.lang;
    let ordered = names.in_order(&comparison.grades, |one| one.grade.as_deref());
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("评级", "Grade")) }
                th.number scope="col" { (lang.pick("变更前（家）", "Dealers before")) }
                th.number scope="col" { (lang.pick("变更后（家）", "Dealers after")) }
                (heads(lang))
            } }
            tbody { @for one in ordered { tr {
                th scope="row" { (grade(one.grade.as_deref(), names)) }
                td.number { (one.dealers_before) } td.number { (one.dealers_after) } (amounts(one.amount))
            } } }
        }
    };
    parts::scrolling(lang.pick("按评级", "By grade"), &table)
}

fn dealers(changed: &[&DealerChange], names: &PolicyNames<'_>) -> Markup {
    let lang = names.lang;
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { (lang.pick("经销商", "Dealer")) }
                th scope="col" { (lang.pick("区域", "Region")) }
                th.number scope="col" { (lang.pick("得分", "Score")) }
                th scope="col" { (lang.pick("评级", "Grade")) }
                (heads(lang))
                th scope="col" { (lang.pick("变化来自", "What changes")) }
            } }
            tbody { @for dealer in changed.iter().take(DEALERS_SHOWN) { (row(dealer, names)) } }
        }
    };
    parts::scrolling(lang.pick("按经销商", "By dealer"), &table)
}

fn row(dealer: &DealerChange, names: &PolicyNames<'_>) -> Markup {
    let lang = names.lang;
    let score = |score: Option<Decimal>| score.map_or_else(|| "–".to_owned(), |score| format!("{score:.2}"));
    let (old, new) = (dealer.grade_before.as_deref(), dealer.grade_after.as_deref());
    let parts = dealer.programmes.iter().filter(|one| !one.amount.change.is_zero());
    let parts: Vec<String> =
        parts.map(|one| format!("{} {}", names.programme(&one.programme), signed(one.amount.change))).collect();
    html! {
        tr {
            th scope="row" {
                (dealer.dealer_id) " " (dealer.name)
                @match dealer.presence {
                    Presence::Both => {}
                    Presence::Appeared => { " " span.tag.good { (lang.pick("新出现", "new")) } }
                    Presence::Vanished => { " " span.tag.poor { (lang.pick("不再出现", "gone")) } }
                }
            }
            td { (dealer.region) }
            td.number { (arrow(score(dealer.score_before), score(dealer.score_after))) }
            td { (arrow(grade(old, names), grade(new, names))) }
            (amounts(dealer.amount))
            td.long { (parts.join(lang.pick("；", "; "))) }
        }
    }
}

/// One text where nothing changes.
fn arrow(before: String, after: String) -> String {
    if before == after { after } else { format!("{before} → {after}") }
}

fn grade(id: Option<&str>, names: &PolicyNames<'_>) -> String {
    id.map_or_else(|| names.lang.pick("未评级", "none").to_owned(), |id| names.grade(id).to_owned())
}

fn signed(amount: Decimal) -> String {
    if amount > Decimal::ZERO { format!("+{}", money(amount)) } else { money(amount) }
}
