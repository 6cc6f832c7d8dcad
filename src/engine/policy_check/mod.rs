//! The check that makes a policy of what a file says: its worked examples are calculated by the programmes themselves, and must come out.
//!
//! Above both `policy`, which reads files and knows no calculation, and `programmes`, which calculate. There is no other way to a
//! [`Policy`]: the functions of it that are here are the only ones that return one.

pub mod cliffs;
mod examples;
mod folder;
#[cfg(test)]
mod tests;

pub use folder::FolderError;

use crate::policy::variation::VariationFaults;
use crate::policy::{Draft, Policy, PolicyError, PolicySource, SHIPPED};
use crate::programmes::SECTIONS;

impl Policy {
    /// Reads a policy and checks it, its worked examples included.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] names everything that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        check(Draft::parse(file, text, SECTIONS)?)
    }

    /// Reads a policy from its texts, as it was read before.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`].
    pub fn of_source(file: &str, source: PolicySource) -> Result<Self, PolicyError> {
        check(Draft::of_source(file, source, SECTIONS)?)
    }

    /// Returns the default policy: the handbook's rules with its example rates.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`].
    pub fn embedded() -> Result<Self, PolicyError> {
        let (file, text) = SHIPPED[0];
        Self::parse(file, text)
    }

    /// Returns all policies that are built into the program, the default first.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`].
    pub fn shipped() -> Result<Vec<Self>, PolicyError> {
        SHIPPED.iter().map(|(file, text)| Self::parse(file, text)).collect()
    }

    /// Returns the policy with other values at some places: a text, a number, true or false, or a part; null takes away what stands
    /// there. Its worked examples are left out, for they belong to the figures as they were.
    ///
    /// # Errors
    ///
    /// Every path that leads nowhere, and everything that is wrong with what the other changes make of the policy.
    pub fn varied(&self, changes: &[(String, serde_json::Value)]) -> Result<Policy, VariationFaults> {
        let (text, paths) = self.varied_text(changes)?;
        match Policy::of_source(&self.id, PolicySource { base: None, text }) {
            Ok(policy) if paths.is_empty() => Ok(policy),
            Ok(_) => Err(VariationFaults { paths, policy: Vec::new() }),
            Err(error) => Err(VariationFaults { paths, policy: error.faults() }),
        }
    }
}

/// Returns the policy of a draft whose worked examples come out.
fn check(draft: Draft) -> Result<Policy, PolicyError> {
    let faults = examples::faults(draft.rules());
    draft.accept(faults)
}
