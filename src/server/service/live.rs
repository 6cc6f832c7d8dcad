//! The engine with the policies that are approved: looked after with each request that needs it, since another server may have
//! approved one.
//!
//! How many versions are approved tells whether there is a new one, since none ever ceases to be. A calculation goes on with the engine
//! that its key was made with.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::problem::Problem;
use dealerbook_engine::policy::{Policy, PolicySource};
use dealerbook_output::pipeline::Engine;
use dealerbook_store::{PolicyVersion, Store};

/// The engine as it was at the start, and as it is now.
#[derive(Debug)]
pub struct Live {
    base: Engine,
    known: ArcSwap<Known>,
}

#[derive(Debug)]
struct Known {
    /// How many approved versions are in it.
    approved: i64,
    engine: Arc<Engine>,
}

impl Live {
    /// Nothing is known of approved policies yet.
    pub fn new(base: Engine) -> Live {
        let known = Known { approved: 0, engine: Arc::new(base.clone()) };
        Live { base, known: ArcSwap::from_pointee(known) }
    }

    /// Without what is approved: what the program and its folder have.
    pub fn base(&self) -> &Engine {
        &self.base
    }

    /// As it is known.
    pub fn engine(&self) -> Arc<Engine> {
        self.known.load().engine.clone()
    }

    /// As it is now, approved versions of other servers included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self, store: &Store) -> Result<Arc<Engine>, Problem> {
        let approved = store.approved_policies().await?;
        let known = self.known.load_full();
        if known.approved == approved {
            return Ok(known.engine.clone());
        }
        let versions: Vec<PolicyVersion> =
            store.policy_versions().await?.into_iter().filter(|version| version.status == "approved").collect();
        let base = self.base.clone();
        let read = tokio::task::spawn_blocking(move || {
            let policies = versions.iter().map(read).collect::<Result<Vec<Policy>, Problem>>()?;
            Ok::<_, Problem>(Known { approved: policies.len() as i64, engine: Arc::new(base.with_approved(policies)) })
        });
        let known = Arc::new(read.await.map_err(Problem::internal)??);
        // Another request may have been faster and have seen more.
        self.known.rcu(|old| if old.approved > known.approved { old.clone() } else { known.clone() });
        Ok(self.engine())
    }
}

/// The policy of a kept version.
///
/// # Errors
/// When it can't be read any more, which a later program may cause.
pub fn read(version: &PolicyVersion) -> Result<Policy, Problem> {
    let source: PolicySource = serde_json::from_str(&version.source).map_err(Problem::internal)?;
    Policy::of_source(&format!("{} {}", version.id, version.version), source).map_err(Problem::internal)
}
