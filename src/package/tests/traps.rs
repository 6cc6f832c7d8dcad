//! Traps that real files have set.

use super::*;
use crate::{PackageError, WhyLeftOut};

const S: &str = "xl/worksheets/sheet1.xml";

#[test]
fn new_cells_stand_in_their_places() {
    let input = sheet(
        "<dimension ref=\"A1:B3\"/><sheetData><row r=\"1\" spans=\"1:2\" ht=\"20\"><c r=\"A1\"><v>1</v></c></row>\
         <row r=\"4\" spans=\"1:9\"><c r=\"A4\"/><c r=\"I4\"><v>9</v></c></row></sheetData>",
    );
    let (out, _) = patch(&book(&input, &[]), vec![edit_of("S", 3)]);
    let text = part(&out, S);
    assert!(text.contains("<dimension ref=\"A1:E3\"/>"), "{text}");
    assert!(text.contains("<row r=\"1\" ht=\"20\"><c r=\"A1\"><v>1</v></c><c r=\"D1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">考核得分</t></is></c></row>"), "{text}");
    assert!(text.contains("<row r=\"2\"><c r=\"D2\" s=\"1\"><v>87.50</v></c><c r=\"E2\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> =1+1 </t></is></c></row>"), "{text}");
    assert!(
        text.contains("<row r=\"4\" spans=\"1:9\"><c r=\"A4\"/><c r=\"I4\"><v>9</v></c></row></sheetData>"),
        "{text}"
    );
    assert!(part(&out, "xl/styles.xml").contains("formatCode").eq(&false), "0.00 is built in");
}

#[test]
fn rows_and_cells_without_numbers_are_counted() {
    let input = sheet("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>");
    let (out, _) = patch(&book(&input, &[]), vec![edit_of("S", 3)]);
    let text = part(&out, S);
    assert!(text.contains("<row><c><v>1</v></c><c><v>2</v></c><c r=\"D1\""), "{text}");
    assert!(text.contains("<row><c><v>3</v></c><c r=\"D2\" s=\"1\">"), "{text}");
}

#[test]
fn a_prefix_is_kept_to() {
    let input = "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><x:sheetData/><x:pageMargins left=\"1\"/></x:worksheet>";
    let (out, _) = patch(&book(input, &[]), vec![edit_of("S", 3)]);
    let text = part(&out, S);
    assert!(text.contains("<x:cols><x:col min=\"4\" max=\"4\" width=\"12.5\" customWidth=\"1\"/>"), "{text}");
    assert!(text.contains("<x:row r=\"1\"><x:c r=\"D1\" t=\"inlineStr\"><x:is><x:t "), "{text}");
    assert!(text.contains("</x:sheetData><x:conditionalFormatting sqref=\"B2:B3 B6\"><x:cfRule "), "{text}");
    assert!(text.contains("<x:legacyDrawing xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"rId2\"/></x:worksheet>"), "{text}");
}

#[test]
fn a_strict_file_stays_strict() {
    let strict = |text: &str| {
        text.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
    };
    let input = book(
        &strict(&sheet("<sheetData/>")),
        &[
            ("_rels/.rels", &strict(RELS)),
            ("xl/workbook.xml", &strict(WORKBOOK)),
            ("xl/_rels/workbook.xml.rels", &strict(WORKBOOK_RELS)),
        ],
    );
    let titles = ["A".to_owned(), "B".to_owned()];
    let (out, _) =
        write(&input, Edits { sheets: vec![edit_of("S", 3)], graft: Some(graft_of(&titles, 1)), ..Edits::default() });
    for name in names(&out).iter().filter(|name| !name.contains("Content_Types")) {
        let text = part(&out, name);
        assert!(!text.contains("schemas.openxmlformats.org/spreadsheetml/2006/main"), "{name}: {text}");
        assert!(!text.contains("schemas.openxmlformats.org/officeDocument/2006/relationships"), "{name}: {text}");
    }
}

#[test]
fn our_rules_come_first_and_the_others_move() {
    let tail = "<sheetData/><mergeCells/><conditionalFormatting sqref=\"A1\"><cfRule type=\"expression\" priority=\"1\"><formula>1</formula></cfRule>\
                </conditionalFormatting><dataValidations/><extLst><ext xmlns:x14=\"u\"><x14:conditionalFormattings><x14:conditionalFormatting>\
                <x14:cfRule type=\"dataBar\" priority=\"2\"/></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>";
    let (out, _) = patch(&book(&sheet(tail), &[]), vec![edit_of("S", 3)]);
    let text = part(&out, S);
    let places: Vec<usize> = [
        "<mergeCells/>",
        "sqref=\"B2:B3 B6\"",
        "priority=\"1\"",
        "sqref=\"A1\"",
        "priority=\"2\"",
        "<dataValidations/>",
        "<legacyDrawing",
        "priority=\"3\"",
    ]
    .iter()
    .map(|needle| text.find(needle).unwrap_or_else(|| panic!("{needle} in {text}")))
    .collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains("<formula>AND(ISTEXT(B2),N(\"dealerbook\")=0)</formula>"), "{text}");
}

#[test]
fn widths_cut_what_spans_them() {
    let input = sheet("<cols><col min=\"1\" max=\"16384\" width=\"3\" style=\"1\" hidden=\"1\"/></cols><sheetData/>");
    let (out, _) = patch(&book(&input, &[]), vec![edit_of("S", 3)]);
    assert!(
        part(&out, S).contains(
            "<cols><col min=\"1\" max=\"3\" width=\"3\" style=\"1\" hidden=\"1\"/><col min=\"4\" max=\"4\" width=\"12.5\" style=\"1\" customWidth=\"1\"/>\
             <col min=\"5\" max=\"5\" width=\"8\" style=\"1\" customWidth=\"1\"/><col min=\"6\" max=\"16384\" width=\"3\" style=\"1\" hidden=\"1\"/></cols>"
        ),
        "{}",
        part(&out, S)
    );
}

#[test]
fn a_value_of_the_users_is_never_overwritten() {
    let open = sheet("<sheetData><row r=\"1\"><c r=\"D1\" s=\"0\"></c></row></sheetData>");
    let (out, _) = patch(&book(&open, &[]), vec![edit_of("S", 3)]);
    assert_eq!(part(&out, S).matches("r=\"D1\"").count(), 1, "a blank gives way");
    let full = book(&sheet("<sheetData><row r=\"1\"><c r=\"D1\"><v>1</v></c></row></sheetData>"), &[]);
    let package = Package::open(&full, &Limits::default()).expect("opens");
    let result = package.write(Edits { sheets: vec![edit_of("S", 3)], ..Edits::default() }, Cursor::new(Vec::new()));
    assert!(matches!(result, Err(PackageError::Unpatchable { .. })));
}

const SHEET_RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId7\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing\" Target=\"../drawings/vmlDrawing9.vml\"/>\
    <Relationship Id=\"rId8\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing\" Target=\"/xl/drawings/vmlDrawing1.vml\"/>\
    </Relationships>";

#[test]
fn a_drawing_of_controls_takes_the_notes_and_that_of_headers_does_not() {
    let input = sheet(
        "<sheetData/><mc:AlternateContent xmlns:mc=\"m\"><mc:Choice><legacyDrawing xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
         r:id=\"rId8\"/></mc:Choice></mc:AlternateContent><legacyDrawingHF xmlns:r=\"r\" r:id=\"rId7\"/>",
    );
    let vml = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"o\" xmlns:x=\"x\"><o:shapelayout><o:idmap v:ext=\"edit\" data=\"5\"/></o:shapelayout>\
               <v:shape id=\"_x0000_s5121\"><br></v:shape></xml>";
    let more = [
        ("xl/worksheets/_rels/sheet1.xml.rels", SHEET_RELS),
        ("xl/drawings/vmlDrawing1.vml", vml),
        ("xl/drawings/vmlDrawing9.vml", "<xml/>"),
    ];
    let (out, written) = patch(&book(&input, &more), vec![edit_of("S", 3)]);
    assert!(written.notes_left_out.is_empty());
    assert_eq!(part(&out, S).matches("legacyDrawing ").count(), 1);
    let text = part(&out, "xl/drawings/vmlDrawing1.vml");
    assert!(text.contains("<br></v:shape>") && text.contains("_x0000_s5122") && text.contains("data=\"5\""), "{text}");
    assert_eq!(part(&out, "xl/drawings/vmlDrawing9.vml"), "<xml/>");
}

#[test]
fn threaded_comments_are_left_alone() {
    let rels = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments\" Target=\"../comments1.xml\"/></Relationships>";
    let comments = "<comments xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><authors><author>tc={1}</author></authors>\
        <commentList><comment ref=\"B2\" authorId=\"0\"><text><t>x</t></text></comment></commentList></comments>";
    let input =
        book(&sheet("<sheetData/>"), &[("xl/worksheets/_rels/sheet1.xml.rels", rels), ("xl/comments1.xml", comments)]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    let hindered = package.hindered("S", &[at(1, 1), at(2, 1)]).expect("reads");
    assert_eq!(hindered, [(at(1, 1), WhyLeftOut::Threaded)]);
    let (out, written) = patch(&input, vec![edit_of("S", 3)]);
    assert_eq!(written.notes_left_out.len(), 1);
    assert_eq!(written.notes_left_out[0].why, WhyLeftOut::Threaded);
    assert_eq!(part(&out, "xl/comments1.xml"), comments);
}

#[test]
fn notes_whose_part_is_missing_are_made_unless_nobody_could_open_them_again() {
    let rels = |target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments\" Target=\"{target}\"/></Relationships>"
        )
    };
    let input = |target: &str| book(&sheet("<sheetData/>"), &[("xl/worksheets/_rels/sheet1.xml.rels", &rels(target))]);
    let (out, _) = patch(&input("../notes.xml"), vec![edit_of("S", 3)]);
    assert!(part(&out, "xl/notes.xml").contains("<comments"));

    let input = input("../notes\u{1}.xml");
    let package = Package::open(&input, &Limits::default()).expect("opens");
    let edits = Edits { sheets: vec![edit_of("S", 3)], ..Edits::default() };
    let refused = package.write(edits, &mut std::io::Cursor::new(Vec::new())).expect_err("is refused");
    assert!(matches!(&refused, PackageError::Unreadable { part, .. } if part == "xl/notes.xml"), "{refused:?}");
}

#[test]
fn a_new_part_takes_no_name_that_has_relationships_already() {
    let input = book(&sheet("<sheetData/>"), &[("xl/_rels/comments1.xml.rels", "<not \"relationships")]);
    let (out, _) = patch(&input, vec![edit_of("S", 3)]);
    assert!(part(&out, "xl/comments2.xml").contains("<comments"));
    assert_eq!(part(&out, "xl/_rels/comments1.xml.rels"), "<not \"relationships");
}

#[test]
fn rows_in_which_quotes_do_not_pair_are_refused_before_anything_is_written_between_them() {
    let broken = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1)</f><v>1</v></c><c r=\"B1\" t=\"n\"/><c r=\"D1\" s2\"/></row></sheetData>";
    let input = book(&sheet(broken), &[]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    let edits = Edits { sheets: vec![edit_of("S", 3)], ..Edits::default() };
    let refused = package.write(edits, &mut std::io::Cursor::new(Vec::new())).expect_err("is refused");
    assert!(matches!(&refused, PackageError::Unreadable { part, .. } if part == S), "{refused:?}");
}

#[test]
fn a_drawing_that_takes_no_notes_is_told_beforehand() {
    let input = sheet(
        "<sheetData/><legacyDrawing xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"rId8\"/>",
    );
    let more = [("xl/worksheets/_rels/sheet1.xml.rels", SHEET_RELS), ("xl/drawings/vmlDrawing1.vml", "no drawing")];
    let input = book(&input, &more);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    assert_eq!(package.hindered("S", &[at(1, 1)]).expect("reads"), [(at(1, 1), WhyLeftOut::Drawing)]);
    let (out, written) = patch(&input, vec![edit_of("S", 3)]);
    let left_out: Vec<_> = written.notes_left_out.iter().map(|note| (note.at, note.why)).collect();
    assert_eq!(left_out, [(at(1, 1), WhyLeftOut::Drawing)]);
    assert_eq!(part(&out, "xl/drawings/vmlDrawing1.vml"), "no drawing");
}

#[test]
fn missing_types_and_containers_are_made() {
    let (out, _) = patch(&book(&sheet("<sheetData/>"), &[]), vec![edit_of("S", 3)]);
    let types = part(&out, "[Content_Types].xml");
    for needle in ["Extension=\"rels\"", "Extension=\"vml\"", "/xl/styles.xml", "/xl/comments1.xml"] {
        assert!(types.contains(needle), "{needle} in {types}");
    }
    let workbook = part(&out, "xl/workbook.xml");
    assert!(
        workbook.contains(
            "<definedNames><definedName name=\"_dealerbook.marks\" localSheetId=\"0\" hidden=\"1\">1</definedName>"
        ),
        "{workbook}"
    );
    assert!(workbook.contains("'S'!$D$1:$E$2</definedName></definedNames><calcPr"), "{workbook}");
}
