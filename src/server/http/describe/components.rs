//! The schemas of what is taken and answered. Those of our own types are made from the types.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::parameters;
use crate::http::api::{accruals, appeals, audit, batches, dealers, health, policies, runs, settlements, tokens};
use crate::http::comparison;
use crate::problem;
use dealerbook_output::report::json_schema;
use dealerbook_store::Role;

/// Adds what has texts for people: forms, headers and the way to sign in.
pub fn add(document: &mut Value) {
    document["components"]["schemas"]["RunForm"] = parameters::form(false);
    document["components"]["schemas"]["ValidationForm"] = parameters::form(true);
    document["components"]["schemas"]["BatchForm"] = parameters::batch_form();
    document["components"]["schemas"]["TokenWanted"] = token_wanted();
    super::appeals::add(document);
    document["components"]["schemas"]["WhatIf"] = what_if();
    for (name, schema) in settlements::bodies() {
        document["components"]["schemas"][name] = schema;
    }
    document["components"]["schemas"]["AccrualWanted"] = accrual_wanted();
    document["components"]["securitySchemes"]["bearer"] = json!({"type": "http", "scheme": "bearer"});
    document["components"]["headers"]["RequestId"] = json!({
        "description": "The request's id, as it stands in the log",
        "schema": {"type": "string", "format": "uuid"},
    });
}

fn token_wanted() -> Value {
    let roles: Vec<&str> = Role::iter().map(Role::as_str).collect();
    json!({
        "type": "object",
        "required": ["role"],
        "oneOf": [{"required": ["name"]}, {"required": ["person"]}],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 64, "description": "Whose the token is, where they have no account yet: a name that nobody has, and nobody's looks like"},
            "person": {"type": "string", "minLength": 1, "maxLength": 64, "description": "The id of the account whose it is, as the list of tokens has it, for a further token of the same person"},
            "role": {"type": "string", "enum": roles, "description": "What they may do with it"},
            "regions": {
                "type": ["array", "null"],
                "items": {"type": "string", "minLength": 1, "maxLength": 64},
                "maxItems": 200,
                "description": "The only regions that it is for, as the dealers sheet has them; only with the role `sales`",
            },
            "expires": {
                "type": ["string", "null"],
                "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,4}d)$",
                "description": "The last day that it is good for (UTC), or a number of days such as `90d`; without it, it stays until it is revoked",
            },
        },
        "additionalProperties": false,
    })
}

/// Adds all other schemas, which are in English only.
pub fn add_schemas(document: &mut Value) {
    let Value::Object(of_types) = schemas_of_types() else { return };
    let others = others().map(|(name, schema)| (name.to_owned(), schema));
    for (name, schema) in of_types.into_iter().chain(others) {
        document["components"]["schemas"][name] = schema;
    }
}

fn schemas_of_types() -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    json_schema::describe(&mut generator);
    generator.subschema_for::<problem::Document>();
    generator.subschema_for::<health::Readiness>();
    generator.subschema_for::<runs::RunList>();
    generator.subschema_for::<batches::BatchDocument>();
    generator.subschema_for::<batches::BatchList>();
    generator.subschema_for::<policies::list::PolicyList>();
    generator.subschema_for::<policies::list::VersionListed>();
    generator.subschema_for::<tokens::TokenList>();
    generator.subschema_for::<tokens::TokenMade>();
    generator.subschema_for::<audit::AuditList>();
    generator.subschema_for::<appeals::document::AppealDocument>();
    generator.subschema_for::<appeals::document::AppealList>();
    generator.subschema_for::<dealers::DealerHistory>();
    generator.subschema_for::<comparison::ComparisonDocument>();
    settlements::describe(&mut generator);
    generator.subschema_for::<accruals::AccrualDocument>();
    generator.subschema_for::<accruals::AccrualList>();
    Value::Object(generator.take_definitions(true))
}

/// What a what-if is asked for with.
fn what_if() -> Value {
    let value =
        json!({"type": ["string", "number", "null"], "description": "A number, a text, or null for a blank cell"});
    json!({
        "type": "object",
        "minProperties": 1,
        "properties": {
            "policy": {"type": ["string", "null"], "description": "The id of another policy, as /v1/policies lists them"},
            "policy_toml": {"type": ["string", "null"], "description": "A policy of its own, as a file of TOML has it"},
            "changes": {
                "type": ["object", "null"],
                "maxProperties": 500,
                "description": "Other figures, by their paths into the policy; elements of lists by their ids, or by their places from 1. Null takes away what stands there",
            },
            "cells": {
                "type": ["array", "null"],
                "maxItems": 1000,
                "description": "Cells of the workbook that get other values",
                "items": {
                    "type": "object",
                    "required": ["sheet", "cell", "value"],
                    "properties": {"sheet": {"type": "string"}, "cell": {"type": "string"}, "value": value},
                    "additionalProperties": false,
                },
            },
        },
        "additionalProperties": false,
    })
}

/// What an accrual is booked with.
fn accrual_wanted() -> Value {
    json!({
        "type": "object",
        "required": ["month"],
        "properties": {"month": {
            "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "description": "A month of the run's year, such as 2007-06",
        }},
        "additionalProperties": false,
    })
}

fn others() -> [(&'static str, Value); 8] {
    [
        (
            "BatchEvent",
            json!({
                "type": "object",
                "description": "An event of a batch; its data is the batch as JSON",
                "required": ["event", "data"],
                "properties": {
                    "event": {"type": "string", "enum": ["progress", "done"]},
                    "id": {"type": "string"},
                    "data": {"type": "string"},
                },
            }),
        ),
        ("WorkbookFile", json!({"type": "string", "format": "binary", "description": "A workbook's bytes"})),
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
            "PolicyReason",
            json!({
                "type": "object",
                "description": "Why a version is rejected",
                "required": ["reason"],
                "properties": {"reason": {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": "\\S"}},
                "additionalProperties": false,
            }),
        ),
        (
            "PolicyFile",
            json!({
                "type": "object",
                "description": "All that a policy says, as its file has it, and the file's hash",
                "required": ["id", "version", "sha256"],
                "properties": {"id": {"type": "string"}, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
            }),
        ),
        (
            "DealerCard",
            json!({
                "type": "object",
                "description": "A dealer's row by the names of its fields, its twelve months, its confirmed violations, and its part of each programme's results",
                "required": ["dealer_id", "period", "dealer", "months", "violations", "results"],
                "properties": {
                    "dealer_id": {"type": "string"},
                    "period": {"type": ["integer", "null"]},
                    "dealer": {"type": ["object", "null"]},
                    "months": {"type": ["array", "null"], "items": {
                        "type": "object",
                        "required": ["month", "actual_tonnes", "planned_tonnes", "supplier_fault"],
                        "properties": {
                            "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
                            "actual_tonnes": {"type": "string"},
                            "planned_tonnes": {"type": ["string", "null"]},
                            "supplier_fault": {"type": "boolean"},
                        },
                        "additionalProperties": false,
                    }},
                    "violations": {"type": ["object", "null"], "additionalProperties": {"type": "integer"}},
                    "results": {"type": "object"},
                },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_schema_takes_the_place_of_another() {
        let of_types = schemas_of_types();
        for (name, _) in others().into_iter().chain(
            [
                "RunForm",
                "ValidationForm",
                "BatchForm",
                "TokenWanted",
                "WhatIf",
                "AccrualWanted",
                "ProblemType",
                "AppealWanted",
                "AppealAcceptance",
            ]
            .map(|name| (name, Value::Null)),
        ) {
            assert!(of_types.get(name).is_none(), "{name} is a type's schema already");
        }
    }
}
