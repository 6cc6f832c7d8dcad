//! An appeal's way through the pages: lodged by one, answered by another.

use super::Browser;
use crate::harness::{Start, sample};
use crate::settlements::desk::{self, Desk};

const FIRST: &str = "form[action$='/accept'] fieldset:first-of-type";

#[actix_web::test]
async fn an_appeal_is_lodged_by_one_accepted_by_another_and_the_corrected_settlement_opened() {
    let Some(browser) = Browser::begin().await else { return };
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.run("", sample()).await.replace("/v1", "");

    browser.sign_in(&desk.app, &desk::token("maker")).await;
    browser.open(&desk.app.url("/appeals")).await;
    browser.look_over("appeals-none").await;
    browser.open(&desk.app.url(&format!("{run}/settlement?dealer=D001#dealer"))).await;
    browser.find("form[action$='/appeals']").await;
    browser.look_over("settlement-lodging").await;
    browser.open(&desk.app.url(&format!("{run}/dealers/D001"))).await;
    browser.fill("textarea[name=text]", "二月的一车记错 <b>").await;
    browser.click("form[action$='/appeals'] button").await;
    let appeal = browser.until_at("/appeals/").await;
    let told = browser.text().await;
    assert!(told.contains("二月的一车记错 <b>") && told.contains("待答复"), "{told}");
    assert!(browser.evaluate("document.querySelector('form[action$=\"/accept\"]')").await.is_null());
    browser.look_over("appeal-open").await;
    browser.click("form[action='/sign-out'] button").await;

    browser.sign_in(&desk.app, &desk::token("checker")).await;
    browser.follow("申诉").await;
    browser.until_at("/appeals").await;
    browser.look_over("appeals").await;
    browser.click("main table.data th a").await;
    browser.until_at("/appeals/").await;

    for (field, text) in [("sheet", "月度提货"), ("cell", "D4"), ("value", "一百")] {
        browser.fill(&format!("{FIRST} input[name={field}]"), text).await;
    }
    browser.click("form[action$='/accept'] button").await;
    browser.find(".notice.error").await;
    let kept = browser.find(&format!("{FIRST} input[name=value]")).await.prop("value").await.expect("a value");
    assert_eq!(kept.as_deref(), Some("一百"), "what was typed stands there still");
    // The browser logs that the answer was a refusal; that is as it should be.
    browser.complaints().await;
    browser.look_over_once("appeal-refused").await;
    browser.fill(&format!("{FIRST} input[name=value]"), "60").await;
    browser.click("form[action$='/accept'] button").await;
    browser.find("#answer").await;
    assert!(browser.path().await.starts_with(&appeal));
    browser.look_over("appeal-accepted").await;
    browser.follow("更正后的结算").await;
    let corrected = browser.until_at("/runs/").await;
    browser.find("dl.figures").await;
    assert!(corrected.ends_with("/settlement") && !corrected.starts_with(&run), "{corrected}");
    browser.look_over("settlement-corrected").await;

    browser.open(&desk.app.url(&format!("{run}/dealers/D002?lang=en"))).await;
    browser.fill("textarea[name=text]", "Our deposit").await;
    browser.click("form[action$='/appeals'] button").await;
    browser.until_at("/appeals/").await;
    assert!(browser.text().await.contains("You have lodged this"), "nobody answers their own");
    browser.click("form[action='/sign-out'] button").await;
    browser.sign_in(&desk.app, &desk::token("payer")).await;
    browser.open(&desk.app.url("/appeals?status=open&lang=en")).await;
    browser.click("main table.data th a").await;
    browser.find("form[action$='/reject']").await;
    browser.look_over("appeal-answering").await;
    browser.fill("textarea[name=reason]", "As agreed").await;
    browser.click("form[action$='/reject'] button").await;
    browser.find("#answer").await;
    let told = browser.text().await;
    assert!(told.contains("rejected") && told.contains("As agreed"), "{told}");
    browser.end().await;
}
