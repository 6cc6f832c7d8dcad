//! What is asked for with a batch: the parameters of its runs, kept as they were given, and one of its own.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::http::Problem;
use crate::http::request::{Ask, one_of, shown};
use crate::http::session::MARK_FIELD;
use crate::lang::Lang;
use crate::pipeline::{Engine, last_day};
use crate::store::{Batch, NewFile, StoreError};

/// The parameters that there are: those of a run but for the name, which each file brings, and `rank`.
pub const PARAMETERS: &[&str] = &["period", "as_of", "policy", "on_error", "lang", "programmes", "mark", "rank"];

/// What is asked for with a batch.
#[derive(Debug, Default)]
pub struct BatchAsk {
    ask: Ask,
    parameters: BTreeMap<String, String>,
    ranks_all: bool,
    has_rank: bool,
    takes_mark: bool,
    mark: String,
}

impl BatchAsk {
    /// The parameters in an address.
    ///
    /// # Errors
    /// For an unknown parameter or value, and for one that is given twice.
    pub fn from_query(query: &str) -> Result<BatchAsk, Problem> {
        let mut ask = BatchAsk::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            ask.add(&name, &value)?;
        }
        Ok(ask)
    }

    /// Of a page's form, which bears its session's mark.
    pub fn of_page() -> BatchAsk {
        BatchAsk { takes_mark: true, ..BatchAsk::default() }
    }

    /// The mark that the form bore.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// One more parameter. An empty value is none.
    ///
    /// # Errors
    /// As [`BatchAsk::from_query`].
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if self.takes_mark && name == MARK_FIELD {
            self.mark = value.to_owned();
            return Ok(());
        }
        if !PARAMETERS.contains(&name) {
            return Err(Problem::UnknownParameter { name: shown(name), allowed: PARAMETERS });
        }
        if name == "rank" {
            return self.add_rank(value.trim());
        }
        self.ask.add(name, value)?;
        if !value.trim().is_empty() {
            self.parameters.insert(name.to_owned(), value.trim().to_owned());
        }
        Ok(())
    }

    fn add_rank(&mut self, value: &str) -> Result<(), Problem> {
        if std::mem::replace(&mut self.has_rank, true) {
            return Err(Problem::RepeatedParameter { name: "rank".to_owned() });
        }
        self.ranks_all = !value.is_empty() && one_of("rank", value, &[("all", true), ("each", false)])?;
        Ok(())
    }

    /// What tells this request from every other: what is asked for, and the workbooks with their names, in their order.
    pub fn fingerprint<'a>(&self, files: impl Iterator<Item = &'a NewFile>) -> String {
        let files: Vec<_> = files.map(|file| (&file.filename, &file.upload_sha256)).collect();
        let request = serde_json::json!(["batch", self.parameters, self.ranks_all, files]);
        hex::encode(Sha256::digest(request.to_string()))
    }

    /// What only the engine knows: whether there is such a policy, and in force. Better said now than once for each file.
    ///
    /// # Errors
    /// For a policy that there isn't.
    pub fn check(&self, engine: &Engine) -> Result<(), Problem> {
        let period = self.ask.options.period.map(last_day);
        engine.policy(self.ask.policy.as_deref().into(), period).map(|_| ()).map_err(Problem::from)
    }

    /// The language, when it is asked for.
    pub fn lang(&self) -> Option<Lang> {
        self.ask.lang
    }

    /// Whether one ranking over all files is wanted.
    pub fn ranks_all(&self) -> bool {
        self.ranks_all
    }

    /// The parameters of the runs that have a value.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }
}

/// What is asked for with each file of a batch that is kept.
///
/// # Errors
/// When the batch's row makes no sense.
pub fn of_kept(batch: &Batch) -> Result<Ask, Problem> {
    let parameters: BTreeMap<String, String> =
        serde_json::from_str(&batch.parameters).map_err(|_| StoreError::Corrupt("a batch's parameters"))?;
    let mut ask = Ask::default();
    for (name, value) in &parameters {
        ask.add(name, value)?;
    }
    Ok(ask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_are_those_of_a_run_but_for_the_name_and_rank() {
        let ask = BatchAsk::from_query("period=2007&lang=en&on_error=&rank=all").unwrap();
        assert!(ask.ranks_all() && ask.lang() == Some(Lang::En));
        let kept: Vec<_> = ask.parameters().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(kept, [("lang", "en"), ("period", "2007")]);
        for query in ["filename=a.xlsx", "ranks=all"] {
            assert!(matches!(BatchAsk::from_query(query), Err(Problem::UnknownParameter { .. })), "{query}");
        }
        assert!(matches!(BatchAsk::from_query("rank=top"), Err(Problem::InvalidValue { .. })));
        assert!(matches!(BatchAsk::from_query("rank=all&rank=all"), Err(Problem::RepeatedParameter { .. })));
    }
}
