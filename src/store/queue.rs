//! The queue that brings jobs to workers, on apalis: in SQLite a file of its own beside the database, on PostgreSQL a schema of its own.
//! apalis is named only here. A job says which file of a batch it is about and nothing more; whether there is anything left to do, the
//! file's row says, so that a job may come twice, or be lost and handed over again, and does no harm.
//!
//! The file of its own is needed because apalis' migrations would collide with ours, and its setup switches `synchronous` off: only its
//! migrations are run. Its own recovery of lost jobs isn't relied on.

use std::sync::Arc;
use std::time::Duration;

use apalis::layers::WorkerBuilderExt;
use apalis::prelude::{BackendExt, TaskSink, WorkerBuilder, WorkerContext};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

use super::database::{self, DatabaseKind};
use super::{StoreError, Ticket};
use dealerbook_config::Places;

const NAME: &str = "batch-files";
const CONNECTIONS_MAX: u32 = 2;
const ACQUIRE_TIME_MAX: Duration = Duration::from_secs(10);
const BUSY_TIME_MAX: Duration = Duration::from_secs(10);
/// How often an idle worker looks for jobs.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long to wait before working goes on after the queue has failed.
const REST: Duration = Duration::from_secs(2);
/// How long a worker that stops waits for the queue to note what it has done.
const FAREWELL: Duration = Duration::from_secs(3);
/// How often a worker says the queue that it lives, and after how many of these it is taken for dead.
const HEARTBEAT: Duration = Duration::from_secs(5);
const HEARTBEATS_MISSED_MAX: usize = 3;

/// Jobs and workers that are over.
const OVER_IN_SQLITE: [&str; 2] = [
    "DELETE FROM Jobs WHERE status IN ('Done', 'Killed', 'Failed') AND done_at < strftime('%s', 'now') - 3600",
    "DELETE FROM Workers WHERE last_seen < strftime('%s', 'now') - 3600 \
     AND id NOT IN (SELECT lock_by FROM Jobs WHERE lock_by IS NOT NULL)",
];
const OVER_IN_POSTGRES: [&str; 2] = [
    "DELETE FROM apalis.jobs WHERE status IN ('Done', 'Killed', 'Failed') AND done_at < now() - interval '1 hour'",
    "DELETE FROM apalis.workers WHERE last_seen < now() - interval '1 hour' \
     AND id NOT IN (SELECT lock_by FROM apalis.jobs WHERE lock_by IS NOT NULL)",
];

/// The queue's connections. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue {
    storage: Storage,
}

#[derive(Clone, Debug)]
enum Storage {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// What is done with each job.
type Work = dyn Fn(Ticket) -> BoxFuture<'static, ()> + Send + Sync;

impl Queue {
    /// Opens the queue of the settings' database, making its tables when they aren't there yet.
    ///
    /// # Errors
    /// When it can't be opened.
    pub async fn open(places: &Places) -> Result<Queue, StoreError> {
        let (kind, url) = database::address(places)?;
        let storage = match kind {
            DatabaseKind::Sqlite => Storage::Sqlite(sqlite(&url).await?),
            DatabaseKind::Postgres => Storage::Postgres(postgres(&url).await?),
        };
        Ok(Queue { storage })
    }

    /// Hands jobs over.
    ///
    /// # Errors
    /// When the queue's database fails.
    pub async fn push(&self, tickets: Vec<Ticket>) -> Result<(), StoreError> {
        match &self.storage {
            Storage::Sqlite(pool) => sqlite_backend(pool).push_bulk(tickets).await.map_err(StoreError::queue),
            Storage::Postgres(pool) => postgres_backend(pool).push_bulk(tickets).await.map_err(StoreError::queue),
        }
    }

    /// Works, on `at_once` jobs at the same time, until it is to stop. When the queue's database fails, it waits and goes on.
    pub async fn work(&self, at_once: usize, stop: &CancellationToken, work: Arc<Work>) {
        while !stop.is_cancelled() {
            let worker = WorkerContext::new(&format!("dealerbook-{}", Uuid::now_v7()));
            let name = worker.name().to_owned();
            let work = work.clone();
            let job = move |ticket: Ticket| work(ticket);
            let builder = WorkerBuilder::new(&worker);
            let mut working = match &self.storage {
                Storage::Sqlite(pool) => {
                    let backend = sqlite_backend(pool).poll_with_interval(LOOK_EVERY);
                    builder.backend(backend).concurrency(at_once).build(job).run().boxed()
                }
                Storage::Postgres(pool) => {
                    let backend = postgres_backend(pool).poll_with_interval(LOOK_EVERY);
                    builder.backend(backend).concurrency(at_once).build(job).run().boxed()
                }
            };
            let ended = tokio::select! {
                ended = &mut working => ended,
                () = stop.cancelled() => {
                    // It takes nothing new; what it has is given back by the work itself.
                    let _ = worker.stop();
                    let _ = tokio::time::timeout(FAREWELL, working).await;
                    return;
                }
            };
            tracing::warn!(worker = name, cause = ended.err().map(|error| error.to_string()), "the queue failed");
            tokio::time::sleep(REST).await;
        }
    }

    /// Takes away what has been over and done with for an hour.
    ///
    /// # Errors
    /// When the queue's database fails.
    pub async fn clear(&self) -> Result<(), StoreError> {
        match &self.storage {
            Storage::Sqlite(pool) => {
                for delete in OVER_IN_SQLITE {
                    sqlx::query(delete).execute(pool).await?;
                }
            }
            Storage::Postgres(pool) => {
                for delete in OVER_IN_POSTGRES {
                    sqlx::query(delete).execute(pool).await?;
                }
            }
        }
        Ok(())
    }

    /// Closes the queue's connections.
    pub async fn close(&self) {
        match &self.storage {
            Storage::Sqlite(pool) => pool.close().await,
            Storage::Postgres(pool) => pool.close().await,
        }
    }
}

impl StoreError {
    fn queue(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
        StoreError::Queue(error.into())
    }
}

fn sqlite_backend(pool: &SqlitePool) -> SqliteStorage<Ticket> {
    let config = apalis_sqlite::Config::default().queue(NAME).batch_size(1);
    let config = config.heartbeat_interval(HEARTBEAT).missed_heartbeats(HEARTBEATS_MISSED_MAX);
    SqliteStorage::new(pool).with_config(config)
}

fn postgres_backend(pool: &PgPool) -> PostgresStorage<Ticket> {
    let config = apalis_postgres::Config::default().queue(NAME).batch_size(1);
    let config = config.heartbeat_interval(HEARTBEAT).missed_heartbeats(HEARTBEATS_MISSED_MAX);
    PostgresStorage::new(pool).with_config(config)
}

/// apalis' own setup switches `synchronous` off; its migrations alone don't.
async fn sqlite(database: &Url) -> Result<SqlitePool, StoreError> {
    let file = database.to_file_path().map_err(|()| StoreError::UnsupportedDatabase)?;
    let file = file.with_extension("jobs.db");
    database::close_sqlite(&file);
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_TIME_MAX);
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(ACQUIRE_TIME_MAX);
    let pool = pool.connect_with(options).await?;
    SqliteStorage::<()>::migrations().run(&pool).await?;
    Ok(pool)
}

/// A schema of its own, found first, so that apalis keeps the list of its migrations apart from ours.
async fn postgres(database: &Url) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_url(database)?.options([("search_path", "apalis,public")]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(ACQUIRE_TIME_MAX);
    let pool = pool.connect_with(options).await?;
    // Servers that start at the same moment must not both make it.
    let mut transaction = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('apalis'))").execute(&mut *transaction).await?;
    sqlx::query("CREATE SCHEMA IF NOT EXISTS apalis").execute(&mut *transaction).await?;
    transaction.commit().await?;
    PostgresStorage::<()>::migrations().run(&pool).await?;
    Ok(pool)
}
