//! How much a batch may be, and how it is worked on, as settings.

use std::time::Duration;

use super::Limits;

/// What a batch may be, and how its files are worked on.
#[derive(Clone, Debug, clap::Args)]
pub struct BatchLimits {
    /// Files of a batch; more is 413
    #[arg(long, env = "DEALERBOOK_BATCH_FILES_MAX", default_value_t = Limits::default().batches.batch_files_max, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub batch_files_max: u32,
    /// Bytes of all files of a batch together, inflated where they come in an archive; more is 413
    #[arg(long, env = "DEALERBOOK_BATCH_BYTES_MAX", default_value_t = Limits::default().batches.batch_bytes_max)]
    pub batch_bytes_max: u64,
    /// Files of batches that are worked on at the same time, at most as many as there are workers; the other workers are for requests
    #[arg(long, env = "DEALERBOOK_BATCH_WORKERS", default_value_t = Limits::default().batches.batch_workers, value_parser = clap::value_parser!(u32).range(1..))]
    pub batch_workers: u32,
    /// Seconds without a sign of life after which a file is taken from its worker and given to another
    #[arg(long, env = "DEALERBOOK_JOB_SILENT_SECONDS_MAX", default_value_t = Limits::default().batches.job_silent_seconds_max, value_parser = clap::value_parser!(u64).range(1..))]
    pub job_silent_seconds_max: u64,
}

impl BatchLimits {
    /// For a machine of so many cores: one of them is kept for requests, where there are two.
    pub(super) fn new(cores: u32) -> Self {
        BatchLimits {
            batch_files_max: 200,
            batch_bytes_max: 1 << 30,
            batch_workers: cores.saturating_sub(1).max(1),
            job_silent_seconds_max: 30,
        }
    }

    pub(super) fn for_testing() -> Self {
        BatchLimits { batch_files_max: 10, batch_bytes_max: 4 << 20, batch_workers: 1, job_silent_seconds_max: 1 }
    }

    /// The time without a sign of life after which a worker is taken for dead.
    pub fn job_silence_max(&self) -> Duration {
        Duration::from_secs(self.job_silent_seconds_max)
    }
}
