//! The clock and the identities of runs: the one place that asks for the time.

use jiff::{SignedDuration, Timestamp, Unit};
use uuid::Uuid;

/// Now, as RFC 3339 in UTC with milliseconds.
pub fn now() -> String {
    text(Timestamp::now())
}

/// So many hours ago, in the same form, so that both compare as texts.
pub fn hours_ago(hours: i64) -> String {
    text(Timestamp::now().saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// A new run's id; ids sort by the time that they were made at.
pub fn run_id() -> String {
    Uuid::now_v7().to_string()
}

fn text(at: Timestamp) -> String {
    at.round(Unit::Millisecond).unwrap_or(at).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
