//! What is kept as files, in a folder and in a bucket.

use std::io::{Read, Write};

use dealerbook::store::{ArtefactError, Artefacts, KeptFile, Store};
use futures_util::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use macro_rules_attribute::apply;
use tempfile::NamedTempFile;

use crate::harness::{Start, files, over_folder_and_bucket, sample};

/// Larger than what goes to a bucket at once.
const LARGE_BYTES: usize = 20 << 20;

fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

async fn kept_before(artefacts: &Artefacts, time: Timestamp) -> Vec<KeptFile> {
    artefacts.kept_before(time).try_collect().await.unwrap()
}

/// Puts other bytes in the place of a file, behind the store's back.
async fn damage(start: &Start, name: &str, bytes: &'static [u8]) {
    let shelf = &name[..2];
    let Some(url) = &start.artefacts_url else {
        std::fs::write(start.data.path().join("artefacts").join(shelf).join(name), bytes).unwrap();
        return;
    };
    let settings: Vec<_> = start.bucket.settings().collect();
    let (_, address) = settings.iter().find(|(name, _)| *name == "AWS_ENDPOINT_URL").unwrap();
    let url = format!("{}/{shelf}/{name}", url.replace("s3:/", address));
    let scope = "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/s3/aws4_request";
    let put = crate::harness::client().put(url).header("Authorization", scope).body(bytes).send().await.unwrap();
    assert_eq!(put.status(), 200);
}

#[apply(over_folder_and_bucket)]
async fn the_same_bytes_are_kept_once_and_read_back(start: Start) {
    let store = Store::open(&start.places()).await.unwrap();
    let artefacts = store.artefacts();
    let large: Vec<u8> = (0..LARGE_BYTES).map(|n| (n % 251) as u8).collect();
    for bytes in [b"dealers".as_slice(), &large, b""] {
        let name = artefacts.keep(file(bytes)).await.unwrap();
        assert_eq!(artefacts.keep(file(bytes)).await.unwrap(), name);

        let mut artefact = artefacts.open_checked(&name).await.unwrap();
        assert_eq!(artefact.bytes, bytes.len() as u64);
        let mut read = Vec::new();
        artefact.file.read_to_end(&mut read).unwrap();
        assert!(read == bytes);
    }
    assert_eq!(kept_before(artefacts, Timestamp::MAX).await.len(), 3);
    assert_eq!(files(&start.data.path().join("spool")).len(), 0);
}

#[apply(over_folder_and_bucket)]
async fn a_damaged_file_and_a_missing_one_are_told_apart_and_mended_by_the_next_upload(start: Start) {
    let store = Store::open(&start.places()).await.unwrap();
    let artefacts = store.artefacts();
    let name = artefacts.keep(file(b"dealers")).await.unwrap();
    damage(&start, &name, b"dea1ers").await;
    assert!(matches!(artefacts.open_checked(&name).await, Err(ArtefactError::Damaged { .. })));
    artefacts.delete(&name).await.unwrap();
    artefacts.delete(&name).await.unwrap();
    assert!(matches!(artefacts.open_checked(&name).await, Err(ArtefactError::Missing { .. })));

    artefacts.keep(file(b"dealers")).await.unwrap();
    assert!(artefacts.open_checked(&name).await.is_ok());
}

#[apply(over_folder_and_bucket)]
async fn what_is_kept_again_is_as_young_as_if_it_were_new(start: Start) {
    let store = Store::open(&start.places()).await.unwrap();
    let artefacts = store.artefacts();
    let name = artefacts.keep(file(b"dealers")).await.unwrap();
    // A bucket tells whole seconds.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let between = Timestamp::now();
    let kept = kept_before(artefacts, between).await;
    assert_eq!(kept.iter().map(|kept| kept.name.as_str()).collect::<Vec<_>>(), [name]);
    assert!(between.duration_since(kept[0].kept_at) < SignedDuration::from_mins(1));

    tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
    artefacts.keep(file(b"dealers")).await.unwrap();
    assert_eq!(kept_before(artefacts, between).await, []);
}

#[apply(over_folder_and_bucket)]
async fn a_run_can_be_had_again_as_workbook_result_and_card(start: Start) {
    let app = start.spawn().await;
    let answer = app.post_run("", sample()).await;
    let location = crate::harness::header(&answer, "location");
    let workbook = answer.bytes().await.unwrap();
    assert_eq!(app.get(&format!("{location}/workbook.xlsx")).await.bytes().await.unwrap(), workbook);
    let result: serde_json::Value = app.get(&location).await.json().await.unwrap();
    assert_eq!(location, format!("/v1/runs/{}", result["run"]["id"].as_str().unwrap()));
    assert_eq!(app.get(&format!("{location}/cards.xlsx")).await.status(), 200);
    assert_eq!(app.get("/readyz").await.status(), 200);
}

#[actix_web::test]
async fn a_folder_that_is_gone_is_not_made_anew_and_nothing_counts_as_missing() {
    let start = Start::default();
    let store = Store::open(&start.places()).await.unwrap();
    let artefacts = store.artefacts();
    let name = artefacts.keep(file(b"dealers")).await.unwrap();
    let (here, elsewhere) = (start.data.path().join("artefacts"), start.data.path().join("elsewhere"));
    std::fs::rename(&here, &elsewhere).unwrap();
    assert!(matches!(artefacts.open_checked(&name).await, Err(ArtefactError::Place(_))));
    assert!(matches!(artefacts.keep(file(b"dealers")).await, Err(ArtefactError::Place(_))));
    assert!(!here.exists());
    std::fs::rename(&elsewhere, &here).unwrap();
    assert!(artefacts.open_checked(&name).await.is_ok());
}

#[cfg(unix)]
#[actix_web::test]
async fn files_in_a_folder_that_all_may_read_are_read_by_nobody_else() {
    use std::os::unix::fs::PermissionsExt;

    let start = Start::default();
    let folder = start.data.path().join("artefacts");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let store = Store::open(&start.places()).await.unwrap();
    let name = store.artefacts().keep(file(b"dealers")).await.unwrap();
    let shelf = std::fs::metadata(folder.join(&name[..2])).unwrap();
    assert_eq!(shelf.permissions().mode() & 0o077, 0);
}

#[actix_web::test]
async fn what_a_crash_left_half_written_is_cleared_away_at_the_next_start() {
    let start = Start::default();
    // Somebody else is at work there: what is young may be theirs.
    let _other = Store::open(&start.places()).await.unwrap();
    let shelf = start.data.path().join("artefacts/ab");
    std::fs::create_dir_all(&shelf).unwrap();
    let (old, young) = (shelf.join("abc#1"), shelf.join("abd#1"));
    for path in [&old, &young] {
        std::fs::write(path, "half").unwrap();
    }
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3 * 24 * 3600);
    std::fs::File::options().write(true).open(&old).unwrap().set_modified(long_ago).unwrap();
    Store::open(&start.places()).await.unwrap();
    assert_eq!(files(&shelf), [young]);
}
