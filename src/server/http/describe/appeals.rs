//! The schemas of what is sent about appeals; a test of each handler's parser holds them.

use serde_json::{Value, json};

use crate::http::appeal_requests::{CORRECTIONS_MAX, TEXT_CHARS_MAX};

/// Adds them.
pub(super) fn add(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    let text = |description: &str| json!({"type": "string", "minLength": 1, "maxLength": TEXT_CHARS_MAX, "pattern": "\\S", "description": description});
    schemas["AppealWanted"] = json!({
        "type": "object",
        "required": ["dealer_id", "text"],
        "properties": {
            "dealer_id": {"type": "string", "minLength": 1, "maxLength": 200, "description": "The dealer's id"},
            "text": text("What the dealer says"),
            "about": {"type": ["string", "null"], "maxLength": 200, "description": "The characteristic, incentive programme or column that it is about, by its English name"},
        },
        "additionalProperties": false,
    });
    schemas["AppealVerification"] = json!({
        "type": "object",
        "properties": {"verified_on": {"type": ["string", "null"], "format": "date", "description": "The day on which it was verified, from its lodging to today; today where it is left out"}},
        "additionalProperties": false,
    });
    schemas["AppealAcceptance"] = json!({
        "type": "object",
        "required": ["corrections"],
        "properties": {
            "corrections": {
                "type": "array", "minItems": 1, "maxItems": CORRECTIONS_MAX,
                "description": "Cells of the workbook that the run was made from, and what is to stand in them",
                "items": {
                    "type": "object",
                    "required": ["sheet", "cell", "value"],
                    "properties": {
                        "sheet": {"type": "string", "minLength": 1, "description": "The sheet's name"},
                        "cell": {"type": "string", "pattern": "^\\$?[A-Za-z]{1,3}\\$?[0-9]{1,7}$", "description": "The cell, such as H5"},
                        "value": {"type": ["number", "string", "null"], "description": "A number, a text, or null to empty the cell"},
                    },
                    "additionalProperties": false,
                },
            },
            "answer": {"type": ["string", "null"], "maxLength": TEXT_CHARS_MAX, "description": "What is said about it"},
        },
        "additionalProperties": false,
    });
    schemas["AppealRejection"] = json!({
        "type": "object",
        "required": ["reason"],
        "properties": {"reason": text("Why")},
        "additionalProperties": false,
    });
}
