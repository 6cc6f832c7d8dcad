//! `foreign-key`: a value that is not in the other table.
//!
//! Why: the tonnes of a misspelt dealer would count for nobody. Example: D0O1 instead of D001; the nearest known id is suggested.

use std::collections::HashSet;

use super::Scope;
use crate::schema::{ForeignKey, Resource, nearest_within};
use crate::validate::issue::{Code, Detail};
use crate::validate::{Column, Table};

/// So many strangers get the nearest id as a suggestion; looking for it compares with every known id.
const SUGGESTIONS_MAX: usize = 200;

/// Ids differ in a character or two by their nature; a guess must be closer than that of a name.
const ID_LIKENESS: f64 = 0.75;

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
                    Detail::Stranger(number as u16, nearest),
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

/// Tells strangers from known values: `None` for a known one; for a stranger the nearest that is known, where one is near and not
/// too many have been looked for.
fn judge<'k>(
    known: impl Iterator<Item = &'k str> + Clone,
    is_known: impl Fn(&str) -> bool,
) -> impl FnMut(&str) -> Option<Option<Box<str>>> {
    let mut suggested = 0;
    move |text| {
        if is_known(text) {
            return None;
        }
        suggested += 1;
        let ask = suggested <= SUGGESTIONS_MAX;
        Some(ask.then(|| nearest_within(text, known.clone(), ID_LIKENESS)).flatten().map(Into::into))
    }
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
