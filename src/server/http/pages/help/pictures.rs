//! Pictures of annotated workbooks. `tests/sheets/help_pictures.py` makes them of those that the tests draw.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use crate::http::{Problem, etag};
use dealerbook_base::lang::Lang;

struct Picture {
    name: &'static str,
    size: (u32, u32),
    bytes: &'static [u8],
}

const PICTURES: [Picture; 5] = [
    Picture { name: "marked", size: (1215, 182), bytes: include_bytes!("../pictures/marked.png") },
    Picture { name: "issues-zh", size: (1104, 325), bytes: include_bytes!("../pictures/issues-zh.png") },
    Picture { name: "issues-en", size: (1104, 471), bytes: include_bytes!("../pictures/issues-en.png") },
    Picture { name: "results-zh", size: (1083, 391), bytes: include_bytes!("../pictures/results-zh.png") },
    Picture { name: "results-en", size: (1083, 391), bytes: include_bytes!("../pictures/results-en.png") },
];

/// `GET /help/pictures/{name}.png`
pub async fn picture(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let picture = PICTURES.iter().find(|picture| picture.name == *name).ok_or(Problem::NoSuchRoute)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CONTENT_TYPE, "image/png"));
    Ok(etag::bytes_of(&request, answer, picture.bytes.to_vec()))
}

/// A picture with what it shows, in the reader's language where it is drawn in both; it opens in full.
pub fn figure(name: &str, caption: &str, lang: Lang) -> Markup {
    let in_language = format!("{name}-{}", lang.code());
    let drawn = PICTURES.iter().find(|picture| picture.name == name || picture.name == in_language);
    html! {
        @if let Some(Picture { name, size: (width, height), .. }) = drawn {
            figure {
                a href=(format!("/help/pictures/{name}.png")) {
                    img src=(format!("/help/pictures/{name}.png")) width=(width) height=(height) alt=(caption) loading="lazy";
                }
                figcaption { (caption) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The size that a PNG has by its first chunk.
    fn size(png: &[u8]) -> (u32, u32) {
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    #[test]
    fn pictures_are_as_large_as_pages_say_and_light_enough() {
        for Picture { name, size: said, bytes } in PICTURES {
            assert_eq!((size(bytes), bytes.len() < 60_000), (said, true), "{name}");
        }
    }
}
