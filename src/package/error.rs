//! Why a package can't be opened or patched.

use std::io;

use super::change::ChangeFault;
use super::reason::{self, Reason};
use super::recognise::FileKind;

/// Why a package can't be opened or patched. An upload can cause each of them.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The bytes are no zip archive, or a truncated one.
    #[error("this is not a zip archive, or a truncated one: {reason}")]
    NotZip {
        /// What the archive's reader says.
        reason: String,
    },
    /// An encrypted workbook (an OLE2 container with an encrypted package in it).
    #[error("the workbook is encrypted; save it without a password")]
    Encrypted,
    /// A file that holds no workbook.
    #[error("this is not a workbook: {0:?}")]
    NotWorkbook(FileKind),
    /// A part can't be read.
    #[error("{part} can't be read: {reason}")]
    Unreadable {
        /// The part's name in the package.
        part: String,
        /// What is wrong with it.
        reason: Reason,
    },
    /// A limit is exceeded.
    #[error("the workbook exceeds {limit} = {max}")]
    TooLarge {
        /// The field of [`Limits`](super::Limits).
        limit: &'static str,
        /// Its value.
        max: u64,
    },
    /// The edit doesn't fit the part.
    #[error("{part} can't be changed: {reason}")]
    Unpatchable {
        /// The part's name in the package, or the sheet's.
        part: String,
        /// Why.
        reason: Reason,
    },
    /// Cells can't be changed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Changes(Vec<ChangeFault>),
    /// The output can't be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a guarded reader says when it has read too much; travels inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("more than {max} bytes ({limit})")]
pub(super) struct LimitHit {
    pub limit: &'static str,
    pub max: u64,
}

impl PackageError {
    pub(super) fn unreadable(part: &str, reason: Reason) -> PackageError {
        PackageError::Unreadable { part: part.to_owned(), reason }
    }

    pub(super) fn unpatchable(part: &str, reason: Reason) -> PackageError {
        PackageError::Unpatchable { part: part.to_owned(), reason }
    }

    /// A package that we made ourselves is not what it should be: a fault of ours, told to developers.
    pub(super) fn ours(part: &str, what: impl ToString) -> PackageError {
        PackageError::unpatchable(part, Reason::same(what.to_string()))
    }

    /// The part isn't well-formed at this byte.
    pub(super) fn malformed(part: &str, place: u64) -> PackageError {
        let reason = Reason::of(
            format!("第 {place} 字节处不是格式正确的 XML"),
            format!("it is not well-formed XML at byte {place}"),
        );
        PackageError::unreadable(part, reason)
    }

    /// An error while reading `part`.
    pub(super) fn reading(part: &str, error: &io::Error) -> PackageError {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<LimitHit>()) {
            Some(hit) => PackageError::TooLarge { limit: hit.limit, max: hit.max },
            None => PackageError::unreadable(part, of_stream(error)),
        }
    }

    /// An error of the XML reader on `part`.
    pub(super) fn parsing(part: &str, error: &quick_xml::Error) -> PackageError {
        match error {
            quick_xml::Error::Io(inner) => PackageError::reading(part, inner),
            quick_xml::Error::Encoding(_) => PackageError::unreadable(part, reason::NOT_UTF_8),
            _ => PackageError::unreadable(part, reason::NOT_XML),
        }
    }
}

/// What an error of a part's stream means.
fn of_stream(error: &io::Error) -> Reason {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => reason::ENDS_EARLY,
        _ => reason::DAMAGED,
    }
}
