//! What Excel asks of a table: a range of headings and at least one row, columns called as their headings, names and numbers of its own, a part
//! that the package knows, and no filter of the sheet's beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::soundness::{Parts, TAG, attributes, resolved, without_rows};

const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml";
/// The tables that are ours; how the user's are made is the user's affair.
const OURS: &str = "dealerbook_";

static LEGAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[A-Za-z_\\][\w.]*$").expect("a pattern"));
static CELL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[A-Za-z]{1,3}\d+$").expect("a pattern"));

/// Columns and rows of a range, from 1: left, top, right, bottom.
type Area = (u32, u32, u32, u32);

/// What is wrong with the tables of a package.
pub fn faults(parts: &Parts) -> Vec<String> {
    let (mut ids, mut names, mut faults) = (BTreeSet::new(), defined_names(parts), Vec::new());
    let owners = owners(parts);
    let types = parts.get("[Content_Types].xml").map(String::as_str).unwrap_or_default();
    for (part, text) in parts.iter().filter(|(part, _)| part.starts_with("xl/tables/") && part.ends_with(".xml")) {
        let Some(tag) = TAG.captures_iter(text).find(|tag| &tag[2] == "table") else { continue };
        let attributes = attributes(&tag[3]);
        let of = |name: &str| attributes.get(name).cloned().unwrap_or_default();
        let name = of("displayName");
        if !ids.insert(of("id")) || !names.insert(name.to_lowercase()) {
            faults.push(format!("{part}: something else is called {} or {name}", of("id")));
        }
        if !types.contains(&format!("PartName=\"/{part}\" ContentType=\"{CONTENT_TYPE}\"")) {
            faults.push(format!("{part}: its content type is not told"));
        }
        match owners.get(part).map(Vec::as_slice) {
            Some([sheet]) if name.starts_with(OURS) => faults.extend(of_ours(part, text, &of("ref"), &parts[sheet])),
            Some([_]) => {}
            led => faults.push(format!("{part}: {} sheets lead to it", led.map_or(0, <[String]>::len))),
        }
        if !LEGAL.is_match(&name) || CELL.is_match(&name) {
            faults.push(format!("{part}: Excel takes no table called {name}"));
        }
    }
    faults
}

/// The workbook's defined names in small letters: tables share them.
fn defined_names(parts: &Parts) -> BTreeSet<String> {
    let workbook = parts.get("xl/workbook.xml").map(String::as_str).unwrap_or_default();
    let names = TAG.captures_iter(workbook).filter(|tag| &tag[1] != "/" && &tag[2] == "definedName");
    names.filter_map(|tag| attributes(&tag[3]).get("name").map(|name| name.to_lowercase())).collect()
}

/// The sheets that lead to each table.
fn owners(parts: &Parts) -> BTreeMap<String, Vec<String>> {
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (rels, text) in parts.iter().filter(|(name, _)| name.contains("worksheets/_rels/")) {
        let sheet = rels.replacen("_rels/", "", 1).trim_end_matches(".rels").to_owned();
        let folder = sheet.rsplit_once('/').map_or("", |(folder, _)| folder);
        for tag in TAG.captures_iter(text).filter(|tag| &tag[2] == "Relationship") {
            let attributes = attributes(&tag[3]);
            if attributes.get("Type").is_some_and(|kind| kind.ends_with("/table")) {
                let target = resolved(folder, attributes.get("Target").map(String::as_str).unwrap_or_default());
                owners.entry(target).or_default().push(sheet.clone());
            }
        }
    }
    owners
}

fn of_ours(part: &str, table: &str, range: &str, sheet: &str) -> Vec<String> {
    let Some((left, top, right, bottom)) = area(range) else { return vec![format!("{part}: {range} is no range")] };
    let mut faults = Vec::new();
    if bottom <= top {
        faults.push(format!("{part}: {range} has no rows"));
    }
    let columns: Vec<String> = TAG
        .captures_iter(table)
        .filter(|tag| &tag[1] != "/" && &tag[2] == "tableColumn")
        .map(|tag| unescaped(attributes(&tag[3]).get("name").map(String::as_str).unwrap_or_default()))
        .collect();
    if columns.len() as u32 != right + 1 - left {
        faults.push(format!("{part}: {} columns in {range}", columns.len()));
    }
    let told = columns.iter().map(|name| name.to_lowercase()).collect::<BTreeSet<_>>().len();
    if told != columns.len() || columns.iter().any(|name| name.trim().is_empty() || name.contains(['\n', '\r'])) {
        faults.push(format!("{part}: columns are called alike, nothing, or over several lines"));
    }
    for (column, name) in (left..).zip(&columns) {
        let cell = format!("{}{top}", letters(column));
        let heading = heading(sheet, &cell);
        if heading.as_deref() != Some(name) {
            faults.push(format!("{part}: the column {name:?} is headed {heading:?} in {cell}"));
        }
    }
    let around = without_rows(sheet);
    if TAG.captures_iter(&around).any(|tag| &tag[2] == "autoFilter") {
        faults.push(format!("{part}: its sheet has a filter of its own"));
    }
    let merged = TAG.captures_iter(&around).filter(|tag| &tag[2] == "mergeCell");
    for range in merged.filter_map(|tag| attributes(&tag[3]).get("ref").cloned()) {
        if area(&range).is_some_and(|(_, first, _, last)| first <= bottom && last >= top) {
            faults.push(format!("{part}: {range} is merged within it"));
        }
    }
    faults
}

fn area(range: &str) -> Option<Area> {
    let corner = |cell: &str| {
        let split = cell.find(|c: char| c.is_ascii_digit())?;
        let column = cell[..split].bytes().fold(0, |n, c| n * 26 + u32::from(c.to_ascii_uppercase() - b'A') + 1);
        Some((column, cell[split..].parse::<u32>().ok()?))
    };
    let (first, last) = range.split_once(':')?;
    let ((left, top), (right, bottom)) = (corner(first)?, corner(last)?);
    Some((left, top, right, bottom))
}

fn letters(mut column: u32) -> String {
    let mut text = String::new();
    while column > 0 {
        text.insert(0, char::from(b'A' + ((column - 1) % 26) as u8));
        column = (column - 1) / 26;
    }
    text
}

/// The inline text of a cell.
fn heading(sheet: &str, cell: &str) -> Option<String> {
    let begin = sheet.find(&format!("r=\"{cell}\""))?;
    let rest = &sheet[begin..];
    let cell = &rest[..rest.find("</c>")?];
    let text = cell.split("<t").nth(1)?.split_once('>')?.1;
    Some(unescaped(text.split("</t>").next().unwrap_or_default()))
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[actix_web::test]
async fn what_excel_asks_of_a_table_is_noticed() {
    let app = crate::harness::TestApp::spawn().await;
    let answer = app.post_run("", crate::harness::sample()).await.bytes().await.unwrap();
    let planted = |part: &str, from: &str, to: &str| {
        let change = |name: &str, text: String| if name == part { text.replacen(from, to, 1) } else { text };
        let workbook = crate::fidelity::with_parts(&answer, change, &[]);
        faults(&crate::soundness::parts(&workbook)).concat()
    };
    assert_eq!(planted("", "", ""), "");
    let table = "xl/tables/table1.xml";
    assert!(planted(table, "name=\"序号\"", "name=\"号\"").contains("is headed Some(\"序号\")"));
    assert!(planted(table, "id=\"1\"", "id=\"2\"").contains("something else is called"));
    assert!(planted(table, "displayName=\"dealerbook_", "displayName=\"1 ").contains("Excel takes no table"));
    assert!(planted(table, "ref=\"A5:", "ref=\"B5:").contains("columns in B5:"));
    assert!(planted(table, "经销商编号", "序号").contains("called alike"));
    assert!(planted("[Content_Types].xml", "/xl/tables/table1.xml", "/xl/tables/table9.xml").contains("content type"));
    let sheet = owners(&crate::soundness::parts(&answer))[table][0].clone();
    let rels = sheet.replace("worksheets/", "worksheets/_rels/") + ".rels";
    assert!(planted(&rels, "/table1.xml", "/table2.xml").contains("0 sheets lead to it"));
    assert!(planted(&sheet, "</sheetData>", "</sheetData><autoFilter ref=\"A5:C9\"/>").contains("filter of its own"));
    let merged = "</sheetData><mergeCells><mergeCell ref=\"A6:A7\"/></mergeCells>";
    assert!(planted(&sheet, "</sheetData>", merged).contains("A6:A7 is merged"));
    let named = "<definedNames><definedName name=\"DEALERBOOK_assessment\">1</definedName>";
    assert!(planted("xl/workbook.xml", "<definedNames>", named).contains("something else is called"));
}
