//! One field: its labels, its type and form, what counts as blank.

use jiff::civil::date;

use super::fault::{FaultKind, Shape};
use super::node::{Faults, Node};
use super::{bounds, categories};
use crate::schema::{Field, FieldType, Format};

/// The types that the cells of a sheet can be checked for.
const TYPES: [(&str, FieldType); 9] = [
    ("string", FieldType::String),
    ("any", FieldType::String),
    ("number", FieldType::Number),
    ("integer", FieldType::Integer),
    ("boolean", FieldType::Boolean),
    ("date", FieldType::Date),
    ("datetime", FieldType::Date),
    ("yearmonth", FieldType::Yearmonth),
    ("year", FieldType::Year),
];

/// Types of Table Schema that a cell can't be checked for.
const OTHER_TYPES: [&str; 7] = ["time", "duration", "object", "array", "list", "geopoint", "geojson"];

/// What counts as true and false where the field doesn't say: the standard's values, and those that people write in sheets.
const TRUE_VALUES: [&str; 10] = ["true", "True", "TRUE", "1", "是", "有", "Y", "yes", "√", "✓"];
const FALSE_VALUES: [&str; 9] = ["false", "False", "FALSE", "0", "否", "无", "N", "no", "×"];

/// Reads a field. What can't be read is said, and the rest is read all the same.
pub(super) fn read(node: &Node<'_>, missing: &[String], faults: &mut Faults) -> Field {
    let mut field = Field { guesses: true, ..Field::default() };
    if !Shape::Object.fits(node.value) {
        faults.push(node, FaultKind::WrongShape(Shape::Object));
        return field;
    }
    if faults.required(node, "name", Shape::Text).is_some() {
        field.name = faults.label(node, "name").unwrap_or_default();
    }
    field.title = faults.label(node, "title").unwrap_or_else(|| field.name.clone());
    field.title_en = faults.label(node, "titleEn").unwrap_or_else(|| field.title.clone());
    field.aliases = faults.texts(node, "aliases");
    field.units = faults.texts(node, "units");
    field.percent = faults.shaped(node, "percent", Shape::Text).and_then(|p| p.value.as_str().map(str::to_owned));
    field.missing_values = match node.get("missingValues") {
        Some(_) => missing_values(node, faults),
        None => missing.to_vec(),
    };
    let Some(name) = type_of(node, &mut field, faults) else { return field };
    form(node, name, &mut field, faults);
    spellings(node, &mut field, faults);
    categories::read(node, name, &mut field, faults);
    if let Some(constraints) = faults.shaped(node, "constraints", Shape::Object) {
        bounds::read(&constraints, name, &mut field, faults);
    }
    field.prepare();
    field
}

/// `missingValues`: texts, or objects with a value.
pub(super) fn missing_values(node: &Node<'_>, faults: &mut Faults) -> Vec<String> {
    let Some(list) = faults.shaped(node, "missingValues", Shape::List) else { return Vec::new() };
    let mut values = Vec::new();
    for item in list.items() {
        match item.get("value").unwrap_or(item.clone()).spelled() {
            Some(value) => values.push(value.trim().to_owned()),
            None => faults.push(&item, FaultKind::WrongShape(Shape::Text)),
        }
    }
    // A blank cell is blank anyway.
    values.retain(|value| !value.is_empty());
    values
}

/// The type by its name in the descriptor; without one it is `any`.
fn type_of(node: &Node<'_>, field: &mut Field, faults: &mut Faults) -> Option<&'static str> {
    let Some(declared) = node.get("type") else { return Some("any") };
    let Some(text) = declared.value.as_str() else {
        faults.push(&declared, FaultKind::WrongShape(Shape::Text));
        return None;
    };
    if let Some((name, type_)) = TYPES.into_iter().find(|(name, _)| *name == text) {
        field.type_ = type_;
        field.with_time = name == "datetime";
        return Some(name);
    }
    faults.push(
        &declared,
        match OTHER_TYPES.contains(&text) {
            true => FaultKind::NoCellType(text.to_owned()),
            false => FaultKind::Unknown { value: text.to_owned(), allowed: TYPES.map(|(name, _)| name).to_vec() },
        },
    );
    None
}

/// `format`, and the signs of numbers in texts.
fn form(node: &Node<'_>, type_: &'static str, field: &mut Field, faults: &mut Faults) {
    for (key, known) in [("decimalChar", "."), ("groupChar", ",")] {
        if let Some(sign) = faults.shaped(node, key, Shape::Text).filter(|sign| sign.value.as_str() != Some(known)) {
            faults.push(&sign, FaultKind::NotChecked(known));
        }
    }
    let Some(format) = faults.shaped(node, "format", Shape::Text) else { return };
    let text = format.value.as_str().unwrap_or_default();
    match (type_, text) {
        ("any", _) | (_, "default" | "") => {}
        ("string", "email") => field.format = Format::Email,
        ("string", "uri") => field.format = Format::Uri,
        ("string", "uuid") => field.format = Format::Uuid,
        ("date" | "datetime", "any") => {}
        ("date" | "datetime", text) if text.contains('%') => {
            match jiff::fmt::strtime::format(text, date(2007, 3, 5).at(0, 0, 0, 0)) {
                Ok(_) => field.date_format = Some(text.to_owned()),
                Err(error) => faults.push(&format, FaultKind::DateFormat(error.to_string())),
            }
        }
        _ => {
            let allowed = match type_ {
                "string" => vec!["default", "email", "uri", "uuid"],
                "date" | "datetime" => vec!["default", "any", "%Y-%m-%d"],
                _ => vec!["default"],
            };
            faults.push(&format, FaultKind::Unknown { value: text.to_owned(), allowed });
        }
    }
}

/// `trueValues` and `falseValues`.
fn spellings(node: &Node<'_>, field: &mut Field, faults: &mut Faults) {
    field.true_values = faults.texts(node, "trueValues");
    field.false_values = faults.texts(node, "falseValues");
    if field.type_ == FieldType::Boolean {
        let declared = !field.true_values.is_empty() || !field.false_values.is_empty();
        if field.true_values.is_empty() {
            field.true_values = TRUE_VALUES[..if declared { 4 } else { 10 }].iter().map(|s| (*s).to_owned()).collect();
        }
        if field.false_values.is_empty() {
            field.false_values = FALSE_VALUES[..if declared { 4 } else { 9 }].iter().map(|s| (*s).to_owned()).collect();
        }
    }
}
