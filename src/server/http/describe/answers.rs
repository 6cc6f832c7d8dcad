//! Answers that several paths give, as the interface's description tells them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{Content, ContentBuilder, Object, Ref, RefOr, Response, ResponseBuilder, Type};

/// Content types of annotated workbooks.
const WORKBOOKS: [&str; 2] = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
];

/// A workbook that was sent: calculated or not, it comes back.
pub struct Sent;

impl IntoResponses for Sent {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let calculated = "The annotated workbook or, with `Accept: application/json`, the result";
        let faulty =
            "The same, where errors in the data stopped the calculation: the errors are marked in the workbook";
        let location = "Where the result can be had again; the workbook at this address followed by /workbook.xlsx";
        let answer = |description, example| {
            let answer = workbook(description).content("application/json", result(example));
            answer.header("Location", text_header(location)).build().into()
        };
        [
            ("200".to_owned(), answer(calculated, include_str!("examples/result.json"))),
            ("422".to_owned(), answer(faulty, include_str!("examples/faulty.json"))),
        ]
        .into()
    }
}

/// The annotated workbook of a run.
pub struct Workbook;

impl IntoResponses for Workbook {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [("200".to_owned(), tagged(workbook("The annotated workbook"))), known()].into()
    }
}

/// It is done, and there is nothing to say about it.
pub struct Nothing;

impl IntoResponses for Nothing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [("204".to_owned(), ResponseBuilder::new().description("It is done").build().into())].into()
    }
}

/// The result of a run.
pub struct Outcome;

impl IntoResponses for Outcome {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let answer = ResponseBuilder::new().description("The result");
        let answer = answer.content("application/json", result(include_str!("examples/result.json")));
        [("200".to_owned(), tagged(answer)), known()].into()
    }
}

/// That the client has the answer already.
fn known() -> (String, RefOr<Response>) {
    ("304".to_owned(), tagged(ResponseBuilder::new().description("The client has it already")))
}

fn tagged(answer: ResponseBuilder) -> RefOr<Response> {
    answer.header("ETag", text_header("The answer's hash")).build().into()
}

fn workbook(description: &str) -> ResponseBuilder {
    let bytes = ContentBuilder::new().schema(Some(Ref::from_schema_name("WorkbookFile"))).build();
    let disposition = text_header("The workbook's name, named after the upload (RFC 6266); not beside JSON");
    let answer = ResponseBuilder::new().description(description).header("Content-Disposition", disposition);
    WORKBOOKS.iter().fold(answer, |answer, kind| answer.content(*kind, bytes.clone()))
}

fn result(example: &str) -> Content {
    let example: Value = serde_json::from_str(example).unwrap_or_else(|_| json!(null));
    ContentBuilder::new().schema(Some(Ref::from_schema_name("Result"))).example(Some(example)).build()
}

fn text_header(description: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new().schema(Some(Object::with_type(Type::String))).description(Some(description)).build()
}
