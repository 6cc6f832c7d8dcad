//! From the text of a policy to its parts, with everything that can't be read: keys that are not known, that are missing, or that hold
//! something else.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::fault::fault;
use super::{Characteristic, Example, Fault, Faults, Grade, Policy};
use super::{SHIPPED, incentive_entry, scorecard_entry};
use crate::schema::nearest;

/// The key that names the policy whose parts count where a policy says nothing of its own.
pub(super) const EXTENDS: &str = "extends";

/// These are never taken over from another policy: they say what this one is.
const OWN: [&str; 5] = ["id", "version", "rates", "title", "examples"];

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

/// The policy, where all of it can be read.
pub(super) fn policy(table: Table) -> Result<Policy, Vec<Fault>> {
    let mut faults: Vec<Fault> = NEEDED
        .iter()
        .filter(|key| !table.contains_key(**key))
        .map(|key| fault!("缺少 `{}`", "`{}` is missing", key))
        .collect();
    each::<Grade, Grade>(&table, "grades", &mut faults);
    for (place, card) in elements(&table, "scorecards") {
        let mut own = Vec::new();
        if let Value::Table(card) = card {
            each::<scorecard_entry::Entry, Characteristic>(card, "characteristics", &mut own);
        }
        faults.extend(own.into_iter().map(|fault| fault.at(&place)));
    }
    each::<incentive_entry::Entry, super::Incentive>(&table, "incentives", &mut faults);
    each::<Example, Example>(&table, "examples", &mut faults);
    let whole = Value::Table(table);
    let mut unknown = Vec::new();
    let read: Result<Policy, _> = serde_ignored::deserialize(whole.clone(), |path| unknown.push(path.to_string()));
    if let (Err(error), true) = (&read, faults.is_empty()) {
        faults.push(unreadable(error));
    }
    faults.extend(unknown.iter().map(|path| unknown_key(&whole, path)));
    match read {
        Ok(policy) if faults.is_empty() => Ok(policy),
        _ => Err(faults),
    }
}

fn unreadable(error: &toml::de::Error) -> Fault {
    let message = error.message().trim();
    fault!("无法读取（{}）", "it can't be read: {}", message)
}

/// The elements of a list with what people call each: `incentives[2] (growth)`.
fn elements<'t>(table: &'t Table, list: &str) -> Vec<(String, &'t Value)> {
    let Some(Value::Array(elements)) = table.get(list) else { return Vec::new() };
    elements.iter().enumerate().map(|(n, element)| (place(list, n, element), element)).collect()
}

fn place(list: &str, n: usize, element: &Value) -> String {
    let name = ["id", "name"].iter().find_map(|key| element.get(key)?.as_str());
    name.map_or_else(|| format!("{list}[{}]", n + 1), |name| format!("{list}[{}] ({name})", n + 1))
}

/// Reads each element of a list by itself, so that one that is wrong doesn't hide the next.
fn each<E: DeserializeOwned, T: TryFrom<E>>(table: &Table, list: &str, faults: &mut Vec<Fault>)
where
    T::Error: Into<Faults>,
{
    for (place, element) in elements(table, list) {
        let found = match E::deserialize(element.clone()).map(T::try_from) {
            Err(error) => vec![unreadable(&error)],
            Ok(Err(faults)) => faults.into().0,
            Ok(Ok(_)) => Vec::new(),
        };
        faults.extend(found.into_iter().map(|fault| fault.at(&place)));
    }
}

impl From<std::convert::Infallible> for Faults {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// A key that nothing reads, with the place as people call it and the name that it may have been meant for.
fn unknown_key(whole: &Value, path: &str) -> Fault {
    let mut at = Some(whole);
    let mut places: Vec<String> = Vec::new();
    let segments: Vec<&str> = path.split('.').filter(|segment| *segment != "?").collect();
    for segment in &segments {
        at = at.and_then(|value| match segment.parse::<usize>() {
            Ok(n) => {
                let element = value.get(n)?;
                let list = places.pop().unwrap_or_default();
                places.push(place(&list, n, element));
                Some(element)
            }
            Err(_) => {
                places.push((*segment).to_owned());
                value.get(segment)
            }
        });
    }
    let key = places.pop().unwrap_or_default();
    let known = known_keys();
    let fault = match nearest(&key, known.iter().map(String::as_str)) {
        Some(near) => fault!("没有 `{}` 这个键；是否应为 `{}`？", "there is no key `{}`; was `{}` meant?", key, near),
        None => fault!("没有 `{}` 这个键，请删去", "there is no key `{}`: take it out", key),
    };
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
