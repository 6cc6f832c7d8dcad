//! What becomes of the user's file: what it can't take is said, and the result is to be had all the same.

use std::io::{Cursor, Read, Write};

use reqwest::StatusCode;
use serde_json::Value;

use crate::harness::{TestApp, header, problem, sample};

/// A workbook with some parts changed or added.
pub fn with_parts(bytes: &[u8], change: impl Fn(&str, String) -> String, more: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        out.start_file(&*name, zip::write::SimpleFileOptions::default()).expect("starts");
        out.write_all(change(&name, text).as_bytes()).expect("writes");
    }
    for (name, text) in more {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).expect("starts");
        out.write_all(text.as_bytes()).expect("writes");
    }
    out.finish().expect("finishes").into_inner()
}

/// A workbook that can be read, but whose styles are refused when they are to be added to.
fn unpatchable() -> Vec<u8> {
    let change = |name: &str, text: String| match name {
        "xl/styles.xml" => text.replacen("<styleSheet", "<!DOCTYPE styleSheet><styleSheet", 1),
        _ => text,
    };
    with_parts(&sample(), change, &[])
}

#[tokio::test]
async fn the_result_of_a_file_that_cannot_be_written_into_is_to_be_had_as_json() {
    let app = TestApp::spawn().await;
    let answer = app.post_run_for_json("", unpatchable()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let location = header(&answer, "location");
    let result: Value = answer.json().await.expect("a result");
    let unwritten = result["run"]["unwritten"].as_str().expect("a reason");
    assert!(unwritten.contains("xl/styles.xml"), "{unwritten}");
    assert!(result["summary"]["dealers"].as_u64().is_some_and(|dealers| dealers > 0));
    let document = problem(app.get(&format!("{location}/workbook.xlsx")).await, 400, "unpatchable").await;
    let detail = document["detail"].as_str().expect("a detail");
    assert!(detail.contains("xl/styles.xml") && detail.contains("DOCTYPE"), "{detail}");
    let again: Value = app.get(&location).await.json().await.expect("the result");
    assert_eq!(again["summary"], result["summary"]);
}

#[tokio::test]
async fn who_wants_the_workbook_is_told_the_part_and_the_reason() {
    let app = TestApp::spawn().await;
    let document = problem(app.post_run("", unpatchable()).await, 400, "unpatchable").await;
    assert!(document["detail"].as_str().is_some_and(|detail| detail.contains("xl/styles.xml")));
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_signature_is_said_to_be_void() {
    let app = TestApp::spawn().await;
    let signed = with_parts(&sample(), |_, text| text, &[("_xmlsignatures/sig1.xml", "<Signature/>")]);
    let result: Value = app.post_run_for_json("", signed).await.json().await.expect("a result");
    let codes: Vec<&str> =
        result["issues"].as_array().expect("issues").iter().filter_map(|i| i["code"].as_str()).collect();
    assert!(codes.contains(&"signature-void"), "{codes:?}");
}
