//! `constraint-error` of a single value: bounds, lengths, patterns, closed lists; `type-error` of a text's form.
//!
//! Why: a value of the right type can still be none that may stand there. Example: a target of −1; 2006-12-31 where the year is 2007.

use std::sync::LazyLock;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::coerce::{Fault, Parsed};
use super::issue::{Code, Detail};
use crate::schema::{Constraints, Field, Format, Pattern, Scalar};
use crate::workbook::Value;

/// What is wrong with a value of the right type.
pub fn fault(field: &Field, parsed: &Parsed<'_>) -> Option<Fault> {
    let constraints = &field.constraints;
    let broken = match parsed {
        Parsed::Number(x) => number(constraints, *x),
        Parsed::Date(date) => day(constraints, *date),
        Parsed::Boolean(b) => unlisted(constraints, Scalar::Boolean(*b)),
        Parsed::Text(text) if !has_format(field.format, text) => return Some((Code::TypeError, Detail::NotOfFormat)),
        Parsed::Text(text) => self::text(constraints, text),
        Parsed::Category(_) | Parsed::Key(_) => None,
    };
    broken.map(|detail| (Code::ConstraintError, detail))
}

/// Whether a value that breaks no constraint is out of any measure: a day that nobody keeps books of, a figure too large or too small.
pub fn is_implausible(parsed: &Parsed<'_>, seen: &Value<'_>) -> bool {
    const LARGEST: f64 = 1e12;
    const SMALLEST: f64 = 1e-9;
    match (parsed, seen) {
        (Parsed::Date(date), _) => !(1900..2200).contains(&date.year()),
        // What is below the smallest decimal was read as 0.
        (Parsed::Number(_), Value::Number(x)) => x.abs() >= LARGEST || *x != 0.0 && x.abs() < SMALLEST,
        (Parsed::Number(x), _) => {
            x.abs() >= Decimal::from(1_000_000_000_000_i64) || !x.is_zero() && x.abs() < Decimal::new(1, 9)
        }
        _ => false,
    }
}

fn number(constraints: &Constraints, x: Decimal) -> Option<Detail> {
    let below = |least: &Decimal| x < *least;
    let least = constraints.minimum.filter(below).map(Detail::Minimum);
    let above = constraints.exclusive_minimum.filter(|least| x <= *least).map(Detail::ExclusiveMinimum);
    let most = constraints.maximum.filter(|most| x > *most).map(Detail::Maximum);
    let under = constraints.more.exclusive_maximum.filter(|most| x >= *most).map(Detail::ExclusiveMaximum);
    least.or(above).or(most).or(under).or_else(|| unlisted(constraints, Scalar::Number(x)))
}

fn day(constraints: &Constraints, date: Date) -> Option<Detail> {
    let early = constraints.more.earliest.filter(|bound| date < bound.date || bound.exclusive && date == bound.date);
    let late = constraints.more.latest.filter(|bound| date > bound.date || bound.exclusive && date == bound.date);
    let broken = early.map(Detail::TooEarly).or(late.map(Detail::TooLate));
    broken.or_else(|| unlisted(constraints, Scalar::Date(date)))
}

fn text(constraints: &Constraints, text: &str) -> Option<Detail> {
    let more = &constraints.more;
    if more.fits(text) {
        return None;
    }
    let characters = text.chars().count();
    let short = more.min_length.filter(|least| characters < *least as usize).map(Detail::TooShort);
    let long = more.max_length.filter(|most| characters > *most as usize).map(Detail::TooLong);
    short.or(long).or(Some(Detail::NotOfPattern))
}

fn unlisted(constraints: &Constraints, value: Scalar) -> Option<Detail> {
    let listed = &constraints.more.one_of;
    (!listed.is_empty() && !listed.contains(&value)).then_some(Detail::NotListed)
}

fn has_format(format: Format, text: &str) -> bool {
    static EMAIL: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::parse(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+").ok());
    match format {
        Format::Plain => true,
        Format::Email => EMAIL.as_ref().is_some_and(|email| email.fits(text)),
        Format::Uri => url::Url::parse(text).is_ok(),
        Format::Uuid => text.len() == uuid::fmt::Hyphenated::LENGTH && uuid::Uuid::try_parse(text).is_ok(),
    }
}
