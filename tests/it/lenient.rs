//! Workbooks that a strict reader refuses whole for what carries no data: they come to the same figures. And files that are no workbook:
//! each is told for what it is.

use std::io::{Cursor, Read, Write};

use regex::Regex;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::builder::{Book, VISITS, row};
use crate::fidelity::with_parts;
use crate::harness::{TestApp, problem, sample, send};

const SHEET: &str = "xl/worksheets/sheet2.xml";

/// The sample with one part changed.
fn changed(part: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    with_parts(&sample(), |name, text| if name == part { change(&text) } else { text }, &[])
}

fn replaced(part: &str, pattern: &str, by: &str) -> Vec<u8> {
    let pattern = Regex::new(pattern).expect("a pattern");
    changed(part, |text| {
        assert!(pattern.is_match(text), "{pattern} is in {part}");
        pattern.replace_all(text, by).into_owned()
    })
}

async fn results(app: &TestApp, what: &str, upload: Vec<u8>) -> Value {
    let answer = app.post_run_for_json("", upload).await;
    let status = answer.status();
    let mut result: Value = answer.json().await.expect("JSON");
    assert_eq!(status, 200, "{what}: {result}");
    result["results"].take()
}

/// That uploads come to the figures of the sample, and to a workbook.
async fn assert_same(app: &TestApp, uploads: Vec<(&str, Vec<u8>)>) {
    let expected = results(app, "the sample", sample()).await;
    for (what, upload) in uploads {
        assert!(results(app, what, upload.clone()).await == expected, "{what}: other figures");
        assert_eq!(app.post_run("", upload).await.status(), 200, "{what}");
    }
}

#[actix_web::test]
async fn hints_of_a_sheets_size_are_no_data() {
    let app = TestApp::spawn().await;
    let hints = ["1:4", "$A$1:$R$10", "A:R", "", "A1:B2:C3", "R10:A1", "A1:XFD1048576", "x"];
    let with =
        |hint| ("a hint", replaced(SHEET, "<dimension ref=\"[^\"]*\"/>", &format!("<dimension ref=\"{hint}\"/>")));
    let mut uploads: Vec<_> = hints.into_iter().map(with).collect();
    uploads.push(("a hint that says nothing", replaced(SHEET, "<dimension [^>]*>", "<dimension/>")));
    uploads.push(("spans", replaced(SHEET, "<row ", "<row spans=\"9:1\" ")));
    assert_same(&app, uploads).await;
}

#[actix_web::test]
async fn states_and_kinds_of_sheets_without_cells_are_no_data() {
    let app = TestApp::spawn().await;
    let state = |state: &str| replaced("xl/workbook.xml", "state=\"visible\"", &format!("state=\"{state}\""));
    let listed = "<sheet name=\"宏1\" sheetId=\"11\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"rIdM\"/>\
                  <sheet name=\"模块1\" sheetId=\"12\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"\"/></sheets>";
    let rel = "<Relationship Id=\"rIdM\" Type=\"http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet\" Target=\"macrosheets/sheet1.xml\"/></Relationships>";
    let macros = with_parts(
        &sample(),
        |name, text| match name {
            "xl/workbook.xml" => text.replace("</sheets>", listed),
            "xl/_rels/workbook.xml.rels" => text.replace("</Relationships>", rel),
            _ => text,
        },
        &[],
    );
    let uploads = vec![("show", state("show")), ("no state", state("")), ("macro sheets without parts", macros)];
    assert_same(&app, uploads).await;
}

#[actix_web::test]
async fn cells_are_read_however_they_are_written() {
    let app = TestApp::spawn().await;
    let uploads = vec![
        ("letters alone", replaced(SHEET, "<c r=\"([A-Z]+)\\d+\"", "<c r=\"$1\"")),
        ("absolute references", replaced(SHEET, "<c r=\"([A-Z]+)(\\d+)\"", "<c r=\"$$$1$$$2\"")),
        ("an unknown type", replaced(SHEET, " t=\"n\"", " t=\"number\"")),
        ("an element of a later version", replaced(SHEET, "</v></c>", "</v><extLst><ext><v>9</v></ext></extLst></c>")),
        (
            "columns alone in a shared formula",
            replaced(SHEET, "(<c r=\"H3\"[^>]*>)<v>", "$1<f t=\"shared\" ref=\"H:H\" si=\"0\">1+1</f><v>"),
        ),
        (
            "strings under another name",
            moved("xl/sharedStrings.xml", "xl/strings.xml", "sharedStrings.xml", "strings.xml"),
        ),
    ];
    assert_same(&app, uploads).await;
}

/// The sample with a part under another name.
fn moved(from: &str, to: &str, old: &str, new: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(sample())).expect("a workbook");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let (name, mut text) = (entry.name().expect("a name").into_owned(), String::new());
        entry.read_to_string(&mut text).expect("text");
        let name = if name == from { to.to_owned() } else { name };
        out.start_file(&*name, SimpleFileOptions::default()).expect("starts");
        out.write_all(text.replace(old, new).as_bytes()).expect("writes");
    }
    out.finish().expect("finishes").into_inner()
}

#[actix_web::test]
async fn carriage_returns_behind_texts_are_white_space() {
    let app = TestApp::spawn().await;
    let behind = |text: &str| ("a carriage return", replaced("xl/sharedStrings.xml", "</t>", &format!("{text}</t>")));
    assert_same(&app, vec![behind("_x000D_"), behind("_x000D_\n")]).await;
}

#[actix_web::test]
async fn an_error_value_of_a_later_excel_is_a_fault_at_its_cell() {
    let app = TestApp::spawn().await;
    let upload = replaced(SHEET, "<c r=\"H4\"( s=\"\\d+\")?[^>]*>.*?</c>", "<c r=\"H4\" t=\"e\"><v>#SPILL!</v></c>");
    let answer = app.post_run_for_json("", upload).await;
    assert_eq!(answer.status(), 422);
    let result: Value = answer.json().await.expect("a result");
    assert_eq!((&result["issues"][0]["code"], &result["issues"][0]["cell"]), (&"cell-error".into(), &"H4".into()));
}

#[actix_web::test]
async fn what_is_not_certain_is_refused_with_its_part_in_the_language_asked_for() {
    let app = TestApp::spawn().await;
    for (what, upload, words) in [
        ("a row", replaced(SHEET, "<row r=\"4\"", "<row r=\"four\""), ["four", "行号"]),
        ("a cell", replaced(SHEET, "<c r=\"H4\"", "<c r=\"H-4\""), ["H-4", "单元格引用"]),
    ] {
        let document = problem(app.post_run("?lang=zh", upload).await, 400, "unreadable").await;
        let detail = document["detail"].as_str().expect("a detail");
        assert!(detail.contains(SHEET) && words.iter().all(|word| detail.contains(word)), "{what}: {detail}");
    }
}

#[actix_web::test]
async fn a_part_that_does_not_fit_its_checksum_is_refused_and_named() {
    let app = TestApp::spawn().await;
    let stored = |name: &str| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut from = zip::ZipArchive::new(Cursor::new(sample())).expect("a workbook");
        for index in 0..from.len() {
            let mut entry = from.by_index(index).expect("an entry");
            let (part, mut content) = (entry.name().expect("a name").into_owned(), Vec::new());
            entry.read_to_end(&mut content).expect("reads");
            zip.start_file(&*part, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
                .expect("starts");
            zip.write_all(&content).expect("writes");
        }
        let mut bytes = zip.finish().expect("finishes").into_inner();
        // A byte in the middle of the part's content.
        let at = bytes.windows(name.len()).position(|window| window == name.as_bytes()).expect("the part") + name.len();
        bytes[at + 400] ^= 1;
        bytes
    };
    // One that is read, and one that is only copied.
    for part in [SHEET, "xl/theme/theme1.xml"] {
        let document = problem(app.post_run("?lang=en", stored(part)).await, 400, "unreadable").await;
        let detail = document["detail"].as_str().expect("a detail");
        assert!(detail.contains(part) && detail.contains("checksum"), "{detail}");
    }
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn parts_that_share_bytes_are_refused() {
    let app = TestApp::spawn().await;
    let mut bytes =
        Book::visits().with("xl/media/image1.bin", vec![7; 3000]).with("xl/media/image2.bin", b"x").stored();
    let record = |bytes: &[u8], name: &str| {
        let starts = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02"));
        starts.into_iter().find(|at| bytes[at + 46..].starts_with(name.as_bytes())).expect("the record")
    };
    let (first, second) = (record(&bytes, "xl/media/image1.bin"), record(&bytes, "xl/media/image2.bin"));
    // The second entry's record says what the first one's does, but for the name: checksum, sizes and place.
    for range in [16..28, 42..46] {
        let told = bytes[first + range.start..first + range.end].to_vec();
        bytes[second + range.start..second + range.end].copy_from_slice(&told);
    }
    problem(app.post_run("", bytes).await, 400, "unreadable").await;
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn rules_and_notes_go_behind_merged_cells_that_stand_last() {
    let app = TestApp::spawn().await;
    let faulty =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/workbooks/rejected/faulty-small.xlsx")).expect("reads");
    let margins = Regex::new("<pageMargins[^>]*>|<pageSetup[^>]*>|<mergeCells.*?</mergeCells>").expect("a pattern");
    let merges = "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:D1\"/></mergeCells>";
    let filter = "</sheetData><phoneticPr fontId=\"0\"/>";
    for (what, last) in [("merges", merges), ("phonetics", filter), ("nothing", "</sheetData>")] {
        let change = |name: &str, text: String| match name.contains("worksheets/") {
            true => margins.replace_all(&text, "").replace("</sheetData>", last),
            false => text,
        };
        let answer = app.post_run("", with_parts(&faulty, change, &[])).await;
        assert_eq!(answer.status(), 422, "{what}");
        // `send` has looked at the answer's order; that there is something to be in order, this shows.
        let text = crate::harness::texts(&answer.bytes().await.expect("a workbook"));
        assert!(text.contains("<conditionalFormatting ") && text.contains("<legacyDrawing "), "{what}");
    }
}

#[actix_web::test]
async fn what_is_no_workbook_is_told_as_what_it_is() {
    let app = TestApp::spawn().await;
    let gbk = encoding_rs::GBK.encode("经销商编号,经销商名称\r\nD001,涪陵丰禾\r\n").0.into_owned();
    let utf_16: Vec<u8> = "\u{feff}编号\t名称\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let lock = [b"\x06admin ".to_vec(), vec![b' '; 47], b"\x06\0a\0d\0m\0i\0n\0".to_vec(), vec![b' '; 90]].concat();
    let several = {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["一.xlsx", "二.xlsx"] {
            zip.start_file(name, SimpleFileOptions::default()).expect("starts");
            zip.write_all(&sample()).expect("writes");
        }
        zip.finish().expect("finishes").into_inner()
    };
    let stripped: Vec<u8> = sample().into_iter().filter(|byte| !matches!(byte, 0 | b'\r' | b'\n')).collect();
    for (upload, words) in [
        (b"<html><body><table><tr><td>D001</td></tr></table></body></html>".to_vec(), "网页"),
        (gbk, "CSV"),
        (utf_16, "UTF-16"),
        (lock, "~$"),
        (b"%TSD-Header-###%\0\x01\x02\x03".to_vec(), "加密"),
        (b"%PDF-1.7\n".to_vec(), "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0".to_vec(), "图片"),
        (b"UEsDBBQABgAIAAAAIQ==".to_vec(), "Base64"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec(), "gzip"),
        (b"2007.xlsx".to_vec(), "@"),
        (several, "/v1/batches"),
        (stripped, "--data-binary"),
    ] {
        let document = problem(app.post_run("", upload).await, 415, "not-a-workbook").await;
        let said = format!("{}{}", document["detail"].as_str().unwrap(), document["remedy"].as_str().unwrap());
        assert!(said.contains(words), "{words}: {said}");
    }
    let default = cfb::CompoundFile::create(Cursor::new(Vec::new()));
    let mut default = default.expect("a compound file");
    default.create_stream("EncryptedPackage").expect("a stream");
    let document = problem(app.post_run("", default.into_inner().into_inner()).await, 415, "encrypted").await;
    assert!(document["detail"].as_str().unwrap().contains("默认密码"), "{document}");
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn the_one_file_of_a_form_is_the_workbook_whatever_its_field_is_called() {
    let app = TestApp::spawn().await;
    let file = || Part::bytes(sample()).file_name("考核.xlsx");
    for name in ["file", "Workbook", "workbooks"] {
        assert_eq!(app.post_form(Form::new().part(name, file())).await.status(), 200, "{name}");
    }
    let two = Form::new().part("file", file()).part("upload", file());
    let document = problem(app.post_form(two).await, 400, "missing-workbook").await;
    let detail = document["detail"].as_str().expect("a detail");
    assert!(detail.contains("file") && detail.contains("upload") && detail.contains("workbook"), "{detail}");
    problem(app.post_form(Form::new().text("lang", "zh")).await, 400, "missing-workbook").await;
    let beside = Form::new().part("workbook", file()).part("other", file());
    problem(app.post_form(beside).await, 400, "unknown-parameter").await;
    // What curl sends where the @ is missing.
    for name in ["workbook", "file"] {
        let document = problem(app.post_form(Form::new().text(name, "2007.xlsx")).await, 415, "not-a-workbook").await;
        assert!(document["remedy"].as_str().expect("a fix").contains('@'), "{document}");
    }
}

#[actix_web::test]
async fn a_forms_file_name_may_be_in_gbk() {
    let app = TestApp::spawn().await;
    let visits = Book::of(&[("客户维护", &(row(1, &VISITS) + &row(2, &["D001", "2007-03-05", "上门"])))]).zipped();
    let head = "--x\r\nContent-Disposition: form-data; name=\"workbook\"; filename=\"南通二〇〇七年誠.xlsx\"\r\n\r\n";
    let body = [&encoding_rs::GBK.encode(head).0, visits.as_slice(), b"\r\n--x--\r\n"].concat();
    let request = app.request("POST", "/v1/runs").header("Content-Type", "multipart/form-data; boundary=x");
    let answer = send(request.header("Accept", "application/json").body(body)).await;
    let result: Value = answer.json().await.expect("a result");
    assert_eq!(result["run"]["workbook"]["filename"], "南通二〇〇七年誠.xlsx");
}
