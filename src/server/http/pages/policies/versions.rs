//! Versions that were proposed here: what stands behind each, and the forms that propose and decide.

use maud::{Markup, html};

use crate::http::pages::frame::{may, segment};
use crate::http::pages::parts;
use crate::http::session::Viewer;
use dealerbook_base::lang::Lang;
use dealerbook_store::PolicyVersion;

/// Where a version's page is.
pub fn path(id: &str, version: &str) -> String {
    format!("/policies/{}?version={}", segment(id), segment(version))
}

/// What stands behind a version, as a tag.
pub fn status(status: &str, lang: Lang) -> Markup {
    let (class, text) = match status {
        "proposed" => ("tag fair", lang.pick("待批准", "proposed")),
        "approved" => ("tag good", lang.pick("已批准", "approved")),
        "rejected" => ("tag poor", lang.pick("已驳回", "rejected")),
        "withdrawn" => ("tag", lang.pick("已撤回", "withdrawn")),
        other => ("tag", other),
    };
    html! { span class=(class) { (text) } }
}

/// The form that proposes one, for whoever may.
pub fn proposing(viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    html! {
        @if may("POST", "/policies", viewer) {
            h2 #propose { (lang.pick("提议新版本", "Propose a version")) }
            p.muted { (lang.pick(
                "下载一份政策的工作簿，改动数字、编号和版本后上传；也可上传 TOML。系统先检查，再由另一位财务人员批准，批准后才生效。",
                "Download a policy's workbook, change its figures, its id and its version, and upload it; TOML will do as well. It is checked, and counts once somebody else in finance has approved it.",
            )) }
            form.fields method="post" action="/policies" enctype="multipart/form-data" {
                (viewer.mark_field())
                label.field { span { (lang.pick("政策文件（.xlsx 或 .toml）", "The policy's file (.xlsx or .toml)")) }
                    input type="file" name="policy" required accept=".xlsx,.toml"; }
                button type="submit" { (lang.pick("检查并提议", "Check and propose")) }
            }
        }
    }
}

/// All versions that were proposed here, the newest first.
pub fn table(versions: &[PolicyVersion], lang: Lang) -> Markup {
    let labels = match lang {
        Lang::Zh => ["政策", "版本", "状态", "有效期", "提议", "决定"],
        Lang::En => ["Policy", "Version", "Status", "In force", "Proposed", "Decided"],
    };
    let mut newest: Vec<&PolicyVersion> = versions.iter().collect();
    newest.sort_by(|one, other| other.proposed_at.cmp(&one.proposed_at));
    let table = html! {
        table.data {
            thead { tr { @for label in labels { th scope="col" { (label) } } } }
            tbody { @for version in newest { tr {
                th scope="row" { a href=(path(&version.id, &version.version)) { (lang.pick(&version.title_zh, &version.title_en)) } " " code { (version.id) } }
                td { (version.version) }
                td { (status(&version.status, lang)) }
                td.word { (days(version, lang)) }
                td.word { (version.proposed_by) " " span.muted { (parts::moment(&version.proposed_at)) } }
                td.word { (decided(version)) }
            } } }
        }
    };
    html! { @if !versions.is_empty() {
        h2 #versions { (lang.pick("提议过的版本", "Versions that were proposed")) }
        (parts::scrolling(lang.pick("提议过的版本", "Versions that were proposed"), &table))
    } }
}

/// Who proposed a version and who decided on it, and the forms that decide.
pub fn standing(version: &PolicyVersion, viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    html! {
        dl.facts {
            dt { (lang.pick("提议", "Proposed")) } dd { (version.proposed_by) " " span.muted { (parts::moment(&version.proposed_at)) } }
            @if version.decided_by.is_some() { dt { (lang.pick("决定", "Decided")) } dd { (decided(version)) } }
        }
        @if version.status == "proposed" && may("POST", "/policies", viewer) { (deciding(version, viewer)) }
    }
}

fn deciding(version: &PolicyVersion, viewer: &Viewer) -> Markup {
    let lang = viewer.lang;
    let action =
        |what: &str| format!("/policies/{}/versions/{}/{what}", segment(&version.id), segment(&version.version));
    if version.proposed_person.as_ref() == Some(&viewer.person.id) {
        return html! {
            p.notice { (lang.pick("这个版本由您提议，须由另一人批准。", "You have proposed this: somebody else has to approve it.")) }
            form method="post" action=(action("withdraw")) {
                (viewer.mark_field())
                button.plain type="submit" { (lang.pick("撤回提议", "Withdraw it")) }
            }
        };
    }
    html! {
        h2 { (lang.pick("批准或驳回", "Approve or reject")) }
        div.halves {
            form.fields method="post" action=(action("approve")) {
                (viewer.mark_field())
                p.muted { (lang.pick("批准后，从有效期首日起用于计算。", "Once approved, it counts for what is calculated from its first day on.")) }
                button type="submit" { (lang.pick("批准", "Approve")) }
            }
            form.fields method="post" action=(action("reject")) {
                (viewer.mark_field())
                (parts::text(lang.pick("驳回原因", "Why it is rejected"), "reason", ""))
                button.plain type="submit" { (lang.pick("驳回", "Reject")) }
            }
        }
    }
}

fn decided(version: &PolicyVersion) -> Markup {
    html! {
        @if let (Some(who), Some(at)) = (&version.decided_by, &version.decided_at) {
            (who) " " span.muted { (parts::moment(at)) }
            @if let Some(reason) = &version.reason { br; (reason) }
        } @else { "–" }
    }
}

fn days(version: &PolicyVersion, lang: Lang) -> String {
    match (&version.effective_from, &version.effective_to) {
        (None, None) => lang.pick("不限", "always").to_owned(),
        (from, to) => format!("{} – {}", from.as_deref().unwrap_or_default(), to.as_deref().unwrap_or_default()),
    }
}
