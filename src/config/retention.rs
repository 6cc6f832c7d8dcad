//! How long things are kept, as settings.

/// How long things are kept.
#[derive(Clone, Debug, clap::Args)]
pub struct Retention {
    /// Days after which a run is deleted with its files; without it, runs are kept for ever
    #[arg(long, env = "DEALERBOOK_KEEP_DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep_days: Option<u32>,
    /// Hours for which an Idempotency-Key is remembered
    #[arg(long, env = "DEALERBOOK_REQUEST_KEY_HOURS", default_value_t = Retention::default().request_key_hours, value_parser = clap::value_parser!(u32).range(1..))]
    pub request_key_hours: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { keep_days: None, request_key_hours: 24 }
    }
}
