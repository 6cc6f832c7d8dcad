//! Workbooks after public bug reports, each with one trait of real files; what must hold of each stands in `tests/it/reports/expected.tsv`.

use std::path::PathBuf;

use serde_json::Value;

use crate::harness::TestApp;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/reports")
}

/// A line of the list: the file, the query, what must hold.
fn reports() -> Vec<(String, String, String)> {
    let list = std::fs::read_to_string(folder().join("expected.tsv")).expect("the list");
    let line = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        Some((parts.next()?, parts.next()?, parts.next()?))
    };
    list.lines().filter(|text| !text.starts_with('#')).filter_map(line).collect()
}

/// What is expected and differs; texts and the names of reasons aside.
fn differences(expected: &Value, got: &Value, path: &str, out: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            for (key, value) in expected.iter().filter(|(key, _)| !["text", "reason"].contains(&key.as_str())) {
                differences(value, got.get(key).unwrap_or(&Value::Null), &format!("{path}.{key}"), out);
            }
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            expected.iter().zip(got).for_each(|(expected, got)| differences(expected, got, path, out));
        }
        _ if expected == got => {}
        _ => out.push(format!("{path}: {got} instead of {expected}")),
    }
}

/// A figure by its path: `assessment.dealers[D003].total`, lists by their first key.
fn figure(results: &Value, path: &str) -> String {
    let mut at = results;
    for part in path.split(['.', '[']) {
        at = match part.strip_suffix(']') {
            Some(id) => {
                let is = |item: &&Value| item.as_object().and_then(|o| o.values().next()).is_some_and(|v| v == id);
                at.as_array().and_then(|list| list.iter().find(is)).unwrap_or(&Value::Null)
            }
            None => &at[part],
        };
    }
    at.as_str().map_or_else(|| at.to_string(), str::to_owned)
}

/// What doesn't hold of an answer.
fn faults(status: u16, answer: &Value, wanted: &str, base: &Value) -> Vec<String> {
    let (results, said) = (&answer["results"], answer.to_string());
    let issues = answer["issues"].as_array().cloned().unwrap_or_default();
    let mut out = Vec::new();
    for wish in wanted.split(';').map(str::trim).filter(|wish| !wish.is_empty()) {
        let (kind, value) = wish.split_once(':').unwrap_or((wish, ""));
        let holds = match kind {
            "same" => {
                let mut found = Vec::new();
                differences(&base["results"], results, "", &mut found);
                out.extend(found.first().map(|first| format!("{} figures differ, first {first}", found.len())));
                true
            }
            // The order of elements is what every answer of every test is looked over for.
            "book" => true,
            "status" => status.to_string() == value,
            "total" => answer["summary"]["incentive_total"] == value,
            "errors" => answer["summary"]["errors"].as_u64() == value.parse().ok(),
            "issue" | "not" => {
                let (code, cell) = value.split_once('@').unwrap_or((value, ""));
                let is = |issue: &Value| issue["code"] == code && (cell.is_empty() || issue["cell"] == cell);
                issues.iter().any(is) == (kind == "issue")
            }
            "absent" => !results.to_string().contains(value),
            _ => match (wish.strip_prefix("problem~"), wish.split_once('=')) {
                (Some(text), _) => status >= 400 && said.contains(text),
                (None, Some((path, value))) => match value.strip_suffix('~') {
                    Some(part) => figure(results, path).contains(part),
                    None => figure(results, path) == value,
                },
                (None, None) => false,
            },
        };
        if !holds {
            out.push(format!("{wish} doesn't hold: {status} {}", said.chars().take(160).collect::<String>()));
        }
    }
    out
}

#[actix_web::test]
async fn what_public_reports_tell_of_real_files_holds() {
    let app = TestApp::spawn().await;
    let expected = folder().join("../../../workbooks/accepted/assessment-small.expected.json");
    let base: Value = serde_json::from_slice(&std::fs::read(expected).expect("the sample's results")).expect("JSON");
    let reports = reports();
    assert!(reports.len() > 40, "{} reports", reports.len());
    let mut out = Vec::new();
    for (file, query, wanted) in reports {
        let bytes = std::fs::read(folder().join(&file)).expect("the report's workbook");
        let name = url::form_urlencoded::byte_serialize(file.as_bytes()).collect::<String>();
        let query = format!("?filename={name}{}{query}", if query.is_empty() { "" } else { "&" });
        let answer = app.post_run_for_json(&query, bytes).await;
        let status = answer.status().as_u16();
        let answer: Value = answer.json().await.expect("JSON");
        out.extend(faults(status, &answer, &wanted, &base).into_iter().map(|fault| format!("{file}: {fault}")));
    }
    assert!(out.is_empty(), "{}", out.join("\n"));
}
