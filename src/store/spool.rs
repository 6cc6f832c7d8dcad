//! Files on their way: uploads while they arrive and answers while they are written. They vanish when they are dropped.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use tempfile::NamedTempFile;

use super::{StoreError, make_folder};

/// What a crash may have left behind is cleared away at the next start when it is older than this.
const LEFTOVER_AGE_MIN: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder of the files on their way.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// Opens the spool in the data folder and clears away what a crash left there.
    ///
    /// # Errors
    /// When the folder can't be made or written to.
    pub fn open(data: &Path) -> Result<Spool, StoreError> {
        let folder = data.join("spool");
        make_folder("spool", &folder)?;
        let spool = Spool { folder };
        spool.probe()?;
        // Leftovers do no harm but take room: a failure to clear them is none of the service.
        let _ = clear_leftovers(&spool.folder, |_| true);
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
        self.file().map(drop).map_err(|source| StoreError::Folder { folder: "spool", source })
    }
}

/// Deletes the files of a folder that have such names and are old enough that nobody works on them any more.
pub(super) fn clear_leftovers(folder: &Path, are_leftovers: impl Fn(&str) -> bool) -> io::Result<()> {
    let Some(before) = SystemTime::now().checked_sub(LEFTOVER_AGE_MIN) else {
        return Ok(());
    };
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        if data.is_file() && data.modified()? < before && are_leftovers(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_leftovers_are_cleared_away() {
        let data = tempfile::tempdir().unwrap();
        let spool = Spool::open(data.path()).unwrap();
        let old = data.path().join("spool/old");
        let young = data.path().join("spool/young");
        fs::write(&old, "old").unwrap();
        fs::write(&young, "young").unwrap();
        let long_ago = SystemTime::now() - 2 * LEFTOVER_AGE_MIN;
        fs::File::options().write(true).open(&old).unwrap().set_modified(long_ago).unwrap();

        clear_leftovers(&spool.folder, |_| true).unwrap();
        assert!(!old.exists());
        assert!(young.exists());
    }
}
