//! Texts that identify or group: regions, products, channel types, factors, ids.
//!
//! All of them are compared in one form, made in one place ([`canonical`]; handbook, conventions). Where such a text is read from a cell, a
//! policy, a token or a database, it becomes a [`Key`], which doesn't compare with plain text.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A text that identifies or groups. Two of them are equal where their canonical forms are; what is shown is the spelling that it was made
/// with, cleaned of what can't be seen.
#[derive(Clone, Debug, Default)]
pub struct Key {
    canonical: Arc<str>,
    shown: Arc<str>,
}

impl Key {
    /// Makes a key of a text as people write it.
    pub fn new(text: &str) -> Self {
        let canonical: Arc<str> = canonical(text).into();
        let shown = visible(text);
        let shown = if *shown == *canonical { Arc::clone(&canonical) } else { shown.into() };
        Self { canonical, shown }
    }

    /// Returns the key of nothing, for what isn't filled in.
    pub fn none() -> &'static Key {
        static NONE: LazyLock<Key> = LazyLock::new(Key::default);
        &NONE
    }

    /// Returns the form in which keys are compared and stored.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Returns the spelling for readers.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether there is nothing in it that can be seen.
    pub fn is_empty(&self) -> bool {
        self.canonical.is_empty()
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.canonical.cmp(&other.canonical)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Default for &Key {
    fn default() -> Self {
        Key::none()
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Key::new(text)
    }
}

impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown)
    }
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Key::new(&text))
    }
}

impl schemars::JsonSchema for Key {
    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

/// Returns keys as they are shown, with a text between each two.
pub fn join(keys: &[Key], between: &str) -> String {
    keys.iter().map(Key::shown).collect::<Vec<_>>().join(between)
}

/// The keys of a list with one spelling each, that which came first.
#[derive(Debug, Default)]
pub struct FirstSpellings(HashSet<Key>);

impl FirstSpellings {
    /// Returns the key as it was spelled first.
    pub fn of(&mut self, key: Key) -> Key {
        if let Some(first) = self.0.get(&key) {
            return first.clone();
        }
        self.0.insert(key.clone());
        key
    }
}

/// Returns a map by its ids in their canonical form. Ids that older programs told apart, and that are one today, stay apart.
pub fn by_canonical_id<T>(map: BTreeMap<String, T>) -> BTreeMap<String, T> {
    let ids: BTreeSet<String> = map.keys().cloned().collect();
    let mut renewed = BTreeMap::new();
    for (id, value) in map {
        let form = canonical(&id).into_owned();
        let is_taken = form != id && (ids.contains(&form) || renewed.contains_key(&form));
        renewed.insert(if is_taken { id } else { form }, value);
    }
    renewed
}

/// Returns the form in which texts that identify or group are compared: NFKC; invisible characters left out; white space at the ends left
/// out, within as one space, and between two Chinese characters left out. Case counts.
pub fn canonical(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_graphic()) || text.chars().all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')) {
        return Cow::Borrowed(text);
    }
    let narrow: String = without_invisible(text).nfkc().collect();
    let mut out = String::with_capacity(narrow.len());
    // NFKC can bring forth what is invisible (U+FDFA and the like hold spaces), so it is left out again.
    for word in without_invisible(&narrow).split_whitespace() {
        let joins = |last: char| is_han(last) && word.starts_with(is_han);
        if out.chars().next_back().is_some_and(|last| !joins(last)) {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

/// Returns a text without what can't be seen and without white space at its ends; what is within stays as it is written. For names and
/// notes wherever they go out.
pub fn visible(text: &str) -> Cow<'_, str> {
    match without_invisible(text) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Returns a text without its invisible characters; tab, carriage return and line feed stay.
pub fn without_invisible(text: &str) -> Cow<'_, str> {
    if invisible_in(text).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_invisible(*c)).collect())
}

/// Returns the first invisible character of a text, to be named where it is reported.
pub fn invisible_in(text: &str) -> Option<char> {
    if text.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        return None;
    }
    text.chars().find(|c| is_invisible(*c))
}

/// Whether a character can't be seen and means nothing: formatting (Cf) and control (Cc) characters but tab, CR and LF, which are white space.
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n');
    }
    if is_han(c) {
        return false;
    }
    matches!(c.general_category(), GeneralCategory::Format | GeneralCategory::Control)
}

/// Whether a text is of Chinese characters alone: these have no case, and white space between them doesn't count, so whatever is spelled
/// like it is the same key.
pub fn is_all_han(text: &str) -> bool {
    text.chars().all(is_han)
}

/// Whether a character is a Chinese one.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_does_not_tell_keys_apart() {
        for (text, canonical_form) in [
            ("西北区", "西北区"),
            (" 西北区", "西北区"),
            ("西\u{200B}北区", "西北区"),
            ("西北\u{3000}区\r\n", "西北区"),
            ("南 宁", "南宁"),
            ("\u{FEFF}Ｎｏｒｔｈ \u{A0} West\t", "North West"),
            ("华东（一）区", "华东(一)区"),
            ("华东 A 区", "华东 A 区"),
            ("D\u{00AD}0\u{202E}01\u{2060}", "D001"),
            ("a\u{0007}b", "ab"),
            ("\u{200B}", ""),
        ] {
            assert_eq!(canonical(text), canonical_form, "{text:?}");
            assert_eq!(Key::new(text), Key::new(canonical_form), "{text:?}");
        }
        assert_ne!(Key::new("North West"), Key::new("north west"));
        assert_ne!(Key::new("North West"), Key::new("NorthWest"));
    }

    #[test]
    fn ids_that_an_older_program_told_apart_stay_apart() {
        let ids = |ids: &[&str]| -> Vec<String> {
            let map = ids.iter().map(|id| ((*id).to_owned(), ())).collect();
            by_canonical_id(map).into_keys().collect()
        };
        assert_eq!(ids(&["A  1", "B"]), ["A 1", "B"]);
        assert_eq!(ids(&["D001", "D001\u{200B}"]), ["D001", "D001\u{200B}"]);
        assert_eq!(ids(&["D\u{200B}1", "D1\u{200B}"]), ["D1", "D\u{200B}1"]);
    }

    #[test]
    fn a_key_shows_the_spelling_that_it_was_made_with() {
        assert_eq!(Key::new(" 华东（一）\u{200B}区 ").shown(), "华东（一）区");
        assert_eq!(Key::new("南 宁").shown(), "南 宁");
        assert_eq!(Key::new("南 宁").canonical(), "南宁");
    }

    #[test]
    fn the_canonical_form_is_its_own() {
        proptest::proptest!(|(text in "\\PC{0,12}|[ \\t\\r\\u{200B}A-C中文Ａ（]{0,12}")| {
            let once = canonical(&text).into_owned();
            proptest::prop_assert_eq!(canonical(&once).into_owned(), once.clone());
            let visible_form = visible(&text).into_owned();
            proptest::prop_assert_eq!(canonical(&visible_form).into_owned(), once);
        });
    }
}
