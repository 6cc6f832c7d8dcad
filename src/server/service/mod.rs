//! The use cases: what may be asked of Dealerbook, whoever asks and however. A typed command and a person go in, a result or a
//! [`Problem`] comes out; no form, no header and no status is known here.

pub mod accounts;
pub mod accruals;
pub mod again;
pub mod appeals;
pub mod batches;
pub mod calculation;
pub mod comparing;
pub mod filename;
pub mod findings;
pub mod identity;
pub mod live;
pub mod metrics;
pub mod past;
pub mod policies;
pub mod problem_log;
pub mod quota;
pub mod regions;
pub mod remembered;
pub mod request_key;
pub mod run_request;
pub mod runs;
pub mod sessions;
mod settings_token;
pub mod settlements;
pub mod submission;
pub mod views;
pub mod what_if;
pub mod work;
pub mod year;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use batches::{Describe, Jobs};
pub use settings_token::SettingsToken;
pub use work::Workers;

use crate::problem::Problem;
use dealerbook_base::calendar::Calendar;
use dealerbook_config::Limits;
use dealerbook_output::pipeline::Engine;
use dealerbook_store::Store;

/// What every request is served from.
#[derive(Debug)]
pub struct Service {
    /// What is kept.
    pub store: Store,
    /// Which days are worked.
    pub calendar: Calendar,
    /// The schemas and policies in force: see [`Service::engine`].
    pub live: live::Live,
    /// Where calculations run.
    pub workers: Workers,
    /// The administrator's token, where the settings name it.
    pub admin: SettingsToken,
    /// What is refused.
    pub limits: Limits,
    /// What has been done since the start.
    pub metrics: metrics::Metrics,
    /// What is worked on in the background.
    pub jobs: Jobs,
    /// What was asked for of runs.
    pub remembered: remembered::OfRuns,
    /// What approved runs came to.
    pub past: past::Past,
    stopping: AtomicBool,
}

impl Service {
    /// The service over its parts.
    ///
    /// # Errors
    /// When the operating system gives no threads for the calculations.
    pub fn new(
        store: Store,
        jobs: Jobs,
        engine: Engine,
        calendar: Calendar,
        admin: SettingsToken,
        limits: Limits,
    ) -> io::Result<Service> {
        let workers = Workers::new(&limits)?;
        let (live, metrics) = (live::Live::new(engine), metrics::Metrics::default());
        let (past, stopping) = (past::Past::default(), AtomicBool::new(false));
        let remembered = remembered::OfRuns::default();
        Ok(Service { store, live, calendar, workers, admin, limits, metrics, jobs, remembered, past, stopping })
    }

    /// From here on the service says that it isn't ready: it is going to be stopped.
    pub fn begin_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Returns whether the service is going to be stopped.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Works on a worker, as a request does.
    pub async fn on_a_worker<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.on_a_worker_with(work::Admission::Request, work).await
    }

    /// Works on a worker, as a request or a job does.
    pub async fn on_a_worker_with<T: Send + 'static>(
        &self,
        admission: work::Admission,
        work: impl FnOnce(&AtomicBool) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        match self.workers.run_with(admission, work).await {
            Ok(done) => done,
            Err(work::WorkError::Full) => Err(self.busy()),
            Err(error @ work::WorkError::Panicked) => Err(Problem::internal(error)),
        }
    }

    /// Returns the refusal of what there is no room for right now.
    pub fn busy(&self) -> Problem {
        Problem::Busy { retry_after_seconds: self.limits.retry_after_seconds }
    }

    /// The schemas and policies, as far as this server knows: enough where no policy is looked for.
    pub fn engine(&self) -> Arc<Engine> {
        self.live.engine()
    }

    /// The schemas and policies in force, those included that another server has approved meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn engine_in_force(&self) -> Result<Arc<Engine>, Problem> {
        self.live.current(&self.store).await
    }
}
