//! Logs: JSON on stderr, or plain text when a person is watching. They tell requests, codes, counts and times; never cell values,
//! names, file names or tokens.

use std::error::Error;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;

const FILTER_DEFAULT: &str = "info,sqlx=warn,actix_server=warn,object_store=warn";

/// Sets up logging for the whole process, once; `RUST_LOG` overrides what is logged. A second call does nothing.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER_DEFAULT));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = if std::io::stderr().is_terminal() {
        logs.compact().try_init()
    } else {
        logs.json().with_span_list(false).try_init()
    };
    if set.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// Where it panicked, not what it said: the message may quote a cell.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panicked");
}

/// An error with its causes, in one line; what an error has said of its cause already isn't said again.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(|error| error.to_string()).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        said if said.contains(&cause) => said.to_owned(),
        said => format!("{said}: {cause}"),
    })
}
