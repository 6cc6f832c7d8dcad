//! The way of the data over again: answers that are uploaded, with the user's sheets compared before and after.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write as _};
use std::sync::atomic::AtomicBool;

use sha2::{Digest, Sha256};

use super::*;
use dealerbook_engine::workbook::Workbook;

const STRINGS: &str = "xl/sharedStrings.xml";

type Parts = BTreeMap<String, String>;

fn workbook(path: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workbooks").join(path))
        .expect("a workbook")
}

fn answer(bytes: &[u8], options: &Options) -> Vec<u8> {
    let engine = Engine::embedded().expect("the engine");
    let stop = AtomicBool::new(false);
    let job = Job {
        bytes,
        filename: Some("a.xlsx"),
        options,
        engine: &engine,
        policy: PolicyChoice::Default,
        json: false,
        stop: &stop,
        observer: None,
    };
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
    let package = Package::open(bytes, &dealerbook_package::Limits::default()).expect("opens");
    let workbook = Workbook::open(&package).expect("reads");
    let mut lines = Vec::new();
    let read = workbook.rows("校验结果", |row| {
        let cells: Vec<String> = row.cells.iter().map(|cell| cell.value.seen()).collect();
        // Rows of the list begin with their numbers.
        let is_numbered = cells.first().is_some_and(|cell| cell.parse::<u32>().is_ok());
        lines.push(cells[usize::from(is_numbered)..].join("|"));
        Ok(true)
    });
    read.expect("the issues sheet");
    lines
}

#[test]
fn what_was_said_of_an_earlier_answer_is_said_again_while_nothing_changes() {
    for mark in [Mark::Conditional, Mark::Style] {
        let options = Options { mark, ..Options::default() };
        let once = answer(&workbook("rejected/faulty-small.xlsx"), &options);
        let fixed = with_text(&once, STRINGS, ">12a<", ">12<");
        let twice = answer(&fixed, &options);
        assert!(issue_rows(&twice).iter().any(|row| row.contains("已改")), "{mark:?}");
        let again = answer(&twice, &options);
        assert_eq!(parts(&twice), parts(&again), "{mark:?}");
    }
}

#[test]
fn an_answer_names_the_upload_that_it_goes_back_to_until_it_is_changed() {
    let hash = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let names = |answer: &[u8], upload: &[u8]| {
        let about = parts(answer).into_values().find(|text| text.contains("SHA-256") && text.contains("sheetData"));
        about.expect("the explanations").contains(&hash(upload))
    };
    let options = Options::default();
    let upload = workbook("accepted/assessment-small.xlsx");
    let once = answer(&upload, &options);
    assert!(names(&once, &upload));
    let twice = answer(&once, &options);
    assert!(names(&twice, &upload) && !names(&twice, &once));
    let changed = with_text(&once, "docProps/core.xml", "</cp:coreProperties>", "</cp:coreProperties>\n");
    let after = answer(&changed, &options);
    assert!(names(&after, &changed) && !names(&after, &upload));
}

#[test]
fn an_issue_list_of_which_everything_stands_as_before_says_nothing_of_it() {
    let options = Options::default();
    let once = answer(&workbook("rejected/faulty-small.xlsx"), &options);
    let saved = with_text(&once, "docProps/core.xml", "</cp:coreProperties>", "</cp:coreProperties>\n");
    assert_eq!(issue_rows(&once), issue_rows(&answer(&saved, &options)));
}

#[test]
fn faults_of_sheets_that_are_not_read_this_time_are_not_said_to_be_mended() {
    let once = answer(&workbook("rejected/faulty-small.xlsx"), &Options::default());
    assert!(issue_rows(&once).iter().any(|row| row.contains("进销存|E4|")));
    let fixed = with_text(&once, STRINGS, ">12a<", ">12<");
    let only = Options { programmes: Some(vec!["assessment".to_owned()]), ..Options::default() };
    let lines = issue_rows(&answer(&fixed, &only));
    let gone: Vec<&String> = lines.iter().filter(|row| row.contains("已改")).collect();
    assert!(gone.len() == 1 && gone[0].contains("经销商档案|H4|"), "{lines:?}");
    let all = issue_rows(&answer(&fixed, &Options::default()));
    assert!(all.iter().any(|row| row.starts_with("错误|未改|进销存|E4|")), "{all:?}");
}

#[test]
fn issues_are_said_to_be_mended_open_or_new() {
    let options = Options::default();
    let once = answer(&workbook("rejected/faulty-small.xlsx"), &options);
    assert!(!issue_rows(&once).iter().any(|row| row.contains("状态")), "there is nothing to compare with");
    let fixed = with_text(&once, STRINGS, ">12a<", ">12<");
    let twice = answer(&fixed, &options);
    let lines = issue_rows(&twice);
    let of = |cell: &str| lines.iter().filter(|line| line.contains(&format!("|{cell}|"))).collect::<Vec<_>>();
    assert!(of("H4").iter().all(|line| line.starts_with("错误|已改|经销商档案")), "{lines:?}");
    assert_eq!(of("H4").len(), 1);
    assert!(of("L6")[0].starts_with("错误|未改|"), "{lines:?}");
    // A fault that is reported as fixed is reported once; one that comes back is new.
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
