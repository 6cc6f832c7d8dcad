//! The example row of a template: known by the mark in its first column, skipped as long as it is the one that the template had.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::coerce::{self, Context, Parsed};
use super::header::Header;
use crate::schema::{Field, Resource, unmarked};
use crate::workbook::{Cell, Value};

/// What has become of an example row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// Every cell that is still filled says what the template's said.
    Untouched,
    /// It says something else; the mark stands in this column.
    Changed(u16),
}

/// Whether a row is marked as an example. Sorted columns don't matter: the mark stands with the schema's first one.
pub fn find(resource: &Resource, header: &Header, cells: &[Cell<'_>], epoch_1904: bool) -> Option<Example> {
    let column = header.columns.first().copied().flatten()?;
    // A caller's own schema has no examples, and so no template of ours.
    resource.fields.first()?.example.as_ref()?;
    let mark = cells.iter().find(|cell| cell.column == column)?;
    let Value::Text(text) = &mark.value else { return None };
    let rest = Value::Text(Cow::Owned(unmarked(text)?));
    let says = |field: usize, value: &Value<'_>| says_the_example(resource, field, value, epoch_1904);
    let untouched = cells.iter().filter(|cell| cell.uncached || !cell.value.is_blank()).all(|cell| {
        let Some(field) = header.field_at(cell.column) else { return true };
        says(field, if field == 0 { &rest } else { &cell.value })
    });
    Some(if untouched { Example::Untouched } else { Example::Changed(column) })
}

fn says_the_example(resource: &Resource, field: usize, value: &Value<'_>, epoch_1904: bool) -> bool {
    let schema = &resource.fields[field];
    let key = resource.is_key(field);
    let own = parsed(schema, key, value, epoch_1904);
    own.is_some() && examples(schema).any(|example| parsed(schema, key, &example, epoch_1904) == own)
}

fn parsed<'v>(field: &Field, key: bool, value: &'v Value<'_>, epoch_1904: bool) -> Option<Parsed<'v>> {
    coerce::parse(field, key, value, &Context { epoch_1904, year: None }).ok().map(|(parsed, _)| parsed)
}

fn examples(field: &Field) -> impl Iterator<Item = Value<'_>> {
    let english = field.example_en.as_deref().map(|text| Value::Text(text.into()));
    let example = field.example.as_ref().map(|example| match example {
        Json::Bool(b) => Value::Boolean(*b),
        Json::Number(x) => x.as_f64().map_or(Value::Empty, Value::Number),
        Json::String(text) => Value::Text(text.into()),
        _ => Value::Empty,
    });
    example.into_iter().chain(english)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Schemas, marked};
    use dealerbook_base::lang::Lang;

    fn row(id: &str, month: &str, actual: f64) -> [Cell<'static>; 3] {
        let cell = |column, value| Cell { column, value, uncached: false };
        let text = |text: &str| Value::Text(Cow::Owned(text.to_owned()));
        [cell(0, text(id)), cell(1, text(month)), cell(3, Value::Number(actual))]
    }

    #[test]
    fn an_example_row_is_known_as_long_as_it_says_what_it_said() {
        let schemas = Schemas::embedded().unwrap();
        let purchases = &schemas.resources[schemas.index("purchases").unwrap()];
        let columns: Vec<Option<u16>> = (0..5).map(Some).collect();
        let header = Header { fields: columns.clone(), columns, ..Header::default() };
        let find = |cells: &[Cell<'_>]| find(purchases, &header, cells, false);
        let id = marked("D001", Lang::Zh);
        assert_eq!(find(&row(&id, "2007年1月", 105.5)), Some(Example::Untouched));
        assert_eq!(find(&row(&marked("D001", Lang::En), "2007-01", 105.5)[..1]), Some(Example::Untouched));
        assert_eq!(find(&row(&id, "2007-02", 105.5)), Some(Example::Changed(0)));
        assert_eq!(find(&row(&marked("D002", Lang::Zh), "2007-01", 105.5)), Some(Example::Changed(0)));
        assert_eq!(find(&row("D001", "2007-01", 105.5)), None);
    }
}
