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

/// The workbook stream of an .xls, changed, in a document of its own.
fn with_stream(xls: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut file = cfb::CompoundFile::open(Cursor::new(xls)).expect("an OLE2 document");
    let mut stream = Vec::new();
    file.open_stream("/Workbook").expect("the stream").read_to_end(&mut stream).expect("reads");
    change(&mut stream);
    in_container(&stream)
}

fn in_container(stream: &[u8]) -> Vec<u8> {
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("a document");
    file.create_stream("/Workbook").expect("a stream").write_all(stream).expect("writes");
    file.flush().expect("writes");
    file.into_inner().into_inner()
}

/// The content of each record of this type, by its place in the stream.
fn records(stream: &[u8], wanted: u16) -> Vec<std::ops::Range<usize>> {
    let (mut at, mut found) = (0, Vec::new());
    while at + 4 <= stream.len() {
        let [kind, length] = [at, at + 2].map(|at| u16::from_le_bytes([stream[at], stream[at + 1]]));
        let content = at + 4..at + 4 + usize::from(length);
        at = content.end;
        if kind == wanted {
            found.push(content);
        }
    }
    found
}

async fn figures(app: &TestApp, what: &str, upload: Vec<u8>) -> Value {
    let answer = app.post_run_for_json("", upload).await;
    let status = answer.status();
    let mut result: Value = answer.json().await.expect("JSON");
    assert_eq!(status, 200, "{what}: {result}");
    result["results"].take()
}

#[actix_web::test]
async fn an_xls_is_read_by_its_cells_and_not_by_its_hints() {
    let app = TestApp::spawn().await;
    let xls = workbook("accepted/assessment-small-xls.xls");
    let expected = figures(&app, "as it is", xls.clone()).await;
    for page in [936_u16, 1252, 10_008, 7] {
        let told = with_stream(&xls, |stream| {
            let at = records(stream, 0x0042)[0].start;
            stream[at..at + 2].copy_from_slice(&page.to_le_bytes());
        });
        assert!(figures(&app, "a code page", told).await == expected, "{page}");
    }
    let silent = with_stream(&xls, |stream| {
        // No code page at all: a record that nobody knows in its place.
        let at = records(stream, 0x0042)[0].start;
        stream[at - 4..at - 2].copy_from_slice(&0x0FFF_u16.to_le_bytes());
    });
    assert!(figures(&app, "no code page", silent).await == expected);
    let claims = with_stream(&xls, |stream| {
        for content in records(stream, 0x0200) {
            stream[content.start..content.start + 8].copy_from_slice(&[0, 0, 0, 0, 255, 255, 255, 255]);
        }
    });
    assert!(figures(&app, "a claim of four billion rows", claims).await == expected);
}

#[actix_web::test]
async fn an_indented_ods_is_read_as_any_other() {
    let app = TestApp::spawn().await;
    let ods = workbook("accepted/assessment-small-ods.ods");
    let expected = figures(&app, "as it is", ods.clone()).await;
    let indented = |before: &str| {
        let mut parts = parts(&ods);
        for (name, content) in &mut parts {
            if name == "content.xml" {
                let mut text = String::from_utf8(std::mem::take(content)).expect("text");
                for tag in ["<table:table-row", "</table:table-row", "<table:table-cell", "<text:p>", "</table:table>"]
                {
                    text = text.replace(tag, &format!("{before}{tag}"));
                }
                text = text.replace("</text:p>", "\n   </text:p>").replace("<text:p>", "<text:p>\n   ");
                *content = text.into_bytes();
            }
        }
        zipped(&parts)
    };
    for before in ["\n    ", "<!-- made by hand -->\n", "<?program?>"] {
        assert!(figures(&app, before, indented(before)).await == expected, "{before:?}");
    }
}

#[actix_web::test]
async fn an_xlsb_with_a_state_that_is_not_known_is_read() {
    let app = TestApp::spawn().await;
    let xlsb = workbook("accepted/assessment-small-xlsb.xlsb");
    let expected = figures(&app, "as it is", xlsb.clone()).await;
    let mut parts = parts(&xlsb);
    let book = &mut parts.iter_mut().find(|(name, _)| name == "xl/workbook.bin").expect("the workbook").1;
    let sheet = book.windows(2).position(|window| window == [0x9C, 0x01]).expect("a sheet");
    book[sheet + 3] = 9;
    assert!(figures(&app, "a state", zipped(&parts)).await == expected);
}

#[actix_web::test]
async fn everything_that_repeats_is_counted_before_it_is_made() {
    let app = TestApp::spawn().await;
    let repeated = |attributes: &str| {
        format!(
            "<table:table-row table:number-rows-repeated=\"1900\"><table:table-cell table:number-columns-repeated=\"1000\" \
             {attributes}><text:p>z</text:p></table:table-cell></table:table-row>"
        )
    };
    let long = "A1+".repeat(2_000);
    for attributes in [
        format!("office:value-type=\"string\" table:formula=\"of:={long}1\""),
        format!("office:value-type=\"date\" office:date-value=\"{long}\""),
        format!("office:value-type=\"time\" office:time-value=\"{long}\""),
        format!("office:value-type=\"string\" office:string-value=\"{long}\""),
    ] {
        problem(app.post_run("", ods(&repeated(&attributes))).await, 413, "workbook-too-large").await;
    }
    app.assert_nothing_stored().await;
}

/// An .xls whose formulas would become gigabytes of text, were anybody to write them out: each names a name of 255 characters a
/// thousand times.
fn names_bomb() -> Vec<u8> {
    let record =
        |kind: u16, content: &[u8]| [&kind.to_le_bytes(), &(content.len() as u16).to_le_bytes(), content].concat();
    let begin =
        |kind: u16| record(0x0809, &[&0x0600_u16.to_le_bytes(), &kind.to_le_bytes(), [0; 12].as_slice()].concat());
    let end = record(0x000A, &[]);
    let name = [&[0, 0, 0, 255, 7, 0], [0; 8].as_slice(), &[0], &[b'n'; 255], &[0x3A, 0, 0, 0, 0, 0, 0]].concat();
    let sheet_at = |at: u32| {
        let title: Vec<u8> = "客户维护".encode_utf16().flat_map(u16::to_le_bytes).collect();
        record(0x0085, &[&at.to_le_bytes(), [0, 0, 4, 1].as_slice(), &title].concat())
    };
    let globals = |at| [begin(5), record(0x0018, &name), sheet_at(at), end.clone()].concat();
    let mut stream = globals(globals(0).len() as u32);
    stream.extend(begin(16));
    let tokens = [0x23, 1, 0, 0, 0].repeat(1_600);
    for row in 0..5_000_u16 {
        let head = [&row.to_le_bytes(), [0, 0, 0, 0].as_slice(), &1.0_f64.to_le_bytes(), &[0; 6]].concat();
        stream.extend(record(0x0006, &[head, (tokens.len() as u16).to_le_bytes().to_vec(), tokens.clone()].concat()));
    }
    stream.extend(end);
    in_container(&stream)
}

/// Under a bound of memory of its own, so that what isn't counted ends the test's process and nothing else.
#[cfg(unix)]
#[test]
fn formulas_of_an_xls_take_no_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("bomb.xls"), names_bomb()).expect("writes");
    let script = "ulimit -v 1000000; exec \"$0\" run bomb.xls --json";
    let output = std::process::Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_dealerbook")])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 2), "{:?}: {said}", output.status);
    assert!(!said.contains("memory allocation"), "{said}");
}
