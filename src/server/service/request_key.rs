//! A person's own name for a request: sent again under it, a request leads to what it led to the first time.
//!
//! While the first is still at work, nobody waits: the second does the same work, and what is committed first stands for both.

use super::{Problem, Service};
use dealerbook_base::clock;
use dealerbook_store::{Claim, ClaimTimes, Person};

/// A person's own name for a request.
#[derive(Clone, Debug)]
pub struct RequestKey(String);

impl RequestKey {
    /// Returns a key of this text, whose form its edge has checked.
    pub fn new(text: String) -> RequestKey {
        RequestKey(text)
    }

    /// The key itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Claims the key for a request of this fingerprint, and tells what the request led to if it was sent before.
    ///
    /// # Errors
    /// When it was used with another request.
    pub async fn claim(
        &self,
        person: &Person,
        fingerprint: &str,
        service: &Service,
    ) -> Result<Option<String>, Problem> {
        let hours = service.limits.retention.request_key_hours;
        let times = ClaimTimes { now: clock::now(), void_before: clock::hours_ago(hours.into()) };
        match service.store.claim_key(&person.name, &self.0, fingerprint, &times).await? {
            Claim::Fresh => Ok(None),
            Claim::Same(target) => Ok(Some(target)),
            Claim::Other => Err(Problem::IdempotencyKeyReused),
        }
    }

    /// Binds the claimed key to what the request has led to, and tells to what it is bound: another may have been first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind(&self, person: &Person, target: &str, service: &Service) -> Result<String, Problem> {
        Ok(service.store.bind_key(&person.name, &self.0, target).await?)
    }
}
