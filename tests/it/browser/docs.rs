//! The description of the interface.

use super::Browser;
use crate::harness::TestApp;

#[actix_web::test]
async fn the_description_of_the_interface_is_in_order_in_both_languages() {
    let Some(browser) = Browser::begin().await else { return };
    let app = TestApp::spawn().await;
    for (lang, heading) in [("zh", "Dealerbook 接口说明"), ("en", "The interface of Dealerbook")] {
        browser.open(&app.url(&format!("/docs?lang={lang}"))).await;
        assert_eq!(browser.find("h1").await.text().await.expect("text"), heading);
        browser.look_over_once("docs").await;
        browser.open(&app.url(&format!("/docs/programmes/credit?lang={lang}"))).await;
        browser.look_over_once("docs-credit").await;
        browser.open(&app.url(&format!("/docs/guide/settings?lang={lang}"))).await;
        browser.look_over_once("docs-guide-settings").await;
    }
    browser.end().await;
}

/// The checks themselves: each must notice what it is there for.
#[actix_web::test]
async fn a_page_that_is_not_in_order_is_noticed() {
    let Some(browser) = Browser::begin().await else { return };
    let app = TestApp::spawn().await;
    browser.open(&app.url("/docs?lang=zh")).await;
    browser.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input>')").await;
    if let Some(faults) = super::axe::serious_faults(&browser).await {
        assert!(faults.iter().any(|fault| fault["id"] == "label"), "{faults:?}");
    }
    browser.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"width: 3000px\">')").await;
    let complaints = browser.complaints().await;
    assert!(complaints.iter().any(|line| line.contains("Content Security Policy")), "{complaints:?}");
    browser.end().await;
}
