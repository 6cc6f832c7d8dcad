//! The clock and the identities of runs: the one place that asks for the time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};
use uuid::Uuid;

/// Now, as RFC 3339 in UTC with milliseconds.
pub fn now() -> String {
    text(timestamp())
}

/// Now.
pub fn timestamp() -> Timestamp {
    Timestamp::now()
}

/// Today, in UTC.
pub fn today() -> Date {
    timestamp().to_zoned(TimeZone::UTC).date()
}

/// So many hours ago.
pub fn hours_back(hours: i64) -> Timestamp {
    timestamp().saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// So many seconds ago, in the form of [`now`], so that both compare as texts.
pub fn seconds_ago(seconds: i64) -> String {
    text(timestamp().saturating_sub(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// So many hours ago, in the same form.
pub fn hours_ago(hours: i64) -> String {
    text(hours_back(hours))
}

/// A new run's id; ids sort by the time that they were made at.
pub fn run_id() -> String {
    Uuid::now_v7().to_string()
}

/// A time, in the same form.
pub fn text(at: Timestamp) -> String {
    at.round(Unit::Millisecond).unwrap_or(at).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
