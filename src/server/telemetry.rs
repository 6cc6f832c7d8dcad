//! Logs: JSON on stderr, or plain text when a person is watching; and traces, where they are wanted. They tell requests, codes, counts
//! and times; never cell values, names, file names or tokens.

pub mod memory;
pub mod traces;

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

pub use dealerbook_base::failure::causes;
pub use traces::TracesError;

/// The target of the spans of a run's stages. They are for traces alone: the log has no use for them.
pub const STAGES: &str = "dealerbook::stage";

const FILTER_DEFAULT: &str = "info,sqlx=warn,actix_server=warn,object_store=warn";

/// Sets up logs and traces for the whole process, once; `RUST_LOG` overrides what is logged. A second call does nothing.
///
/// # Errors
/// When traces are wanted at a place that is none.
pub fn init() -> Result<(), TracesError> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER_DEFAULT));
    let logged = filter.and(filter_fn(|data| data.target() != STAGES));
    let logs = fmt::layer().with_writer(std::io::stderr);
    let logs = if std::io::stderr().is_terminal() {
        logs.compact().boxed()
    } else {
        logs.json().with_span_list(false).boxed()
    };
    let set = tracing_subscriber::registry().with(traces::layer()?).with(logs.with_filter(logged)).try_init();
    if set.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    Ok(())
}

/// Where it panicked, not what it said: the message may quote a cell.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panicked");
}
