//! What every workbook that is answered has to be, so that Excel opens it without a word: elements in the order of the format and no
//! oftener than it allows, relationships that lead somewhere, ids and names of their own. Each answer that a test gets is looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::sync::LazyLock;

use regex::Regex;

use crate::sound_tables as tables;

const ORDER: &str = "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios \
    autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks \
    printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing \
    legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst";
/// Kinds of relationships whose parts are needed to show a sheet.
const NEEDED: [&str; 7] = ["worksheet", "styles", "sharedStrings", "comments", "vmlDrawing", "table", "drawing"];

pub(crate) static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"<(/?)(?:\w+:)?(\w+)((?:"[^"]*"|'[^']*'|[^>"'])*)>"#).expect("a pattern"));
static ATTRIBUTE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')"#).expect("a pattern"));

/// Fails where Excel would call an answer damaged.
pub fn assert_sound(workbook: &[u8]) {
    let faults = faults(workbook);
    assert!(faults.is_empty(), "Excel would not open the answer as it is:\n{}", faults.join("\n"));
}

pub(crate) type Parts = BTreeMap<String, String>;

pub(crate) fn parts(workbook: &[u8]) -> Parts {
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).expect("the answer is a package");
    let mut parts = Parts::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let name = entry.name().expect("a name").trim_start_matches('/').replace('\\', "/");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("a part that is whole");
        if name.ends_with(".xml") || name.ends_with(".rels") {
            parts.insert(name, String::from_utf8_lossy(&content).into_owned());
        } else {
            parts.insert(name, String::new());
        }
    }
    parts
}

fn faults(workbook: &[u8]) -> Vec<String> {
    let parts = parts(workbook);
    let mut faults = Vec::new();
    for (name, text) in &parts {
        if name.contains("worksheets/") && name.ends_with(".xml") {
            faults.extend(of_order(name, text));
            faults.extend(of_formats(name, text, &parts));
        }
        if name.ends_with(".rels") {
            faults.extend(of_relationships(name, text, &parts));
        }
    }
    faults.extend(tables::faults(&parts));
    if let Some(text) = parts.get("xl/workbook.xml") {
        faults.extend(of_sheets(text));
    }
    faults
}

/// The text of a worksheet without its rows.
pub(crate) fn without_rows(text: &str) -> String {
    let begin = text.find("sheetData").and_then(|at| text[at..].find('>').map(|end| at + end + 1));
    let end = text.rfind("sheetData>").and_then(|at| text[..at].rfind('<'));
    match (begin, end) {
        (Some(begin), Some(end)) if begin <= end => format!("{}{}", &text[..begin], &text[end..]),
        _ => text.to_owned(),
    }
}

fn of_order(name: &str, text: &str) -> Vec<String> {
    let order: Vec<&str> = ORDER.split_whitespace().collect();
    let text = without_rows(text);
    let (mut depth, mut last, mut seen, mut faults) = (0, 0, BTreeSet::new(), Vec::new());
    for tag in TAG.captures_iter(&text) {
        if &tag[1] == "/" {
            depth -= 1;
            continue;
        }
        let place = order.iter().position(|known| *known == &tag[2]);
        if let Some(place) = place.filter(|_| depth == 1) {
            if place < last {
                faults.push(format!("{name}: {} stands behind {}", &tag[2], order[last]));
            }
            if !seen.insert(place) && order[place] != "conditionalFormatting" {
                faults.push(format!("{name}: {} stands twice", &tag[2]));
            }
            last = place;
        }
        if !tag[3].ends_with('/') {
            depth += 1;
        }
    }
    faults
}

/// The formats that rules refer to are there.
fn of_formats(name: &str, text: &str, parts: &Parts) -> Vec<String> {
    let formats = parts
        .get("xl/styles.xml")
        .map_or(0, |styles| TAG.captures_iter(styles).filter(|tag| &tag[1] != "/" && &tag[2] == "dxf").count());
    if !parts.contains_key("xl/styles.xml") {
        return Vec::new();
    }
    let text = without_rows(text);
    let used = TAG
        .captures_iter(&text)
        .filter(|tag| &tag[2] == "cfRule")
        .filter_map(|tag| attributes(&tag[3]).get("dxfId").and_then(|id| id.parse::<usize>().ok()));
    used.filter(|id| *id >= formats).map(|id| format!("{name}: a rule has the format {id} of {formats}")).collect()
}

pub(crate) fn attributes(tag: &str) -> BTreeMap<String, String> {
    let value = |found: &regex::Captures<'_>| found.get(2).or(found.get(3)).map_or("", |text| text.as_str()).to_owned();
    ATTRIBUTE.captures_iter(tag).map(|found| (found[1].to_owned(), value(&found))).collect()
}

fn of_relationships(name: &str, text: &str, parts: &Parts) -> Vec<String> {
    let owner = name.replacen("_rels/", "", 1);
    let folder = owner.trim_end_matches(".rels").rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let known: BTreeSet<String> = parts.keys().map(|part| part.to_lowercase()).collect();
    let (mut ids, mut faults) = (BTreeSet::new(), Vec::new());
    for tag in TAG.captures_iter(text).filter(|tag| &tag[1] != "/" && &tag[2] == "Relationship") {
        let attributes = attributes(&tag[3]);
        let of = |name: &str| attributes.get(name).cloned().unwrap_or_default();
        if !ids.insert(of("Id")) {
            faults.push(format!("{name}: two relationships are called {}", of("Id")));
        }
        let kind = of("Type").rsplit('/').next().unwrap_or_default().to_owned();
        if of("TargetMode").eq_ignore_ascii_case("external") || !NEEDED.contains(&kind.as_str()) {
            continue;
        }
        let target = resolved(&folder, &of("Target"));
        if !known.contains(&target.to_lowercase()) {
            faults.push(format!("{name}: {} leads to {target}, which isn't there", of("Id")));
        }
    }
    let led = parts.get(owner.trim_end_matches(".rels")).map(|text| without_rows(text)).unwrap_or_default();
    for tag in TAG.captures_iter(&led).filter(|tag| matches!(&tag[2], "legacyDrawing" | "tablePart" | "drawing")) {
        let id = attributes(&tag[3]).into_iter().find(|(name, _)| name.ends_with(":id")).map(|(_, id)| id);
        if let Some(id) = id.filter(|id| !ids.contains(id)) {
            faults.push(format!("{owner}: {} has no relationship {id}", &tag[2]));
        }
    }
    faults
}

pub(crate) fn resolved(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn of_sheets(workbook: &str) -> Vec<String> {
    let (mut ids, mut names, mut faults) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for tag in TAG.captures_iter(workbook).filter(|tag| &tag[1] != "/" && &tag[2] == "sheet") {
        let attributes = attributes(&tag[3]);
        let of = |name: &str| attributes.get(name).cloned().unwrap_or_default();
        if !ids.insert(of("sheetId")) || !names.insert(of("name").to_lowercase()) {
            faults.push(format!("two sheets are called {} or {}", of("name"), of("sheetId")));
        }
    }
    faults
}

#[test]
fn what_excel_would_not_open_is_noticed() {
    let sample = crate::harness::sample();
    assert_sound(&sample);
    let planted = |part: &str, from: &str, to: &str| {
        let change = |name: &str, text: String| if name == part { text.replacen(from, to, 1) } else { text };
        faults(&crate::fidelity::with_parts(&sample, change, &[])).concat()
    };
    let sheet = "xl/worksheets/sheet2.xml";
    let behind = "</sheetData><pageSetup/><mergeCells/>";
    assert!(planted(sheet, "</sheetData>", behind).contains("mergeCells stands behind pageSetup"));
    assert!(planted(sheet, "</sheetData>", "</sheetData><mergeCells/><mergeCells/>").contains("stands twice"));
    let rule = "</sheetData><conditionalFormatting><cfRule dxfId=\"900\"/></conditionalFormatting>";
    assert!(planted(sheet, "</sheetData>", rule).contains("the format 900"));
    let rels = "xl/_rels/workbook.xml.rels";
    assert!(planted(rels, "Id=\"rId2\"", "Id=\"rId1\"").contains("two relationships"));
    assert!(planted(rels, "worksheets/sheet2.xml", "worksheets/sheet9.xml").contains("isn't there"));
    assert!(planted("xl/workbook.xml", "sheetId=\"2\"", "sheetId=\"1\"").contains("two sheets"));
}
