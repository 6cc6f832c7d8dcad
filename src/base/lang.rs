//! The two languages that messages, titles and pages are written in.

use std::str::FromStr;

/// The language of everything that people read. Chinese is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 简体中文
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// The text of this language out of a pair.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The language's code as it stands in requests: `zh` or `en`.
    pub fn code(self) -> &'static str {
        self.pick("zh", "en")
    }
}

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// 简体中文
    pub zh: &'static str,
    /// English
    pub en: &'static str,
}

impl Pair {
    /// Returns the pair of these two.
    pub const fn new(zh: &'static str, en: &'static str) -> Pair {
        Pair { zh, en }
    }

    /// Returns the text of a language.
    pub fn pick(self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }

    /// Returns the text of a language, as a text of its own like those of sentences with placeholders.
    pub fn text(self, lang: Lang) -> String {
        self.pick(lang).to_owned()
    }
}

impl FromStr for Lang {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "zh" => Ok(Lang::Zh),
            "en" => Ok(Lang::En),
            _ => Err(()),
        }
    }
}
