//! Values of the user's own cells are set, and nothing else changes.

use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::xml;
use crate::{CellChange, CellValue, PackageError, SheetKind, WhyNot, change_cells};

fn change(sheet: &str, cell: &str, value: CellValue) -> CellChange {
    CellChange { sheet: sheet.to_owned(), cell: cell.to_owned(), value }
}

fn number(cell: &str, value: &str) -> CellChange {
    change("S", cell, CellValue::Number(value.to_owned()))
}

fn text(cell: &str, value: &str) -> CellChange {
    change("S", cell, CellValue::Text(value.to_owned()))
}

fn changed(bytes: &[u8], changes: &[CellChange]) -> Vec<u8> {
    change_cells(bytes, &Limits::default(), changes).expect("changes")
}

/// Why each of the changes can't be made, by its number.
fn refused(bytes: &[u8], changes: &[CellChange]) -> Vec<(usize, WhyNot)> {
    match change_cells(bytes, &Limits::default(), changes) {
        Err(PackageError::Changes(faults)) => faults.into_iter().map(|fault| (fault.index, fault.why)).collect(),
        other => panic!("{other:?}"),
    }
}

fn rows(bytes: &[u8]) -> String {
    let text = part(bytes, "xl/worksheets/sheet1.xml");
    let from = text.find("<sheetData").expect("rows");
    let to = text.find("</sheetData>").expect("rows' end");
    text[from..to].to_owned()
}

#[test]
fn a_cell_takes_the_value_and_keeps_its_format() {
    let input = book(
        &sheet(
            "<sheetData><row r=\"2\" s=\"5\" customFormat=\"1\"><c r=\"A2\" s=\"3\" t=\"s\"><v>0</v></c><c r=\"C2\" s=\"4\"><v>7</v></c>\
             <c r=\"D2\"><v>8</v></c></row></sheetData>",
        ),
        &[],
    );
    let output =
        changed(&input, &[number("c2", " 88.50 "), text("$A$2", "=1+1"), number("B2", "1e3"), number("F9", "-1")]);
    assert_eq!(
        rows(&output),
        "<sheetData><row r=\"2\" s=\"5\" customFormat=\"1\"><c r=\"A2\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1</t></is></c>\
         <c r=\"B2\" s=\"5\"><v>1e3</v></c><c r=\"C2\" s=\"4\"><v>88.50</v></c><c r=\"D2\"><v>8</v></c></row>\
         <row r=\"9\"><c r=\"F9\"><v>-1</v></c></row>"
    );
    assert!(part(&output, "xl/workbook.xml").contains("fullCalcOnLoad=\"1\""));
}

#[test]
fn a_cell_is_emptied_and_one_that_is_not_there_is_not_made() {
    let input = book(&sheet("<sheetData><row r=\"1\"><c r=\"A1\" s=\"3\"><v>1</v></c></row></sheetData>"), &[]);
    let output = changed(&input, &[change("s", "A1", CellValue::Blank), change("S", "B7", CellValue::Blank)]);
    assert_eq!(rows(&output), "<sheetData><row r=\"1\"><c r=\"A1\" s=\"3\"/></row>");
}

#[test]
fn a_formula_goes_with_the_calculation_chain() {
    let chain = "<calcChain xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><c r=\"A1\" i=\"1\"/><c r=\"B1\"/></calcChain>";
    let types = TYPES.replace(
        "</Types>",
        "<Override PartName=\"/xl/calcChain.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml\"/></Types>",
    );
    let rels = WORKBOOK_RELS.replace(
        "</Relationships>",
        "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain\" \
         Target=\"calcChain.xml\"/></Relationships>",
    );
    let cells = "<c r=\"A1\"><f>1+1</f><v>2</v></c><c r=\"B1\"><f>A1</f><v>2</v></c><c r=\"C1\"><v>3</v></c>";
    let input = book(
        &sheet(&format!("<sheetData><row r=\"1\">{cells}</row></sheetData>")),
        &[("xl/calcChain.xml", chain), ("[Content_Types].xml", &types), ("xl/_rels/workbook.xml.rels", &rels)],
    );
    let kept = changed(&input, &[number("C1", "4")]);
    assert_eq!(part(&kept, "xl/calcChain.xml"), chain);
    let output = changed(&input, &[number("A1", "4")]);
    assert!(rows(&output).contains("<c r=\"A1\"><v>4</v></c><c r=\"B1\"><f>A1</f>"));
    assert!(!names(&output).contains(&"xl/calcChain.xml".to_owned()));
    assert!(!part(&output, "[Content_Types].xml").contains("calcChain"));
    assert!(!part(&output, "xl/_rels/workbook.xml.rels").contains("calcChain"));
}

#[test]
fn formulas_that_make_several_cells_are_not_torn() {
    let cells = "<c r=\"A1\"><f t=\"shared\" ref=\"A1:A3\" si=\"0\">B1*2</f><v>2</v></c><c r=\"B1\"><f t=\"array\" ref=\"B1:B2\">C1:C2</f><v>2</v></c>\
        <c r=\"C1\"><f t=\"array\" ref=\"C1\">SUM(D1:D2)</f><v>2</v></c>";
    let more = "<c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>2</v></c><c r=\"B2\"><v>2</v></c>";
    let input =
        book(&sheet(&format!("<sheetData><row r=\"1\">{cells}</row><row r=\"2\">{more}</row></sheetData>")), &[]);
    let formula = |range: &str| WhyNot::Formula(range.to_owned());
    assert_eq!(
        refused(&input, &[number("A1", "1"), number("B1", "1"), number("B2", "1"), number("A2", "1")]),
        [(0, formula("A1:A3")), (1, formula("B1:B2")), (2, formula("B1:B2"))]
    );
    let output = changed(&input, &[number("A2", "1"), number("C1", "1")]);
    assert!(rows(&output).contains("<c r=\"A2\"><v>1</v></c>"), "{}", rows(&output));
    assert!(rows(&output).contains("<c r=\"C1\"><v>1</v></c>"));
}

#[test]
fn every_change_that_cannot_be_made_is_named() {
    let inner = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData><mergeCells count=\"1\"><mergeCell ref=\"A4:B5\"/></mergeCells>\
        <tableParts count=\"1\"><tablePart r:id=\"rId1\" \
        xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"/></tableParts>";
    let rels = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/table\" Target=\"../tables/table1.xml\"/></Relationships>";
    let table = "<table xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" id=\"1\" ref=\"D8:E10\"/>";
    let input = book(&sheet(inner), &[("xl/worksheets/_rels/sheet1.xml.rels", rels), ("xl/tables/table1.xml", table)]);
    let long = "长".repeat(32_768);
    let changes = [
        change("T", "A1", CellValue::Blank),
        number("A0", "1"),
        number("A1", "12,5"),
        text("A2", &long),
        number("B5", "1"),
        number("E8", "1"),
        number("A3", "1"),
        number("A3", "2"),
        number("A4", "1"),
        number("E9", "1"),
    ];
    assert_eq!(
        refused(&input, &changes),
        [
            (0, WhyNot::NoSuchSheet),
            (1, WhyNot::NotAnAddress),
            (2, WhyNot::NotANumber),
            (3, WhyNot::TooLong),
            (4, WhyNot::Merged("A4:B5".to_owned())),
            (5, WhyNot::TableHeading),
            (7, WhyNot::Twice),
        ]
    );
    let error = change_cells(&input, &Limits::default(), &changes).expect_err("refuses").to_string();
    assert!(error.contains("T!A1: there is no such sheet") && error.contains("S!E8"), "{error}");
    changed(&input, &[number("A4", "1"), number("E9", "1")]);
}

#[test]
fn what_an_earlier_run_added_is_not_the_users() {
    let input = book(&sheet("<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>"), &[]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    let titles = package.titles_for(&["考核结果", "总览"]);
    let edits = Edits { sheets: vec![edit_of("S", 4)], graft: Some(graft_of(&titles, 2)), ..Edits::default() };
    let (annotated, _) = write(&input, edits);
    assert_eq!(
        refused(&annotated, &[number("E1", "1"), change("考核结果", "A1", CellValue::Blank)]),
        [(0, WhyNot::Added), (1, WhyNot::NotAUsersSheet)]
    );
    let output = changed(&annotated, &[number("A1", "2")]);
    for name in names(&annotated) {
        let touched = ["xl/worksheets/sheet1.xml", "xl/workbook.xml"].contains(&name.as_str());
        assert!(touched || part(&annotated, &name) == part(&output, &name), "{name}");
    }
    let before = part(&annotated, "xl/worksheets/sheet1.xml");
    assert_eq!(before.replace("<v>1</v>", "<v>2</v>"), part(&output, "xl/worksheets/sheet1.xml"));
}

#[test]
fn nothing_to_change_gives_the_same_parts() {
    let input = book(&sheet("<sheetData/>"), &[]);
    let output = changed(&input, &[]);
    names(&input).iter().for_each(|name| assert_eq!(part(&input, name), part(&output, name)));
}

#[test]
fn rows_with_their_cells_out_of_order_are_refused() {
    let input =
        book(&sheet("<sheetData><row r=\"1\"><c r=\"C1\"><v>1</v></c><c r=\"B1\"><v>2</v></c></row></sheetData>"), &[]);
    let error = change_cells(&input, &Limits::default(), &[number("B1", "3")]).expect_err("refuses");
    assert!(matches!(error, PackageError::Unpatchable { .. }), "{error}");
}

/// The parts that a change may touch.
fn may_change(name: &str, sheet: &str) -> bool {
    let same = |other: &str| name.trim_start_matches('/').replace('\\', "/").eq_ignore_ascii_case(other);
    same(sheet) || ["workbook", "calcChain", "[Content_Types]"].iter().any(|stem| name.contains(stem))
}

fn one_workbook(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let input = std::fs::read(path).expect("reads");
    let package = Package::open(&input, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let Some(sheet) = package.users_sheets().find(|sheet| sheet.kind == SheetKind::Worksheet) else { return false };
    let value = "-=变更 <x> & \"y\"_x0041_";
    let wanted = [
        change(&sheet.name, "B7", CellValue::Number("12345.675".to_owned())),
        change(&sheet.name, "ZZ9", CellValue::Text(value.to_owned())),
        change(&sheet.name, "C2000", CellValue::Number("-0.1".to_owned())),
    ];
    let output = match change_cells(&input, &Limits::default(), &wanted) {
        Ok(output) => output,
        Err(PackageError::Changes(_)) => return false,
        Err(error) => panic!("{name}: {error}"),
    };
    let read = |bytes: &[u8], part: &str| {
        let mut content = Vec::new();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
        zip.by_name(part)
            .unwrap_or_else(|_| panic!("{name}: {part} is there"))
            .read_to_end(&mut content)
            .expect("reads");
        content
    };
    for part in names(&input) {
        if !may_change(&part, &sheet.part) {
            assert_eq!(read(&input, &part), read(&output, &part), "{name}: {part}");
        }
    }
    for part in names(&output).iter().filter(|part| part.ends_with(".xml")) {
        let content = read(&output, part);
        xml::parse(&String::from_utf8_lossy(&content), part).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    Package::open(&output, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let (Ok(mut before), Ok(mut after)) = (Xlsx::new(Cursor::new(&input[..])), Xlsx::new(Cursor::new(&output[..])))
    else {
        return true;
    };
    for title in before.sheet_names() {
        let (Ok(old), Ok(new)) = (before.worksheet_range(&title), after.worksheet_range(&title)) else { continue };
        let (start, end) = (new.start().unwrap_or_default(), new.end().unwrap_or_default());
        for at in (start.0..=end.0).flat_map(|row| (start.1..=end.1).map(move |column| (row, column))) {
            let now = new.get_value(at).unwrap_or(&Data::Empty);
            match (title == sheet.name, at) {
                (true, (8, 701)) => assert_eq!(*now, Data::String(value.to_owned()), "{name}"),
                (true, (6, 1) | (1999, 2)) => assert!(!matches!(now, Data::Empty), "{name}"),
                _ => assert_eq!(now, old.get_value(at).unwrap_or(&Data::Empty), "{name}: {title} {at:?}"),
            }
        }
    }
    true
}

#[test]
fn workbooks_of_the_corpus_change_in_the_named_cells_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(listing) = std::fs::read_dir(&folder) else {
        println!("left out: there is no corpus beside the crate");
        return;
    };
    let mut paths: Vec<_> = listing.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "xlsx" || e == "xlsm"));
    paths.sort();
    let made = paths.iter().filter(|path| one_workbook(path)).count();
    assert!(made * 2 > paths.len(), "{made} of {} could be changed", paths.len());
}
