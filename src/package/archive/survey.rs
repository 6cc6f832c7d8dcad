//! What the directory can't tell: where the entries lie, and what they really come to. Read through once before anything is handed on.

use std::io::{ErrorKind, Read, Seek};

use zip::ZipArchive;

use super::fault::{ArchiveError, Faults, WhyRefused};
use super::listing::Listed;
use super::tail::Tail;
use super::{is_archive, name};
use crate::places;

/// Refuses entries that share bytes with another or with the directory: so little becomes so much.
///
/// # Errors
/// Where there are any.
pub(super) fn judge_places<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<(), ArchiveError> {
    let mut faults = Faults::default();
    for index in 0..zip.len() {
        if let Err(error) = places::place(zip, index) {
            faults.entry(&name_of(zip, index), WhyRefused::Broken { reason: error.to_string() });
        }
    }
    for index in places::overlapping(zip).unwrap_or_default() {
        faults.entry(&name_of(zip, index), WhyRefused::Overlaps);
    }
    faults.refuse()
}

fn name_of<R: Read + Seek>(zip: &ZipArchive<R>, index: usize) -> String {
    zip.by_index_data(index).map(|entry| name::shown(&name::decode(entry.name_raw()))).unwrap_or_default()
}

/// Inflates each file: it has to be whole, as large as the directory says, and no archive itself.
///
/// # Errors
/// All files with which it is otherwise.
pub(super) fn judge_contents<R: Read + Seek>(zip: &mut ZipArchive<R>, files: &[Listed]) -> Result<(), ArchiveError> {
    let mut faults = Faults::default();
    let mut buffer = vec![0; 1 << 16];
    for file in files {
        if let Err(why) = judge_content(zip, file.index, &mut buffer) {
            faults.entry(&file.name, why);
        }
    }
    faults.refuse()
}

fn judge_content<R: Read + Seek>(zip: &mut ZipArchive<R>, index: usize, buffer: &mut [u8]) -> Result<(), WhyRefused> {
    let broken = |error: &dyn ToString| WhyRefused::Broken { reason: error.to_string() };
    let mut entry = zip.by_index(index).map_err(|error| broken(&error))?;
    let said = entry.size();
    let mut tail = Tail::default();
    loop {
        match entry.read(buffer) {
            Ok(0) => break,
            Ok(read) => tail.push(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(broken(&error)),
        }
    }
    // The reader itself fails where there is more than was said.
    if tail.length() != said {
        return Err(WhyRefused::WrongSize);
    }
    // Where the directory isn't wholly held, nobody can tell here; whoever opens the file can, and nothing is unpacked again.
    let nested = tail.head() == b"PK\x03\x04" && is_archive(&mut tail).unwrap_or(false);
    if nested { Err(WhyRefused::Nested) } else { Ok(()) }
}
