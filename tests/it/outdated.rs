//! What was calculated stays what it was: a run that this program would calculate to other figures is not calculated again, and what is
//! kept of it is served.

use std::fs;
use std::path::Path;

use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

use crate::data_folders::DataFolder;
use crate::harness::{Start, TOKEN, TestApp, problem, sample, send};
use crate::settlements::desk::id;
use crate::visitor::Visitor;

/// Whatever needs a run calculated again: a method, what stands behind the run's address, and a body.
fn recalculating(other: &str) -> Vec<(&'static str, String, Value)> {
    let get = |path: &str| ("GET", path.to_owned(), Value::Null);
    vec![
        get("/dealers/D001"),
        get("/dealers/D001/card.xlsx"),
        get("/cards.xlsx"),
        get("/accrual?month=2007-06"),
        ("POST", "/accruals".to_owned(), json!({"month": "2007-06"})),
        get(&format!("/diff/{other}")),
        ("POST", "/what-if".to_owned(), json!({"changes": {"grades.core.from": "88"}})),
    ]
}

/// The same for a run without a settlement, of which nothing is frozen yet.
const UNFROZEN: [&str; 3] = ["/settlement", "/settlement/lines", "/rebates.xlsx"];

async fn answered(app: &TestApp, method: &str, path: &str, body: &Value) -> reqwest::Response {
    let request = app.request(method, path);
    send(if body.is_null() { request } else { request.json(body) }).await
}

async fn assert_outdated(app: &TestApp, run: &str, other: &str) {
    for (method, path, body) in recalculating(other) {
        let told = problem(answered(app, method, &format!("{run}{path}"), &body).await, 409, "run-outdated").await;
        assert!(told["remedy"].as_str().unwrap().contains("重新上传"), "{told}");
    }
}

async fn assert_current(app: &TestApp, run: &str, other: &str) {
    for (method, path, body) in recalculating(other) {
        let answer = answered(app, method, &format!("{run}{path}"), &body).await;
        assert!(answer.status().is_success(), "{method} {path}: {}", answer.text().await.unwrap());
    }
}

/// Result and workbook as they were kept.
async fn assert_served(app: &TestApp, run: &str) -> Value {
    let workbook = app.get(&format!("{run}/workbook.xlsx")).await;
    assert_eq!(workbook.status(), StatusCode::OK);
    let result = app.get(run).await;
    assert_eq!(result.status(), StatusCode::OK);
    result.json().await.unwrap()
}

async fn database(folder: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(folder.join("dealerbook.db"));
    SqlitePool::connect_with(options).await.unwrap()
}

/// As if an earlier program had come to something else: the kept result says so, and its hash fits.
async fn rewrite_result(folder: &Path, run: &str, change: impl Fn(&mut Value)) {
    let database = database(folder).await;
    let of_run = "SELECT result_sha256 FROM runs WHERE id = $1";
    let old: String = sqlx::query_scalar(of_run).bind(id(run)).fetch_one(&database).await.unwrap();
    let place = |name: &str| folder.join("artefacts").join(&name[..2]).join(name);
    let mut result: Value = serde_json::from_slice(&fs::read(place(&old)).unwrap()).unwrap();
    change(&mut result);
    let bytes = serde_json::to_vec(&result).unwrap();
    let new = hex::encode(Sha256::digest(&bytes));
    fs::create_dir_all(place(&new).parent().unwrap()).unwrap();
    fs::write(place(&new), bytes).unwrap();
    let keep = "UPDATE runs SET result_sha256 = $1 WHERE id = $2";
    sqlx::query(keep).bind(&new).bind(id(run)).execute(&database).await.unwrap();
    database.close().await;
}

/// A run of the sample that an earlier program has left, and a second one to compare it with.
async fn left_by_an_earlier_program(change: impl Fn(&mut Value)) -> (TestApp, String, String) {
    let app = TestApp::spawn().await;
    let run = crate::harness::header(&app.post_run("?period=2007", sample()).await, "location");
    let other = crate::harness::header(&app.post_run("?period=2007&lang=en", sample()).await, "location");
    assert_current(&app, &run, id(&other)).await;
    let start: Start = app.stop().await;
    rewrite_result(start.data.path(), &run, change).await;
    (start.spawn().await, run, other)
}

/// A figure of the first dealer's assessment.
fn first_total(result: &mut Value) -> &mut Value {
    &mut result["results"]["assessment"]["dealers"][0]["total"]
}

#[actix_web::test]
async fn a_run_to_whose_figures_this_program_does_not_come_is_refused_and_stays() {
    let (app, run, other) = left_by_an_earlier_program(|result| *first_total(result) = json!("12.34")).await;
    assert_outdated(&app, &run, id(&other)).await;
    assert_eq!(assert_served(&app, &run).await["results"]["assessment"]["dealers"][0]["total"], "12.34");
    for path in UNFROZEN {
        let told = problem(app.get(&format!("{run}{path}")).await, 409, "run-outdated").await;
        assert!(told["detail"].as_str().unwrap().contains("assessment.dealers[D001].total 原为 12.34"), "{told}");
    }
    problem(answered(&app, "POST", &format!("{run}/settlement/submit"), &Value::Null).await, 409, "run-outdated").await;
    assert_current(&app, &other, id(&other)).await;
    problem(app.get(&format!("{other}/diff/{}", id(&run))).await, 409, "run-outdated").await;

    let again = app.post_run("?period=2007", sample()).await;
    let run = crate::harness::header(&again, "location");
    assert_current(&app, &run, id(&other)).await;
}

#[actix_web::test]
async fn what_this_program_says_beyond_the_kept_result_makes_no_run_outdated() {
    let fewer = |result: &mut Value| {
        let dealer = &mut result["results"]["assessment"]["dealers"][1];
        dealer.as_object_mut().unwrap().remove("scorecard").expect("a figure that could be new");
        dealer["lift"][0]["text"] = json!("in other words");
        result["issues"] = json!([]);
        result["summary"].as_object_mut().unwrap().remove("codes");
    };
    let (app, run, other) = left_by_an_earlier_program(fewer).await;
    assert_current(&app, &run, id(&other)).await;
}

#[actix_web::test]
async fn an_outdated_run_that_is_uploaded_again_is_not_taken_for_known() {
    let (app, run, _) = left_by_an_earlier_program(|result| *first_total(result) = json!("12.34")).await;
    problem(app.get(&format!("{run}/cards.xlsx")).await, 409, "run-outdated").await;
    let start = app.stop().await;
    // An earlier program's key is another one.
    let database = database(start.data.path()).await;
    let rekey = "UPDATE runs SET key = 'of an earlier program' WHERE id = $1";
    sqlx::query(rekey).bind(id(&run)).execute(&database).await.unwrap();
    database.close().await;
    let app = start.spawn().await;
    let new = crate::harness::header(&app.post_run("?period=2007", sample()).await, "location");
    assert_ne!(new, run);
    assert_eq!(app.get(&format!("{new}/cards.xlsx")).await.status(), StatusCode::OK);
    problem(app.get(&format!("{run}/cards.xlsx")).await, 409, "run-outdated").await;
}

#[actix_web::test]
async fn pages_say_that_a_run_is_outdated_and_lead_to_the_upload() {
    let (app, run, _) = left_by_an_earlier_program(|result| *first_total(result) = json!("12.34")).await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let page = format!("/runs/{}", id(&run));
    assert_eq!(visitor.get(&page).await.status(), StatusCode::OK, "what was found is kept");
    for path in ["/scores", "/dealers/D001", "/programmes/assessment", "/accrual?month=2007-06", "/settlement"] {
        let answer = visitor.get(&format!("{page}{path}")).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, StatusCode::CONFLICT, "{path}");
        assert!(text.contains("运行已过时") && text.contains("class=\"button\" href=\"/upload\""), "{path}: {text}");
    }
    let english = visitor.get(&format!("{page}/scores?lang=en")).await.text().await.unwrap();
    assert!(english.contains("The run is outdated") && english.contains(">Upload again<"), "{english}");
}

#[actix_web::test]
async fn of_an_earlier_builds_runs_those_stay_whose_figures_are_the_same() {
    let folder = DataFolder::of_plain_texts();
    let (app, [stays, north]) = folder.serve(["stays", "north"]).await;
    assert_current(&app, &stays, id(&north)).await;
    assert_current(&app, &north, id(&stays)).await;
    let settlement: Value = app.get(&format!("{stays}/settlement")).await.json().await.unwrap();
    assert_eq!((&settlement["status"], &settlement["totals"]["entitled"]), (&json!("submitted"), &json!("90200.00")));
}

#[actix_web::test]
async fn what_an_earlier_build_has_settled_is_served_whatever_this_one_reads() {
    let folder = DataFolder::of_plain_texts();
    // Whether this program reads the merged cell otherwise or not: the kept result does.
    rewrite_result(folder.start.data.path(), &folder.run("merged"), |result| *first_total(result) = json!("1.00"))
        .await;
    let (app, [merged, stays]) = folder.serve(["merged", "stays"]).await;
    assert_outdated(&app, &merged, id(&stays)).await;
    assert_served(&app, &merged).await;
    let settlement: Value = app.get(&format!("{merged}/settlement")).await.json().await.unwrap();
    assert_eq!((&settlement["status"], &settlement["totals"]["entitled"]), (&json!("approved"), &json!("93200.00")));
    for path in ["/settlement/lines", "/settlement/payments", "/rebates.xlsx", "/rebates.xlsx?dealer_id=D001"] {
        assert_eq!(app.get(&format!("{merged}{path}")).await.status(), StatusCode::OK, "{path}");
    }
    // It can be corrected by a run of this program: what is paid goes by its frozen lines.
    let corrects = json!({"supersedes": id(&merged)});
    let answer =
        answered(&app, "POST", &format!("{stays}/settlement/reject"), &json!({"reason": "由新的运行更正"})).await;
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let answer = answered(&app, "POST", &format!("{stays}/settlement/submit"), &corrects).await;
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}
