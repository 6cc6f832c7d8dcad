//! Problems as they are sent (RFC 9457): documents, the faults in them, and the headers that go with them.

use std::collections::BTreeMap;

use super::words::policies;
use super::{BodyFault, PolicyProblem, Problem, TokenFault, WhatIfFault, archive, settlement};
use crate::token::WantedFault;
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::Fault;
use dealerbook_engine::settlement::{OrderFault, Refusal};
use dealerbook_output::pipeline::PipelineError;
use dealerbook_output::policy_book::PlacedFault;
use dealerbook_package::archive::{ArchiveError, ArchiveFault};
use dealerbook_store::PARTS;

/// What every problem's `type` begins with.
pub const TYPE_PREFIX: &str = "urn:dealerbook:problem:";

/// A problem as it is sent (RFC 9457).
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Problem", deny_unknown_fields)]
pub struct Document {
    /// What is wrong: `urn:dealerbook:problem:` and a code that never changes.
    r#type: String,
    /// What is wrong, in a few words; the same for all problems of a type.
    title: String,
    /// The answer's status.
    status: u16,
    /// What is wrong with this request.
    detail: String,
    /// The request's id, as in the header `X-Request-Id` and in the log.
    #[schemars(extend("format" = "uri"))]
    instance: String,
    /// What to do about it.
    remedy: String,
    /// The parameter concerned, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// What would be allowed there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<&'static str>,
    /// Everything that is wrong with a schema of the caller's own, with a token that is asked for, or with a policy.
    /// Everything that is wrong with a schema of the caller's own, a token that is asked for, or another body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultDocument>,
    /// What the service needs, where some of it is missing: each part `ready` or `missing`.
    #[serde(skip_serializing_if = "Parts::is_empty")]
    parts: Parts,
    /// Everything for which files of a batch are refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<RefusedDocument>,
}

/// Why a file of a batch, or all of it, is refused.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "BatchRefusal", deny_unknown_fields)]
pub struct RefusedDocument {
    /// The file's name, in an archive with its folders; null where it is the batch as a whole.
    file: Option<String>,
    /// Why, in a word that never changes.
    code: &'static str,
    /// Why, in words.
    detail: String,
}

/// A fault of what was sent.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Fault", deny_unknown_fields)]
pub struct FaultDocument {
    /// Where it stands in what was sent, as a JSON Pointer.
    pub pointer: String,
    /// The sheet where it stands, where a workbook was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The cell, as A1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// What is wrong.
    pub detail: String,
    /// What to do about it.
    pub remedy: String,
}

impl RefusedDocument {
    /// The file, where it is one.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Why, in words.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl FaultDocument {
    /// A fault in a body of JSON.
    pub(crate) fn at(pointer: String, detail: impl Into<String>, remedy: impl Into<String>) -> FaultDocument {
        FaultDocument { pointer, sheet: None, cell: None, detail: detail.into(), remedy: remedy.into() }
    }

    /// What is wrong.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What to do about it.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

/// So many faults are sent.
const FAULTS_SENT_MAX: usize = 500;

impl Problem {
    /// The document for one request.
    pub fn document(&self, lang: Lang, status: u16, instance: String) -> Document {
        let words = self.words(lang);
        let (parameter, allowed) = self.parameter();
        Document {
            r#type: format!("{TYPE_PREFIX}{}", words.code),
            title: words.title,
            status,
            detail: words.detail,
            instance,
            remedy: words.remedy,
            parameter: parameter.map(str::to_owned),
            allowed,
            faults: self.faults(lang),
            refused: self.refused(lang),
            parts: self.parts(),
        }
    }

    fn parts(&self) -> Parts {
        match self {
            Problem::NotReady { faults, .. } => parts(faults),
            _ => Parts::new(),
        }
    }

    /// Why each file of a batch is refused.
    pub(crate) fn refused(&self, lang: Lang) -> Vec<RefusedDocument> {
        let Problem::Archive(ArchiveError::Refused { faults, .. }) = self else { return Vec::new() };
        let document = |fault: &ArchiveFault| RefusedDocument {
            file: fault.name.clone(),
            code: fault.why.code(),
            detail: archive::what(&fault.why, lang),
        };
        faults.iter().map(document).collect()
    }

    /// All that is wrong with what was sent.
    pub(crate) fn faults(&self, lang: Lang) -> Vec<FaultDocument> {
        let of_schema =
            |fault: &Fault| FaultDocument::at(fault.pointer.clone(), fault.detail(lang), fault.remedy(lang));
        let of_token = |fault: &WantedFault| FaultDocument::at(fault.pointer(), fault.detail(lang), fault.remedy(lang));
        let of_what_if =
            |fault: &WhatIfFault| FaultDocument::at(fault.pointer.clone(), fault.detail(lang), fault.remedy(lang));
        let of_body =
            |fault: &BodyFault| FaultDocument::at(fault.pointer.clone(), fault.detail(lang), fault.remedy(lang));
        let of_order = |fault: &OrderFault| {
            let pointer = format!("/lines/{}", fault.line());
            FaultDocument::at(pointer, settlement::of_order(fault, lang), settlement::remedy_of_order(fault).pick(lang))
        };
        let of_policy = |fault: &PlacedFault| of_policy(fault, lang);
        match self {
            Problem::Appeal(problem) => problem.faults(lang).into_iter().take(FAULTS_SENT_MAX).collect(),
            Problem::InvalidSchema { faults } => some(faults, of_schema),
            Problem::InvalidTokenRequest { faults } => some(faults, of_token),
            Problem::InvalidWhatIf { faults } => some(faults, of_what_if),
            Problem::InvalidBody { faults } => some(faults, of_body),
            Problem::Settlement(Refusal::Unpayable { faults }) => some(faults, of_order),
            Problem::Policy(PolicyProblem::Invalid { faults }) => some(faults, of_policy),
            _ => Vec::new(),
        }
    }

    /// The headers that go with the document.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Problem::Unauthorized { fault: TokenFault::Missing } => {
                vec![("WWW-Authenticate", r#"Bearer realm="dealerbook""#.to_owned())]
            }
            Problem::Unauthorized { .. } => {
                vec![("WWW-Authenticate", r#"Bearer realm="dealerbook", error="invalid_token""#.to_owned())]
            }
            Problem::MethodNotAllowed { allowed } => vec![("Allow", allowed.clone().into_owned())],
            Problem::Busy { retry_after_seconds }
            | Problem::Stopping { retry_after_seconds }
            | Problem::NotReady { retry_after_seconds, .. }
            | Problem::BatchNotDone { retry_after_seconds }
            | Problem::TooManyBadTokens { retry_after_seconds }
            | Problem::TooManyUploads { retry_after_seconds, .. } => {
                vec![("Retry-After", retry_after_seconds.to_string())]
            }
            Problem::Workbook(PipelineError::Cancelled) => vec![("Retry-After", "1".to_owned())],
            // Whoever sends it knows the settings and says theirs.
            Problem::Unavailable { .. } => vec![("Retry-After", "10".to_owned())],
            _ => Vec::new(),
        }
    }

    fn parameter(&self) -> (Option<&str>, Vec<&'static str>) {
        match self {
            Problem::UnknownParameter { name, allowed } => (Some(name), allowed.to_vec()),
            Problem::InvalidValue { name, allowed, .. } => (Some(name), allowed.clone()),
            Problem::RepeatedParameter { name } => (Some(name), Vec::new()),
            Problem::NotWithSchema { name } => (Some(name), Vec::new()),
            _ => (None, Vec::new()),
        }
    }
}

fn of_policy(fault: &PlacedFault, lang: Lang) -> FaultDocument {
    let path = fault.fault.path();
    let (sheet, cell) = fault.place.clone().unzip();
    FaultDocument {
        pointer: if path.is_empty() { String::new() } else { format!("/{}", path.replace('.', "/")) },
        sheet,
        cell: cell.flatten(),
        detail: fault.fault.pick(lang).to_owned(),
        remedy: policies::PLACE_REMEDY.text(lang),
    }
}

/// As many of the faults as are sent.
fn some<F>(faults: &[F], document: impl Fn(&F) -> FaultDocument) -> Vec<FaultDocument> {
    faults.iter().take(FAULTS_SENT_MAX).map(document).collect()
}

/// What the service needs, each `ready` or `missing`.
pub type Parts = BTreeMap<&'static str, &'static str>;

/// Returns all parts, of which these are missing.
pub fn parts(missing: &[&'static str]) -> Parts {
    PARTS.iter().map(|part| (*part, if missing.contains(part) { "missing" } else { "ready" })).collect()
}
