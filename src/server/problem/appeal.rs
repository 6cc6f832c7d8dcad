//! What is wrong with appeals and their answers, and what is said about it.

use jiff::civil::Date;

use super::AppealFault;
use super::FaultDocument;
use super::Words;
use super::words::appeals;
use dealerbook_base::lang::Lang;
use dealerbook_package::WhyNot;
use dealerbook_store::{AppealStatus, KeptAppeal};

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
        match self {
            AppealProblem::Invalid { faults } => {
                let details: Vec<String> = faults.iter().map(|fault| fault.detail(lang)).collect();
                appeals::INVALID_APPEAL.words(lang, details.join(lang.pick("", " ")))
            }
            AppealProblem::NoSuchAppeal => {
                appeals::NO_SUCH_APPEAL.words(lang, appeals::NO_SUCH_APPEAL_DETAIL.pick(lang))
            }
            AppealProblem::TooLate { last_day } => {
                appeals::APPEAL_TOO_LATE.words(lang, appeals::AppealTooLateDetail { last_day }.text(lang))
            }
            AppealProblem::Answered { status, by, at } => {
                let detail = match status {
                    AppealStatus::Accepted => appeals::AppealAnsweredDetailAccepted { by, at }.text(lang),
                    _ => appeals::AppealAnsweredDetailRejected { by, at }.text(lang),
                };
                appeals::APPEAL_ANSWERED.words(lang, detail)
            }
            AppealProblem::Verified { on, by } => {
                appeals::APPEAL_VERIFIED.words(lang, appeals::AppealVerifiedDetail { by, on }.text(lang))
            }
            AppealProblem::Own { who } => {
                appeals::OWN_APPEAL.words(lang, appeals::OwnAppealDetail { person: who }.text(lang))
            }
            AppealProblem::CorrectionFaulty { issues } => {
                appeals::CORRECTION_FAULTY.words(lang, first_issue(issues, lang))
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
        let remedy = match &self.suggestion {
            Some(suggestion) => appeals::RemedyMeant { suggestion }.text(lang),
            None => appeals::REMEDY_CORRECTED.text(lang),
        };
        FaultDocument::at(format!("/corrections{at}"), format!("{} {}", self.place, self.message), remedy)
    }
}

/// The first error of the corrected workbook, and how many there are beyond it.
fn first_issue(issues: &[CorrectedIssue], lang: Lang) -> String {
    let first = issues.first().map(|issue| format!("{} {}", issue.place, issue.message)).unwrap_or_default();
    match issues.len().saturating_sub(1) {
        0 => appeals::CorrectionFaultyDetailOne { first }.text(lang),
        more => appeals::CorrectionFaultyDetailSeveral { first, more }.text(lang),
    }
}

impl From<AppealProblem> for super::Problem {
    fn from(problem: AppealProblem) -> super::Problem {
        super::Problem::Appeal(problem)
    }
}
