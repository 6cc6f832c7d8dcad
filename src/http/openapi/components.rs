//! The schemas of what is taken and answered. Those of our own types are made from the types.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::parameters;
use crate::http::problem;
use crate::http::{runs, schemas};
use crate::report::json_schema;

/// Adds the schemas and the way to sign in.
pub fn add(document: &mut Value) {
    document["components"]["schemas"] = schemas_of_types();
    for (name, schema) in others() {
        document["components"]["schemas"][name] = schema;
    }
    document["components"]["securitySchemes"]["bearer"] = json!({"type": "http", "scheme": "bearer"});
    document["components"]["headers"]["RequestId"] = json!({
        "description": "The request's id, as it stands in the log",
        "schema": {"type": "string", "format": "uuid"},
    });
}

fn schemas_of_types() -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    json_schema::describe(&mut generator);
    generator.subschema_for::<problem::Document>();
    generator.subschema_for::<runs::RunList>();
    generator.subschema_for::<schemas::PolicyList>();
    Value::Object(generator.take_definitions(true))
}

fn others() -> [(&'static str, Value); 8] {
    [
        ("Workbook", json!({"type": "string", "format": "binary", "description": "A workbook's bytes"})),
        ("RunForm", parameters::form(false)),
        ("ValidationForm", parameters::form(true)),
        (
            "DataPackage",
            json!({
                "type": "object",
                "description": "A Frictionless Data Package: a resource a sheet, each with its Table Schema",
                "required": ["name", "resources"],
                "properties": {
                    "name": {"type": "string"},
                    "resources": {"type": "array", "items": {"type": "object", "required": ["name", "schema"]}},
                },
            }),
        ),
        (
            "TableSchema",
            json!({
                "type": "object",
                "description": "A Frictionless Table Schema; for the name `results` the JSON Schema of results",
                "anyOf": [{"required": ["fields"]}, {"required": ["$schema", "properties"]}],
            }),
        ),
        (
            "Policy",
            json!({
                "type": "object",
                "description": "All that a policy says, as its file has it, and the file's hash",
                "required": ["id", "version", "sha256"],
                "properties": {"id": {"type": "string"}, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
            }),
        ),
        (
            "Readiness",
            json!({
                "type": "object",
                "required": ["status"],
                "properties": {"status": {"const": "ready"}},
                "additionalProperties": false,
            }),
        ),
        (
            "Description",
            json!({
                "type": "object",
                "required": ["openapi", "info", "paths", "components"],
                "properties": {"openapi": {"type": "string", "pattern": "^3\\.1\\."}},
            }),
        ),
    ]
}
