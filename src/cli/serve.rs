//! `dealerbook serve`, and what happens without a command.

use std::io::{self, Write};
use std::process::ExitCode;

use super::{Outcome, notice, stop};
use dealerbook_config::Settings;
use dealerbook_server::startup::Application;
use dealerbook_server::telemetry;

pub const EXAMPLES: &str = "\
Examples:
  dealerbook serve                              # on http://127.0.0.1:8080, with everything kept in ./data
  dealerbook serve --listen 0.0.0.0:8080 --data /srv/dealerbook
  dealerbook serve --workers 2 --upload-bytes-max 16777216

Every option can be set in the environment as well, by the name that stands with it.";

/// Serves until it is told to end.
pub async fn serve(settings: Settings) -> Outcome {
    telemetry::init()?;
    let signal = stop::signal()?;
    let application = Application::build(&settings).await?;
    let (address, is_https) = (application.address(), application.is_https());
    let started = notice::started(address, is_https, application.token(), settings.lang);
    // A service without anybody to read its output serves all the same.
    let _ = writeln!(io::stdout(), "{started}");
    tracing::info!(%address, is_https, version = env!("CARGO_PKG_VERSION"), "listening");
    let served = application.run_until(signal).await;
    tokio::task::spawn_blocking(telemetry::traces::flush).await?;
    served?;
    Ok(ExitCode::SUCCESS)
}
