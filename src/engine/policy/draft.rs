//! A policy as its file says it, before anybody has calculated its worked examples.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};

use super::fault::fault;
use super::{Fault, Faults, Policy, PolicyError, PolicySource, SHIPPED, SectionKinds, check, read};

/// A policy that was read, and found sound as far as that can be said without a calculation. It becomes a [`Policy`] through
/// [`Draft::accept`], which `policy_check` calls.
pub(crate) struct Draft {
    file: String,
    rules: Policy,
}

impl Draft {
    /// Reads the text of a file, the sections of programmes by these kinds; where it extends a shipped policy, with what it takes over from that.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] names everything that is wrong.
    pub(crate) fn parse(file: &str, text: &str, sections: SectionKinds) -> Result<Draft, PolicyError> {
        let mut base = None;
        let table = toml_table(file, text)?;
        if let Some(name) = table.get(read::EXTENDS).and_then(toml::Value::as_str) {
            let shipped =
                SHIPPED.iter().find(|(file, text)| file.strip_suffix(".toml") == Some(name) && !extends(text));
            let Some((_, text)) = shipped else {
                let fault = fault!(
                    "extends：没有政策 {}；可写 handbook",
                    "extends: there is no policy {} to extend; handbook is there",
                    name
                );
                return Err(PolicyError::Meaning { file: file.to_owned(), faults: Faults(vec![fault]) });
            };
            base = Some((*text).to_owned());
        }
        Draft::of_table(file, table, PolicySource { base, text: text.to_owned() }, sections)
    }

    /// Reads the texts that a policy was read from before.
    ///
    /// # Errors
    ///
    /// As [`Draft::parse`].
    pub(crate) fn of_source(file: &str, source: PolicySource, sections: SectionKinds) -> Result<Draft, PolicyError> {
        Draft::of_table(file, toml_table(file, &source.text)?, source, sections)
    }

    /// Reads the table that stands in the source's own text.
    fn of_table(
        file: &str,
        mut table: toml::Table,
        source: PolicySource,
        sections: SectionKinds,
    ) -> Result<Draft, PolicyError> {
        let meaning = |faults| PolicyError::Meaning { file: file.to_owned(), faults: Faults(faults) };
        let mut digest = Sha256::new();
        if let Some(base) = &source.base {
            digest.update(base.as_bytes());
            read::extend(&mut table, toml_table(file, base)?);
        }
        digest.update(source.text.as_bytes());
        let mut rules = read::policy(table, sections).map_err(meaning)?;
        rules.sha256 = hex::encode(digest.finalize());
        rules.source = Arc::new(source);
        let faults = check::faults(&rules);
        if faults.is_empty() { Ok(Draft { file: file.to_owned(), rules }) } else { Err(meaning(faults)) }
    }

    /// Returns the rules, to calculate the worked examples with.
    pub(crate) fn rules(&self) -> &Policy {
        &self.rules
    }

    /// Returns the policy, unless the check of its worked examples has found faults.
    ///
    /// # Errors
    ///
    /// [`PolicyError::Meaning`] with these faults.
    pub(crate) fn accept(self, faults: Vec<Fault>) -> Result<Policy, PolicyError> {
        match faults.is_empty() {
            true => Ok(self.rules),
            false => Err(PolicyError::Meaning { file: self.file, faults: Faults(faults) }),
        }
    }
}

/// The rules as they are deserialized: [`Policy`] itself doesn't implement [`Deserialize`], so that nobody has one past the check.
pub(super) struct Rules(pub(super) Policy);

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Policy::deserialize(deserializer).map(Rules)
    }
}

/// Returns the table of a text in TOML, its days as texts.
pub(super) fn toml_table(file: &str, text: &str) -> Result<toml::Table, PolicyError> {
    let syntax = |source| PolicyError::Syntax { file: file.to_owned(), source: Box::new(source) };
    let mut table = toml::from_str(text).map_err(syntax)?;
    read::plain_days(&mut table);
    Ok(table)
}

/// Whether a shipped policy extends another one, so that it can't be extended itself.
fn extends(text: &str) -> bool {
    toml::from_str::<toml::Table>(text).is_ok_and(|table| table.contains_key(read::EXTENDS))
}
