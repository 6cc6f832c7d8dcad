//! What is said about policies and their versions.

use jiff::civil::Date;

use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{Policy, Rates, family};
use dealerbook_output::pipeline::Engine;
use dealerbook_store::PolicyVersion;

/// The policies that there are, the default one first.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PolicyList {
    /// One for each.
    policies: Vec<PolicyBrief>,
}

/// What a list says about a policy: about the version that is in force today or, where none is, the newest.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PolicyBrief {
    /// What `policy=` takes.
    id: String,
    /// Its version.
    version: String,
    /// Its title in the language that was asked for.
    title: String,
    /// Whether the rates are the company's own.
    rates: Rates,
    /// The hash of its text.
    sha256: String,
    /// Whether this version is in force today.
    in_force: bool,
    /// All its versions, proposals and those that were turned down included.
    versions: Vec<VersionListed>,
}

/// What stands behind a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionStatus {
    /// It came with the program or its folder of policies.
    Installed,
    /// Somebody has proposed it.
    Proposed,
    /// Another person has approved it.
    Approved,
    /// Another person has rejected it.
    Rejected,
    /// Whoever proposed it has taken it back.
    Withdrawn,
}

/// A version of a policy.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields, rename = "PolicyVersion")]
pub struct VersionListed {
    /// The policy's id.
    id: String,
    /// Its own.
    version: String,
    /// Its title in the language that was asked for.
    title: String,
    /// Whether the rates are the company's own.
    rates: Rates,
    /// The hash of its text.
    sha256: String,
    /// What stands behind it.
    status: VersionStatus,
    /// Whether it is in force today.
    in_force: bool,
    /// The first day on which it is in force, as 2027-01-01; null means always before.
    effective_from: Option<String>,
    /// The last day; null means until the next version begins.
    effective_to: Option<String>,
    /// Who proposed it; null for one that was installed.
    proposed_by: Option<String>,
    /// When, RFC 3339 in UTC.
    proposed_at: Option<String>,
    /// Who decided on it.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<String>,
    /// Why it was rejected.
    reason: Option<String>,
}

impl VersionListed {
    /// One that came with the program or its folder.
    fn installed(policy: &Policy, lang: Lang) -> VersionListed {
        VersionListed {
            id: policy.id.clone(),
            version: policy.version.clone(),
            title: policy.title.pick(lang).to_owned(),
            rates: policy.rates,
            sha256: policy.sha256.clone(),
            status: VersionStatus::Installed,
            in_force: false,
            effective_from: policy.effective_from.map(|day| day.to_string()),
            effective_to: policy.effective_to.map(|day| day.to_string()),
            proposed_by: None,
            proposed_at: None,
            decided_by: None,
            decided_at: None,
            reason: None,
        }
    }

    /// One that was proposed here.
    pub fn kept(version: &PolicyVersion, engine: &Engine, today: Date, lang: Lang) -> VersionListed {
        let status = match version.status.as_str() {
            "approved" => VersionStatus::Approved,
            "rejected" => VersionStatus::Rejected,
            "withdrawn" => VersionStatus::Withdrawn,
            _ => VersionStatus::Proposed,
        };
        let in_force = family::in_force(&engine.policies, &version.id, today);
        VersionListed {
            id: version.id.clone(),
            version: version.version.clone(),
            title: lang.pick(&version.title_zh, &version.title_en).to_owned(),
            rates: if version.rates == "own" { Rates::Own } else { Rates::Example },
            sha256: version.sha256.clone(),
            status,
            in_force: status == VersionStatus::Approved
                && in_force.is_some_and(|policy| policy.version == version.version),
            effective_from: version.effective_from.clone(),
            effective_to: version.effective_to.clone(),
            proposed_by: Some(version.proposed_by.clone()),
            proposed_at: Some(version.proposed_at.clone()),
            decided_by: version.decided_by.clone(),
            decided_at: version.decided_at.clone(),
            reason: version.reason.clone(),
        }
    }
}

/// All policies with all their versions.
pub fn list(engine: &Engine, base: &Engine, kept: &[PolicyVersion], today: Date, lang: Lang) -> PolicyList {
    let mut ids = family::ids(&engine.policies);
    for version in kept {
        if !ids.contains(&version.id.as_str()) {
            ids.push(&version.id);
        }
    }
    PolicyList { policies: ids.into_iter().filter_map(|id| brief(id, engine, base, kept, today, lang)).collect() }
}

fn brief(
    id: &str,
    engine: &Engine,
    base: &Engine,
    kept: &[PolicyVersion],
    today: Date,
    lang: Lang,
) -> Option<PolicyBrief> {
    let in_force = family::in_force(&engine.policies, id, today);
    let installed = family::versions(&base.policies, id).into_iter().map(|policy| VersionListed {
        in_force: in_force.is_some_and(|own| own.sha256 == policy.sha256),
        ..VersionListed::installed(policy, lang)
    });
    let kept = kept.iter().filter(|version| version.id == id);
    let versions: Vec<VersionListed> =
        installed.chain(kept.map(|version| VersionListed::kept(version, engine, today, lang))).collect();
    let newest = in_force.or_else(|| family::newest(&engine.policies, id)).map(|policy| policy.version.as_str());
    let shown = versions.iter().find(|one| Some(one.version.as_str()) == newest).or(versions.last())?;
    let VersionListed { id, version, title, rates, sha256, in_force, .. } = shown.clone();
    Some(PolicyBrief { id, version, title, rates, sha256, in_force, versions })
}
