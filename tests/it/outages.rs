//! The database, the bucket or the room on a disk is gone for a while: requests are refused clearly, nothing is half kept, and the
//! service goes on by itself once they are back.

use std::path::PathBuf;
use std::process::Command;

use dealerbook::store::Store;

use serde_json::json;

use crate::harness::{Start, TestApp, files, header, problem, sample, send};
use crate::servers::postgres::Postgres;
use crate::servers::s3::S3;
use crate::servers::{is_root, left_out};

/// Makes of the same workbook another run than the one that was kept before.
const LATER: &str = "?lang=en";

/// That requests are refused because this part is gone, and nothing is left on the way.
async fn assert_gone(app: &TestApp, part: &str, kept: &str) {
    let refused = app.post_run(LATER, sample()).await;
    assert_eq!(header(&refused, "retry-after"), "3");
    problem(refused, 503, "unavailable").await;
    problem(app.get(kept).await, 503, "unavailable").await;
    let document = problem(app.get("/readyz").await, 503, "not-ready").await;
    let of = |name: &str| if name == part { "missing" } else { "ready" };
    let parts = json!({"artefacts": of("artefacts"), "database": of("database"), "spool": of("spool")});
    assert_eq!(document["parts"], parts);
    assert_eq!(app.get("/healthz").await.status(), 200);
    assert_eq!(files(&app.data().join("spool")), Vec::<PathBuf>::new());
}

/// That what was kept before can be had, nothing came of what was refused, and more can be kept.
async fn assert_back(app: &TestApp, kept: &str) {
    assert_eq!(app.get("/readyz").await.status(), 200);
    assert_eq!(app.get(kept).await.status(), 200);
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
    let answer = app.post_run(LATER, sample()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(app.get(&header(&answer, "location")).await.status(), 200);
}

#[actix_web::test]
async fn while_postgresql_is_gone_requests_are_refused_and_nothing_is_lost() {
    let Some(server) = Postgres::begin() else { return };
    let app = Start { database_url: Some(server.database()), ..Start::default() }.spawn().await;
    let kept = header(&app.post_run("", sample()).await, "location");
    for _ in 0..2 {
        server.0.stop();
        assert_gone(&app, "database", &kept).await;
        server.0.start();
    }
    assert_back(&app, &kept).await;
}

#[actix_web::test]
async fn while_the_bucket_is_gone_requests_are_refused_and_nothing_is_lost() {
    let Some(server) = S3::begin() else { return };
    let start = Start { artefacts_url: Some(server.bucket()), bucket: server.settings(), ..Start::default() };
    let app = start.spawn().await;
    let kept = header(&app.post_run("", sample()).await, "location");
    server.0.stop();
    assert_gone(&app, "artefacts", &kept).await;
    server.0.start();
    assert_back(&app, &kept).await;
}

#[actix_web::test]
async fn while_the_folder_is_gone_requests_are_refused_and_nothing_is_lost() {
    let app = TestApp::spawn().await;
    let kept = header(&app.post_run("", sample()).await, "location");
    let (here, elsewhere) = (app.data().join("artefacts"), app.data().join("elsewhere"));
    std::fs::rename(&here, &elsewhere).unwrap();
    assert_gone(&app, "artefacts", &kept).await;
    std::fs::rename(&elsewhere, &here).unwrap();
    assert_back(&app, &kept).await;
}

#[actix_web::test]
async fn while_sqlite_is_locked_every_route_that_writes_says_when_to_try_again() {
    let app = TestApp::spawn().await;
    let kept = header(&app.post_run("", sample()).await, "location");
    let visitor = crate::visitor::Visitor::signed_in(&app, crate::harness::TOKEN).await;
    let mark = visitor.mark().await;
    let database = format!("sqlite:{}", app.data().join("dealerbook.db").display());
    let locking = sqlx::SqlitePool::connect(&database).await.unwrap();
    let lock = locking.begin_with("BEGIN IMMEDIATE").await.unwrap();

    let json = |method: &str, path: &str, body: serde_json::Value| app.request(method, path).json(&body);
    let asked = [
        app.request("POST", "/v1/runs").body(crate::harness::sample_of(2008)),
        app.request("DELETE", &kept),
        json("POST", "/v1/tokens", serde_json::json!({"name": "王芳", "role": "sales"})),
        json("POST", &format!("{kept}/appeals"), serde_json::json!({"dealer_id": "D001", "text": "二月少计一车"})),
        json("POST", &format!("{kept}/accruals"), serde_json::json!({"month": "2007-06"})),
        app.request("POST", "/v1/policies").body(crate::policies::own("1", "", "33")),
        visitor.request("POST", "/admin/tokens").body(format!("csrf={mark}&name=li&role=sales&expires=1d")),
        visitor.request("POST", "/sign-in").body(format!("token={}", crate::harness::TOKEN)),
    ];
    // At the same time: each waits as long for the lock as SQLite does.
    let asked = asked.into_iter().map(|request| request.timeout(std::time::Duration::from_secs(60)).send());
    for answer in futures_util::future::join_all(asked).await {
        let answer = answer.unwrap();
        let (url, status) = (answer.url().path().to_owned(), answer.status().as_u16());
        assert_eq!(status, 503, "{url}: {}", answer.text().await.unwrap());
    }
    lock.rollback().await.unwrap();
    assert_eq!(app.get(&kept).await.status(), 200);
    let asked = json("POST", "/v1/tokens", serde_json::json!({"name": "王芳", "role": "sales"}));
    assert_eq!(send(asked).await.status(), 201);
}

#[actix_web::test]
async fn what_cannot_be_reached_is_named_at_the_start() {
    let why = async |start: Start| Store::open(&start.places()).await.unwrap_err().to_string();
    let nobody_listens = "postgres://nobody@127.0.0.1:1/none";
    let database = why(Start { database_url: Some(nobody_listens.to_owned()), ..Start::default() }).await;
    assert!(database.contains("DEALERBOOK_DATABASE_URL"), "{database}");

    let bucket =
        [("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_ALLOW_HTTP", "true"), ("AWS_SKIP_SIGNATURE", "true")];
    let bucket = bucket.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let bucket = why(Start { artefacts_url: Some("s3://none".to_owned()), bucket, ..Start::default() }).await;
    assert!(bucket.contains("DEALERBOOK_ARTEFACTS_URL"), "{bucket}");
}

#[actix_web::test]
async fn a_bucket_that_is_not_there_is_named_at_the_start() {
    let Some(mut start) = Start::over_s3() else { return };
    start.artefacts_url = Some("s3://nowhere/x".to_owned());
    let error = Store::open(&start.places()).await.unwrap_err();
    assert!(error.to_string().contains("DEALERBOOK_ARTEFACTS_URL"), "{error}");
    let start = Start { artefacts_url: Some("s3://x/y?z".to_owned()), ..start };
    assert!(Store::open(&start.places()).await.unwrap_err().to_string().contains("s3://BUCKET/PREFIX"));
}

/// A small disk of its own, unmounted at the end.
struct Disk(tempfile::TempDir);

impl Disk {
    const BYTES: u64 = 2 << 20;

    fn mount() -> Option<Disk> {
        let disk = Disk(tempfile::tempdir().unwrap());
        let size = format!("size={}", Disk::BYTES);
        let mounted = is_root()
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
                .arg(disk.0.path())
                .status()
                .unwrap()
                .success();
        if !mounted {
            left_out("tests of a full disk: only root can mount a small one");
        }
        mounted.then_some(disk)
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }

    /// Takes all the room but for so many bytes.
    fn fill(&self, left_bytes: u64) {
        let filled = std::fs::write(self.filler(), vec![1; 2 * Disk::BYTES as usize]);
        assert_eq!(filled.unwrap_err().kind(), std::io::ErrorKind::StorageFull);
        let filler = std::fs::File::options().write(true).open(self.filler()).unwrap();
        filler.set_len(filler.metadata().unwrap().len() - left_bytes).unwrap();
    }

    fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

/// That a full disk refuses uploads, however far they come, while all that is kept can be had, and that nothing more is needed than room.
async fn assert_full_and_mended(app: &TestApp, disk: &Disk) {
    let kept = header(&app.post_run("", sample()).await, "location");
    disk.fill(0);
    problem(app.get("/readyz").await, 503, "not-ready").await;
    disk.make_room();
    assert_eq!(app.get("/readyz").await.status(), 200);
    let mut left_bytes = 0;
    loop {
        disk.fill(left_bytes);
        let answer = app.post_run(LATER, sample()).await;
        assert_eq!(files(&app.data().join("spool")), Vec::<PathBuf>::new());
        disk.make_room();
        if answer.status() == 200 {
            break;
        }
        problem(answer, 507, "storage-full").await;
        assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
        assert_eq!(app.get(&kept).await.status(), 200);
        left_bytes += 8 << 10;
    }
    assert!(left_bytes > 0, "there was room all the time");
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn a_full_disk_under_the_artefacts_is_told_and_nothing_is_lost() {
    let Some(disk) = Disk::mount() else { return };
    let folder = disk.0.path().join("artefacts").display().to_string();
    let app = Start { artefacts_url: Some(folder), ..Start::default() }.spawn().await;
    assert_full_and_mended(&app, &disk).await;
}

#[actix_web::test]
async fn a_full_disk_under_the_database_is_told_and_nothing_is_lost() {
    let Some(disk) = Disk::mount() else { return };
    let url = format!("sqlite:{}", disk.0.path().join("runs.db").display());
    let app = Start { database_url: Some(url), ..Start::default() }.spawn().await;
    assert_full_and_mended(&app, &disk).await;
}

#[actix_web::test]
async fn a_full_disk_under_the_spool_is_told_and_nothing_is_lost() {
    let Some(disk) = Disk::mount() else { return };
    let elsewhere = tempfile::tempdir().unwrap();
    let start = Start {
        data: tempfile::tempdir_in(disk.0.path()).unwrap(),
        database_url: Some(format!("sqlite:{}", elsewhere.path().join("runs.db").display())),
        artefacts_url: Some(elsewhere.path().join("artefacts").display().to_string()),
        ..Start::default()
    };
    let app = start.spawn().await;
    assert_full_and_mended(&app, &disk).await;
}
