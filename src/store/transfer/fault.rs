//! Why nothing was taken out or brought in.

use std::io;
use std::path::PathBuf;

use crate::StoreError;

/// Why an export or import came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The export, or what was to become one, is at fault.
    #[error("the export is at fault")]
    Faults(Vec<TransferFault>),
    /// A file can't be read or written.
    #[error("{} cannot be read or written", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferFault {
    /// The folder to export into isn't empty.
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// No export, or one of another program version.
    NotAnExport {
        /// Where it should say so.
        path: PathBuf,
    },
    /// A table that this version doesn't know, or that is missing.
    Tables {
        /// Its name.
        name: String,
    },
    /// A table's file isn't what the export says.
    DamagedTable {
        /// The table.
        name: String,
    },
    /// A row that can't be one.
    BadRow {
        /// The table.
        table: String,
        /// Its line, from 1.
        line: u64,
    },
    /// An artefact that a row names is missing or damaged.
    BadArtefact {
        /// Its name.
        name: String,
    },
    /// The store that is to be filled holds something already.
    NotAnEmptyStore {
        /// The first table that does.
        table: &'static str,
    },
}

impl From<sqlx::Error> for TransferError {
    fn from(error: sqlx::Error) -> TransferError {
        TransferError::Store(error.into())
    }
}
