//! The added lists as tables of the workbook: named so that nothing of the user's is called alike, taken away and made anew by the next answer,
//! their look-ups by key, their totals by what is in view, and days that are days.

use std::io::Cursor;

use calamine::{Data, DataType, Reader, Xlsx};

use crate::harness::{TestApp, formulas, sample, texts};

async fn annotated(app: &TestApp, query: &str, upload: Vec<u8>) -> Vec<u8> {
    let answer = app.post_run(query, upload).await;
    assert!(matches!(answer.status().as_u16(), 200 | 422));
    answer.bytes().await.expect("a workbook").to_vec()
}

fn accepted(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted");
    std::fs::read(folder.join(name)).expect("a sample")
}

/// The names of the tables, in the order of their parts.
fn tables(workbook: &[u8]) -> Vec<String> {
    let parts = crate::soundness::parts(workbook);
    let tables = parts.iter().filter(|(name, _)| name.starts_with("xl/tables/"));
    let name = |text: &str| Some(text.split("displayName=\"").nth(1)?.split('"').next()?.to_owned());
    tables.filter_map(|(_, text)| name(text)).collect()
}

#[actix_web::test]
async fn every_list_is_a_table_and_the_next_answer_replaces_it() {
    let app = TestApp::spawn().await;
    let once = annotated(&app, "", sample()).await;
    let mut names = tables(&once);
    names.sort();
    let all = ["assessment", "incentives", "issues", "monthly_rows"];
    assert_eq!(names, all.map(|name| format!("dealerbook_{name}")));
    let twice = annotated(&app, "?lang=en", once).await;
    let mut again = tables(&twice);
    again.sort();
    assert_eq!(again, names, "no table is left of the answer before");
}

#[actix_web::test]
async fn a_table_is_called_otherwise_where_a_name_of_the_users_stands_in_its_way() {
    let app = TestApp::spawn().await;
    let change = |name: &str, text: String| match name {
        "xl/workbook.xml" if text.contains("<definedNames>") => {
            text.replacen("<definedNames>", "<definedNames><definedName name=\"Dealerbook_Issues\">1</definedName>", 1)
        }
        "xl/workbook.xml" => text.replacen(
            "</sheets>",
            "</sheets><definedNames><definedName name=\"Dealerbook_Issues\">1</definedName></definedNames>",
            1,
        ),
        _ => text,
    };
    let named = crate::fidelity::with_parts(&sample(), change, &[]);
    let names = tables(&annotated(&app, "", named).await);
    assert!(names.contains(&"dealerbook_issues_2".to_owned()) && !names.contains(&"dealerbook_issues".to_owned()));
}

#[actix_web::test]
async fn a_list_without_rows_is_a_table_with_a_blank_one() {
    let app = TestApp::spawn().await;
    let answer = annotated(&app, "", sample()).await;
    assert!(tables(&answer).contains(&"dealerbook_issues".to_owned()));
    let mut book = Xlsx::new(Cursor::new(answer)).unwrap();
    let issues = book.worksheet_range("校验结果").unwrap();
    assert!(issues.rows().skip(5).flatten().all(|cell| *cell == Data::Empty), "{issues:?}");
}

#[actix_web::test]
async fn look_ups_across_lists_go_by_key_and_to_the_letter_where_ids_differ_by_case_or_are_patterns() {
    let app = TestApp::spawn().await;
    let plain = annotated(&app, "", sample()).await;
    let found = |workbook: &[u8], text: &str| formulas(workbook).iter().any(|formula| formula.contains(text));
    assert!(found(&plain, "MATCH(B6,'考核结果'!$B$6:$B$"));
    for (from, to) in [("D002", "d001"), ("D002", "D00*")] {
        let change = |_: &str, text: String| text.replace(&format!(">{from}<"), &format!(">{to}<"));
        let odd = annotated(&app, "", crate::fidelity::with_parts(&sample(), change, &[])).await;
        assert!(found(&odd, "MATCH(1,INDEX(EXACT('考核结果'!$B$6:$B$"), "{to}");
    }
}

#[actix_web::test]
async fn totals_follow_the_filter_while_what_other_sheets_read_does_not_and_nothing_leans_on_the_row_above() {
    let app = TestApp::spawn().await;
    let answer = annotated(&app, "", sample()).await;
    let all = formulas(&answer);
    assert!(all.iter().any(|formula| formula.starts_with("ROUND(SUBTOTAL(109,F6:F")));
    assert!(all.iter().any(|formula| formula.starts_with("ROUND(SUM('激励结果'!$F$6:$F$")));
    assert!(!all.iter().any(|formula| formula.contains("'激励结果'!F4")), "no sheet reads a total that a filter moves");
    let accounts = formulas(&annotated(&app, "", accepted("accounts-small.xlsx")).await);
    assert!(accounts.iter().any(|formula| formula.contains("($A$6:$A$")), "running sales go by the numbers");
    let leaning = regex::Regex::new(r"\$([A-Z]+)\$6:([A-Z]+)\d").unwrap();
    assert!(!accounts.iter().any(|formula| leaning.is_match(formula)));
}

/// The cell below a heading, in the first row of a list.
fn below(workbook: &[u8], sheet: &str, heading: &str) -> Data {
    let mut book = Xlsx::new(Cursor::new(workbook)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let rows: Vec<&[Data]> = range.rows().collect();
    let is_it = |cell: &Data| cell.as_string().is_some_and(|text| text == heading);
    let headings = rows.iter().position(|row| row.iter().any(is_it)).expect("the heading");
    let column = rows[headings].iter().position(is_it).expect("the heading");
    rows[headings + 1..].iter().map(|row| row[column].clone()).find(|cell| *cell != Data::Empty).expect("a value")
}

#[actix_web::test]
async fn days_are_days_in_the_calendar_of_the_workbook() {
    let app = TestApp::spawn().await;
    let answer = annotated(&app, "", accepted("maintenance-small.xlsx")).await;
    let Data::DateTime(day) = below(&answer, "维护与预警", "统计起始日") else { panic!("no day") };
    let from_1900 = day.as_f64();
    // The same days in a workbook that counts them from 1904.
    let serial = regex::Regex::new(r"<v>(3[3-9]\d{3}|40\d{3})</v>").unwrap();
    let earlier = |found: &regex::Captures<'_>| format!("<v>{}</v>", found[1].parse::<u32>().unwrap() - 1462);
    let change = |name: &str, text: String| match name {
        "xl/workbook.xml" => text.replacen("<workbookPr", "<workbookPr date1904=\"1\"", 1),
        name if name.starts_with("xl/worksheets/") => serial.replace_all(&text, earlier).into_owned(),
        _ => text,
    };
    let upload = crate::fidelity::with_parts(&accepted("maintenance-small.xlsx"), change, &[]);
    let answer = annotated(&app, "", upload).await;
    assert!(texts(&answer).contains("date1904=\"1\""));
    let Data::DateTime(day) = below(&answer, "维护与预警", "统计起始日") else { panic!("no day") };
    assert_eq!(day.as_f64(), from_1900 - 1462.0);
}

#[actix_web::test]
async fn the_monthly_sales_have_a_record_a_month_behind_the_report() {
    let app = TestApp::spawn().await;
    let answer = annotated(&app, "", sample()).await;
    let mut book = Xlsx::new(Cursor::new(answer.as_slice())).unwrap();
    let rows = book.worksheet_range("月度销售明细").unwrap();
    let report = book.worksheet_range("月度销售报表").unwrap();
    let january = |range: &calamine::Range<Data>, row: u32, column: u32| range.get_value((row, column)).cloned();
    assert_eq!(january(&rows, 5, 4), january(&report, 5, 5), "what all dealers bought in January");
    assert!(matches!(january(&rows, 5, 3), Some(Data::DateTime(_))));
    assert_eq!((rows.height() - 5) % 12, 0);
}

#[actix_web::test]
async fn the_explanations_say_what_follows_a_change_and_what_needs_a_new_upload() {
    let app = TestApp::spawn().await;
    for (query, texts_wanted) in [
        ("", ["改动后哪些数字会变", "跟随本表改动：", "须重新上传："]),
        ("?lang=en", ["Which figures follow a changed input", "follow: ", "need a new upload: "]),
    ] {
        let answer = texts(&annotated(&app, query, sample()).await);
        for text in texts_wanted {
            assert!(answer.contains(text), "{text}");
        }
    }
}
