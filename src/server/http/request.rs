//! What a request asks for: its parameters, from the address or from a form's text fields, parsed strictly.

use std::str::FromStr;
use std::sync::Arc;

use actix_web::web::Bytes;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use url::form_urlencoded;
use uuid::Uuid;

use super::{Problem, filename};
use crate::lang::Lang;
use crate::pipeline::{Mark, OnError, Options, PROGRAMMES, PolicyChoice};
use crate::policy::Policy;
pub use crate::problem::{invalid, shown};
use crate::schema::Schemas;

/// The parameters that there are.
pub const PARAMETERS: &[&str] = &["period", "as_of", "policy", "filename", "on_error", "lang", "programmes", "mark"];

/// The field of a form that holds a caller's own schema.
pub const SCHEMA: &str = "schema";

/// What means nothing beside a caller's own schema: nothing of ours is calculated.
const NOT_WITH_SCHEMA: [&str; 4] = ["period", "as_of", "policy", "programmes"];

const ONLY_LANG: &[&str] = &["lang"];
const LANGUAGES: [(&str, Lang); 2] = [("zh", Lang::Zh), ("en", Lang::En)];

/// What is asked for with a workbook.
#[derive(Debug, Default)]
pub struct Ask {
    /// What is to be done.
    pub options: Options,
    /// The policy's id.
    pub policy: Option<String>,
    /// The policy itself, where it isn't one of those in force that is asked for, but that of an earlier run.
    pub exact_policy: Option<Arc<Policy>>,
    /// The workbook's name.
    pub filename: Option<String>,
    /// The language, when it is asked for.
    pub lang: Option<Lang>,
    /// Whether a schema of the caller's own may come along.
    pub takes_schema: bool,
    descriptor: Option<Bytes>,
    given: Vec<String>,
}

impl Ask {
    /// The parameters in an address.
    ///
    /// # Errors
    /// For an unknown parameter or value, and for one that is given twice.
    pub fn from_query(query: &str) -> Result<Ask, Problem> {
        let mut ask = Ask::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            ask.add(&name, &value)?;
        }
        Ok(ask)
    }

    /// One more parameter. An empty value is none: forms send their empty fields too.
    ///
    /// # Errors
    /// As [`Ask::from_query`].
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        if !PARAMETERS.contains(&name) {
            return Err(Problem::UnknownParameter { name: shown(name), allowed: PARAMETERS });
        }
        if self.given.iter().any(|given| given == name) {
            return Err(Problem::RepeatedParameter { name: name.to_owned() });
        }
        self.given.push(name.to_owned());
        match value.trim() {
            "" => Ok(()),
            value => self.set(name, value),
        }
    }

    /// By which policy it is calculated.
    pub fn policy_choice(&self) -> PolicyChoice<'_> {
        match &self.exact_policy {
            Some(policy) => PolicyChoice::This(policy),
            None => self.policy.as_deref().into(),
        }
    }

    /// A caller's own schema, to be read by [`Ask::complete`].
    ///
    /// # Errors
    /// For a second one.
    pub fn add_schema(&mut self, descriptor: Bytes) -> Result<(), Problem> {
        match self.descriptor.replace(descriptor) {
            Some(_) => Err(Problem::RepeatedParameter { name: SCHEMA.to_owned() }),
            None => Ok(()),
        }
    }

    /// Whether the caller brings a schema, so that nothing of ours applies.
    pub fn has_schema(&self) -> bool {
        self.descriptor.is_some()
    }

    /// The hash of the caller's own schema as it came, as long as it hasn't been read.
    pub fn schema_sha256(&self) -> Option<String> {
        self.descriptor.as_ref().map(|descriptor| hex::encode(Sha256::digest(descriptor)))
    }

    /// Reads the caller's own schema, where there is one, once all the rest is known. That takes time, so it is a worker's task.
    ///
    /// # Errors
    /// For a faulty schema, and for a parameter that means nothing beside one.
    pub fn complete(&mut self) -> Result<(), Problem> {
        let Some(descriptor) = self.descriptor.take() else { return Ok(()) };
        let has_value = |name: &&&str| match **name {
            "period" => self.options.period.is_some(),
            "as_of" => self.options.as_of.is_some(),
            "policy" => self.policy.is_some(),
            _ => self.options.programmes.is_some(),
        };
        if let Some(name) = NOT_WITH_SCHEMA.iter().find(has_value) {
            return Err(Problem::NotWithSchema { name });
        }
        let schemas = Schemas::parse(&String::from_utf8_lossy(&descriptor));
        self.options.schemas = Some(Arc::new(schemas.map_err(|faults| Problem::InvalidSchema { faults })?));
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "period" => self.options.period = Some(year("period", value)?),
            "as_of" => self.options.as_of = Some(date(value)?),
            "policy" => self.policy = Some(value.to_owned()),
            "filename" => self.filename = filename::clean(value),
            "on_error" => {
                self.options.on_error =
                    one_of("on_error", value, &[("stop", OnError::Stop), ("partial", OnError::Partial)])?;
            }
            "lang" => self.set_lang(one_of("lang", value, &LANGUAGES)?),
            "programmes" => self.options.programmes = Some(programmes(value)?),
            "mark" => {
                self.options.mark =
                    one_of("mark", value, &[("conditional", Mark::Conditional), ("style", Mark::Style)])?;
            }
            _ => {
                return Err(Problem::UnknownParameter { name: shown(name), allowed: PARAMETERS });
            }
        }
        Ok(())
    }

    fn set_lang(&mut self, lang: Lang) {
        self.lang = Some(lang);
        self.options.lang = lang;
    }
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
/// As [`Ask::from_query`].
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

/// A year of four digits.
///
/// # Errors
/// For anything else.
pub fn year(name: &'static str, value: &str) -> Result<i16, Problem> {
    let year = value.parse().ok().filter(|_| value.len() == 4 && value.bytes().all(|b| b.is_ascii_digit()));
    year.filter(|year| *year >= 1900).ok_or_else(|| invalid(name, value, vec!["1900..9999"]))
}

/// How many rows a page has at most, as `limit` says; `allowed` says the range in words.
///
/// # Errors
/// For anything but a whole number from 1 to `rows_max`.
pub fn rows(value: &str, rows_max: u32, allowed: &'static str) -> Result<u32, Problem> {
    let rows = whole(value).filter(|rows| (1..=rows_max).contains(rows));
    rows.ok_or_else(|| invalid("limit", value, vec![allowed]))
}

/// Digits and nothing else.
pub fn whole<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok().filter(|_| value.bytes().all(|b| b.is_ascii_digit()))
}

/// An id of a run, batch or appeal, as it is kept.
///
/// # Errors
/// For anything else.
pub fn uuid(name: &'static str, value: &str) -> Result<String, Problem> {
    Uuid::try_parse(value).map(|id| id.to_string()).map_err(|_| invalid(name, value, vec!["UUID"]))
}

/// One of a few names.
///
/// # Errors
/// For anything else.
pub fn one_of<T: Copy>(name: &'static str, value: &str, choices: &[(&'static str, T)]) -> Result<T, Problem> {
    let chosen = choices.iter().find(|(choice, _)| *choice == value).map(|(_, chosen)| *chosen);
    chosen.ok_or_else(|| invalid(name, value, choices.iter().map(|(choice, _)| *choice).collect()))
}

fn date(value: &str) -> Result<Date, Problem> {
    let date = Date::strptime("%Y-%m-%d", value).ok().filter(|_| value.len() == 10);
    date.ok_or_else(|| invalid("as_of", value, vec!["YYYY-MM-DD"]))
}

/// Names between commas, each once, in the order of the contract.
fn programmes(value: &str) -> Result<Vec<String>, Problem> {
    let asked: Vec<&str> = value.split([',', '，']).map(str::trim).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = asked.iter().find(|name| !PROGRAMMES.contains(name)) {
        return Err(invalid("programmes", unknown, PROGRAMMES.to_vec()));
    }
    Ok(PROGRAMMES.iter().filter(|name| asked.contains(name)).map(|name| (*name).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_understood() {
        let ask = Ask::from_query(
            "period=2007&as_of=2007-12-31&policy=p&filename=2007%E5%B9%B4.xlsx&on_error=partial&lang=en&programmes=credit,assessment&mark=style",
        )
        .unwrap();
        assert_eq!(ask.options.period, Some(2007));
        assert_eq!(ask.options.as_of, Some(jiff::civil::date(2007, 12, 31)));
        assert_eq!((ask.policy.as_deref(), ask.filename.as_deref()), (Some("p"), Some("2007年.xlsx")));
        assert_eq!(
            (ask.options.on_error, ask.options.lang, ask.options.mark),
            (OnError::Partial, Lang::En, Mark::Style)
        );
        assert_eq!(ask.options.programmes, Some(vec!["assessment".to_owned(), "credit".to_owned()]));
    }

    #[test]
    fn an_empty_value_is_none() {
        let ask = Ask::from_query("period=&as_of=%20&lang=").unwrap();
        assert!(ask.options.period.is_none() && ask.options.as_of.is_none() && ask.lang.is_none());
    }

    #[test]
    fn what_is_unknown_or_repeated_is_refused() {
        assert!(matches!(Ask::from_query("perod=2007"), Err(Problem::UnknownParameter { .. })));
        assert!(matches!(Ask::from_query("lang=zh&lang=en"), Err(Problem::RepeatedParameter { .. })));
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
            assert!(matches!(Ask::from_query(query), Err(Problem::InvalidValue { .. })), "{query}");
        }
    }
}
