//! Runs compared, and runs tried with other rules and cells.

use std::path::Path;

use calamine::{Reader, Xlsx};
use dealerbook::package::{CellChange, CellValue, Limits, change_cells};
use serde_json::{Value, json};

use crate::harness::{TestApp, XLSX, files, formulas, header, problem, sample, send, texts};

async fn run(app: &TestApp, query: &str, workbook: Vec<u8>) -> (String, Value) {
    let result: Value = app.post_run_for_json(query, workbook).await.json().await.unwrap();
    (result["run"]["id"].as_str().unwrap().to_owned(), result)
}

/// A workbook that has what each of the shipped policies needs.
fn everything() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/progressive-2007.xlsx");
    std::fs::read(path).unwrap()
}

async fn try_out(app: &TestApp, run: &str, query: &str, body: Value) -> reqwest::Response {
    send(app.request("POST", &format!("/v1/runs/{run}/what-if{query}")).json(&body)).await
}

async fn tried(app: &TestApp, run: &str, body: Value) -> Value {
    let answer = try_out(app, run, "", body).await;
    let status = answer.status();
    let found: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{found}");
    found
}

/// What stays of a comparison whatever was asked: the figures.
fn figures(mut comparison: Value) -> Value {
    comparison.as_object_mut().unwrap().retain(|name, _| !matches!(name.as_str(), "changes" | "next"));
    comparison
}

fn paid(result: &Value) -> &str {
    result["summary"]["incentive_total"].as_str().unwrap()
}

#[actix_web::test]
async fn two_runs_are_compared_dealer_by_dealer_and_add_up() {
    let app = TestApp::spawn().await;
    let (first, before) = run(&app, "", everything()).await;
    let (second, after) = run(&app, "?policy=progressive", everything()).await;
    let found: Value = app.get(&format!("/v1/runs/{first}/diff/{second}")).await.json().await.unwrap();
    assert_eq!(
        (found["amount"]["before"].as_str(), found["amount"]["after"].as_str()),
        (Some(paid(&before)), Some(paid(&after)))
    );
    assert_eq!(found["same_period"], true);
    let fen = |value: &Value| value.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let dealers = found["dealers"].as_array().unwrap();
    assert_eq!(dealers.len(), before["results"]["incentives"]["dealers"].as_array().unwrap().len());
    let changes: Vec<i64> = dealers.iter().map(|dealer| fen(&dealer["amount"]["change"])).collect();
    assert!(changes.is_sorted_by_key(|change| -change.abs()), "{changes:?}");
    assert_eq!(changes.iter().sum::<i64>(), fen(&found["amount"]["change"]));
    let of = |result: &Value, id: &Value| {
        let dealers = result["results"]["incentives"]["dealers"].as_array().unwrap().clone();
        dealers.into_iter().find(|dealer| dealer["dealer_id"] == *id).unwrap()["total"].clone()
    };
    for dealer in dealers {
        let id = &dealer["dealer_id"];
        assert_eq!(
            (&dealer["amount"]["before"], &dealer["amount"]["after"]),
            (&of(&before, id), &of(&after, id)),
            "{id}"
        );
    }
    let same: Value = app.get(&format!("/v1/runs/{first}/diff/{first}")).await.json().await.unwrap();
    assert_eq!((&same["dealers_changed"], &same["amount"]["change"]), (&json!(0), &json!("0.00")));
}

#[actix_web::test]
async fn pages_of_dealers_are_the_whole_cut_up() {
    let app = TestApp::spawn().await;
    let (first, _) = run(&app, "", everything()).await;
    let (second, _) = run(&app, "?policy=progressive", everything()).await;
    let address = format!("/v1/runs/{first}/diff/{second}");
    let whole: Value = app.get(&address).await.json().await.unwrap();
    let (mut next, mut dealers) = (Some(format!("{address}?limit=2&lang=en")), Vec::new());
    while let Some(page) = next {
        let page: Value = app.get(&page).await.json().await.unwrap();
        assert_eq!(page["amount"], whole["amount"]);
        dealers.extend(page["dealers"].as_array().unwrap().clone());
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(json!(dealers), whole["dealers"]);
    for query in ["?limit=0", "?limit=", "?after=", "?after=nobody", "?format=csv", "?format="] {
        problem(app.get(&format!("{address}{query}")).await, 400, "invalid-value").await;
    }
    problem(app.get(&format!("{address}?limit=1&limit=2")).await, 400, "repeated-parameter").await;
    problem(app.get(&format!("{address}?sort=name")).await, 400, "unknown-parameter").await;
    problem(app.get(&format!("/v1/runs/{first}/diff/none")).await, 404, "no-such-run").await;
}

#[actix_web::test]
async fn what_another_policy_would_pay_is_what_it_pays() {
    let app = TestApp::spawn().await;
    let (first, _) = run(&app, "", everything()).await;
    let (second, _) = run(&app, "?policy=progressive", everything()).await;
    let kept = files(&app.data().join("artefacts")).len();
    let real: Value = app.get(&format!("/v1/runs/{first}/diff/{second}")).await.json().await.unwrap();
    let would = tried(&app, &first, json!({"policy": "progressive"})).await;
    assert!(would["changes"].as_array().unwrap().iter().any(|change| change["place"] == "dealer_cap"), "{would}");
    assert_eq!(figures(would), figures(real));
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 2);
    assert_eq!(files(&app.data().join("artefacts")).len(), kept);
}

#[actix_web::test]
async fn what_other_cells_would_come_to_is_what_the_changed_workbook_comes_to() {
    let app = TestApp::spawn().await;
    let (first, _) = run(&app, "", sample()).await;
    let dealers = Xlsx::new(std::io::Cursor::new(sample())).unwrap().worksheet_range("经销商档案").unwrap();
    let heading = dealers.rows().nth(1).unwrap();
    let column = heading.iter().position(|cell| cell.to_string().starts_with("年度目标销量")).unwrap();
    let cell = format!("{}3", char::from(b'A' + column as u8));
    let body = json!({"cells": [{"sheet": "经销商档案", "cell": cell, "value": 100}]});
    let would = tried(&app, &first, body).await;
    let change = &would["changes"][0];
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!(dealers.get_value((2, column as u32)).unwrap().to_string()), &json!("100"))
    );
    let changes =
        [CellChange { sheet: "经销商档案".to_owned(), cell, value: CellValue::Number("100".to_owned()) }];
    let workbook = change_cells(&sample(), &Limits::default(), &changes).unwrap();
    let (second, _) = run(&app, "", workbook).await;
    let real: Value = app.get(&format!("/v1/runs/{first}/diff/{second}")).await.json().await.unwrap();
    assert_eq!(real["dealers_changed"], 1);
    assert_eq!(figures(would), figures(real));
}

#[actix_web::test]
async fn another_rate_changes_what_it_pays_and_nothing_else() {
    let app = TestApp::spawn().await;
    let (first, result) = run(&app, "", sample()).await;
    let would = tried(&app, &first, json!({"changes": {"incentives.excess_volume.rate.core": "35"}})).await;
    let core = |dealer: &&Value| {
        let lines = dealer["lines"].as_array().unwrap();
        lines.iter().any(|line| line["programme"] == "excess_volume" && line["rate"] == "30")
    };
    let paid: Vec<Value> = result["results"]["incentives"]["dealers"].as_array().unwrap().clone();
    assert_eq!(would["dealers_changed"], paid.iter().filter(core).count());
    for change in would["programmes"].as_array().unwrap() {
        assert_eq!(change["amount"]["change"] != "0.00", change["programme"] == "excess_volume", "{change}");
    }
    assert_eq!(
        would["changes"],
        json!([{"place": "incentives.excess_volume.rate.core", "words": "激励 › 超额销量奖励 › 费率（元/吨） › 核心经销商", "before": "30", "after": "35"}])
    );
    // A policy given as text is tried as it stands.
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/policies/handbook.toml")).unwrap();
    let same = tried(&app, &first, json!({"policy_toml": text})).await;
    assert_eq!((&same["dealers_changed"], &same["changes"]), (&json!(0), &json!([])));
}

#[actix_web::test]
async fn everything_that_is_wrong_is_told_at_once_and_nothing_is_kept() {
    let app = TestApp::spawn().await;
    let (first, _) = run(&app, "", sample()).await;
    let kept = files(&app.data().join("artefacts")).len();
    let body = json!({
        "policies": "x",
        "changes": {"incentives.exces_volume.rate.core": "35", "grades.core.from": "10"},
        "cells": [{"sheet": "没有的表", "cell": "A1", "value": 1}, {"sheet": "经销商档案", "cell": "A0", "value": 1}],
    });
    let told = problem(try_out(&app, &first, "?lang=en", body).await, 422, "invalid-what-if").await;
    let pointers: Vec<&str> =
        told["faults"].as_array().unwrap().iter().map(|f| f["pointer"].as_str().unwrap()).collect();
    assert_eq!(
        pointers,
        ["/policies", "/changes/incentives.exces_volume.rate.core", "/changes", "/cells/0", "/cells/1"]
    );
    let body = json!({"changes": {"grades.nobody.from": "1"}, "cells": [{"sheet": "经销商档案", "cell": "A4", "value": "D001"}]});
    let told = problem(try_out(&app, &first, "", body).await, 422, "invalid-what-if").await;
    let faults = told["faults"].as_array().unwrap();
    assert_eq!(faults[0]["pointer"], "/changes/grades.nobody.from");
    assert!(
        faults.iter().any(|fault| fault["pointer"] == "/cells/0" && fault["detail"].as_str().unwrap().contains("D001")),
        "{told}"
    );
    problem(try_out(&app, &first, "", json!({})).await, 422, "invalid-what-if").await;
    problem(try_out(&app, "none", "", json!({"policy": "handbook"})).await, 404, "no-such-run").await;
    assert_eq!(files(&app.data().join("artefacts")).len(), kept);
    let faulty =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/assessment-small.xlsx")).unwrap();
    let answer = app.post_validation("", faulty).await;
    let checked = header(&answer, "location").rsplit('/').next().unwrap().to_owned();
    problem(try_out(&app, &checked, "", json!({"policy": "handbook"})).await, 409, "nothing-calculated").await;
}

#[actix_web::test]
async fn the_workbook_of_a_comparison_is_live_and_always_the_same() {
    let app = TestApp::spawn().await;
    let (first, _) = run(&app, "", sample()).await;
    let body = json!({"changes": {"incentives.excess_volume.rate.core": "35"}});
    let answer = try_out(&app, &first, "?format=xlsx", body.clone()).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, XLSX));
    let book = answer.bytes().await.unwrap().to_vec();
    let again =
        send(app.request("POST", &format!("/v1/runs/{first}/what-if")).header("Accept", XLSX).json(&body)).await;
    assert_eq!(again.bytes().await.unwrap().to_vec(), book);
    assert_eq!(Xlsx::new(std::io::Cursor::new(book.clone())).unwrap().sheet_names(), ["汇总", "经销商", "变更内容"]);
    assert!(texts(&book).contains("激励 › 超额销量奖励 › 费率（元/吨） › 核心经销商"));
    assert!(formulas(&book).iter().any(|formula| formula.starts_with("ROUND(SUMIF(")), "{:?}", formulas(&book));
    let english = try_out(&app, &first, "?format=xlsx&lang=en", body).await.bytes().await.unwrap().to_vec();
    assert!(texts(&english).contains("Dealers compared") && !texts(&english).contains("逐家对比"));
}
