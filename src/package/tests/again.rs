//! What an earlier run added is known again and replaced.

use super::*;

fn titles() -> Vec<String> {
    vec!["考核结果".to_owned(), "总览".to_owned()]
}

fn annotate(bytes: &[u8]) -> Vec<u8> {
    write(bytes, Edits { sheets: vec![edit_of("S", 3)], graft: Some(graft_of(&titles(), 4)), ..Edits::default() }).0
}

#[test]
fn annotating_an_annotated_file_gives_the_same_bytes() {
    let input =
        book(&sheet("<dimension ref=\"A1\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>"), &[]);
    let once = annotate(&input);
    let twice = annotate(&once);
    assert_eq!(names(&once), names(&twice));
    for name in names(&once) {
        assert_eq!(part(&once, &name), part(&twice, &name), "{name}");
    }
    assert!(once == twice, "the archives are the same");
}

#[test]
fn what_was_added_is_told() {
    let input = book(&sheet("<sheetData/>"), &[]);
    assert!(Package::open(&input, &Limits::default()).expect("opens").ours().is_empty());
    let once = annotate(&input);
    let package = Package::open(&once, &Limits::default()).expect("opens");
    let ours = package.ours();
    let sheets: Vec<(&str, &str)> = ours.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.key.as_str())).collect();
    assert_eq!(sheets, [("考核结果", "assessment"), ("总览", "overview")]);
    assert_eq!(ours.blocks.len(), 1);
    assert_eq!((ours.blocks[0].range.first, ours.blocks[0].range.last), (at(0, 3), at(1, 4)));
    assert_eq!(ours.marked, ["S"]);
    assert_eq!(package.titles_for(&["考核结果"]), ["考核结果"], "our own title is free again");
}

#[test]
fn nothing_new_leaves_nothing_of_the_old() {
    let sheet = sheet("<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>");
    let input = book(&sheet, &[]);
    let (out, _) = write(&annotate(&input), Edits::default());
    assert_eq!(names(&out), [names(&input), vec!["xl/styles.xml".to_owned()]].concat());
    assert_eq!(part(&out, "xl/worksheets/sheet1.xml").replace("<cols><col min=\"4\" max=\"4\" width=\"12.5\" customWidth=\"1\"/><col min=\"5\" max=\"5\" width=\"8\" customWidth=\"1\"/></cols>", "").replace("<row r=\"2\"></row>", ""), sheet);
    assert_eq!(part(&out, "xl/workbook.xml"), WORKBOOK.replace("<definedNames/>", ""));
}

#[test]
fn a_sheet_of_ours_that_was_moved_and_renamed_still_goes() {
    let once = annotate(&book(&sheet("<sheetData/>"), &[]));
    let workbook = part(&once, "xl/workbook.xml").replace("name=\"总览\"", "name=\"Mine\"");
    let mut entries: Vec<(String, String)> =
        names(&once).into_iter().map(|name| (name.clone(), part(&once, &name))).collect();
    for (name, text) in &mut entries {
        if name == "xl/workbook.xml" {
            *text = workbook.clone();
        }
    }
    let moved = zip_of(&entries.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
    let twice = annotate(&moved);
    assert_eq!(part(&twice, "xl/workbook.xml"), part(&once, "xl/workbook.xml"));
}

/// `cargo test --lib package -- --ignored` where LibreOffice is installed.
#[test]
#[ignore = "needs LibreOffice"]
fn a_save_by_libreoffice_hides_nothing_from_us() {
    let rows = sheet(
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"B2\"><v>1</v></c></row></sheetData>",
    );
    let input = annotate(&book(&rows, &[]));
    let saved = saved_by_libreoffice(&input);
    let again = annotate(&saved);
    let text = part(&again, "xl/worksheets/sheet1.xml");
    assert_eq!(text.matches("dealerbook").count(), 1, "{text}");
    assert_eq!(text.matches("考核得分").count(), 1, "{text}");
    let comments = names(&again).into_iter().find(|name| name.contains("comments")).expect("notes");
    assert_eq!(part(&again, &comments).matches("<comment ").count(), 1, "{}", part(&again, &comments));
    assert_eq!(part(&again, &comments).matches("Dealerbook ——").count(), 1, "{}", part(&again, &comments));
    let package = Package::open(&again, &Limits::default()).expect("opens");
    assert_eq!(package.sheets().iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["S", "考核结果", "总览"]);
    assert_eq!(package.ours().sheets.len(), 2);
}
