//! A cell and a field → a typed value, or what is wrong with it.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::date::{DateFault, parse_date, parse_month};
use super::issue::{Code, Detail};
use super::leniency::Leniency;
use super::number::{NUMBER_ABS_MAX, NumberFault, parse_number};
use crate::schema::{Field, FieldType, narrow};
use crate::workbook::{Value, date_of_serial, shortest_decimal};
use dealerbook_base::key::{Key, canonical, visible, without_invisible};
use dealerbook_base::narrow::u16_of;

/// A value before it is stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Parsed<'v> {
    /// A text.
    Text(Cow<'v, str>),
    /// A text that groups.
    Key(Key),
    /// A number.
    Number(Decimal),
    /// A category, by its index.
    Category(usize),
    /// Yes or no.
    Boolean(bool),
    /// A date, or a month as its first day.
    Date(Date),
}

impl Parsed<'_> {
    /// The value as people would write it.
    pub fn spelled<'p>(&'p self, field: &'p Field) -> Cow<'p, str> {
        match self {
            Parsed::Text(text) => Cow::Borrowed(text),
            Parsed::Key(key) => Cow::Borrowed(key.shown()),
            Parsed::Number(x) => Cow::Owned(x.normalize().to_string()),
            Parsed::Category(index) => Cow::Borrowed(&field.categories[*index].label),
            Parsed::Boolean(b) => {
                let spellings = if *b { &field.true_values } else { &field.false_values };
                Cow::Borrowed(spellings.first().map_or("", String::as_str))
            }
            Parsed::Date(date) if field.type_ == FieldType::Yearmonth => Cow::Owned(date.strftime("%Y-%m").to_string()),
            Parsed::Date(date) => Cow::Owned(date.to_string()),
        }
    }

    /// The value as one text that is the same for the same value in any table: for keys.
    pub fn identity<'p>(&'p self, field: &'p Field) -> Cow<'p, str> {
        match self {
            Parsed::Category(index) => Cow::Borrowed(&field.categories[*index].value),
            Parsed::Boolean(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
            Parsed::Key(key) => Cow::Borrowed(key.canonical()),
            other => other.spelled(field),
        }
    }
}

/// What the cells of a sheet are read with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// Whether serial dates count from 1904.
    pub epoch_1904: bool,
    /// The year of months that say none, where title, sheet or cover tell it.
    pub year: Option<i16>,
}

/// What is wrong with a cell.
pub type Fault = (Code, Detail);

/// Reads a cell that is not blank, by its type; [`bounds::fault`](super::bounds::fault) checks the rest.
///
/// # Errors
///
/// The code and the detail of the fault.
pub fn parse<'v>(
    field: &Field,
    key: bool,
    value: &'v Value<'_>,
    context: &Context,
) -> Result<(Parsed<'v>, Leniency), Fault> {
    let (parsed, mut leniency) = parse_by_type(field, key, value, context)?;
    if let Value::Text(text) = value {
        leniency |= Leniency::of_invisible(text);
    }
    Ok((parsed, leniency))
}

fn parse_by_type<'v>(
    field: &Field,
    key: bool,
    value: &'v Value<'_>,
    context: &Context,
) -> Result<(Parsed<'v>, Leniency), Fault> {
    if let Value::Error(_) = value {
        return Err((Code::CellError, Detail::ErrorValue));
    }
    if !field.categories.is_empty() {
        return category(field, value);
    }
    match field.type_ {
        FieldType::String if field.groups.is_some() => Ok(group(value)),
        FieldType::String if key => id(value),
        FieldType::String => Ok((Parsed::Text(text_of(value)), Leniency::NONE)),
        FieldType::Number | FieldType::Integer => number(field, value),
        FieldType::Date => date(field, value, context),
        FieldType::Yearmonth => month(value, context),
        FieldType::Year => year(value),
        FieldType::Boolean => boolean(field, value),
    }
}

fn type_error(detail: Detail) -> Fault {
    (Code::TypeError, detail)
}

/// Free text stands as it is.
fn text_of<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.seen()),
    }
}

/// A text that groups, as it is spelled; a number is read as an id is. How it is compared, its column says.
fn group<'v>(value: &'v Value<'_>) -> (Parsed<'v>, Leniency) {
    let Value::Text(text) = value else { return (Parsed::Text(Cow::Owned(value.seen())), Leniency::NUMBER_ID) };
    let mut leniency = Leniency::of_invisible(text);
    let seen = visible(text);
    leniency.set(Leniency::SPACE, without_invisible(text).len() != seen.len());
    let whole = without_decimals(&seen);
    leniency.set(Leniency::NUMBER_ID, whole.len() != seen.len());
    let text = if whole.len() == text.len() { Cow::Borrowed(text.as_ref()) } else { Cow::Owned(whole.to_owned()) };
    (Parsed::Text(text), leniency)
}

/// Ids compare in their canonical form; a number is an id without its decimals.
fn id<'v>(value: &'v Value<'_>) -> Result<(Parsed<'v>, Leniency), Fault> {
    match value {
        Value::Text(text) if is_scientific(text) => Err(type_error(Detail::LostDigits)),
        Value::Text(text) if is_plain(text) => Ok((Parsed::Text(Cow::Borrowed(text)), Leniency::NONE)),
        Value::Text(text) => {
            let (narrow, canonical) = (narrow(text), canonical(text));
            if is_scientific(&canonical) {
                return Err(type_error(Detail::LostDigits));
            }
            let mut leniency = Leniency::of_invisible(text);
            leniency.set(Leniency::WIDTH, narrow != without_invisible(text));
            leniency.set(Leniency::SPACE, canonical != narrow);
            let whole = without_decimals(&canonical);
            leniency.set(Leniency::NUMBER_ID, whole.len() != canonical.len());
            Ok((Parsed::Text(Cow::Owned(whole.to_owned())), leniency))
        }
        Value::Number(x) if x.abs() >= NUMBER_ABS_MAX as f64 => Err(type_error(Detail::LostDigits)),
        Value::DateSerial(_) => Err(type_error(Detail::UnexpectedDate)),
        other => Ok((Parsed::Text(Cow::Owned(other.seen())), Leniency::NUMBER_ID)),
    }
}

/// 3.5103E+17: a number of more digits than a cell shows, turned into text.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let point = mantissa.split_once('.').is_some_and(|(whole, rest)| digits(whole) && digits(rest));
    let plus = exponent.strip_prefix('+');
    (point || plus.is_some() && digits(mantissa)) && digits(plus.unwrap_or(exponent))
}

/// 1001.0, as programs export a number, is 1001.
fn without_decimals(text: &str) -> &str {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    match text.rsplit_once('.') {
        Some((whole, zeros)) if digits(whole) && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// Whether there is nothing to forgive in an id: no width, no space, no decimals.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic() && b != b'.')
}

fn number<'v>(field: &Field, value: &Value<'_>) -> Result<(Parsed<'v>, Leniency), Fault> {
    let (number, leniency) = match value {
        Value::Number(x) => (shortest_decimal(*x).ok_or(type_error(Detail::TooLarge))?, Leniency::NONE),
        Value::Text(text) => parse_number(text, &field.units, field.percent_is_points()).map_err(|fault| {
            type_error(match fault {
                NumberFault::NotANumber => Detail::NotANumber,
                NumberFault::TooLarge => Detail::TooLarge,
            })
        })?,
        Value::DateSerial(_) | Value::DateText(_) => return Err(type_error(Detail::UnexpectedDate)),
        _ => return Err(type_error(Detail::NotANumber)),
    };
    if number.abs() >= Decimal::from(NUMBER_ABS_MAX) {
        return Err(type_error(Detail::TooLarge));
    }
    if field.type_ == FieldType::Integer && !number.fract().is_zero() {
        return Err(type_error(Detail::NotAnInteger));
    }
    Ok((Parsed::Number(number), leniency))
}

fn date<'v>(field: &Field, value: &Value<'_>, context: &Context) -> Result<(Parsed<'v>, Leniency), Fault> {
    let fault = || type_error(Detail::NotADate);
    Ok(match value {
        Value::DateSerial(serial) => (Parsed::Date(date_of_serial(*serial, false).ok_or_else(fault)?), Leniency::NONE),
        Value::DateText(text) => (Parsed::Date(parse_date(text).map_err(date_fault)?), Leniency::NONE),
        Value::Number(x) if eight_digits(*x) => {
            (Parsed::Date(parse_date(&format!("{x:.0}")).map_err(date_fault)?), Leniency::DATE_TEXT)
        }
        Value::Number(serial) => {
            (Parsed::Date(plausible(*serial, context.epoch_1904).ok_or_else(fault)?), Leniency::SERIAL)
        }
        Value::Text(text) => match declared_date(field, text) {
            Some(date) => (Parsed::Date(date), Leniency::NONE),
            None => (Parsed::Date(parse_date(text).map_err(date_fault)?), Leniency::DATE_TEXT),
        },
        _ => return Err(type_error(Detail::NotADate)),
    })
}

/// A date in the form that a caller's own schema declares.
fn declared_date(field: &Field, text: &str) -> Option<Date> {
    Date::strptime(field.date_format.as_ref()?, text.trim()).ok()
}

/// The date of a bare number, where it is one that people keep books of: a 3 in a column of months is no 3 January 1900.
fn plausible(serial: f64, epoch_1904: bool) -> Option<Date> {
    date_of_serial(serial, epoch_1904).filter(|date| (1950..2200).contains(&date.year()))
}

/// 20070305 as a number; as a serial it would lie 50,000 years ahead.
fn eight_digits(x: f64) -> bool {
    x.fract() == 0.0 && (19_000_101.0..=99_991_231.0).contains(&x)
}

fn date_fault(fault: DateFault) -> Fault {
    type_error(match fault {
        DateFault::NotADate => Detail::NotADate,
        DateFault::NoSuchDate => Detail::NoSuchDate,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "it was found to lie within the range")]
fn month<'v>(value: &Value<'_>, context: &Context) -> Result<(Parsed<'v>, Leniency), Fault> {
    let fault = |fault| {
        type_error(match fault {
            DateFault::NotADate => Detail::NotAMonth,
            DateFault::NoSuchDate => Detail::NoSuchMonth,
        })
    };
    let of_date = |date: Option<Date>| date.map(|d| d.first_of_month()).ok_or(type_error(Detail::NotAMonth));
    let (first, leniency) = match value {
        Value::DateSerial(serial) => (of_date(plausible(*serial, false))?, Leniency::SERIAL),
        Value::Number(x) if x.fract() == 0.0 && (190_001.0..=999_999.0).contains(x) => {
            (parse_month(&format!("{x:.0}"), None).map_err(fault)?.0, Leniency::DATE_TEXT)
        }
        Value::Number(x) if eight_digits(*x) => (of_date(parse_date(&format!("{x:.0}")).ok())?, Leniency::DATE_TEXT),
        Value::Number(x) if context.year.is_some() && x.fract() == 0.0 && (1.0..=12.0).contains(x) => {
            let year = context.year.unwrap_or_default();
            (of_date(Date::new(year, *x as i8, 1).ok())?, Leniency::DATE_TEXT)
        }
        Value::Number(serial) => (of_date(plausible(*serial, context.epoch_1904))?, Leniency::SERIAL),
        Value::Text(text) | Value::DateText(text) => {
            let (first, declared) = parse_month(text, context.year).map_err(fault)?;
            (first, if declared { Leniency::NONE } else { Leniency::DATE_TEXT })
        }
        _ => return Err(type_error(Detail::NotAMonth)),
    };
    Ok((Parsed::Date(first), leniency))
}

fn year<'v>(value: &Value<'_>) -> Result<(Parsed<'v>, Leniency), Fault> {
    let (number, leniency) = match value {
        Value::Number(x) => (shortest_decimal(*x), Leniency::NONE),
        Value::Text(text) => {
            let units = ["年度".to_owned(), "年".to_owned()];
            (parse_number(text, &units, false).ok().map(|(n, _)| n), Leniency::TEXT_NUMBER)
        }
        _ => (None, Leniency::NONE),
    };
    let number = number.filter(|n| n.fract().is_zero() && (Decimal::from(1900)..=Decimal::from(9999)).contains(n));
    number.map(|n| (Parsed::Number(n.normalize()), leniency)).ok_or(type_error(Detail::NotAYear))
}

fn boolean<'v>(field: &Field, value: &Value<'_>) -> Result<(Parsed<'v>, Leniency), Fault> {
    let text = match value {
        Value::Boolean(b) => return Ok((Parsed::Boolean(*b), Leniency::NONE)),
        Value::DateSerial(_) | Value::DateText(_) => return Err(type_error(Detail::NotABoolean)),
        other => text_of(other),
    };
    for (values, meaning) in [(&field.true_values, true), (&field.false_values, false)] {
        if values.iter().any(|v| *v == text) {
            return Ok((Parsed::Boolean(meaning), Leniency::NONE));
        }
    }
    let requested = crate::schema::normalise(&text).replace('\u{FE0F}', "");
    if ["✓", "✔", "☑"].contains(&requested.as_str()) {
        return Ok((Parsed::Boolean(true), Leniency::SPELLING));
    }
    for (values, meaning) in [(&field.true_values, true), (&field.false_values, false)] {
        if values.iter().any(|v| crate::schema::normalise(v) == requested) {
            return Ok((Parsed::Boolean(meaning), Leniency::SPELLING));
        }
    }
    Err(type_error(Detail::NotABoolean))
}

fn category<'v>(field: &Field, value: &Value<'_>) -> Result<(Parsed<'v>, Leniency), Fault> {
    let text = text_of(value);
    match field.category(&text) {
        Some((index, exact)) => Ok((Parsed::Category(index), if exact { Leniency::NONE } else { Leniency::SPELLING })),
        None => {
            let nearest = field.suggested_category(&text);
            Err((Code::ConstraintError, Detail::UnknownCategory(nearest.map(u16_of))))
        }
    }
}
