//! Servers that the tests start for themselves: each a child process that is given orders, a line each, and ends when the tests do,
//! however they end.

pub mod postgres;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A server's process. It ends with its standard input, which closes when this is dropped or the tests are gone.
pub struct Orders {
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Orders {
    /// Starts a server and gives what it says when it is up.
    pub fn begin(command: &mut Command) -> (Orders, String) {
        // Ctrl-C is meant for the tests: the server must live long enough to clear away behind itself.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process");
        let answers = BufReader::new(process.stdout.take().expect("its output"));
        let mut server = Orders { orders: process.stdin.take(), process, answers };
        let up = server.answer();
        (server, up)
    }

    /// Has an order carried out.
    pub fn give(&mut self, order: &str) {
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

impl Drop for Orders {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.process.wait();
    }
}

/// Says that tests are left out because a program isn't here, past the capture of what tests print; where everything must be
/// tested, that is a failure.
pub fn left_out(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "{what}, and CI is set: nothing may be left out");
    let _ = writeln!(std::io::stderr(), "LEFT OUT: {what}");
}
