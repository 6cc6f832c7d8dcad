//! How long things are kept, as settings.

/// How long things are kept.
#[derive(Clone, Debug, clap::Args)]
pub struct Retention {
    /// Days after which a run is deleted with its files; without it, runs are kept for ever
    #[arg(long, env = "DEALERBOOK_KEEP_DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep_days: Option<u32>,
    /// Bytes that may be kept of one person; more is 413, 0 takes any
    #[arg(long, env = "DEALERBOOK_QUOTA_PERSON_BYTES", default_value_t = Retention::default().quota_person_bytes)]
    pub quota_person_bytes: u64,
    /// Bytes that may be kept of all people together; more is 507, 0 takes any
    #[arg(long, env = "DEALERBOOK_QUOTA_BYTES", default_value_t = Retention::default().quota_bytes)]
    pub quota_bytes: u64,
    /// Hours for which an Idempotency-Key is remembered
    #[arg(long, env = "DEALERBOOK_REQUEST_KEY_HOURS", default_value_t = Retention::default().request_key_hours, value_parser = clap::value_parser!(u32).range(1..))]
    pub request_key_hours: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { keep_days: None, quota_person_bytes: 20 << 30, quota_bytes: 0, request_key_hours: 24 }
    }
}

impl Retention {
    /// What may be kept of one person, where there is a limit.
    pub fn quota_person_bytes(&self) -> Option<u64> {
        Some(self.quota_person_bytes).filter(|bytes| *bytes > 0)
    }

    /// What may be kept of all, where there is a limit.
    pub fn quota_bytes(&self) -> Option<u64> {
        Some(self.quota_bytes).filter(|bytes| *bytes > 0)
    }
}
