//! The JSON Schema of results, made from the types that write them.
//!
//! A programme's results come into it with their field in `ResultsJson`: its type derives `JsonSchema`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use super::json::{IssueJson, ResultsJson, RunJson, Summary};

/// The result of a run or a validation.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Result")]
#[expect(dead_code, reason = "the document is streamed; this is its shape")]
struct Document {
    /// What tells the run from others, and what it was made of.
    run: RunJson,
    /// Counts and sums.
    summary: Summary,
    /// Errors, warnings and infos, in this order.
    issues: Vec<IssueJson<'static>>,
    /// What was calculated: null where errors stopped it, absent from a validation.
    #[schemars(skip_serializing_if = "Option::is_none")]
    results: Option<ResultsJson<'static>>,
}

/// The same among the definitions of another document; gives the reference to it.
pub fn describe(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Document>()
}

/// The JSON Schema (2020-12) of `{run, summary, issues, results}`.
pub fn results() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Document>().to_value()
}
