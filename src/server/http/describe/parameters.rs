//! Parameters, as the interface's description tells them. What they really are, `request` and `runs` decide; a test holds the names against theirs.

mod settlements;

use serde_json::{Value, json};
use strum::VariantNames;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::{KnownFormat, Object, ObjectBuilder, RefOr, Required, Schema, SchemaFormat, Type};

use dealerbook_output::pipeline::PROGRAMMES;
use dealerbook_store::{AppealStatus, AuditAction};

pub use settlements::{LineFilter, PaymentsFile, SettlementFilter};

/// What goes with a workbook.
pub struct Ask;

/// What narrows the list of runs.
pub struct Filter;

/// What goes with a batch.
pub struct BatchAsk;

/// What narrows the list of batches.
pub struct BatchFilter;

/// What narrows the audit log.
pub struct Audit;

/// What narrows the list of appeals.
pub struct AppealFilter;

/// The language alone.
pub struct OnlyLang;

/// What narrows a settlement workbook.
pub struct Rebates;
/// How a comparison is told.
pub struct Comparing;
/// A version of a policy.
pub struct PolicyVersion;

/// Which accrual, and how it is told.
pub struct Accruing;

/// The year alone.
pub struct OnlyPeriod;

/// The client's own name for a request.
pub struct IdempotencyKey;

/// The tags of answers that the client has.
pub struct IfNoneMatch;

impl IntoParams for Ask {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        asked().into_iter().map(|field| field.parameter()).collect()
    }
}

impl IntoParams for Filter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let uuid = text().format(Some(SchemaFormat::Custom("uuid".to_owned()))).build();
        let limit = integer(1, 200).default(Some(json!(50))).build();
        [
            Field::new("limit", limit, "Runs on a page", json!(50)),
            Field::new(
                "before",
                uuid,
                "Only runs older than this one; `next` of a page leads to the older ones",
                Value::Null,
            ),
            Field::new("kind", one_of(&["run", "validation"]), "Only calculations, or only checks", json!("run")),
            Field::new("status", one_of(&["ok", "faulty", "partial"]), "Only those that ended so", json!("faulty")),
            Field::new("period", integer(1900, 9999).build(), "Only those of this year", json!(2007)),
            Field::new("uploader", text().build(), "Only those of this person", json!("admin")),
            Field::new("region", text().build(), "Only those with a dealer of this region", json!("涪陵")),
            Field::new(
                "q",
                text().build(),
                "Only those whose file name or uploader has this text in it, whatever the case",
                json!("考核"),
            ),
        ]
        .map(|field| field.parameter())
        .into()
    }
}

impl IntoParams for BatchAsk {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        asked_of_batch().into_iter().map(|field| field.parameter()).collect()
    }
}

impl IntoParams for BatchFilter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let uuid = text().format(Some(SchemaFormat::Custom("uuid".to_owned()))).build();
        let limit = integer(1, 100).default(Some(json!(20))).build();
        [
            Field::new("limit", limit, "Batches on a page", json!(20)),
            Field::new(
                "before",
                uuid,
                "Only batches older than this one; `next` of a page leads to the older ones",
                Value::Null,
            ),
        ]
        .map(|field| field.parameter())
        .into()
    }
}

impl IntoParams for Audit {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = integer(1, 200).default(Some(json!(50))).build();
        let before = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
        let date = || text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).build();
        [
            Field::new("limit", limit, "Lines on a page", json!(50)),
            Field::new(
                "before",
                before,
                "Only lines before this number; `next` of a page leads to the older ones",
                Value::Null,
            ),
            Field::new("who", text().build(), "Only this person's", json!("admin")),
            Field::new("what", one_of(AuditAction::VARIANTS), "Only what was done so", json!("token-created")),
            Field::new("object", text().build(), "Only what was done to this: an id", Value::Null),
            Field::new("from", date(), "Only from this day on (UTC)", json!("2008-01-01")),
            Field::new("to", date(), "Only up to this day (UTC), the day itself included", json!("2008-12-31")),
        ]
        .map(|field| field.parameter())
        .into()
    }
}

impl IntoParams for AppealFilter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let uuid = || text().format(Some(SchemaFormat::Custom("uuid".to_owned()))).build();
        let limit = integer(1, 200).default(Some(json!(50))).build();
        [
            Field::new("limit", limit, "Appeals on a page", json!(50)),
            Field::new(
                "before",
                uuid(),
                "Only appeals older than this one; `next` of a page leads to the older ones",
                Value::Null,
            ),
            Field::new("status", one_of(AppealStatus::VARIANTS), "Only those that are so far", json!("open")),
            Field::new("period", integer(1900, 9999).build(), "Only against runs of this year", json!(2007)),
            Field::new("run", uuid(), "Only against this run", Value::Null),
            Field::new(
                "overdue",
                one_of(&["true", "false"]),
                "Only open ones whose last day is over, or only all others",
                json!("true"),
            ),
        ]
        .map(|field| field.parameter())
        .into()
    }
}

impl IntoParams for OnlyLang {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The language of titles and texts; Chinese unless the description says otherwise";
        vec![Field::new("lang", one_of(&["zh", "en"]), description, json!("en")).parameter()]
    }
}

impl IntoParams for Rebates {
    fn into_params(of: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let dealer = text().min_length(Some(1)).build();
        let mut parameters = OnlyLang::into_params(of);
        let description = "Only this dealer's statement";
        parameters.push(Field::new("dealer_id", dealer, description, json!("D001")).parameter());
        parameters
    }
}

impl IntoParams for Comparing {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let language = "The language of titles and texts; Chinese unless the description says otherwise";
        let limit = integer(1, 1000).default(Some(json!(100))).build();
        [
            Field::new("lang", one_of(&["zh", "en"]), language, json!("en")),
            Field::new(
                "format",
                one_of(&["json", "xlsx"]),
                "JSON or a workbook; without it as `Accept` says, else JSON",
                json!("xlsx"),
            ),
            Field::new("limit", limit, "Dealers on a page of JSON; the workbook has them all", json!(100)),
            Field::new(
                "after",
                text().min_length(Some(1)).build(),
                "Only dealers behind this one, by its id; `next` of a page leads to them",
                Value::Null,
            ),
        ]
        .map(|field| field.parameter())
        .into()
    }
}

impl IntoParams for PolicyVersion {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "A version of the policy; without it the one in force today or, where none is, the newest";
        vec![Field::new("version", text().build(), description, json!("1.0.0")).parameter()]
    }
}

impl IntoParams for Accruing {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let month = text().pattern(Some("^[0-9]{4}-(0[1-9]|1[0-2])$")).build();
        let mut month =
            Field::new("month", month, "A month of the run's year, such as 2007-06", json!("2007-06")).parameter();
        month.required = Required::True;
        [vec![month], Comparing::into_params(place)].concat()
    }
}

impl IntoParams for OnlyPeriod {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![Field::new("period", integer(1900, 9999).build(), "Only those of this year", json!(2007)).parameter()]
    }
}

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let key = text().min_length(Some(1)).max_length(Some(255)).build();
        let description = "Your own name for this request: sent again under it, the same request has the same answer; another request under it is refused";
        vec![header("Idempotency-Key", key, description)]
    }
}

impl IntoParams for IfNoneMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "The `ETag` of an earlier answer: where it is still the same, 304";
        vec![header("If-None-Match", text().build(), description)]
    }
}

/// A form with a workbook and the same parameters as text fields.
pub fn form(takes_schema: bool) -> Value {
    let mut properties = serde_json::Map::new();
    let workbook = json!({"type": "string", "format": "binary", "description": "The workbook"});
    properties.insert("workbook".to_owned(), workbook);
    if takes_schema {
        let description =
            "A Data Package descriptor of your own, with its Table Schemas, to check the workbook against";
        properties.insert("schema".to_owned(), json!({"type": "string", "description": description}));
    }
    add_texts(&mut properties, asked());
    json!({"type": "object", "required": ["workbook"], "properties": properties, "additionalProperties": false})
}

/// A form with many workbooks and the same parameters as text fields.
pub fn batch_form() -> Value {
    let file = json!({"type": "string", "format": "binary"});
    let workbooks =
        json!({"type": "array", "items": file, "description": "The workbooks, a field each; `workbook` is the same"});
    let mut archive = file.clone();
    archive["description"] = "A zip of workbooks, beside them or in their place".into();
    let mut properties = serde_json::Map::new();
    properties.insert("workbooks".to_owned(), workbooks.clone());
    properties.insert("workbook".to_owned(), workbooks);
    properties.insert("archive".to_owned(), archive);
    add_texts(&mut properties, asked_of_batch());
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn add_texts(properties: &mut serde_json::Map<String, Value>, fields: Vec<Field>) {
    for Field { name, schema, description, .. } in fields {
        let mut schema = serde_json::to_value(schema).unwrap_or_default();
        schema["description"] = description.into();
        properties.insert(name.to_owned(), schema);
    }
}

/// The parameters of a run but for the name, which each file brings, and the ranking.
fn asked_of_batch() -> Vec<Field> {
    let mut fields = asked();
    fields.retain(|field| field.name != "filename");
    fields.push(Field::new(
        "rank",
        one_of(&["all", "each"]),
        "`all` ranks the dealers of all files together in the consolidated workbook, beside their ranks in each file, by which alone points, grades and money go; each by default",
        json!("all"),
    ));
    fields
}

fn asked() -> Vec<Field> {
    let date = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).build();
    let known: Vec<String> = PROGRAMMES.iter().map(|name| regex::escape(name)).collect();
    let programmes = text().pattern(Some(format!("^({0})(,({0}))*$", known.join("|")))).build();
    vec![
        Field::new(
            "period",
            integer(1900, 9999).build(),
            "The calendar year that is assessed; without it the cover's, else the latest purchase month's",
            json!(2007),
        ),
        Field::new(
            "as_of",
            date,
            "The as-of date; without it the cover's, else the period's last day",
            json!("2007-12-31"),
        ),
        Field::new(
            "policy",
            text().build(),
            "The policy's id, as /v1/policies lists them; without it the first one",
            json!("handbook"),
        ),
        Field::new(
            "filename",
            text().build(),
            "The name of a raw body, after which the answer is named",
            json!("2007.xlsx"),
        ),
        Field::new(
            "on_error",
            one_of(&["stop", "partial"]),
            "Errors stop the calculation, or dealers with faulty rows are left out; stop by default",
            json!("partial"),
        ),
        Field::new(
            "lang",
            one_of(&["zh", "en"]),
            "The language of messages and added sheets; zh by default",
            json!("en"),
        ),
        Field::new(
            "programmes",
            programmes,
            "Only these programmes, between commas; without it all whose sheets are there",
            json!("assessment,incentives"),
        ),
        Field::new(
            "mark",
            one_of(&["conditional", "style"]),
            "Faulty cells are marked by conditional formats that go when the cell is mended, or by a fill; conditional by default",
            json!("style"),
        ),
    ]
}

/// A parameter, or the text field of a form that stands for it.
struct Field {
    name: &'static str,
    schema: Object,
    description: &'static str,
    example: Value,
}

impl Field {
    fn new(name: &'static str, schema: Object, description: &'static str, example: Value) -> Field {
        Field { name, schema, description, example }
    }

    fn parameter(self) -> Parameter {
        let parameter = ParameterBuilder::new().name(self.name).parameter_in(ParameterIn::Query);
        let parameter = parameter.required(Required::False).style(Some(ParameterStyle::Form));
        let parameter = parameter.description(Some(self.description)).schema(Some(schema(self.schema)));
        parameter.example(Some(self.example).filter(|example| !example.is_null())).build()
    }
}

fn header(name: &str, of: Object, description: &str) -> Parameter {
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(Required::False);
    parameter.description(Some(description)).schema(Some(schema(of))).build()
}

fn schema(object: Object) -> RefOr<Schema> {
    RefOr::T(Schema::Object(object))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn integer(minimum: i16, maximum: i16) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(minimum)).maximum(Some(maximum))
}

fn one_of(values: &[&'static str]) -> Object {
    text().enum_values(Some(values.to_vec())).build()
}
