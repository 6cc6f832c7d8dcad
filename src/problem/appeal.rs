//! What is wrong with appeals and their answers, and what is said about it.

use jiff::civil::Date;

use super::AppealFault;
use super::FaultDocument;
use super::{Class, Words};
use crate::lang::Lang;
use crate::package::WhyNot;
use crate::store::{AppealStatus, KeptAppeal};

/// Why an appeal can't be lodged or answered.
#[derive(Debug)]
pub enum AppealProblem {
    /// What is asked for can't be.
    Invalid {
        /// Everything that is wrong with it.
        faults: Vec<AppealFault>,
    },
    /// There is none of this id.
    NoSuchAppeal,
    /// The time for appeals is over.
    TooLate {
        /// The last day on which it wasn't.
        last_day: Date,
    },
    /// It was answered before.
    Answered {
        /// How.
        status: AppealStatus,
        /// By whom.
        by: String,
        /// RFC 3339 in UTC.
        at: String,
    },
    /// The day of its verification was noted before.
    Verified {
        /// That day.
        on: String,
        /// By whom.
        by: String,
    },
    /// Whoever lodged it doesn't answer it.
    Own {
        /// The person's name.
        who: String,
    },
    /// The corrected workbook has errors.
    CorrectionFaulty {
        /// All of them.
        issues: Vec<CorrectedIssue>,
    },
}

/// An error in the corrected workbook.
#[derive(Debug)]
pub struct CorrectedIssue {
    /// The correction that stands in the same cell, by its place in the list.
    pub correction: Option<usize>,
    /// Sheet and cell.
    pub place: String,
    /// What is wrong, in the language of the run.
    pub message: String,
    /// What might be meant.
    pub suggestion: Option<String>,
}

impl AppealProblem {
    /// That an appeal was answered, or its verification noted, before.
    pub fn before(appeal: KeptAppeal) -> AppealProblem {
        if appeal.status == AppealStatus::Open {
            let (on, by) = (appeal.verified_on.unwrap_or_default(), appeal.verified_by.unwrap_or_default());
            return AppealProblem::Verified { on, by };
        }
        AppealProblem::Answered {
            status: appeal.status,
            by: appeal.answered_by.unwrap_or_default(),
            at: appeal.answered_at.unwrap_or_default(),
        }
    }

    /// One of each.
    pub fn samples() -> Vec<AppealProblem> {
        let at = "2008-01-18T07:30:00.000Z".to_owned();
        let issue = CorrectedIssue {
            correction: Some(0),
            place: "月度提货!D5".to_owned(),
            message: "“实际提货量”应为数字，“一百”无法确定是什么数".to_owned(),
            suggestion: None,
        };
        vec![
            AppealProblem::Invalid {
                faults: vec![
                    AppealFault::UnknownDealer { id: "D01".to_owned(), nearest: Some("D001".to_owned()) },
                    AppealFault::Missing("text"),
                    AppealFault::Change { index: 0, why: WhyNot::NotAnAddress },
                ],
            },
            AppealProblem::NoSuchAppeal,
            AppealProblem::TooLate { last_day: jiff::civil::date(2008, 1, 31) },
            AppealProblem::Answered { status: AppealStatus::Rejected, by: "王芳".to_owned(), at },
            AppealProblem::Verified { on: "2008-01-07".to_owned(), by: "王芳".to_owned() },
            AppealProblem::Own { who: "王芳".to_owned() },
            AppealProblem::CorrectionFaulty { issues: vec![issue] },
        ]
    }

    /// What the problem says.
    pub fn words(&self, lang: Lang) -> Words {
        let (code, class, title, mend) = self.fixed();
        let pick = |[zh, en]: [&str; 2]| lang.pick(zh, en).to_owned();
        Words { code, class, title: pick(title), detail: self.detail(lang), mend: pick(mend) }
    }

    fn fixed(&self) -> (&'static str, Class, [&'static str; 2], [&'static str; 2]) {
        match self {
            AppealProblem::Invalid { .. } => (
                "invalid-appeal",
                Class::Invalid,
                ["申诉或答复有误", "The appeal or its answer is not as it must be"],
                ["请改正 faults 中列出的各处。", "Mend everything that `faults` lists."],
            ),
            AppealProblem::NoSuchAppeal => (
                "no-such-appeal",
                Class::Missing,
                ["没有这条申诉", "No such appeal"],
                ["申诉编号见 GET /v1/appeals。", "GET /v1/appeals lists the ids of appeals."],
            ),
            AppealProblem::TooLate { .. } => (
                "appeal-too-late",
                Class::Conflict,
                ["申诉期已过", "The time for appeals is over"],
                [
                    "请与财务联系；如确有错误，可由财务更正后重新结算。",
                    "Talk to finance: what is really wrong can still be corrected by a new run.",
                ],
            ),
            AppealProblem::Answered { .. } => (
                "appeal-answered",
                Class::Conflict,
                ["申诉已答复", "The appeal is answered"],
                [
                    "答复不能更改；如有新的理由，请另提一条申诉。",
                    "An answer stays; with other reasons, lodge another appeal.",
                ],
            ),
            AppealProblem::Verified { .. } => (
                "appeal-verified",
                Class::Conflict,
                ["申诉已登记核实", "The verification of the appeal is noted"],
                [
                    "核实日期登记后不能更改；请在答复期限内采纳或驳回。",
                    "A noted day stays; accept or reject the appeal by the day on which its answer is due.",
                ],
            ),
            AppealProblem::Own { .. } => (
                "own-appeal",
                Class::Conflict,
                ["不能答复自己登记的申诉", "Nobody answers their own appeal"],
                ["请由另一位财务人员答复。", "Have somebody else in finance answer it."],
            ),
            AppealProblem::CorrectionFaulty { .. } => (
                "correction-faulty",
                Class::Unprocessable,
                ["更正后的数据有错误", "The corrected data have errors"],
                [
                    "请逐条改正后重新提交；申诉仍待答复，什么都没有改变。",
                    "Mend each of the corrections and send them again; the appeal is still open, and nothing has changed.",
                ],
            ),
        }
    }

    fn detail(&self, lang: Lang) -> String {
        match self {
            AppealProblem::Invalid { faults } => {
                let told: Vec<String> = faults.iter().map(|fault| fault.detail(lang)).collect();
                told.join(lang.pick("", " "))
            }
            AppealProblem::NoSuchAppeal => lang
                .pick("没有这个编号的申诉，或您无权查看。", "There is no appeal of this id, or it isn't yours to see.")
                .to_owned(),
            AppealProblem::TooLate { last_day } => match lang {
                Lang::Zh => format!("对这次考核的申诉已于 {last_day} 截止。"),
                Lang::En => format!("The last day for appeals against this run was {last_day}."),
            },
            AppealProblem::Answered { status, by, at } => match (lang, status) {
                (Lang::Zh, AppealStatus::Accepted) => format!("{by} 已于 {at} 采纳。"),
                (Lang::Zh, _) => format!("{by} 已于 {at} 驳回。"),
                (Lang::En, AppealStatus::Accepted) => format!("{by} accepted it at {at}."),
                (Lang::En, _) => format!("{by} rejected it at {at}."),
            },
            AppealProblem::Verified { on, by } => match lang {
                Lang::Zh => format!("{by} 已登记于 {on} 核实。"),
                Lang::En => format!("{by} noted that it was verified on {on}."),
            },
            AppealProblem::Own { who } => match lang {
                Lang::Zh => format!("这条申诉是 {who} 登记的。"),
                Lang::En => format!("It was {who} who lodged this appeal."),
            },
            AppealProblem::CorrectionFaulty { issues } => {
                let (first, more) = (issues.first(), issues.len().saturating_sub(1));
                let first = first.map(|issue| format!("{} {}", issue.place, issue.message)).unwrap_or_default();
                match (lang, more) {
                    (Lang::Zh, 0) => format!("{first}。"),
                    (Lang::Zh, more) => format!("{first}；另有 {more} 处。"),
                    (Lang::En, 0) => format!("{first}."),
                    (Lang::En, more) => format!("{first}; and {more} more."),
                }
            }
        }
    }

    /// Everything that is wrong, each with its place in what was sent.
    pub fn faults(&self, lang: Lang) -> Vec<FaultDocument> {
        match self {
            AppealProblem::Invalid { faults } => faults.iter().map(|fault| fault.document(lang)).collect(),
            AppealProblem::CorrectionFaulty { issues } => issues.iter().map(|issue| issue.document(lang)).collect(),
            _ => Vec::new(),
        }
    }
}

impl CorrectedIssue {
    fn document(&self, lang: Lang) -> FaultDocument {
        let at = self.correction.map(|index| format!("/{index}/value")).unwrap_or_default();
        let mend = match (&self.suggestion, lang) {
            (Some(suggestion), Lang::Zh) => format!("是否为“{suggestion}”？"),
            (Some(suggestion), Lang::En) => format!("Is `{suggestion}` meant?"),
            (None, _) => lang
                .pick("改正这一格，或把由此出错的其他格一并更正。", "Mend this cell, or correct the other one as well.")
                .to_owned(),
        };
        FaultDocument::at(format!("/corrections{at}"), format!("{} {}", self.place, self.message), mend)
    }
}

impl From<AppealProblem> for super::Problem {
    fn from(problem: AppealProblem) -> super::Problem {
        super::Problem::Appeal(problem)
    }
}
