//! What a request asks for: its parameters, from the address or from a form's text fields, parsed strictly.

use actix_web::web::Bytes;
use url::form_urlencoded;
use uuid::Uuid;

use crate::http::Problem;
pub use crate::problem::{invalid, shown};
use crate::service::run_request::RunRequest;
pub use crate::service::run_request::{LANGUAGES, PARAMETERS, one_of, whole, year};
use dealerbook_base::lang::Lang;

/// The field of a form that holds a caller's own schema.
pub const SCHEMA: &str = "schema";

const ONLY_LANG: &[&str] = &["lang"];

/// The parameters that come with a workbook.
#[derive(Debug, Default)]
pub struct RunParameters {
    /// What they ask for.
    pub request: RunRequest,
    /// The language, when it is given.
    pub lang: Option<Lang>,
    /// Whether a schema of the caller's own may come along.
    pub takes_schema: bool,
    given: Vec<String>,
}

impl RunParameters {
    /// Reads the parameters in an address.
    ///
    /// # Errors
    /// For an unknown parameter or value, and for one that is given twice.
    pub fn from_query(query: &str) -> Result<RunParameters, Problem> {
        let mut parameters = RunParameters::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            parameters.add(&name, &value)?;
        }
        Ok(parameters)
    }

    /// Adds a parameter. An empty value is none: forms send their empty fields too.
    ///
    /// # Errors
    /// As [`RunParameters::from_query`].
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        once(name, PARAMETERS, &mut self.given)?;
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        self.request.set(name, value)?;
        if name == "lang" {
            self.lang = Some(self.request.options.lang);
        }
        Ok(())
    }

    /// Adds a schema of the caller's own.
    ///
    /// # Errors
    /// For a second one.
    pub fn add_schema(&mut self, schema: &Bytes) -> Result<(), Problem> {
        match self.request.schema.replace(schema.to_vec()) {
            Some(_) => Err(Problem::RepeatedParameter { name: SCHEMA.to_owned() }),
            None => Ok(()),
        }
    }
}

/// Notes that a parameter is given.
///
/// # Errors
/// For one that isn't known, and for one that is given twice.
pub fn once(name: &str, allowed: &'static [&'static str], given: &mut Vec<String>) -> Result<(), Problem> {
    if !allowed.contains(&name) {
        return Err(Problem::UnknownParameter { name: shown(name), allowed });
    }
    if given.iter().any(|given| given == name) {
        return Err(Problem::RepeatedParameter { name: name.to_owned() });
    }
    given.push(name.to_owned());
    Ok(())
}

/// The parameters of an address as they stand there, each known and given once.
///
/// # Errors
/// For an unknown one, and for one that is given twice.
pub fn parameters(query: &str, allowed: &'static [&'static str]) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut given: Vec<(&'static str, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let known = allowed.iter().find(|known| **known == name).copied();
        let name = known.ok_or_else(|| Problem::UnknownParameter { name: shown(&name), allowed })?;
        if given.iter().any(|(known, _)| *known == name) {
            return Err(Problem::RepeatedParameter { name: name.to_owned() });
        }
        given.push((name, value.into_owned()));
    }
    Ok(given)
}

/// The language, of an address that takes no other parameter. An empty value is none.
///
/// # Errors
/// As [`RunParameters::from_query`].
pub fn only_lang(query: &str) -> Result<Option<Lang>, Problem> {
    parameters(query, ONLY_LANG)?.first().map_or(Ok(None), |(_, value)| lang_if_any(value))
}

/// A language. An empty value is none.
///
/// # Errors
/// For one that isn't known.
pub fn lang_if_any(value: &str) -> Result<Option<Lang>, Problem> {
    match value.trim() {
        "" => Ok(None),
        value => one_of("lang", value, &LANGUAGES).map(Some),
    }
}

/// The same list of the same address from another place on.
pub fn next_address(path: &str, query: &str, before: impl ToString) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "before");
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.extend_pairs(kept).append_pair("before", &before.to_string()).finish())
}

/// How many rows a page has at most, as `limit` says; `allowed` says the range in words.
///
/// # Errors
/// For anything but a whole number from 1 to `rows_max`.
pub fn rows(value: &str, rows_max: u32, allowed: &'static str) -> Result<u32, Problem> {
    let rows = whole(value).filter(|rows| (1..=rows_max).contains(rows));
    rows.ok_or_else(|| invalid("limit", value, vec![allowed]))
}

/// An id of a run, batch or appeal, as it is kept.
///
/// # Errors
/// For anything else.
pub fn uuid(name: &'static str, value: &str) -> Result<String, Problem> {
    Uuid::try_parse(value).map(|id| id.to_string()).map_err(|_| invalid(name, value, vec!["UUID"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_output::pipeline::{Mark, OnError};

    #[test]
    fn every_parameter_is_understood() {
        let given = RunParameters::from_query(
            "period=2007&as_of=2007-12-31&policy=p&filename=2007%E5%B9%B4.xlsx&on_error=partial&lang=en&programmes=credit,assessment&mark=style",
        )
        .unwrap();
        assert_eq!(given.request.options.period, Some(2007));
        assert_eq!(given.request.options.as_of, Some(jiff::civil::date(2007, 12, 31)));
        assert_eq!(
            (given.request.policy.as_deref(), given.request.filename.as_deref()),
            (Some("p"), Some("2007年.xlsx"))
        );
        assert_eq!(
            (given.request.options.on_error, given.request.options.lang, given.request.options.mark),
            (OnError::Partial, Lang::En, Mark::Style)
        );
        assert_eq!(given.request.options.programmes, Some(vec!["assessment".to_owned(), "credit".to_owned()]));
    }

    #[test]
    fn an_empty_value_is_none() {
        let given = RunParameters::from_query("period=&as_of=%20&lang=").unwrap();
        assert!(
            given.request.options.period.is_none() && given.request.options.as_of.is_none() && given.lang.is_none()
        );
    }

    #[test]
    fn what_is_unknown_or_repeated_is_refused() {
        assert!(matches!(RunParameters::from_query("perod=2007"), Err(Problem::UnknownParameter { .. })));
        assert!(matches!(RunParameters::from_query("lang=zh&lang=en"), Err(Problem::RepeatedParameter { .. })));
        for query in [
            "period=07",
            "period=+207",
            "period=20071",
            "as_of=2007-02-30",
            "as_of=2007-3-5",
            "on_error=skip",
            "lang=ZH",
            "programmes=a",
        ] {
            assert!(matches!(RunParameters::from_query(query), Err(Problem::InvalidValue { .. })), "{query}");
        }
    }
}
