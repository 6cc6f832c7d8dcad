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
mod document;
mod from;
mod policy;
mod report;
mod samples;
mod seal;
mod settlement;
mod token;
mod what_if;
mod words;

use std::borrow::Cow;
use std::error::Error;

pub use appeal::{AppealProblem, CorrectedIssue};
pub use appeal_fault::AppealFault;
pub use body::{BodyFault, WhatFault};
pub use class::Class;
pub use disagreement::Disagreement;
pub use document::{Document, FaultDocument, Parts, RefusedDocument, TYPE_PREFIX, parts};
pub use policy::{LONG_REASON, NO_REASON, NOT_AN_OBJECT, PolicyProblem};
pub use report::{Head, Words};
pub use seal::seal_faults;
pub use settlement::words as settlement_words;
pub use token::TokenFault;
pub use what_if::WhatIfFault;

use crate::token::WantedFault;
use dealerbook_base::key::Key;
use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::Fault;
use dealerbook_engine::settlement::Refusal;
use dealerbook_output::pipeline::PipelineError;
use dealerbook_package::archive::ArchiveError;
use dealerbook_store::{AccountFault, Outage, Role};

/// The content type of problem documents.
pub const CONTENT_TYPE: &str = "application/problem+json";

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
