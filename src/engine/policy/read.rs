//! From the text of a policy to its parts, with everything that can't be read: keys that are not known, that are missing, or that hold
//! something else.
//!
//! Each element of a list is read by itself, so that one fault doesn't hide the next. Programmes and characteristics are read flat
//! (`*_entry`) and then made into their kind, because serde's flattened enums swallow unknown keys. `extends` takes over whole top-level
//! parts of a shipped policy; the hash then covers both files.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::draft::Rules;
use super::fault::fault;
use super::section::{self, SectionKinds, Sections};
use super::{Characteristic, Example, Fault, Faults, Figures, Grade, Joiners, ModeCard, Policy, Rates, Title};
use super::{CliffSettings, SHIPPED, incentive_entry, scorecard_entry};
use crate::schema::nearest;
use dealerbook_base::key::Key;

/// The key that names the policy whose parts count where a policy says nothing of its own.
pub(super) const EXTENDS: &str = "extends";

/// These are never taken over from another policy: they say what this one is.
const OWN: [&str; 7] = ["id", "version", "rates", "title", "examples", "effective_from", "effective_to"];

/// The keys that each policy must have in the end.
const NEEDED: [&str; 12] = [
    "id",
    "version",
    "rates",
    "title",
    "tonnes_tolerance",
    "answer_appeals_in_working_days",
    "modes",
    "characteristics",
    "grades",
    "entitlements",
    "scorecards",
    "incentives",
];

/// Fills in what a policy takes over from the one that it extends.
pub(super) fn extend(own: &mut Table, base: Table) {
    for (key, value) in base.into_iter().filter(|(key, _)| !OWN.contains(&key.as_str())) {
        own.entry(key).or_insert(value);
    }
}

/// The keys that it may have beside.
const OPTIONAL: &[&str] = &[
    EXTENDS,
    "effective_from",
    "effective_to",
    "verify_appeals_in_working_days",
    "incentives_need_tonnes",
    "joiners",
    "dealer_cap",
    "check",
    "examples",
    "market_classes",
    "market_strategies",
];

/// The keys whose values are days.
const DAYS: [&str; 2] = ["effective_from", "effective_to"];

/// Days may be written as TOML's own or as texts; they are texts from here on.
pub(super) fn plain_days(table: &mut Table) {
    for key in DAYS {
        if let Some(Value::Datetime(day)) = table.get(key) {
            let day = day.to_string();
            table.insert(key.to_owned(), Value::String(day));
        }
    }
}

/// The policy, where all of it can be read.
pub(super) fn policy(table: Table, sections: SectionKinds) -> Result<Policy, Vec<Fault>> {
    let mut reader = Reader { sections, ..Reader::default() };
    reader.repeated_regions(&table);
    match reader.whole(&table) {
        Ok(policy) if reader.unknown.is_empty() && reader.faults.is_empty() => Ok(policy),
        read => Err(faults(table, reader, read.err())),
    }
}

/// Everything that can't be read, where the whole can't be, or says what nobody reads: now its parts are read as well.
fn faults(table: Table, mut reader: Reader, of_whole: Option<toml::de::Error>) -> Vec<Fault> {
    reader.keys(&table);
    reader.parts(&table);
    reader.each::<Grade, Grade>(&table, "", "grades");
    reader.each::<CardHead, CardHead>(&table, "", "scorecards");
    for (n, card) in list(&table, "scorecards").iter().enumerate() {
        if let Value::Table(card) = card {
            let above = format!("scorecards.{n}.");
            reader.each::<scorecard_entry::Entry, Characteristic>(card, &above, "characteristics");
        }
    }
    reader.each::<incentive_entry::Entry, super::Incentive>(&table, "", "incentives");
    reader.each::<Example, Example>(&table, "", "examples");
    let whole = Value::Table(table);
    let Reader { faults, unknown, .. } = reader;
    let mut faults: Vec<Fault> = faults.into_iter().map(|(path, fault)| at(&whole, &path, fault)).collect();
    if let (Some(error), true) = (of_whole, faults.is_empty()) {
        faults.push(unreadable(&error));
    }
    faults.extend(unknown.iter().map(|path| unknown_key(&whole, path)));
    faults
}

/// Reads the parts of a policy one by one, so that one that is wrong doesn't hide the next.
#[derive(Default)]
pub(super) struct Reader {
    /// What is wrong, with the path of the part.
    faults: Vec<(String, Fault)>,
    /// The paths of the keys that nothing reads.
    unknown: BTreeSet<String>,
    /// The sections of the programmes.
    sections: SectionKinds,
}

impl Reader {
    /// Reads the whole, without the sections of the programmes, then these.
    fn whole(&mut self, table: &Table) -> Result<Policy, toml::de::Error> {
        let is_owned = |key: &str| self.sections.iter().flatten().any(|kind| kind.name == key);
        let own = table.iter().filter(|(key, _)| !is_owned(key));
        let own: Table = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        let Rules(mut policy) = self.read(Value::Table(own), "")?;
        policy.sections = Sections::read(self.sections, self, table)?;
        Ok(policy)
    }

    pub(super) fn read<T: DeserializeOwned>(&mut self, value: Value, above: &str) -> Result<T, toml::de::Error> {
        // An option or a newtype between two keys shows as a question mark in the path.
        let plain = |path: String| path.split('.').filter(|part| *part != "?").collect::<Vec<_>>().join(".");
        serde_ignored::deserialize(value, |path| {
            self.unknown.insert(format!("{above}{}", plain(path.to_string())));
        })
    }

    /// The keys of the whole: those that are missing, and those that are not known.
    fn keys(&mut self, table: &Table) {
        let missing = NEEDED.iter().filter(|key| !table.contains_key(**key));
        let fault = |key: &&str| fault!("缺少 `{}`", "`{}` is missing", key).in_part(key);
        self.faults.extend(missing.map(|key| (String::new(), fault(key))));
        let known =
            |key: &str| NEEDED.contains(&key) || OPTIONAL.contains(&key) || section::is_name(self.sections, key);
        self.unknown.extend(table.keys().filter(|key| !known(key)).cloned());
    }

    /// The parts that are no lists.
    fn parts(&mut self, table: &Table) {
        self.part::<String>(table, "id");
        self.part::<String>(table, "version");
        self.part::<Rates>(table, "rates");
        self.part::<Title>(table, "title");
        DAYS.iter().for_each(|key| self.part::<Date>(table, key));
        self.part::<Decimal>(table, "tonnes_tolerance");
        self.part::<u32>(table, "verify_appeals_in_working_days");
        self.part::<u32>(table, "answer_appeals_in_working_days");
        self.part::<bool>(table, "incentives_need_tonnes");
        self.part::<Joiners>(table, "joiners");
        self.part::<BTreeMap<String, ModeCard>>(table, "modes");
        self.part::<BTreeMap<String, Title>>(table, "characteristics");
        self.part::<BTreeMap<String, Title>>(table, "entitlements");
        self.part::<Figures>(table, "dealer_cap");
        self.part::<CliffSettings>(table, "check");
        self.part::<BTreeMap<Key, String>>(table, "market_classes");
        self.part::<BTreeMap<String, Title>>(table, "market_strategies");
        section::check(self.sections, self, table);
    }

    /// A region that has its market class twice, spelled in two ways.
    fn repeated_regions(&mut self, table: &Table) {
        let classes = table.get("market_classes").and_then(Value::as_table);
        let mut first: BTreeMap<Key, &str> = BTreeMap::new();
        for region in classes.into_iter().flat_map(Table::keys) {
            let Some(other) = first.insert(Key::new(region), region) else { continue };
            let fault = fault!(
                "区域“{}”与“{}”是同一个区域，请只保留一个",
                "the regions “{}” and “{}” are the same: keep one of them",
                other,
                region
            );
            self.faults.push((format!("market_classes.{region}"), fault));
        }
    }

    pub(super) fn part<T: DeserializeOwned>(&mut self, table: &Table, key: &str) {
        let Some(value) = table.get(key) else { return };
        if let Err(error) = self.read::<T>(value.clone(), &format!("{key}.")) {
            self.faults.push((key.to_owned(), unreadable(&error)));
        }
    }

    /// Each element of a list.
    fn each<E: DeserializeOwned, T: TryFrom<E>>(&mut self, table: &Table, above: &str, name: &str)
    where
        T::Error: Into<Faults>,
    {
        for (n, element) in list(table, name).iter().enumerate() {
            let path = format!("{above}{name}.{n}");
            let found = match self.read::<E>(element.clone(), &format!("{path}.")).map(T::try_from) {
                Err(error) => vec![unreadable(&error)],
                Ok(Err(faults)) => faults.into().0,
                Ok(Ok(_)) => Vec::new(),
            };
            self.faults.extend(found.into_iter().map(|fault| (path.clone(), fault)));
        }
    }
}

fn list<'t>(table: &'t Table, name: &str) -> &'t [Value] {
    if let Some(Value::Array(elements)) = table.get(name) { elements } else { &[] }
}

/// A scorecard without its characteristics, which are read by themselves.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only whether it can be read is asked")]
struct CardHead {
    id: String,
    title: Title,
    characteristics: Vec<Value>,
}

fn unreadable(error: &toml::de::Error) -> Fault {
    let message = error.message().trim();
    fault!("无法读取（{}）", "it can't be read: {}", message)
}

impl From<std::convert::Infallible> for Faults {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// A key that nothing reads, with its place and the name that it may have been meant for.
fn unknown_key(whole: &Value, path: &str) -> Fault {
    let (above, key) = path.rsplit_once('.').unwrap_or(("", path));
    let known = known_keys();
    let fault = match nearest(key, known.iter().map(String::as_str)) {
        Some(near) => fault!("没有 `{}` 这个键；是否应为 `{}`？", "there is no key `{}`; was `{}` meant?", key, near),
        None => fault!("没有 `{}` 这个键，请删去", "there is no key `{}`: take it out", key),
    };
    at(whole, above, fault)
}

/// A fault at a path, in the words of people: `incentives[2] (growth)`.
fn at(whole: &Value, path: &str, fault: Fault) -> Fault {
    let mut value = Some(whole);
    let mut places: Vec<String> = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        match (part.parse::<usize>(), places.pop()) {
            (Ok(n), Some(list)) => {
                value = value.and_then(|value| value.get(n));
                let name = ["id", "name"].iter().find_map(|key| value?.get(key)?.as_str());
                let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
                places.push(format!("{list}[{}]{name}", n + 1));
            }
            (_, above) => {
                value = value.and_then(|value| value.get(part));
                places.extend(above);
                places.push(part.to_owned());
            }
        }
    }
    let fault = fault.in_part(path);
    if places.is_empty() { fault } else { fault.at(&places.join(", ")) }
}

/// The keys that one may have meant: those that the shipped policies use.
fn known_keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (_, text) in SHIPPED {
        if let Ok(table) = toml::from_str::<Table>(text) {
            collect(&Value::Table(table), &mut keys);
        }
    }
    keys
}

fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Table(table) => table.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            collect(value, keys);
        }),
        Value::Array(list) => list.iter().for_each(|value| collect(value, keys)),
        _ => {}
    }
}
