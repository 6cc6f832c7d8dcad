//! Servers that the tests start for themselves: each a child process that is given orders, a line each, and ends when the tests do,
//! however they end.

pub mod chrome;
pub mod postgres;
pub mod s3;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server. It ends with its standard input, which closes when this is dropped or the tests are gone.
pub struct Server {
    /// Where it is, as it says itself.
    pub place: String,
    process: Mutex<Process>,
    made: AtomicUsize,
}

impl Server {
    /// Starts a server; none where it says that it is missing here.
    pub fn begin(command: &mut Command) -> Option<Server> {
        let mut process = Process::begin(command);
        let place = process.answer();
        (place != "missing").then(|| Server { place, process: Mutex::new(process), made: AtomicUsize::new(0) })
    }

    /// Makes a database or bucket, and tells its name.
    pub fn create(&self) -> String {
        let name = format!("test{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.order(&format!("create {name}"));
        name
    }

    /// Stops it at once, as if it had crashed.
    pub fn stop(&self) {
        self.order("stop");
    }

    /// Starts it again, with all that it had.
    pub fn start(&self) {
        self.order("start");
    }

    fn order(&self, order: &str) {
        self.process.lock().expect("no order failed before").order(order);
    }
}

struct Process {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Process {
    fn begin(command: &mut Command) -> Process {
        // Ctrl-C is meant for the tests: the server must live long enough to clear away behind itself.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        Process { orders: child.stdin.take(), child, answers }
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders.as_ref().expect("its input"), "{order}").expect("the server takes orders");
        assert_eq!(self.answer(), "done", "{order}");
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("an answer");
        assert!(!line.is_empty(), "the server has ended; what it said stands above");
        line.trim_end().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.child.wait();
    }
}

/// Says that tests are left out because a program isn't here; where CI is set, that is a failure.
pub fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "{what}, and CI is set: nothing may be left out");
    left_out(what);
}

/// Says that tests are left out, past the capture of what tests print.
pub fn left_out(what: &str) {
    let _ = writeln!(std::io::stderr(), "LEFT OUT: {what}");
}

/// Whether the tests run as root.
pub fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output().expect("the user's number");
    user.stdout.trim_ascii() == b"0"
}
