//! Answers that a client may have already. All tags are strong: an answer's is the hash of its bytes.

use actix_web::http::header::{self, ContentType, EntityTag, HeaderValue, IfNoneMatch};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::Problem;
use crate::http::answer::XLSX;

/// Dealers' figures: a client may keep them for itself, and asks each time whether they still hold.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-cache");

/// The tag of an answer: its hash.
pub fn of(bytes: &[u8]) -> EntityTag {
    named(&hex::encode(Sha256::digest(bytes)))
}

/// The tag of an answer whose hash is known.
pub fn named(sha256: &str) -> EntityTag {
    EntityTag::new_strong(sha256.to_owned())
}

/// Whether the client has the answer of this tag.
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        None => false,
    }
}

/// That the client has the answer of this tag, where it has.
pub fn not_modified(request: &HttpRequest, tag: &EntityTag) -> Option<HttpResponse> {
    is_known(request, tag).then(|| marked(HttpResponse::NotModified().finish(), tag))
}

/// An answer with its tag.
pub fn marked(mut answer: HttpResponse, tag: &EntityTag) -> HttpResponse {
    // A tag is a hash in quotation marks: always a proper header.
    if let Ok(tag) = HeaderValue::try_from(tag.to_string()) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, CACHE_CONTROL);
    answer
}

/// An answer as JSON, or that the client has it already.
///
/// # Errors
/// When there is no JSON of it.
pub fn json(request: &HttpRequest, content: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(json_of(request, serde_json::to_vec(content).map_err(Problem::internal)?))
}

/// The same of JSON that is written already.
pub fn json_of(request: &HttpRequest, bytes: Vec<u8>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(ContentType::json());
    bytes_of(request, answer, bytes)
}

/// A workbook that is made for its answer, with what `Content-Disposition` says of its name; or that the client has it already.
pub fn workbook(request: &HttpRequest, disposition: &str, bytes: Vec<u8>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, XLSX)).insert_header((header::CONTENT_DISPOSITION, disposition));
    bytes_of(request, answer, bytes)
}

/// An answer of these bytes, or that the client has it already.
pub fn bytes_of(request: &HttpRequest, mut answer: HttpResponseBuilder, bytes: Vec<u8>) -> HttpResponse {
    let tag = of(&bytes);
    not_modified(request, &tag).unwrap_or_else(|| marked(answer.body(bytes), &tag))
}
