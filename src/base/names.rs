//! Names of people: when two of them look alike.
//!
//! Two names look alike where a reader can't be sure to tell them apart: other case or width, characters that can't be seen, white space,
//! or characters of another script that look the same (Unicode UTS 39).

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use crate::key;

/// A name in the forms by which its look is compared. Folding case first finds `Ivan` and `ivan`; folding it last finds `PaypaI` and `paypal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    folded_first: String,
    folded_last: String,
}

impl Look {
    /// Returns how a name looks.
    pub fn of(name: &str) -> Look {
        let plain: String = key::without_invisible(name).nfkc().filter(|c| is_seen(*c)).collect();
        let bare = |text: &str| skeleton(text).filter(|c| is_seen(*c)).collect::<String>();
        Look { folded_first: bare(&folded(&plain)), folded_last: folded(&bare(&plain)) }
    }

    /// Whether the two could be taken for each other.
    pub fn is_like(&self, other: &Look) -> bool {
        self.folded_first == other.folded_first || self.folded_last == other.folded_last
    }

    /// Whether there is nothing to be seen.
    pub fn is_empty(&self) -> bool {
        self.folded_first.is_empty()
    }
}

/// Returns a text without differences of case: in upper case and down again, so that ß and ſ meet ss and s.
fn folded(text: &str) -> String {
    text.to_uppercase().to_lowercase().nfkc().collect()
}

/// Whether a character leaves a trace on paper: white space doesn't, nor the blank of Braille. What Unicode lets programs ignore,
/// [`skeleton`] leaves out.
fn is_seen(c: char) -> bool {
    !c.is_whitespace() && c != '\u{2800}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_alike(one: &str, other: &str) -> bool {
        Look::of(one).is_like(&Look::of(other))
    }

    #[test]
    fn names_that_nobody_could_tell_apart_are_alike() {
        for (one, other) in [
            ("王芳", "王芳"),
            ("王芳", "王\u{200b}芳"),
            ("王芳", "王 芳"),
            ("王芳", "王\u{3000}芳\u{fe00}"),
            ("王芳", "王\u{3164}芳\u{2800}"),
            ("一鸣", "⼀鸣"),
            ("Li Ming", "li ming"),
            ("Li Ming", "Ｌｉ　Ｍｉｎｇ"),
            ("checker", "сhecker"),
            ("checker", "СНЕСКЕR"),
            ("paypal", "PaypaI"),
            ("Ivan", "ivan"),
            ("O'Neil", "0’Neil"),
            ("Strasse", "Straße"),
            ("admin", "аdmin\u{e0061}"),
        ] {
            assert!(are_alike(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for (one, other) in
            [("王芳", "王芬"), ("王芳", "王芳（财务）"), ("李明", "李朋"), ("maker", "marker"), ("A1", "A2")]
        {
            assert!(!are_alike(one, other), "{one:?} {other:?}");
        }
        assert!(Look::of(" \u{200b}\u{3164}").is_empty());
    }
}
