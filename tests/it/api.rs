//! What is asked for is answered, and can be had again.

use macro_rules_attribute::apply;
use reqwest::multipart::Form;
use serde_json::Value;

use crate::harness::{Start, TestApp, XLSX, files, header, over_both, part, sample, send};

#[apply(over_both)]
async fn a_raw_workbook_comes_back_annotated_and_can_be_had_again(start: Start) {
    let app = start.spawn().await;
    let answer = app.post_run("?filename=2007%E5%B9%B4%E8%80%83%E6%A0%B8.xlsx", sample()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "content-type"), XLSX);
    assert!(!header(&answer, "x-request-id").is_empty());
    let disposition = header(&answer, "content-disposition");
    assert!(disposition.contains("filename*=UTF-8''2007%E5%B9%B4%E8%80%83%E6%A0%B8-"), "{disposition}");
    assert!(disposition.contains("filename=\"dealerbook-"), "{disposition}");
    let location = header(&answer, "location");
    let workbook = answer.bytes().await.unwrap();
    assert!(workbook.starts_with(b"PK"));

    let again = app.get(&format!("{location}/workbook.xlsx")).await;
    assert_eq!((again.status().as_u16(), header(&again, "content-type").as_str()), (200, XLSX));
    assert_eq!(header(&again, "content-disposition"), disposition);
    assert_eq!(again.bytes().await.unwrap(), workbook);

    let result: Value = app.get(&location).await.json().await.unwrap();
    assert_eq!(location, format!("/v1/runs/{}", result["run"]["id"].as_str().unwrap()));
}

#[actix_web::test]
async fn accept_decides_between_workbook_and_json() {
    let app = TestApp::spawn().await;
    let answer = app.post_run_for_json("", sample()).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, "application/json"));
    let location = header(&answer, "location");
    let json = answer.bytes().await.unwrap();
    assert_eq!(app.get(&location).await.bytes().await.unwrap(), json);

    for (accept, expected) in [
        ("*/*", XLSX),
        ("text/html, application/json;q=0.9, */*;q=0.8", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/json;q=0.5, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", XLSX),
    ] {
        let answer = send(app.request("POST", "/v1/runs").header("Accept", accept).body(sample())).await;
        assert_eq!(header(&answer, "content-type"), expected, "{accept}");
    }
}

#[apply(over_both)]
async fn a_form_holds_the_workbook_and_its_parameters_in_any_order(start: Start) {
    let app = start.spawn().await;
    let form = Form::new().text("period", "2007").part("workbook", part(sample())).text("lang", "en").text("as_of", "");
    let answer = app.post_form(form).await;
    assert_eq!(answer.status(), 200);
    let run = &app.list("").await["runs"][0];
    assert_eq!(run["filename"], "2007年考核.xlsx");
    assert_eq!((&run["lang"], &run["kind"], &run["period"]), (&"en".into(), &"run".into(), &2007.into()));
}

#[actix_web::test]
async fn a_raw_body_is_taken_under_any_plain_type() {
    let app = TestApp::spawn().await;
    for declared in ["application/octet-stream", "application/x-www-form-urlencoded", "application/vnd.ms-excel", ""] {
        let answer = send(app.request("POST", "/v1/runs").header("Content-Type", declared).body(sample())).await;
        assert_eq!(answer.status(), 200, "{declared}");
    }
    let without = send(app.request("POST", "/v1/runs").body(sample())).await;
    assert_eq!(without.status(), 200);
}

#[apply(over_both)]
async fn a_validation_is_kept_as_one(start: Start) {
    let app = start.spawn().await;
    let answer = app.post_validation("", sample()).await;
    assert_eq!(answer.status(), 200);
    let location = header(&answer, "location");
    assert_eq!(app.get(&location).await.status(), 200);
    assert_eq!(app.list("?kind=run").await["runs"], serde_json::json!([]));
    assert_eq!(app.list("?kind=validation").await["runs"][0]["kind"], "validation");
}

#[apply(over_both)]
async fn runs_are_listed_page_by_page_newest_first(start: Start) {
    let app = start.spawn().await;
    let mut made = Vec::new();
    for n in 0..3 {
        made.insert(0, header(&app.post_run(&format!("?filename={n}.xlsx"), sample()).await, "location"));
    }
    let page = app.list("?limit=2&kind=run").await;
    let next = page["next"].as_str().unwrap().to_owned();
    assert!(next.contains("kind=run") && next.contains("limit=2"), "{next}");
    let rest: Value = app.get(&next).await.json().await.unwrap();
    assert_eq!(rest["next"], Value::Null);
    let listed = page["runs"].as_array().unwrap().iter().chain(rest["runs"].as_array().unwrap());
    let listed: Vec<String> = listed.map(|run| format!("/v1/runs/{}", run["id"].as_str().unwrap())).collect();
    assert_eq!(listed, made);
}

#[apply(over_both)]
async fn the_same_upload_is_kept_once(start: Start) {
    let app = start.spawn().await;
    app.post_run("", sample()).await;
    app.post_run("", sample()).await;
    let uploads =
        files(&app.data().join("artefacts")).into_iter().filter(|path| std::fs::read(path).unwrap() == sample());
    assert_eq!(uploads.count(), 1);
}

#[apply(over_both)]
async fn runs_outlive_a_restart(start: Start) {
    let app = start.spawn().await;
    let answer = app.post_run("", sample()).await;
    let location = header(&answer, "location");
    let workbook = answer.bytes().await.unwrap();
    let app = app.stop().await.spawn().await;
    let again = app.get(&format!("{location}/workbook.xlsx")).await;
    assert_eq!(again.bytes().await.unwrap(), workbook);
}

#[apply(over_both)]
async fn head_answers_without_a_body(start: Start) {
    let app = start.spawn().await;
    let location = header(&app.post_run("", sample()).await, "location");
    for path in ["/healthz", "/readyz", "/v1/runs", &location, &format!("{location}/workbook.xlsx")] {
        let answer = send(app.request("HEAD", path)).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.bytes().await.unwrap().is_empty(), "{path}");
    }
}
