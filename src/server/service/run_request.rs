//! What is to be done with a workbook: a command in types, and the texts by which people name its values, which batches store.

use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::filename;
use crate::problem::{Problem, invalid, shown};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Policy;
use dealerbook_engine::schema::Schemas;
use dealerbook_output::pipeline::{Mark, OnError, Options, PROGRAMMES, PolicyChoice};

/// The parameters that there are.
pub const PARAMETERS: &[&str] = &["period", "as_of", "policy", "filename", "on_error", "lang", "programmes", "mark"];

/// The languages by their names.
pub const LANGUAGES: [(&str, Lang); 2] = [("zh", Lang::Zh), ("en", Lang::En)];

/// What means nothing beside a caller's own schema: nothing of ours is calculated.
const NOT_WITH_SCHEMA: [&str; 4] = ["period", "as_of", "policy", "programmes"];

/// What is to be done with a workbook.
#[derive(Debug, Default)]
pub struct RunRequest {
    /// How it is checked and calculated.
    pub options: Options,
    /// The policy's id.
    pub policy: Option<String>,
    /// The policy itself, where it isn't one of those in force that is requested, but that of an earlier run.
    pub exact_policy: Option<Arc<Policy>>,
    /// The workbook's name.
    pub filename: Option<String>,
    /// A schema of the caller's own as it came, to be read by [`RunRequest::read_schema`].
    pub schema: Option<Vec<u8>>,
}

impl RunRequest {
    /// Sets a parameter by its name to a value that isn't empty.
    ///
    /// # Errors
    /// For an unknown parameter or value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let options = &mut self.options;
        match name {
            "period" => options.period = Some(year("period", value)?),
            "as_of" => options.as_of = Some(date(value)?),
            "policy" => self.policy = Some(value.to_owned()),
            "filename" => self.filename = filename::clean(value),
            "on_error" => {
                options.on_error =
                    one_of("on_error", value, &[("stop", OnError::Stop), ("partial", OnError::Partial)])?;
            }
            "lang" => options.lang = one_of("lang", value, &LANGUAGES)?,
            "programmes" => options.programmes = Some(programmes(value)?),
            "mark" => {
                options.mark = one_of("mark", value, &[("conditional", Mark::Conditional), ("style", Mark::Style)])?;
            }
            _ => return Err(Problem::UnknownParameter { name: shown(name), allowed: PARAMETERS }),
        }
        Ok(())
    }

    /// Returns by which policy it is calculated.
    pub fn policy_choice(&self) -> PolicyChoice<'_> {
        match &self.exact_policy {
            Some(policy) => PolicyChoice::This(policy),
            None => self.policy.as_deref().into(),
        }
    }

    /// Returns the hash of the caller's own schema as it came, as long as it hasn't been read.
    pub fn schema_sha256(&self) -> Option<String> {
        self.schema.as_ref().map(|schema| hex::encode(Sha256::digest(schema)))
    }

    /// Reads the caller's own schema, where there is one, once all the rest is known. That takes time, so it is a worker's task.
    ///
    /// # Errors
    /// For a faulty schema, and for a parameter that means nothing beside one.
    pub fn read_schema(&mut self) -> Result<(), Problem> {
        let Some(schema) = self.schema.take() else { return Ok(()) };
        let has_value = |name: &&&str| match **name {
            "period" => self.options.period.is_some(),
            "as_of" => self.options.as_of.is_some(),
            "policy" => self.policy.is_some(),
            _ => self.options.programmes.is_some(),
        };
        if let Some(name) = NOT_WITH_SCHEMA.iter().find(has_value) {
            return Err(Problem::NotWithSchema { name });
        }
        let schemas = Schemas::parse(&String::from_utf8_lossy(&schema));
        self.options.schemas = Some(Arc::new(schemas.map_err(|faults| Problem::InvalidSchema { faults })?));
        Ok(())
    }
}

/// Reads a year of four digits.
///
/// # Errors
/// For anything else.
pub fn year(name: &'static str, value: &str) -> Result<i16, Problem> {
    let year = value.parse().ok().filter(|_| value.len() == 4 && value.bytes().all(|b| b.is_ascii_digit()));
    year.filter(|year| *year >= 1900).ok_or_else(|| invalid(name, value, vec!["1900..9999"]))
}

/// Reads digits and nothing else.
pub fn whole<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok().filter(|_| value.bytes().all(|b| b.is_ascii_digit()))
}

/// Reads one of a few names.
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

/// Reads names between commas, each once, in the order of the contract.
fn programmes(value: &str) -> Result<Vec<String>, Problem> {
    let requested: Vec<&str> = value.split([',', '，']).map(str::trim).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = requested.iter().find(|name| !PROGRAMMES.contains(name)) {
        return Err(invalid("programmes", unknown, PROGRAMMES.to_vec()));
    }
    Ok(PROGRAMMES.iter().filter(|name| requested.contains(name)).map(|name| (*name).to_owned()).collect())
}
