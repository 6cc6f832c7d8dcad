//! What can be refused, by everything above the calculation, and the documents that say so (RFC 9457). A problem has a [`Class`]; which
//! status that is, only `http` knows.
//!
//! A problem's `type` is `urn:dealerbook:problem:` and its code: the same on every server, and never used for anything else.

mod account;
mod appeal;
mod appeal_fault;
mod archive;
mod body;
mod class;
mod disagreement;
mod policy;
mod samples;
mod seal;
mod settlement;
mod token;
mod what_if;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;

pub use appeal::{AppealProblem, CorrectedIssue};
pub use appeal_fault::AppealFault;
pub use body::{BodyFault, WhatFault};
pub use class::Class;
pub use disagreement::Disagreement;
pub use policy::{LONG_REASON, NO_REASON, NOT_AN_OBJECT, PolicyProblem};
pub use seal::seal_faults;
pub use settlement::words as settlement_words;
pub use token::TokenFault;
pub use what_if::WhatIfFault;
pub use words::Words;

use crate::key::Key;
use crate::lang::Lang;
use crate::package::archive::{ArchiveError, ArchiveFault};
use crate::pipeline::PipelineError;
use crate::policy_book::PlacedFault;
use crate::schema::Fault;
use crate::settlement::{OrderFault, Refusal};
use crate::store::{AccountFault, ArtefactError, Outage, PARTS, Role, StoreError, is_disk_full};
use crate::token::WantedFault;

/// The content type of problem documents.
pub const CONTENT_TYPE: &str = "application/problem+json";
/// What every problem's `type` begins with.
pub const TYPE_PREFIX: &str = "urn:dealerbook:problem:";

/// Why a request can't be served.
#[derive(Debug, thiserror::Error, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(ProblemKind),
    derive(strum::EnumIter),
    doc = "A problem without what it says about one request."
)]
#[error("{}", self.words(Lang::En).code)]
pub enum Problem {
    /// There is no workbook in the request, or nobody can tell which of several files is.
    MissingWorkbook {
        /// The fields of the form that hold files.
        fields: Vec<String>,
    },
    /// The form can't be read.
    MalformedForm,
    /// The request was refused by the server itself.
    MalformedRequest,
    /// The body ended too soon.
    IncompleteBody,
    /// A parameter that isn't known.
    UnknownParameter {
        /// As the request names it.
        name: String,
        /// Those that there are.
        allowed: &'static [&'static str],
    },
    /// A value that isn't known.
    InvalidValue {
        /// The parameter.
        name: &'static str,
        /// Its value in the request.
        value: String,
        /// What it may be.
        allowed: Vec<&'static str>,
    },
    /// A parameter that is given more than once.
    RepeatedParameter {
        /// The parameter.
        name: String,
    },
    /// No token, or none that is in force.
    Unauthorized {
        /// Why nobody is known by it.
        fault: TokenFault,
    },
    /// A token in force, but of a role that the route isn't open to.
    Forbidden {
        /// The token's role.
        role: Role,
        /// Those that it is open to.
        roles: &'static [Role],
    },
    /// Too many bad tokens of an address wait for their answers: this one wasn't looked at.
    TooManyBadTokens {
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// A workbook with dealers of regions that the token isn't for.
    RegionNotAllowed {
        /// Those of the workbook that aren't.
        regions: Vec<Key>,
        /// Those that the token is for.
        allowed: Vec<Key>,
    },
    /// A token that can't be made as it is asked for.
    InvalidTokenRequest {
        /// Everything that is wrong with it.
        faults: Vec<WantedFault>,
    },
    /// A token for somebody who can't have it: the name is another person's, or there is no such account.
    Account(AccountFault),
    /// No such token.
    NoSuchToken {
        /// As the request names it.
        id: String,
    },
    /// The last token of an administrator isn't revoked.
    LastAdmin,
    /// A change that was asked for by something else than a page of this server, or by one of a session that is over.
    CrossSite,
    /// Something is wrong with a policy that is proposed, looked for or decided on.
    Policy(PolicyProblem),
    /// No such address.
    NoSuchRoute,
    /// No such run.
    NoSuchRun,
    /// No such batch.
    NoSuchBatch,
    /// A batch whose files haven't all an outcome yet has no results.
    BatchNotDone {
        /// When to ask again.
        retry_after_seconds: u64,
    },
    /// More dealers in a batch than one workbook takes.
    TooManyDealers {
        /// How many it takes.
        dealers_max: usize,
    },
    /// There is no workbook in a batch.
    MissingWorkbooks,
    /// A file of a batch that several workers had and none came back from.
    WorkerLost {
        /// How many.
        attempts: i64,
    },
    /// No such dealer in a run.
    NoSuchDealer {
        /// As the request names it.
        id: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// A run without results has no cards.
    NothingCalculated,
    /// The policy of a run is not in force any more as it was.
    PolicyChanged {
        /// Which.
        id: String,
    },
    /// A run that this program would calculate to other figures than it is kept with.
    RunOutdated {
        /// Where.
        disagreement: Disagreement,
    },
    /// More dealers than are put into one workbook of cards.
    TooManyCards {
        /// How many there are.
        dealers: usize,
        /// How many there may be.
        dealers_max: usize,
    },
    /// An `Idempotency-Key` that was used with another request.
    IdempotencyKeyReused,
    /// No such schema.
    NoSuchSchema {
        /// As the request names it.
        name: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// A what-if that can't be calculated.
    InvalidWhatIf {
        /// Everything that is wrong with it: with the request, the policy, the cells and the data.
        faults: Vec<WhatIfFault>,
    },
    /// An accrual of a month before the last one that is booked.
    AccrualTooEarly {
        /// The month that was asked for.
        month: String,
        /// The last one that is booked.
        last: String,
    },
    /// No such policy.
    NoSuchPolicy {
        /// As the request names it.
        id: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// No such page of documentation.
    NoSuchPage {
        /// As the request names it.
        name: String,
        /// Those that there are.
        names: Vec<String>,
    },
    /// A caller's own schema that can't be used.
    InvalidSchema {
        /// Everything that is wrong with it.
        faults: Vec<Fault>,
    },
    /// A caller's own schema that is too large.
    SchemaTooLarge {
        /// What it may be.
        bytes_max: usize,
    },
    /// A parameter that means nothing beside a caller's own schema.
    NotWithSchema {
        /// The parameter.
        name: &'static str,
    },
    /// No such template.
    NoSuchTemplate {
        /// As the request names it.
        name: String,
        /// The one that may be meant.
        nearest: Option<String>,
        /// Those that there are.
        names: Vec<String>,
    },
    /// The address is right, the method isn't.
    MethodNotAllowed {
        /// The methods that there are.
        allowed: Cow<'static, str>,
    },
    /// The body doesn't arrive in time.
    BodyTooSlow {
        /// The time that it has.
        seconds_max: u64,
    },
    /// The body brings too little in a while.
    BodyTrickles {
        /// Bytes a second that it has to bring.
        rate_min: u64,
        /// The while.
        seconds: u64,
    },
    /// As many bodies of a person arrive as may at the same time.
    TooManyUploads {
        /// How many.
        uploads_max: u32,
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// A body that is no workbook is too large.
    BodyTooLarge {
        /// What it may be.
        bytes_max: u64,
    },
    /// What is kept of a person has as many bytes as it may.
    PersonQuota {
        /// How many they are.
        kept: u64,
        /// How many they may be.
        bytes_max: u64,
    },
    /// All that is kept has as many bytes as it may.
    StoreQuota {
        /// How many they may be.
        bytes_max: u64,
    },
    /// The body is too large.
    TooLarge {
        /// What it may be.
        bytes_max: u64,
    },
    /// The body is declared as something that is no workbook.
    UnsupportedMediaType {
        /// As the request declares it.
        content_type: String,
    },
    /// The workbook can't be worked on.
    Workbook(#[source] PipelineError),
    /// An appeal that can't be lodged or answered.
    Appeal(AppealProblem),
    /// The archive of workbooks can't be unpacked.
    Archive(#[source] ArchiveError),
    /// The members of a body of JSON aren't as they must be.
    InvalidBody {
        /// Everything that is wrong with them.
        faults: Vec<BodyFault>,
    },
    /// Something isn't done with a settlement.
    Settlement(Refusal),
    /// Too much to do.
    Busy {
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// Something that the service needs doesn't work.
    NotReady {
        /// What.
        faults: Vec<&'static str>,
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// This server is being stopped; others may go on.
    Stopping {
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// The database or another part doesn't work right now.
    Unavailable {
        /// Which.
        part: &'static str,
        /// Why, for the log.
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    /// There is no room left on a disk.
    StorageFull(#[source] Box<dyn Error + Send + Sync>),
    /// Our own failure.
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

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
    mend: String,
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
    pub mend: String,
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
    pub(crate) fn at(pointer: String, detail: impl Into<String>, mend: impl Into<String>) -> FaultDocument {
        FaultDocument { pointer, sheet: None, cell: None, detail: detail.into(), mend: mend.into() }
    }

    /// What is wrong.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What to do about it.
    pub fn mend(&self) -> &str {
        &self.mend
    }
}

/// So many faults are sent.
const FAULTS_SENT_MAX: usize = 500;

impl Problem {
    /// Our own failure, whatever its kind.
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Problem {
        Problem::Internal(error.into())
    }

    /// Our own failure, or that of what we work with.
    fn failure(outage: Option<Outage>, error: impl Into<Box<dyn Error + Send + Sync>>) -> Problem {
        match outage {
            Some(Outage::Full) => Problem::StorageFull(error.into()),
            Some(Outage::Gone(part)) => Problem::Unavailable { part, cause: error.into() },
            None => Problem::internal(error),
        }
    }

    /// Returns what kind of refusal it is.
    pub fn class(&self) -> Class {
        self.words(Lang::En).class
    }

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
            mend: words.mend,
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
        let of_schema = |fault: &Fault| FaultDocument::at(fault.pointer.clone(), fault.detail(lang), fault.mend(lang));
        let of_token = |fault: &WantedFault| FaultDocument::at(fault.pointer(), fault.detail(lang), fault.mend(lang));
        let of_what_if =
            |fault: &WhatIfFault| FaultDocument::at(fault.pointer.clone(), fault.detail(lang), fault.mend(lang));
        let of_body =
            |fault: &BodyFault| FaultDocument::at(fault.pointer.clone(), fault.detail(lang), fault.mend(lang));
        let of_order = |fault: &OrderFault| {
            let pointer = format!("/lines/{}", fault.line());
            FaultDocument::at(pointer, settlement::of_order(fault, lang), settlement::mend_of_order(fault, lang))
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
        mend: lang.pick("请改正该处。", "Mend it there.").to_owned(),
    }
}

/// As many of the faults as are sent.
fn some<F>(faults: &[F], document: impl Fn(&F) -> FaultDocument) -> Vec<FaultDocument> {
    faults.iter().take(FAULTS_SENT_MAX).map(document).collect()
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Settlement(refusal)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::failure(error.outage(), error)
    }
}

impl From<ArtefactError> for Problem {
    fn from(error: ArtefactError) -> Self {
        Problem::failure(error.outage(), error)
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Problem::failure(is_disk_full(&error).then_some(Outage::Full), error)
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Io(error) => error.into(),
            error => Problem::Archive(error),
        }
    }
}

impl From<PipelineError> for Problem {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Internal(cause) if is_disk_full(cause.as_ref()) => Problem::StorageFull(cause),
            PipelineError::Internal(cause) => Problem::Internal(cause),
            error => Problem::Workbook(error),
        }
    }
}

/// What the service needs, each `ready` or `missing`.
pub type Parts = BTreeMap<&'static str, &'static str>;

/// Returns all parts, of which these are missing.
pub fn parts(missing: &[&'static str]) -> Parts {
    PARTS.iter().map(|part| (*part, if missing.contains(part) { "missing" } else { "ready" })).collect()
}

const SHOWN_CHARS_MAX: usize = 80;

/// Returns as much of a text as a problem repeats, without control characters.
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS_MAX).collect()
}

/// Returns the problem of a parameter's value that isn't known.
pub fn invalid(name: &'static str, value: &str, allowed: Vec<&'static str>) -> Problem {
    Problem::InvalidValue { name, value: shown(value), allowed }
}
