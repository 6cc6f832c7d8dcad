//! The parameters of settlements.

use serde_json::{Value, json};
use strum::VariantNames;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{ObjectBuilder, SchemaFormat, Type};

use super::{Field, integer, one_of, text};
use dealerbook_engine::settlement::Status;

/// What narrows the list of settlements.
pub struct SettlementFilter;

/// What narrows the lines of one.
pub struct LineFilter;

/// Which payments a file is to have.
pub struct PaymentsFile;

impl IntoParams for SettlementFilter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let uuid = text().format(Some(SchemaFormat::Custom("uuid".to_owned()))).build();
        let limit = integer(1, 200).default(Some(json!(50))).build();
        [
            Field::new("limit", limit, "Settlements on a page", json!(50)),
            Field::new(
                "before",
                uuid,
                "Only those of runs older than this one; `next` of a page leads to the older ones",
                Value::Null,
            ),
            Field::new("period", integer(1900, 9999).build(), "Only those of this year", json!(2007)),
            Field::new("status", one_of(Status::VARIANTS), "Only those that are so far", json!("submitted")),
        ]
        .map(|field| field.parameter())
        .into()
    }
}

impl IntoParams for LineFilter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = integer(1, 1000).default(Some(json!(100))).build();
        let after = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).build();
        [
            Field::new("limit", limit, "Lines on a page", json!(50)),
            Field::new(
                "after",
                after,
                "Only lines behind this position; `next` of a page leads to the further ones",
                Value::Null,
            ),
            Field::new(
                "q",
                text().build(),
                "Only lines whose dealer's id, name or region has this text in it, whatever the case",
                json!("涪陵"),
            ),
        ]
        .map(|field| field.parameter())
        .into()
    }
}

impl IntoParams for PaymentsFile {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
        [
            Field::new(
                "number",
                number,
                "The batch; without it the latest, or, as long as there is none, what is payable now",
                Value::Null,
            ),
            Field::new(
                "lang",
                one_of(&["zh", "en"]),
                "The language of the header and the purpose; zh by default",
                json!("en"),
            ),
        ]
        .map(|field| field.parameter())
        .into()
    }
}
