//! The section of a programme in a policy. A policy that leaves one out has the handbook's.

use serde::de::DeserializeOwned;

/// The figures and names of one programme's rules.
pub trait Section: DeserializeOwned {
    /// The key of the section, which is the programme's name.
    const NAME: &'static str;

    /// What is wrong with it, a sentence each.
    fn faults(&self) -> Vec<String>;
}

/// The section as the shipped policy has it.
///
/// # Panics
///
/// Where the shipped policy lacks it or has it wrong; the tests of the policy would have said so.
#[expect(clippy::expect_used, reason = "the file is built into the program, and a test reads it")]
pub(super) fn shipped<T: Section>() -> T {
    let policy: toml::Table = super::SHIPPED[0].1.parse().expect("the shipped policy is TOML");
    let section = policy.get(T::NAME).expect("the shipped policy has every section").clone();
    section.try_into().expect("the shipped policy's sections are sound")
}
