//! What stands in a cell of a programme's sheet.

use jiff::civil::Date;
use rust_decimal::Decimal;

use dealerbook_base::exact::Exact;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Blank,
    /// Text.
    Text(std::borrow::Cow<'a, str>),
    /// A number.
    Number(Decimal),
    /// A day.
    Day(Date),
}

impl Value<'_> {
    /// Whether nothing stands there.
    pub fn is_blank(&self) -> bool {
        match self {
            Value::Blank => true,
            Value::Text(text) => text.is_empty(),
            Value::Number(_) | Value::Day(_) => false,
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl From<Decimal> for Value<'_> {
    fn from(number: Decimal) -> Self {
        Value::Number(number)
    }
}

impl From<Date> for Value<'_> {
    fn from(day: Date) -> Self {
        Value::Day(day)
    }
}

impl From<&Exact> for Value<'_> {
    fn from(exact: &Exact) -> Self {
        Value::Number(dealerbook_base::exact::decimal(exact))
    }
}

impl From<u32> for Value<'_> {
    fn from(count: u32) -> Self {
        Value::Number(count.into())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Blank, Into::into)
    }
}
