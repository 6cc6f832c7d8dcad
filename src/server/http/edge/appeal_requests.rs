//! What requests about appeals ask for: parsed strictly, with everything that is wrong told at once.

use jiff::civil::Date;
use serde_json::{Map, Value};
use strum::VariantNames;

use crate::http::Problem;
use crate::http::body::cell_value;
use crate::http::request::{invalid, one_of, parameters, rows, shown, uuid, year};
use crate::problem::AppealFault;
use crate::service::appeals::{Acceptance, Lodging};
use dealerbook_package::CellChange;
use dealerbook_store::{AppealFilter, AppealStatus};

const ROWS_DEFAULT: u32 = 50;
const ROWS_MAX: u32 = 200;
/// What the list of appeals may be asked for with.
pub const LIST_PARAMETERS: &[&str] = &["limit", "before", "status", "period", "run", "overdue"];

/// So many characters an appeal or its answer may have.
pub const TEXT_CHARS_MAX: usize = 2_000;
const NAME_CHARS_MAX: usize = 200;
/// So many cells one answer may correct.
pub const CORRECTIONS_MAX: usize = 100;

/// Reads an appeal.
pub fn lodging(members: Result<Map<String, Value>, AppealFault>) -> Lodging {
    let mut lodging = Lodging::default();
    let members = match members {
        Ok(members) => members,
        Err(fault) => return Lodging { faults: vec![fault], ..lodging },
    };
    let mut read = Members { members, faults: Vec::new() };
    lodging.dealer_id = read.text("dealer_id", NAME_CHARS_MAX, true);
    lodging.text = read.text("text", TEXT_CHARS_MAX, true);
    lodging.about = read.text("about", NAME_CHARS_MAX, false);
    Lodging { faults: read.end(), ..lodging }
}

/// Reads what accepts an appeal.
///
/// # Errors
/// Everything that is wrong with it.
pub fn acceptance(members: Result<Map<String, Value>, AppealFault>) -> Result<Acceptance, Vec<AppealFault>> {
    let mut read = Members { members: members.map_err(|fault| vec![fault])?, faults: Vec::new() };
    let answer = read.text("answer", TEXT_CHARS_MAX, false);
    let sent = read.members.remove("corrections").unwrap_or(Value::Null);
    let corrections = match sent.as_array() {
        None => Err(vec![AppealFault::NoCorrections]),
        Some(list) if list.is_empty() => Err(vec![AppealFault::NoCorrections]),
        Some(list) if list.len() > CORRECTIONS_MAX => {
            Err(vec![AppealFault::TooManyCorrections { max: CORRECTIONS_MAX }])
        }
        Some(list) => corrections(list),
    };
    let mut faults = read.end();
    match corrections {
        Ok(corrections) if faults.is_empty() => Ok(Acceptance { corrections, sent, answer }),
        corrections => {
            faults.extend(corrections.err().unwrap_or_default());
            Err(faults)
        }
    }
}

/// The reason for which an appeal is rejected.
///
/// # Errors
/// Everything that is wrong with what was sent.
pub fn rejection(members: Result<Map<String, Value>, AppealFault>) -> Result<String, Vec<AppealFault>> {
    let mut read = Members { members: members.map_err(|fault| vec![fault])?, faults: Vec::new() };
    let reason = read.text("reason", TEXT_CHARS_MAX, true);
    let faults = read.end();
    reason.filter(|_| faults.is_empty()).ok_or(faults)
}

/// The day on which an appeal was verified; none where none is named.
///
/// # Errors
/// Everything that is wrong with what was sent.
pub fn verification(members: Result<Map<String, Value>, AppealFault>) -> Result<Option<Date>, Vec<AppealFault>> {
    let mut read = Members { members: members.map_err(|fault| vec![fault])?, faults: Vec::new() };
    let day = read.text("verified_on", NAME_CHARS_MAX, false).map(|text| text.parse::<Date>().map_err(|_| text));
    let day = day.transpose().unwrap_or_else(|text| {
        read.faults.push(AppealFault::NotADay(shown(&text)));
        None
    });
    let faults = read.end();
    if faults.is_empty() { Ok(day) } else { Err(faults) }
}

/// Reads the members of a body.
///
/// # Errors
/// When it is no object of JSON.
pub fn members(body: &[u8]) -> Result<Map<String, Value>, AppealFault> {
    serde_json::from_slice(body).map_err(|cause| AppealFault::NotAnObject(cause.to_string()))
}

/// The members of an object, taken out one by one.
struct Members {
    members: Map<String, Value>,
    faults: Vec<AppealFault>,
}

impl Members {
    fn text(&mut self, name: &'static str, chars_max: usize, is_needed: bool) -> Option<String> {
        let text = match self.members.remove(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            None | Some(Value::Null) => String::new(),
            Some(_) => {
                self.faults.push(AppealFault::NotAText(name));
                return None;
            }
        };
        if text.is_empty() {
            self.faults.extend(is_needed.then_some(AppealFault::Missing(name)));
            return None;
        }
        if text.chars().count() > chars_max || text.chars().any(|c| c.is_control() && !"\n\r\t".contains(c)) {
            self.faults.push(AppealFault::Unfit { name, chars_max });
            return None;
        }
        Some(text)
    }

    /// All faults, with the members that nobody has taken.
    fn end(self) -> Vec<AppealFault> {
        let unknown = self.members.into_iter().map(|(name, _)| AppealFault::UnknownMember(shown(&name)));
        self.faults.into_iter().chain(unknown).collect()
    }
}

fn corrections(list: &[Value]) -> Result<Vec<CellChange>, Vec<AppealFault>> {
    let (mut changes, mut faults) = (Vec::new(), Vec::new());
    for (index, correction) in list.iter().enumerate() {
        let text = |name: &'static str| {
            let text = correction.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
            text.map(str::to_owned).ok_or(AppealFault::Correction { index, name })
        };
        let value = correction.get("value").and_then(cell_value);
        let value = value.ok_or(AppealFault::Correction { index, name: "value" });
        let known = ["sheet", "cell", "value"];
        let unknown = correction.as_object().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str()));
        faults.extend(
            unknown.map(|(name, _)| AppealFault::UnknownMember(format!("corrections/{index}/{}", shown(name)))),
        );
        match (text("sheet"), text("cell"), value) {
            (Ok(sheet), Ok(cell), Ok(value)) => changes.push(CellChange { sheet, cell, value }),
            (sheet, cell, value) => faults.extend([sheet.err(), cell.err(), value.err()].into_iter().flatten()),
        }
    }
    if faults.is_empty() { Ok(changes) } else { Err(faults) }
}

/// What narrows the list of appeals; `now` tells what is overdue.
///
/// # Errors
/// For an unknown, repeated or invalid parameter.
pub fn filter(query: &str, now: &str) -> Result<(AppealFilter, u32), Problem> {
    let (mut filter, mut rows_max) = (AppealFilter::default(), ROWS_DEFAULT);
    for (name, value) in parameters(query, LIST_PARAMETERS)? {
        let value = value.as_str();
        match name {
            "limit" => rows_max = rows(value, ROWS_MAX, "1..200")?,
            "before" => filter.before = Some(uuid("before", value)?),
            "run" => filter.run = Some(uuid("run", value)?),
            "period" => filter.period = Some(year("period", value)?.into()),
            "status" => {
                let status = value.parse().map_err(|_| invalid("status", value, AppealStatus::VARIANTS.to_vec()))?;
                filter.status = Some(status);
            }
            _ => match one_of("overdue", value, &[("true", true), ("false", false)])? {
                true => filter.due_before = Some(now.to_owned()),
                false => filter.not_due_before = Some(now.to_owned()),
            },
        }
    }
    Ok((filter, rows_max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_package::CellValue;

    #[test]
    fn everything_that_is_wrong_with_an_appeal_is_told_at_once() {
        let read = lodging(members(r#"{"dealer_id": 7, "text": " ", "why": "x", "about": "a\u0001"}"#.as_bytes()));
        let expected = [
            AppealFault::NotAText("dealer_id"),
            AppealFault::Missing("text"),
            AppealFault::Unfit { name: "about", chars_max: NAME_CHARS_MAX },
            AppealFault::UnknownMember("why".to_owned()),
        ];
        assert_eq!(read.faults, expected);
        assert!(matches!(lodging(members(b"[]")).faults[..], [AppealFault::NotAnObject(_)]));
    }

    #[test]
    fn a_correction_is_a_cell_and_a_value_of_its_kind() {
        let body = r#"{"corrections": [{"sheet": "月度提货", "cell": "D5", "value": 120.50}, {"sheet": "A", "cell": "B1", "value": null},
            {"sheet": "A", "cell": "B2", "value": "=1"}], "answer": "补录"}"#;
        let read = acceptance(members(body.as_bytes())).unwrap();
        let values: Vec<&CellValue> = read.corrections.iter().map(|change| &change.value).collect();
        assert_eq!(
            values,
            [&CellValue::Number("120.5".to_owned()), &CellValue::Blank, &CellValue::Text("=1".to_owned())]
        );
        let faults = acceptance(members(br#"{"corrections": [{"sheet": "", "value": true}, 7], "reason": "x"}"#));
        assert_eq!(faults.unwrap_err().len(), 1 + 3 + 3);
        for body in ["{}", r#"{"corrections": []}"#, r#"{"corrections": {}}"#] {
            assert_eq!(acceptance(members(body.as_bytes())).unwrap_err(), [AppealFault::NoCorrections], "{body}");
        }
    }

    #[test]
    fn a_rejection_needs_its_reason() {
        assert_eq!(rejection(members(br#"{"reason": " no "}"#)).unwrap(), "no");
        assert_eq!(rejection(members(b"{}")).unwrap_err(), [AppealFault::Missing("reason")]);
    }

    #[test]
    fn a_verification_is_a_day_or_nothing() {
        assert_eq!(verification(members(b"{}")).unwrap(), None);
        let day = verification(members(br#"{"verified_on": "2008-01-07"}"#)).unwrap();
        assert_eq!(day, Some(jiff::civil::date(2008, 1, 7)));
        let faults = verification(members(br#"{"verified_on": "2008-02-30", "on": 1}"#)).unwrap_err();
        let expected = [AppealFault::NotADay("2008-02-30".to_owned()), AppealFault::UnknownMember("on".to_owned())];
        assert_eq!(faults, expected);
    }

    #[test]
    fn the_list_takes_no_empty_values() {
        for query in ["limit=0", "before=x", "run=", "period=", "status=", "status=done", "overdue=yes", "overdue="] {
            assert!(matches!(filter(query, "now"), Err(Problem::InvalidValue { .. })), "{query}");
        }
        assert!(matches!(filter("run=x&run=x", ""), Err(Problem::RepeatedParameter { .. })));
        assert!(matches!(filter("overdue=true&overdue=true", ""), Err(Problem::RepeatedParameter { .. })));
        assert!(matches!(filter("who=x", ""), Err(Problem::UnknownParameter { .. })));
        assert_eq!(filter("overdue=true", "now").unwrap().0.due_before.as_deref(), Some("now"));
    }
}
