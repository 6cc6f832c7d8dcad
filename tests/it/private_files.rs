//! What lies on the disk is for its owner alone, and a crash leaves nothing behind for long.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dealerbook::store::Store;
use serde_json::Value;

use crate::commands::dealerbook;
use crate::harness::{Start, TestApp, files, header, part, sample, sample_of, send};

/// Everything below a folder that others may read, write or enter.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = entries.flat_map(|path| {
        let own = [path.clone()].into_iter().filter(|path| path.metadata().unwrap().permissions().mode() & 0o077 != 0);
        let inside = if path.is_dir() { open_to_others(&path) } else { Vec::new() };
        own.chain(inside).collect::<Vec<_>>()
    });
    below.collect()
}

fn open_everything(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        if path.is_dir() {
            open_everything(&path);
        }
    }
}

async fn work(app: &TestApp, year: i16) {
    assert_eq!(app.post_run("", sample_of(year)).await.status(), 200);
    let form = reqwest::multipart::Form::new().part("workbooks", part(sample_of(year + 1)));
    let batch = send(app.request("POST", "/v1/batches").multipart(form)).await;
    let location = header(&batch, "location");
    let ended = async {
        while app.get(&location).await.json::<Value>().await.unwrap()["status"] != "done" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.expect("the batch ends");
}

#[actix_web::test]
async fn nothing_of_what_is_kept_is_open_to_others_whatever_the_folder_was() {
    let start = Start::default();
    let data = start.data.path().to_owned();
    // As an administrator makes it, with the artefacts' folder in it.
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(data.join("artefacts")).unwrap();
    fs::set_permissions(data.join("artefacts"), Permissions::from_mode(0o755)).unwrap();
    let only_artefacts = [data.join("artefacts")];
    let app = start.spawn().await;
    work(&app, 2007).await;
    assert_eq!(open_to_others(&data), only_artefacts);
    let names: Vec<String> =
        files(&data).iter().map(|file| file.file_name().unwrap().to_string_lossy().into()).collect();
    for name in
        ["dealerbook.db", "dealerbook.db-wal", "dealerbook.db-shm", "dealerbook.jobs.db", "dealerbook.jobs.db-wal"]
    {
        assert!(names.contains(&name.to_owned()), "{name} is there: {names:?}");
    }

    // As an earlier program has left it.
    let start = app.stop().await;
    open_everything(&data);
    let app = start.spawn().await;
    work(&app, 2009).await;
    assert_eq!(open_to_others(&data), only_artefacts);
}

#[actix_web::test]
async fn an_export_is_not_open_to_others() {
    let app = TestApp::spawn().await;
    assert_eq!(app.post_run("", sample()).await.status(), 200);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("backup")).unwrap();
    fs::set_permissions(folder.path().join("backup"), Permissions::from_mode(0o777)).unwrap();
    let mut export = dealerbook(folder.path());
    let output = export.args(["export", "backup", "--data"]).arg(app.data()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(files(&folder.path().join("backup")).len() > 3);
    assert_eq!(open_to_others(&folder.path().join("backup")), Vec::<PathBuf>::new());
}

#[actix_web::test]
async fn leftovers_of_a_crash_go_at_the_next_start_and_not_while_somebody_is_at_work() {
    let app = TestApp::spawn().await;
    assert_eq!(app.post_run("", sample()).await.status(), 200);
    let data = app.data().to_owned();
    let kept = files(&data.join("artefacts"));
    let leave = || {
        let half = kept[0].with_extension("").display().to_string() + "#1";
        let left = [data.join("spool/.tmpA1b2C3"), PathBuf::from(half), data.join("artefacts/probe-1")];
        left.iter().for_each(|path| fs::write(path, "half").unwrap());
        left
    };
    let left = leave();
    let other = Store::open(&app.places()).await.unwrap();
    assert!(left.iter().all(|path| path.exists()), "the first server may be at work on them");
    other.close().await;
    drop(other);
    let start = app.stop().await;
    left.iter().for_each(|path| fs::write(path, "half").unwrap());
    let app = start.spawn().await;
    assert!(left.iter().all(|path| !path.exists()), "{left:?}");
    assert_eq!(files(&data.join("artefacts")), kept);
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
}
