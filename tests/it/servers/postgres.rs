//! PostgreSQL: one server for all tests of a process, a database for each test.

use std::process::Command;
use std::sync::LazyLock;

use super::{Server, is_root, missing};

static SHARED: LazyLock<Option<Postgres>> = LazyLock::new(Postgres::begin);

/// A PostgreSQL server.
pub struct Postgres(pub Server);

impl Postgres {
    /// The server of all tests that leave it running; none where PostgreSQL isn't installed.
    pub fn shared() -> Option<&'static Postgres> {
        SHARED.as_ref()
    }

    /// A server of one's own, to be stopped and started; none where PostgreSQL isn't installed.
    pub fn begin() -> Option<Postgres> {
        // PostgreSQL refuses to be root.
        let as_postgres: &[&str] = match is_root() {
            true => &["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"],
            false => &["env"],
        };
        let mut command = Command::new(as_postgres[0]);
        let server = Server::begin(command.args(&as_postgres[1..]).args(["sh", "-c", include_str!("postgres.sh")]));
        if server.is_none() {
            missing("tests over PostgreSQL: initdb and pg_ctl are not here (Debian: apt-get install postgresql)");
        }
        server.map(Postgres)
    }

    /// The URL of a new database.
    pub fn database(&self) -> String {
        format!("postgres://postgres@localhost/{}?host={}", self.0.create(), self.0.place)
    }
}
