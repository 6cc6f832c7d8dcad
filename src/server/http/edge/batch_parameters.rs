//! The parameters that come with a batch: those of its runs, and one of its own.

use url::form_urlencoded;

use crate::http::Problem;
use crate::http::request::once;
use crate::http::session::MARK_FIELD;
use crate::service::batches::BatchRequest;
pub use crate::service::batches::PARAMETERS;
use dealerbook_base::lang::Lang;

/// The parameters that come with a batch.
#[derive(Debug, Default)]
pub struct BatchParameters {
    /// What they ask for.
    pub request: BatchRequest,
    /// The language, when it is given.
    pub lang: Option<Lang>,
    /// The mark that a page's form bore.
    pub mark: String,
    takes_mark: bool,
    given: Vec<String>,
}

impl BatchParameters {
    /// Reads the parameters in an address.
    ///
    /// # Errors
    /// For an unknown parameter or value, and for one that is given twice.
    pub fn from_query(query: &str) -> Result<BatchParameters, Problem> {
        let mut parameters = BatchParameters::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            parameters.add(&name, &value)?;
        }
        Ok(parameters)
    }

    /// Returns the parameters of a page's form, which bears its session's mark.
    pub fn of_page() -> BatchParameters {
        BatchParameters { takes_mark: true, ..BatchParameters::default() }
    }

    /// Adds a parameter. An empty value is none.
    ///
    /// # Errors
    /// As [`BatchParameters::from_query`].
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if self.takes_mark && name == MARK_FIELD {
            self.mark = value.to_owned();
            return Ok(());
        }
        once(name, PARAMETERS, &mut self.given)?;
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        self.request.set(name, value)?;
        if name == "lang" {
            self.lang = Some(self.request.run().options.lang);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_are_those_of_a_run_but_for_the_name_and_rank() {
        let given = BatchParameters::from_query("period=2007&lang=en&on_error=&rank=all").unwrap();
        assert!(given.request.ranks_all() && given.lang == Some(Lang::En));
        let kept: Vec<_> =
            given.request.parameters().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(kept, [("lang", "en"), ("period", "2007")]);
        for query in ["filename=a.xlsx", "ranks=all"] {
            assert!(matches!(BatchParameters::from_query(query), Err(Problem::UnknownParameter { .. })), "{query}");
        }
        assert!(matches!(BatchParameters::from_query("rank=top"), Err(Problem::InvalidValue { .. })));
        assert!(matches!(BatchParameters::from_query("rank=all&rank=all"), Err(Problem::RepeatedParameter { .. })));
    }
}
