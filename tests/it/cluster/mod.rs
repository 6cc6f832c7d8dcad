//! Three equal servers on one PostgreSQL and one bucket, and clients that ask one behind the other. Whatever happens to a server or to the
//! database: what was accepted has one answer, and the right one. Two planted faults show that the ledger would notice.
#![cfg(unix)]

mod hasty;
mod ledger;
mod load;
mod machines;

use std::io::Write;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use sqlx::{Connection, PgConnection};

use crate::servers::postgres::Postgres;
use crate::servers::s3::S3;
use hasty::Hasty;
use ledger::losses;
use load::{Load, Upload};
use machines::{Machine, Settings};

const MACHINES: usize = 3;
const CLIENTS: usize = 6;
const UPLOADS: usize = 36;
const BATCHES: usize = 4;
const BATCH_FILES: usize = 4;

/// What all servers share. PostgreSQL is this test's own: it is stopped and started.
struct Shared {
    postgres: Postgres,
    database: String,
    bucket: String,
    s3: &'static S3,
}

impl Shared {
    /// None where PostgreSQL or moto isn't installed.
    fn begin() -> Option<Shared> {
        let (s3, postgres) = (S3::shared()?, Postgres::begin()?);
        let database = postgres.0.create();
        Some(Shared { database, bucket: s3.bucket(), postgres, s3 })
    }

    fn database_url(&self) -> String {
        format!("postgres://postgres@localhost/{}?host={}", self.database, self.postgres.0.place)
    }

    fn settings(&self, database_url: &str) -> Settings {
        let of_bucket = self.s3.settings();
        let own = [
            ("DEALERBOOK_DATABASE_URL", database_url),
            ("DEALERBOOK_ARTEFACTS_URL", &self.bucket),
            ("DEALERBOOK_WORKERS", "1"),
            ("DEALERBOOK_HTTP_THREADS", "1"),
            ("DEALERBOOK_RETRY_AFTER_SECONDS", "1"),
            ("DEALERBOOK_JOB_SILENT_SECONDS_MAX", "2"),
        ];
        of_bucket.settings().chain(own).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn machines(&self) -> Vec<Machine> {
        Machine::begin(&vec![self.settings(&self.database_url()); MACHINES])
    }
}

fn load_on(machines: &[Machine]) -> Load {
    Load::on(machines.iter().map(|machine| machine.address.clone()).collect())
}

fn uploads(count: usize) -> Vec<Upload> {
    (1..=count).map(Upload::numbered).collect()
}

async fn send_all(load: &Load, uploads: &[Upload]) {
    stream::iter(uploads).for_each_concurrent(CLIENTS, |upload| async { drop(load.upload(upload).await) }).await;
}

/// The figures of a run, past the capture of what tests print.
fn tell(what: &str, load: &Load, begin: Instant, kept: usize) {
    let seen = load.seen();
    let _ = writeln!(
        std::io::stderr(),
        "{what}: {} uploads and {} batches accepted by {MACHINES} servers and answered in {:.1} s, sent again {} times after 503 and {} times after a broken connection; {kept} answers kept, all right",
        seen.accepted.len(),
        seen.batches.len(),
        begin.elapsed().as_secs_f64(),
        seen.told_to_retry,
        seen.broken,
    );
}

/// Has clients upload and submit while something happens, and looks whether all that was accepted is there.
async fn assert_nothing_is_lost(what: &str, load: &Load, happens: impl Future<Output = ()>) {
    let (uploads, begin) = (uploads(UPLOADS + BATCHES * BATCH_FILES), Instant::now());
    let (alone, in_batches) = uploads.split_at(UPLOADS);
    let batches = in_batches.chunks(BATCH_FILES).enumerate();
    let submit =
        stream::iter(batches).for_each(|(n, files)| async move { load.submit(&format!("batch-{n}"), files).await });
    tokio::join!(send_all(load, alone), submit, happens);
    let unexpected = load.seen().unexpected.clone();
    assert!(unexpected.is_empty(), "{} answers, such as {:?}", unexpected.len(), unexpected.first());
    assert_eq!(losses(load, &uploads).await, Vec::<String>::new());
    let kept = ledger::runs(load).await.len();
    assert_eq!(load.accepted(), (UPLOADS, BATCHES));
    assert_eq!(kept, uploads.len());
    assert_eq!(ledger::batches(load).await, BATCHES, "what was sent twice is one batch");
    tell(what, load, begin, kept);
}

#[actix_web::test]
async fn a_server_that_is_killed_takes_nothing_along_that_was_accepted() {
    let Some(shared) = Shared::begin() else { return };
    let mut machines = shared.machines();
    let load = load_on(&machines);
    let kill = async {
        load.until_accepted(UPLOADS / 3).await;
        machines[0].kill();
    };
    assert_nothing_is_lost("a server killed", &load, kill).await;
    assert!(load.seen().broken > 0, "the killed server was asked");
}

#[actix_web::test]
async fn a_database_that_crashes_and_comes_back_loses_nothing_and_no_server_needs_a_restart() {
    let Some(shared) = Shared::begin() else { return };
    let machines = shared.machines();
    let load = load_on(&machines);
    let crash = async {
        load.until_accepted(UPLOADS / 3).await;
        shared.postgres.0.stop();
        tokio::time::sleep(Duration::from_secs(2)).await;
        shared.postgres.0.start();
    };
    assert_nothing_is_lost("the database crashed", &load, crash).await;
    assert!(load.seen().told_to_retry > 0, "clients were told to try again");
}

#[actix_web::test]
async fn a_planted_acknowledgement_before_the_commit_is_found_when_a_server_is_killed() {
    let Some(shared) = Shared::begin() else { return };
    let hasty = Hasty::before(&shared.postgres.0.place);
    let sound = shared.settings(&shared.database_url());
    let mut machines = Machine::begin(&[shared.settings(&hasty.url(&shared.database)), sound.clone(), sound]);
    let (load, uploads) = (load_on(&machines), uploads(6));
    hasty.plant();
    let lost = load.upload(&uploads[0]).await;
    assert_eq!(lost.server, 0, "it is the first server's turn");
    machines[0].kill();
    hasty.cut();
    send_all(&load, &uploads[1..]).await;
    let losses = losses(&load, &uploads).await;
    assert_eq!(losses, [format!("{} was accepted, but its run is not there", lost.filename)]);
}

#[actix_web::test]
async fn a_planted_commit_that_is_not_yet_on_the_disk_is_found_when_the_database_crashes() {
    let Some(shared) = Shared::begin() else { return };
    let mut database = PgConnection::connect(&shared.database_url()).await.expect("a connection");
    for order in ["ALTER SYSTEM SET synchronous_commit = off", "ALTER SYSTEM SET wal_writer_delay = '10s'"] {
        sqlx::query(order).execute(&mut database).await.expect("it obeys");
    }
    sqlx::query("SELECT pg_reload_conf()").execute(&mut database).await.expect("it obeys");
    drop(database);
    let machines = shared.machines();
    let (load, uploads) = (load_on(&machines), uploads(6));
    send_all(&load, &uploads).await;
    shared.postgres.0.stop();
    shared.postgres.0.start();
    let losses = losses(&load, &uploads).await;
    assert!(losses.iter().any(|loss| loss.ends_with("its run is not there")), "{losses:?}");
}
