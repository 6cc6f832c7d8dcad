//! What an export says of itself.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{TransferError, TransferFault};
use crate::private_file;

/// The file that is written last: a folder without it is no whole export.
pub const FILE: &str = "dealerbook-export.json";
/// The one form of export that there is.
pub const FORMAT: u32 = 1;

/// What there has to be in an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of the export.
    pub format: u32,
    /// The tables, in the order in which they are brought in.
    pub tables: Vec<TableSum>,
    /// How many artefacts.
    pub artefacts: u64,
}

/// What a table's file comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSum {
    /// The table.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// The hash of its file, in hex.
    pub sha256: String,
}

impl Manifest {
    /// Reads what an export says of itself.
    ///
    /// # Errors
    /// When it says nothing, or nothing that this program understands.
    pub fn read(folder: &Path) -> Result<Manifest, TransferError> {
        let path = folder.join(FILE);
        let text = fs::read(&path).map_err(|source| TransferError::Io { path: path.clone(), source })?;
        match serde_json::from_slice::<Manifest>(&text) {
            Ok(manifest) if manifest.format == FORMAT => Ok(manifest),
            _ => Err(TransferError::Faults(vec![TransferFault::NotAnExport { path }])),
        }
    }

    /// Writes it, after everything that it speaks of.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, folder: &Path) -> Result<(), TransferError> {
        let path = folder.join(FILE);
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::other);
        let written = text.and_then(|text| private_file(&path)?.write_all(&text));
        written.map_err(|source| TransferError::Io { path, source })
    }
}
