//! Taken out of one place and brought into another: SQLite and PostgreSQL, both ways.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dealerbook::store::{Person, Store, TransferError, TransferFault};
use macro_rules_attribute::apply;
use sqlx::Row;

use crate::harness::{Start, files, over_both, sample};

/// A folder's files by their paths in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let path = |file: &Path| file.strip_prefix(folder).unwrap().display().to_string();
    files(folder).into_iter().map(|file| (path(&file), fs::read(&file).unwrap())).collect()
}

/// A place with runs, a validation, a token and a batch, exported.
async fn exported(start: Start, folder: &Path) -> Start {
    let app = start.spawn().await;
    assert_eq!(app.post_run("?period=2007", sample()).await.status(), 200);
    assert_eq!(app.post_run("?period=2007&lang=en&filename=经销商.xlsx", sample()).await.status(), 200);
    assert_eq!(app.post_validation("", sample()).await.status(), 200);
    let start = app.stop().await;
    Store::open(&start.places()).await.unwrap().export(folder).await.unwrap();
    start
}

#[apply(over_both)]
async fn what_was_kept_here_is_kept_there_and_exports_to_the_same_bytes(start: Start) {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let over_postgresql = start.database_url.is_some();
    exported(start, here.path()).await;
    let other = if over_postgresql { Some(Start::default()) } else { Start::over_postgresql() };
    let Some(other) = other else { return };

    let store = Store::open(&other.places()).await.unwrap();
    let manifest = store.import(here.path()).await.unwrap();
    let rows: BTreeMap<_, _> = manifest.tables.iter().map(|table| (table.name.as_str(), table.rows)).collect();
    assert_eq!((rows["runs"], manifest.artefacts > 0), (3, true));
    store.export(there.path()).await.unwrap();
    store.close().await;
    assert!(contents(here.path()) == contents(there.path()));

    let app = other.spawn().await;
    let runs = app.list("").await;
    assert_eq!(runs["runs"].as_array().unwrap().len(), 3);
    for run in runs["runs"].as_array().unwrap() {
        let answer = app.get(&format!("/v1/runs/{}/workbook.xlsx", run["id"].as_str().unwrap())).await;
        assert_eq!(answer.status(), 200);
    }
}

#[apply(over_both)]
async fn a_faulty_export_brings_nothing_in_and_all_its_faults_are_told(start: Start) {
    let folder = tempfile::tempdir().unwrap();
    exported(Start::default(), folder.path()).await;
    let store = Store::open(&start.places()).await.unwrap();
    let faults = |result: Result<_, TransferError>| match result {
        Err(TransferError::Faults(faults)) => faults,
        other => panic!("{other:?}"),
    };

    let artefact = files(&folder.path().join("artefacts")).remove(0);
    let name = artefact.file_name().unwrap().to_str().unwrap().to_owned();
    let bytes = fs::read(&artefact).unwrap();
    fs::write(&artefact, "damaged").unwrap();
    assert_eq!(faults(store.import(folder.path()).await), [TransferFault::BadArtefact { name }]);
    fs::write(&artefact, bytes).unwrap();

    let runs = fs::read(folder.path().join("tables/runs.jsonl")).unwrap();
    fs::write(folder.path().join("tables/runs.jsonl"), "{}\n").unwrap();
    fs::remove_file(folder.path().join("tables/audit.jsonl")).unwrap();
    let damaged = |name: &str| TransferFault::DamagedTable { name: name.to_owned() };
    assert_eq!(faults(store.import(folder.path()).await), [damaged("runs"), damaged("audit")]);
    assert!(store.runs(&Default::default(), &Person::admin(), 10).await.unwrap().runs.is_empty());
    fs::write(folder.path().join("tables/runs.jsonl"), runs).unwrap();

    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().join("dealerbook-export.json");
    assert!(matches!(store.import(empty.path()).await, Err(TransferError::Io { .. })));
    fs::write(&path, "{}").unwrap();
    assert_eq!(faults(store.import(empty.path()).await), [TransferFault::NotAnExport { path }]);
    store.close().await;
}

#[actix_web::test]
async fn nothing_is_written_over_or_mixed_with_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let start = exported(Start::default(), folder.path()).await;
    let store = Store::open(&start.places()).await.unwrap();
    let again = store.export(folder.path()).await;
    assert!(
        matches!(again, Err(TransferError::Faults(faults)) if matches!(faults[..], [TransferFault::NotEmpty { .. }]))
    );
    let again = store.import(folder.path()).await;
    assert!(
        matches!(again, Err(TransferError::Faults(faults)) if matches!(faults[..], [TransferFault::NotAnEmptyStore { .. }]))
    );
    store.close().await;
}

/// A table that a migration adds has to be carried over, too.
#[actix_web::test]
async fn every_table_is_carried_over() {
    let folder = tempfile::tempdir().unwrap();
    let start = exported(Start::default(), folder.path()).await;
    let database = start.data.path().join("dealerbook.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let tables =
        sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'");
    let mut tables: Vec<String> = tables.fetch_all(&pool).await.unwrap().iter().map(|row| row.get(0)).collect();
    tables.sort();
    let mut carried: Vec<String> =
        contents(&folder.path().join("tables")).into_keys().map(|name| name.replace(".jsonl", "")).collect();
    carried.sort();
    assert_eq!(carried, tables);
}
