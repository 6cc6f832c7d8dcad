//! What was accepted against what is kept: every 200 must lead to an answer that can be read and is right, and no upload may have two.

use std::io::Cursor;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use dealerbook::pipeline::{self, Engine, Job, Options, PolicyChoice};
use futures_util::future::join_all;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::load::{Batch, Load, PATIENCE, Upload};

/// Everything that is wrong; nothing when all is well.
pub async fn losses(load: &Load, uploads: &[Upload]) -> Vec<String> {
    let batches = load.seen().batches.clone();
    let of_batches = join_all(batches.iter().map(|batch| of_batch(load, batch))).await;
    let mut losses: Vec<String> = of_batches.into_iter().flatten().collect();
    let runs = runs(load).await;
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

/// What became of a batch, once nothing more will.
async fn of_batch(load: &Load, batch: &Batch) -> Vec<String> {
    let begin = Instant::now();
    loop {
        let document: Value = load.get(&batch.location).await.json().await.unwrap_or_default();
        if document["status"] == "done" {
            let files = document["files"].as_array().cloned().unwrap_or_default();
            let is_answered =
                |name: &&String| files.iter().any(|file| file["filename"] == name.as_str() && file["status"] == "done");
            let lost = batch.filenames.iter().filter(|name| !is_answered(name));
            return lost.map(|name| format!("{name} of {} has no answer", batch.location)).collect();
        }
        if begin.elapsed() > PATIENCE {
            return vec![format!("{} does not end: {document}", batch.location)];
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// All runs that are kept.
pub async fn runs(load: &Load) -> Vec<Value> {
    listed(load, "runs").await
}

/// How many batches are kept.
pub async fn batches(load: &Load) -> usize {
    listed(load, "batches").await.len()
}

async fn listed(load: &Load, what: &str) -> Vec<Value> {
    let (mut rows, mut next) = (Vec::new(), Some(format!("/v1/{what}")));
    while let Some(path) = next {
        let page: Value = load.get(&path).await.json().await.expect("a list");
        rows.extend(page[what].as_array().expect("rows").iter().cloned());
        next = page["next"].as_str().map(str::to_owned);
    }
    rows
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
        policy: PolicyChoice::Default,
        json: true,
        stop: &stop,
        observer: None,
    };
    pipeline::run(&job, Some(&mut answer)).expect("an answer");
    answer.into_inner()
}
