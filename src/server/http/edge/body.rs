//! Bodies of JSON, and forms' fields as their members: objects whose members are read one by one, with all faults at once.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::http::Problem;
use crate::problem::{BodyFault, WhatFault, shown};
use dealerbook_base::clock;
use dealerbook_package::CellValue;

/// So many characters a text may have.
pub const TEXT_CHARS_MAX: usize = 500;

/// A body that is being read.
#[derive(Debug)]
pub struct Body {
    members: Map<String, Value>,
    /// Where it stands in the whole body.
    at: String,
    faults: Vec<BodyFault>,
}

impl Body {
    /// Reads a body with these members; an empty one has none.
    ///
    /// # Errors
    /// When it isn't an object of JSON.
    pub fn parse(bytes: &[u8], known: &[&str]) -> Result<Body, Problem> {
        let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
        let members = serde_json::from_slice(bytes).map_err(|cause| {
            let what = WhatFault::NotAnObject(cause.to_string());
            Problem::InvalidBody { faults: vec![BodyFault { pointer: String::new(), what }] }
        })?;
        Ok(Body::of(members, String::new(), known))
    }

    /// Takes the members that a form's fields are.
    pub fn of_members(members: Map<String, Value>, known: &[&str]) -> Body {
        Body::of(members, String::new(), known)
    }

    fn of(members: Map<String, Value>, at: String, known: &[&str]) -> Body {
        let mut body = Body { members, at, faults: Vec::new() };
        let unknown: Vec<String> =
            body.members.keys().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        unknown.iter().for_each(|name| body.fault(name, WhatFault::Unknown));
        body
    }

    fn fault(&mut self, name: &str, what: WhatFault) {
        let name = shown(name).replace('~', "~0").replace('/', "~1");
        self.faults.push(BodyFault { pointer: format!("{}/{name}", self.at), what });
    }

    /// A text of one line; none where it is left out, null or empty.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let text = match self.members.get(name) {
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(_) => {
                self.fault(name, WhatFault::NotAText);
                return None;
            }
        };
        if text.chars().count() > TEXT_CHARS_MAX || text.chars().any(char::is_control) {
            self.fault(name, WhatFault::Unfit);
            return None;
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str) -> String {
        let faults = self.faults.len();
        let text = self.text(name);
        if text.is_none() && self.faults.len() == faults {
            self.fault(name, WhatFault::Missing);
        }
        text.unwrap_or_default()
    }

    /// The id of a run; none where it is left out.
    pub fn run_id(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        let id = uuid::Uuid::try_parse(&text).ok();
        if id.is_none() {
            self.fault(name, WhatFault::NotAnId);
        }
        id.map(|id| id.to_string())
    }

    /// An amount in yuan as a text with at most two places, and not 0; `is_signed` where it may be negative.
    pub fn amount(&mut self, name: &str, is_signed: bool) -> Decimal {
        let text = self.required(name);
        match amount(&text) {
            _ if text.is_empty() => Decimal::ZERO,
            None => {
                self.fault(name, WhatFault::NotAnAmount);
                Decimal::ZERO
            }
            Some(amount) => {
                if amount.is_zero() {
                    self.fault(name, WhatFault::Zero);
                }
                if amount < Decimal::ZERO && !is_signed {
                    self.fault(name, WhatFault::Negative);
                }
                amount
            }
        }
    }

    /// A day that is not to come, as 2008-01-31.
    pub fn past_day(&mut self, name: &str) -> String {
        let text = self.required(name);
        if text.is_empty() {
            return text;
        }
        // Somewhere it is tomorrow already.
        let tomorrow = clock::timestamp().to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().unwrap_or(Date::MAX);
        match Date::strptime("%Y-%m-%d", &text).ok().filter(|_| text.len() == 10) {
            None => self.fault(name, WhatFault::NotADay),
            Some(day) if day > tomorrow => self.fault(name, WhatFault::Future),
            Some(_) => {}
        }
        text
    }

    /// A list of objects with these members, each read by `read`; none where it is left out.
    pub fn list<T>(&mut self, name: &str, known: &[&str], read: impl Fn(&mut Body) -> T) -> Option<Vec<T>> {
        let items = match self.members.get_mut(name)? {
            Value::Null => return None,
            Value::Array(items) if !items.is_empty() => std::mem::take(items),
            _ => {
                self.fault(name, WhatFault::NotAList);
                return None;
            }
        };
        let mut read_items = Vec::with_capacity(items.len());
        for (n, item) in items.into_iter().enumerate() {
            let at = format!("{}/{name}/{n}", self.at);
            let Value::Object(members) = item else {
                let what = WhatFault::NotAnObject(item.to_string().chars().take(40).collect());
                self.faults.push(BodyFault { pointer: at, what });
                continue;
            };
            let mut body = Body::of(members, at, known);
            read_items.push(read(&mut body));
            self.faults.append(&mut body.faults);
        }
        Some(read_items)
    }

    /// Whether all of it can be used.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn finish(self) -> Result<(), Problem> {
        match self.faults.is_empty() {
            true => Ok(()),
            false => Err(Problem::InvalidBody { faults: self.faults }),
        }
    }
}

/// What a cell is to hold: a number, a text, or null for nothing.
pub fn cell_value(value: &Value) -> Option<CellValue> {
    match value {
        Value::Null => Some(CellValue::Blank),
        Value::Number(number) => Some(CellValue::Number(number.to_string())),
        Value::String(text) if text.is_empty() => Some(CellValue::Blank),
        Value::String(text) => Some(CellValue::Text(text.clone())),
        _ => None,
    }
}

/// At most twelve digits before the point and two behind it.
fn amount(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, places) = digits.split_once('.').map_or((digits, None), |(whole, places)| (whole, Some(places)));
    let are_digits = |text: &str, max| (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let is_amount = are_digits(whole, 12) && places.is_none_or(|places| are_digits(places, 2));
    let amount: Decimal = text.parse().ok().filter(|_| is_amount)?;
    Some(dealerbook_engine::settlement::two_places(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(body: Body) -> Vec<(String, WhatFault)> {
        match body.finish() {
            Err(Problem::InvalidBody { faults }) => faults.into_iter().map(|f| (f.pointer, f.what)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_places() {
        let text = r#"{"a/b": 1, "reason": " ", "amount": "1.234", "paid_on": "2008-02-30",
                       "lines": [{"dealer_id": 7, "amount": "-1"}, 8]}"#;
        let mut body = Body::parse(text.as_bytes(), &["reason", "amount", "paid_on", "lines"]).unwrap();
        body.required("reason");
        body.amount("amount", true);
        body.past_day("paid_on");
        body.list("lines", &["dealer_id", "amount"], |line| (line.required("dealer_id"), line.amount("amount", false)));
        let expected = [
            ("/a~1b", WhatFault::Unknown),
            ("/reason", WhatFault::Missing),
            ("/amount", WhatFault::NotAnAmount),
            ("/paid_on", WhatFault::NotADay),
            ("/lines/0/dealer_id", WhatFault::NotAText),
            ("/lines/0/amount", WhatFault::Negative),
            ("/lines/1", WhatFault::NotAnObject("8".to_owned())),
        ];
        assert_eq!(faults(body), expected.map(|(pointer, what)| (pointer.to_owned(), what)));
    }

    #[test]
    fn amounts_are_texts_with_at_most_two_places() {
        for (text, expected) in
            [("1234.5", "1234.50"), ("-0.05", "-0.05"), ("7", "7.00"), ("999999999999.99", "999999999999.99")]
        {
            assert_eq!(amount(text).unwrap().to_string(), expected);
        }
        for text in ["", "1.", ".5", "1.234", "1e3", "+1", "1,000", "--1", "1234567890123", "１"] {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn an_empty_body_has_no_members_and_a_list_is_none() {
        assert!(Body::parse(b" ", &["note"]).unwrap().text("note").is_none());
        assert!(matches!(Body::parse(b"[]", &[]), Err(Problem::InvalidBody { .. })));
    }
}
