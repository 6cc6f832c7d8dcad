//! The clock and the identities of runs: the one place that asks for the time.

use jiff::{Timestamp, Unit};
use uuid::Uuid;

/// Now, as RFC 3339 in UTC with milliseconds.
pub fn now() -> String {
    text(Timestamp::now())
}

/// A time as it is kept: texts of this form sort as the times do.
pub fn text(time: Timestamp) -> String {
    time.round(Unit::Millisecond).unwrap_or(time).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A new run's id; ids sort by the time that they were made at.
pub fn run_id() -> String {
    Uuid::now_v7().to_string()
}
