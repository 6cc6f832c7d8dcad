//! Workbooks of policies that somebody has changed: figures that are taken over, and faults that are told with their cells.

use std::io::{Cursor, Read, Write};

use dealerbook::lang::Lang;
use dealerbook::package::Limits;
use dealerbook::policy::Policy;
use dealerbook::policy_book::{BookError, read};
use dealerbook::report::policy_book;
use zip::{ZipArchive, ZipWriter};

/// The sheets by their tabs.
const GENERAL: usize = 1;
const GRADES: usize = 2;
const SCORECARDS: usize = 3;
const INCENTIVES: usize = 5;
const TIERS: usize = 6;

fn book_of(policy: usize) -> Vec<u8> {
    policy_book::render(&Policy::shipped().unwrap()[policy], Lang::Zh).expect("the workbook")
}

/// A workbook with the content of some cells replaced: sheet, cell, markup.
fn with(book: &[u8], cells: &[(usize, &str, &str)]) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let name = entry.name().expect("a name").into_owned();
        let mut text = Vec::new();
        entry.read_to_end(&mut text).unwrap();
        let mut text = String::from_utf8(text).unwrap();
        for (_, cell, content) in cells.iter().filter(|(n, ..)| name == format!("xl/worksheets/sheet{n}.xml")) {
            let old = regex::Regex::new(&format!(r#"<c r="{cell}"[^>]*?(/>|>.*?</c>)"#)).unwrap();
            assert!(old.is_match(&text), "{name} {cell}");
            let new = format!("<c r=\"{cell}\"{content}");
            text = old.replace(&text, regex::NoExpand(&new)).into_owned();
        }
        out.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn number(figure: &str) -> String {
    format!("><v>{figure}</v></c>")
}

fn text(text: &str) -> String {
    format!(" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn faults(book: &[u8]) -> Vec<String> {
    match read("own.xlsx", book, &Limits::default()) {
        Err(BookError::Faults(faults)) => faults.iter().map(|fault| fault.said(Lang::Zh)).collect(),
        Err(error) => panic!("{error}"),
        Ok(_) => Vec::new(),
    }
}

fn sole(cells: &[(usize, &str, &str)]) -> String {
    let faults = faults(&with(&book_of(0), cells));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults[0].clone()
}

#[test]
fn one_changed_rate_is_the_policys() {
    let changed = with(&book_of(0), &[(INCENTIVES, "R5", &number("33.5")), (GENERAL, "B6", &text("2"))]);
    let policy = read("own.xlsx", &changed, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    let rate = &policy.content()["incentives"][0]["rate"];
    assert_eq!((&rate["ordinary"], &rate["problem"]), (&serde_json::json!(10), &serde_json::json!("33.5")));
    assert_eq!(policy.version, "2");
}

#[test]
fn a_worked_example_that_no_longer_comes_out_is_told_at_its_row() {
    let told = faults(&with(&book_of(0), &[(INCENTIVES, "Q5", &number("12"))]));
    assert!(told.iter().any(|fault| fault.starts_with("算例!") && fault.contains("激励合计")), "{told:?}");
}

#[test]
fn percentages_are_understood_as_shares_and_as_texts() {
    for share in [number("0.0045"), text("0.45%"), text("０．４５％")] {
        let changed = with(&book_of(1), &[(TIERS, "E8", &share)]);
        let policy = read("own.xlsx", &changed, &Limits::default()).unwrap_or_else(|error| panic!("{share}: {error}"));
        let content = policy.content();
        let rebate = content["incentives"].as_array().unwrap().iter().find(|one| one["id"] == "sales_rebate");
        assert_eq!(rebate.unwrap()["tiers"][0]["percent"], "0.45", "{share}");
    }
}

#[test]
fn a_gap_and_an_overlap_between_bands_are_told_with_both_cells() {
    let gap = sole(&[(GRADES, "E6", &number("88"))]);
    assert!(gap.starts_with("评级!E6：") && gap.contains("（D5）要求到 90") && gap.contains("空档"), "{gap}");
    let overlap = sole(&[(GRADES, "E6", &number("91"))]);
    assert!(overlap.starts_with("评级!E6：") && overlap.contains("重叠"), "{overlap}");
    let ranks = sole(&[(SCORECARDS, "G5", &number("4"))]);
    assert!(ranks.starts_with("评分卡!G5：") && ranks.contains("（F6）要求到 5"), "{ranks}");
    let last = sole(&[(SCORECARDS, "G8", &number("20"))]);
    assert!(last.starts_with("评分卡!G8：") && last.contains("其余所有"), "{last}");
}

#[test]
fn what_cannot_be_read_is_told_at_its_cell_and_nothing_that_follows_from_it() {
    for (content, part) in [
        (text("三十"), "“三十”不是数"),
        ("><f>15*2</f></c>".to_owned(), "公式没有计算结果"),
        (" t=\"e\"><v>#REF!</v></c>".to_owned(), "错误值 #REF!"),
    ] {
        let told = sole(&[(SCORECARDS, "D5", &content)]);
        assert!(told.starts_with("评分卡!D5：") && told.contains(part), "{told}");
    }
    let day = sole(&[(GENERAL, "B10", &text("明年"))]);
    assert!(day.starts_with("总则!B10：") && day.contains("2027-01-01"), "{day}");
}

#[test]
fn faults_of_several_sheets_come_all_at_once() {
    let told = faults(&with(
        &book_of(0),
        &[
            (GENERAL, "B6", "/>"),
            (GRADES, "D6", &text("七十五")),
            (SCORECARDS, "D5", &number("21")),
            (INCENTIVES, "D5", &text("超额")),
        ],
    ));
    for part in ["总则!B6", "评级!D6", "激励!"] {
        assert!(told.iter().any(|fault| fault.starts_with(part)), "{part}: {told:#?}");
    }
}

#[test]
fn a_header_or_a_sheet_that_is_not_known_is_told() {
    let header = faults(&with(&book_of(0), &[(GRADES, "D4", &text("下线"))]));
    assert!(header.iter().any(|fault| fault.starts_with("评级!D4：没有“下线”这一列")), "{header:?}");
    assert!(header.iter().any(|fault| fault.contains("缺少“下限（含）”一列")), "{header:?}");
}
