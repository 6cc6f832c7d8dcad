//! People who work in a browser: signed in by a session, which is as good as their token, and safe from forms of other sites.

use dealerbook::token::{TokenOrigin, link_code};
use macro_rules_attribute::apply;
use reqwest::Response;
use serde_json::json;

use crate::harness::{Start, TOKEN, TestApp, header, over_both, problem, send};
use crate::visitor::Visitor;

async fn make_token(app: &TestApp, name: &str, role: &str) -> (String, String) {
    let answer = send(app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": role}))).await;
    let made: serde_json::Value = answer.json().await.unwrap();
    (made["token"].as_str().unwrap().to_owned(), made["kept"]["id"].as_str().unwrap().to_owned())
}

fn leads_to(answer: &Response) -> String {
    assert_eq!(answer.status(), 303);
    header(answer, "location")
}

#[apply(over_both)]
async fn who_is_not_signed_in_is_led_to_it_and_back(start: Start) {
    let app = start.spawn().await;
    let mut visitor = Visitor::new(&app);
    let answer = visitor.get("/?lang=en").await;
    assert_eq!(leads_to(&answer), "/sign-in?then=%2F%3Flang%3Den");
    assert!(visitor.page("/sign-in?then=%2F%3Flang%3Den").await.contains("name=\"then\" value=\"/?lang=en\""));
    let answer = visitor.send_form("/sign-in", &[("token", TOKEN), ("then", "/?lang=en")]).await;
    assert_eq!(leads_to(&answer), "/?lang=en");
    let cookie = header(&answer, "set-cookie");
    for attribute in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    visitor.take_cookie(&answer);
    assert!(visitor.page("/?lang=en").await.contains("Welcome, admin"));
}

#[actix_web::test]
async fn over_https_the_cookie_is_for_https_alone_and_signing_in_again_ends_the_session_before() {
    let mut start = Start::default();
    start.network.trusted_proxies = Some("127.0.0.1".parse().unwrap());
    let app = start.spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let again = visitor.request("POST", "/sign-in").header("X-Forwarded-Proto", "https");
    let answer = again.body(format!("token={TOKEN}")).send().await.unwrap();
    assert!(header(&answer, "set-cookie").ends_with("; Secure"));
    assert_eq!(visitor.get("/").await.status(), 303);
}

#[apply(over_both)]
async fn signing_out_ends_the_session(start: Start) {
    let app = start.spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    assert_eq!(visitor.get("/").await.status(), 200);
    let answer = visitor.post("/sign-out", &[]).await;
    assert_eq!(leads_to(&answer), "/sign-in");
    assert!(header(&answer, "set-cookie").contains("Max-Age=0"));
    assert_eq!(visitor.get("/").await.status(), 303, "the cookie is good for nothing any more");
}

#[apply(over_both)]
async fn a_revoked_token_ends_its_sessions(start: Start) {
    let app = start.spawn().await;
    let (token, id) = make_token(&app, "王芳", "sales").await;
    let visitor = Visitor::signed_in(&app, &token).await;
    assert!(visitor.page("/").await.contains("王芳"));
    assert_eq!(send(app.request("DELETE", &format!("/v1/tokens/{id}"))).await.status(), 204);
    assert_eq!(visitor.get("/").await.status(), 303);
    assert_eq!(visitor.get("/v1/runs").await.status(), 401);
}

#[actix_web::test]
async fn a_bad_token_signs_nobody_in() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::new(&app);
    let answer = visitor.send_form("/sign-in", &[("token", "<script>"), ("then", "//elsewhere.example/")]).await;
    assert_eq!(answer.status(), 401);
    assert!(answer.headers().get("set-cookie").is_none());
    let page = answer.text().await.unwrap();
    assert!(page.contains("role=\"alert\"") && !page.contains("<script>") && !page.contains("elsewhere"));
}

#[actix_web::test]
async fn nobody_is_led_to_another_server() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::new(&app);
    for then in
        ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "/./\\elsewhere", "x", ""]
    {
        let answer = visitor.send_form("/sign-in", &[("token", TOKEN), ("then", then)]).await;
        let location = leads_to(&answer);
        assert!(location.starts_with('/') && !location.starts_with("//"), "{then} leads to {location}");
    }
}

#[apply(over_both)]
async fn the_first_starts_link_signs_in_once(start: Start) {
    let app = Start { admin_token: None, ..start }.spawn().await;
    let TokenOrigin::New(token) = app.token.clone() else { panic!("no token was made") };
    let code = link_code(&token);
    let mut visitor = Visitor::new(&app);
    let address = format!("/sign-in?once={code}");
    for _ in 0..2 {
        assert!(visitor.page(&address).await.contains(&code), "to look at it doesn't use it up");
    }
    let answer = visitor.send_form("/sign-in", &[("once", &code)]).await;
    assert_eq!(leads_to(&answer), "/");
    visitor.take_cookie(&answer);
    assert!(visitor.page("/").await.contains("admin"));
    assert_eq!(visitor.send_form("/sign-in", &[("once", &code)]).await.status(), 401);
    assert_eq!(visitor.send_form("/sign-in", &[("once", "another")]).await.status(), 401);
}

#[actix_web::test]
async fn a_form_without_the_sessions_mark_changes_nothing() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let mark = visitor.mark().await;
    for fields in [&[][..], &[("csrf", "")], &[("csrf", &mark[1..])], &[("csrf", "x")]] {
        assert_eq!(visitor.send_form("/sign-out", fields).await.status(), 403, "{fields:?}");
    }
    let foreign = [
        ("Origin", "https://elsewhere.example".to_owned()),
        ("Origin", "null".to_owned()),
        ("Sec-Fetch-Site", "cross-site".to_owned()),
        ("Sec-Fetch-Site", "same-site".to_owned()),
    ];
    for (name, value) in foreign {
        let request = visitor.request("POST", "/sign-out").header(name, &value).header("Accept", "application/json");
        let answer = request.header("X-CSRF-Token", &mark).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{name}: {value}");
    }
    let wrong = visitor.request("POST", "/sign-out").header("X-CSRF-Token", "x").send().await.unwrap();
    assert_eq!(wrong.status(), 403);
    assert_eq!(visitor.get("/").await.status(), 200, "still signed in");
    let own = visitor.request("POST", "/sign-out").header("Origin", app.url("")).header("X-CSRF-Token", &mark);
    assert_eq!(own.send().await.unwrap().status(), 303);
}

#[actix_web::test]
async fn the_cookie_reads_what_is_behind_the_interface_and_changes_nothing_there() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    assert_eq!(visitor.get("/v1/runs").await.status(), 200);
    assert_eq!(visitor.get("/metrics").await.status(), 200);
    let mark = visitor.mark().await;
    let tokens =
        visitor.request("POST", "/v1/tokens").header("X-CSRF-Token", mark).json(&json!({"name": "x", "role": "admin"}));
    problem(tokens.send().await.unwrap(), 401, "unauthorized").await;
}

#[actix_web::test]
async fn a_page_tells_scripts_apart_and_says_problems_to_people_as_pages() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let answer = visitor.get("/").await;
    let policy = header(&answer, "content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let page = answer.text().await.unwrap();
    for inline in ["<style", "<script>", " style=", " onclick=", "javascript:"] {
        assert!(!page.contains(inline), "{inline}");
    }
    let asked = visitor.request("PATCH", "/").send().await.unwrap();
    assert_eq!((asked.status().as_u16(), header(&asked, "content-type").as_str()), (405, "text/html; charset=utf-8"));
    let anonymous = Visitor::new(&app).request("GET", "/").header("Accept", "application/json");
    assert_eq!(anonymous.send().await.unwrap().status(), 303, "text/html is asked for as well");
}

#[actix_web::test]
async fn what_pages_refer_to_is_kept_for_long_under_a_name_of_its_content() {
    let app = TestApp::spawn().await;
    let page = Visitor::new(&app).page("/sign-in").await;
    let mut found = 0;
    for part in page.split('"').filter(|part| part.starts_with("/assets/")) {
        let answer = reqwest::get(app.url(part)).await.unwrap();
        assert_eq!(answer.status(), 200, "{part}");
        assert!(header(&answer, "cache-control").contains("immutable"));
        assert!(header(&answer, "etag").len() > 10);
        found += 1;
    }
    assert_eq!(found, 3, "style, icon and script");
    assert_eq!(reqwest::get(app.url("/assets/style.css")).await.unwrap().status(), 404);
}

#[actix_web::test]
async fn the_language_is_kept_where_it_was_chosen() {
    let app = TestApp::spawn().await;
    let mut visitor = Visitor::signed_in(&app, TOKEN).await;
    assert!(visitor.page("/").await.contains("lang=\"zh-CN\""));
    let answer = visitor.get("/?lang=en").await;
    let chosen = header(&answer, "set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(chosen, "dealerbook_lang=en");
    visitor.cookie = format!("{}; {chosen}", visitor.cookie);
    assert!(visitor.page("/").await.contains("<html lang=\"en\""));
    assert!(visitor.page("/?lang=zh").await.contains("<html lang=\"zh-CN\""));
}
