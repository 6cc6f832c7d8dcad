//! Archives of workbooks: a zip that somebody packed, read without trust and handed on file by file. What is inside is never unpacked
//! again, and no name in it ever becomes a path here.
//!
//! An archive is judged whole before the first file is handed on: first its end (`end`), then its directory (`listing`), then where its
//! entries lie and what they come to (`survey`). So a refused archive leaves nothing behind, and what the directory alone tells is
//! refused all at once. Memory stays at a directory that is bounded, whatever the archive holds.
//!
//! A file that isn't a workbook is handed on like any other: whoever works on it says so, and it spoils no other file. Archives within
//! the archive are refused, by name and by what they are; a workbook, which is a zip too, is told from them by its parts.

mod end;
mod fault;
mod listing;
mod name;
mod survey;
mod tail;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

pub use fault::{ArchiveError, ArchiveFault, WhyRefused};
pub use listing::{Skipped, WhySkipped};

/// Bounds for an archive that comes from outside. All sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Entries in the directory, folders and what is skipped among them.
    pub entries_max: usize,
    /// Files that are handed on.
    pub files_max: usize,
    /// One file, inflated.
    pub file_bytes_max: u64,
    /// All files together, inflated.
    pub bytes_max: u64,
    /// How many times larger than its zipped form a file of more than a mebibyte may be.
    pub ratio_max: u64,
}

impl Default for ArchiveLimits {
    fn default() -> ArchiveLimits {
        ArchiveLimits {
            entries_max: 5_000,
            files_max: 200,
            file_bytes_max: 64 << 20,
            bytes_max: 1 << 30,
            ratio_max: 400,
        }
    }
}

/// What there was beside the files that were handed on.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// What was passed over, in the archive's order.
    pub skipped: Vec<Skipped>,
}

/// Whether these bytes are an archive of files: a whole zip that isn't a workbook (or another document) itself. A broken one is none.
///
/// # Errors
/// Where the bytes can't be read.
pub fn is_archive(bytes: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = bytes.seek(SeekFrom::End(0))?;
    match end::find(bytes, length)? {
        Ok(end) if end.is_beyond_documents() => Ok(true),
        Ok(_) => Ok(open(bytes).is_ok_and(|archive| !is_document(&archive))),
        Err(_) => Ok(false),
    }
}

/// Hands on each file of an archive, in its order: its path inside (folders between slashes, never leading out) and its bytes. Files are
/// told apart by their path; it is text for people, not a place to write to.
///
/// # Errors
/// Where the archive can't be read or is refused, nothing having been handed on; and where `keep` fails.
pub fn unpack(
    archive: File,
    limits: &ArchiveLimits,
    mut keep: impl FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> Result<Unpacked, ArchiveError> {
    let mut file = io::BufReader::with_capacity(1 << 16, archive);
    let length = file.seek(SeekFrom::End(0))?;
    end::find(&mut file, length)??.judge(limits)?;
    let mut zip = open(&mut file).map_err(ArchiveError::not_zip)?;
    let listing = listing::read(&zip, limits)?;
    survey::judge_places(&mut zip)?;
    survey::judge_contents(&mut zip, &listing.files)?;
    for file in &listing.files {
        let mut entry = zip.by_index(file.index).map_err(ArchiveError::not_zip)?;
        keep(&file.name, &mut entry)?;
    }
    Ok(Unpacked { skipped: listing.skipped })
}

/// The archive begins where the file does: nothing is searched for, so nothing that lies inside can be taken for the directory.
fn open<R: Read + Seek>(reader: R) -> zip::result::ZipResult<ZipArchive<R>> {
    ZipArchive::with_config(Config { archive_offset: ArchiveOffset::Known(0) }, reader)
}

/// Whether a zip is a document of its own: an Office one, or an OpenDocument.
fn is_document<R>(archive: &ZipArchive<R>) -> bool
where
    R: Read + Seek,
{
    let has = |part: &str| archive.file_names_raw().any(|name| name.eq_ignore_ascii_case(part.as_bytes()));
    has("[Content_Types].xml") || has("/[Content_Types].xml") || (has("mimetype") && has("content.xml"))
}
