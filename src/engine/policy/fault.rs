//! What is wrong with a policy, in both languages: where, what, and how to fix it.

use std::fmt;

use dealerbook_base::lang::Lang;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    zh: String,
    en: String,
    /// The keys that lead to it, as `scorecards.0.characteristics.2`; empty for the whole.
    path: String,
}

impl Fault {
    /// The same in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), path: String::new() }
    }

    /// The same with the place before it.
    pub fn at(self, place: &str) -> Self {
        Self { zh: format!("{place}：{}", self.zh), en: format!("{place}: {}", self.en), path: self.path }
    }

    /// The same as of this part of what it was a fault of.
    pub(crate) fn in_part(mut self, part: &str) -> Self {
        let dot = if self.path.is_empty() || part.is_empty() { "" } else { "." };
        self.path = format!("{part}{dot}{}", self.path);
        self
    }

    /// The keys that lead to it, as `scorecards.0.characteristics.2`; empty where the whole policy is meant.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// In the reader's language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// Everything that is wrong with a part of a policy.
#[derive(Clone, Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.0.iter().map(|fault| fault.pick(Lang::En)).collect();
        f.write_str(&texts.join("; "))
    }
}

/// Adds the faults that `find` finds, as those of a part.
pub(super) fn of_part(part: &str, faults: &mut Vec<Fault>, find: impl FnOnce(&mut Vec<Fault>)) {
    let mut own = Vec::new();
    find(&mut own);
    faults.extend(own.into_iter().map(|fault| fault.in_part(part)));
}

/// A [`Fault`] from two formats and their arguments.
macro_rules! fault {
    ($zh:literal, $en:literal $(, $arg:expr)* $(,)?) => {
        $crate::policy::Fault::new(format!($zh $(, $arg)*), format!($en $(, $arg)*))
    };
}

pub(crate) use fault;
