//! The directory of an archive: which entries are handed on, which are passed over, and all that is wrong and can be told from it.

use std::collections::HashSet;
use std::io::{Read, Seek};

use zip::read::ZipFileEntry;
use zip::{CompressionMethod, ZipArchive};

use super::fault::{Faults, WhyRefused};
use super::{ArchiveError, ArchiveLimits, name};

/// The size from which the ratio of a file is judged.
const RATIO_FROM_BYTES: u64 = 1 << 20;
/// The bits of a Unix mode that say what kind of file it is, and the kind that is one.
const KIND: u32 = 0o170_000;
const ORDINARY: u32 = 0o100_000;
/// What is known to be an archive by its name.
const ARCHIVES: [&str; 12] = ["zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "zst", "cab", "iso"];

/// An entry that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its path inside the archive.
    pub name: String,
    /// Why.
    pub why: WhySkipped,
}

/// Why an entry is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum WhySkipped {
    /// A folder.
    Folder,
    /// What macOS or Windows leaves beside files: `__MACOSX/`, `.DS_Store`, `Thumbs.db`, `desktop.ini`; and whatever is hidden.
    System,
    /// The lock file of a workbook that was open: `~$…`.
    Lock,
    /// Nothing is in it.
    Empty,
}

impl WhySkipped {
    /// What it is, in a word that never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}

/// An archive's entries.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Those that are handed on.
    pub files: Vec<Listed>,
    /// Those that aren't.
    pub skipped: Vec<Skipped>,
}

/// A file of the archive.
#[derive(Debug)]
pub(super) struct Listed {
    /// Its place in the directory.
    pub index: usize,
    /// Its path inside.
    pub name: String,
}

/// Reads the directory.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn read<R: Read + Seek>(zip: &ZipArchive<R>, limits: &ArchiveLimits) -> Result<Listing, ArchiveError> {
    let mut listing = Listing::default();
    let mut faults = Faults::default();
    let mut names = HashSet::new();
    let mut bytes: u64 = 0;
    for index in 0..zip.len() {
        let entry = zip.by_index_data(index).map_err(ArchiveError::not_zip)?;
        let decoded = name::decode(entry.name_raw());
        let Some(name) = name::path(&decoded) else {
            faults.entry(&name::shown(&decoded), WhyRefused::BadName);
            continue;
        };
        if let Some(why) = passed_over(&name, name::is_folder(&decoded), entry.size()) {
            listing.skipped.push(Skipped { name, why });
            continue;
        }
        bytes = bytes.saturating_add(entry.size());
        wrong_with(&entry, &name, limits).into_iter().for_each(|why| faults.entry(&name, why));
        if !names.insert(name.clone()) {
            faults.entry(&name, WhyRefused::Repeated);
        }
        listing.files.push(Listed { index, name });
    }
    if zip.has_duplicate_names() {
        faults.whole(WhyRefused::Repeated);
    }
    if listing.files.len() > limits.files_max {
        faults.whole(WhyRefused::TooManyFiles { max: limits.files_max });
    }
    if bytes > limits.bytes_max {
        faults.whole(WhyRefused::TooLargeTogether { bytes_max: limits.bytes_max });
    }
    faults.refuse()?;
    match listing.files.is_empty() {
        true => Err(ArchiveError::refused(None, WhyRefused::NoFiles)),
        false => Ok(listing),
    }
}

fn passed_over(path: &str, folder: bool, size: u64) -> Option<WhySkipped> {
    let own = path.rsplit('/').next().unwrap_or_default();
    let system = |step: &str| {
        step.starts_with('.') || ["__MACOSX", "Thumbs.db", "desktop.ini"].iter().any(|s| s.eq_ignore_ascii_case(step))
    };
    match () {
        () if path.split('/').any(system) => Some(WhySkipped::System),
        () if folder => Some(WhySkipped::Folder),
        () if own.starts_with("~$") => Some(WhySkipped::Lock),
        () if size == 0 => Some(WhySkipped::Empty),
        () => None,
    }
}

/// What is wrong with an entry, as far as the directory tells.
fn wrong_with(entry: &ZipFileEntry<'_>, name: &str, limits: &ArchiveLimits) -> Vec<WhyRefused> {
    let (size, zipped) = (entry.size(), entry.compressed_size());
    let special = entry.unix_mode().is_some_and(|mode| !matches!(mode & KIND, 0 | ORDINARY));
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let nested = ARCHIVES.iter().any(|archive| archive.eq_ignore_ascii_case(extension));
    let read = matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
    let bytes_max = limits.file_bytes_max;
    let ratio_max = limits.ratio_max;
    [
        (special, WhyRefused::SpecialFile),
        (nested, WhyRefused::Nested),
        (entry.encrypted(), WhyRefused::Encrypted),
        (!read, WhyRefused::Compression { method: entry.compression().to_string() }),
        (size > bytes_max, WhyRefused::TooLarge { bytes_max }),
        (size > RATIO_FROM_BYTES && size / zipped.max(1) > ratio_max, WhyRefused::TooDense { ratio_max }),
    ]
    .into_iter()
    .filter_map(|(is_so, why)| is_so.then_some(why))
    .collect()
}
