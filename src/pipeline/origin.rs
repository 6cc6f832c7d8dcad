//! Which upload a workbook goes back to: an answer that comes back unchanged stands for the workbook that it was made from.

use crate::package::Package;

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

    fn parse(text: &str) -> Option<Origin> {
        let (sha256, filename) = text.split_once(' ')?;
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        let filename = Some(filename.to_owned()).filter(|name| !name.is_empty());
        is_hash.then(|| Origin { sha256: sha256.to_owned(), filename })
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
    }
}
