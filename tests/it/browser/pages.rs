//! Every page that needs no run, in both languages and at both widths.

use super::Browser;
use crate::harness::{TOKEN, TestApp};

/// Pages and what they are called in pictures.
const PAGES: &[(&str, &str)] = &[
    ("/", "home"),
    ("/appeals", "appeals-all"),
    ("/policies", "policies"),
    ("/policies/handbook", "policy"),
    ("/admin/health", "health"),
    ("/admin/batches", "batches"),
    ("/admin/tokens", "tokens"),
    ("/admin/audit", "audit"),
    ("/help", "help"),
    ("/help/sheets/dealers", "help-dealers"),
    ("/help/programmes/assessment", "help-assessment"),
    ("/help/programmes/credit", "help-credit"),
];

#[actix_web::test]
async fn every_page_is_in_order_in_both_languages() {
    let Some(browser) = Browser::begin().await else { return };
    let app = TestApp::spawn().await;
    browser.open(&app.url("/sign-in")).await;
    browser.look_over("sign-in").await;
    browser.sign_in(&app, TOKEN).await;
    for (path, name) in PAGES {
        browser.open(&app.url(path)).await;
        browser.look_over(name).await;
    }
    browser.end().await;
}

/// From a field to the next with the Tab key alone, as people do who use no mouse.
#[actix_web::test]
async fn a_token_is_made_and_revoked_by_keyboard() {
    let Some(browser) = Browser::begin().await else { return };
    let app = TestApp::spawn().await;
    browser.sign_in(&app, TOKEN).await;
    browser.open(&app.url("/admin/tokens?lang=en")).await;
    let name = browser.find("input[name=name]").await;
    name.send_keys("<script>alert(1)</script>\u{e004}\u{e004}fin\u{e004}\u{e004}90d\u{e007}").await.expect("typed");
    let made = browser.find("#token").await.text().await.expect("a token");
    assert!(made.len() > 30, "{made}");
    assert!(browser.text().await.contains("<script>alert(1)</script>"), "the name is shown as it is");
    browser.look_over_once("token-made").await;

    let revoke = browser.find("details summary").await;
    revoke.send_keys("\u{e007}").await.expect("opened");
    browser.click("details[open] button").await;
    assert!(browser.text().await.contains("revoked"), "{}", browser.text().await);
    assert_eq!(app.with_token(&made).get("/v1/runs").await.status(), 401);
    browser.end().await;
}
