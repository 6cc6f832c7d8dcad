//! New sheets come into the user's workbook with all that belongs to them.

use std::io::Cursor;

use calamine::{Reader, Xlsx};

use super::*;

fn titles() -> Vec<String> {
    vec!["考核结果".to_owned(), "总览".to_owned()]
}

#[test]
fn sheets_come_last_with_their_rows() {
    let input = book(&sheet("<sheetData/>"), &[]);
    let (out, written) =
        write(&input, Edits { sheets: Vec::new(), graft: Some(graft_of(&titles(), 3)), ..Edits::default() });
    assert_eq!(written.titles, titles());
    assert!(written.not_carried.is_empty(), "{:?}", written.not_carried);
    let text = part(&out, "xl/worksheets/sheet2.xml");
    assert!(text.contains("<row r=\"2\" ht=\"18\" customHeight=\"1\"><c r=\"A2\" s=\""), "{text}");
    assert!(text.contains("t=\"inlineStr\"><is><t>D&lt;1&gt; &amp; =x_x005F_x0041_</t></is></c><c r=\"C2\""), "{text}");
    assert!(text.contains("<f>IF(1&lt;2,\"好\",\"\")</f><v>好</v>"), "{text}");
    assert!(text.contains("location=\"'S'!A1\" display=\"到\"/></hyperlinks>"), "{text}");
    assert!(!text.contains("tabSelected") && !text.contains("t=\"s\""), "{text}");
    let mut read = Xlsx::new(Cursor::new(&out)).expect("calamine opens it");
    assert_eq!(read.sheet_names(), ["S", "考核结果", "总览"]);
    let range = read.worksheet_range("考核结果").expect("reads");
    assert_eq!(range.get_value((3, 2)).map(ToString::to_string).as_deref(), Some("0.33"));
    assert_eq!(range.get_value((0, 0)).map(ToString::to_string).as_deref(), Some("编号"));
    assert!(
        part(&out, "xl/workbook.xml")
            .contains("<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"1\">考核结果!$1:$1</definedName>")
    );
    assert!(names(&out).contains(&"xl/charts/chart1.xml".to_owned()));
    assert!(part(&out, "xl/charts/chart1.xml").contains("考核结果!$C$2:$C$4"));
}

#[test]
fn rows_may_have_heights_of_their_own() {
    let mut graft = graft_of(&titles(), 0);
    graft.sheets[0].body = Some(Body {
        row: 1,
        prototypes: 1,
        heights: vec![18.0, 33.75],
        write: Box::new(|sink| (0..2).try_for_each(|look| sink.row(look))),
    });
    let (out, _) = write(&book(&sheet("<sheetData/>"), &[]), Edits { graft: Some(graft), ..Edits::default() });
    let text = part(&out, "xl/worksheets/sheet2.xml");
    assert!(text.contains("<row r=\"2\" ht=\"18\" customHeight=\"1\">"), "{text}");
    assert!(text.contains("<row r=\"3\" ht=\"33.75\" customHeight=\"1\">"), "{text}");
}

#[test]
fn a_title_that_is_taken_is_changed_wherever_it_is_named() {
    let workbook = WORKBOOK.replace("\"S\"", "\"考核结果\"");
    let input = book(&sheet("<sheetData/>"), &[("xl/workbook.xml", &workbook)]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    assert_eq!(package.titles_for(&["考核结果", "考核结果"]), ["考核结果 (2)", "考核结果 (3)"]);
    let (out, written) =
        write(&input, Edits { sheets: Vec::new(), graft: Some(graft_of(&titles(), 1)), ..Edits::default() });
    assert_eq!(written.titles[0], "考核结果 (2)");
    assert!(part(&out, "xl/worksheets/sheet3.xml").contains("<f>'考核结果 (2)'!C2*2</f>"));
    assert!(part(&out, "xl/charts/chart1.xml").contains("'考核结果 (2)'!$C$2:$C$4"));
    assert!(part(&out, "xl/workbook.xml").contains("'考核结果 (2)'!$1:$1"));
}

#[test]
fn cells_out_of_order_are_an_error() {
    let mut graft = graft_of(&titles(), 0);
    graft.sheets[0].body = Some(Body {
        row: 1,
        prototypes: 1,
        heights: Vec::new(),
        write: Box::new(|sink| {
            sink.row(0)?;
            sink.number(3, &1);
            sink.number(2, &1);
            Ok(())
        }),
    });
    let input = book(&sheet("<sheetData/>"), &[]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    assert!(
        package
            .write(Edits { sheets: Vec::new(), graft: Some(graft), ..Edits::default() }, Cursor::new(Vec::new()))
            .is_err()
    );
}

/// `cargo test --release --lib package -- --ignored --nocapture` prints what a long body costs.
#[test]
#[ignore = "a measurement"]
fn a_long_body_costs_little() {
    let mut graft = graft_of(&titles(), 0);
    graft.sheets[0].body = Some(Body {
        row: 1,
        prototypes: 1,
        heights: Vec::new(),
        write: Box::new(|sink| {
            for row in 0..10_000_u32 {
                sink.row(0)?;
                for column in 0..45_u16 {
                    match column % 3 {
                        0 => sink.number(column, &"1234.56"),
                        1 => sink.text(column, "核心经销商"),
                        _ => sink.formula_number(
                            column,
                            "ROUND(A2*0.35,2)",
                            &if row % 2 == 0 { "12.50" } else { "13.75" },
                        ),
                    }
                }
            }
            Ok(())
        }),
    });
    let input = book(&sheet("<sheetData/>"), &[]);
    let package = Package::open(&input, &Limits::default()).expect("opens");
    let start = std::time::Instant::now();
    let mut out = Cursor::new(Vec::new());
    package.write(Edits { sheets: Vec::new(), graft: Some(graft), ..Edits::default() }, &mut out).expect("writes");
    println!("10,000 x 45: {:?}, {} bytes", start.elapsed(), out.get_ref().len());
}
