//! What was accepted against what is kept: every 200 must lead to an answer that can be read and is right, and no upload may have two.

use std::io::Cursor;
use std::sync::atomic::AtomicBool;

use dealerbook::pipeline::{self, Engine, Job, Options};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::load::{Load, Upload};

/// Everything that is wrong; nothing when all is well.
pub async fn losses(load: &Load, uploads: &[Upload]) -> Vec<String> {
    let runs = runs(load).await;
    let mut losses = Vec::new();
    let accepted = load.seen().accepted.clone();
    for accepted in accepted {
        let id = accepted.location.trim_start_matches("/v1/runs/");
        if !runs.iter().any(|run| run["id"] == id) {
            losses.push(format!("{} was accepted, but its run is not there", accepted.filename));
        }
    }
    let engine = Engine::embedded().expect("an engine");
    for upload in uploads {
        let of_upload: Vec<&Value> = runs.iter().filter(|run| run["filename"] == upload.filename.as_str()).collect();
        if of_upload.len() > 1 {
            losses.push(format!("{} has {} runs", upload.filename, of_upload.len()));
        }
        for run in of_upload {
            losses.extend(wrong(load, upload, run["id"].as_str().expect("an id"), &engine).await);
        }
    }
    losses
}

/// All runs that are kept.
pub async fn runs(load: &Load) -> Vec<Value> {
    let (mut runs, mut next) = (Vec::new(), Some("/v1/runs?limit=200".to_owned()));
    while let Some(path) = next {
        let page: Value = load.get(&path).await.json().await.expect("a list");
        runs.extend(page["runs"].as_array().expect("runs").iter().cloned());
        next = page["next"].as_str().map(str::to_owned);
    }
    runs
}

/// What is wrong with the answer of a run.
async fn wrong(load: &Load, upload: &Upload, id: &str, engine: &Engine) -> Option<String> {
    let result = load.get(&format!("/v1/runs/{id}")).await;
    if result.status() != 200 {
        return Some(format!("{}: its result is answered with {}", upload.filename, result.status()));
    }
    let result: Value = result.json().await.unwrap_or_default();
    if result["run"]["id"] != id || result["run"]["workbook"]["sha256"] != hex::encode(Sha256::digest(&upload.bytes)) {
        return Some(format!("{}: its result is another's", upload.filename));
    }
    let workbook = load.get(&format!("/v1/runs/{id}/workbook.xlsx")).await;
    let is_right =
        workbook.status() == 200 && workbook.bytes().await.is_ok_and(|bytes| bytes == calculated_apart(upload, engine));
    (!is_right).then(|| format!("{}: its workbook is wrong", upload.filename))
}

/// The answer that an upload must have, calculated without any server.
fn calculated_apart(upload: &Upload, engine: &Engine) -> Vec<u8> {
    let (options, stop, mut answer) = (Options::default(), AtomicBool::new(false), Cursor::new(Vec::new()));
    let job = Job {
        bytes: &upload.bytes,
        filename: Some(&upload.filename),
        options: &options,
        engine,
        policy: None,
        json: true,
        stop: &stop,
        observer: None,
    };
    pipeline::run(&job, Some(&mut answer)).expect("an answer");
    answer.into_inner()
}
