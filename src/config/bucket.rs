//! How a bucket is reached: what the environment says in `AWS_*`, as the other tools for S3 read it. Taken once, at the start.

use std::collections::BTreeMap;
use std::env;

use super::Secret;

const PREFIX: &str = "AWS_";

/// The settings of a bucket, by their names in the environment. What they mean is the affair of whoever opens it.
#[derive(Clone, Debug, Default)]
pub struct Bucket(BTreeMap<String, Secret>);

impl Bucket {
    /// What the environment says; names and values that are no Unicode are left out.
    pub fn from_env() -> Bucket {
        let texts =
            env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        texts.filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty()).collect()
    }

    /// Names, such as `AWS_ENDPOINT_URL`, and values.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.expose()))
    }
}

impl FromIterator<(String, String)> for Bucket {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(settings: I) -> Self {
        Bucket(settings.into_iter().map(|(name, value)| (name, Secret(value))).collect())
    }
}
