//! Settings: what flags and the environment say, parsed once at the start and passed in from there.

mod batches;
mod bucket;
mod calendar;
pub mod cryptography;
mod network;
mod retention;
mod sessions;
mod workbook;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::LazyLock;
use std::time::Duration;

pub use batches::BatchLimits;
pub use bucket::Bucket;
pub use calendar::{CalendarFileError, CalendarSettings};
pub use network::{NetworkSettings, Proxies};
pub use retention::Retention;
pub use sessions::{CookieSecure, SessionLimits};
pub use workbook::WorkbookLimits;

use dealerbook_base::lang::Lang;

/// Everything that a server needs to be told.
#[derive(Clone, Debug, clap::Args)]
pub struct Settings {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, env = "DEALERBOOK_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Where things are kept.
    #[command(flatten)]
    pub places: Places,
    /// Folder of the company's own policies, *.toml; the first by its name is the default
    #[arg(long, env = "DEALERBOOK_POLICIES")]
    pub policies: Option<PathBuf>,
    /// The administrator's token; without one, a token is made and printed at the first start
    #[arg(long, env = "DEALERBOOK_ADMIN_TOKEN", hide_env_values = true)]
    pub admin_token: Option<Secret>,
    /// Language of the notices at the start: zh or en
    #[arg(long, default_value = "zh", value_parser = lang)]
    pub lang: Lang,
    /// Which days are worked.
    #[command(flatten)]
    pub calendar: CalendarSettings,
    /// How it is reached.
    #[command(flatten)]
    pub network: NetworkSettings,
    /// What is refused or cut off.
    #[command(flatten)]
    pub limits: Limits,
}

/// Where runs and their files are kept.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Places {
    /// Folder for everything that is kept
    #[arg(long, env = "DEALERBOOK_DATA", default_value = "./data")]
    pub data: PathBuf,
    /// Database, as sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME; without one, dealerbook.db in the data folder
    #[arg(long, env = "DEALERBOOK_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Folder for uploads and answers, as a path or file:// URL, or a bucket, as s3://BUCKET/PREFIX, reached as the environment's
    /// AWS_* say; without one, artefacts in the data folder
    #[arg(long, env = "DEALERBOOK_ARTEFACTS_URL", hide_env_values = true)]
    pub artefacts_url: Option<String>,
    /// How a bucket is reached.
    #[arg(skip = Bucket::from_env())]
    pub bucket: Bucket,
}

impl Places {
    /// The database's URL, when one was given; an empty one counts as none.
    pub fn database_url(&self) -> Option<&str> {
        given(self.database_url.as_deref())
    }

    /// The artefacts' URL or path, when one was given; an empty one counts as none.
    pub fn artefacts_url(&self) -> Option<&str> {
        given(self.artefacts_url.as_deref())
    }
}

impl Settings {
    /// The folder of policies, when one was given; an empty one counts as none.
    pub fn policies(&self) -> Option<PathBuf> {
        folder(self.policies.clone())
    }

    /// The administrator's token, when one was given; an empty one counts as none.
    pub fn admin_token(&self) -> Option<&str> {
        given(self.admin_token.as_ref().map(Secret::expose))
    }
}

/// A folder, when one was given; an empty name counts as none.
pub fn folder(given: Option<PathBuf>) -> Option<PathBuf> {
    given.filter(|folder| !folder.as_os_str().is_empty())
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Parses a language as it stands in flags: `zh` or `en`.
///
/// # Errors
/// For anything else.
pub fn lang(text: &str) -> Result<Lang, String> {
    text.parse().map_err(|()| "zh or en / 只能是 zh 或 en".to_owned())
}

/// A text that never shows in logs.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Secret(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// What the server refuses or cuts off, and how much it does at once. One struct, passed in; nothing else reads limits.
#[derive(Clone, Debug, clap::Args)]
pub struct Limits {
    /// Bytes of one uploaded workbook; more is 413
    #[arg(long, env = "DEALERBOOK_UPLOAD_BYTES_MAX", default_value_t = Limits::default().upload_bytes_max)]
    pub upload_bytes_max: u64,
    /// Bytes of a caller's own schema in a check; more is 413
    #[arg(long, env = "DEALERBOOK_SCHEMA_BYTES_MAX", default_value_t = Limits::default().schema_bytes_max)]
    pub schema_bytes_max: usize,
    /// Seconds that a request's body may take to arrive; longer is 408
    #[arg(long, env = "DEALERBOOK_BODY_SECONDS_MAX", default_value_t = Limits::default().body_seconds_max, value_parser = at_least_one())]
    pub body_seconds_max: u64,
    /// Seconds that a request's headers may take to arrive
    #[arg(long, env = "DEALERBOOK_HEADERS_SECONDS_MAX", default_value_t = Limits::default().headers_seconds_max, value_parser = at_least_one())]
    pub headers_seconds_max: u64,
    /// Bodies of one person that may arrive at the same time; more is 429
    #[arg(long, env = "DEALERBOOK_UPLOADS_PER_PERSON_MAX", default_value_t = Limits::default().uploads_per_person_max, value_parser = clap::value_parser!(u32).range(1..))]
    pub uploads_per_person_max: u32,
    /// Bytes a second that a body has to bring on the average of each while; slower is 408, 0 takes any
    #[arg(long, env = "DEALERBOOK_UPLOAD_RATE_MIN", default_value_t = Limits::default().upload_rate_min)]
    pub upload_rate_min: u64,
    /// Seconds of such a while
    #[arg(long, env = "DEALERBOOK_UPLOAD_RATE_SECONDS", default_value_t = Limits::default().upload_rate_seconds, value_parser = at_least_one())]
    pub upload_rate_seconds: u64,
    /// Bodies that may arrive at the same time; more is 503
    #[arg(long, env = "DEALERBOOK_UPLOADS_MAX", default_value_t = Limits::default().uploads_max, value_parser = clap::value_parser!(u32).range(1..))]
    pub uploads_max: u32,
    /// Calculations that run at the same time
    #[arg(long, env = "DEALERBOOK_WORKERS", default_value_t = Limits::default().workers, value_parser = clap::value_parser!(u32).range(1..))]
    pub workers: u32,
    /// Calculations that may wait for a worker; more is 503
    #[arg(long, env = "DEALERBOOK_QUEUE_MAX", default_value_t = Limits::default().queue_max)]
    pub queue_max: u32,
    /// Seconds after which a client that was refused with 503 is told to try again
    #[arg(long, env = "DEALERBOOK_RETRY_AFTER_SECONDS", default_value_t = Limits::default().retry_after_seconds)]
    pub retry_after_seconds: u64,
    /// Seconds that running requests have to end when the server is stopped
    #[arg(long, env = "DEALERBOOK_SHUTDOWN_SECONDS_MAX", default_value_t = Limits::default().shutdown_seconds_max)]
    pub shutdown_seconds_max: u64,
    /// Seconds for which a server that is being stopped still takes requests, while /readyz says that it is stopping
    #[arg(long, env = "DEALERBOOK_DRAIN_SECONDS", default_value_t = Limits::default().drain_seconds)]
    pub drain_seconds: u64,
    /// Threads that serve connections
    #[arg(long, env = "DEALERBOOK_HTTP_THREADS", default_value_t = Limits::default().http_threads, value_parser = clap::value_parser!(u32).range(1..))]
    pub http_threads: u32,
    /// Bad tokens that an address may present within a minute before its answers are slowed down
    #[arg(long, env = "DEALERBOOK_BAD_TOKENS_FREE", default_value_t = Limits::default().bad_tokens_free)]
    pub bad_tokens_free: u32,
    /// Seconds that the answer to a bad token waits at most; 0 slows nothing down
    #[arg(long, env = "DEALERBOOK_BAD_TOKEN_DELAY_SECONDS_MAX", default_value_t = Limits::default().bad_token_delay_seconds_max, value_parser = clap::value_parser!(u64).range(..=60))]
    pub bad_token_delay_seconds_max: u64,
    /// Bad tokens of an address whose answers may wait at the same time; more is 429, and the tokens aren't looked at
    #[arg(long, env = "DEALERBOOK_BAD_TOKENS_WAITING_MAX", default_value_t = Limits::default().bad_tokens_waiting_max, value_parser = clap::value_parser!(u32).range(1..))]
    pub bad_tokens_waiting_max: u32,
    /// How much of a workbook is believed.
    #[command(flatten)]
    pub workbook: WorkbookLimits,
    /// How much a batch may be, and how it is worked on.
    #[command(flatten)]
    pub batches: BatchLimits,
    /// How long things are kept.
    #[command(flatten)]
    pub retention: Retention,
    /// How long people stay signed in.
    #[command(flatten)]
    pub sessions: SessionLimits,
}

fn at_least_one() -> clap::builder::RangedU64ValueParser<u64> {
    clap::value_parser!(u64).range(1..)
}

/// Asked once: it reads files of the system's, and each flag asks for the defaults.
static CORES: LazyLock<u32> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1)));

impl Default for Limits {
    fn default() -> Self {
        let cores = *CORES;
        Limits {
            upload_bytes_max: 64 << 20,
            schema_bytes_max: 1 << 20,
            body_seconds_max: 300,
            headers_seconds_max: 10,
            uploads_max: 64,
            uploads_per_person_max: 32,
            upload_rate_min: 1 << 10,
            upload_rate_seconds: 20,
            workers: cores,
            queue_max: 32,
            retry_after_seconds: 10,
            shutdown_seconds_max: 30,
            drain_seconds: 0,
            http_threads: cores,
            bad_tokens_free: 4,
            bad_token_delay_seconds_max: 8,
            bad_tokens_waiting_max: 16,
            workbook: WorkbookLimits::default(),
            batches: BatchLimits::new(cores),
            retention: Retention::default(),
            sessions: SessionLimits::default(),
        }
    }
}

impl Limits {
    /// Small and short, so that a test reaches each of them at once.
    pub fn for_testing() -> Self {
        Limits {
            upload_bytes_max: 1 << 20,
            schema_bytes_max: 256 << 10,
            body_seconds_max: 5,
            uploads_max: 8,
            workers: 1,
            queue_max: 1,
            retry_after_seconds: 3,
            shutdown_seconds_max: 5,
            http_threads: 2,
            batches: BatchLimits::for_testing(),
            bad_tokens_free: 50,
            ..Limits::default()
        }
    }

    /// The time between the signal to stop and the end of taking requests.
    pub fn drain_time(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }

    /// The time that a body has to arrive.
    pub fn body_time_max(&self) -> Duration {
        Duration::from_secs(self.body_seconds_max)
    }
}
