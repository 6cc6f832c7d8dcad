//! `dealerbook policy diff`: what changed, what it costs, and what it exits with.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::commands::dealerbook;

const HANDBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/policies/handbook.toml");
const WORKBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/workbooks/accepted/progressive-2007.xlsx");

fn diff(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = dealerbook(folder).args(["policy", "diff"]).args(args).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The handbook with another rate for core dealers, and without the examples that this makes untrue.
fn own(folder: &Path) {
    let text = fs::read_to_string(HANDBOOK).unwrap().replacen("core = \"30\"", "core = \"35\"", 1);
    fs::write(folder.join("own.toml"), text.split("[[examples]]").next().unwrap()).unwrap();
}

#[test]
fn a_changed_rate_is_named_and_costs_its_tonnes() {
    let folder = tempfile::tempdir().unwrap();
    own(folder.path());
    let (code, said, told) = diff(folder.path(), &["handbook", "own.toml"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        said.contains("激励 › 超额销量奖励 › 费率（元/吨） › 核心经销商 [incentives.excess_volume.rate.core]: 30 → 35"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 2, "{said}");
    let (code, json, told) = diff(folder.path(), &["handbook", "own.toml", WORKBOOK, "--json", "--exit-code"]);
    assert_eq!(code, Some(1), "{told}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["differences"].as_array().map(Vec::len), Some(1));
    // 30 yuan a tonne came to `before`; the other 5 are a sixth of what core dealers had of it.
    let fen = |value: &Value| value.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let excess =
        json["cost"]["programmes"].as_array().unwrap().iter().find(|p| p["programme"] == "excess_volume").unwrap();
    assert_eq!(excess["amount"]["change"], json["cost"]["amount"]["change"]);
    let core: i64 = json["cost"]["dealers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| d["grade_before"] == "core")
        .map(|dealer| {
            let lines = dealer["programmes"].as_array().unwrap().iter();
            lines
                .filter(|line| line["programme"] == "excess_volume")
                .map(|line| fen(&line["amount"]["before"]))
                .sum::<i64>()
        })
        .sum();
    let change = fen(&excess["amount"]["change"]);
    assert!(change > 0 && (change - core / 6).abs() <= 20, "{change} of {core}");
    let (code, said, _) = diff(folder.path(), &["handbook", "own.toml", WORKBOOK, "--lang", "en", "--top", "1"]);
    assert_eq!(code, Some(0));
    assert!(
        said.contains("by programme:") && said.contains("by grade:") && said.contains("those that change most"),
        "{said}"
    );
}

#[test]
fn equal_policies_differ_nowhere_and_what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, _) = diff(folder.path(), &["handbook", HANDBOOK, "--exit-code", "--lang", "en"]);
    assert_eq!((code, said.lines().count()), (Some(0), 1), "{said}");
    let (code, _, told) = diff(folder.path(), &["handbook", "nowhere.toml", "--lang", "en"]);
    assert!(code == Some(2) && told.contains("there are: handbook, progressive"), "{told}");
    fs::write(folder.path().join("bad.toml"), "id = 7").unwrap();
    let (code, _, told) = diff(folder.path(), &["handbook", "bad.toml"]);
    assert!(code == Some(2) && told.contains("bad.toml"), "{told}");
    fs::write(folder.path().join("no.xlsx"), "not a workbook").unwrap();
    let (code, _, told) = diff(folder.path(), &["handbook", "progressive", "no.xlsx"]);
    assert!(code == Some(2) && told.contains("no.xlsx"), "{told}");
    // The sample lacks what the other policy needs: the errors are named, and nothing is compared.
    fs::write(folder.path().join("in.xlsx"), crate::harness::sample()).unwrap();
    let (code, said, told) = diff(folder.path(), &["handbook", "progressive", "in.xlsx"]);
    assert!(code == Some(1) && said.is_empty() && told.contains("上年销量"), "{told}");
}
