//! Why an archive is refused.

use std::fmt;
use std::io;

/// Why an archive of workbooks can't be unpacked. An upload can cause each of them but the last.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are no whole zip archive.
    #[error("this is not a zip archive, or a truncated one: {reason}")]
    NotZip {
        /// What is wrong with it.
        reason: String,
    },
    /// It is refused for what it holds.
    #[error("the archive is refused: {}", faults.first().map(ToString::to_string).unwrap_or_default())]
    Refused {
        /// Everything that is wrong, as far as it was looked at; never empty. At most 100.
        faults: Vec<ArchiveFault>,
        /// How many there are beyond these.
        more: usize,
    },
    /// The archive can't be read or its files not be kept.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// One thing for which an archive is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFault {
    /// The entry, by its path inside; none where it is the archive as a whole.
    pub name: Option<String>,
    /// Why.
    pub why: WhyRefused,
}

/// Why an archive, or an entry of it, is refused.
#[derive(Clone, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum WhyRefused {
    /// More entries than are allowed.
    TooManyEntries {
        /// How many may be there.
        max: usize,
    },
    /// More files than are allowed.
    TooManyFiles {
        /// How many may be there.
        max: usize,
    },
    /// It is of the kind that is made for more than 4 GiB or 65,534 files (Zip64).
    TooVast,
    /// There is nothing to work on.
    NoFiles,
    /// Two entries are called the same.
    Repeated,
    /// All files together are too large.
    TooLargeTogether {
        /// What they may come to.
        bytes_max: u64,
    },
    /// A file is too large.
    TooLarge {
        /// What it may have.
        bytes_max: u64,
    },
    /// A bomb: so much of so little.
    TooDense {
        /// How many times larger than zipped a file may be.
        ratio_max: u64,
    },
    /// Its name leads out of the archive, to another drive, or is none that a file has.
    BadName,
    /// It is encrypted.
    Encrypted,
    /// It is packed in a way that isn't read.
    Compression {
        /// The method, as the reader calls it.
        method: String,
    },
    /// A link, a pipe or a device.
    SpecialFile,
    /// An archive within the archive.
    Nested,
    /// Its bytes belong to another entry or to the directory as well.
    Overlaps,
    /// It is smaller than the directory says.
    WrongSize,
    /// It is truncated or broken.
    Broken {
        /// What the reader says.
        reason: String,
    },
}

impl WhyRefused {
    /// What it is, in a word that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Whether there is too much of something.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        use WhyRefused::{TooDense, TooLarge, TooLargeTogether, TooManyEntries, TooManyFiles, TooVast};
        matches!(
            self,
            TooManyEntries { .. }
                | TooManyFiles { .. }
                | TooVast
                | TooLargeTogether { .. }
                | TooLarge { .. }
                | TooDense { .. }
        )
    }
}

impl fmt::Display for ArchiveFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or("the archive");
        write!(f, "{name}: {}", self.why.code())
    }
}

impl ArchiveError {
    pub(super) fn not_zip(reason: impl ToString) -> ArchiveError {
        ArchiveError::NotZip { reason: reason.to_string() }
    }

    /// One fault.
    pub(super) fn refused(name: Option<String>, why: WhyRefused) -> ArchiveError {
        ArchiveError::Refused { faults: vec![ArchiveFault { name, why }], more: 0 }
    }
}

/// So many faults are told.
const FAULTS_MAX: usize = 100;

/// Faults being collected.
#[derive(Default)]
pub(super) struct Faults {
    faults: Vec<ArchiveFault>,
    more: usize,
}

impl Faults {
    pub(super) fn entry(&mut self, name: &str, why: WhyRefused) {
        self.add(Some(name.to_owned()), why);
    }

    pub(super) fn whole(&mut self, why: WhyRefused) {
        self.add(None, why);
    }

    fn add(&mut self, name: Option<String>, why: WhyRefused) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(ArchiveFault { name, why });
        } else {
            self.more += 1;
        }
    }

    /// Refuses the archive where there are any.
    pub(super) fn refuse(self) -> Result<(), ArchiveError> {
        match self.faults.is_empty() {
            true => Ok(()),
            false => Err(ArchiveError::Refused { faults: self.faults, more: self.more }),
        }
    }
}
