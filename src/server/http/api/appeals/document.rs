//! Appeals as they are sent.

use serde::Serialize;

use crate::service::appeals::known::{StoredCorrection, corrections};
use dealerbook_store::{AppealSource, AppealStatus, KeptAppeal};

/// An appeal.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Appeal", deny_unknown_fields)]
pub struct AppealDocument {
    /// A UUID.
    id: String,
    /// The run that is appealed against.
    run_id: String,
    /// The dealer's id.
    dealer_id: String,
    /// The dealer's name.
    dealer_name: String,
    /// The characteristic, programme or field that it is about.
    about: Option<String>,
    /// What the dealer says.
    text: String,
    /// How it came: request or workbook.
    source: AppealSource,
    /// How far it is.
    status: AppealStatus,
    /// Who lodged it.
    lodged_by: String,
    /// RFC 3339 in UTC, like all times.
    lodged_at: String,
    /// When the last working day for its verification is over; null for appeals of before there was one.
    verify_due_at: Option<String>,
    /// The day on which it was verified, where that is noted.
    #[schemars(extend("format" = "date"))]
    verified_on: Option<String>,
    /// Who noted that.
    verified_by: Option<String>,
    /// When that was noted.
    verified_at: Option<String>,
    /// Whether it is open and not verified although the day for that is over.
    verification_overdue: bool,
    /// When the last working day for an answer is over.
    due_at: String,
    /// Whether it is open although that day is over.
    overdue: bool,
    /// Whether it was answered after that day; null as long as it is open.
    late: Option<bool>,
    /// Who answered it.
    answered_by: Option<String>,
    /// When.
    answered_at: Option<String>,
    /// What was said; of a rejected one the reason.
    answer: Option<String>,
    /// What was corrected, as it was sent; empty but for accepted ones.
    corrections: Vec<StoredCorrection>,
    /// The run that the corrections gave.
    new_run: Option<String>,
}

/// A page of the list of appeals.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AppealList {
    /// Newest first.
    pub appeals: Vec<AppealDocument>,
    /// The address of the older ones.
    pub next: Option<String>,
}

impl AppealDocument {
    /// As it stands at a time.
    pub fn of(appeal: KeptAppeal, now: &str) -> AppealDocument {
        AppealDocument {
            overdue: appeal.is_overdue(now),
            verification_overdue: appeal.is_verification_overdue(now),
            late: appeal.answered_at.is_some().then(|| appeal.is_late()),
            corrections: corrections(&appeal),
            id: appeal.id,
            run_id: appeal.run_id,
            dealer_id: appeal.dealer_id,
            dealer_name: appeal.dealer_name,
            about: appeal.about,
            text: appeal.text,
            source: appeal.source,
            status: appeal.status,
            lodged_by: appeal.lodged_by,
            lodged_at: appeal.lodged_at,
            verify_due_at: appeal.verify_due_at,
            verified_on: appeal.verified_on,
            verified_by: appeal.verified_by,
            verified_at: appeal.verified_at,
            due_at: appeal.due_at,
            answered_by: appeal.answered_by,
            answered_at: appeal.answered_at,
            answer: appeal.answer,
            new_run: appeal.new_run_id,
        }
    }
}
