//! Servers as processes of their own, as on machines of their own, over one database and one bucket.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use tempfile::TempDir;

use crate::commands::dealerbook;
use crate::harness::TOKEN;

/// Settings, as the environment has them.
pub type Settings = Vec<(String, String)>;

/// One server.
pub struct Machine {
    process: Child,
    folder: TempDir,
    /// Where it is, once it is up.
    pub address: String,
    _said: Option<BufReader<ChildStdout>>,
}

impl Machine {
    /// Starts servers at the same time and waits until all are up.
    pub fn begin(settings: &[Settings]) -> Vec<Machine> {
        let mut machines: Vec<Machine> = settings.iter().map(Machine::launch).collect();
        machines.iter_mut().for_each(Machine::wait);
        machines
    }

    fn launch(settings: &Settings) -> Machine {
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("a log");
        let mut command = dealerbook(folder.path());
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        command.env("DEALERBOOK_LISTEN", "127.0.0.1:0").env("DEALERBOOK_ADMIN_TOKEN", TOKEN);
        let process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("the binary runs");
        Machine { process, folder, address: String::new(), _said: None }
    }

    fn wait(&mut self) {
        let mut said = BufReader::new(self.process.stdout.take().expect("its output"));
        while self.address.is_empty() {
            let mut line = String::new();
            let length = said.read_line(&mut line).expect("what it says");
            assert!(length > 0, "the server has ended: {}", self.log());
            if let Some((_, address)) = line.trim_end().split_once("：http://") {
                self.address = format!("http://{address}");
            }
        }
        self._said = Some(said);
    }

    /// Ends it at once (SIGKILL): it gets to do nothing any more.
    pub fn kill(&mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it ends");
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let log = self.log();
            let grave = log.lines().filter(|line| line.contains("\"ERROR\"") || line.contains("\"WARN\""));
            eprintln!("{}:", self.address);
            grave.take(5).for_each(|line| eprintln!("  {line}"));
        }
    }
}
