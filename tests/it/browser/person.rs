//! A person's way, from a workbook with faults to its results.

use std::path::PathBuf;

use dealerbook::programmes::NAMES;
use serde_json::json;

use super::Browser;
use crate::harness::{Start, TestApp, sample};
use crate::settlements::desk::{self, Desk};

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
    browser.press("#upload button[type=submit]").await;
    browser.until_at("/runs/").await
}

#[actix_web::test]
async fn faults_are_read_mended_and_then_the_results_are_looked_at() {
    let Some(browser) = Browser::begin().await else { return };
    let app = TestApp::spawn().await;
    browser.sign_in(&app, &token(&app, "王芳", "sales").await).await;

    browser.follow("上传").await;
    browser.find("#upload").await;
    browser.look_over("upload").await;
    upload(&browser, "rejected/faulty-small.xlsx").await;
    browser.find("#faults").await;
    let told = browser.text().await;
    assert!(told.contains("没有计算") && told.contains("改正后重新上传"), "{told}");
    browser.look_over("faults").await;

    browser.follow("改正后重新上传").await;
    upload(&browser, "accepted/assessment-small.xlsx").await;
    let told = browser.text().await;
    assert!(told.contains("与上一次相比") && told.contains("已改"), "{told}");
    browser.look_over("mended").await;

    browser.follow("查看结果").await;
    browser.until_at("/runs/").await;
    browser.find("svg").await;
    browser.look_over("scores").await;
    browser.look_printed("scores").await;

    browser.follow("D001").await;
    browser.find("h1").await;
    assert!(browser.text().await.contains("涪陵丰禾农资经营部"));
    browser.look_over("dealer").await;
    browser.look_printed("dealer").await;

    browser.follow("运行记录").await;
    browser.find("table").await;
    browser.look_over("runs").await;
    browser.open(&app.url("/?lang=en")).await;
    browser.look_over("home-with-runs").await;
    browser.click("form[action='/sign-out'] button").await;
    browser.until_at("/sign-in").await;
    browser.end().await;
}

/// A workbook of each programme.
fn many() -> Vec<String> {
    NAMES.iter().map(|name| format!("accepted/{name}-small.xlsx")).collect()
}

/// Uploads files at once, and waits until all of them are done.
async fn upload_many(browser: &Browser, app: &TestApp, files: &[impl AsRef<str>]) {
    browser.open(&app.url("/upload")).await;
    for file in files {
        browser.choose("input[type=file]", &workbook(file.as_ref())).await;
    }
    browser.press("#upload button[type=submit]").await;
    browser.until_at("/batches/").await;
    browser.find("a[href$='/consolidated.xlsx']").await;
}

#[actix_web::test]
async fn many_files_at_once_are_a_batch_and_every_programme_has_its_page() {
    let Some(browser) = Browser::begin().await else { return };
    let app = TestApp::spawn().await;
    browser.sign_in(&app, &token(&app, "王芳", "sales").await).await;
    upload_many(&browser, &app, &["README.md", "accepted/stock-small.xlsx"]).await;
    let told = browser.text().await;
    assert!(told.contains("README.md"), "{told}");
    browser.look_over("batch-with-a-failure").await;
    upload_many(&browser, &app, &many()).await;
    browser.look_over("batch").await;

    let runs = browser.links("td a[href^='/runs/']").await;
    assert_eq!(runs.len(), NAMES.len(), "{runs:?}");
    let mut programmes = Vec::new();
    for run in runs {
        browser.open(&app.url(&format!("{run}/scores"))).await;
        browser.find("main a[href*='/programmes/']").await;
        for page in browser.links("main a[href*='/programmes/']").await {
            let name = page.rsplit('/').next().expect("a name").to_owned();
            browser.open(&app.url(&page)).await;
            browser.find("table.data").await;
            browser.look_over(&format!("programme-{name}")).await;
            if let Some(dealer) = browser.links("main a[href*='/dealers/']").await.first() {
                browser.open(&app.url(dealer)).await;
                browser.look_over(&format!("dealer-{name}")).await;
            }
            programmes.push(name);
        }
    }
    programmes.sort_unstable();
    let mut all: Vec<&str> = NAMES.iter().copied().chain(["stock_report", "visit_report"]).collect();
    all.sort_unstable();
    assert_eq!(programmes, all);
    browser.end().await;
}

#[actix_web::test]
async fn the_figures_of_programmes_open_to_what_they_come_of() {
    let Some(browser) = Browser::begin().await else { return };
    let desk = Desk::spawn(Start::default()).await;
    browser.sign_in(&desk.app, &desk::token("maker")).await;
    for programme in ["credit", "stock", "plans", "maintenance"] {
        let bytes = std::fs::read(workbook(&format!("accepted/{programme}-small.xlsx"))).expect("a workbook");
        let run = desk.run("", bytes).await.replace("/v1", "");
        browser.open(&desk.app.url(&format!("{run}/programmes/{programme}"))).await;
        browser.click("main table.data th a").await;
        browser.find("h1").await;
        for _ in 0..2 {
            let open = "document.querySelectorAll('main details').forEach(one => one.open = true)";
            browser.evaluate(open).await;
            browser.look_over_once(&format!("figures-{programme}")).await;
            browser.in_the_other_language().await;
        }
    }
    browser.end().await;
}

#[actix_web::test]
async fn a_settlement_is_submitted_by_one_approved_by_another_held_back_and_paid() {
    let Some(browser) = Browser::begin().await else { return };
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.run("", sample()).await.replace("/v1", "");
    let page = desk.app.url(&format!("{run}/settlement"));

    browser.sign_in(&desk.app, &desk::token("maker")).await;
    browser.open(&page).await;
    browser.look_over("settlement-new").await;
    browser.fill("input[name=note]", "2007 年度 <b>").await;
    browser.click("form[action$='/submit'] button").await;
    browser.find(".tag.fair").await;
    assert!(browser.text().await.contains("2007 年度 <b>"), "{}", browser.text().await);
    browser.click("form[action='/sign-out'] button").await;

    browser.sign_in(&desk.app, &desk::token("checker")).await;
    browser.follow("结算").await;
    browser.find("table.data").await;
    assert!(browser.text().await.contains("待批准"));
    browser.look_over("settlements").await;
    browser.click("main table.data th a").await;
    browser.find("form[action$='/approve']").await;
    browser.look_over("settlement-submitted").await;
    browser.click("form[action$='/approve'] button").await;
    let told = browser.text().await;
    assert!(
        told.contains("已批准") && told.contains("这份结算是 checker 批准的"),
        "who approved it doesn't pay it: {told}"
    );
    browser.look_over("settlement-approved").await;
    browser.click("form[action='/sign-out'] button").await;

    browser.sign_in(&desk.app, &desk::token("payer")).await;
    browser.open(&page).await;
    browser.find("form[action$='/pay']").await;
    browser.follow("D001").await;
    browser.find("form[action$='/hold']").await;
    browser.fill("#dealer input[name=reason]", "等待核实").await;
    browser.click("form[action$='/hold'] button").await;
    browser.find("form[action$='/release']").await;
    assert!(browser.text().await.contains("等待核实"));
    browser.look_over("settlement-dealer").await;

    browser.click("form[action$='/pay'] button").await;
    browser.find("form[action$='/paid']").await;
    browser.look_over("settlement-ordered").await;
    browser.evaluate("document.querySelector('input[name=paid_on]').value = '2008-01-31'").await;
    browser.click("form[action$='/paid'] button").await;
    browser.find(".tag.good").await;
    let told = browser.text().await;
    assert!(told.contains("部分已付") && told.contains("2008-01-31"), "{told}");
    browser.look_over("settlement-paid").await;
    browser.look_printed("settlement-paid").await;
    let kept = desk.settlement(&format!("/v1{run}")).await;
    assert_eq!(kept["status"], "partly-paid", "{kept}");
    browser.end().await;
}

#[actix_web::test]
async fn other_rates_are_tried_and_two_runs_compared() {
    let Some(browser) = Browser::begin().await else { return };
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.run("", sample()).await.replace("/v1", "");
    desk.run("?policy=own-2", sample()).await;
    browser.sign_in(&desk.app, &desk::token("maker")).await;

    browser.open(&desk.app.url(&run)).await;
    browser.follow("试算").await;
    let rate = "input[name='figure:incentives.excess_volume.rate.core']";
    browser.fill(rate, "45").await;
    browser.click("form[action$='#result'] button").await;
    browser.find("#result").await;
    let told = browser.text().await;
    // D001 is a core dealer 160 t above its target: 15 yuan a tonne more.
    assert!(told.contains("30 → 45") && told.contains("+2,400.00"), "{told}");
    browser.look_over_once("what-if").await;
    for (field, text) in [("sheet", "月度提货"), ("cell", "D4"), ("value", "0")] {
        browser.fill(&format!("fieldset:has(input[name=cell]) input[name={field}]"), text).await;
    }
    browser.click("form[action$='#result'] button").await;
    browser.find("#result").await;
    let told = browser.text().await;
    assert!(told.contains("30 → 45") && told.contains("D4"), "{told}");
    browser.fill("fieldset:has(input[name=cell]) input[name=value]", "").await;
    browser.fill("fieldset:has(input[name=cell]) input[name=cell]", "").await;
    browser.fill("fieldset:has(input[name=cell]) input[name=sheet]", "").await;
    browser.fill(rate, "a lot").await;
    browser.click("form[action$='#result'] button").await;
    let told = browser.find("#result.error").await.text().await.expect("text");
    assert!(told.contains("核心经销商") && told.contains("“a lot”不是数字"), "{told}");
    assert_eq!(browser.find(rate).await.prop("value").await.expect("a value").as_deref(), Some("a lot"));
    // The browser logs that the answer was a refusal; that is as it should be.
    browser.complaints().await;
    browser.look_over_once("what-if-refused").await;

    browser.open(&desk.app.url(&format!("{run}/what-if"))).await;
    browser.look_over("what-if-choosing").await;
    browser.open(&desk.app.url(&format!("{run}/compare"))).await;
    browser.click("form.filters button").await;
    browser.find("dl.figures").await;
    let told = browser.text().await;
    assert!(
        told.contains("-1,600.00") || told.contains("−1,600.00"),
        "own-2 pays 10 yuan a tonne more to D001: {told}"
    );
    browser.look_over("compare").await;
    browser.end().await;
}
