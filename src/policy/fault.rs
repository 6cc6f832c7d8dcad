//! What is wrong with a policy, in both languages: where, what, and how to mend it.

use std::fmt;

use crate::lang::Lang;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    zh: String,
    en: String,
}

impl Fault {
    /// The same in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The same with the place before it.
    pub fn at(self, place: &str) -> Self {
        Self { zh: format!("{place}：{}", self.zh), en: format!("{place}: {}", self.en) }
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

/// A [`Fault`] from two formats and their arguments.
macro_rules! fault {
    ($zh:literal, $en:literal $(, $arg:expr)* $(,)?) => {
        $crate::policy::Fault::new(format!($zh $(, $arg)*), format!($en $(, $arg)*))
    };
}

pub(super) use fault;
