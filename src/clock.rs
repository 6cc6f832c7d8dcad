//! The clock and the identities of runs: the one place that asks for the time.

use jiff::{SignedDuration, Timestamp, Unit};
use uuid::Uuid;

/// Now, as RFC 3339 in UTC with milliseconds.
pub fn now() -> String {
    shown(timestamp())
}

/// Now.
pub fn timestamp() -> Timestamp {
    Timestamp::now()
}

/// So long ago, as [`now`].
pub fn ago(seconds: u32) -> String {
    shown(timestamp() - SignedDuration::from_secs(seconds.into()))
}

/// A time, as RFC 3339 in UTC with milliseconds: such texts sort by time.
pub fn shown(at: Timestamp) -> String {
    at.round(Unit::Millisecond).unwrap_or(at).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A new run's id; ids sort by the time that they were made at.
pub fn run_id() -> String {
    Uuid::now_v7().to_string()
}
