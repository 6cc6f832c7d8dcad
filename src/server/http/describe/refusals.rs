//! Problems in the interface's description: each path names the codes that it may answer with in `x-problems`; here they become answers,
//! with the words of `problem`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::http::Problem;
use crate::http::problem::status_of;
use crate::problem::{CONTENT_TYPE, TYPE_PREFIX};
use dealerbook_base::lang::Lang;

/// Whatever needs a token.
pub const TOKEN: &[&str] = &["unauthorized", "too-many-bad-tokens", "unavailable", "storage-full", "internal"];
/// Parameters that are read strictly.
pub const PARAMETERS: &[&str] = &["unknown-parameter", "invalid-value", "repeated-parameter"];
/// A workbook that is sent, beside the two above.
pub const UPLOAD: &[&str] = &[
    "region-not-allowed",
    "missing-workbook",
    "malformed-form",
    "malformed-request",
    "incomplete-body",
    "body-too-slow",
    "body-trickles",
    "too-many-uploads",
    "person-quota-reached",
    "store-quota-reached",
    "too-large",
    "unsupported-media-type",
    "not-a-workbook",
    "encrypted",
    "unreadable",
    "workbook-too-large",
    "unpatchable",
    "unknown-policy",
    "policy-not-in-force",
    "cancelled",
    "busy",
];
/// A batch that is sent.
pub const BATCH_UPLOAD: &[&str] = &[
    "missing-workbooks",
    "malformed-form",
    "malformed-request",
    "incomplete-body",
    "body-too-slow",
    "body-trickles",
    "too-many-uploads",
    "person-quota-reached",
    "store-quota-reached",
    "unsupported-media-type",
    "unreadable-archive",
    "batch-refused",
    "batch-too-large",
    "unknown-policy",
    "policy-not-in-force",
    "busy",
];
/// Whatever takes a body of JSON.
const BODY: [&str; 2] = ["body-too-large", "body-trickles"];
/// An `Idempotency-Key`.
pub const REQUEST_KEY: &[&str] = &["idempotency-key-reused"];
/// A caller's own schema.
pub const OWN_SCHEMA: &[&str] = &["invalid-schema", "schema-too-large", "not-with-schema"];

/// The `instance` of examples.
const INSTANCE: &str = "urn:uuid:01980000-0000-7000-8000-000000000000";

/// Several lists as one.
pub fn all(lists: &[&[&str]]) -> Value {
    json!(lists.concat())
}

/// Adds the answers that refuse, the list of all types and an example of each.
pub fn add(document: &mut Value, lang: Lang) {
    let problems: BTreeMap<&str, Problem> =
        Problem::samples().into_iter().map(|problem| (problem.words(Lang::En).code, problem)).collect();
    let components = &mut document["components"];
    components["schemas"]["ProblemType"] = types(lang);
    components["schemas"]["Problem"]["properties"]["type"] = json!({"$ref": "#/components/schemas/ProblemType"});
    for (code, problem) in &problems {
        let value =
            serde_json::to_value(problem.document(lang, status_of(problem.class()).as_u16(), INSTANCE.to_owned()))
                .unwrap_or_default();
        components["examples"][*code] = json!({"summary": problem.words(lang).title, "value": value});
    }
    let paths = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in paths.flat_map(|path| path.as_object_mut().into_iter().flat_map(|path| path.values_mut())) {
        complete(operation, &problems, lang);
    }
}

/// Every type, with its title and what to do about it.
fn types(lang: Lang) -> Value {
    let one = |problem: &Problem| {
        let words = problem.words(lang);
        json!({
            "const": format!("{TYPE_PREFIX}{}", words.code),
            "title": words.title,
            "description": words.remedy,
            "x-status": status_of(words.class).as_u16(),
        })
    };
    let all: Vec<Value> = Problem::samples().iter().map(one).collect();
    json!({"type": "string", "description": "Every type of problem; a code never changes and is never used for anything else", "oneOf": all})
}

fn complete(operation: &mut Value, problems: &BTreeMap<&str, Problem>, lang: Lang) {
    let mut named: Vec<String> = serde_json::from_value(operation["x-problems"].clone()).unwrap_or_default();
    if operation["requestBody"]["content"].get("application/json").is_some() {
        named.extend(BODY.iter().map(|code| (*code).to_owned()));
        operation["x-problems"] = json!(named);
    }
    let mut by_status: BTreeMap<u16, Vec<&Problem>> = BTreeMap::new();
    for problem in named.iter().filter_map(|code| problems.get(code.as_str())) {
        by_status.entry(status_of(problem.class()).as_u16()).or_default().push(problem);
    }
    for (status, problems) in by_status {
        operation["responses"][status.to_string()] = answer(&problems, lang);
    }
    for answer in operation["responses"].as_object_mut().into_iter().flat_map(|answers| answers.values_mut()) {
        answer["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/RequestId"});
    }
}

/// The problems of one status.
fn answer(problems: &[&Problem], lang: Lang) -> Value {
    let (mut descriptions, mut examples, mut headers) = (Vec::new(), Map::new(), Map::new());
    for problem in problems {
        let words = problem.words(lang);
        descriptions.push(format!("`{}` {}", words.code, words.title));
        examples.insert(words.code.to_owned(), json!({"$ref": format!("#/components/examples/{}", words.code)}));
        for (name, _) in problem.headers() {
            headers.insert(name.to_owned(), json!({"schema": {"type": "string"}}));
        }
    }
    json!({
        "description": descriptions.join(lang.pick("；", "; ")),
        "headers": headers,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    })
}
