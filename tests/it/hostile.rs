//! Uploads that mean harm, are broken, or are larger than anything sensible: each has its answer, and what is refused leaves nothing.

use std::io::{Cursor, Read};

use calamine::{Reader, Xlsx};
use dealerbook::config::Limits;
use serde_json::Value;

use crate::builder::{Book, VISITS, row};
use crate::harness::{Start, TestApp, problem, sample};

async fn refused(app: &TestApp, what: &str, upload: Vec<u8>, status: u16, code: &str) -> String {
    println!("{what}");
    let document = problem(app.post_run("?lang=en", upload).await, status, code).await;
    app.assert_nothing_stored().await;
    document["detail"].as_str().expect("a detail").to_owned()
}

/// The result of a run, with its status.
async fn checked(app: &TestApp, upload: Vec<u8>) -> (u16, Value) {
    let answer = app.post_run_for_json("", upload).await;
    (answer.status().as_u16(), answer.json().await.expect("a result"))
}

fn codes(result: &Value) -> Vec<&str> {
    result["issues"].as_array().expect("issues").iter().filter_map(|issue| issue["code"].as_str()).collect()
}

/// So many numbers in no order: text that can't be zipped to nothing.
fn noise(numbers: u32) -> String {
    (0..numbers).map(|n| n.wrapping_mul(2_654_435_761).to_string()).collect()
}

#[actix_web::test]
async fn what_is_no_workbook_or_only_a_piece_of_one_is_refused() {
    let app = TestApp::spawn().await;
    let whole = sample();
    refused(&app, "text", b"dealers,tonnes".to_vec(), 415, "not-a-workbook").await;
    let other = Book::visits().with("[Content_Types].xml", "<Types/>").with("_rels/.rels", "<Relationships/>");
    refused(&app, "another zip", other.zipped(), 415, "not-a-workbook").await;
    for bytes in [whole.len() / 2, whole.len() - 1, 4] {
        refused(&app, "truncated", whole[..bytes].to_vec(), 400, "unreadable").await;
    }
    let missing = Book::visits().changed("xl/workbook.xml", "rId1", "rId7");
    refused(&app, "a sheet without a part", missing.zipped(), 400, "unreadable").await;
    let cut = Book::visits().changed("xl/worksheets/sheet1.xml", "</sheetData></worksheet>", "");
    refused(&app, "a sheet that ends too soon", cut.zipped(), 400, "unreadable").await;
}

#[actix_web::test]
async fn encrypted_and_old_workbooks_are_told_apart() {
    let app = TestApp::spawn().await;
    let mut ole = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    ole.resize(4096, 0);
    refused(&app, "an old workbook that is broken", ole, 400, "unreadable").await;
    let mut package = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("a compound file");
    package.create_stream("EncryptedPackage").expect("a stream");
    refused(&app, "a password", package.into_inner().into_inner(), 415, "encrypted").await;
    let mut zip = Book::visits().zipped();
    // The flag of an encrypted entry, in the directory's first entry.
    let directory = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("the directory");
    zip[directory + 8] |= 1;
    refused(&app, "an encrypted entry", zip, 415, "encrypted").await;
}

/// Lowers one limit.
type Lower = fn(&mut Limits);

#[actix_web::test]
async fn every_limit_of_a_workbook_is_a_setting_that_its_refusal_names() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", noise(150_000));
    let bytes = Book::visits().with("xl/sharedStrings.xml", strings);
    let set: [(&str, Lower); 5] = [
        ("DEALERBOOK_ENTRIES_MAX", |limits| limits.workbook.entries_max = 3),
        ("DEALERBOOK_PART_BYTES_MAX", |limits| limits.workbook.part_bytes_max = 50),
        ("DEALERBOOK_SHARED_STRINGS_BYTES_MAX", |limits| limits.workbook.shared_strings_bytes_max = 1 << 20),
        ("DEALERBOOK_INFLATED_BYTES_MAX", |limits| limits.workbook.inflated_bytes_max = 1 << 20),
        ("DEALERBOOK_RATIO_MAX", |limits| limits.workbook.ratio_max = 1),
    ];
    for (setting, lower) in set {
        let app = Start::with(lower).spawn().await;
        let detail = refused(&app, setting, bytes.zipped(), 413, "workbook-too-large").await;
        assert!(detail.contains(setting), "{detail}");
    }
}

#[actix_web::test]
async fn bombs_are_refused_before_they_take_memory() {
    let lower = |limits: &mut Limits| (limits.workbook.part_bytes_max, limits.upload_bytes_max) = (1 << 20, 8 << 20);
    let app = Start::with(lower).spawn().await;
    let zeros = Book::visits().with("xl/media/image1.bin", vec![0; 8 << 20]);
    refused(&app, "a zip bomb", zeros.zipped(), 413, "workbook-too-large").await;
    let cell = format!("{}<row r=\"2\"><c t=\"str\"><v>{}</v></c></row>", row(1, &VISITS), noise(300_000));
    refused(&app, "one endless cell", Book::of(&[("客户维护", &cell)]).zipped(), 413, "workbook-too-large").await;
    let strings = "<sst uniqueCount=\"4294967295\"><si><t>x</t></si></sst>";
    let claim = Book::visits().with("xl/sharedStrings.xml", strings);
    let detail = refused(&app, "strings that are not there", claim.zipped(), 400, "unreadable").await;
    assert!(detail.contains("4294967295"), "{detail}");
}

#[actix_web::test]
async fn document_types_are_refused_in_every_part_that_is_read() {
    let app = TestApp::spawn().await;
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]>";
    for (part, root) in [
        ("[Content_Types].xml", "<Types"),
        ("_rels/.rels", "<Relationships"),
        ("xl/workbook.xml", "<workbook"),
        ("xl/_rels/workbook.xml.rels", "<Relationships"),
        ("xl/sharedStrings.xml", "<sst"),
        ("xl/worksheets/sheet1.xml", "<worksheet"),
    ] {
        let bomb = Book::visits().changed(part, root, &format!("{laughs}{root}"));
        let detail = refused(&app, part, bomb.zipped(), 400, "unreadable").await;
        assert!(detail.contains(part) && detail.contains("document type"), "{detail}");
    }
    let styles = Book::visits().changed("xl/styles.xml", "<styleSheet", &format!("{laughs}<styleSheet"));
    refused(&app, "xl/styles.xml", styles.zipped(), 400, "unpatchable").await;
}

#[actix_web::test]
async fn elements_that_nest_too_deeply_are_refused() {
    let app = Start::with(|limits| limits.workbook.ratio_max = 100_000).spawn().await;
    let deep = |count: usize| format!("{}{}", "<a>".repeat(count), "</a>".repeat(count));
    let workbook = Book::visits().changed("xl/workbook.xml", "<sheets>", &format!("{}<sheets>", deep(100_000)));
    let detail = refused(&app, "the workbook", workbook.zipped(), 400, "unreadable").await;
    assert!(detail.contains("nest too deeply"), "{detail}");
    let tail = format!("</sheetData>{}", deep(100_000));
    let behind = Book::visits().changed("xl/worksheets/sheet1.xml", "</sheetData>", &tail);
    refused(
        &app,
        "behind the rows",
        behind.changed("xl/worksheets/sheet1.xml", "D001", "").zipped(),
        400,
        "unpatchable",
    )
    .await;
}

#[actix_web::test]
async fn entries_of_one_name_and_names_that_lead_out_are_refused() {
    let app = TestApp::spawn().await;
    refused(
        &app,
        "two of a name but for case",
        Book::visits().with("XL/Workbook.xml", "x").zipped(),
        400,
        "unreadable",
    )
    .await;
    let mut twice = Book::visits().with("xl/workbook.xmL", "x").zipped();
    while let Some(at) = twice.windows(15).position(|bytes| bytes == b"xl/workbook.xmL") {
        twice[at + 14] = b'l';
    }
    refused(&app, "two of a name", twice, 400, "unreadable").await;
    for name in ["../../evil.txt", "xl/../../evil", "..\\evil", "C:\\evil.txt", "xl/a\nb.xml", &"x".repeat(5000)] {
        refused(&app, name, Book::visits().with(name, "x").zipped(), 400, "unreadable").await;
    }
}

#[actix_web::test]
async fn a_workbook_without_anything_to_read_is_answered_with_what_is_missing() {
    let app = TestApp::spawn().await;
    let strange = Book::of(&[("随便", &row(1, &["a", "b"]))]);
    let (status, result) = checked(&app, strange.zipped()).await;
    assert_eq!((status, codes(&result)), (422, vec!["missing-sheet", "extra-sheet"]));
    let (status, result) = checked(&app, Book::of(&[("客户维护", "")]).zipped()).await;
    assert_eq!((status, codes(&result)), (422, vec!["missing-label"; 3]), "an empty sheet");
    let (status, result) = checked(&app, Book::of(&[("客户维护", &row(1, &VISITS))]).zipped()).await;
    assert_eq!((status, codes(&result)), (200, vec![]), "only headers");
    let double = Book::of(&[("客户维护", &row(1, &VISITS)), ("visits", &row(1, &VISITS))]);
    let (status, result) = checked(&app, double.zipped()).await;
    assert_eq!((status, codes(&result)), (422, vec!["duplicate-sheet"]));
    for upload in [strange.zipped(), Book::of(&[("客户维护", "")]).zipped()] {
        let answer = app.post_run("", upload).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.bytes().await.expect("a body").starts_with(b"PK"), "they come back annotated");
    }
}

#[actix_web::test]
async fn a_formula_without_a_cached_value_is_a_fault_at_its_cell() {
    let app = TestApp::spawn().await;
    let formula = Book::visits().changed("xl/worksheets/sheet1.xml", "<t xml:space=\"preserve\">上门</t></is>", "");
    let formula =
        formula.changed("xl/worksheets/sheet1.xml", "<c t=\"inlineStr\"><is></c>", "<c><f>A2&amp;\"x\"</f></c>");
    let (status, result) = checked(&app, formula.zipped()).await;
    assert_eq!((status, codes(&result)[0]), (422, "uncached-formula"));
    assert_eq!(result["issues"][0]["cell"], "C2");
}

/// Rows up to the last that a sheet can have, most of them empty or not even there.
fn all_rows() -> String {
    let mut rows = row(1, &VISITS);
    rows.extend((2..1_048_576).step_by(16).map(|n| format!("<row r=\"{n}\"/>")));
    rows + &row(1_048_576, &["D001", "昨天", "上门"])
}

#[actix_web::test]
async fn the_last_row_that_a_sheet_can_have_is_read_and_marked() {
    let app = Start::with(|limits| limits.upload_bytes_max = 16 << 20).spawn().await;
    let upload = Book::of(&[("客户维护", &all_rows())]).zipped();
    let answer = app.post_run("", upload).await;
    assert_eq!(answer.status(), 422);
    let comments = text_of(&answer.bytes().await.expect("a workbook"), "xl/comments");
    assert!(comments.contains("ref=\"B1048576\""), "{comments}");
}

#[actix_web::test]
async fn all_columns_that_a_sheet_can_have_are_read() {
    let app = TestApp::spawn().await;
    let mut labels: Vec<String> = VISITS.iter().map(|label| (*label).to_owned()).collect();
    labels.extend((3..16_384).map(|n| format!("列{n}")));
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let rows = row(1, &labels) + &row(2, &["D001", "2007-03-05", "上门"]);
    let (status, result) = checked(&app, Book::of(&[("客户维护", &rows)]).zipped()).await;
    assert_eq!((status, &result["summary"]["warnings"]), (200, &(16_384 - 3).into()));
    let last = result["issues"].as_array().expect("issues").iter().find(|issue| issue["column"] == "XFD");
    assert_eq!(last.expect("the last column")["cell"], "XFD1");
}

/// Text as the samples spell it: all but ASCII as references to characters.
fn references(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
}

#[actix_web::test]
async fn a_name_of_as_many_characters_as_a_cell_takes_goes_through() {
    let app = Start::with(|limits| limits.upload_bytes_max = 4 << 20).spawn().await;
    let long = "名".repeat(32_767);
    let upload = crate::fidelity::with_parts(
        &sample(),
        |_, text| text.replacen(&references("涪陵丰禾农资经营部"), &long, 1),
        &[],
    );
    assert!(text_of(&upload, "xl/").contains(&long), "the sample has that name");
    let (status, result) = checked(&app, upload.clone()).await;
    assert_eq!(status, 200);
    let dealers = result["results"]["assessment"]["dealers"].as_array().expect("dealers").clone();
    assert!(dealers.iter().any(|dealer| dealer["name"] == long.as_str()));
    let answer = app.post_run("", upload).await.bytes().await.expect("a workbook");
    let again = app.post_run("", answer.to_vec()).await;
    assert_eq!(again.status(), 200, "and the answer can be read again");
}

/// The text of all parts whose name begins so.
fn text_of(workbook: &[u8], prefix: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).expect("opens");
    let mut text = String::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        if entry.name().expect("a name").starts_with(prefix) {
            entry.read_to_string(&mut text).expect("text");
        }
    }
    text
}

/// What a spreadsheet program could take for a formula, were it one.
const POISON: [&str; 5] = [
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\tcmd|' /C calc'!A0",
];

/// The cells of a workbook that hold the text, with whether each is a formula.
fn cells_with(workbook: &[u8], text: &str) -> Vec<(String, bool)> {
    let mut book = Xlsx::new(Cursor::new(workbook)).expect("opens");
    let mut cells = Vec::new();
    for name in book.sheet_names() {
        let values = book.worksheet_range(&name).expect("cells");
        let formulas = book.worksheet_formula(&name).expect("formulas");
        let start = values.start().unwrap_or_default();
        for (row, column, value) in values.used_cells() {
            let at = (row as u32 + start.0, column as u32 + start.1);
            if value.to_string().contains(text) {
                let formula = formulas.get_value(at).is_some_and(|formula| !formula.is_empty());
                cells.push((name.clone(), formula));
            }
        }
    }
    cells
}

#[actix_web::test]
async fn text_that_looks_like_a_formula_stays_text_everywhere() {
    let app = TestApp::spawn().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks");
    let good = sample();
    let faulty = std::fs::read(folder.join("rejected/faulty-small.xlsx")).expect("reads");
    // Names, regions, notes and who prepared it; and values that are faults, so that messages repeat them.
    let swaps = ["涪陵丰禾农资经营部", "岳阳", "未参加春耕推广会", "渠道管理部", "12a"];
    for (upload, query) in [(&good, ""), (&good, "&mark=style"), (&faulty, ""), (&faulty, "&mark=style&lang=en")] {
        for poison in POISON {
            let escaped = poison.replace('\'', "&apos;");
            let swap = |_: &str, text: String| {
                swaps.iter().fold(text, |text, from| {
                    text.replace(&format!(">{}<", references(from)), &format!(" xml:space=\"preserve\">{escaped}<"))
                })
            };
            let poisoned = crate::fidelity::with_parts(upload, swap, &[]);
            let name: String = url::form_urlencoded::byte_serialize(format!("{poison}.xlsx").as_bytes()).collect();
            let answer = app.post_run(&format!("?filename={name}{query}"), poisoned).await;
            let disposition = crate::harness::header(&answer, "content-disposition");
            let sent = disposition.split_once("filename*=UTF-8''").expect("the name").1;
            assert!(!sent.contains(['=', '\'', ' ', '\t', '"', '@']), "{disposition}");
            let workbook = answer.bytes().await.expect("a workbook");
            let cells = cells_with(&workbook, "/C calc");
            let ours = cells
                .iter()
                .filter(|(sheet, _)| ["考核结果", "校验结果", "计算说明", "Issues", "About"].contains(&&**sheet));
            assert!(ours.count() > 1, "the added sheets repeat it: {cells:?}");
            assert!(cells.iter().all(|(_, formula)| !formula), "{poison}: {cells:?}");
            let answer = app.post_run(&format!("?{}", query.trim_start_matches('&')), workbook.to_vec()).await;
            assert!(
                cells_with(&answer.bytes().await.expect("a workbook"), "/C calc").iter().all(|(_, formula)| !formula)
            );
        }
    }
}
