//! Reads a kept result from front to back, an issue and a dealer at a time. What no sheet here wants is passed over.

use std::io::Read;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

pub use serde_json::Error as ResultError;

/// What a result was made of.
#[derive(Debug, Deserialize)]
pub(super) struct Run {
    /// Runs of earlier builds don't say.
    #[serde(default)]
    pub interim: bool,
    pub period: Option<i16>,
    pub as_of: Option<String>,
    pub policy: Option<RunPolicy>,
    pub workbook: Upload,
}

/// The policy of a run.
#[derive(Debug, Deserialize)]
pub(super) struct RunPolicy {
    pub id: String,
    pub version: String,
    pub sha256: String,
    pub rates: String,
}

/// The upload of a run.
#[derive(Debug, Deserialize)]
pub(super) struct Upload {
    pub sha256: String,
    pub bytes: u64,
}

/// Counts over the whole workbook.
#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    pub errors: u64,
    pub warnings: u64,
    pub dealers: u64,
    pub incentive_total: Option<Decimal>,
    pub codes: Vec<CodeCount>,
}

/// How often a fault stands in a column.
#[derive(Debug, Deserialize)]
pub(super) struct CodeCount {
    pub sheet: Option<String>,
    pub field: Option<String>,
    pub code: String,
    pub severity: String,
    pub count: u64,
}

/// An issue.
#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    pub severity: String,
    pub code: String,
    pub sheet: Option<String>,
    pub resource: Option<String>,
    pub field: Option<String>,
    pub cell: Option<String>,
    pub message: String,
}

/// What the assessment says of a dealer.
#[derive(Debug, Deserialize)]
pub(super) struct Assessed {
    pub dealer_id: String,
    pub name: String,
    pub channel_mode: String,
    pub scorecard: Option<String>,
    pub volume_tonnes: Decimal,
    pub rank: Option<u32>,
    pub total: Option<Decimal>,
    pub grade: Option<String>,
}

/// What the incentives say of a dealer.
#[derive(Debug, Deserialize)]
pub(super) struct Paid {
    pub dealer_id: String,
    pub grade: Option<String>,
    pub lines: Vec<Line>,
    pub total: Decimal,
    pub forfeited_deposit: Option<Decimal>,
}

/// A line of the incentives.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub programme: String,
    pub amount: Decimal,
}

/// Who takes what is read, in the order in which it stands in the result.
pub(super) trait Take {
    fn run(&mut self, run: Run);
    fn summary(&mut self, summary: Summary);
    fn issue(&mut self, issue: Issue);
    fn assessed(&mut self, assessed: Assessed);
    fn paid(&mut self, paid: Paid);
}

/// Reads a result.
///
/// # Errors
/// Where it isn't what the contract says, or can't be read.
pub(super) fn read<T: Take>(result: impl Read, take: &mut T) -> Result<(), ResultError> {
    let mut deserializer = serde_json::Deserializer::from_reader(std::io::BufReader::new(result));
    Object { take, level: Level::Whole }.deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Where in the result an object stands.
#[derive(Clone, Copy)]
enum Level {
    Whole,
    Results,
    Assessment,
    Incentives,
}

struct Object<'t, T> {
    take: &'t mut T,
    level: Level,
}

impl<'de, T: Take> DeserializeSeed<'de> for Object<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Take> Visitor<'de> for Object<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of a result")
    }

    /// Nothing was calculated.
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let take = self.take;
        while let Some(key) = map.next_key::<String>()? {
            match (self.level, key.as_str()) {
                (Level::Whole, "run") => take.run(map.next_value()?),
                (Level::Whole, "summary") => take.summary(map.next_value()?),
                (Level::Whole, "issues") => map.next_value_seed(List { take, each: T::issue })?,
                (Level::Whole, "results") => map.next_value_seed(Object { take, level: Level::Results })?,
                (Level::Results, "assessment") => map.next_value_seed(Object { take, level: Level::Assessment })?,
                (Level::Results, "incentives") => map.next_value_seed(Object { take, level: Level::Incentives })?,
                (Level::Assessment, "dealers") => map.next_value_seed(List { take, each: T::assessed })?,
                (Level::Incentives, "dealers") => map.next_value_seed(List { take, each: T::paid })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct List<'t, T, E> {
    take: &'t mut T,
    each: fn(&mut T, E),
}

impl<'de, T, E: DeserializeOwned> DeserializeSeed<'de> for List<'_, T, E> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T, E: DeserializeOwned> Visitor<'de> for List<'_, T, E> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of a result")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element()? {
            (self.each)(self.take, element);
        }
        Ok(())
    }
}
