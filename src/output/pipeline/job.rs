//! One workbook to be worked on, and what is to be done with it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::civil::Date;

use super::{Engine, Mark, Observer, PolicyChoice, Stage};
use crate::report::words::Words;
use dealerbook_base::lang::Lang;
use dealerbook_engine::appeals::Appeals;
use dealerbook_engine::history::{History, PastPeriod};
use dealerbook_engine::policy::Policy;
use dealerbook_engine::programmes::Horizon;
use dealerbook_engine::schema::Schemas;

/// An answer may have so many bytes for each of the upload's …
const ANSWER_TIMES_MAX: u64 = 50;
/// … and these beside: a small upload may be much that was packed tightly.
const ANSWER_BYTES_FREE: u64 = 32 << 20;

/// What is to be done with a workbook, as a request or a command line says it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The calendar year that is assessed; else the cover's, else that of the latest purchase month.
    pub period: Option<i16>,
    /// The as-of date; else the cover's, else the period's 31 December.
    pub as_of: Option<Date>,
    /// What errors in the data do.
    pub on_error: OnError,
    /// The language of messages, titles and texts.
    pub lang: Lang,
    /// The programmes to run, each by its name in the contract; none means all whose sheets are there.
    pub programmes: Option<Vec<String>>,
    /// How faulty cells are marked.
    pub mark: Mark,
    /// Only check; calculate nothing.
    pub check_only: bool,
    /// A caller's own schemas, by which the workbook is checked instead of ours; nothing is calculated then.
    pub schemas: Option<Arc<Schemas>>,
    /// What earlier periods came to; what the sheets leave empty of the year before is taken from it.
    pub history: Option<Arc<History>>,
    /// What is known of appeals against the run that the workbook came from; without it, it came from none.
    pub appeals: Option<Arc<Appeals>>,
    /// The dealers' months are kept to the end, for their cards.
    pub keep_months: bool,
    /// The cells that the programmes read are kept to the end, for pages that lead to them.
    pub keep_sources: bool,
    /// The year is looked at from the end of one of its months, for an accrual; the assessment and the incentives go by it.
    pub horizon: Option<Horizon>,
}

/// What errors in the data do to the calculation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// They stop it.
    #[default]
    Stop,
    /// Faulty rows are left out and the rest is calculated.
    Partial,
}

/// One workbook to be worked on.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The workbook.
    pub bytes: &'a [u8],
    /// The workbook's name as its user knows it.
    pub filename: Option<&'a str>,
    /// What is to be done.
    pub options: &'a Options,
    /// The schemas and policies.
    pub engine: &'a Engine,
    /// By which policy.
    pub policy: PolicyChoice<'a>,
    /// Whether the result is wanted as JSON.
    pub json: bool,
    /// Set from outside to end the work soon.
    pub stop: &'a AtomicBool,
    /// Told of each stage, where somebody wants to know.
    pub observer: Option<&'a dyn Observer>,
}

impl<'a> Job<'a> {
    /// The schemas by which the workbook is checked.
    pub(super) fn schemas(&self) -> &'a Schemas {
        self.options.schemas.as_deref().unwrap_or(&self.engine.schemas)
    }

    /// What the annotated workbook may have: it grows with the upload, up to the setting.
    pub(super) fn answer_bytes_max(&self) -> u64 {
        let by_upload = (self.bytes.len() as u64).saturating_mul(ANSWER_TIMES_MAX).saturating_add(ANSWER_BYTES_FREE);
        by_upload.min(self.engine.package_limits.answer_bytes_max)
    }

    pub(super) fn words(&self, policy: &'a Policy) -> Words<'a> {
        Words { schemas: self.schemas(), policy, lang: self.options.lang }
    }

    /// The period before, where it is known.
    pub(super) fn past(&self, period: Option<i16>) -> Option<&'a PastPeriod> {
        self.options.history.as_deref().and_then(|history| history.before(period))
    }

    pub(super) fn checks_only(&self) -> bool {
        self.options.check_only || self.options.schemas.is_some()
    }

    pub(super) fn begins(&self, stage: Stage) {
        if let Some(observer) = self.observer {
            observer.begins(stage);
        }
    }
}
