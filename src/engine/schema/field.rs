//! A column: its labels, its type, its constraints.

use std::collections::HashMap;

use jiff::civil::Date;
use regex::Regex;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use super::label::normalise;

/// A column of a table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its English name, fixed.
    pub name: String,
    /// Its Chinese label.
    pub title: String,
    /// An English label for people.
    pub title_en: String,
    /// What it holds, in a Chinese sentence for whoever fills it in.
    #[serde(default)]
    pub description: String,
    /// The same in English.
    #[serde(default)]
    pub description_en: String,
    /// A value as it might be, for the example row of templates.
    #[serde(default)]
    pub example: Option<Json>,
    /// The same in English, where it is free text.
    #[serde(default)]
    pub example_en: Option<String>,
    /// The type of its values.
    #[serde(rename = "type")]
    pub type_: FieldType,
    /// Other labels by which it is known.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Units that may stand behind a number or, in brackets, behind the label.
    #[serde(default)]
    pub units: Vec<String>,
    /// The only values, where they are counted.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Spellings of true.
    #[serde(default)]
    pub true_values: Vec<String>,
    /// Spellings of false.
    #[serde(default)]
    pub false_values: Vec<String>,
    /// What an empty cell counts as.
    #[serde(default)]
    pub default: Option<Json>,
    /// What must hold for each value.
    #[serde(default)]
    pub constraints: Constraints,
    /// Whether the values are kept for the programmes; what is not is checked and forgotten.
    #[serde(default = "yes")]
    pub kept: bool,
    /// Whether templates have the column.
    #[serde(default = "yes")]
    pub template: bool,
    /// What its texts group by (region, product …): they are compared as keys, and share their spelling with the column of the dealers sheet
    /// that groups by the same.
    #[serde(default)]
    pub groups: Option<String>,
    /// `points`: "30%" is 30 here, not 0.3.
    #[serde(default)]
    pub percent: Option<String>,
    /// The form of a text; only a caller's own schema asks for one.
    #[serde(skip)]
    pub format: Format,
    /// How a caller's own schema writes dates in texts, in the signs of strftime.
    #[serde(skip)]
    pub date_format: Option<String>,
    /// Whether a time of day may stand behind the date, unchecked.
    #[serde(skip)]
    pub with_time: bool,
    /// Texts that count as blank; only a caller's own schema has any.
    #[serde(skip)]
    pub missing_values: Vec<String>,
    /// Whether the nearest category may be suggested: no points or money hang on a caller's own.
    #[serde(skip)]
    pub guesses: bool,
    /// Whether another table, or this one, refers to it.
    #[serde(skip)]
    pub referred_to: bool,
    /// The labels by which it is known, in the form in which labels are compared: title, name, English label, aliases.
    #[serde(skip)]
    pub(super) labels: Vec<String>,
    /// The units, in the same form.
    #[serde(skip)]
    pub(super) label_units: Vec<String>,
    /// The category of each spelling.
    #[serde(skip)]
    pub(super) spellings: Spellings,
}

/// The categories by their spellings, to the letter and in the form in which names are compared.
#[derive(Clone, Debug, Default)]
pub(super) struct Spellings {
    exact: HashMap<String, usize>,
    normalised: HashMap<String, usize>,
}

/// The form of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Any text.
    #[default]
    Plain,
    /// An e-mail address.
    Email,
    /// A URI with its scheme.
    Uri,
    /// A UUID, with hyphens.
    Uuid,
}

/// The types of Table Schema that are used.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text, a category where there are categories.
    #[default]
    String,
    /// A decimal number.
    Number,
    /// A whole number.
    Integer,
    /// A calendar date.
    Date,
    /// A month of a year.
    Yearmonth,
    /// A calendar year.
    Year,
    /// Yes or no.
    Boolean,
}

/// A value out of a closed list.
#[derive(Clone, Debug, Deserialize)]
pub struct Category {
    /// The canonical value.
    pub value: String,
    /// The Chinese spelling.
    pub label: String,
    /// Other spellings that are accepted.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Words of daily use that mean it; they are suggested, not accepted.
    #[serde(default)]
    pub synonyms: Vec<String>,
}

impl Category {
    /// The spelling in the language of the reader.
    pub fn spelled(&self, lang: dealerbook_base::lang::Lang) -> &str {
        lang.pick(&self.label, &self.value)
    }
}

/// What must hold for each value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Constraints {
    /// The cell may not be empty.
    #[serde(default)]
    pub required: bool,
    /// No value twice.
    #[serde(default)]
    pub unique: bool,
    /// No less than this.
    #[serde(default, deserialize_with = "decimal")]
    pub minimum: Option<Decimal>,
    /// No more than this.
    #[serde(default, deserialize_with = "decimal")]
    pub maximum: Option<Decimal>,
    /// More than this.
    #[serde(default, deserialize_with = "decimal")]
    pub exclusive_minimum: Option<Decimal>,
    /// What only a caller's own schema asks for.
    #[serde(skip)]
    pub more: More,
}

/// Constraints that only a caller's own schema has.
#[derive(Clone, Debug, Default)]
pub struct More {
    /// Less than this.
    pub exclusive_maximum: Option<Decimal>,
    /// No day before this one; of months the first day.
    pub earliest: Option<Bound>,
    /// No day behind this one.
    pub latest: Option<Bound>,
    /// So many characters at least.
    pub min_length: Option<u32>,
    /// So many characters at most.
    pub max_length: Option<u32>,
    /// What the whole text must look like.
    pub pattern: Option<Pattern>,
    /// The only numbers, days or booleans, where they are counted; of texts they are categories.
    pub one_of: Vec<Scalar>,
}

impl More {
    /// Whether a text has the length and the look that are asked for.
    pub fn fits(&self, text: &str) -> bool {
        // Counted only where a length is asked for: most columns ask for none, and some are long.
        let characters = || text.chars().count();
        let long_enough = self.min_length.is_none_or(|least| characters() >= least as usize);
        let short_enough = self.max_length.is_none_or(|most| characters() <= most as usize);
        long_enough && short_enough && self.pattern.as_ref().is_none_or(|pattern| pattern.fits(text))
    }
}

/// A bound among days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The day.
    pub date: Date,
    /// Whether the day itself is out of bounds.
    pub exclusive: bool,
}

/// A value that is no text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// A number or a year.
    Number(Decimal),
    /// A day, or a month as its first.
    Date(Date),
    /// Yes or no.
    Boolean(bool),
}

/// A regular expression that a whole text must match.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As it was written.
    pub text: String,
    regex: Regex,
}

/// A compiled pattern takes so much memory at most.
const PATTERN_BYTES_MAX: usize = 1 << 20;

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// What the reader of regular expressions says; look-around and back references are not known to it.
    pub fn parse(text: &str) -> Result<Self, regex::Error> {
        let regex = regex::RegexBuilder::new(&format!("^(?:{text})$")).size_limit(PATTERN_BYTES_MAX).build()?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// Whether the whole text matches.
    pub fn fits(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// A text is compared with so many categories at most in search of the nearest.
const COMPARED_MAX: usize = 500;

impl Spellings {
    fn of(categories: &[Category]) -> Self {
        let mut spellings = Spellings::default();
        let own = categories.iter().enumerate().flat_map(|(n, c)| [(n, &c.value), (n, &c.label)]);
        let others = categories.iter().enumerate().flat_map(|(n, c)| c.aliases.iter().map(move |alias| (n, alias)));
        for (index, spelling) in own.chain(others) {
            spellings.exact.entry(spelling.clone()).or_insert(index);
            spellings.normalised.entry(normalise(spelling)).or_insert(index);
        }
        spellings
    }
}

fn yes() -> bool {
    true
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let number = Option::<serde_json::Number>::deserialize(deserializer)?;
    number.map(|n| Decimal::from_str_exact(&n.to_string()).map_err(serde::de::Error::custom)).transpose()
}

impl Field {
    /// Prepares the labels for comparison; called once, when the schemas are loaded.
    pub(super) fn prepare(&mut self) {
        let labels = [&self.title, &self.name, &self.title_en].into_iter().chain(&self.aliases);
        self.labels = labels.map(|label| normalise(label)).collect();
        self.label_units = self.units.iter().map(|unit| normalise(unit)).collect();
        self.spellings = Spellings::of(&self.categories);
    }

    /// Whether a normalised label is the column's title or name.
    pub fn is_called(&self, label: &str) -> bool {
        self.labels.iter().take(2).any(|known| known == label)
    }

    /// Whether a normalised label means this column: by title, name or alias.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|known| known == label)
    }

    /// Whether a text in normal form is a declared spelling of yes or no.
    pub fn is_boolean_spelling(&self, word: &str) -> bool {
        self.true_values.iter().chain(&self.false_values).any(|spelling| normalise(spelling) == word)
    }

    /// Whether a text in normal form is one of the column's own units.
    pub fn is_unit(&self, unit: &str) -> bool {
        self.label_units.iter().any(|known| known == unit)
    }

    /// Whether 30% is 30 in this column, not 0.3.
    pub fn percent_is_points(&self) -> bool {
        self.percent.as_deref() == Some("points")
    }

    /// The label in the language of the reader.
    pub fn label(&self, lang: dealerbook_base::lang::Lang) -> &str {
        lang.pick(&self.title, &self.title_en)
    }

    /// The unit, as readers of a language write it.
    pub fn unit(&self, lang: dealerbook_base::lang::Lang) -> Option<&str> {
        let mut units = self.units.iter().map(String::as_str);
        match lang {
            dealerbook_base::lang::Lang::Zh => units.next(),
            dealerbook_base::lang::Lang::En => units.find(|unit| unit.is_ascii()),
        }
    }

    /// The spelling of yes or no in the language of the reader.
    pub fn spelled(&self, value: bool, lang: dealerbook_base::lang::Lang) -> &str {
        let spellings = if value { &self.true_values } else { &self.false_values };
        let is_word = |s: &&String| s.len() > 1 && s.bytes().all(|b| b.is_ascii_lowercase());
        let english = spellings.iter().find(is_word);
        let first = spellings.first().map_or("", String::as_str);
        lang.pick(first, english.map_or(first, String::as_str))
    }

    /// What it holds, in the language of the reader.
    pub fn describe(&self, lang: dealerbook_base::lang::Lang) -> &str {
        lang.pick(&self.description, &self.description_en)
    }

    /// The index of the category that this spelling means, and whether the spelling is a declared one to the letter.
    pub fn category(&self, text: &str) -> Option<(usize, bool)> {
        let Spellings { exact, normalised } = &self.spellings;
        let found = exact.get(text).map(|index| (*index, true));
        found.or_else(|| normalised.get(&normalise(text)).map(|index| (*index, false)))
    }

    /// The category that is suggested for a text that is none: by its declared synonyms. A guess by likeness only where nothing hangs on
    /// it, in a caller's own schema.
    pub fn suggested_category(&self, text: &str) -> Option<usize> {
        let word = normalise(text);
        let means = |category: &Category| category.synonyms.iter().any(|synonym| normalise(synonym) == word);
        let declared = self.categories.iter().position(means);
        if declared.is_some() || !self.guesses || self.categories.len() > COMPARED_MAX {
            return declared;
        }
        let spellings = |c: &Category| [c.label.clone(), c.value.clone()].into_iter().chain(c.aliases.clone());
        let all: Vec<(usize, String)> =
            self.categories.iter().enumerate().flat_map(|(n, c)| spellings(c).map(move |s| (n, s))).collect();
        let near = super::label::nearest_within(text, all.iter().map(|(_, s)| s.as_str()), f64::MIN_POSITIVE)?;
        all.iter().find(|(_, spelling)| spelling == near).map(|(n, _)| *n)
    }
}
