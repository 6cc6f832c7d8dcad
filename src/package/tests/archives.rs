//! Archives of workbooks: good ones, odd ones and those that mean harm.

use std::fs::File;
use std::io::{Cursor, Seek, SeekFrom, Write};

use zip::write::{FullFileOptions, SimpleFileOptions};
use zip::{CompressionMethod, ZipWriter};

use super::{book, sheet, zip_of};
use crate::archive::{ArchiveError, ArchiveLimits, Unpacked, WhyRefused, is_archive, unpack};

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("writes");
    file.seek(SeekFrom::Start(0)).expect("rewinds");
    file
}

/// Files by their paths.
type Files = Vec<(String, Vec<u8>)>;

/// The files that are handed on, and what was passed over.
fn opened(bytes: &[u8], limits: &ArchiveLimits) -> Result<(Files, Unpacked), ArchiveError> {
    let mut files = Vec::new();
    let unpacked = unpack(file_of(bytes), limits, |name, bytes| {
        let mut held = Vec::new();
        bytes.read_to_end(&mut held)?;
        files.push((name.to_owned(), held));
        Ok(())
    })?;
    Ok((files, unpacked))
}

fn names(bytes: &[u8]) -> Vec<String> {
    opened(bytes, &ArchiveLimits::default()).expect("opens").0.into_iter().map(|(name, _)| name).collect()
}

/// What is wrong, as `name code`; nothing may have been handed on.
fn refused(bytes: &[u8], limits: &ArchiveLimits) -> Vec<String> {
    let mut handed_on = 0;
    let result = unpack(file_of(bytes), limits, |_, _| {
        handed_on += 1;
        Ok(())
    });
    assert_eq!(handed_on, 0);
    match result.expect_err("is refused") {
        ArchiveError::Refused { faults, .. } => faults
            .into_iter()
            .map(|fault| format!("{} {}", fault.name.as_deref().unwrap_or("-"), fault.why.code()))
            .collect(),
        ArchiveError::NotZip { reason } => vec![format!("not zip: {reason}")],
        ArchiveError::Io(error) => panic!("{error}"),
    }
}

fn refused_of(entries: &[(&str, &str)]) -> Vec<String> {
    refused(&zip_of(entries), &ArchiveLimits::default())
}

/// Puts other bytes in the place of these, wherever they stand, from some place on.
fn replaced(bytes: &[u8], from: usize, old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut bytes = bytes.to_vec();
    let mut found = 0;
    for at in from..=bytes.len() - old.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
            found += 1;
        }
    }
    assert!(found > 0, "there is nothing to replace");
    bytes
}

/// Where the directory's line of an entry begins, by its number.
fn line(bytes: &[u8], number: usize) -> usize {
    let lines = bytes.windows(4).enumerate().filter(|(_, window)| *window == b"PK\x01\x02");
    lines.map(|(at, _)| at).nth(number).expect("a line")
}

fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

#[test]
fn files_are_handed_on_in_their_order_and_the_rest_is_told() {
    let bytes = zip_of(&[
        ("华东/", ""),
        ("华东/b.xlsx", "two"),
        ("a.xlsx", "one"),
        ("__MACOSX/._a.xlsx", "x"),
        (".DS_Store", "x"),
        ("Thumbs.db", "x"),
        ("华东/~$b.xlsx", "x"),
        ("empty.xlsx", ""),
        ("readme.txt", "three"),
    ]);
    let (files, unpacked) = opened(&bytes, &ArchiveLimits::default()).expect("opens");
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert_eq!(files, [("华东/b.xlsx", &b"two"[..]), ("a.xlsx", b"one"), ("readme.txt", b"three")]);
    let skipped: Vec<String> =
        unpacked.skipped.iter().map(|skipped| format!("{} {}", skipped.name, skipped.why.code())).collect();
    assert_eq!(
        skipped,
        [
            "华东 folder",
            "__MACOSX/._a.xlsx system",
            ".DS_Store system",
            "Thumbs.db system",
            "华东/~$b.xlsx lock",
            "empty.xlsx empty"
        ]
    );
}

#[test]
fn a_workbook_is_no_archive_and_an_archive_of_workbooks_is_one() {
    let workbook = book(&sheet("<sheetData/>"), &[]);
    let archive_of = |bytes: &[u8]| is_archive(&mut Cursor::new(bytes)).expect("reads");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.xlsx", SimpleFileOptions::default()).expect("starts");
    zip.write_all(&workbook).expect("writes");
    let archive = zip.finish().expect("finishes").into_inner();
    assert!(archive_of(&archive));
    assert!(!archive_of(&workbook));
    assert!(!archive_of(&zip_of(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", "")
    ])));
    assert!(!archive_of(b"PK\x03\x04 and nothing more, though longer than its end would have to be"));
    assert!(!archive_of(b"a,b\n1,2\n"));
    assert!(!archive_of(b""));
    assert_eq!(names(&archive), ["a.xlsx"]);
}

#[test]
fn names_as_windows_writes_them_in_china_are_read() {
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let placeholder = "0123456789.xlsx";
    let name = gbk("华东考核表.xlsx");
    assert_eq!(name.len(), placeholder.len());
    let bytes = replaced(&zip_of(&[(placeholder, "x")]), 0, placeholder.as_bytes(), &name);
    assert_eq!(names(&bytes), ["华东考核表.xlsx"]);
}

#[test]
fn an_extra_field_with_the_name_in_utf_8_counts_more_than_the_name() {
    let placeholder = "0123.xlsx";
    let main = encoding_rs::GBK.encode("华东.xlsx").0.into_owned();
    let checksum = {
        let mut crc = flate2::Crc::new();
        crc.update(&main);
        crc.sum()
    };
    let mut field = vec![1];
    field.extend(checksum.to_le_bytes());
    field.extend("华东（补）.xlsx".as_bytes());
    let mut options = FullFileOptions::default();
    options.add_extra_field(0x7075, field, false).expect("an extra field");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(placeholder, options).expect("starts");
    zip.write_all(b"x").expect("writes");
    let bytes = zip.finish().expect("finishes").into_inner();
    assert_eq!(names(&replaced(&bytes, 0, placeholder.as_bytes(), &main)), ["华东（补）.xlsx"]);
}

#[test]
fn names_that_lead_out_are_refused_all_at_once() {
    assert_eq!(
        refused_of(&[("a.xlsx", "x"), ("../b.xlsx", "x"), ("C:/c.xlsx", "x"), ("/d.xlsx", "x"), ("f/..\\..\\e", "x")]),
        ["../b.xlsx bad-name", "C:/c.xlsx bad-name", "/d.xlsx bad-name", "f/..\\..\\e bad-name"]
    );
}

#[test]
fn too_much_is_refused_whichever_way() {
    let zeros = "0".repeat(3 << 20);
    let bytes = zip_of(&[("a.xlsx", &zeros), ("b.xlsx", "x"), ("c.xlsx", "x")]);
    let none = ArchiveLimits::default();
    assert_eq!(refused(&bytes, &none), ["a.xlsx too-dense"]);
    let none = ArchiveLimits { ratio_max: 100_000, ..none };
    assert_eq!(opened(&bytes, &none).expect("opens").0.len(), 3);
    let limits = ArchiveLimits { files_max: 2, file_bytes_max: 1 << 20, bytes_max: 2 << 20, ..none.clone() };
    assert_eq!(refused(&bytes, &limits), ["a.xlsx too-large", "- too-many-files", "- too-large-together"]);
    assert_eq!(refused(&bytes, &ArchiveLimits { entries_max: 2, ..none }), ["- too-many-entries"]);
}

#[test]
fn an_archive_in_the_archive_is_refused_by_name_and_by_what_it_is() {
    let inner = zip_of(&[("a.xlsx", "x")]);
    let outer = |name: &str, inner: &[u8]| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).expect("starts");
        zip.write_all(inner).expect("writes");
        zip.finish().expect("finishes").into_inner()
    };
    assert_eq!(refused_of(&[("a.ZIP", "x"), ("b.tar.gz", "x"), ("c.rar", "x")]).len(), 3);
    assert_eq!(refused(&outer("a.xlsx", &inner), &ArchiveLimits::default()), ["a.xlsx nested"]);
    // Broken ones are none: whoever opens them says so.
    assert_eq!(names(&outer("a.xlsx", &inner[..inner.len() - 4])), ["a.xlsx"]);
}

#[test]
fn encrypted_files_links_and_unknown_ways_of_packing_are_refused_all_at_once() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for name in ["a.xlsx", "b.xlsx"] {
        zip.start_file(name, stored).expect("starts");
        zip.write_all(b"x").expect("writes");
    }
    zip.add_symlink("c.xlsx", "/etc/passwd", stored).expect("a link");
    let bytes = zip.finish().expect("finishes").into_inner();
    let encrypted = with(&bytes, line(&bytes, 0) + 8, &1_u16.to_le_bytes());
    let bytes = with(&encrypted, line(&bytes, 1) + 10, &12_u16.to_le_bytes());
    assert_eq!(
        refused(&bytes, &ArchiveLimits::default()),
        ["a.xlsx encrypted", "b.xlsx compression", "c.xlsx special-file"]
    );
}

#[test]
fn the_same_name_twice_is_refused() {
    let bytes = zip_of(&[("a.xlsx", "x"), ("b.xlsx", "y")]);
    assert_eq!(refused(&replaced(&bytes, 0, b"b.xlsx", b"a.xlsx"), &ArchiveLimits::default()), ["- repeated"]);
    assert_eq!(refused_of(&[("f/a.xlsx", "x"), ("f\\a.xlsx", "y")]), ["f/a.xlsx repeated"]);
}

#[test]
fn entries_that_share_bytes_are_refused() {
    let bytes = zip_of(&[("a.xlsx", "one"), ("b.xlsx", "two")]);
    let second = line(&bytes, 1) + 42;
    assert_eq!(refused(&with(&bytes, second, &[0; 4]), &ArchiveLimits::default()), ["a.xlsx overlaps"]);
}

#[test]
fn a_file_that_is_larger_or_smaller_than_was_said_is_refused() {
    let text = "x".repeat(5000);
    let bytes = zip_of(&[("a.xlsx", &text), ("b.xlsx", "y")]);
    let said = |size: u32| with(&bytes, line(&bytes, 0) + 24, &size.to_le_bytes());
    assert_eq!(refused(&said(4999), &ArchiveLimits::default()), ["a.xlsx broken"]);
    assert_eq!(refused(&said(5001), &ArchiveLimits::default()), ["a.xlsx wrong-size"]);
    let reaches_too_far = with(&bytes, line(&bytes, 1) + 20, &100_000_u32.to_le_bytes());
    assert_eq!(refused(&reaches_too_far, &ArchiveLimits::default()), ["b.xlsx overlaps"]);
}

#[test]
fn truncated_and_broken_archives_are_refused() {
    let bytes = zip_of(&[("a.xlsx", "one two three four five six seven"), ("b.xlsx", "two")]);
    for length in (0..bytes.len()).step_by(7) {
        let told = refused(&bytes[..length], &ArchiveLimits::default());
        assert!(told[0].starts_with("not zip"), "{told:?}");
    }
    let appended = [&bytes[..], b"more"].concat();
    assert_eq!(refused(&appended, &ArchiveLimits::default()), ["not zip: something stands behind its end"]);
    let broken = with(&bytes, 40, b"\xff\xff\xff\xff");
    assert_eq!(refused(&broken, &ArchiveLimits::default()), ["a.xlsx broken"]);
    let checksum = with(&bytes, line(&bytes, 1) + 16, &[0; 4]);
    assert_eq!(refused(&checksum, &ArchiveLimits::default()), ["b.xlsx broken"]);
}

#[test]
fn a_directory_that_claims_more_than_there_is_is_refused_before_room_is_made_for_it() {
    let bytes = zip_of(&[("a.xlsx", "x")]);
    let end = bytes.len() - 22;
    let many = with(&with(&bytes, end + 8, &60_000_u16.to_le_bytes()), end + 10, &60_000_u16.to_le_bytes());
    assert_eq!(refused(&many, &ArchiveLimits::default()), ["- too-many-entries"]);
    let vast = with(&with(&bytes, end + 8, &[0xff; 2]), end + 10, &[0xff; 10]);
    assert_eq!(refused(&vast, &ArchiveLimits::default()), ["- too-vast"]);
}

#[test]
fn an_archive_without_a_file_to_work_on_is_refused() {
    assert_eq!(refused_of(&[]), ["- no-files"]);
    assert_eq!(refused_of(&[("华东/", ""), ("华东/.DS_Store", "x")]), ["- no-files"]);
}

#[test]
fn a_failure_to_keep_a_file_is_its_own_error() {
    let result = unpack(file_of(&zip_of(&[("a.xlsx", "x")])), &ArchiveLimits::default(), |_, _| {
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
    });
    assert!(matches!(result, Err(ArchiveError::Io(error)) if error.kind() == std::io::ErrorKind::StorageFull));
}

#[test]
fn every_reason_has_a_code_of_its_own() {
    use strum::IntoEnumIterator;
    let codes: std::collections::HashSet<&str> = WhyRefused::iter().map(|why| why.code()).collect();
    assert_eq!(codes.len(), WhyRefused::iter().count());
}
