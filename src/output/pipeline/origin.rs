//! Which upload a workbook goes back to: an answer that comes back unchanged stands for the workbook that it was made from.

use std::io::{Read, Seek};

use dealerbook_package::{Limits, Package, made_from};

/// The upload that an answer names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// Its name, as its user knows it.
    pub filename: Option<String>,
}

impl Origin {
    /// What an earlier answer of ours remembers, if this is one and unchanged; else this upload itself.
    pub(super) fn of(package: &Package<'_>, sha256: &str, filename: Option<&str>) -> Origin {
        let here = || Origin { sha256: sha256.to_owned(), filename: filename.map(str::to_owned) };
        package.origin().and_then(Origin::parse).unwrap_or_else(here)
    }

    /// As the package remembers it.
    pub(super) fn remembered(&self) -> String {
        format!("{} {}", self.sha256, self.filename.as_deref().unwrap_or_default())
    }

    /// As the workbook says it to whoever gets it back: hash and year.
    pub(super) fn came_from(&self, period: i16) -> String {
        format!("{} {period}", self.sha256)
    }

    fn parse(text: &str) -> Option<Origin> {
        let (sha256, filename) = text.split_once(' ')?;
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        let filename = Some(filename.to_owned()).filter(|name| !name.is_empty());
        is_hash.then(|| Origin { sha256: sha256.to_owned(), filename })
    }
}

/// The run that a workbook came from, as its answer says it: the hash of that run's upload, and its year. However the answer was
/// changed since, this stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameFrom {
    /// The upload's SHA-256, in hexadecimal digits.
    pub upload_sha256: String,
    /// The calendar year.
    pub period: i16,
}

impl CameFrom {
    /// Reads it from a workbook's bytes; none of what is no answer of ours.
    pub fn of(file: impl Read + Seek, limits: &Limits) -> Option<CameFrom> {
        CameFrom::parse(&made_from(file, limits)?)
    }

    fn parse(text: &str) -> Option<CameFrom> {
        let (sha256, period) = text.split_once(' ')?;
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(CameFrom { upload_sha256: sha256.to_owned(), period: period.parse().ok()? }).filter(|_| is_hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_read_again() {
        for filename in [None, Some("2007 年 考核.xlsx".to_owned())] {
            let origin = Origin { sha256: "0a".repeat(32), filename };
            assert_eq!(Origin::parse(&origin.remembered()), Some(origin));
        }
        assert_eq!(Origin::parse("12 a.xlsx"), None);
        let origin = Origin { sha256: "0a".repeat(32), filename: None };
        let came_from = CameFrom { upload_sha256: origin.sha256.clone(), period: 2007 };
        assert_eq!(CameFrom::parse(&origin.came_from(2007)), Some(came_from));
        assert_eq!(CameFrom::parse("0a 2007"), None);
    }
}
