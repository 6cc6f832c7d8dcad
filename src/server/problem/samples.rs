//! One problem of each code: what the interface's description and its pages list, with an example each.

use jiff::civil::date;
use strum::IntoEnumIterator;

use super::ProblemKind;
use super::{AppealProblem, Disagreement, PolicyProblem, Problem, TokenFault};
use crate::token::WantedFault;
use dealerbook_engine::policy::family::Span;
use dealerbook_engine::schema::Schemas;
use dealerbook_output::pipeline::{PipelineError, PipelineErrorKind};
use dealerbook_package::{FileKind, Reason};
use dealerbook_store::Role;

/// A faulty descriptor, small enough to be read beside its faults.
const FAULTY_DESCRIPTOR: &str =
    r#"{"resources": [{"name": "orders", "schema": {"fields": [{"name": "amount", "type": "nummer"}]}}]}"#;

impl Problem {
    /// One of each code, in the order of their declaration.
    pub fn samples() -> Vec<Problem> {
        ProblemKind::iter().flat_map(samples_of).collect()
    }
}

/// One for each code of a kind; a problem with the workbook has many.
fn samples_of(kind: ProblemKind) -> Vec<Problem> {
    let problem = match kind {
        ProblemKind::MissingWorkbook => Problem::MissingWorkbook { fields: Vec::new() },
        ProblemKind::MalformedForm => Problem::MalformedForm,
        ProblemKind::MalformedRequest => Problem::MalformedRequest,
        ProblemKind::IncompleteBody => Problem::IncompleteBody,
        ProblemKind::UnknownParameter => Problem::UnknownParameter {
            name: "perod".to_owned(),
            allowed: &["period", "as_of", "policy", "filename", "on_error", "lang", "programmes", "mark"],
        },
        ProblemKind::InvalidValue => super::invalid("on_error", "skip", vec!["stop", "partial"]),
        ProblemKind::RepeatedParameter => Problem::RepeatedParameter { name: "lang".to_owned() },
        ProblemKind::Unauthorized => Problem::Unauthorized { fault: TokenFault::Missing },
        ProblemKind::Forbidden => Problem::Forbidden { role: Role::Sales, roles: &[Role::Admin] },
        ProblemKind::TooManyBadTokens => Problem::TooManyBadTokens { retry_after_seconds: 8 },
        ProblemKind::BodyTrickles => Problem::BodyTrickles { rate_min: 1024, seconds: 20 },
        ProblemKind::TooManyUploads => Problem::TooManyUploads { uploads_max: 32, retry_after_seconds: 10 },
        ProblemKind::BodyTooLarge => Problem::BodyTooLarge { bytes_max: 256 << 10 },
        ProblemKind::PersonQuota => Problem::PersonQuota { kept: 21_474_801_000, bytes_max: 20 << 30 },
        ProblemKind::StoreQuota => Problem::StoreQuota { bytes_max: 100 << 30 },
        ProblemKind::RegionNotAllowed => {
            Problem::RegionNotAllowed { regions: vec!["巫溪".into()], allowed: vec!["涪陵".into()] }
        }
        ProblemKind::InvalidTokenRequest => Problem::InvalidTokenRequest {
            faults: vec![WantedFault::RoleUnknown("boss".to_owned()), WantedFault::ExpiresUnread("soon".to_owned())],
        },
        ProblemKind::Account => return super::account::samples(),
        ProblemKind::NoSuchToken => Problem::NoSuchToken { id: "0123456789ab".to_owned() },
        ProblemKind::LastAdmin => Problem::LastAdmin,
        ProblemKind::CrossSite => Problem::CrossSite,
        ProblemKind::Policy => return PolicyProblem::samples().into_iter().map(Problem::Policy).collect(),
        ProblemKind::NoSuchRoute => Problem::NoSuchRoute,
        ProblemKind::NoSuchRun => Problem::NoSuchRun,
        ProblemKind::NoSuchBatch => Problem::NoSuchBatch,
        ProblemKind::BatchNotDone => Problem::BatchNotDone { retry_after_seconds: 10 },
        ProblemKind::TooManyDealers => Problem::TooManyDealers { dealers_max: 1_000_000 },
        ProblemKind::MissingWorkbooks => Problem::MissingWorkbooks,
        ProblemKind::WorkerLost => Problem::WorkerLost { attempts: 3 },
        ProblemKind::NoSuchDealer => Problem::NoSuchDealer { id: "D01".to_owned(), nearest: Some("D001".to_owned()) },
        ProblemKind::NothingCalculated => Problem::NothingCalculated,
        ProblemKind::PolicyChanged => Problem::PolicyChanged { id: "handbook".to_owned() },
        ProblemKind::RunOutdated => Problem::RunOutdated {
            disagreement: Disagreement::Figure {
                at: "incentives.dealers[D002].total".to_owned(),
                kept: "19500.00".to_owned(),
                now: "0.00".to_owned(),
            },
        },
        ProblemKind::TooManyCards => Problem::TooManyCards { dealers: 1200, dealers_max: 1000 },
        ProblemKind::IdempotencyKeyReused => Problem::IdempotencyKeyReused,
        ProblemKind::NoSuchSchema => {
            Problem::NoSuchSchema { name: "dealer".to_owned(), nearest: Some("dealers".to_owned()) }
        }
        ProblemKind::InvalidWhatIf => Problem::InvalidWhatIf { faults: super::what_if::samples() },
        ProblemKind::AccrualTooEarly => {
            Problem::AccrualTooEarly { month: "2007-05".to_owned(), last: "2007-06".to_owned() }
        }
        ProblemKind::NoSuchPolicy => {
            Problem::NoSuchPolicy { id: "handbok".to_owned(), nearest: Some("handbook".to_owned()) }
        }
        ProblemKind::NoSuchPage => Problem::NoSuchPage { name: "credits".to_owned(), names: vec!["credit".to_owned()] },
        ProblemKind::InvalidSchema => {
            Problem::InvalidSchema { faults: Schemas::parse(FAULTY_DESCRIPTOR).err().unwrap_or_default() }
        }
        ProblemKind::SchemaTooLarge => Problem::SchemaTooLarge { bytes_max: 1 << 20 },
        ProblemKind::NotWithSchema => Problem::NotWithSchema { name: "period" },
        ProblemKind::NoSuchTemplate => Problem::NoSuchTemplate {
            name: "dealer".to_owned(),
            nearest: Some("dealers".to_owned()),
            names: vec!["workbook".to_owned(), "dealers".to_owned()],
        },
        ProblemKind::MethodNotAllowed => Problem::MethodNotAllowed { allowed: "GET, HEAD".into() },
        ProblemKind::BodyTooSlow => Problem::BodyTooSlow { seconds_max: 300 },
        ProblemKind::TooLarge => Problem::TooLarge { bytes_max: 64 << 20 },
        ProblemKind::UnsupportedMediaType => Problem::UnsupportedMediaType { content_type: "text/csv".to_owned() },
        ProblemKind::Workbook => {
            return PipelineErrorKind::iter().filter_map(sample_of).map(Problem::Workbook).collect();
        }
        ProblemKind::Appeal => return AppealProblem::samples().into_iter().map(Problem::Appeal).collect(),
        ProblemKind::Archive => return super::archive::samples().into_iter().map(Problem::Archive).collect(),
        ProblemKind::InvalidBody => Problem::InvalidBody { faults: super::body::samples() },
        ProblemKind::Settlement => {
            return super::settlement::samples().into_iter().map(Problem::Settlement).collect();
        }
        ProblemKind::Busy => Problem::Busy { retry_after_seconds: 10 },
        ProblemKind::Stopping => Problem::Stopping { retry_after_seconds: 10 },
        ProblemKind::NotReady => Problem::NotReady { faults: vec!["database"], retry_after_seconds: 10 },
        ProblemKind::Unavailable => Problem::Unavailable { part: "database", cause: "a sample".into() },
        ProblemKind::StorageFull => Problem::StorageFull("a sample".into()),
        ProblemKind::Internal => Problem::internal("a sample"),
    };
    vec![problem]
}

/// Our own failure is a problem of its own, whoever had it.
fn sample_of(kind: PipelineErrorKind) -> Option<PipelineError> {
    Some(match kind {
        PipelineErrorKind::NotAWorkbook => PipelineError::NotAWorkbook { what: FileKind::Pdf },
        PipelineErrorKind::Encrypted => PipelineError::Encrypted,
        PipelineErrorKind::Unreadable => {
            let reason = Reason::new("内容不完整，提前结束", "it ends too early");
            PipelineError::Unreadable { reason: reason.at("xl/worksheets/sheet1.xml") }
        }
        PipelineErrorKind::TooLarge => PipelineError::TooLarge { limit: "entries_max", max: 20_000 },
        PipelineErrorKind::Unpatchable => {
            let reason = Reason::new("有两张工作表同名：“经销商档案”", "two sheets have the same name, 经销商档案");
            PipelineError::Unpatchable { reason: reason.at("xl/workbook.xml") }
        }
        PipelineErrorKind::UnknownPolicy => {
            PipelineError::UnknownPolicy { id: "handbok".to_owned(), known: vec!["handbook".to_owned()] }
        }
        PipelineErrorKind::NotInForce => PipelineError::NotInForce {
            id: "own".to_owned(),
            day: date(2026, 12, 31),
            spans: vec![Span { version: "2027.1".to_owned(), from: Some(date(2027, 1, 1)), to: None }],
        },
        PipelineErrorKind::Cancelled => PipelineError::Cancelled,
        PipelineErrorKind::Internal => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use dealerbook_base::lang::Lang;

    #[test]
    fn every_problem_has_one_sample_and_a_code_of_its_own() {
        let samples = Problem::samples();
        let codes: BTreeSet<_> = samples.iter().map(|problem| problem.words(Lang::En).code).collect();
        assert_eq!(codes.len(), samples.len(), "two problems share a code: {codes:?}");
        // Kinds that stand for many.
        let of_many = [
            PipelineErrorKind::iter().count() - 1,
            super::super::archive::samples().len(),
            super::super::settlement::samples().len(),
            super::super::account::samples().len(),
            AppealProblem::samples().len(),
            PolicyProblem::samples().len(),
        ];
        assert_eq!(samples.len(), ProblemKind::iter().count() - of_many.len() + of_many.iter().sum::<usize>());
    }

    #[test]
    fn every_sample_says_in_both_languages_what_is_wrong_and_what_to_do() {
        for problem in Problem::samples() {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| problem.words(lang));
            for (zh, en) in [(&zh.title, &en.title), (&zh.detail, &en.detail), (&zh.remedy, &en.remedy)] {
                assert!(!en.is_empty() && zh != en, "{}: {zh} / {en}", zh);
            }
        }
    }
}
