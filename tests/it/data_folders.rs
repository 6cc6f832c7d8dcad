//! Servers over data folders that earlier builds have left (`data-folders/README.md`).

use std::io::Cursor;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Start, TestApp};

/// A data folder of an earlier build, unpacked, and what is known of it.
pub struct DataFolder {
    pub start: Start,
    known: Value,
}

impl DataFolder {
    /// That of the build before texts that group had a form of their own.
    pub fn of_plain_texts() -> DataFolder {
        DataFolder::named("0.1.0-74e1902.zip")
    }

    fn named(name: &str) -> DataFolder {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data-folders").join(name);
        let start = Start::default();
        let mut zip = zip::ZipArchive::new(Cursor::new(std::fs::read(path).expect("the folder"))).expect("opens");
        zip.extract(start.data.path()).expect("unpacks");
        let known = std::fs::read(start.data.path().join("known.json")).expect("what is known");
        DataFolder { start, known: serde_json::from_slice(&known).expect("JSON") }
    }

    /// The address of a run.
    pub fn run(&self, name: &str) -> String {
        format!("/v1/runs/{}", self.known["runs"][name].as_str().expect("a run"))
    }

    /// The token of a person.
    pub fn token(&self, name: &str) -> String {
        self.known["tokens"][name].as_str().expect("a token").to_owned()
    }

    /// A server over it, and the addresses of these runs.
    pub async fn serve<const N: usize>(self, runs: [&str; N]) -> (TestApp, [String; N]) {
        let runs = runs.map(|name| self.run(name));
        (self.start.spawn().await, runs)
    }
}
