//! The database: SQLite by default, PostgreSQL by URL. Statements are written once for both, with `$n` placeholders, texts and 64-bit
//! integers; where the two differ, it is said here and nowhere else.

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, ConnectOptions, Connection, Executor, Transaction};
use url::Url;

use super::{StoreError, close_to_others, make_folder, private_file};
use dealerbook_config::Places;

/// So long a request waits for a connection: while the database is gone, requests must not pile up.
const ACQUIRE_TIME_MAX: Duration = Duration::from_secs(3);
/// So long the first connection may take, at the start.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
const CONNECTIONS_MAX: u32 = 8;

/// What each connection to SQLite begins with: what was committed outlives a power cut, and a writer waits for the one before it.
const SQLITE_SETTINGS: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON";

static DRIVERS: Once = Once::new();

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file on this machine.
    Sqlite,
    /// A server that several machines share.
    Postgres,
}

/// The database's connections. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    /// For statements that stand alone.
    pub pool: AnyPool,
    kind: DatabaseKind,
    /// SQLite's file.
    file: Option<PathBuf>,
}

impl Database {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// When the URL is of another kind, or the database can't be opened or brought up to date.
    pub async fn open(places: &Places) -> Result<Database, StoreError> {
        let (kind, url) = address(places)?;
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let file = url.to_file_path().ok().filter(|_| kind == DatabaseKind::Sqlite);
        file.iter().for_each(|file| close_sqlite(file));
        let options = AnyConnectOptions::from_url(&url)?;
        try_once(&options).await.map_err(StoreError::Unreachable)?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIME_MAX)
            .before_acquire(|connection, _| {
                // On a full disk SQLite rolls back by itself; the driver fails to do so again, and would never begin anew.
                let is_free = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_free) })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if kind == DatabaseKind::Sqlite {
                        connection.execute(SQLITE_SETTINGS).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        sqlx::migrate!("../../schemas/migrations").run(&pool).await?;
        Ok(Database { pool, kind, file })
    }

    /// The folder in which SQLite writes; none of PostgreSQL.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        self.file.as_ref()?.parent().map(Path::to_owned)
    }

    /// Which of the two it is.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// A transaction that is going to write. SQLite has one writer at a time: asked for at once, it is waited for; asked for in the
    /// middle, it would be refused.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(match self.kind {
            DatabaseKind::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            DatabaseKind::Postgres => self.pool.begin().await?,
        })
    }

    /// A transaction that only reads and sees one state of everything, whatever others commit meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn view(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(match self.kind {
            DatabaseKind::Sqlite => self.pool.begin().await?,
            DatabaseKind::Postgres => self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?,
        })
    }
}

/// The pool would only say that it has waited; a single connection says why there is none.
async fn try_once(options: &AnyConnectOptions) -> Result<(), sqlx::Error> {
    let connected = tokio::time::timeout(CONNECT_TIME_MAX, options.connect()).await;
    connected.map_err(|_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))??.close().await
}

/// Closes a database of SQLite to others before it is opened, and what lies beside it; it is made so where it isn't there. What can't be
/// done is reported by whoever opens it.
pub(super) fn close_sqlite(file: &Path) {
    let _ = private_file(file);
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut beside = file.as_os_str().to_owned();
        beside.push(suffix);
        close_to_others(Path::new(&beside));
    }
}

/// Which database the settings mean, and its URL.
pub(super) fn address(places: &Places) -> Result<(DatabaseKind, Url), StoreError> {
    let Some(url) = places.database_url() else {
        make_folder("data", &places.data)?;
        return Ok((DatabaseKind::Sqlite, sqlite_url(&places.data.join("dealerbook.db"))?));
    };
    if let Some(path) = url.strip_prefix("sqlite:").filter(|path| !path.contains(":memory:") && !path.contains('?')) {
        return Ok((DatabaseKind::Sqlite, sqlite_url(Path::new(path.strip_prefix("//").unwrap_or(path)))?));
    }
    let url = Url::parse(url).map_err(|_| StoreError::UnsupportedDatabase)?;
    match url.scheme() {
        "postgres" | "postgresql" => Ok((DatabaseKind::Postgres, url)),
        _ => Err(StoreError::UnsupportedDatabase),
    }
}

/// The URL of a file that is made when it isn't there.
fn sqlite_url(path: &Path) -> Result<Url, StoreError> {
    let file = std::path::absolute(path).ok().and_then(|path| Url::from_file_path(path).ok());
    let file = file.ok_or(StoreError::UnsupportedDatabase)?;
    Ok(Url::parse(&format!("sqlite://{}?mode=rwc", file.path()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(url: &str) -> Result<(DatabaseKind, Url), StoreError> {
        let data = tempfile::tempdir().unwrap().path().join("数据 1");
        address(&Places { data, database_url: Some(url.to_owned()), ..Places::default() })
    }

    #[tokio::test]
    async fn runs_from_before_there_were_keys_and_people_are_the_administrators() {
        let data = tempfile::tempdir().unwrap();
        let places = Places { data: data.path().to_owned(), ..Places::default() };
        let (_, url) = address(&places).unwrap();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let before = AnyPoolOptions::new().connect(url.as_str()).await.unwrap();
        sqlx::migrate!("../../schemas/migrations").run_to(2, &before).await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO runs VALUES ('1', 'run', '2026-01-01T00:00:00.000Z', 2007, 'ok', '2007 年 A.xlsx', 'zh', 'u', 1, 0, 0, 0, 9, 'r', 'a', 'x', 'y')",
        )
        .execute(&before)
        .await
        .unwrap();
        before.close().await;

        let now = Database::open(&places).await.unwrap();
        let row: (Option<String>, String, String) =
            sqlx::query_as("SELECT key, uploader, search FROM runs").fetch_one(&now.pool).await.unwrap();
        assert_eq!(row, (None, "admin".to_owned(), "2007年a.xlsx admin".to_owned()));
    }

    #[test]
    fn a_database_is_known_by_its_url() {
        let (kind, url) = kind_of("").unwrap();
        assert_eq!(kind, DatabaseKind::Sqlite);
        assert!(url.as_str().ends_with("/%E6%95%B0%E6%8D%AE%201/dealerbook.db?mode=rwc"), "{url}");
        assert_eq!(kind_of("sqlite:///srv/a b.db").unwrap().1.as_str(), "sqlite:///srv/a%20b.db?mode=rwc");
        assert_eq!(kind_of("sqlite:/srv/a.db").unwrap().1.as_str(), "sqlite:///srv/a.db?mode=rwc");
        assert_eq!(kind_of("postgres://me@db/dealerbook").unwrap().0, DatabaseKind::Postgres);
        for url in ["mysql://db/x", "sqlite::memory:", "dealerbook.db"] {
            assert!(matches!(kind_of(url), Err(StoreError::UnsupportedDatabase)), "{url}");
        }
    }
}
