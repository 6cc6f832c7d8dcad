//! Fills on the user's own cells: put on, known again, taken off.

use super::*;
use crate::edit::CellFill;
use crate::{fills, xml};

const S: &str = "xl/worksheets/sheet1.xml";
const RED: Rgb = Rgb(0xff_c7_ce);
const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><fonts count=\"2\"><font><sz val=\"11\"/>\
    <name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"3\">\
    <fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill><fill><patternFill \
    patternType=\"solid\"><fgColor rgb=\"FFDDEBF7\"/><bgColor indexed=\"64\"/></patternFill></fill></fills><borders count=\"1\"><border><left/>\
    <right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>\
    </cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"14\" fontId=\"1\" \
    fillId=\"2\" borderId=\"0\" xfId=\"0\" applyFill=\"1\"/><xf numFmtId=\"10\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
    quotePrefix=\"1\"/></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";
const RELS_WITH_STYLES: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"/xl/worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>";
const ROWS: &str = "<cols><col min=\"4\" max=\"4\" width=\"9\" style=\"2\"/></cols><sheetData><row r=\"1\" spans=\"1:2\"><c r=\"A1\"><v>1</v></c>\
    <c r=\"B1\" s=\"1\"><v>2</v></c></row><row r=\"2\" s=\"1\" customFormat=\"1\"><c r=\"A2\" s=\"2\"/><c r=\"B2\" s=\"1\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData>";

fn styled(rows: &str) -> Vec<u8> {
    let types = TYPES.replace(
        "</Types>",
        "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>",
    );
    let more = [
        ("[Content_Types].xml", types.as_str()),
        ("xl/_rels/workbook.xml.rels", RELS_WITH_STYLES),
        ("xl/styles.xml", STYLES),
    ];
    book(&sheet(rows), &more)
}

fn fill(bytes: &[u8], cells: &[(u32, u16)]) -> Vec<u8> {
    let fills = cells.iter().map(|&(row, column)| CellFill { at: at(row, column), fill: RED }).collect();
    patch(bytes, vec![SheetEdit { sheet: "S".to_owned(), fills, ..SheetEdit::default() }]).0
}

fn sorted(cells: &[(u32, u16)]) -> Vec<At> {
    let mut cells: Vec<At> = cells.iter().map(|&(row, column)| at(row, column)).collect();
    cells.sort_unstable();
    cells
}

/// The fill colour of a cell format.
fn colour(bytes: &[u8], style: &str) -> Option<String> {
    let root = xml::parse(&part(bytes, "xl/styles.xml"), "styles").expect("parses").root;
    let xf = root.child("cellXfs")?.elements().nth(style.parse().ok()?)?;
    let fill = root.child("fills")?.elements().nth(xf.attr("fillId")?.parse().ok()?)?;
    fill.child("patternFill")?.child("fgColor")?.attr("rgb")
}

/// Standing cells of three formats, a blank one, and cells that have to be made in a styled row, a styled column and a new row.
const CELLS: [(u32, u16); 7] = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (0, 3), (8, 0)];

#[test]
fn a_fill_keeps_all_else_of_the_format() {
    let out = fill(&styled(ROWS), &CELLS);
    let text = part(&out, S);
    let styles = part(&out, "xl/styles.xml");
    let expected = "<row r=\"1\"><c r=\"A1\" s=\"3\"><v>1</v></c><c r=\"B1\" s=\"4\"><v>2</v></c><c r=\"D1\" s=\"5\"/></row>\
        <row r=\"2\" s=\"1\" customFormat=\"1\"><c r=\"A2\" s=\"5\"/><c r=\"B2\" s=\"4\" t=\"inlineStr\"><is><t>x</t></is></c><c r=\"C2\" s=\"4\"/></row>\
        <row r=\"9\"><c r=\"A9\" s=\"3\"/></row>";
    assert!(text.contains(expected), "{text}");
    assert!(styles.contains("<cellXfs count=\"6\">") && styles.contains("<fills count=\"4\">"), "{styles}");
    assert!(
        styles.contains(
            "numFmtId=\"10\" fontId=\"0\" fillId=\"3\" borderId=\"0\" xfId=\"0\" quotePrefix=\"1\" applyFill=\"1\""
        ),
        "{styles}"
    );
    assert!(!text.contains("conditionalFormatting"));
}

#[test]
fn filling_again_gives_the_same_bytes() {
    let once = fill(&styled(ROWS), &CELLS);
    assert!(once == fill(&once, &CELLS), "{}", part(&fill(&once, &CELLS), "xl/workbook.xml"));
}

#[test]
fn fills_come_off_again() {
    let input = styled(&ROWS.replace(" spans=\"1:2\"", ""));
    let once = fill(&input, &CELLS);
    let ours = Package::open(&once, &Limits::default()).expect("opens").ours().clone();
    assert_eq!(fills::cells_of(&ours.fills, "S").into_keys().collect::<Vec<_>>(), sorted(&CELLS));
    let (out, _) = write(&once, Edits::default());
    assert_eq!(part(&out, S).replace("<row r=\"9\"></row>", ""), part(&input, S));
    assert_eq!(part(&out, "xl/workbook.xml"), WORKBOOK.replace("<definedNames/>", ""));
}

#[test]
fn what_the_user_has_done_since_stays() {
    let once = fill(&styled(ROWS), &CELLS);
    // B1 was painted anew, the made cell C2 was filled in.
    let typed = part(&once, S)
        .replace("<c r=\"B1\" s=\"4\">", "<c r=\"B1\" s=\"1\">")
        .replace("<c r=\"C2\" s=\"4\"/>", "<c r=\"C2\" s=\"4\"><v>7</v></c>");
    let entries: Vec<(String, String)> = names(&once)
        .into_iter()
        .map(|name| if name == S { (name, typed.clone()) } else { (name.clone(), part(&once, &name)) })
        .collect();
    let edited = zip_of(&entries.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
    let (out, _) = write(&edited, Edits::default());
    let text = part(&out, S);
    assert!(text.contains("<c r=\"A1\"><v>1</v></c><c r=\"B1\" s=\"1\">"), "{text}");
    assert!(text.contains("<c r=\"C2\" s=\"1\"><v>7</v></c>"), "{text}");
}

/// `cargo test --lib package -- --ignored` where LibreOffice is installed.
#[test]
#[ignore = "needs LibreOffice"]
fn a_save_by_libreoffice_leaves_the_fills_known() {
    // Every third cell of a column, so that the record needs many ranges and several names.
    let rows: String =
        (1..=900).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" s=\"1\"><v>{row}</v></c></row>")).collect();
    let cells: Vec<(u32, u16)> = (0..300).map(|n| (n * 3, 0)).chain([(4, 2)]).collect();
    let once = fill(&styled(&format!("<sheetData>{rows}</sheetData>")), &cells);
    let saved = saved_by_libreoffice(&once);
    let ours = Package::open(&saved, &Limits::default()).expect("opens").ours().clone();
    assert_eq!(fills::cells_of(&ours.fills, "S").into_keys().collect::<Vec<_>>(), sorted(&cells));
    let again = fill(&saved, &cells);
    let xf = |bytes: &[u8], cell: &str| {
        let text = part(bytes, S);
        let tag =
            text.split(&format!("r=\"{cell}\"")).nth(1).expect("the cell").split('>').next().expect("a tag").to_owned();
        tag.split("s=\"").nth(1).and_then(|s| s.split('"').next()).unwrap_or("0").to_owned()
    };
    assert_eq!(xf(&again, "A1"), xf(&saved, "A1"), "marked again, not stacked");
    let (bare, _) = write(&saved, Edits::default());
    assert_ne!(xf(&bare, "A1"), xf(&saved, "A1"));
    assert_eq!(colour(&bare, &xf(&bare, "A1")), colour(&bare, &xf(&bare, "A2")), "the look from before");
    assert!(!part(&bare, S).contains("r=\"C5\""), "the made cell is gone");
    assert!(!part(&bare, "xl/workbook.xml").to_lowercase().contains("_dealerbook"));
}
