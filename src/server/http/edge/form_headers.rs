//! The headers of a form's fields in UTF-8: consoles of a Chinese Windows write file names in GBK, which the reader of forms refuses.

use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use encoding_rs::GBK;
use futures_util::{Stream, StreamExt};

/// So much a field's headers may have; what is longer is passed on as it is.
const HEADERS_BYTES_MAX: usize = 16 << 10;
const END_OF_HEADERS: &[u8] = b"\r\n\r\n";

/// The chunks of a form, in which headers that aren't UTF-8 are read as GBK.
pub fn in_utf_8<S>(request: &HttpRequest, chunks: S) -> impl Stream<Item = Result<Bytes, PayloadError>> + use<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>>,
{
    let mut headers = boundary(request).map(Transcoder::new);
    let end = futures_util::stream::once(std::future::ready(None));
    chunks.map(Some).chain(end).map(move |chunk| match (chunk, &mut headers) {
        (Some(Ok(chunk)), Some(headers)) => Ok(headers.push(&chunk)),
        (None, Some(headers)) => Ok(headers.end()),
        (Some(chunk), _) => chunk,
        (None, None) => Ok(Bytes::new()),
    })
}

/// What stands between the fields.
fn boundary(request: &HttpRequest) -> Option<Vec<u8>> {
    let declared = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameter = declared.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    (!parameter.is_empty()).then(|| format!("--{parameter}").into_bytes())
}

/// Reads a form chunk by chunk.
struct Transcoder {
    delimiter: Vec<u8>,
    is_in_headers: bool,
    /// What was read and can't be passed on yet.
    held: Vec<u8>,
}

impl Transcoder {
    fn new(delimiter: Vec<u8>) -> Transcoder {
        Transcoder { delimiter, is_in_headers: false, held: Vec::new() }
    }

    fn push(&mut self, chunk: &[u8]) -> Bytes {
        self.held.extend_from_slice(chunk);
        let mut out = Vec::with_capacity(self.held.len());
        loop {
            let searched: &[u8] = if self.is_in_headers { END_OF_HEADERS } else { &self.delimiter };
            match find(&self.held, searched) {
                Some(at) => {
                    let piece: Vec<u8> = self.held.drain(..at + searched.len()).collect();
                    out.extend(if self.is_in_headers { transcoded(piece) } else { piece });
                    self.is_in_headers = !self.is_in_headers;
                }
                None if self.is_in_headers && self.held.len() <= HEADERS_BYTES_MAX => break,
                None => {
                    self.is_in_headers = false;
                    // What may be the beginning of what is searched for waits.
                    let passed = self.held.len().saturating_sub(self.delimiter.len() - 1);
                    out.extend(self.held.drain(..passed));
                    break;
                }
            }
        }
        out.into()
    }

    fn end(&mut self) -> Bytes {
        std::mem::take(&mut self.held).into()
    }
}

fn transcoded(headers: Vec<u8>) -> Vec<u8> {
    match std::str::from_utf8(&headers) {
        Ok(_) => headers,
        Err(_) => GBK.decode_without_bom_handling(&headers).0.into_owned().into_bytes(),
    }
}

/// Where something stands for the first time; it begins with a byte that is rare.
fn find(bytes: &[u8], searched: &[u8]) -> Option<usize> {
    let first = searched.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| byte == first) {
        if bytes[from + at..].starts_with(searched) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(filename: &[u8]) -> Vec<u8> {
        let head = b"--x\r\nContent-Disposition: form-data; name=\"workbook\"; filename=\"";
        let content = b"\"\r\n\r\nPK \xc8\xfd -- \r\n\r\n -\r\n--x--\r\n";
        [head.as_slice(), filename, content].concat()
    }

    #[test]
    fn names_become_utf_8_however_the_form_is_cut_and_contents_stay() {
        let name = "2007年\u{8aa0}.xlsx";
        let gbk = GBK.encode(name).0.into_owned();
        let expected = form(name.as_bytes());
        for sent in [form(&gbk), expected.clone()] {
            for size in 1..sent.len() {
                let mut transcoder = Transcoder::new(b"--x".to_vec());
                let mut got: Vec<u8> = sent.chunks(size).flat_map(|chunk| transcoder.push(chunk)).collect();
                got.extend(transcoder.end());
                assert_eq!(got, expected, "{size}");
            }
        }
    }
}
