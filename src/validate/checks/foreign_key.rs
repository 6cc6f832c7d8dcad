//! `foreign-key`: a value that is not in the other table.
//!
//! Why: the tonnes of a misspelt dealer would count for nobody. Example: D0O1 instead of D001; the nearest known id is suggested.

use super::Scope;
use crate::schema::nearest_within;
use crate::validate::Column;
use crate::validate::issue::{Code, Detail};

/// So many strangers get the nearest id as a suggestion; looking for it compares with every known id.
const SUGGESTIONS_MAX: usize = 200;

/// Ids differ in a character or two by their nature; a guess must be closer than that of a name.
const ID_LIKENESS: f64 = 0.75;

pub(super) fn check(scope: &mut Scope<'_>) {
    for index in 0..scope.tables.len() {
        for key in 0..scope.resource(index).foreign_keys.len() {
            for (row, field, nearest) in strangers(scope, index, key) {
                let severity = scope.resource(index).foreign_keys[key].severity;
                scope.say(index, row, field, severity, Code::ForeignKey, Detail::Stranger(nearest));
            }
        }
    }
}

fn strangers(scope: &Scope<'_>, index: usize, key: usize) -> Vec<(usize, usize, Option<Box<str>>)> {
    let key = &scope.resource(index).foreign_keys[key];
    let known = scope.schemas.index(&key.resource).and_then(|other| {
        let field = scope.resource(other).field(&key.target)?;
        Some(scope.tables[other].as_ref()?.column(field))
    });
    let own = scope.tables[index].as_ref().map(|t| t.column(key.field));
    let (Some(Column::Text(known)), Some(Column::Text(own))) = (known, own) else { return Vec::new() };
    let mut suggested = 0;
    let verdicts: Vec<Option<Option<Box<str>>>> = own
        .texts
        .iter()
        .map(|text| {
            if known.texts.find(text).is_some() {
                return None;
            }
            suggested += 1;
            Some(
                (suggested <= SUGGESTIONS_MAX)
                    .then(|| nearest_within(text, known.texts.iter(), ID_LIKENESS))
                    .flatten()
                    .map(Into::into),
            )
        })
        .collect();
    let rows = own.symbols.iter().enumerate();
    rows.filter_map(|(row, symbol)| verdicts.get(*symbol as usize)?.clone().map(|near| (row, key.field, near)))
        .collect()
}
