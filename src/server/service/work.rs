//! Calculations off the async threads: a few at once, a few more waiting, and no others. Whoever stops waiting stops the work.
//!
//! They have threads of their own: an allocator keeps some of what each thread has had, and over the threads that also do files the memory
//! of large uploads would add up.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::{self, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{self, JoinHandle};
use tracing::Span;

use dealerbook_config::Limits;

/// Where calculations run.
#[derive(Clone, Debug)]
pub struct Workers {
    /// Calculations that run or wait.
    places: Arc<Semaphore>,
    /// Calculations of jobs that run or wait: they take no place from requests, and only some of the desks.
    jobs: Arc<Semaphore>,
    /// Calculations that run.
    desks: Arc<Semaphore>,
    places_max: usize,
    jobs_max: usize,
    desks_max: usize,
    threads: Arc<Threads>,
}

/// Threads for nothing but calculations, as many as there are workers: an allocator keeps some of what each thread has had, and on the
/// threads that also read and write files that would add up.
#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Threads {
    fn new(count: usize) -> io::Result<Threads> {
        let mut runtime = runtime::Builder::new_current_thread();
        runtime.max_blocking_threads(count).thread_name("calculation").build().map(Some).map(Threads)
    }

    fn spawn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        match &self.0 {
            Some(runtime) => runtime.spawn_blocking(work),
            None => task::spawn_blocking(work),
        }
    }
}

impl Drop for Threads {
    /// Doesn't wait: whoever stops the server has waited long enough.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// What happens where too much waits already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// A request is refused.
    Request,
    /// A job waits; there are never more of them than there are places for jobs.
    Job,
    /// A job waits until no other is worked on, and none is beside it: what it does to the server, it does to no other.
    JobAlone,
}

/// Why work has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Too much waits already.
    #[error("too many calculations are waiting")]
    Full,
    /// It panicked; the panic is logged where it happened.
    #[error("a calculation panicked")]
    Panicked,
}

impl Workers {
    /// As many as the limits say.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn new(limits: &Limits) -> io::Result<Workers> {
        let workers = limits.workers as usize;
        let places_max = workers + limits.queue_max as usize;
        let jobs_max = workers.min(limits.batches.batch_workers as usize);
        Ok(Workers {
            places: Arc::new(Semaphore::new(places_max)),
            jobs: Arc::new(Semaphore::new(jobs_max)),
            desks: Arc::new(Semaphore::new(workers)),
            places_max,
            jobs_max,
            desks_max: workers,
            threads: Arc::new(Threads::new(workers)?),
        })
    }

    /// How many jobs may be worked on at the same time.
    pub fn jobs_max(&self) -> usize {
        self.jobs_max
    }

    /// Whether more work would be refused.
    pub fn are_full(&self) -> bool {
        self.places.available_permits() == 0
    }

    /// How many calculations run or wait.
    pub fn busy(&self) -> usize {
        (self.places_max - self.places.available_permits()) + (self.jobs_max - self.jobs.available_permits())
    }

    /// How many calculations run.
    pub fn running(&self) -> usize {
        self.desks_max - self.desks.available_permits()
    }

    /// How many calculations wait for a worker.
    pub fn waiting(&self) -> usize {
        self.busy().saturating_sub(self.running())
    }

    /// Takes one worker out of service until the returned value is dropped. For tests and for maintenance.
    pub async fn occupy(&self) -> Option<impl Send + use<>> {
        let place = self.places.clone().acquire_owned().await.ok()?;
        let desk = self.desks.clone().acquire_owned().await.ok()?;
        Some((place, desk))
    }

    /// Waits for a worker and works. The flag that `work` is given is set when the caller stops waiting, which drops this future;
    /// the worker stays taken until the work has really ended.
    ///
    /// # Errors
    /// When too much waits already, or the work panics.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        self.run_with(Admission::Request, work).await
    }

    /// The same for a request or a job. Whoever waits for a desk gets it in turn: a request waits for no more than the jobs that came
    /// before it, and these are few.
    ///
    /// # Errors
    /// As [`Workers::run`]; a job is never refused.
    #[expect(clippy::cast_possible_truncation, reason = "a few places in a queue")]
    pub async fn run_with<T: Send + 'static>(
        &self,
        admission: Admission,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let place = match admission {
            Admission::Request => self.places.clone().try_acquire_owned().map_err(|_| WorkError::Full)?,
            Admission::Job => self.jobs.clone().acquire_owned().await.map_err(|_| WorkError::Full)?,
            Admission::JobAlone => {
                let all = self.jobs_max as u32;
                self.jobs.clone().acquire_many_owned(all).await.map_err(|_| WorkError::Full)?
            }
        };
        let desk = self.desks.clone().acquire_owned().await.map_err(|_| WorkError::Full)?;
        let stop = StopOnDrop::default();
        let flag = stop.0.clone();
        let span = Span::current();
        let task = self.threads.spawn(move || {
            let _taken: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, desk);
            span.in_scope(|| work(&flag))
        });
        task.await.map_err(|_| WorkError::Panicked)
    }
}

#[derive(Default)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn workers() -> Workers {
        Workers::new(&Limits { workers: 1, queue_max: 1, ..Limits::for_testing() }).unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_worker_goes_on() {
        let workers = workers();
        assert!(matches!(workers.run(|_| panic!("a test's own panic")).await, Err::<(), _>(WorkError::Panicked)));
        assert_eq!(workers.run(|_| 7).await.unwrap(), 7);
        assert_eq!(workers.busy(), 0);
    }

    #[tokio::test]
    async fn beyond_the_queue_work_is_refused() {
        let workers = workers();
        let occupied = workers.occupy().await;
        let waiting = tokio::spawn({
            let workers = workers.clone();
            async move { workers.run(|_| 7).await }
        });
        while !workers.are_full() {
            tokio::task::yield_now().await;
        }
        assert!(matches!(workers.run(|_| 8).await, Err(WorkError::Full)));
        drop(occupied);
        assert_eq!(waiting.await.unwrap().unwrap(), 7);
    }

    #[tokio::test]
    async fn a_job_waits_where_a_request_is_refused_and_takes_no_place_from_requests() {
        let workers = workers();
        let occupied = workers.occupy().await;
        let jobs: Vec<_> = (0..3)
            .map(|n| {
                let workers = workers.clone();
                tokio::spawn(async move { workers.run_with(Admission::Job, move |_| n).await })
            })
            .collect();
        while workers.busy() < 2 {
            tokio::task::yield_now().await;
        }
        assert!(!workers.are_full(), "the place in the queue is for a request");
        let request = tokio::spawn({
            let workers = workers.clone();
            async move { workers.run(|_| 7).await }
        });
        while !workers.are_full() {
            tokio::task::yield_now().await;
        }
        drop(occupied);
        assert_eq!(request.await.unwrap().unwrap(), 7);
        for (n, job) in jobs.into_iter().enumerate() {
            assert_eq!(job.await.unwrap().unwrap(), n);
        }
        assert_eq!(workers.busy(), 0);
    }

    #[tokio::test]
    async fn a_job_that_is_to_be_alone_waits_for_the_others_and_lets_none_beside_it() {
        let mut limits = Limits { workers: 3, ..Limits::for_testing() };
        limits.batches.batch_workers = 3;
        let workers = Workers::new(&limits).unwrap();
        let (going, at_once) = (Arc::new(AtomicBool::new(true)), Arc::new(std::sync::atomic::AtomicUsize::new(0)));
        let job = |admission, going: Option<Arc<AtomicBool>>| {
            let (workers, at_once) = (workers.clone(), at_once.clone());
            tokio::spawn(async move {
                let work = move |_: &AtomicBool| {
                    let before = at_once.fetch_add(1, Ordering::SeqCst);
                    while going.as_ref().is_some_and(|going| going.load(Ordering::SeqCst)) {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    at_once.fetch_sub(1, Ordering::SeqCst);
                    before
                };
                workers.run_with(admission, work).await.unwrap()
            })
        };
        let first = job(Admission::Job, Some(going.clone()));
        while at_once.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let alone = job(Admission::JobAlone, None);
        tokio::time::sleep(Duration::from_millis(20)).await;
        going.store(false, Ordering::SeqCst);
        assert_eq!((first.await.unwrap(), alone.await.unwrap()), (0, 0), "it began when nothing else was going on");
    }

    #[tokio::test]
    async fn who_stops_waiting_stops_the_work() {
        let workers = workers();
        let work = workers.run(|stop| {
            while !stop.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), work).await.is_err());
        while workers.busy() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
