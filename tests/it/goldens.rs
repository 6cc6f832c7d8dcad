//! Every workbook under `workbooks/` over HTTP, figure by figure and cell by cell; what is expected was calculated apart from the
//! program (workbooks/README.md).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dealerbook::package::{Limits, Package};
use dealerbook::programmes::NAMES;
use serde_json::Value;

use crate::harness::{TestApp, XLSX, files, header};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The workbooks that have an expected result beside them.
fn samples(folder: &Path) -> Vec<PathBuf> {
    let beside = |path: &PathBuf| path.with_extension("expected.json").is_file();
    let is_workbook = |path: &PathBuf| {
        let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
        extension.is_some_and(|extension| ["xlsx", "xlsm", "xls", "xlsb", "ods"].contains(&extension.as_str()))
    };
    let mut samples: Vec<PathBuf> = files(folder).into_iter().filter(|p| is_workbook(p) && beside(p)).collect();
    samples.sort();
    samples
}

/// What is expected and differs, a line each. Keys that are not expected are not compared; lists must have the same length.
fn differences(expected: &Value, got: &Value, path: &str, out: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            for (key, value) in expected {
                let missing = Value::String("(no such key)".to_owned());
                differences(value, got.get(key).unwrap_or(&missing), &format!("{path}.{key}"), out);
            }
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            for (n, (expected, got)) in expected.iter().zip(got).enumerate() {
                differences(expected, got, &format!("{path}[{n}]"), out);
            }
        }
        _ if expected == got => {}
        _ => out.push(format!("{path}: expected {expected}, got {got}")),
    }
}

/// Each expected issue must be there, and no other error or warning.
fn issue_differences(expected: &Value, got: &Value, out: &mut Vec<String>) {
    let mut left: Vec<&Value> = got.as_array().into_iter().flatten().collect();
    for issue in expected.as_array().into_iter().flatten() {
        let fits =
            |got: &&Value| issue.as_object().is_some_and(|keys| keys.iter().all(|(key, value)| got[key] == *value));
        match left.iter().position(fits) {
            Some(n) => drop(left.remove(n)),
            None => out.push(format!("no such issue: {issue}")),
        }
    }
    out.extend(left.iter().filter(|i| i["severity"] != "info").map(|i| format!("not expected: {i}")));
}

/// What the service makes of a sample, against what is expected of it.
async fn compare(app: &TestApp, workbook: &Path) -> Vec<String> {
    let expected: Value =
        serde_json::from_slice(&std::fs::read(workbook.with_extension("expected.json")).unwrap()).unwrap();
    let partial = workbook.file_stem().is_some_and(|name| name.to_string_lossy().starts_with("partial"));
    let policy = expected["policy"].as_str().unwrap_or("handbook");
    let query = format!("?policy={policy}&on_error={}", if partial { "partial" } else { "stop" });
    let answer = app.post_run_for_json(&query, std::fs::read(workbook).unwrap()).await;
    let status = answer.status().as_u16();
    let got: Value = answer.json().await.expect("a result");
    let mut out = Vec::new();
    let faulty = expected["issues"].as_array().is_some_and(|issues| issues.iter().any(|i| i["severity"] == "error"));
    let wanted = if faulty && !partial { 422 } else { 200 };
    if status != wanted {
        out.push(format!("status {status} instead of {wanted}"));
    }
    for key in ["period", "as_of"] {
        if let Some(value) = expected.get(key) {
            differences(value, &got["run"][key], key, &mut out);
        }
    }
    for programme in ["assessment", "incentives"].iter().chain(NAMES) {
        if let Some(results) = expected["results"].get(*programme) {
            differences(results, &got["results"][*programme], programme, &mut out);
        }
    }
    if expected["issues"].is_array() {
        issue_differences(&expected["issues"], &got["issues"], &mut out);
    }
    out
}

/// Whether a sample has results of the programmes that there are and of no others; one that has is left out, and it is said.
fn is_of_known_programmes(sample: &Path) -> bool {
    let expected: Value =
        serde_json::from_slice(&std::fs::read(sample.with_extension("expected.json")).unwrap()).unwrap();
    let results = expected["results"].as_object();
    let is_known = |name: &str| NAMES.contains(&name) || ["assessment", "incentives"].contains(&name);
    let unknown: Vec<&String> = results.into_iter().flat_map(|r| r.keys()).filter(|p| !is_known(p)).collect();
    if !unknown.is_empty() {
        println!("left out: {} is of programmes that aren't built yet: {unknown:?}", sample.display());
    }
    unknown.is_empty()
}

async fn compare_all(folder: &Path) -> usize {
    let app = TestApp::spawn().await;
    let samples: Vec<PathBuf> = samples(folder).into_iter().filter(|sample| is_of_known_programmes(sample)).collect();
    let mut failed = String::new();
    for sample in &samples {
        let differences = compare(&app, sample).await;
        if !differences.is_empty() {
            let first: Vec<String> = differences.iter().take(8).cloned().collect();
            failed += &format!("{}: {} differences\n  {}\n", sample.display(), differences.len(), first.join("\n  "));
        }
    }
    assert!(failed.is_empty(), "{failed}");
    samples.len()
}

#[actix_web::test]
async fn every_sample_agrees_figure_by_figure_and_cell_by_cell() {
    assert!(compare_all(&root().join("workbooks")).await >= 15);
}

#[actix_web::test]
async fn the_contracts_own_examples_agree() {
    let folder = root().join("../shared/examples");
    if !folder.is_dir() {
        println!("left out: ../shared/examples is not here");
        return;
    }
    assert!(compare_all(&folder).await >= 3);
}

#[actix_web::test]
async fn every_code_that_these_sheets_can_raise_is_raised_by_a_sample() {
    let mut raised = BTreeSet::new();
    for sample in samples(&root().join("workbooks")) {
        let expected: Value =
            serde_json::from_slice(&std::fs::read(sample.with_extension("expected.json")).unwrap()).unwrap();
        raised.extend(
            expected["issues"].as_array().into_iter().flatten().filter_map(|i| i["code"].as_str().map(str::to_owned)),
        );
    }
    let app = TestApp::spawn().await;
    let overridden = app
        .post_run_for_json("?period=2006", std::fs::read(root().join("workbooks/accepted/messy-2007.xlsx")).unwrap())
        .await;
    let overridden: Value = overridden.json().await.unwrap();
    raised
        .extend(overridden["issues"].as_array().unwrap().iter().filter_map(|i| i["code"].as_str().map(str::to_owned)));
    for code in [
        "missing-label",
        "extra-label",
        "duplicate-label",
        "blank-label",
        "type-error",
        "constraint-error",
        "unique-error",
        "primary-key",
        "foreign-key",
        "missing-sheet",
        "extra-sheet",
        "duplicate-sheet",
        "row-check",
        "coerced",
        "totals-row",
        "outside-period",
        "period-overridden",
        "cell-error",
        "uncached-formula",
        "reconciliation",
        "no-scorecard",
        "no-capital",
        "note-left-out",
        "appeal-not-lodged",
        "interim-period",
        "no-purchases",
        "period-mismatch",
        "unlisted-receivables",
    ] {
        assert!(raised.contains(code), "{code}");
    }
}

async fn annotated(app: &TestApp, query: &str, workbook: Vec<u8>) -> (u16, Vec<u8>) {
    let answer = app.post_run(query, workbook).await;
    assert_eq!(header(&answer, "content-type"), XLSX);
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

fn added_titles(workbook: &[u8]) -> Vec<String> {
    let package = Package::open(workbook, &Limits::default()).unwrap();
    package.ours().sheets.iter().map(|s| s.name.clone()).collect()
}

#[actix_web::test]
async fn an_answer_that_is_uploaded_again_gives_the_same_and_stacks_nothing() {
    let app = TestApp::spawn().await;
    for name in [
        "accepted/assessment-small.xlsx",
        "accepted/messy-2007.xlsx",
        "accepted/credit-small.xlsx",
        "rejected/planted-faults.xlsx",
    ] {
        let original = std::fs::read(root().join("workbooks").join(name)).unwrap();
        let first: Value = app.post_run_for_json("", original.clone()).await.json().await.unwrap();
        let (status, answer) = annotated(&app, "", original).await;
        let second: Value = app.post_run_for_json("", answer.clone()).await.json().await.unwrap();
        assert_eq!(first["issues"], second["issues"], "{name}");
        assert_eq!(first["results"], second["results"], "{name}");
        let (again, answer_again) = annotated(&app, "", answer.clone()).await;
        assert_eq!(status, again);
        assert_eq!(added_titles(&answer), added_titles(&answer_again), "{name}");
    }
}

#[actix_web::test]
async fn the_added_sheets_are_named_in_the_language_and_none_is_an_input() {
    let app = TestApp::spawn().await;
    let sample = std::fs::read(root().join("workbooks/accepted/assessment-small.xlsx")).unwrap();
    let (_, zh) = annotated(&app, "", sample.clone()).await;
    assert_eq!(
        added_titles(&zh),
        ["总览", "考核结果", "激励结果", "月度销售报表", "月度销售明细", "校验结果", "计算说明"]
    );
    let (_, en) = annotated(&app, "?lang=en", sample.clone()).await;
    assert_eq!(
        added_titles(&en),
        ["Overview", "Assessment", "Incentives", "Monthly sales", "Monthly sales rows", "Issues", "About"]
    );
    let (_, only) = annotated(&app, "?programmes=incentives", sample.clone()).await;
    assert_eq!(added_titles(&only), ["激励结果", "月度销售报表", "月度销售明细", "校验结果", "计算说明"]);
    let credit = std::fs::read(root().join("workbooks/accepted/credit-small.xlsx")).unwrap();
    assert_eq!(added_titles(&annotated(&app, "", credit).await.1), ["信用额度结果", "校验结果", "计算说明"]);
    let stock = std::fs::read(root().join("workbooks/accepted/stock-without-dealers.xlsx")).unwrap();
    assert_eq!(
        added_titles(&annotated(&app, "", stock.clone()).await.1),
        ["库存建议", "进销存报表", "校验结果", "计算说明"]
    );
    let (_, stock) = annotated(&app, "?lang=en", stock).await;
    assert_eq!(added_titles(&stock), ["Stock advice", "Stock report", "Issues", "About"]);
    let visited = std::fs::read(root().join("workbooks/accepted/maintenance-small.xlsx")).unwrap();
    let (_, zh) = annotated(&app, "?programmes=maintenance", visited.clone()).await;
    assert_eq!(added_titles(&zh), ["维护与预警", "拜访报表", "校验结果", "计算说明"]);
    let (_, en) = annotated(&app, "?programmes=maintenance&lang=en", visited).await;
    assert_eq!(added_titles(&en), ["Care and warnings", "Visit report", "Issues", "About"]);
    let faulty = std::fs::read(root().join("workbooks/rejected/faulty-small.xlsx")).unwrap();
    let (status, marked) = annotated(&app, "", faulty).await;
    assert_eq!((status, added_titles(&marked)), (422, vec!["校验结果".to_owned(), "计算说明".to_owned()]));
}

#[actix_web::test]
async fn only_a_policy_that_reads_the_receivables_checks_them_with_the_incentives() {
    let app = TestApp::spawn().await;
    let faulty = std::fs::read(root().join("workbooks/rejected/incentive-inputs.xlsx")).unwrap();
    for (query, errors) in [
        ("?programmes=incentives&policy=progressive", 3),
        ("?programmes=assessment&policy=progressive", 0),
        ("?policy=handbook", 0),
    ] {
        let result: Value = app.post_run_for_json(query, faulty.clone()).await.json().await.unwrap();
        assert_eq!(result["summary"]["errors"], errors, "{query}: {}", result["issues"]);
    }
}

#[actix_web::test]
async fn the_same_upload_gives_the_same_bytes() {
    let app = TestApp::spawn().await;
    let sample = std::fs::read(root().join("workbooks/accepted/shipments-2007.xlsx")).unwrap();
    let (_, first) = annotated(&app, "", sample.clone()).await;
    let (_, second) = annotated(&app, "", sample).await;
    assert!(first == second);
}
