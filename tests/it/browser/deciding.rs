//! Policies are proposed and decided on, and accruals booked, on their pages.

use super::Browser;
use crate::harness::{Start, sample};
use crate::policies::own;
use crate::settlements::desk::{self, Desk};

async fn propose(browser: &Browser, text: &str) {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    browser.choose("input[name=policy]", file.path()).await;
    browser.click("form[action='/policies'] button").await;
}

#[actix_web::test]
async fn a_policy_is_proposed_by_one_and_approved_by_another() {
    let Some(browser) = Browser::begin().await else { return };
    let desk = Desk::spawn(Start::default()).await;
    browser.sign_in(&desk.app, &desk::token("checker")).await;
    browser.follow("政策").await;
    browser.find("input[name=policy]").await;
    propose(&browser, "id = 7").await;
    browser.find(".notice.error li").await;
    // The browser logs that the answer was a refusal; that is as it should be.
    browser.complaints().await;
    browser.look_over_once("policies-refused").await;
    propose(&browser, &own("2027.1", "effective_from = 2027-01-01", "33")).await;
    let page = browser.path().await;
    browser.look_over("policy-proposed-own").await;
    browser.click("form[action$='/withdraw'] button").await;
    browser.until_at("/policies/own").await;
    browser.open(&desk.app.url("/policies")).await;
    assert!(browser.text().await.contains("已撤回"));

    propose(&browser, &own("2027.2", "effective_from = 2027-01-01", "34")).await;
    let second = browser.path().await;
    assert_ne!(page, second);
    browser.click("form[action='/sign-out'] button").await;
    browser.sign_in(&desk.app, &desk::token("payer")).await;
    browser.open(&desk.app.url(&second)).await;
    browser.find("form[action$='/reject']").await;
    browser.look_over("policy-deciding").await;
    browser.click("form[action$='/approve'] button").await;
    browser.find("h1 .tag.good").await;
    let told = browser.text().await;
    assert!(told.contains("已批准") && told.contains("payer"), "{told}");
    browser.open(&desk.app.url("/policies")).await;
    browser.look_over("policies-proposed").await;
    browser.end().await;
}

#[actix_web::test]
async fn an_accrual_is_looked_at_and_booked() {
    let Some(browser) = Browser::begin().await else { return };
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.run("", sample()).await.replace("/v1", "");
    browser.sign_in(&desk.app, &desk::token("maker")).await;
    browser.open(&desk.app.url(&format!("{run}/accrual?month=2007-06"))).await;
    browser.find("dl.figures").await;
    assert!(browser.evaluate("document.querySelector('input[type=hidden][name=month]')").await.is_null());
    browser.click("form[action='/sign-out'] button").await;

    browser.sign_in(&desk.app, &desk::token("checker")).await;
    browser.open(&desk.app.url(&run)).await;
    browser.follow("计提").await;
    browser.find("select[name=month]").await;
    browser.look_over("accrual-choosing").await;
    browser.evaluate("document.querySelector('select[name=month]').value = '2007-06'").await;
    browser.click("form.filters button").await;
    browser.find("dl.figures").await;
    assert!(browser.text().await.contains("涪陵丰禾"), "{}", browser.text().await);
    browser.look_over("accrual").await;
    browser.click("input[name=month] ~ button").await;
    browser.find("#booked").await;
    let told = browser.text().await;
    assert!(told.contains("有效") && told.contains("checker"), "{told}");
    browser.look_over("accrual-booked").await;
    browser.end().await;
}
