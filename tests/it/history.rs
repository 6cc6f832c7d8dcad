//! What the sheets leave empty of the year before comes from its result, where that is given.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::commands::run;
use crate::harness::texts;

fn sample() -> String {
    format!("{}/workbooks/accepted/assessment-small.xlsx", env!("CARGO_MANIFEST_DIR"))
}

fn result(folder: &Path, args: &[&str]) -> Value {
    let sample = sample();
    let output = run(folder, &[&[sample.as_str(), "--json"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn dealers(result: &Value) -> Vec<Value> {
    result["results"]["assessment"]["dealers"].as_array().unwrap().clone()
}

/// A result of the year before in which every dealer was a problem dealer.
fn year_before(folder: &Path, now: &Value) -> String {
    let past: Vec<Value> = dealers(now)
        .iter()
        .map(|dealer| json!({"dealer_id": dealer["dealer_id"], "grade": "problem", "volume_tonnes": "1"}))
        .collect();
    let past = json!({"run": {"period": 2006}, "results": {"assessment": {"dealers": past}}});
    let file = folder.join("2006.json");
    fs::write(&file, past.to_string()).unwrap();
    file.display().to_string()
}

#[test]
fn an_empty_previous_grade_is_that_of_the_year_before_and_another_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let without = result(folder.path(), &[]);
    let history = year_before(folder.path(), &without);
    let with = result(folder.path(), &["--history", &history, "-o", "answer.xlsx"]);

    let mut filled = 0;
    for (before, now) in dealers(&without).iter().zip(dealers(&with)) {
        match before["previous_grade"].is_null() {
            true => {
                filled += 1;
                assert_eq!(now["previous_grade"], "problem", "{now}");
                assert_eq!(now["grade"] == "problem", now["action"] == "eliminate", "{now}");
            }
            false => assert_eq!(now["previous_grade"], before["previous_grade"]),
        }
    }
    assert!(filled > 0, "the sample has dealers without a previous grade");

    let told = with["issues"].as_array().unwrap().iter().filter(|issue| issue["code"] == "reconciliation");
    let told: Vec<_> = told.filter(|issue| issue["field"] == "previous_grade").collect();
    let others =
        dealers(&without).iter().filter(|d| !d["previous_grade"].is_null() && d["previous_grade"] != "problem").count();
    assert_eq!(told.len(), others);
    assert!(told.iter().all(|issue| issue["severity"] == "warning"));

    let hash = with["run"]["history"]["sha256"].as_str().unwrap();
    assert_eq!((hash.len(), &with["run"]["history"]["period"]), (64, &json!(2006)));
    let answer = texts(&fs::read(folder.path().join("answer.xlsx")).unwrap());
    assert!(answer.contains("历史数据 SHA-256"));
    assert!(without["run"].get("history").is_none());
}

#[test]
fn history_that_is_none_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let past = year_before(folder.path(), &result(folder.path(), &[]));
    fs::write(folder.path().join("no.json"), "{}").unwrap();
    for args in
        [&["--history", "nowhere.json"][..], &["--history", "no.json"], &["--history", &past, "--history", &past]]
    {
        let output = run(folder.path(), &[&[sample().as_str()], args].concat());
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("--history"), "{told}");
    }
}
