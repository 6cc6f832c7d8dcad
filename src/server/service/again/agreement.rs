//! Whether two results of a run hold the same figures. What a newer program says beyond the kept result is no difference, nor is how it puts
//! things into words.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::problem::Disagreement;
use crate::service::remembered::Weigh;

/// What each programme came to, as its JSON stands.
pub type Programmes<'r> = BTreeMap<String, &'r RawValue>;

/// The members of results that are words.
const WORDS: [&str; 1] = ["text"];

/// Whether this program comes to the figures of a kept run, and if not, where it doesn't.
#[derive(Debug, Default)]
pub struct Proof(pub Option<Disagreement>);

impl Weigh for Proof {
    fn weight(&self) -> usize {
        1
    }
}

/// The first figure of the kept results that isn't what it is now.
///
/// # Errors
/// When one of them is no JSON.
pub fn first_disagreement(
    kept: &Programmes<'_>,
    now: &Programmes<'_>,
) -> Result<Option<Disagreement>, serde_json::Error> {
    for (programme, kept) in kept {
        let Some(now) = now.get(programme) else { return Ok(Some(differs(programme, kept.get(), "–"))) };
        if kept.get() == now.get() {
            continue;
        }
        let (kept, now): (Value, Value) = (serde_json::from_str(kept.get())?, serde_json::from_str(now.get())?);
        if let Some(found) = compare(programme, &kept, &now) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn compare(at: &str, kept: &Value, now: &Value) -> Option<Disagreement> {
    match (kept, now) {
        (Value::Object(kept), Value::Object(now)) => {
            let figures = kept.iter().filter(|(name, _)| !WORDS.contains(&name.as_str()));
            figures.into_iter().find_map(|(name, kept)| {
                let at = format!("{at}.{name}");
                match now.get(name) {
                    Some(now) => compare(&at, kept, now),
                    None => Some(differs(&at, &shown(kept), "–")),
                }
            })
        }
        (Value::Array(kept), Value::Array(now)) => {
            let pairs = kept.iter().zip(now).enumerate();
            let found = pairs.into_iter().find_map(|(n, (kept, now))| compare(&element(at, n, kept), kept, now));
            let more = || differs(&format!("{at}.length"), &kept.len().to_string(), &now.len().to_string());
            found.or_else(|| (kept.len() != now.len()).then(more))
        }
        (kept, now) => (kept != now).then(|| differs(at, &shown(kept), &shown(now))),
    }
}

/// An element's place: by the id with which it begins, where it does, else by its number.
fn element(at: &str, n: usize, element: &Value) -> String {
    let first = element.as_object().and_then(|members| members.values().next());
    match first.and_then(Value::as_str) {
        Some(id) => format!("{at}[{id}]"),
        None => format!("{at}[{n}]"),
    }
}

fn differs(at: &str, kept: &str, now: &str) -> Disagreement {
    Disagreement::Figure { at: at.to_owned(), kept: kept.to_owned(), now: now.to_owned() }
}

/// So many characters of a value are shown.
const SHOWN_CHARS_MAX: usize = 60;

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disagreement(kept: &str, now: &str) -> Option<(String, String, String)> {
        let [kept, now]: [Programmes<'_>; 2] = [kept, now].map(|json| serde_json::from_str(json).unwrap());
        first_disagreement(&kept, &now).unwrap().map(|found| match found {
            Disagreement::Figure { at, kept, now } => (at, kept, now),
            other => panic!("{other:?}"),
        })
    }

    const KEPT: &str = r#"{"incentives": {"total": "90200.00", "dealers": [
        {"dealer_id": "D001", "total": "90200.00", "lift": [{"change": "1", "text": "再提货 1 吨"}]}]}}"#;

    #[test]
    fn what_a_newer_program_adds_or_rewords_is_no_other_figure() {
        let now = KEPT.replace("再提货 1 吨", "多提货 1 吨").replace(r#""total""#, r#""unpaid": [], "total""#);
        assert_eq!(disagreement(KEPT, &now), None);
        assert_eq!(disagreement(KEPT, &KEPT.replacen('{', r#"{"stock": {"items": []}, "#, 1)), None);
    }

    #[test]
    fn another_figure_is_told_with_its_place() {
        let told = |now: &str| disagreement(KEPT, now).expect("they differ");
        let of = |at: &str, kept: &str, now: &str| (at.to_owned(), kept.to_owned(), now.to_owned());
        assert_eq!(
            told(&KEPT.replace(r#""D001", "total": "90200.00""#, r#""D001", "total": "51000.00""#)),
            of("incentives.dealers[D001].total", "90200.00", "51000.00")
        );
        assert_eq!(
            told(&KEPT.replace(r#""change": "1", "#, "")),
            of("incentives.dealers[D001].lift[1].change", "1", "–")
        );
        let more = KEPT.replace(r#""dealers": ["#, r#""dealers": [{"dealer_id": "D000"}, "#);
        assert_eq!(told(&more), of("incentives.dealers[D001].dealer_id", "D001", "D000"));
        let fewer = KEPT.replace(r#"[{"change": "1", "text": "再提货 1 吨"}]"#, "[]");
        assert_eq!(told(&fewer), of("incentives.dealers[D001].lift.length", "1", "0"));
        assert_eq!(told(r#"{"stock": {}}"#).0, "incentives");
    }
}
