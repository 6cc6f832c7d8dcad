//! What is said of an archive of workbooks that can't be unpacked: which entries, why, and what to do about it.

use super::Words;
use super::words::archives;
use dealerbook_base::lang::Lang;
use dealerbook_package::archive::{ArchiveError, ArchiveFault, WhyRefused};

/// So many faults are listed in a detail.
const LISTED_MAX: usize = 20;

/// What a problem with an archive says. A failure of our own is none of these.
pub(super) fn words(error: &ArchiveError, lang: Lang) -> Words {
    match error {
        ArchiveError::Refused { faults, more } => {
            let is_limit = faults.iter().any(|fault| fault.why.is_limit());
            let head = if is_limit { archives::BATCH_TOO_LARGE } else { archives::BATCH_REFUSED };
            head.words(lang, refused(faults, *more, lang))
        }
        ArchiveError::NotZip { reason } => {
            archives::UNREADABLE_ARCHIVE.words(lang, archives::UnreadableArchiveDetail { reason }.text(lang))
        }
        ArchiveError::Io(_) => {
            archives::UNREADABLE_ARCHIVE.words(lang, archives::UNREADABLE_ARCHIVE_DETAIL_UNREAD.pick(lang))
        }
    }
}

/// One for each code.
pub(super) fn samples() -> Vec<ArchiveError> {
    let refused = |name: &str, why| {
        let name = Some(name.to_owned());
        ArchiveError::Refused { faults: vec![ArchiveFault { name, why }], more: 0 }
    };
    vec![
        ArchiveError::NotZip { reason: "its end is missing".to_owned() },
        refused("华东/2007.zip", WhyRefused::Nested),
        refused("2007.xlsx", WhyRefused::TooDense { ratio_max: 400 }),
    ]
}

/// The first entries that are refused and why, and how many there are beyond them.
fn refused(faults: &[ArchiveFault], more: usize, lang: Lang) -> String {
    let listed: Vec<String> = faults.iter().take(LISTED_MAX).map(|fault| entry(fault, lang)).collect();
    let rest = match faults.len().saturating_sub(LISTED_MAX) + more {
        0 => String::new(),
        more => archives::AndMore { more }.text(lang),
    };
    format!("{}{rest}{}", listed.join(lang.pick("；", "; ")), lang.pick("。", "."))
}

/// Where and what: 华东/a.zip：压缩包中还有压缩包
fn entry(fault: &ArchiveFault, lang: Lang) -> String {
    let why = what(&fault.why, lang);
    match &fault.name {
        Some(name) => archives::Entry { name, why }.text(lang),
        None => why,
    }
}

/// Why, in words.
pub(super) fn what(why: &WhyRefused, lang: Lang) -> String {
    match why {
        WhyRefused::TooManyEntries { max } => archives::WhyTooManyEntries { max }.text(lang),
        WhyRefused::TooManyFiles { max } => archives::WhyTooManyFiles { max }.text(lang),
        WhyRefused::TooLargeTogether { bytes_max } => archives::WhyTooLargeTogether { bytes_max }.text(lang),
        WhyRefused::TooLarge { bytes_max } => archives::WhyTooLarge { bytes_max }.text(lang),
        WhyRefused::TooDense { ratio_max } => archives::WhyTooDense { ratio_max }.text(lang),
        WhyRefused::Compression { method } => archives::WhyCompression { method }.text(lang),
        WhyRefused::Broken { reason } => archives::WhyBroken { reason }.text(lang),
        WhyRefused::TooVast => archives::WHY_TOO_VAST.text(lang),
        WhyRefused::NoFiles => archives::WHY_NO_FILES.text(lang),
        WhyRefused::Repeated => archives::WHY_REPEATED.text(lang),
        WhyRefused::BadName => archives::WHY_BAD_NAME.text(lang),
        WhyRefused::Encrypted => archives::WHY_ENCRYPTED.text(lang),
        WhyRefused::SpecialFile => archives::WHY_SPECIAL_FILE.text(lang),
        WhyRefused::Nested => archives::WHY_NESTED.text(lang),
        WhyRefused::Overlaps => archives::WHY_OVERLAPS.text(lang),
        WhyRefused::WrongSize => archives::WHY_WRONG_SIZE.text(lang),
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;
    use crate::problem::Class;

    #[test]
    fn every_reason_is_given_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let reasons: std::collections::HashSet<String> = WhyRefused::iter().map(|why| what(&why, lang)).collect();
            assert_eq!(reasons.len(), WhyRefused::iter().count());
            assert!(!reasons.contains(""));
        }
    }

    #[test]
    fn a_detail_names_the_entries_and_how_many_there_are_beyond() {
        let fault = |name: &str| ArchiveFault { name: Some(name.to_owned()), why: WhyRefused::Nested };
        let faults = (0..30).map(|n| fault(&format!("{n}.zip"))).collect();
        let words = words(&ArchiveError::Refused { faults, more: 4 }, Lang::Zh);
        assert_eq!((words.code, words.class), ("batch-refused", Class::Invalid));
        assert!(words.detail.starts_with("0.zip：压缩包中还有压缩包，请先解压；1.zip："), "{}", words.detail);
        assert!(words.detail.ends_with("；另有 14 处。"), "{}", words.detail);
    }

    #[test]
    fn too_much_of_anything_is_too_large() {
        let fault = |why| ArchiveFault { name: None, why };
        let faults = vec![fault(WhyRefused::Repeated), fault(WhyRefused::TooManyFiles { max: 200 })];
        let words = words(&ArchiveError::Refused { faults, more: 0 }, Lang::En);
        assert_eq!((words.code, words.class), ("batch-too-large", Class::TooLarge));
        assert_eq!(words.detail, "two files have the same name; a batch may hold 200 files at most.");
    }
}
