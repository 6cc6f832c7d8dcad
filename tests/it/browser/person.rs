//! A person's way, from a workbook with faults to its results.

use std::path::PathBuf;

use serde_json::json;

use super::Browser;
use crate::harness::TestApp;

/// A workbook of the samples.
fn workbook(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(path)
}

/// A token of a role.
async fn token(app: &TestApp, name: &str, role: &str) -> String {
    let answer = app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": role})).send().await;
    let made: serde_json::Value = answer.expect("an answer").json().await.expect("a token");
    made["token"].as_str().expect("a token").to_owned()
}

/// Uploads a file on the page for that, and waits for what came of it.
async fn upload(browser: &Browser, file: &str) -> String {
    browser.choose("input[type=file]", &workbook(file)).await;
    browser.click("#upload button[type=submit]").await;
    browser.until_at("/runs/").await
}

#[actix_web::test]
async fn faults_are_read_mended_and_then_the_results_are_looked_at() {
    let Some(browser) = Browser::begin().await else { return };
    let app = TestApp::spawn().await;
    browser.sign_in(&app, &token(&app, "王芳", "sales").await).await;

    browser.follow("上传").await;
    browser.find("#upload").await;
    browser.assert_in_order_everywhere("upload-zh").await;
    upload(&browser, "rejected/faulty-small.xlsx").await;
    browser.find("#faults").await;
    let told = browser.text().await;
    assert!(told.contains("没有计算") && told.contains("改正后重新上传"), "{told}");
    browser.assert_in_order_everywhere("faults-zh").await;
    browser.in_english().await;
    browser.assert_in_order_everywhere("faults-en").await;
    browser.in_chinese().await;

    browser.follow("改正后重新上传").await;
    upload(&browser, "accepted/assessment-small.xlsx").await;
    let told = browser.text().await;
    assert!(told.contains("与上一次相比") && told.contains("已改"), "{told}");
    browser.assert_in_order_everywhere("mended-zh").await;

    browser.follow("查看结果").await;
    browser.until_at("/runs/").await;
    browser.find("svg").await;
    browser.assert_in_order_everywhere("scores-zh").await;
    browser.in_english().await;
    browser.assert_in_order_everywhere("scores-en").await;
    browser.in_chinese().await;

    browser.follow("D001").await;
    browser.find("h1").await;
    assert!(browser.text().await.contains("涪陵丰禾农资经营部"));
    browser.assert_in_order_everywhere("dealer-zh").await;
    browser.in_english().await;
    browser.assert_in_order_everywhere("dealer-en").await;
    browser.in_chinese().await;

    browser.follow("运行记录").await;
    browser.find("table").await;
    browser.assert_in_order_everywhere("runs-zh").await;
    browser.open(&app.url("/?lang=en")).await;
    browser.assert_in_order_everywhere("home-with-runs-en").await;
    browser.click("form[action='/sign-out'] button").await;
    browser.until_at("/sign-in").await;
    browser.end().await;
}
