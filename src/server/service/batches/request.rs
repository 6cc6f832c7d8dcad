//! What is to be done with a batch: the parameters of its runs, stored as they were given, and one of its own.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::problem::Problem;
use crate::service::run_request::{RunRequest, one_of};
use dealerbook_output::pipeline::{Engine, last_day};
use dealerbook_store::{Batch, NewFile, StoreError};

/// The parameters that there are: those of a run but for the name, which each file brings, and `rank`.
pub const PARAMETERS: &[&str] = &["period", "as_of", "policy", "on_error", "lang", "programmes", "mark", "rank"];

/// What is to be done with a batch.
#[derive(Debug, Default)]
pub struct BatchRequest {
    run: RunRequest,
    parameters: BTreeMap<String, String>,
    ranks_all: bool,
}

impl BatchRequest {
    /// Sets a parameter by its name to a value that isn't empty.
    ///
    /// # Errors
    /// For an unknown parameter or value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if name == "rank" {
            self.ranks_all = one_of("rank", value, &[("all", true), ("each", false)])?;
            return Ok(());
        }
        self.run.set(name, value)?;
        self.parameters.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// Returns a hash over all that tells this request from every other: what is to be done, and the workbooks with their names, in their
    /// order.
    pub fn fingerprint<'a>(&self, files: impl Iterator<Item = &'a NewFile>) -> String {
        let files: Vec<_> = files.map(|file| (&file.filename, &file.upload_sha256)).collect();
        let request = serde_json::json!(["batch", self.parameters, self.ranks_all, files]);
        hex::encode(Sha256::digest(request.to_string()))
    }

    /// Checks what only the engine knows: whether there is such a policy, and in force. Better said now than once for each file.
    ///
    /// # Errors
    /// For a policy that there isn't.
    pub fn check(&self, engine: &Engine) -> Result<(), Problem> {
        let period = self.run.options.period.map(last_day);
        engine.policy(self.run.policy.as_deref().into(), period).map(|_| ()).map_err(Problem::from)
    }

    /// Returns what is to be done with each workbook.
    pub fn run(&self) -> &RunRequest {
        &self.run
    }

    /// Returns whether dealers are also ranked over all files.
    pub fn ranks_all(&self) -> bool {
        self.ranks_all
    }

    /// Returns the parameters of the runs that have a value.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }
}

/// Returns what is to be done with each file of a stored batch.
///
/// # Errors
/// When the batch's row makes no sense.
pub fn of_batch(batch: &Batch) -> Result<RunRequest, Problem> {
    let parameters: BTreeMap<String, String> =
        serde_json::from_str(&batch.parameters).map_err(|_| StoreError::Corrupt("a batch's parameters"))?;
    let mut request = RunRequest::default();
    for (name, value) in &parameters {
        request.set(name, value)?;
    }
    Ok(request)
}
