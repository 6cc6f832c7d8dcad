//! Tells what a file is that is no workbook, by its first bytes, its length and its name: so that people are told what they sent.
//!
//! Nothing is read by what is told here; a file that is wrongly told is refused all the same.

use std::io::Cursor;

use encoding_rs::{GBK, UTF_8};
use zip::ZipArchive;

/// What a file is that holds no workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter)]
pub enum FileKind {
    /// A web page, often named .xls by the system that exported it.
    WebPage,
    /// A web page with its pictures in one file (.mht).
    WebArchive,
    /// An XML spreadsheet of Excel 2003.
    Xml2003,
    /// A flat OpenDocument file (.fods).
    FlatOds,
    /// Some other XML.
    Xml,
    /// Values between commas or tabs.
    Csv,
    /// Text in UTF-16, as Excel exports it between tabs.
    Utf16Text,
    /// Some other text.
    Text,
    /// A path or file name in the place of the file.
    FileName,
    /// A workbook as text in Base64.
    Base64,
    /// JSON.
    Json,
    /// A picture.
    Picture,
    /// A PDF.
    Pdf,
    /// The file in which a program notes that somebody has a workbook open (`~$…`).
    LockFile,
    /// A file that a company's encryption agent has sealed.
    Sealed,
    /// A zip with workbooks in it.
    ZipOfWorkbooks,
    /// Some other zip.
    Zip,
    /// Another archive or a compressed file: RAR, 7z, gzip.
    Archive,
    /// A document or presentation of an office program.
    OfficeDocument,
    /// A spreadsheet of Apple Numbers.
    Numbers,
    /// A workbook of a kind that is not taken here: .xls, .xlsb or .ods.
    OtherWorkbook,
    /// A workbook of Excel 4 or before, or one that a program wrote in its manner.
    Excel4,
    /// A table of dBase (.dbf) or a SYLK file.
    OldTable,
    /// A workbook out of which the sender took line ends and zeros, as `curl -d @file` does.
    Stripped,
    /// Nothing but zeros.
    Zeros,
    /// A workbook without a sheet of cells.
    NoCells,
    /// Nothing that is known.
    Unknown,
}

/// So much of a file is looked at.
const HEAD_BYTES: usize = 4096;
/// A lock file's length, whoever writes it.
const LOCK_FILE_BYTES: std::ops::RangeInclusive<usize> = 55..=400;
/// What a lock file has for the length of a user's name and the name, before it stands once more in UTF-16.
const LOCK_NAME_BYTES_MAX: u8 = 54;
/// A path that stands where a file should be is no longer than this.
const PATH_BYTES_MAX: usize = 300;
/// From this length on, a package without a zero or a line end has lost them.
const STRIPPED_FROM_BYTES: usize = 512;

/// Tells what a file is that is no workbook.
#[must_use]
pub fn recognise(bytes: &[u8], filename: Option<&str>) -> FileKind {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    of_lock_file(bytes, filename)
        .or_else(|| of_signature(head))
        .or_else(|| if bytes.starts_with(b"PK") { Some(of_zip(bytes)) } else { None })
        .or_else(|| of_text(bytes, head))
        .unwrap_or(FileKind::Unknown)
}

fn of_lock_file(bytes: &[u8], filename: Option<&str>) -> Option<FileKind> {
    let is_named = filename.is_some_and(|name| name.starts_with("~$") || name.starts_with(".~lock."));
    let is_short = LOCK_FILE_BYTES.contains(&bytes.len());
    let length = bytes.first().copied().filter(|length| (1..=LOCK_NAME_BYTES_MAX).contains(length));
    let padded = |length: u8| {
        let padding = bytes.get(1 + usize::from(length)..usize::from(LOCK_NAME_BYTES_MAX));
        padding.is_some_and(|padding| padding.iter().all(|byte| *byte == b' ' || *byte == 0))
    };
    (is_named && bytes.len() <= *LOCK_FILE_BYTES.end() || is_short && length.is_some_and(padded))
        .then_some(FileKind::LockFile)
}

/// What the first bytes say, one after the other.
const SIGNATURES: &[(&[u8], FileKind)] = &[
    (b"%PDF", FileKind::Pdf),
    (b"\x89PNG", FileKind::Picture),
    (b"\xff\xd8\xff", FileKind::Picture),
    (b"GIF8", FileKind::Picture),
    (b"BM", FileKind::Picture),
    (b"II*\0", FileKind::Picture),
    (b"MM\0*", FileKind::Picture),
    (b"%TSD-Header", FileKind::Sealed),
    (b"E-SafeNet", FileKind::Sealed),
    (b"b\x14#e", FileKind::Sealed),
    (b"Rar!", FileKind::Archive),
    (b"7z\xbc\xaf\x27\x1c", FileKind::Archive),
    (b"\x1f\x8b", FileKind::Archive),
    (b"BZh", FileKind::Archive),
    (b"\xfd7zXZ", FileKind::Archive),
    (b"\x28\xb5\x2f\xfd", FileKind::Archive),
    (b"\x09\x00\x04\x00", FileKind::Excel4),
    (b"\x09\x02\x06\x00", FileKind::Excel4),
    (b"\x09\x04\x06\x00", FileKind::Excel4),
    (b"\x09\x08\x08\x00", FileKind::Excel4),
    (b"\x09\x08\x10\x00", FileKind::Excel4),
    (b"ID;P", FileKind::OldTable),
    (b"\x03", FileKind::OldTable),
    (b"\x30\x00", FileKind::OldTable),
    (b"\xff\xfe", FileKind::Utf16Text),
    (b"\xfe\xff", FileKind::Utf16Text),
    (b"MIME-Version:", FileKind::WebArchive),
    (b"From: <Saved by", FileKind::WebArchive),
];

fn of_signature(head: &[u8]) -> Option<FileKind> {
    if !head.is_empty() && head.iter().all(|byte| *byte == 0) {
        return Some(FileKind::Zeros);
    }
    // A few letters may begin a text too: only what isn't one goes by them.
    let is_text = !head.contains(&0) && head.iter().filter(|byte| byte.is_ascii_control()).count() <= head.len() / 8;
    let told = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature))?;
    (told.0.len() > 2 || !is_text || matches!(told.1, FileKind::Utf16Text)).then_some(told.1)
}

fn of_zip(bytes: &[u8]) -> FileKind {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if bytes.len() >= STRIPPED_FROM_BYTES && !head.contains(&0) && !head.contains(&b'\n') {
        return FileKind::Stripped;
    }
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else { return FileKind::Zip };
    let names: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(|name| name.replace('\\', "/").to_lowercase()).collect();
    let any = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
    const WORKBOOKS: [&str; 6] = [".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"];
    if any(&|name| name.starts_with("word/") || name.starts_with("ppt/") || name == "mimetype") {
        FileKind::OfficeDocument
    } else if any(&|name| name.ends_with(".iwa")) {
        FileKind::Numbers
    } else if any(&|name| WORKBOOKS.iter().any(|extension| name.ends_with(extension))) {
        FileKind::ZipOfWorkbooks
    } else {
        FileKind::Zip
    }
}

/// What a text is; none for what isn't a text in UTF-8, UTF-16 or GBK.
fn of_text(bytes: &[u8], head: &[u8]) -> Option<FileKind> {
    if is_utf_16(head) {
        return Some(FileKind::Utf16Text);
    }
    if head.is_empty() || head.contains(&0) {
        return None;
    }
    let text = decoded(head)?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.to_lowercase();
    let is_short = bytes.len() <= PATH_BYTES_MAX && text.trim_end().lines().count() == 1;
    Some(if lower.starts_with('<') {
        of_markup(&lower)
    } else if is_short && ends_as_workbook(&lower) {
        FileKind::FileName
    } else if text.starts_with("UEsDB") || text.starts_with("0M8R4KG") || lower.starts_with("data:") {
        FileKind::Base64
    } else if text.starts_with(['{', '[']) {
        FileKind::Json
    } else if has_columns(text) {
        FileKind::Csv
    } else {
        FileKind::Text
    })
}

/// The beginning of a text; a character that is cut at its end is left out.
fn decoded(head: &[u8]) -> Option<String> {
    const CUT_BYTES_MAX: usize = 3;
    let pieces = (0..=CUT_BYTES_MAX.min(head.len())).map(|cut| &head[..head.len() - cut]);
    let mut texts = pieces.flat_map(|piece| {
        [UTF_8, GBK].map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(piece))
    });
    let text = texts.find_map(|text| text)?.into_owned();
    let controls = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    (controls * 20 <= text.chars().count()).then_some(text)
}

/// Whether every other byte of a beginning is a zero or the high byte of a Chinese character, as in UTF-16 without a mark.
fn is_utf_16(head: &[u8]) -> bool {
    let pairs = head.as_chunks::<2>().0;
    let text = |high: usize| {
        let plausible = pairs.iter().filter(|pair| {
            let (high, low) = (pair[high], pair[1 - high]);
            high == 0 && (low >= b' ' || matches!(low, b'\t' | b'\r' | b'\n')) || (0x4e..=0x9f).contains(&high)
        });
        plausible.count() * 10 >= pairs.len() * 9
    };
    let has_ascii = |high: usize| pairs.iter().any(|pair| pair[high] == 0 && matches!(pair[1 - high], b'\t' | b','));
    pairs.len() >= 8 && (text(1) && has_ascii(1) || text(0) && has_ascii(0))
}

fn of_markup(lower: &str) -> FileKind {
    let has = |text: &str| lower.contains(text);
    if has("<html") || lower.starts_with("<!doctype html") || has("<table") && !has("<?xml") {
        FileKind::WebPage
    } else if has("urn:schemas-microsoft-com:office:spreadsheet") || has("progid=\"excel.sheet\"") {
        FileKind::Xml2003
    } else if has("<office:document") {
        FileKind::FlatOds
    } else if has("<table") || has("<body") || has("<div") {
        FileKind::WebPage
    } else {
        FileKind::Xml
    }
}

fn ends_as_workbook(lower: &str) -> bool {
    const ENDS: [&str; 7] = [".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv"];
    ENDS.iter().any(|end| lower.trim_end().trim_end_matches(['"', '\'']).ends_with(end))
}

/// Whether the first lines have the same separator, more than none.
fn has_columns(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
    [',', '\t', ';', '|', '，'].iter().any(|separator| {
        let counts: Vec<usize> = lines.iter().map(|line| line.matches(*separator).count()).collect();
        counts.first().is_some_and(|first| *first > 0)
            && counts.iter().filter(|count| **count > 0).count() * 2 > counts.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn files_are_told_by_what_is_in_them() {
        let gbk = GBK.encode("经销商编号,经销商名称\r\nD001,涪陵\r\n").0.into_owned();
        let told: [(&[u8], FileKind); 19] = [
            (b"<html><body><table><tr><td>1</td></tr></table></body></html>", FileKind::WebPage),
            (b"\xef\xbb\xbf\r\n<!DOCTYPE html><head>", FileKind::WebPage),
            (b"<table border=1><tr>", FileKind::WebPage),
            (b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook>", FileKind::Xml2003),
            (b"<?xml version=\"1.0\"?><office:document xmlns:office=\"o\">", FileKind::FlatOds),
            (b"<?xml version=\"1.0\"?><orders/>", FileKind::Xml),
            (&gbk, FileKind::Csv),
            ("编号;名称\nD001;涪陵".as_bytes(), FileKind::Csv),
            (b"%PDF-1.7\n", FileKind::Pdf),
            (b"\x89PNG\r\n\x1a\n\0\0", FileKind::Picture),
            (b"%TSD-Header-###%\0\x01\x02", FileKind::Sealed),
            (b"Rar!\x1a\x07\x01\0", FileKind::Archive),
            (b"\x1f\x8b\x08\0\0\0\0\0", FileKind::Archive),
            (b"UEsDBBQAAAAIAAAAIQ", FileKind::Base64),
            (b"C:\\data\\2007.xlsx", FileKind::FileName),
            (b"{\"dealers\": []}", FileKind::Json),
            (b"dear all", FileKind::Text),
            (&[0; 100], FileKind::Zeros),
            (b"\x07\x9c\xf1\x00\xfe\x11\x80\x93\x00\x01", FileKind::Unknown),
        ];
        for (bytes, kind) in told {
            assert_eq!(recognise(bytes, None), kind, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn utf_16_is_told_with_a_mark_and_without() {
        let text = "经销商编号\t名称\r\nD001\t涪陵丰禾农资经营部\r\n";
        assert_eq!(recognise(&[b"\xff\xfe".to_vec(), utf_16(text)].concat(), None), FileKind::Utf16Text);
        assert_eq!(recognise(&utf_16(text), None), FileKind::Utf16Text);
    }

    #[test]
    fn a_lock_file_is_told_by_its_content_or_its_name() {
        let mut lock = vec![6];
        lock.extend_from_slice(b"admin ");
        lock.resize(54, b' ');
        lock.extend_from_slice(b"\x06\0a\0d\0m\0i\0n\0 \0");
        lock.resize(165, b' ');
        assert_eq!(recognise(&lock, None), FileKind::LockFile);
        assert_eq!(recognise(b",admin,host,01.01.2008 08:00;", Some(".~lock.考核.xlsx#")), FileKind::LockFile);
        assert_eq!(recognise(&b"abc,def\n".repeat(20), None), FileKind::Csv);
    }

    #[test]
    fn a_package_without_zeros_and_line_ends_was_stripped() {
        let stripped = [b"PK\x03\x04\x14\x08\x08".to_vec(), vec![b'x'; 600]].concat();
        assert_eq!(recognise(&stripped, None), FileKind::Stripped);
    }
}
