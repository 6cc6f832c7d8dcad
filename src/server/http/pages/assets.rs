//! `GET /assets/{name}`: what pages are made of beside themselves. A name holds the hash of what it names, so that browsers keep it.

use std::sync::LazyLock;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};

use crate::http::{Problem, etag};

const HASH_DIGITS: usize = 16;
/// A year: what has another content has another name.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The style of all pages.
pub static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", include_str!("style.css")));
/// What makes uploads more comfortable; every page works without it.
pub static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("script", "js", "text/javascript; charset=utf-8", include_str!("script.js")));
/// The mark in the browser's tab.
pub static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("icon.svg")));

/// A file that pages refer to.
pub struct Asset {
    name: String,
    kind: &'static str,
    text: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, text: &'static str) -> Asset {
        let hash = &hex::encode(Sha256::digest(text))[..HASH_DIGITS];
        Asset { name: format!("{stem}-{hash}.{extension}"), kind, text }
    }

    /// Where it is to be had.
    pub fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// A file that pages refer to.
pub async fn asset(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let all = [&*STYLE, &*SCRIPT, &*ICON];
    let asset = all.into_iter().find(|asset| asset.name == *name).ok_or(Problem::NoSuchRoute)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, asset.kind));
    let mut answer = etag::bytes_of(&request, answer, asset.text.as_bytes().to_vec());
    answer.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    Ok(answer)
}
