//! S3: one server (moto) for all tests of a process, a bucket for each test.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use dealerbook::config::Bucket;

use super::{Server, missing};

static SHARED: LazyLock<Option<S3>> = LazyLock::new(S3::begin);

/// A server that speaks S3.
pub struct S3(pub Server);

impl S3 {
    /// The server of all tests that leave it running; none where moto isn't installed.
    pub fn shared() -> Option<&'static S3> {
        SHARED.as_ref()
    }

    /// A server of one's own, to be stopped and started; none where moto isn't installed.
    pub fn begin() -> Option<S3> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/moto/bin/python");
        let python = if own.exists() { own } else { "python3".into() };
        let server = Server::begin(Command::new(python).args(["-c", include_str!("s3.py")]));
        if server.is_none() {
            missing("tests over S3: moto is not here (tests/run installs it into target/moto)");
        }
        server.map(S3)
    }

    /// The URL of a new bucket's folder.
    pub fn bucket(&self) -> String {
        format!("s3://{}/dealer%20books", self.0.create())
    }

    /// What the environment would say.
    pub fn settings(&self) -> Bucket {
        let settings = [
            ("AWS_ENDPOINT_URL", self.0.place.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_PROFILE", "of other tools"),
        ];
        settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}
