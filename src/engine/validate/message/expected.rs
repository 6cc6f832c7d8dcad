//! What a column takes, in words.

use jiff::civil::Date;

use super::shortened;
use super::words::expected;
use crate::schema::{Bound, Field, FieldType, Format, Scalar};
use crate::validate::coerce::Parsed;
use dealerbook_base::lang::{Lang, Pair};

/// Returns the values that a column takes; of a long list the first.
pub(super) fn allowed(field: &Field, lang: Lang) -> String {
    const SHOWN_MAX: usize = 30;
    let listed = &field.constraints.more.one_of;
    let categories = field.categories.iter().map(|c| c.spelled(lang).to_owned());
    let mut shown: Vec<String> = categories.chain(listed.iter().map(|x| scalar(field, x))).take(SHOWN_MAX).collect();
    if field.categories.len() + listed.len() > SHOWN_MAX {
        shown.push("…".to_owned());
    }
    shown.join(lang.pick("、", ", "))
}

/// Returns what a column takes, for notes: a type with its bounds, or its categories.
pub fn expectation(field: &Field, lang: Lang) -> String {
    let more = &field.constraints.more;
    if !field.categories.is_empty() || !more.one_of.is_empty() {
        return allowed(field, lang);
    }
    let kind = match field.type_ {
        FieldType::String => form(field.format).text(lang),
        FieldType::Number => expected::NUMBER.text(lang),
        FieldType::Integer => expected::INTEGER.text(lang),
        FieldType::Date => expected::DATE.text(lang),
        FieldType::Yearmonth => expected::MONTH.text(lang),
        FieldType::Year => expected::YEAR.text(lang),
        FieldType::Boolean => {
            let [yes, no] = [true, false].map(|value| field.spelled(value, lang));
            expected::Boolean { yes, no }.text(lang)
        }
    };
    let bounds = [
        field.constraints.minimum.map(|limit| expected::Minimum { limit }.text(lang)),
        field.constraints.exclusive_minimum.map(|limit| expected::ExclusiveMinimum { limit }.text(lang)),
        field.constraints.maximum.map(|limit| expected::Maximum { limit }.text(lang)),
        more.exclusive_maximum.map(|limit| expected::ExclusiveMaximum { limit }.text(lang)),
        more.earliest.map(|bound| earliest(field, bound, lang)),
        more.latest.map(|bound| latest(field, bound, lang)),
        more.min_length.map(|count| expected::MinLength { count }.text(lang)),
        more.max_length.map(|count| expected::MaxLength { count }.text(lang)),
        more.pattern.as_ref().map(|p| expected::Pattern { pattern: shortened(&p.text) }.text(lang)),
    ];
    let words: Vec<String> = std::iter::once(kind).chain(bounds.into_iter().flatten()).collect();
    words.join(lang.pick("，", ", "))
}

fn earliest(field: &Field, bound: Bound, lang: Lang) -> String {
    let day = spelled_day(Some(field), bound.date);
    match bound.exclusive {
        true => expected::EarliestExclusive { day }.text(lang),
        false => expected::EarliestInclusive { day }.text(lang),
    }
}

fn latest(field: &Field, bound: Bound, lang: Lang) -> String {
    let day = spelled_day(Some(field), bound.date);
    match bound.exclusive {
        true => expected::LatestExclusive { day }.text(lang),
        false => expected::LatestInclusive { day }.text(lang),
    }
}

/// Returns what a text must be.
pub(super) fn form(format: Format) -> Pair {
    match format {
        Format::Plain => expected::TEXT,
        Format::Email => expected::EMAIL,
        Format::Uri => expected::URI,
        Format::Uuid => expected::UUID,
    }
}

/// Returns a day as it stands in a column: of a month without the day.
pub(super) fn spelled_day(field: Option<&Field>, date: Date) -> String {
    match field.map(|f| f.type_) {
        Some(FieldType::Yearmonth) => date.strftime("%Y-%m").to_string(),
        _ => date.to_string(),
    }
}

fn scalar(field: &Field, value: &Scalar) -> String {
    let parsed = match value {
        Scalar::Number(x) => Parsed::Number(*x),
        Scalar::Date(date) => Parsed::Date(*date),
        Scalar::Boolean(b) => Parsed::Boolean(*b),
    };
    parsed.spelled(field).into_owned()
}
