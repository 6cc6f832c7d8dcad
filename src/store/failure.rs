//! What a failure of the store means for whoever waits: something is out of order and will be back, a disk is full, or we are at fault.
//!
//! A database's error codes and a full disk among the causes, however deep, tell an outage; everything else is a 500. A connection is
//! waited for 3 seconds and a bucket is asked again for 5, so that requests don't pile up meanwhile; the pool tests a connection before it
//! hands it out, so nothing is restarted when they are back.

use std::error::Error;
use std::io;

use super::{ArtefactError, StoreError};

/// A failure that is not our fault and goes when its cause does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// A part doesn't work: `database`, `artefacts` or `spool`.
    Gone(&'static str),
    /// There is no room left for what was to be written.
    Full,
}

impl StoreError {
    /// What is out of order, unless we are at fault.
    pub fn outage(&self) -> Option<Outage> {
        match self {
            StoreError::Database(error) | StoreError::Unreachable(error) => of_database(error),
            StoreError::Artefacts(error) => error.outage(),
            StoreError::Folder { folder, source } => Some(of_io(source, folder)),
            _ => None,
        }
    }
}

impl ArtefactError {
    /// What is out of order, unless we are at fault.
    pub fn outage(&self) -> Option<Outage> {
        match self {
            ArtefactError::Missing { .. } | ArtefactError::Damaged { .. } => None,
            ArtefactError::Io { source, .. } => Some(of_io(source, "spool")),
            ArtefactError::Place(source) => Some(of_io(source, "artefacts")),
            ArtefactError::TooSlow => Some(Outage::Gone("artefacts")),
        }
    }
}

fn of_io(error: &io::Error, part: &'static str) -> Outage {
    if is_disk_full(error) { Outage::Full } else { Outage::Gone(part) }
}

/// Whether a failure comes from there being no room left on a disk, however far down among its causes that stands.
pub fn is_disk_full(error: &(dyn Error + 'static)) -> bool {
    if let Some(io) = error.downcast_ref::<io::Error>() {
        let full = matches!(io.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        // An io::Error's source is that of what it wraps, which itself would be passed over.
        return full || io.get_ref().is_some_and(|wrapped| is_disk_full(wrapped));
    }
    error.source().is_some_and(is_disk_full)
}

fn of_database(error: &sqlx::Error) -> Option<Outage> {
    const GONE: Outage = Outage::Gone("database");
    match error {
        sqlx::Error::Io(error) => Some(of_io(error, "database")),
        sqlx::Error::Database(error) => of_code(error.code().as_deref().unwrap_or_default()),
        // A proxy before a database that is gone may answer with what is no answer.
        sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Some(GONE),
        _ => None,
    }
}

/// By the code of SQLite, a number, or PostgreSQL's, five characters whose first two are a class.
fn of_code(code: &str) -> Option<Outage> {
    const GONE: Option<Outage> = Some(Outage::Gone("database"));
    if let Some(number) = code.parse::<u32>().ok().filter(|_| code.len() < 5) {
        // The primary code stands in the lowest byte.
        return match number & 0xff {
            SQLITE_FULL => Some(Outage::Full),
            SQLITE_BUSY | SQLITE_LOCKED | SQLITE_READONLY | SQLITE_IOERR | SQLITE_CANTOPEN => GONE,
            _ => None,
        };
    }
    match code {
        "53100" => Some(Outage::Full),
        // Connections, resources, shutting down or starting, failing on its own; a server that only reads.
        code if ["08", "53", "57", "58"].contains(&code.get(..2).unwrap_or_default()) => GONE,
        "25006" => GONE,
        _ => None,
    }
}

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_READONLY: u32 = 8;
const SQLITE_IOERR: u32 = 10;
const SQLITE_FULL: u32 = 13;
const SQLITE_CANTOPEN: u32 = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_found_among_the_causes() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        assert!(is_disk_full(&full()));
        assert!(is_disk_full(&io::Error::other(io::Error::other(full()))));
        let place =
            ArtefactError::Place(io::Error::other(object_store::Error::Generic { store: "x", source: full().into() }));
        assert_eq!(StoreError::from(place).outage(), Some(Outage::Full));
        assert!(!is_disk_full(&io::Error::other("no space left on device")));
    }

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        assert_eq!(of_code("13"), Some(Outage::Full));
        assert_eq!(of_code("53100"), Some(Outage::Full));
        for gone in ["5", "261", "778", "14", "57P01", "57P03", "53300", "08006", "25006"] {
            assert_eq!(of_code(gone), Some(Outage::Gone("database")), "{gone}");
        }
        for ours in ["1", "2067", "11", "42P01", "23505", ""] {
            assert_eq!(of_code(ours), None, "{ours}");
        }
    }
}
