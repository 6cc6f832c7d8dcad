//! Workbooks that can't be patched: what comes back for them, and what is refused. That their results are those of the same .xlsx,
//! the samples show.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dealerbook::package::{Limits, Package, SheetKind, Visibility};
use dealerbook::pipeline::{self, Engine, Job, Options, PipelineError, PolicyChoice};
use serde_json::Value;
use zip::write::SimpleFileOptions;

use crate::harness::{TestApp, XLSX, header, problem};

fn workbook(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(path)).expect("a workbook")
}

type Parts = Vec<(String, Vec<u8>)>;

fn parts(bytes: &[u8]) -> Parts {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut content = |name: String| {
        let mut content = Vec::new();
        zip.by_name(&name).expect("the part").read_to_end(&mut content).expect("reads");
        (name, content)
    };
    names.into_iter().map(&mut content).collect()
}

fn zipped(parts: &Parts) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("starts");
        zip.write_all(content).expect("writes");
    }
    zip.finish().expect("finishes").into_inner()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    parts(bytes).iter().any(|(_, content)| String::from_utf8_lossy(content).contains(text))
}

/// An .ods whose sheet has these rows.
fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>\
         <table:table table:name=\"月度提货\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let part = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    zipped(&vec![
        part("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        part("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"m\"/>"),
        part("content.xml", &content),
    ])
}

#[actix_web::test]
async fn the_answer_is_a_new_xlsx_that_says_what_it_lacks() {
    let app = TestApp::spawn().await;
    for (name, kind) in
        [("messy-2007-xls.xls", ".xls"), ("messy-2007-ods.ods", ".ods"), ("messy-2007-xlsb.xlsb", ".xlsb")]
    {
        let upload = workbook(&format!("accepted/{name}"));
        let answer = app.post_run(&format!("?filename={name}"), upload.clone()).await;
        assert_eq!(header(&answer, "content-type"), XLSX, "{name}");
        let disposition = header(&answer, "content-disposition");
        assert!(disposition.contains("-%E8%80%83%E6%A0%B8%E7%BB%93%E6%9E%9C.xlsx"), "{disposition}");
        let location = header(&answer, "location");
        let bytes = answer.bytes().await.expect("a workbook").to_vec();
        let package = Package::open(&bytes, &Limits::default()).expect("an .xlsx");
        let hidden =
            package.sheets().iter().filter(|s| s.kind == SheetKind::Worksheet && s.visibility != Visibility::Visible);
        assert!(hidden.count() >= 1, "{name}: what was hidden is hidden");
        assert!(holds(&bytes, &format!("上传的是 {kind}")), "{name}");
        let result: Value = app.get(&location).await.json().await.expect("a result");
        assert_eq!(result["run"]["workbook"]["bytes"], upload.len(), "{name}: the upload is what it was");
        // The answer is a workbook like any other, of the same meaning.
        let again: Value = app.post_run_for_json("", bytes).await.json().await.expect("a result");
        assert_eq!(again["results"], result["results"], "{name}");
    }
}

#[actix_web::test]
async fn dates_of_the_1904_system_keep_their_day() {
    let app = TestApp::spawn().await;
    let answer = app.post_run("", workbook("accepted/dates-1904-xls.xls")).await;
    let bytes = answer.bytes().await.expect("a workbook").to_vec();
    assert!(holds(&bytes, "date1904=\"1\""));
}

#[actix_web::test]
async fn repeated_cells_are_counted_before_they_are_made() {
    let app = TestApp::spawn().await;
    let cell = |repeats: u32, text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"{repeats}\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |repeats: u32, cells: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{repeats}\">{cells}</table:table-row>")
    };
    let far = format!(
        "{}{}",
        row(1, &cell(1, "a")),
        row(1_000_000, "<table:table-cell table:number-columns-repeated=\"9\"/>")
    );
    for rows in [
        row(1_000_000, &cell(16_000, "1")),
        format!(
            "{far}{}",
            row(1, &format!("<table:table-cell table:number-columns-repeated=\"9000\"/>{}", cell(1, "b")))
        ),
        row(1_000, &cell(1_000, &"long ".repeat(100))),
        row(1, &cell(1, "<text:s text:c=\"4000000000\"/>")),
    ] {
        problem(app.post_run("", ods(&rows)).await, 413, "workbook-too-large").await;
    }
    let wide = format!(
        "{}{}",
        row(1, &cell(3, "1")),
        row(1_048_575, "<table:table-cell table:number-columns-repeated=\"16384\"/>")
    );
    assert_eq!(app.post_run("", ods(&wide)).await.status(), 422, "empty cells to the end of the sheet are none");
}

#[actix_web::test]
async fn what_is_encrypted_broken_or_no_workbook_is_told_apart() {
    let app = TestApp::spawn().await;
    let xls = workbook("accepted/assessment-small-xls.xls");
    problem(app.post_run("", xls[..xls.len() / 2].to_vec()).await, 400, "unreadable").await;
    problem(app.post_run("", xls[..600].to_vec()).await, 400, "unreadable").await;
    // The workbook stream under another name: some other OLE2 document.
    let name: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let other: Vec<u8> = "Wordbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at = xls.windows(name.len()).position(|window| window == name).expect("the stream's name");
    let document = [&xls[..at], &other, &xls[at + other.len()..]].concat();
    problem(app.post_run("", document).await, 415, "not-a-workbook").await;
    // CODEPAGE becomes FILEPASS.
    let codepage = [0x42, 0x00, 0x02, 0x00, 0xB0, 0x04];
    let at = xls.windows(codepage.len()).position(|window| window == codepage).expect("the code page");
    let encrypted = [&xls[..at], &[0x2F, 0x00], &xls[at + 2..]].concat();
    problem(app.post_run("", encrypted).await, 415, "encrypted").await;
    let cut = ods("<table:table-row><table:table-cell>");
    problem(app.post_run("", cut).await, 400, "unreadable").await;
    app.assert_nothing_stored().await;
}

/// Bytes changed here and there: no panic gets out, and nothing takes more than it may.
#[test]
fn hostile_bytes_are_refused_or_read() {
    let engine = Engine::embedded().expect("the engine");
    let (options, stop) = (Options::default(), AtomicBool::new(false));
    let mut seed = 0x2007_u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for name in ["assessment-small-xls.xls", "assessment-small-xlsb.xlsb", "assessment-small-ods.ods"] {
        let sample = workbook(&format!("accepted/{name}"));
        let is_zip = sample.starts_with(b"PK");
        let sample = if is_zip { parts(&sample) } else { vec![(String::new(), sample)] };
        for _ in 0..40 {
            let mut changed = sample.clone();
            for _ in 0..1 + next() % 8 {
                let part = next() % changed.len();
                let content = &mut changed[part].1;
                let at = next() % content.len().max(1);
                if let Some(byte) = content.get_mut(at) {
                    *byte = [0, 0xFF, b'9', next() as u8][next() % 4];
                }
            }
            let bytes = if is_zip { zipped(&changed) } else { changed.remove(0).1 };
            let job = Job {
                bytes: &bytes,
                filename: None,
                options: &options,
                engine: &engine,
                policy: PolicyChoice::Default,
                json: true,
                stop: &stop,
                observer: None,
            };
            let told = pipeline::run(&job, Some(Cursor::new(Vec::new())));
            assert!(!matches!(told, Err(PipelineError::Internal(_))), "{name}: {told:?}");
        }
    }
}
