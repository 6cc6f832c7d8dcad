//! What can be wrong with a policy that is proposed, looked for or decided on.

use super::{Class, Words};
use crate::lang::Lang;
use crate::policy::Fault;
use crate::policy_book::PlacedFault;

/// So many faults stand in the sentence; all of them in the list.
const TOLD_MAX: usize = 3;

/// Why a policy isn't taken.
#[derive(Clone, Debug)]
pub enum PolicyProblem {
    /// It is faulty.
    Invalid {
        /// Everything that is wrong with it.
        faults: Vec<PlacedFault>,
    },
    /// Its id is that of a policy of the program or its folder.
    IdTaken {
        /// The id.
        id: String,
    },
    /// There is a version of this name.
    VersionExists {
        /// The policy.
        id: String,
        /// The version.
        version: String,
    },
    /// Its time overlaps that of an approved version.
    Overlap {
        /// The policy.
        id: String,
        /// The version.
        version: String,
        /// The one that is overlapped.
        other: String,
    },
    /// No such version.
    NoSuchVersion {
        /// The policy.
        id: String,
        /// As the request names it.
        version: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Nobody decides on a proposal of their own.
    OwnProposal,
    /// Only whoever proposed it takes it back.
    NotOwnProposal {
        /// Who.
        proposed_by: String,
    },
    /// It was decided on before.
    Decided {
        /// What became of it.
        status: String,
        /// Who decided.
        by: String,
    },
    /// A decision without what it needs.
    InvalidDecision {
        /// What is wrong: Chinese, English.
        what: [&'static str; 2],
    },
}

/// A code, its status, title and mend.
type Fixed = (&'static str, Class, [&'static str; 2], [&'static str; 2]);

impl PolicyProblem {
    /// What it says.
    pub fn words(&self, lang: Lang) -> Words {
        let (code, class, title, mend) = self.fixed();
        let pick = |[zh, en]: [&str; 2]| lang.pick(zh, en).to_owned();
        let detail = match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        };
        Words { code, class, title: pick(title), detail, mend: pick(mend) }
    }

    /// One for each code.
    pub fn samples() -> Vec<PolicyProblem> {
        let (id, version) = ("own".to_owned(), "2027.1".to_owned());
        let fault = Fault::new("“三十”不是数，请改为数字", "“三十” is no number: write one");
        let place = Some(("激励".to_owned(), Some("O5".to_owned())));
        vec![
            PolicyProblem::Invalid { faults: vec![PlacedFault { place, fault }] },
            PolicyProblem::IdTaken { id: "handbook".to_owned() },
            PolicyProblem::VersionExists { id: id.clone(), version: version.clone() },
            PolicyProblem::Overlap { id: id.clone(), version: version.clone(), other: "2026.1".to_owned() },
            PolicyProblem::NoSuchVersion { id, version, known: vec!["2026.1".to_owned()] },
            PolicyProblem::OwnProposal,
            PolicyProblem::NotOwnProposal { proposed_by: "王芳".to_owned() },
            PolicyProblem::Decided { status: "approved".to_owned(), by: "李明".to_owned() },
            PolicyProblem::InvalidDecision { what: NO_REASON },
        ]
    }

    fn fixed(&self) -> Fixed {
        match self {
            PolicyProblem::Invalid { .. } => (
                "invalid-policy",
                Class::Unprocessable,
                ["政策有误", "The policy is faulty"],
                ["请逐处改正后重新提交。", "Mend each of these faults and send it again."],
            ),
            PolicyProblem::IdTaken { .. } => (
                "policy-id-taken",
                Class::Conflict,
                ["政策编号已被占用", "The policy's id is taken"],
                [
                    "请给公司自己的政策另取编号；要沿用其内容，可写 extends。",
                    "Give a policy of your own another id; with `extends` it takes over what it doesn't say.",
                ],
            ),
            PolicyProblem::VersionExists { .. } => (
                "policy-version-exists",
                Class::Conflict,
                ["该版本已经存在", "There is such a version already"],
                [
                    "版本提交后不能更改，请换一个版本号。",
                    "A version that was sent never changes: give this one another version.",
                ],
            ),
            PolicyProblem::Overlap { .. } => (
                "policy-overlap",
                Class::Conflict,
                ["有效期重叠", "Versions overlap"],
                [
                    "请改 effective_from 或 effective_to，换一个版本号后重新提交。",
                    "Change effective_from or effective_to, and propose it as another version.",
                ],
            ),
            PolicyProblem::NoSuchVersion { .. } => (
                "no-such-policy-version",
                Class::Missing,
                ["没有这个政策版本", "No such version of the policy"],
                [
                    "请改正版本号；GET /v1/policies 列出所有版本。",
                    "Correct the version; GET /v1/policies lists all of them.",
                ],
            ),
            PolicyProblem::OwnProposal => (
                "own-proposal",
                Class::Conflict,
                ["不能审批自己的提议", "Nobody decides on a proposal of their own"],
                [
                    "请由另一位财务人员审批；要收回提议，请用 withdraw。",
                    "Ask another person of finance; to take it back, use `withdraw`.",
                ],
            ),
            PolicyProblem::NotOwnProposal { .. } => (
                "not-own-proposal",
                Class::Conflict,
                ["只能收回自己的提议", "Only a proposal of one's own can be taken back"],
                ["请由提议人收回，或由他人 reject。", "Ask who proposed it, or use `reject`."],
            ),
            PolicyProblem::Decided { .. } => (
                "policy-decided",
                Class::Conflict,
                ["该版本已有结论", "The version was decided on before"],
                [
                    "结论不能更改；需要更改时请提交新版本。",
                    "That stands; propose another version if something is to change.",
                ],
            ),
            PolicyProblem::InvalidDecision { .. } => (
                "invalid-decision",
                Class::Invalid,
                ["审批内容有误", "The decision cannot be read"],
                [
                    "请发送 JSON 对象，例如 {\"reason\": \"返点高于预算\"}。",
                    "Send a JSON object such as {\"reason\": \"the rebate is above the budget\"}.",
                ],
            ),
        }
    }

    fn zh(&self) -> String {
        match self {
            PolicyProblem::Invalid { faults } => format!("有 {} 处错误：{}。", faults.len(), told(faults, Lang::Zh)),
            PolicyProblem::IdTaken { id } => format!("{id} 是程序自带或政策文件夹中的政策。"),
            PolicyProblem::VersionExists { id, version } => format!("政策 {id} 已有版本 {version}。"),
            PolicyProblem::Overlap { id, version, other } => {
                format!("政策 {id} 的版本 {version} 与已批准的版本 {other} 有效期重叠。")
            }
            PolicyProblem::NoSuchVersion { id, version, known } => {
                format!("政策 {id} 没有版本“{version}”；已有：{}。", known.join("、"))
            }
            PolicyProblem::OwnProposal => "提议人与审批人须为不同的人。".to_owned(),
            PolicyProblem::NotOwnProposal { proposed_by } => format!("这是{proposed_by}的提议。"),
            PolicyProblem::Decided { status, by } => {
                let status = match status.as_str() {
                    "approved" => "批准",
                    "rejected" => "驳回",
                    _ => "收回",
                };
                format!("已由{by}{status}。")
            }
            PolicyProblem::InvalidDecision { what } => what[0].to_owned(),
        }
    }

    fn en(&self) -> String {
        match self {
            PolicyProblem::Invalid { faults } => format!("{} faults: {}.", faults.len(), told(faults, Lang::En)),
            PolicyProblem::IdTaken { id } => format!("`{id}` is a policy of the program or of its folder."),
            PolicyProblem::VersionExists { id, version } => format!("The policy {id} has a version {version}."),
            PolicyProblem::Overlap { id, version, other } => {
                format!("The version {version} of {id} would overlap the approved version {other}.")
            }
            PolicyProblem::NoSuchVersion { id, version, known } => {
                format!("The policy {id} has no version `{version}`; there are: {}.", known.join(", "))
            }
            PolicyProblem::OwnProposal => "Who proposes and who decides must be different people.".to_owned(),
            PolicyProblem::NotOwnProposal { proposed_by } => format!("It was proposed by {proposed_by}."),
            PolicyProblem::Decided { status, by } => format!("It was {status} by {by}."),
            PolicyProblem::InvalidDecision { what } => what[1].to_owned(),
        }
    }
}

/// That a reason is missing.
pub const NO_REASON: [&str; 2] = ["缺少驳回的原因 reason。", "The `reason` for which it is rejected is missing."];
/// That a reason is too long.
pub const LONG_REASON: [&str; 2] = ["原因 reason 不能超过 1000 字。", "The `reason` has more than 1000 characters."];
/// That it is no JSON object of the kind.
pub const NOT_AN_OBJECT: [&str; 2] =
    ["正文须为 JSON 对象，其中只能有文本 reason。", "The body must be a JSON object with nothing but a text `reason`."];

/// The first faults, with their places.
fn told(faults: &[PlacedFault], lang: Lang) -> String {
    let more = if faults.len() > TOLD_MAX { lang.pick("；……", "; …") } else { "" };
    let first: Vec<String> = faults.iter().take(TOLD_MAX).map(|fault| fault.said(lang)).collect();
    format!("{}{more}", first.join(lang.pick("；", "; ")))
}
