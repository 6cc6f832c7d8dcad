//! Comparing names as people write them: whatever the case, the width and the space.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use dealerbook_base::key::{is_invisible, without_invisible};

/// A name in the form in which names are compared: NFKC, lower case, no space.
pub fn normalise(name: &str) -> String {
    if name.chars().all(is_plain) {
        return name.chars().filter(|c| !c.is_ascii_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    }
    let seen = |c: &char| !c.is_whitespace() && !is_invisible(*c);
    name.nfkc().filter(seen).flat_map(char::to_lowercase).collect()
}

/// What NFKC leaves as it is, and what has no case beyond ASCII: most names have nothing else.
fn is_plain(c: char) -> bool {
    c.is_ascii() && !is_invisible(c) || matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// A text in NFKC without its invisible characters: full-width characters narrow. Most texts are ASCII and stay as they are. So do digits
/// that are marks or powers rather than places of a number: 100① is not 1001, and 10² not 102.
pub fn narrow(text: &str) -> Cow<'_, str> {
    match without_invisible(text) {
        Cow::Borrowed(text) if text.is_ascii() => Cow::Borrowed(text),
        visible => {
            let is_mark = |c: char| c.general_category() == GeneralCategory::OtherNumber;
            let pieces = visible.split_inclusive(is_mark).map(|piece| {
                let (plain, mark) = match piece.char_indices().next_back() {
                    Some((at, last)) if is_mark(last) => piece.split_at(at),
                    _ => (piece, ""),
                };
                plain.nfkc().filter(|c| !is_invisible(*c)).collect::<String>() + mark
            });
            Cow::Owned(pieces.collect())
        }
    }
}

/// The known name that is nearest to this one, where at least half of it agrees. Chinese names are short: 违规纪录 is 违规记录.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(name, known, 0.5)
}

/// The known name that is nearest to this one, where at least so much of it agrees (1 is all).
pub fn nearest_within<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, least: f64) -> Option<&'a str> {
    let name = normalise(name);
    let likeness = |other: &str| strsim::normalized_damerau_levenshtein(&name, &normalise(other));
    let best =
        known.into_iter().map(|other| (likeness(other), other)).fold(
            None,
            |best: Option<(f64, &str)>, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            },
        );
    best.filter(|(likeness, _)| *likeness >= least).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_space_do_not_matter() {
        assert_eq!(normalise(" 年度目标\n销量（吨） "), "年度目标销量(吨)");
        assert_eq!(normalise("ＤＥＡＬＥＲ_id"), "dealer_id");
    }

    #[test]
    fn nothing_is_near_to_nonsense() {
        assert_eq!(nearest("很低", ["高", "中", "低"]), Some("低"));
        assert_eq!(nearest("备用资料", ["高", "中", "低"]), None);
    }
}
