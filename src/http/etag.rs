//! Answers that a client may have already.

use actix_web::http::header::{EntityTag, IfNoneMatch};
use actix_web::{HttpMessage, HttpRequest};
use sha2::{Digest, Sha256};

/// The tag of an answer: its hash.
pub fn of(bytes: &[u8]) -> EntityTag {
    EntityTag::new_strong(hex::encode(Sha256::digest(bytes)))
}

/// Whether the client has the answer of this tag.
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        None => false,
    }
}
