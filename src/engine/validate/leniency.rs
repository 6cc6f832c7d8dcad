//! What was forgiven in reading a cell, so that it can be said.

use super::message::words::leniency;
use dealerbook_base::key::{invisible_in, is_invisible};
use dealerbook_base::lang::Lang;

/// So many different invisible characters are named.
const INVISIBLE_MAX: usize = 3;

/// A set of forgivenesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leniency {
    bits: u16,
    /// The invisible characters that were left out, the first ones of different kinds.
    invisible: [Option<char>; INVISIBLE_MAX],
}

impl Leniency {
    /// Nothing.
    pub const NONE: Leniency = Leniency::bit(0);
    /// Full-width digits and letters.
    pub const WIDTH: Leniency = Leniency::bit(1);
    /// Space around the value.
    pub const SPACE: Leniency = Leniency::bit(2);
    /// Separators of thousands.
    pub const SEPARATORS: Leniency = Leniency::bit(4);
    /// A unit or currency sign.
    pub const UNIT: Leniency = Leniency::bit(8);
    /// A percent sign.
    pub const PERCENT: Leniency = Leniency::bit(16);
    /// A number stored as text.
    pub const TEXT_NUMBER: Leniency = Leniency::bit(32);
    /// An id stored as a number.
    pub const NUMBER_ID: Leniency = Leniency::bit(64);
    /// A date or month stored as text, in a way that is not declared.
    pub const DATE_TEXT: Leniency = Leniency::bit(128);
    /// A date stored as a bare number, or a whole date where a month is wanted.
    pub const SERIAL: Leniency = Leniency::bit(256);
    /// Another spelling of a category or of yes and no.
    pub const SPELLING: Leniency = Leniency::bit(512);
    /// Characters that can't be seen; [`Leniency::of_invisible`] names them.
    const INVISIBLE: Leniency = Leniency::bit(1024);

    /// A sign that there is nothing, such as a dash.
    pub const PLACEHOLDER: Leniency = Leniency::bit(2048);
    /// A minus behind the number, or brackets for one.
    pub const NEGATIVE: Leniency = Leniency::bit(4096);

    const fn bit(bits: u16) -> Self {
        Leniency { bits, invisible: [None; INVISIBLE_MAX] }
    }

    /// The invisible characters of a text; nothing where there is none.
    pub fn of_invisible(text: &str) -> Self {
        let mut leniency = Leniency::NONE;
        if invisible_in(text).is_some() {
            leniency |= Leniency::INVISIBLE;
            text.chars().filter(|c| is_invisible(*c)).for_each(|c| leniency.name_invisible(c));
        }
        leniency
    }

    fn name_invisible(&mut self, c: char) {
        if self.invisible.contains(&Some(c)) {
            return;
        }
        if let Some(free) = self.invisible.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(c);
        }
    }

    /// Adds another where `condition` holds.
    pub fn set(&mut self, other: Leniency, condition: bool) {
        if condition {
            *self |= other;
        }
    }

    /// Whether nothing was forgiven.
    pub fn is_none(self) -> bool {
        self.bits == 0
    }

    /// What was forgiven, in words.
    pub fn words(self, lang: Lang) -> String {
        let plain = [
            (Leniency::TEXT_NUMBER, leniency::TEXT_NUMBER),
            (Leniency::WIDTH, leniency::WIDTH),
            (Leniency::SPACE, leniency::SPACE),
            (Leniency::SEPARATORS, leniency::SEPARATORS),
            (Leniency::UNIT, leniency::UNIT),
            (Leniency::PERCENT, leniency::PERCENT),
            (Leniency::NUMBER_ID, leniency::NUMBER_ID),
            (Leniency::DATE_TEXT, leniency::DATE_TEXT),
            (Leniency::SERIAL, leniency::SERIAL),
            (Leniency::SPELLING, leniency::SPELLING),
            (Leniency::PLACEHOLDER, leniency::PLACEHOLDER),
            (Leniency::NEGATIVE, leniency::NEGATIVE),
        ];
        let has = |leniency: Leniency| self.bits & leniency.bits != 0;
        let mut words: Vec<String> =
            plain.iter().filter(|(bit, _)| has(*bit)).map(|(_, pair)| pair.text(lang)).collect();
        if has(Leniency::INVISIBLE) {
            words.push(leniency::Invisible { names: self.invisible_names(lang) }.text(lang));
        }
        words.join(lang.pick("、", ", "))
    }

    fn invisible_names(self, lang: Lang) -> String {
        let names = self.invisible.iter().flatten().map(|c| format!("U+{:04X}", u32::from(*c)));
        names.collect::<Vec<_>>().join(lang.pick("、", ", "))
    }
}

impl std::ops::BitOrAssign for Leniency {
    fn bitor_assign(&mut self, other: Leniency) {
        self.bits |= other.bits;
        other.invisible.into_iter().flatten().for_each(|c| self.name_invisible(c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_named_each_once() {
        let mut leniency = Leniency::SPACE;
        leniency |= Leniency::of_invisible("D\u{200B}0\u{200B}1\u{FEFF}");
        leniency |= Leniency::of_invisible("D001");
        leniency |= Leniency::of_invisible("\u{FEFF}");
        assert_eq!(leniency.words(Lang::Zh), "多余空格、不可见字符 U+200B、U+FEFF");
        assert_eq!(leniency.words(Lang::En), "surrounding space, invisible characters U+200B, U+FEFF");
        assert!(Leniency::of_invisible("D001").is_none());
    }
}
