//! `foreign-key`: a value that is not in the other table.
//!
//! Why: the tonnes of a misspelt dealer would count for nobody. Example: D99 instead of D099. A known id is suggested only where it is the same but
//! for case and leading zeros: a guess by likeness would accuse somebody else.

use std::collections::{HashMap, HashSet};

use super::Scope;
use crate::schema::{ForeignKey, Resource};
use crate::validate::issue::{Code, Detail};
use crate::validate::{Column, Table};
use dealerbook_base::key;
use dealerbook_base::narrow::u16_of;

/// A row whose value is not known, and the nearest one that is.
type Stranger = (usize, Option<Box<str>>);

pub(super) fn check(scope: &mut Scope<'_>) {
    for index in 0..scope.tables.len() {
        let resource = scope.resource(index);
        for (number, key) in resource.foreign_keys.iter().enumerate() {
            for (row, nearest) in strangers(scope, index, key) {
                scope.say(
                    index,
                    row,
                    key.fields[0],
                    key.severity,
                    Code::ForeignKey,
                    Detail::Stranger(u16_of(number), nearest),
                );
            }
        }
    }
}

fn strangers(scope: &Scope<'_>, index: usize, key: &ForeignKey) -> Vec<Stranger> {
    let other = scope
        .schemas
        .index(&key.resource)
        .and_then(|other| Some((scope.resource(other), scope.tables[other].as_ref()?)));
    let (Some((target, known)), Some(own)) = (other, scope.tables[index].as_ref()) else { return Vec::new() };
    let targets: Option<Vec<usize>> = key.targets.iter().map(|name| target.field(name)).collect();
    let Some(targets) = targets else { return Vec::new() };
    let is_there = |table: &Table, fields: &[usize]| !fields.iter().any(|f| matches!(table.column(*f), Column::Absent));
    if !is_there(known, &targets) || !is_there(own, &key.fields) {
        return Vec::new();
    }
    if let ([target], [field]) = (&targets[..], &key.fields[..])
        && let (Column::Text(known), Column::Text(own)) = (known.column(*target), own.column(*field))
    {
        // The long tables: each distinct text is looked up once.
        let mut verdict = judge(known.texts.iter(), |text| known.texts.find(text).is_some());
        let verdicts: Vec<Option<Option<Box<str>>>> = own.texts.iter().map(&mut verdict).collect();
        let rows = own.symbols.iter().enumerate();
        return rows.filter_map(|(row, symbol)| Some((row, verdicts.get(*symbol as usize)?.clone()?))).collect();
    }
    let known: HashSet<String> = identities(known, target, &targets).into_iter().flatten().collect();
    let mut nearest: Vec<&str> = known.iter().map(String::as_str).collect();
    nearest.sort_unstable();
    let mut verdict = judge(nearest.into_iter(), |text| known.contains(text));
    let own = identities(own, scope.resource(index), &key.fields).into_iter().enumerate();
    own.filter_map(|(row, text)| Some((row, verdict(&text?)?))).collect()
}

/// Tells strangers from known values: `None` for a known one; for a stranger the one known value that differs in nothing but case and
/// leading zeros, where there is exactly one.
fn judge<'k>(
    known: impl Iterator<Item = &'k str> + Clone,
    is_known: impl Fn(&str) -> bool,
) -> impl FnMut(&str) -> Option<Option<Box<str>>> {
    let mut folded: Option<HashMap<String, Option<&'k str>>> = None;
    move |text| {
        if is_known(text) {
            return None;
        }
        let folded = folded.get_or_insert_with(|| {
            let mut all = HashMap::new();
            for id in known.clone() {
                all.entry(fold(id)).and_modify(|one| *one = None).or_insert(Some(id));
            }
            all
        });
        Some(folded.get(&fold(text)).copied().flatten().map(Into::into))
    }
}

/// An id without case and without the leading zeros of its numbers: D007 is d7.
fn fold(id: &str) -> String {
    let mut folded = String::with_capacity(id.len());
    let mut digits = 0;
    for c in key::canonical(id).to_lowercase().chars() {
        if c.is_ascii_digit() {
            if digits > 0
                && folded.ends_with('0')
                && !folded[..folded.len() - 1].ends_with(|c: char| c.is_ascii_digit())
            {
                folded.pop();
            }
            digits += 1;
        } else {
            digits = 0;
        }
        folded.push(c);
    }
    folded
}

/// For each row its values in some columns as one text; `None` where one of them is blank or faulty.
fn identities(table: &Table, resource: &Resource, fields: &[usize]) -> Vec<Option<String>> {
    let of_row = |row: usize| {
        let parts = fields.iter().map(|field| {
            let value = table.column(*field).value(row)?;
            Some(value.identity(&resource.fields[*field]).into_owned())
        });
        parts.collect::<Option<Vec<String>>>().map(|parts| parts.join(PART_SEPARATOR))
    };
    (0..table.len()).map(of_row).collect()
}

/// Stands between the values of a key of several columns, also in what is suggested.
const PART_SEPARATOR: &str = " / ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_suggested_for_case_and_leading_zeros_only() {
        for (one, other) in [("D007", "d7"), ("001", "1"), ("D0070", "D70"), ("A01-002", "a1-2"), ("000", "0")] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        for (one, other) in [("D099", "D009"), ("D70", "D7"), ("D0O1", "D001"), ("0", ""), ("A1", "A11")] {
            assert_ne!(fold(one), fold(other), "{one}");
        }
        let known = ["D001", "D01", "D009"];
        let mut suggest = judge(known.into_iter(), |text| known.contains(&text));
        assert_eq!(suggest("D001"), None);
        assert_eq!(suggest("d9"), Some(Some("D009".into())));
        assert_eq!(suggest("D1"), Some(None), "two known ids are meant alike");
        assert_eq!(suggest("D099"), Some(None));
    }
}
