//! Uploads that mean harm, or are something else.

use super::*;
use crate::{FileKind, PackageError};

fn refused(bytes: &[u8], limits: &Limits) -> PackageError {
    match Package::open(bytes, limits) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

#[test]
fn other_kinds_of_files_are_named() {
    let none = Limits::default();
    assert!(matches!(refused(b"", &none), PackageError::NotZip { .. }));
    assert!(matches!(refused(b"PK\x03\x04rubbish", &none), PackageError::NotZip { .. }));
    let mut ole = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    assert!(matches!(refused(&ole, &none), PackageError::NotWorkbook(FileKind::OtherWorkbook)));
    ole.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(matches!(refused(&ole, &none), PackageError::Encrypted));
    assert!(matches!(refused(&zip_of(&[("content.xml", "<a/>")]), &none), PackageError::NotWorkbook { .. }));
    let binary = TYPES.replace("spreadsheetml.sheet.main+xml", "sheet.binary.macroEnabled.main");
    assert!(matches!(
        refused(&book(&sheet(""), &[("[Content_Types].xml", &binary)]), &none),
        PackageError::NotWorkbook { .. }
    ));
}

#[test]
fn bombs_are_refused() {
    let many = Limits { entries_max: 3, ..Limits::default() };
    assert!(matches!(refused(&book(&sheet(""), &[]), &many), PackageError::TooLarge { limit: "entries_max", max: 3 }));
    let large = Limits { inflated_bytes_max: 100, ..Limits::default() };
    assert!(matches!(
        refused(&book(&sheet(""), &[]), &large),
        PackageError::TooLarge { limit: "inflated_bytes_max", .. }
    ));
    let part = Limits { part_bytes_max: 100, ..Limits::default() };
    assert!(matches!(refused(&book(&sheet(""), &[]), &part), PackageError::TooLarge { limit: "part_bytes_max", .. }));
    let strings = Limits { shared_strings_bytes_max: 100, ..Limits::default() };
    assert!(matches!(
        refused(&book(&sheet(""), &[("xl/sharedStrings.xml", &"s".repeat(101))]), &strings),
        PackageError::TooLarge { limit: "shared_strings_bytes_max", max: 100 }
    ));
    let zeros = "0".repeat(4 << 20);
    let tight = Limits { ratio_max: 100, ..Limits::default() };
    assert!(matches!(
        refused(&book(&sheet(""), &[("x.xml", &zeros)]), &tight),
        PackageError::TooLarge { limit: "ratio_max", .. }
    ));
}

#[test]
fn a_part_that_lies_about_its_size_is_refused() {
    // The declared sizes say 1; the real one is what counts.
    let mut bytes = book(&sheet("<sheetData/>"), &[("xl/workbook.xml", &format!("{WORKBOOK}{}", " ".repeat(9 << 20)))]);
    let length = u32::try_from(WORKBOOK.len() + (9 << 20)).expect("fits").to_le_bytes();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == length {
            bytes[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
        }
    }
    let limits = Limits { part_bytes_max: 1 << 20, ..Limits::default() };
    refused(&bytes, &limits);
}

#[test]
fn document_types_and_utf_16_are_refused_with_a_reason() {
    for text in [
        "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet/>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><worksheet/>",
        "<\0?\0x\0",
    ] {
        let error = refused(&book(text, &[]), &Limits::default());
        assert!(
            matches!(&error, PackageError::Unreadable { part, .. } if part == "xl/worksheets/sheet1.xml"),
            "{error}"
        );
    }
}

#[test]
fn names_that_differ_in_case_alone_are_refused() {
    let error = refused(&book(&sheet(""), &[("xl/Workbook.xml", "<a/>")]), &Limits::default());
    assert!(matches!(error, PackageError::Unreadable { .. }));
}

#[test]
fn broken_sheets_are_errors_and_never_panics() {
    for text in [
        "",
        "<worksheet/>",
        "<worksheet>",
        "<worksheet><sheetData>",
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"",
        "<a></b>",
        "</a>",
        "&",
    ] {
        let input = book(text, &[]);
        let Ok(package) = Package::open(&input, &Limits::default()) else {
            continue;
        };
        let result =
            package.write(Edits { sheets: vec![edit_of("S", 3)], ..Edits::default() }, Cursor::new(Vec::new()));
        assert!(result.is_err(), "{text}");
    }
    let odd = sheet(
        "<sheetData><row r=\"0\"/><row r=\"x\"><c r=\"??\"/><c r=\"XFE1\"/></row><row r=\"99999999999\"/></sheetData>",
    );
    patch(&book(&odd, &[]), vec![edit_of("S", 3)]);
}

#[test]
fn a_part_that_would_fill_the_memory_is_refused() {
    let limits = Limits { part_bytes_max: 1 << 16, ratio_max: 100_000, ..Limits::default() };
    let text = "x".repeat(1 << 20);
    let inside = sheet(&format!("<sheetData><row r=\"2\"><c r=\"A2\" t=\"str\"><v>{text}</v></c></row></sheetData>"));
    let behind = sheet(&format!("<sheetData/><extLst>{text}</extLst>"));
    for text in [inside, behind] {
        let input = book(&text, &[]);
        let edits = Edits { sheets: vec![edit_of("S", 3)], ..Edits::default() };
        let written = Package::open(&input, &limits).and_then(|package| package.write(edits, Cursor::new(Vec::new())));
        assert!(matches!(written, Err(PackageError::TooLarge { limit: "part_bytes_max", .. })));
    }
    let many = sheet(&format!("<sheetData/><extLst>{}</extLst>", "<a/>".repeat(2_100_000)));
    let input = book(&many, &[]);
    let package = Package::open(&input, &Limits { ratio_max: 100_000, ..Limits::default() }).expect("opens");
    let result = package.write(Edits { sheets: vec![edit_of("S", 3)], ..Edits::default() }, Cursor::new(Vec::new()));
    assert!(matches!(result, Err(PackageError::TooLarge { .. })));
}

#[test]
fn styles_that_nothing_leads_to_are_left_alone() {
    let input = book(&sheet("<sheetData/>"), &[("xl/styles.xml", "<styleSheet/>")]);
    let (out, _) = patch(&input, vec![edit_of("S", 3)]);
    assert_eq!(part(&out, "xl/styles.xml"), "<styleSheet/>");
    assert!(part(&out, "xl/_rels/workbook.xml.rels").contains("styles1.xml"));
}

#[test]
fn two_sheets_of_the_same_name_are_not_written_into() {
    let twice = WORKBOOK.replace("</sheets>", "<sheet name=\"S\" sheetId=\"2\" r:id=\"rId1\"/></sheets>");
    let input = book(&sheet("<sheetData/>"), &[("xl/workbook.xml", &twice)]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    let result = package.write(Edits { sheets: vec![edit_of("S", 3)], ..Edits::default() }, Cursor::new(Vec::new()));
    let message = result.expect_err("is refused").to_string();
    assert!(message.contains("xl/workbook.xml") && message.contains("same name"), "{message}");
}

#[test]
fn a_sheet_whose_name_ends_with_an_apostrophe_is_not_written_into() {
    let named = WORKBOOK.replace("name=\"S\"", "name=\"S'\"");
    let input = book(&sheet("<sheetData/>"), &[("xl/workbook.xml", &named)]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    let edits = |sheet: &str| Edits { sheets: vec![edit_of(sheet, 3)], ..Edits::default() };
    let message = package.write(edits("S'"), Cursor::new(Vec::new())).expect_err("is refused").to_string();
    assert!(message.contains("S'") && message.contains("apostrophe"), "{message}");
    package.write(Edits::default(), Cursor::new(Vec::new())).expect("a sheet that is left alone does no harm");
}
