//! Files on their way: uploads while they arrive and answers while they are written. They vanish when they are dropped.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use tempfile::NamedTempFile;

use super::tenancy::{Tenancy, clear_leftovers};
use super::{StoreError, close_to_others, make_folder};

/// What is written to see whether a folder takes anything: an empty file would go onto a full disk as well.
pub(super) static PROBE: [u8; 16 << 10] = [0; 16 << 10];

/// Tries whether a folder takes what is written there, under the name of the part that it belongs to.
pub(super) fn probe(folder: &'static str, path: &Path) -> Result<(), StoreError> {
    let tried = NamedTempFile::new_in(path).and_then(|mut file| file.write_all(&PROBE));
    tried.map_err(|source| StoreError::Folder { folder, source })
}

/// The folder of the files on their way.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    _tenancy: Tenancy,
}

impl Spool {
    /// Opens the spool in the data folder, closed to others, and clears away what a crash left there.
    ///
    /// # Errors
    /// When the folder can't be made or written to.
    pub fn open(data: &Path) -> Result<Spool, StoreError> {
        let folder = data.join("spool");
        make_folder("spool", &folder)?;
        close_to_others(&folder);
        let tenancy = Tenancy::enter(&folder, |age_min| clear_leftovers(&folder, age_min, |_| true));
        let spool = Spool { folder, _tenancy: tenancy };
        spool.probe()?;
        Ok(spool)
    }

    /// The folder itself, for whoever makes files of their own there; they are to vanish as ours do.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A new file, empty, that vanishes when it is dropped.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn file(&self) -> io::Result<NamedTempFile> {
        NamedTempFile::new_in(&self.folder)
    }

    /// A new file without a name, that nothing finds but whoever holds it.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn nameless(&self) -> io::Result<fs::File> {
        tempfile::tempfile_in(&self.folder)
    }

    pub(super) fn probe(&self) -> Result<(), StoreError> {
        probe("spool", &self.folder)
    }
}
