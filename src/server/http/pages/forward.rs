//! Forms that go the way of the interface: their fields become the body that `/v1` takes, with the same refusals.
//!
//! So there is one way to change a settlement and one set of refusals.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value};

use crate::http::Caller;
use crate::http::session::Posted;

/// Who sent the form.
pub fn caller(posted: &Posted) -> Caller {
    Caller(posted.viewer.person.clone())
}

/// The fields as the interface takes them; empty ones are left out, so that it says itself which it misses.
pub fn members(posted: &Posted, fields: &[&str]) -> Map<String, Value> {
    let given = fields.iter().map(|field| (*field, posted.get(field))).filter(|(_, text)| !text.is_empty());
    given.map(|(field, text)| (field.to_owned(), text.into())).collect()
}

/// The same as a body.
pub fn body(posted: &Posted, fields: &[&str]) -> web::Bytes {
    web::Bytes::from(Value::Object(members(posted, fields)).to_string())
}

/// To another page, to be read there.
pub fn to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}
