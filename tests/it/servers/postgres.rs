//! PostgreSQL: one server for all tests of a process, a database for each test.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use super::{Orders, left_out};

static SHARED: LazyLock<Option<Postgres>> = LazyLock::new(|| {
    let server = Postgres::begin();
    if server.is_none() {
        left_out("the tests over PostgreSQL: initdb and pg_ctl are not here (Debian: apt-get install postgresql)");
    }
    server
});

/// A PostgreSQL server.
pub struct Postgres {
    orders: Mutex<Orders>,
    folder: String,
    databases: AtomicUsize,
}

impl Postgres {
    /// The server of all tests that leave it running; none where PostgreSQL isn't installed.
    pub fn shared() -> Option<&'static Postgres> {
        SHARED.as_ref()
    }

    /// A server of one's own, to be stopped and started; none where PostgreSQL isn't installed.
    pub fn begin() -> Option<Postgres> {
        let script = include_str!("postgres.sh");
        // PostgreSQL refuses to be root.
        let as_postgres: &[&str] =
            if is_root() { &["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] } else { &["env"] };
        let mut command = Command::new(as_postgres[0]);
        command.args(&as_postgres[1..]).args(["sh", "-c", script]);
        let (orders, folder) = Orders::begin(&mut command);
        (folder != "missing").then(|| Postgres { orders: Mutex::new(orders), folder, databases: AtomicUsize::new(0) })
    }

    /// The URL of a new database.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.give(&format!("create {name}"));
        format!("postgres://postgres@localhost/{name}?host={}", self.folder)
    }

    fn give(&self, order: &str) {
        self.orders.lock().expect("no order failed before").give(order);
    }
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output().expect("the user's number");
    user.stdout.trim_ascii() == b"0"
}
