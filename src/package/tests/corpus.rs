//! Every workbook of the corpus gets a rule, a note, a block and grafted sheets, and loses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use calamine::{Reader, Xlsx};

use super::*;
use crate::edit::CellFill;
use crate::{SheetKind, sheet_parts, xml};
use dealerbook_base::narrow::u32_of;

type Raw = BTreeMap<String, (Vec<u8>, Vec<u8>)>;

/// The parts of a package: inflated, and as they are zipped.
fn parts_of(bytes: &[u8]) -> Raw {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
    let mut parts = Raw::new();
    for index in 0..zip.len() {
        let mut zipped = Vec::new();
        zip.by_index_raw(index).expect("an entry").read_to_end(&mut zipped).expect("reads");
        let mut entry = zip.by_index(index).expect("an entry");
        let mut inflated = Vec::new();
        entry.read_to_end(&mut inflated).expect("reads");
        let name = entry.name().expect("a name").into_owned();
        assert!(parts.insert(name, (inflated, zipped)).is_none(), "declared twice");
    }
    parts
}

fn cells(bytes: &[u8], skip: &BTreeSet<(String, u32)>) -> BTreeMap<String, String> {
    let Ok(mut book) = Xlsx::new(Cursor::new(bytes)) else {
        return BTreeMap::new();
    };
    let mut all = BTreeMap::new();
    for name in book.sheet_names() {
        let values = book.worksheet_range(&name).map(|range| {
            let start = range.start().unwrap_or((0, 0));
            range
                .used_cells()
                .map(|(r, c, v)| (u32_of(r) + start.0, u32_of(c) + start.1, format!("{v:?}")))
                .collect::<Vec<_>>()
        });
        let formulas = book.worksheet_formula(&name).map(|range| {
            let start = range.start().unwrap_or((0, 0));
            range
                .used_cells()
                .map(|(r, c, v)| (u32_of(r) + start.0, u32_of(c) + start.1, v.clone()))
                .collect::<Vec<_>>()
        });
        let (Ok(mut values), Ok(mut formulas)) = (values, formulas) else {
            continue;
        };
        values.retain(|(_, c, _)| !skip.contains(&(name.clone(), *c)));
        formulas.retain(|(_, c, _)| !skip.contains(&(name.clone(), *c)));
        all.insert(name, format!("{values:?} {formulas:?}"));
    }
    all
}

/// Two columns behind the last cell of a sheet.
fn free_column(bytes: &[u8], name: &str) -> u16 {
    let mut book: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(_) => return 40,
    };
    let values = book.worksheet_range(name).ok().and_then(|range| range.end()).map_or(0, |end| end.1);
    let formulas = book.worksheet_formula(name).ok().and_then(|range| range.end()).map_or(0, |end| end.1);
    u16::try_from(values.max(formulas) + 2).unwrap_or(40).min(16_000)
}

/// Cells that are filled: one that may stand there, and one that mostly has to be made.
const FILLED: [At; 2] = [At { row: 2, column: 0 }, At { row: 400, column: 0 }];

struct Case {
    name: String,
    input: Vec<u8>,
    output: Vec<u8>,
    columns: BTreeSet<(String, u32)>,
}

fn annotate(bytes: &[u8], users: &[(String, u16)]) -> (Vec<u8>, Written) {
    let package = Package::open(bytes, &Limits::default()).expect("opens");
    let titles = package.titles_for(&["考核结果", "总览"]);
    let edit = |(name, column): &(String, u16)| {
        let fills = FILLED.map(|at| CellFill { at, fill: Rgb(0xff_c7_ce) }).to_vec();
        SheetEdit { fills, ..edit_of(name, *column) }
    };
    let sheets = users.iter().map(edit).collect();
    write(bytes, Edits { sheets, graft: Some(graft_of(&titles, 5)), ..Edits::default() })
}

fn case(path: &Path) -> Case {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let input = std::fs::read(path).expect("reads");
    let package = Package::open(&input, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let worksheets = package.sheets().iter().filter(|sheet| sheet.kind == SheetKind::Worksheet);
    let users: Vec<(String, u16)> =
        worksheets.map(|sheet| (sheet.name.clone(), free_column(&input, &sheet.name))).collect();
    let (output, _) = annotate(&input, &users);
    let (again, _) = annotate(&output, &users);
    for (part, (inflated, _)) in parts_of(&output) {
        let other = parts_of(&again).remove(&part).map(|(inflated, _)| String::from_utf8_lossy(&inflated).into_owned());
        assert_eq!(Some(String::from_utf8_lossy(&inflated).into_owned()), other, "{name}: {part} after a second run");
    }
    let columns =
        users.iter().flat_map(|(name, c)| [(name.clone(), u32::from(*c)), (name.clone(), u32::from(*c) + 1)]).collect();
    Case { name, input, output, columns }
}

fn check_parts(case: &Case) {
    let (before, after) = (parts_of(&case.input), parts_of(&case.output));
    for (name, (inflated, zipped)) in &before {
        let (new, new_zipped) = after.get(name).unwrap_or_else(|| panic!("{}: {name} is lost", case.name));
        let may_change = [
            "[Content_Types].xml",
            "workbook.xml",
            "styles.xml",
            "worksheets/sheet",
            "comments",
            "vmlDrawing",
            ".rels",
            "pivotTable",
        ];
        if inflated == new {
            assert_eq!(zipped, new_zipped, "{}: {name} was zipped anew", case.name);
        } else {
            let sheet_or_known = may_change.iter().any(|part| name.contains(part)) || name.contains("worksheets/");
            assert!(sheet_or_known, "{}: {name} was changed", case.name);
        }
    }
}

fn check_xml(case: &Case) {
    let after = parts_of(&case.output);
    let types = xml::parse(&part(&case.output, "[Content_Types].xml"), "types").expect("parses").root;
    for (name, (bytes, _)) in &after {
        let lower = name.to_lowercase();
        let extension = lower.rsplit('.').next().unwrap_or("").to_owned();
        let typed = types.elements().any(|e| {
            e.attr("PartName").is_some_and(|part| part.to_lowercase().trim_start_matches('/') == lower)
                || e.attr("Extension").is_some_and(|other| other.eq_ignore_ascii_case(&extension))
        });
        assert!(typed || name == "[Content_Types].xml" || name.ends_with('/'), "{}: {name} has no type", case.name);
        if extension == "xml" || extension == "rels" {
            let text = String::from_utf8_lossy(bytes);
            let document = xml::parse(&text, name).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            match document.root.local() {
                "worksheet" => check_sheet(case, name, &document.root),
                "Relationships" => check_targets(case, name, &document.root, &after),
                _ => {}
            }
        }
    }
}

fn check_sheet(case: &Case, name: &str, root: &xml::Element) {
    let ranks: Vec<usize> = root.elements().filter_map(sheet_parts::rank_of).collect();
    assert!(ranks.is_sorted(), "{}: the children of {name} are out of order: {ranks:?}", case.name);
    let single: Vec<usize> =
        ranks.iter().copied().filter(|rank| *rank != sheet_parts::rank("conditionalFormatting")).collect();
    let unique: BTreeSet<usize> = single.iter().copied().collect();
    assert_eq!(single.len(), unique.len(), "{}: {name} has a child twice", case.name);
    let mut priorities = Vec::new();
    let (mut row, mut rows) = (0_u32, BTreeSet::new());
    root.visit(&mut |e| match e.local() {
        "cfRule" => priorities.extend(e.attr("priority").and_then(|p| p.parse::<i64>().ok())),
        "row" => {
            row = e.attr("r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
            assert!(rows.insert(row), "{}: row {row} of {name} stands twice", case.name);
            let columns: Vec<u16> =
                e.elements().filter_map(|c| crate::reference::parse_cell(&c.attr("r")?)).map(|at| at.column).collect();
            assert!(columns.is_sorted_by(|a, b| a < b), "{}: row {row} of {name}: {columns:?}", case.name);
        }
        _ => {}
    });
    assert!(priorities.iter().all(|priority| *priority > 0), "{}: {name}", case.name);
}

fn check_targets(case: &Case, name: &str, root: &xml::Element, after: &Raw) {
    let (folder, file) = name.rsplit_once("_rels/").expect("a relationship part");
    let owner = format!("{folder}{}", file.trim_end_matches(".rels"));
    let mut ids = BTreeSet::new();
    for rel in root.elements() {
        assert!(ids.insert(rel.attr("Id")), "{}: an id stands twice in {name}", case.name);
        let target = rel.attr("Target").unwrap_or_default();
        if rel.attr("TargetMode").as_deref() == Some("External") || target.starts_with('#') {
            continue;
        }
        let part = crate::rels::resolve(&owner, &target).to_lowercase();
        let there = |bytes: &[u8]| names(bytes).iter().any(|other| other.to_lowercase().replace('\\', "/") == part);
        let dangling_before = !there(&case.input) && names(&case.input).contains(&name.to_owned());
        assert!(
            after.keys().any(|other| other.to_lowercase() == part) || dangling_before,
            "{}: {name} leads to {part}",
            case.name
        );
    }
}

#[test]
fn every_workbook_keeps_all_it_had() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(listing) = std::fs::read_dir(&folder) else {
        println!("left out: there is no corpus beside the crate");
        return;
    };
    let mut paths: Vec<_> = listing
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "xlsx" || e == "xlsm"))
        .collect();
    paths.sort();
    for path in paths {
        let case = case(&path);
        check_parts(&case);
        check_xml(&case);
        kept::sheets(&case.name, &case.input, &case.output, &case.columns, &FILLED);
        kept::formats(&case.name, &case.input, &case.output);
        kept::notes(&case.name, &case.input, &case.output);
        let (bare, _) = write(&case.output, Edits::default());
        kept::sheets(&case.name, &case.input, &bare, &case.columns, &[]);
        let (before, after) = (cells(&case.input, &case.columns), cells(&case.output, &case.columns));
        for (sheet, content) in &before {
            assert_eq!(Some(content), after.get(sheet), "{}: the cells of {sheet}", case.name);
        }
        assert!(
            before.is_empty() || after.keys().any(|sheet| sheet.starts_with("考核结果")),
            "{}: the new sheet",
            case.name
        );
        // Where the outputs are to be looked at by hand.
        if let Ok(kept) = std::env::var("PACKAGE_OUTPUT") {
            std::fs::write(Path::new(&kept).join(&case.name), &case.output).expect("writes");
        }
    }
}
