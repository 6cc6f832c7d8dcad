//! The use cases: what may be asked of Dealerbook, whoever asks and however. A typed command and a person go in, a result or a
//! [`Problem`] comes out; no form, no header and no status is known here.

pub mod again;
pub mod calculation;
pub mod findings;
pub mod identity;
pub mod kept;
pub mod live;
pub mod quota;
pub mod regions;
pub mod remembered;
pub mod views;
pub mod work;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

pub use work::Workers;

use crate::calendar::Calendar;
use crate::config::{Limits, Proxies};
use crate::http::{Jobs, Metrics, SettingsToken, arrivals, past, throttle};
use crate::pipeline::Engine;
use crate::problem::Problem;
use crate::store::{Queue, Store};

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
    /// The bodies that arrive.
    pub arrivals: arrivals::Arrivals,
    /// The administrator's token, where the settings name it.
    pub admin: SettingsToken,
    /// The proxies that are believed.
    pub proxies: Proxies,
    /// Who presents bad tokens.
    pub throttle: throttle::Throttle,
    /// What is refused.
    pub limits: Limits,
    /// What has been done since the start.
    pub metrics: Metrics,
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
        queue: Queue,
        engine: Engine,
        calendar: Calendar,
        admin: SettingsToken,
        (proxies, limits): (Proxies, Limits),
    ) -> io::Result<Service> {
        let arrivals = arrivals::Arrivals::new(&limits);
        let (workers, throttle) = (Workers::new(&limits)?, throttle::Throttle::new(&limits));
        let (live, metrics, jobs) = (live::Live::new(engine), Metrics::default(), Jobs::new(queue));
        let (past, stopping) = (past::Past::default(), AtomicBool::new(false));
        let remembered = remembered::OfRuns::default();
        Ok(Service {
            store,
            live,
            calendar,
            workers,
            arrivals,
            proxies,
            admin,
            throttle,
            limits,
            metrics,
            jobs,
            remembered,
            past,
            stopping,
        })
    }

    /// From here on the service says that it isn't ready: it is going to be stopped.
    pub fn begin_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Works on a worker, as a request does.
    pub async fn on_a_worker<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.on_a_worker_with(work::Patience::Request, work).await
    }

    /// Works on a worker, as a request or a job does.
    pub async fn on_a_worker_with<T: Send + 'static>(
        &self,
        patience: work::Patience,
        work: impl FnOnce(&AtomicBool) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        match self.workers.run_with(patience, work).await {
            Ok(done) => done,
            Err(work::WorkError::Full) => Err(self.busy()),
            Err(error @ work::WorkError::Panicked) => Err(Problem::internal(error)),
        }
    }

    pub fn busy(&self) -> Problem {
        Problem::Busy { retry_after_seconds: self.limits.retry_after_seconds }
    }
}
