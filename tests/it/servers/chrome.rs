//! Chromium by its driver: one driver for all tests of a process, a browser of its own for each test.

use std::process::Command;
use std::sync::LazyLock;

use super::{Server, missing};

static SHARED: LazyLock<Option<Server>> = LazyLock::new(begin);

/// The driver's address; none where Chromium or its driver isn't installed.
pub fn shared() -> Option<&'static str> {
    SHARED.as_ref().map(|server| server.place.as_str())
}

fn begin() -> Option<Server> {
    let server = Server::begin(Command::new("sh").args(["-c", include_str!("chrome.sh")]));
    if server.is_none() {
        missing(
            "tests in a browser: chromium and chromedriver are not here (Debian: apt-get install chromium chromium-driver)",
        );
    }
    server
}
