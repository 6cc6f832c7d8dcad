//! A column: its labels, its type, its constraints.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use super::label::normalise;

/// A column of a table.
#[derive(Clone, Debug, Deserialize)]
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
    /// `points`: "30%" is 30 here, not 0.3.
    #[serde(default)]
    pub percent: Option<String>,
    /// The labels by which it is known, in the form in which labels are compared: title, name, English label, aliases.
    #[serde(skip)]
    labels: Vec<String>,
    /// The units, in the same form.
    #[serde(skip)]
    label_units: Vec<String>,
}

/// The types of Table Schema that are used.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text, a category where there are categories.
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
}

impl Category {
    /// The spelling in the language of the reader.
    pub fn spelled(&self, lang: crate::lang::Lang) -> &str {
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
    }

    /// Whether a normalised label is the column's title or name.
    pub fn is_called(&self, label: &str) -> bool {
        self.labels.iter().take(2).any(|known| known == label)
    }

    /// Whether a normalised label means this column: by title, name or alias, with one of its units in brackets behind it or not.
    pub fn has_label(&self, label: &str) -> bool {
        let is_known = |label: &str| self.labels.iter().any(|known| known == label);
        is_known(label) || self.without_unit(label).is_some_and(is_known)
    }

    fn without_unit<'l>(&self, label: &'l str) -> Option<&'l str> {
        let (bare, unit) = label.strip_suffix(')')?.rsplit_once('(')?;
        self.label_units.iter().any(|known| known == unit).then_some(bare)
    }

    /// Whether 30% is 30 in this column, not 0.3.
    pub fn percent_is_points(&self) -> bool {
        self.percent.as_deref() == Some("points")
    }

    /// The label in the language of the reader.
    pub fn label(&self, lang: crate::lang::Lang) -> &str {
        lang.pick(&self.title, &self.title_en)
    }

    /// The unit, as readers of a language write it.
    pub fn unit(&self, lang: crate::lang::Lang) -> Option<&str> {
        let mut units = self.units.iter().map(String::as_str);
        match lang {
            crate::lang::Lang::Zh => units.next(),
            crate::lang::Lang::En => units.find(|unit| unit.is_ascii()),
        }
    }

    /// The spelling of yes or no in the language of the reader.
    pub fn spelled(&self, value: bool, lang: crate::lang::Lang) -> &str {
        let spellings = if value { &self.true_values } else { &self.false_values };
        let is_word = |s: &&String| s.len() > 1 && s.bytes().all(|b| b.is_ascii_lowercase());
        let english = spellings.iter().find(is_word);
        let first = spellings.first().map_or("", String::as_str);
        lang.pick(first, english.map_or(first, String::as_str))
    }

    /// What it holds, in the language of the reader.
    pub fn describe(&self, lang: crate::lang::Lang) -> &str {
        lang.pick(&self.description, &self.description_en)
    }

    /// The index of the category that this spelling means, and whether the spelling is a declared one to the letter.
    pub fn category(&self, text: &str) -> Option<(usize, bool)> {
        let spellings =
            |c: &'_ Category| -> Vec<String> { [&c.value, &c.label].into_iter().chain(&c.aliases).cloned().collect() };
        if let Some(index) = self.categories.iter().position(|c| c.value == text || c.label == text) {
            return Some((index, true));
        }
        let wanted = normalise(text);
        let find = |c: &Category| spellings(c).iter().find(|s| normalise(s) == wanted).map(|s| s == text);
        self.categories.iter().enumerate().find_map(|(index, c)| find(c).map(|exact| (index, exact)))
    }

    /// The category that is nearest to a text, where one is near.
    pub fn nearest_category(&self, text: &str) -> Option<&Category> {
        let labels = self
            .categories
            .iter()
            .flat_map(|c| [c.label.as_str(), c.value.as_str()].into_iter().chain(c.aliases.iter().map(String::as_str)));
        let near = super::label::nearest_within(text, labels, f64::MIN_POSITIVE)?.to_owned();
        self.categories.iter().find(|c| c.label == near || c.value == near || c.aliases.contains(&near))
    }
}
