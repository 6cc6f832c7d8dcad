//! File names as users know them, in headers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use crate::service::filename::{clean, of_words};

/// All that RFC 5987 doesn't allow as it is in an extended value.
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// `Content-Disposition` of a download: the true name for all clients of today, and a plain one for the others.
pub fn content_disposition(name: &str, run: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let extension =
        ["xlsm", "zip", "csv"].into_iter().find(|known| lower.ends_with(&format!(".{known}"))).unwrap_or("xlsx");
    let extended = utf8_percent_encode(name, EXTENDED);
    format!("attachment; filename=\"dealerbook-{run}.{extension}\"; filename*=UTF-8''{extended}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_name_is_sent_in_full_with_a_plain_one_beside_it() {
        assert_eq!(
            content_disposition("考核 1.xlsm", "42"),
            "attachment; filename=\"dealerbook-42.xlsm\"; filename*=UTF-8''%E8%80%83%E6%A0%B8%201.xlsm"
        );
    }
}
