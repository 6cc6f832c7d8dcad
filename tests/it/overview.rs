//! The overview and the monthly sales of an answer: where they are, and what they are made of.

use calamine::{Data, Reader};

use crate::harness::{TestApp, formulas, sample, texts};

/// The texts and figures of a sheet, row by row.
fn rows(workbook: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(workbook)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let row = |cells: &[Data]| cells.iter().map(ToString::to_string).filter(|cell| !cell.is_empty()).collect();
    range.rows().map(row).collect()
}

async fn answer(query: &str) -> Vec<u8> {
    let app = TestApp::spawn().await;
    app.post_run(query, sample()).await.bytes().await.unwrap().to_vec()
}

#[actix_web::test]
async fn the_overview_stands_first_among_the_added_sheets_and_is_live_and_linked() {
    let answer = answer("").await;
    let figures = rows(&answer, "总览");
    let result = rows(&answer, "激励结果");
    // The total above the table of incentives, as it stands there.
    let totals: Vec<f64> = result[3].iter().filter_map(|cell| cell.parse().ok()).collect();
    let shown = figures.iter().find(|row| row.iter().any(|cell| cell == "激励合计（元）")).unwrap();
    let shown: f64 = shown.last().unwrap().parse().unwrap();
    assert!(shown > 0.0 && totals.contains(&shown), "{shown} {totals:?}");
    assert!(formulas(&answer).iter().any(|formula| formula.starts_with("ROUND(SUM('激励结果'!")));
    assert!(texts(&answer).contains("location=\"'考核结果'!A1\""));
}

#[actix_web::test]
async fn who_lost_its_incentives_or_is_to_go_needs_attention_first() {
    let answer = answer("?lang=en").await;
    let listed = rows(&answer, "Overview");
    let begin = listed.iter().position(|row| row.first().is_some_and(|cell| cell == "Weight")).unwrap();
    let weights: Vec<u32> = listed[begin + 1..].iter().map_while(|row| row.first()?.parse().ok()).collect();
    assert!(weights.len() > 1 && weights.len() <= 10 && weights.is_sorted_by(|a, b| a >= b), "{weights:?}");
}

#[actix_web::test]
async fn one_programme_alone_has_no_overview_but_its_months() {
    let answer = answer("?programmes=assessment").await;
    let book = calamine::Xlsx::new(std::io::Cursor::new(answer.as_slice())).unwrap();
    let names = book.sheet_names();
    assert!(!names.contains(&"总览".to_owned()) && names.contains(&"月度销售报表".to_owned()), "{names:?}");
}

#[actix_web::test]
async fn the_months_of_all_dealers_come_to_the_tonnes_of_the_assessment() {
    let answer = answer("").await;
    let months = rows(&answer, "月度销售报表");
    let all: Vec<f64> = months[5].iter().filter_map(|cell| cell.parse().ok()).collect();
    // Dealers and target, twelve months, and their sum.
    let (twelve, to_date) = (&all[2..14], all[14]);
    assert!((twelve.iter().sum::<f64>() - to_date).abs() < 1e-6);
    let tonnes: Vec<f64> = rows(&answer, "考核结果")[3].iter().filter_map(|cell| cell.parse().ok()).collect();
    assert!(tonnes.iter().any(|x| (x - to_date).abs() < 1e-6), "{tonnes:?} {to_date}");
}
