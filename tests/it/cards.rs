//! The dealer cards: what they say agrees with the run, and what can't be had is told.

use calamine::Reader;
use serde_json::{Value, json};

use crate::harness::{TestApp, XLSX, header, problem, sample, texts};

fn accepted(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted").join(name);
    std::fs::read(path).unwrap()
}

async fn run(app: &TestApp, query: &str, workbook: Vec<u8>) -> (String, Value) {
    let result: Value = app.post_run_for_json(query, workbook).await.json().await.unwrap();
    (format!("/v1/runs/{}", result["run"]["id"].as_str().unwrap()), result)
}

fn sheets(workbook: Vec<u8>) -> Vec<String> {
    calamine::Xlsx::new(std::io::Cursor::new(workbook)).unwrap().sheet_names()
}

#[actix_web::test]
async fn a_card_says_of_a_dealer_what_the_run_says_and_its_months() {
    let app = TestApp::spawn().await;
    let (run, result) = run(&app, "", sample()).await;
    let card: Value = app.get(&format!("{run}/dealers/D001")).await.json().await.unwrap();
    let of = |programme: &str| {
        let dealers = result["results"][programme]["dealers"].as_array().unwrap();
        let own: Vec<&Value> = dealers.iter().filter(|dealer| dealer["dealer_id"] == "D001").collect();
        json!({ "dealers": own })
    };
    assert_eq!(card["results"], json!({ "assessment": of("assessment"), "incentives": of("incentives") }));
    // What the oracle has calculated apart from the program.
    assert_eq!(card["results"]["assessment"]["dealers"][0]["volume_tonnes"], "1160");
    assert_eq!(card["results"]["incentives"]["dealers"][0]["total"], "42800.00");
    assert_eq!(
        (&card["dealer"]["name"], &card["dealer"]["target_tonnes"]),
        (&json!("涪陵丰禾农资经营部"), &json!("1000"))
    );
    assert_eq!(card["violations"], json!({ "price": 0, "promotion": 0, "cross_region": 0 }));
    let months = card["months"].as_array().unwrap();
    let tonnes: f64 = months.iter().map(|month| month["actual_tonnes"].as_str().unwrap().parse::<f64>().unwrap()).sum();
    assert_eq!((months.len(), tonnes, &months[11]["month"]), (12, 1160.0, &json!("2007-12")));
}

#[actix_web::test]
async fn a_card_is_a_page_in_the_language_of_the_run_or_of_the_request_and_always_the_same() {
    let app = TestApp::spawn().await;
    let (run, _) = run(&app, "?lang=en", sample()).await;
    let address = format!("{run}/dealers/D001/card.xlsx");
    let answer = app.get(&address).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, XLSX));
    let english = answer.bytes().await.unwrap().to_vec();
    assert!(texts(&english).contains("Months against plan") && !texts(&english).contains("各月提货与计划"));
    assert_eq!(app.get(&address).await.bytes().await.unwrap().to_vec(), english);
    assert_eq!(sheets(english), ["D001"]);
    let chinese = app.get(&format!("{address}?lang=zh")).await.bytes().await.unwrap().to_vec();
    assert!(texts(&chinese).contains("各月提货与计划"));
}

#[actix_web::test]
async fn the_cards_of_all_dealers_are_a_sheet_each_in_the_sheets_order() {
    let app = TestApp::spawn().await;
    let (run, result) = run(&app, "?programmes=incentives", sample()).await;
    let cards = app.get(&format!("{run}/cards.xlsx")).await.bytes().await.unwrap().to_vec();
    let dealers = result["results"]["incentives"]["dealers"].as_array().unwrap();
    let ids: Vec<&str> = dealers.iter().map(|dealer| dealer["dealer_id"].as_str().unwrap()).collect();
    assert_eq!(sheets(cards.clone()), ids);
    assert!(texts(&cards).contains("激励（元）"));
    // The assessment was not asked for, so its grades are not on the cards either.
    assert!(!texts(&cards).contains("失分与提升"));
}

#[actix_web::test]
async fn programmes_that_speak_of_the_dealer_are_on_its_card() {
    let app = TestApp::spawn().await;
    let (run, result) = run(&app, "", accepted("credit-small.xlsx")).await;
    let first = &result["results"]["credit"]["dealers"][0];
    let id = first["dealer_id"].as_str().unwrap();
    let card: Value = app.get(&format!("{run}/dealers/{id}")).await.json().await.unwrap();
    assert_eq!(card["results"]["credit"]["dealers"], json!([first]));
    let page = app.get(&format!("{run}/dealers/{id}/card.xlsx")).await.bytes().await.unwrap().to_vec();
    assert!(texts(&page).contains("信用额度结果") && texts(&page).contains("未到期"));
}

#[actix_web::test]
async fn what_has_no_card_is_told_with_the_nearest_id() {
    let app = TestApp::spawn().await;
    let (good, _) = run(&app, "", sample()).await;
    let document = problem(app.get(&format!("{good}/dealers/D00l")).await, 404, "no-such-dealer").await;
    assert!(document["detail"].as_str().unwrap().contains("D001"), "{document}");
    let document = problem(app.get(&format!("{good}/dealers/%E5%BC%A0%2F%3F")).await, 404, "no-such-dealer").await;
    assert!(document["detail"].as_str().unwrap().contains("张/?"), "{document}");
    problem(app.get(&format!("{good}/dealers/D001?x=1")).await, 400, "unknown-parameter").await;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/rejected/faulty-small.xlsx");
    let (faulty, _) = run(&app, "", std::fs::read(path).unwrap()).await;
    problem(app.get(&format!("{faulty}/cards.xlsx")).await, 409, "nothing-calculated").await;
}
