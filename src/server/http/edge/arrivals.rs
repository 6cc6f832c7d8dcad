//! Bodies on their way: how many at the same time, of everybody and of one person, and how slow they may be.
//!
//! Bodies are paced around all routes, in one place; time in which we don't read doesn't count. Places are counted by person, not by token.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage, web};
use futures_util::stream::unfold;
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use crate::http::{Problem, Service};
use dealerbook_config::Limits;
use dealerbook_store::Person;

/// Who sends bodies at the moment.
#[derive(Debug)]
pub struct Arrivals {
    all_max: u32,
    person_max: u32,
    retry_after_seconds: u64,
    /// By the person's name; who sends none is left out.
    arriving: Arc<Mutex<HashMap<String, u32>>>,
}

/// A body's place, for as long as it arrives.
#[derive(Debug)]
pub struct Place {
    arriving: Arc<Mutex<HashMap<String, u32>>>,
    person: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut arriving = lock(&self.arriving);
        if let Some(bodies) = arriving.get_mut(&self.person) {
            *bodies -= 1;
            if *bodies == 0 {
                arriving.remove(&self.person);
            }
        }
    }
}

impl Arrivals {
    /// Nobody sends anything.
    pub fn new(limits: &Limits) -> Arrivals {
        let (all_max, person_max) = (limits.uploads_max, limits.uploads_per_person_max);
        let retry_after_seconds = limits.retry_after_seconds;
        Arrivals { all_max, person_max, retry_after_seconds, arriving: Arc::default() }
    }

    /// Takes a place for a body of a person.
    ///
    /// # Errors
    /// When the person has as many already as one may have, or all have.
    pub fn admit(&self, person: &Person) -> Result<Place, Problem> {
        let (mut bodies, retry_after_seconds) = (lock(&self.arriving), self.retry_after_seconds);
        if bodies.get(&person.name).is_some_and(|own| *own >= self.person_max) {
            return Err(Problem::TooManyUploads { uploads_max: self.person_max, retry_after_seconds });
        }
        if bodies.values().sum::<u32>() >= self.all_max {
            return Err(Problem::Busy { retry_after_seconds });
        }
        *bodies.entry(person.name.clone()).or_default() += 1;
        Ok(Place { arriving: self.arriving.clone(), person: person.name.clone() })
    }

    /// Returns how many bodies arrive.
    pub fn count(&self) -> usize {
        lock(&self.arriving).values().map(|bodies| *bodies as usize).sum()
    }
}

fn lock(arriving: &Mutex<HashMap<String, u32>>) -> MutexGuard<'_, HashMap<String, u32>> {
    arriving.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A body has brought too little in a while.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("fewer than {rate_min} bytes a second in {seconds} seconds")]
pub struct Trickle {
    /// Bytes a second that it has to bring.
    pub rate_min: u64,
    /// The while.
    pub seconds: u64,
}

impl Trickle {
    /// What a body failed by, where it is this.
    pub fn of(error: &io::Error) -> Option<Trickle> {
        error.get_ref()?.downcast_ref().copied()
    }
}

type BoxedPayloadStream = Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;

/// Lets no body trickle, whichever route it is for: where it does, whoever reads it has a [`Trickle`] for an error.
///
/// # Errors
/// None of its own.
pub async fn pace(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let limits = request.app_data::<web::Data<Service>>().map(|service| service.limits.clone());
    if let Some(limits) = limits.filter(|limits| limits.upload_rate_min > 0) {
        let payload = match request.take_payload() {
            Payload::None => Payload::None,
            sent => {
                let payload: BoxedPayloadStream = Box::pin(paced(sent, &limits));
                Payload::Stream { payload }
            }
        };
        request.set_payload(payload);
    }
    next.call(request).await
}

/// A body as it arrives, failing by a [`Trickle`] once it has brought too little in a while. Time in which nobody reads it doesn't count.
fn paced(chunks: Payload, limits: &Limits) -> impl Stream<Item = Result<Bytes, PayloadError>> + use<> {
    let slowest = Trickle { rate_min: limits.upload_rate_min, seconds: limits.upload_rate_seconds };
    let now = Instant::now();
    let until = now + Duration::from_secs(slowest.seconds);
    let begin = Pace { chunks: Some(chunks), slowest, until, read_last: now, bytes: 0 };
    unfold(begin, move |mut pace| async move {
        let next = pace.next().await?;
        if next.is_err() {
            pace.chunks = None;
        }
        Some((next, pace))
    })
}

struct Pace {
    /// None behind a failure.
    chunks: Option<Payload>,
    slowest: Trickle,
    /// The end of this while.
    until: Instant,
    /// When something was last handed on.
    read_last: Instant,
    /// What it has brought so far.
    bytes: u64,
}

impl Pace {
    async fn next(&mut self) -> Option<Result<Bytes, PayloadError>> {
        let chunks = self.chunks.as_mut()?;
        let bytes_min = self.slowest.rate_min.saturating_mul(self.slowest.seconds);
        self.until += self.read_last.elapsed();
        loop {
            match timeout_at(self.until, chunks.next()).await {
                Ok(next) => {
                    if let Some(Ok(chunk)) = &next {
                        self.bytes += chunk.len() as u64;
                    }
                    self.read_last = Instant::now();
                    return next;
                }
                Err(_) if self.bytes < bytes_min => {
                    return Some(Err(PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, self.slowest))));
                }
                Err(_) => {
                    self.bytes = 0;
                    self.until = Instant::now() + Duration::from_secs(self.slowest.seconds);
                }
            }
        }
    }
}
