//! What of a user's sheet has to be the same before and after: every cell's type, value, formula and format, row heights, column
//! widths, merges, rules, validations, protection, notes; and the formats that cells and rules are numbered by.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::xml::{self, Element};
use crate::{SheetKind, reference, stamp};

/// A sheet, spelt out.
#[derive(Debug, Default, PartialEq)]
struct Spelt {
    cells: BTreeMap<At, String>,
    rows: BTreeMap<u32, String>,
    columns: BTreeMap<u32, String>,
    rules: Vec<String>,
    others: Vec<String>,
}

/// An element without the attributes that may change.
fn bare(element: &Element, but: &[&str]) -> String {
    let mut copy = element.clone();
    but.iter().for_each(|name| copy.unset(name));
    copy.markup()
}

fn attributes(element: &Element, but: &[&str]) -> String {
    let attrs: BTreeMap<&str, &str> = element.attrs().into_iter().filter(|(name, _)| !but.contains(name)).collect();
    format!("{attrs:?}")
}

fn spell(root: &Element, skip: &BTreeSet<u32>) -> Spelt {
    let mut spelt = Spelt::default();
    for child in root.elements() {
        match child.local() {
            "sheetData" => spell_rows(child, skip, &mut spelt),
            "cols" => spell_columns(child, skip, &mut spelt),
            "conditionalFormatting" => {
                let formula = |rule: &Element| rule.child("formula").is_some_and(|f| stamp::is_stamped(&f.text()));
                if !child.elements().any(formula) {
                    let mut rule = child.clone();
                    rule.visit_mut(&mut |e| e.unset("priority"));
                    spelt.rules.push(rule.markup());
                }
            }
            "dimension" | "legacyDrawing" => {}
            _ => {
                let mut other = child.clone();
                other.visit_mut(&mut |e| {
                    if e.local() == "cfRule" {
                        e.unset("priority");
                    }
                });
                spelt.others.push(other.markup());
            }
        }
    }
    spelt
}

fn spell_rows(rows: &Element, skip: &BTreeSet<u32>, spelt: &mut Spelt) {
    let mut next = 0;
    for row in rows.elements() {
        let number = row.attr("r").and_then(|r| r.parse::<u32>().ok()).map_or(next, |r| r - 1);
        next = number + 1;
        let mut column = 0;
        for cell in row.elements() {
            let at = cell.attr("r").and_then(|r| reference::parse_cell(&r));
            let at = at.unwrap_or(At { row: number, column });
            column = at.column + 1;
            if !skip.contains(&u32::from(at.column)) {
                spelt.cells.insert(at, bare(cell, &["r"]));
            }
        }
        let attrs = attributes(row, &["r", "spans"]);
        if attrs != "{}" {
            spelt.rows.insert(number, attrs);
        }
    }
}

/// Widths by column; of spans to the last column only where they begin.
fn spell_columns(cols: &Element, skip: &BTreeSet<u32>, spelt: &mut Spelt) {
    for col in cols.elements() {
        let bound = |name: &str| col.attr(name).and_then(|text| text.parse::<u32>().ok()).expect("a bound");
        for column in bound("min")..=bound("max") {
            if !skip.contains(&(column - 1)) {
                spelt.columns.insert(column - 1, attributes(col, &["min", "max"]));
            }
        }
    }
}

fn sheet_texts(bytes: &[u8]) -> BTreeMap<String, String> {
    let package = Package::open(bytes, &Limits::default()).expect("opens");
    let worksheets = package.users_sheets().filter(|sheet| sheet.kind == SheetKind::Worksheet);
    worksheets.map(|sheet| (sheet.name.clone(), part(bytes, &actual(bytes, &sheet.part)))).collect()
}

/// The name of a part as the archive spells it.
fn actual(bytes: &[u8], part: &str) -> String {
    let same = |name: &String| name.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(part);
    names(bytes).into_iter().find(same).unwrap_or_else(|| part.to_owned())
}

/// That the sheets are the same outside what was added: columns, and the formats of these cells.
pub(super) fn sheets(name: &str, before: &[u8], after: &[u8], columns: &BTreeSet<(String, u32)>, filled: &[At]) {
    let after_texts = sheet_texts(after);
    for (sheet, text) in sheet_texts(before) {
        let of_sheet = |(other, column): &(String, u32)| (*other == sheet).then_some(*column);
        let skip: BTreeSet<u32> = columns.iter().filter_map(of_sheet).collect();
        let root = |text: &str| xml::parse(text, &sheet).expect("parses").root;
        let (mut old, mut new) = (spell(&root(&text), &skip), spell(&root(&after_texts[&sheet]), &skip));
        for at in filled {
            let strip = |cell: String| bare(&xml::parse(&cell, "a cell").expect("parses").root, &["s"]);
            // A blank cell may have come to be filled.
            let blank = |cell: &String| xml::parse(cell, "a cell").expect("parses").root.children.is_empty();
            for cells in [&mut old.cells, &mut new.cells] {
                let cell = cells.remove(at).filter(|cell| !blank(cell)).map(strip);
                cells.extend(cell.map(|cell| (*at, cell)));
            }
        }
        assert_eq!(old.cells.len(), new.cells.len(), "{name}: the number of cells of {sheet}");
        for (at, cell) in &old.cells {
            assert_eq!(Some(cell), new.cells.get(at), "{name}: {} of {sheet}", reference::cell(*at));
        }
        assert_eq!(old.rows, new.rows, "{name}: the rows of {sheet}");
        assert_eq!(old.columns, new.columns, "{name}: the columns of {sheet}");
        assert_eq!(old.rules, new.rules, "{name}: the rules of {sheet}");
        assert_eq!(old.others, new.others, "{name}: merges, validations and all else of {sheet}");
    }
}

/// That every number of a format means what it meant.
pub(super) fn formats(name: &str, before: &[u8], after: &[u8]) {
    let styles = actual(before, "xl/styles.xml");
    if !names(before).contains(&styles) {
        return;
    }
    let root = |bytes: &[u8]| xml::parse(&part(bytes, &styles), "styles").expect("parses").root;
    let (old, new) = (root(before), root(after));
    for list in ["numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"] {
        let items = |root: &Element| {
            let items = root.child(list).into_iter().flat_map(Element::elements).map(Element::markup);
            items.collect::<Vec<String>>()
        };
        let (old, new) = (items(&old), items(&new));
        assert!(new.starts_with(&old), "{name}: the {list} have changed");
    }
}

/// That the user's notes stand as they stood, with ours behind them, and threaded comments are untouched.
pub(super) fn notes(name: &str, before: &[u8], after: &[u8]) {
    let lower = |part: &String| part.to_lowercase();
    for part_name in names(before) {
        let (old, new) = (read(before, &part_name), || read(after, &part_name));
        if lower(&part_name).contains("threadedcomment") || lower(&part_name).contains("vbaproject") {
            assert_eq!(old, new(), "{name}: {part_name}");
        } else if lower(&part_name).contains("comments") && part_name.ends_with(".xml") {
            let comments = |bytes: &[u8]| {
                let root = xml::parse(&String::from_utf8_lossy(bytes), &part_name).expect("parses").root;
                let comments = root.child("commentList").into_iter().flat_map(Element::elements);
                comments.map(|c| (c.attr("ref").unwrap_or_default(), c.text())).collect::<BTreeMap<_, _>>()
            };
            let kept = comments(&new());
            for (cell, text) in comments(&old) {
                assert!(kept[&cell].starts_with(&text), "{name}: the note on {cell}: {text:?}, now {:?}", kept[&cell]);
            }
        }
    }
}

fn read(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
    let mut content = Vec::new();
    zip.by_name(name).unwrap_or_else(|_| panic!("{name} is there")).read_to_end(&mut content).expect("reads");
    content
}

/// A workbook of one sheet with this cell in it, compared with the same with that one.
fn compare(one: &str, other: &str) {
    let of = |cell: &str| book(&sheet(&format!("<sheetData><row r=\"1\">{cell}</row></sheetData>")), &[]);
    sheets("made", &of(one), &of(other), &BTreeSet::new(), &[]);
}

#[test]
fn what_is_the_same_passes() {
    compare("<c r=\"A1\" s=\"1\"><f>1+1</f><v>2</v></c>", "<c s=\"1\"><f>1+1</f><v>2</v></c>");
}

#[test]
#[should_panic(expected = "A1 of S")]
fn a_changed_formula_is_found() {
    compare("<c r=\"A1\"><f>1+1</f><v>2</v></c>", "<c r=\"A1\"><f>1+2</f><v>2</v></c>");
}

#[test]
#[should_panic(expected = "A1 of S")]
fn a_changed_format_is_found() {
    compare("<c r=\"A1\" s=\"1\"><v>2</v></c>", "<c r=\"A1\" s=\"2\"><v>2</v></c>");
}
