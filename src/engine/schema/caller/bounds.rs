//! The constraints of a field.

use jiff::civil::Date;

use super::categories;
use super::fault::{FaultKind, Shape};
use super::node::{Faults, Node};
use crate::schema::{Bound, Field, FieldType, Pattern, Scalar};

/// A package has so many patterns at most.
const PATTERNS_MAX: usize = 200;

/// Reads `constraints` into the field.
pub(super) fn read(node: &Node<'_>, type_: &'static str, field: &mut Field, faults: &mut Faults) {
    field.constraints.required = faults.flag(node, "required");
    field.constraints.unique = faults.flag(node, "unique");
    if field.constraints.unique && field.with_time {
        faults.push(node, FaultKind::NoMoment);
    }
    match field.type_ {
        FieldType::Number | FieldType::Integer | FieldType::Year => numbers(node, type_, field, faults),
        FieldType::Date | FieldType::Yearmonth => days(node, type_, field, faults),
        FieldType::String | FieldType::Boolean => none(node, &BOUNDS, type_, faults),
    }
    match field.type_ {
        FieldType::String => texts(node, field, faults),
        _ => none(node, &["minLength", "maxLength", "pattern"], type_, faults),
    }
    if let Some(list) = faults.shaped(node, "enum", Shape::List) {
        one_of(&list, type_, field, faults);
    }
    let (listed, more) = (!field.categories.is_empty(), &field.constraints.more);
    field.categories.retain(|category| more.fits(&category.value));
    if listed && field.categories.is_empty() {
        faults.push(node, FaultKind::NothingAllowed);
    }
}

/// `enum`
fn one_of(list: &Node<'_>, type_: &'static str, field: &mut Field, faults: &mut Faults) {
    match field.type_ {
        FieldType::String => categories::texts(list, field, faults),
        _ if !field.categories.is_empty() => categories::texts(list, field, faults),
        _ if field.with_time => faults.push(list, FaultKind::NoMoment),
        _ => {
            for item in categories::values(list, faults) {
                match scalar(&item, field) {
                    Some(value) => field.constraints.more.one_of.push(value),
                    None => faults.push(&item, FaultKind::NotOfType(type_)),
                }
            }
        }
    }
}

const BOUNDS: [&str; 4] = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];

/// Constraints that the type doesn't take.
fn none(node: &Node<'_>, keys: &[&str], type_: &'static str, faults: &mut Faults) {
    for found in keys.iter().filter_map(|key| node.get(key)) {
        faults.push(&found, FaultKind::NotForType(type_));
    }
}

fn numbers(node: &Node<'_>, type_: &'static str, field: &mut Field, faults: &mut Faults) {
    let [minimum, above, maximum, below] = BOUNDS.map(|key| {
        let found = node.get(key)?;
        let number = found.decimal();
        if number.is_none() {
            faults.push(&found, FaultKind::NotOfType(type_));
        }
        number
    });
    let least = minimum.max(above);
    let most = [maximum, below].into_iter().flatten().min();
    if least.zip(most).is_some_and(|(least, most)| least > most) {
        faults.push(node, FaultKind::Crossed);
    }
    field.constraints.minimum = minimum;
    field.constraints.exclusive_minimum = above;
    field.constraints.maximum = maximum;
    field.constraints.more.exclusive_maximum = below;
}

fn days(node: &Node<'_>, type_: &'static str, field: &mut Field, faults: &mut Faults) {
    let bounds = BOUNDS.map(|key| {
        let found = node.get(key)?;
        if field.with_time {
            faults.push(&found, FaultKind::NoMoment);
            return None;
        }
        let day = day(&found, field);
        if day.is_none() {
            faults.push(&found, FaultKind::NotOfType(type_));
        }
        day.map(|date| Bound { date, exclusive: key.starts_with("exclusive") })
    });
    let [minimum, above, maximum, below] = bounds;
    // Of two bounds on the same day the exclusive one says more.
    let earliest = [minimum, above].into_iter().flatten().max_by_key(|bound| (bound.date, bound.exclusive));
    let latest = [maximum, below].into_iter().flatten().min_by_key(|bound| (bound.date, !bound.exclusive));
    if earliest.zip(latest).is_some_and(|(earliest, latest)| earliest.date > latest.date) {
        faults.push(node, FaultKind::Crossed);
    }
    field.constraints.more.earliest = earliest;
    field.constraints.more.latest = latest;
}

fn texts(node: &Node<'_>, field: &mut Field, faults: &mut Faults) {
    let mut count = |key| {
        let found = faults.shaped(node, key, Shape::Count)?;
        u32::try_from(found.value.as_u64()?).ok()
    };
    let (least, most) = (count("minLength"), count("maxLength"));
    if least.zip(most).is_some_and(|(least, most)| least > most) {
        faults.push(node, FaultKind::Crossed);
    }
    let more = &mut field.constraints.more;
    (more.min_length, more.max_length) = (least, most);
    if let Some(pattern) = faults.shaped(node, "pattern", Shape::Text) {
        faults.patterns += 1;
        if faults.patterns > PATTERNS_MAX {
            return faults.push(&pattern, FaultKind::TooMany(PATTERNS_MAX));
        }
        match Pattern::parse(pattern.value.as_str().unwrap_or_default()) {
            Ok(parsed) => more.pattern = Some(parsed),
            Err(error) => faults.push(&pattern, FaultKind::Pattern(reason(&error))),
        }
    }
}

/// The last line of what the reader of patterns says; those before draw the place.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

fn scalar(item: &Node<'_>, field: &Field) -> Option<Scalar> {
    match field.type_ {
        FieldType::Boolean => {
            let text = item.spelled()?;
            let is = |values: &[String]| values.contains(&text);
            is(&field.true_values).then_some(true).or(is(&field.false_values).then_some(false)).map(Scalar::Boolean)
        }
        FieldType::Date | FieldType::Yearmonth => day(item, field).map(Scalar::Date),
        FieldType::Integer | FieldType::Year => {
            item.decimal().filter(|number| number.fract().is_zero()).map(Scalar::Number)
        }
        FieldType::Number | FieldType::String => item.decimal().map(Scalar::Number),
    }
}

/// A day, in the field's own form or as 2007-03-05; a month as 2007-03.
fn day(node: &Node<'_>, field: &Field) -> Option<Date> {
    let text = node.value.as_str()?.trim();
    if field.type_ == FieldType::Yearmonth {
        return Date::strptime("%Y-%m-%d", format!("{text}-01")).ok();
    }
    let own = field.date_format.as_ref().and_then(|format| Date::strptime(format, text).ok());
    own.or_else(|| Date::strptime("%Y-%m-%d", text).ok())
}
