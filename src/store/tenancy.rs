//! Folders that several programs may be at work in: what a crash has left goes as soon as nobody else is, for then nobody works on it.
//!
//! What is stored is its owner's alone: SQLite's files are made closed before it opens them, files of artefacts, exports and the spool
//! likewise, and what an earlier program left open is closed at the start. Leftovers of a crash go as soon as nobody else is at work in a
//! folder (a lock on the folder, which ends with the process).

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// While others are at work in a folder, what may have been left behind there is cleared away when it is older than this.
const LEFTOVER_AGE_MIN: Duration = Duration::from_secs(24 * 60 * 60);

/// That this program is at work in a folder, as a lock that ends with it however it ends.
#[derive(Debug)]
pub struct Tenancy(#[expect(dead_code, reason = "the lock is held as long as the file is open")] Option<File>);

impl Tenancy {
    /// Enters a folder, and has `clear` take away what is older than it is reported. Where locks aren't known, others may be at work there.
    pub fn enter(folder: &Path, clear: impl FnOnce(Duration) -> io::Result<()>) -> Tenancy {
        let locked = File::open(folder).ok();
        let is_alone = locked.as_ref().is_some_and(|folder| folder.try_lock().is_ok());
        // Leftovers do no harm but take room: a failure to clear them is none of the service.
        let _ = clear(if is_alone { Duration::ZERO } else { LEFTOVER_AGE_MIN });
        if let Some(folder) = &locked {
            // Whoever comes in between finds nothing of ours yet.
            let _ = folder.unlock();
            let _ = folder.lock_shared();
        }
        Tenancy(locked)
    }
}

/// Deletes the files of a folder that have such names and are old enough.
pub fn clear_leftovers(folder: &Path, age_min: Duration, are_leftovers: impl Fn(&str) -> bool) -> io::Result<()> {
    let Some(before) = SystemTime::now().checked_sub(age_min) else {
        return Ok(());
    };
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        if data.is_file() && data.modified()? <= before && are_leftovers(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_go_when_nobody_else_is_at_work_and_otherwise_when_they_are_old() {
        let folder = tempfile::tempdir().unwrap();
        let leave = |name: &str, age: Duration| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        };
        let left = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        let enter = || Tenancy::enter(folder.path(), |age| clear_leftovers(folder.path(), age, |_| true));
        leave("young", Duration::from_secs(1));
        let first = enter();
        assert!(left().is_empty());

        leave("young", Duration::from_secs(1));
        leave("old", 2 * LEFTOVER_AGE_MIN);
        let second = enter();
        assert_eq!(left(), ["young"]);
        drop(first);
        let third = enter();
        assert_eq!(left(), ["young"], "the second is still at work");
        drop((second, third));
        enter();
        assert!(left().is_empty());
    }
}
