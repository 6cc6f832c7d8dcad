//! What forms of several pages have in common: their fields as the members of a body, and where they lead.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::{Map, Value};

use crate::http::session::Posted;

/// Returns the fields that are filled in, so that a command says itself which it misses.
pub fn members(posted: &Posted, fields: &[&str]) -> Map<String, Value> {
    let given = fields.iter().map(|field| (*field, posted.get(field))).filter(|(_, text)| !text.is_empty());
    given.map(|(field, text)| (field.to_owned(), text.into())).collect()
}

/// Leads to another page, to be read there.
pub fn lead_to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}
