//! Batches: many workbooks at once, each with an outcome of its own, whatever becomes of the servers in between.

use std::io::{Cursor, Write};
use std::time::Duration;

use macro_rules_attribute::apply;
use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::{Start, TestApp, header, over_both, problem, sample, send};

/// A workbook whose data have errors.
fn faulty() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/workbooks/rejected/faulty-small.xlsx")).unwrap()
}

fn file(name: &str, bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

fn form(files: &[(&str, Vec<u8>)]) -> Form {
    files.iter().fold(Form::new(), |form, (name, bytes)| form.part("workbooks", file(name, bytes.clone())))
}

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn post(app: &TestApp, query: &str, form: Form) -> Response {
    send(app.request("POST", &format!("/v1/batches{query}")).multipart(form)).await
}

/// The address of a batch that was taken.
async fn taken(answer: Response) -> String {
    let location = header(&answer, "location");
    let status = answer.status();
    let batch: Value = answer.json().await.unwrap();
    assert_eq!(status, StatusCode::ACCEPTED, "{batch}");
    assert_eq!(location, format!("/v1/batches/{}", batch["id"].as_str().unwrap()));
    location
}

async fn batch(app: &TestApp, location: &str) -> Value {
    let answer = app.get(location).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// The batch once nothing more will come of it.
async fn ended(app: &TestApp, location: &str) -> Value {
    let ended = async {
        loop {
            let batch = batch(app, location).await;
            if ["done", "cancelled"].contains(&batch["status"].as_str().unwrap()) {
                return batch;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ended).await.expect("the batch to end")
}

fn column<'b>(batch: &'b Value, key: &str) -> Vec<&'b Value> {
    batch["files"].as_array().unwrap().iter().map(|file| &file[key]).collect()
}

#[apply(over_both)]
async fn each_file_has_its_own_outcome_and_none_spoils_another(start: Start) {
    let app = start.spawn().await;
    let files = form(&[("一.xlsx", sample()), ("二.xlsx", faulty()), ("三.xlsx", b"%PDF-1.7".to_vec())]);
    let location = taken(post(&app, "?lang=en", files.text("period", "2007")).await).await;
    let batch = ended(&app, &location).await;

    assert_eq!(batch["status"], "done");
    assert_eq!(batch["parameters"], json!({"lang": "en", "period": "2007"}));
    assert_eq!(
        batch["counts"],
        json!({"files": 3, "queued": 0, "running": 0, "done": 2, "failed": 1, "cancelled": 0})
    );
    assert_eq!(column(&batch, "filename"), ["一.xlsx", "二.xlsx", "三.xlsx"]);
    assert_eq!(column(&batch, "status"), ["done", "done", "failed"]);
    assert_eq!(column(&batch, "run_status"), [&json!("ok"), &json!("faulty"), &Value::Null]);
    assert_eq!(batch["files"][2]["problem"]["type"], "urn:dealerbook:problem:not-a-workbook");
    assert!(batch["files"][2]["problem"]["title"].as_str().unwrap().is_ascii(), "{batch}");

    for (file, name) in batch["files"].as_array().unwrap().iter().zip(["一.xlsx", "二.xlsx"]) {
        let run = format!("/v1/runs/{}", file["run_id"].as_str().unwrap());
        let result: Value = app.get(&run).await.json().await.unwrap();
        assert_eq!(result["run"]["workbook"]["filename"], name);
        assert_eq!(result["run"]["period"], 2007);
        assert_eq!(result["summary"]["errors"], file["errors"]);
        assert_eq!(app.get(&format!("{run}/workbook.xlsx")).await.status(), 200);
    }
    let list = app.get("/v1/batches").await.json::<Value>().await.unwrap();
    assert_eq!(list["batches"][0]["counts"], batch["counts"]);
    assert!(list["batches"][0].get("files").is_none());
}
