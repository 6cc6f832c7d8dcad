//! A cell as it stands in the file.

use std::borrow::Cow;

use super::number::{date_of_serial, shortest_decimal};

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Empty,
    /// A text, as it was typed.
    Text(Cow<'a, str>),
    /// A number, as the double that the file holds.
    Number(f64),
    /// A number in a date format: the serial in the 1900 system, whatever the workbook's own is.
    DateSerial(f64),
    /// A date or time in ISO 8601, as some programs write it.
    DateText(Cow<'a, str>),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error value such as `#N/A`.
    Error(&'static str),
}

/// A cell with its place, counted from 0.
#[derive(Clone, Debug)]
pub struct Cell<'a> {
    /// 0 is column A.
    pub column: u16,
    /// What stands there; of a formula its cached value.
    pub value: Value<'a>,
    /// Whether it is a formula without a cached value.
    pub uncached: bool,
}

impl Value<'_> {
    /// Whether the cell counts as blank: empty, or text of nothing that can be seen.
    pub fn is_blank(&self) -> bool {
        match self {
            Value::Empty => true,
            Value::Text(text) => text.chars().all(|c| c.is_whitespace() || dealerbook_base::key::is_invisible(c)),
            _ => false,
        }
    }

    /// The value as people see it, for messages.
    pub fn seen(&self) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Text(text) | Value::DateText(text) => text.to_string(),
            Value::DateSerial(x) => date_of_serial(*x, false).map_or_else(|| number(*x), |date| date.to_string()),
            Value::Number(x) => number(*x),
            Value::Boolean(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
            Value::Error(code) => (*code).to_owned(),
        }
    }
}

fn number(x: f64) -> String {
    shortest_decimal(x).map_or_else(|| x.to_string(), |d| d.normalize().to_string())
}

/// `0` → `A`, `25` → `Z`, `26` → `AA`.
pub fn column_name(column: u16) -> String {
    let mut name = String::with_capacity(3);
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        name.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    name
}

/// `(3, 7)` → `H4`: row and column from 0, as Excel shows them.
pub fn cell_name(row: u32, column: u16) -> String {
    format!("{}{}", column_name(column), row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_excel_names_them() {
        assert_eq!(cell_name(3, 7), "H4");
        assert_eq!(column_name(25), "Z");
        assert_eq!(column_name(26), "AA");
        assert_eq!(column_name(16_383), "XFD");
    }
}
