//! The way of the data over again: answers that are uploaded, with the user's sheets compared before and after.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write as _};

use super::*;

const STRINGS: &str = "xl/sharedStrings.xml";

type Parts = BTreeMap<String, String>;

fn workbook(path: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(path)).expect("a workbook")
}

fn answer(bytes: &[u8], options: &Options) -> Vec<u8> {
    let engine = Engine::embedded().expect("the engine");
    let stop = AtomicBool::new(false);
    let job = Job { bytes, filename: Some("a.xlsx"), options, engine: &engine, policy: None, json: false, stop: &stop };
    let mut out = Cursor::new(Vec::new());
    run(&job, Some(&mut out)).expect("runs");
    out.into_inner()
}

fn parts(bytes: &[u8]) -> Parts {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
    let mut parts = Parts::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("reads");
        parts.insert(entry.name().expect("a name").into_owned(), String::from_utf8_lossy(&content).into_owned());
    }
    parts
}

fn with_text(bytes: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut all = parts(bytes);
    let text = all.get_mut(part).expect("the part");
    assert!(text.contains(from), "{from} stands in {part}");
    *text = text.replace(from, to);
    for (name, text) in all {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("starts");
        zip.write_all(text.as_bytes()).expect("writes");
    }
    zip.finish().expect("finishes").into_inner()
}

fn rows(text: &str) -> &str {
    let from = text.find("<sheetData").expect("rows");
    &text[from..text.find("</sheetData>").expect("rows")]
}

/// The rows of the issues sheet, the text of each joined by `|`.
fn issue_rows(bytes: &[u8]) -> Vec<String> {
    let mut workbook = Workbook::open(bytes).expect("opens");
    let mut lines = Vec::new();
    let read = workbook.rows("校验结果", |row| {
        let cells: Vec<String> = row.cells.iter().map(|cell| cell.value.seen()).collect();
        lines.push(cells.join("|"));
        Ok(true)
    });
    read.expect("the issues sheet");
    lines
}

#[test]
fn an_answer_of_an_answer_differs_in_what_it_says_of_the_earlier_one_alone() {
    for mark in [Mark::Conditional, Mark::Style] {
        let options = Options { mark, ..Options::default() };
        let once = answer(&workbook("rejected/faulty-small.xlsx"), &options);
        let twice = answer(&once, &options);
        let (before, after) = (parts(&once), parts(&twice));
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        // The sheets of issues and explanations, with what they need of the workbook and its styles.
        let may = ["xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet8.xml", "xl/worksheets/sheet9.xml"];
        for (name, text) in before.iter().filter(|(name, _)| !may.contains(&name.as_str())) {
            assert_eq!(Some(text), after.get(name), "{name}, {mark:?}");
        }
    }
}

#[test]
fn an_answer_without_issues_comes_back_the_same() {
    let options = Options::default();
    let once = answer(&workbook("accepted/assessment-small.xlsx"), &options);
    let twice = answer(&once, &options);
    let (before, mut after) = (parts(&once), parts(&twice));
    assert_eq!(before.len(), after.len());
    let about = before.iter().find(|(_, text)| text.contains("SHA-256") && text.contains("sheetData"));
    let about = about.expect("the explanations").0.clone();
    // They name the hash of the upload, and so does the note on the result columns.
    for (name, text) in before.iter().filter(|(name, _)| **name != about && !name.contains("comments")) {
        assert_eq!(Some(text), after.remove(name).as_ref(), "{name}");
    }
}

#[test]
fn issues_are_said_to_be_mended_open_or_new() {
    let options = Options::default();
    let once = answer(&workbook("rejected/faulty-small.xlsx"), &options);
    assert!(!issue_rows(&once).iter().any(|row| row.contains("状态")), "there is nothing to compare with");
    let mended = with_text(&once, STRINGS, ">12a<", ">12<");
    let twice = answer(&mended, &options);
    let lines = issue_rows(&twice);
    let of = |cell: &str| lines.iter().filter(|line| line.contains(&format!("|{cell}|"))).collect::<Vec<_>>();
    assert!(of("H4").iter().all(|line| line.starts_with("错误|已改|经销商档案")), "{lines:?}");
    assert_eq!(of("H4").len(), 1);
    assert!(of("L6")[0].starts_with("错误|未改|"), "{lines:?}");
    // A fault that is told as mended is told once; one that comes back is new.
    let broken = with_text(&twice, STRINGS, ">12<", ">12a<");
    let lines = issue_rows(&answer(&broken, &options));
    assert!(lines.iter().any(|line| line.starts_with("错误|新|经销商档案|H4|")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("已改")), "{lines:?}");
}

#[test]
fn marks_by_style_leave_the_user_s_cells_as_they_were_when_they_go() {
    let upload = workbook("rejected/faulty-small.xlsx");
    let style = Options { mark: Mark::Style, ..Options::default() };
    let filled = answer(&upload, &style);
    let (before, marked) = (parts(&upload), parts(&filled));
    let sheets = || before.keys().filter(|name| name.starts_with("xl/worksheets/sheet"));
    assert!(sheets().all(|name| !marked[name].contains("dealerbook")), "no rules");
    assert!(sheets().any(|name| rows(&before[name]) != rows(&marked[name])), "but fills");
    let after = parts(&answer(&filled, &Options::default()));
    for name in sheets() {
        assert_eq!(rows(&before[name]), rows(&after[name]), "{name}");
    }
    assert!(after.values().any(|text| text.contains("N(\"dealerbook\")=0")), "now there are rules");
}

#[test]
fn a_sheet_of_the_user_s_own_of_our_name_is_left_alone() {
    let options = Options::default();
    let once = answer(&workbook("rejected/faulty-small.xlsx"), &options);
    // Without their stamps, the added sheets are the user's.
    let theirs = with_text(&once, "xl/workbook.xml", "_dealerbook.sheet", "theirs.sheet");
    let twice = answer(&theirs, &options);
    let (before, after) = (parts(&theirs), parts(&twice));
    assert_eq!(before["xl/worksheets/sheet8.xml"], after["xl/worksheets/sheet8.xml"]);
    assert!(after["xl/workbook.xml"].contains("name=\"校验结果 (2)\""));
    assert_eq!(
        before["xl/workbook.xml"].matches("<sheet ").count() + 2,
        after["xl/workbook.xml"].matches("<sheet ").count()
    );
}
