//! Any workbook against a schema of the caller's own: the same checks, the same marks and notes, nothing of dealers.

use std::path::Path;

use dealerbook::package::{Limits, Package};
use reqwest::Response;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, XLSX, header, problem, sample, send};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/own-schema").join(name)).expect("a sample")
}

fn descriptor() -> Value {
    serde_json::from_slice(&file("orders.datapackage.json")).expect("a descriptor")
}

fn form(schema: impl Into<Vec<u8>>, workbook: Vec<u8>) -> Form {
    Form::new()
        .part("schema", Part::bytes(schema.into()))
        .part("workbook", Part::bytes(workbook).file_name("订单.xlsx"))
}

async fn validate(app: &TestApp, query: &str, form: Form) -> Response {
    send(app.request("POST", &format!("/v1/validations{query}")).multipart(form)).await
}

async fn validate_for_json(app: &TestApp, query: &str, form: Form) -> (u16, Value) {
    let request = app.request("POST", &format!("/v1/validations{query}")).header("Accept", "application/json");
    let answer = send(request.multipart(form)).await;
    (answer.status().as_u16(), answer.json().await.expect("a result"))
}

/// Errors and warnings as `sheet!cell code`, in their order.
fn faults(result: &Value) -> Vec<String> {
    let issues = result["issues"].as_array().expect("issues").iter().filter(|i| i["severity"] != "info");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    issues.map(|i| format!("{}!{} {}", text(&i["sheet"]), text(&i["cell"]), text(&i["code"]))).collect()
}

#[actix_web::test]
async fn every_fault_of_a_workbook_that_is_not_ours_is_found_at_its_cell() {
    let app = TestApp::spawn().await;
    let (status, result) =
        validate_for_json(&app, "", form(file("orders.datapackage.json"), file("orders.xlsx"))).await;
    assert_eq!(status, 422);
    assert_eq!(
        faults(&result),
        [
            "客户!C4 type-error",
            "客户!A5 unique-error",
            "客户!D5 constraint-error",
            "客户!E5 foreign-key",
            "客户!A6 constraint-error",
            "订单!A5 primary-key",
            "订单!A6 constraint-error",
            "订单!C7 foreign-key",
            "订单!D7 constraint-error",
            "订单!E7 constraint-error",
            "订单!F7 constraint-error",
            "订单!G7 type-error",
            "订单!B8 constraint-error",
            "订单!D8 type-error",
            "订单!E8 constraint-error",
            "订单!B9 type-error",
            "订单!E9 type-error",
            "备注!- extra-sheet",
        ]
    );
    let coerced: Vec<&Value> = result["issues"].as_array().unwrap().iter().filter(|i| i["code"] == "coerced").collect();
    assert_eq!((coerced.len(), &coerced[0]["cell"], &coerced[0]["value"]), (1, &json!("E4"), &json!("１，２００件")));
    let run = &result["run"];
    assert_eq!(
        (&run["policy"], &run["period"], &run["schema"]["name"]),
        (&Value::Null, &Value::Null, &json!("orders"))
    );
    assert_eq!(run["schema"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!((&result["summary"]["dealers"], result.get("results")), (&json!(0), None));
}

#[actix_web::test]
async fn messages_speak_of_the_callers_own_sheets_and_values() {
    let app = TestApp::spawn().await;
    let (_, result) =
        validate_for_json(&app, "?lang=en", form(file("orders.datapackage.json"), file("orders.xlsx"))).await;
    let message = |sheet: &str, cell: &str| {
        let found = result["issues"].as_array().unwrap().iter().find(|i| i["sheet"] == sheet && i["cell"] == cell);
        found.expect("the issue")["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(message("订单", "C7"), "“客户编号” C007 is not in “客户”");
    assert_eq!(message("订单", "D7"), "“下单日期” must not be before 2007-01-01; this is 2006-12-31");
    assert_eq!(message("订单", "F7"), "“税率” doesn't take “0.17”; it takes: 0, 0.06, 0.13");
    assert_eq!(message("订单", "G7"), "“是否加急” takes true or false; this is “也许”");
    assert_eq!(message("客户", "A6"), "“客户编号” must look like C[0-9]{3}; this is “D004”");
}

#[actix_web::test]
async fn the_workbook_comes_back_annotated_and_can_be_had_again() {
    let app = TestApp::spawn().await;
    let answer = validate(&app, "", form(file("orders.datapackage.json"), file("orders.xlsx"))).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (422, XLSX));
    let disposition = header(&answer, "content-disposition");
    assert!(disposition.contains("%E8%AE%A2%E5%8D%95-%E6%A0%A1%E9%AA%8C%E7%BB%93%E6%9E%9C.xlsx"), "{disposition}");
    let location = header(&answer, "location");
    let workbook = answer.bytes().await.unwrap();
    let again = app.get(&format!("{location}/workbook.xlsx")).await;
    assert_eq!(again.bytes().await.unwrap(), workbook);
    let package = Package::open(&workbook, &Limits::default()).unwrap();
    let titles: Vec<&str> = package.ours().sheets.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(titles, ["校验结果", "计算说明"]);
    let text = crate::harness::texts(&workbook);
    for ours in ["手册", "考核", "激励", "评级", "经销商", "申诉"] {
        assert!(!text.contains(ours), "{ours}");
    }
    // The mark of a required cell that holds what counts as blank.
    assert!(text.contains("LEN(TRIM(E8))=0,TRIM(E8)="));
    for told in ["校验依据", "订单", "C007", "不在“客户”中"] {
        assert!(text.contains(told), "{told}");
    }
}

#[actix_web::test]
async fn our_own_descriptor_served_and_sent_back_checks_our_own_sheets() {
    let app = TestApp::spawn().await;
    for query in ["", "?lang=en"] {
        let served = app.get(&format!("/v1/schemas{query}")).await.bytes().await.unwrap();
        let (status, result) = validate_for_json(&app, "", form(served.to_vec(), sample())).await;
        let errors: Vec<&Value> =
            result["issues"].as_array().unwrap().iter().filter(|i| i["severity"] == "error").collect();
        assert_eq!((status, errors), (200, Vec::<&Value>::new()));
    }
}

#[actix_web::test]
async fn every_fault_of_a_descriptor_is_told_at_once_with_its_place_and_its_mend() {
    let app = TestApp::spawn().await;
    let broken = json!({
        "resources": [
            {"name": "a", "schema": "a.json"},
            {"name": "b", "schema": {"fields": [
                {"name": "x", "type": "strin"},
                {"type": "object"},
                {"name": "n", "type": "number", "constraints": {"minimum": 5, "maximum": 1, "pattern": "x"}},
                {"name": "p", "type": "string", "constraints": {"pattern": "(", "required": "yes"}},
                {"name": "n"}
            ], "primaryKey": ["x", "y"], "foreignKeys": [{"fields": "n", "reference": {"resource": "bb", "fields": "x"}}]}},
            {"schema": {"fields": []}}
        ]
    });
    let answer = validate(&app, "?lang=en", form(broken.to_string(), sample())).await;
    let document = problem(answer, 400, "invalid-schema").await;
    let faults = document["faults"].as_array().unwrap();
    let pointers: Vec<&str> = faults.iter().map(|f| f["pointer"].as_str().unwrap()).collect();
    assert_eq!(
        pointers,
        [
            "/resources/0/schema",
            "/resources/1/schema/fields/0/type",
            "/resources/1/schema/fields/1",
            "/resources/1/schema/fields/1/type",
            "/resources/1/schema/fields/2/constraints",
            "/resources/1/schema/fields/2/constraints/pattern",
            "/resources/1/schema/fields/3/constraints/required",
            "/resources/1/schema/fields/3/constraints/pattern",
            "/resources/1/schema/fields/4",
            "/resources/1/schema/primaryKey/1",
            "/resources/2",
            "/resources/2/schema/fields",
            "/resources/1/schema/foreignKeys/0/reference/resource",
        ]
    );
    for fault in faults {
        assert!(fault["detail"].as_str().is_some_and(|text| !text.is_empty()), "{fault}");
        assert!(fault["remedy"].as_str().is_some_and(|text| !text.is_empty()), "{fault}");
    }
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn what_is_no_descriptor_is_refused_in_the_language_that_is_asked_for_behind_it() {
    let app = TestApp::spawn().await;
    let not_json = form("{\"resources\": [", sample()).text("lang", "en");
    let document = problem(validate(&app, "", not_json).await, 400, "invalid-schema").await;
    assert_eq!(document["title"], "The descriptor in the field `schema` is faulty");
    assert!(document["faults"][0]["detail"].as_str().unwrap().starts_with("no JSON from line 1"), "{document}");
    let table = json!({"fields": [{"name": "a"}]}).to_string();
    let document = problem(validate(&app, "", form(table, sample())).await, 400, "invalid-schema").await;
    assert!(document["faults"][0]["remedy"].as_str().unwrap().contains("resources"), "{document}");

    let twice = form("{}", sample()).part("schema", Part::bytes(b"{}".to_vec()));
    problem(validate(&app, "", twice).await, 400, "repeated-parameter").await;
    let long = " ".repeat(300 << 10);
    problem(validate(&app, "", form(long, sample())).await, 413, "schema-too-large").await;
    let with_period = form(file("orders.datapackage.json"), file("orders.xlsx")).text("period", "2007");
    let document = problem(validate(&app, "", with_period).await, 400, "not-with-schema").await;
    assert_eq!(document["parameter"], "period");
    problem(app.post_form(form("{}", sample())).await, 400, "unknown-parameter").await;
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn a_sheet_is_found_by_its_dialect_its_title_or_its_name_and_missing_ones_are_told() {
    let app = TestApp::spawn().await;
    for (property, value) in [
        ("dialect", json!({"sheetName": "客户"})),
        ("dialect", json!({"excel": {"sheet": "客户"}})),
        ("dialect", json!({"excel": {"sheet": 1}})),
        ("title", json!("客户")),
        ("name", json!("客户")),
    ] {
        let mut one = json!({"resources": [{"name": "c", "schema": {"fields": [{"name": "客户编号", "constraints": {"unique": true}}]}}]});
        one["resources"][0][property] = value.clone();
        let (_, result) = validate_for_json(&app, "", form(one.to_string(), file("orders.xlsx"))).await;
        assert!(faults(&result).contains(&"客户!A5 unique-error".to_owned()), "{value}: {result}");
    }

    let mut renamed = descriptor();
    renamed["resources"][0]["dialect"] = json!({"sheetName": "顾客"});
    renamed["resources"].as_array_mut().unwrap().push(json!({"name": "stores", "schema": {"fields": [{"name": "a"}]}}));
    let (status, result) = validate_for_json(&app, "", form(renamed.to_string(), file("orders.xlsx"))).await;
    let missing: Vec<(&str, &str)> = result["issues"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|i| i["code"] == "missing-sheet")
        .map(|i| (i["severity"].as_str().unwrap(), i["resource"].as_str().unwrap()))
        .collect();
    assert_eq!((status, missing), (422, vec![("error", "customers"), ("warning", "stores")]));
}

#[actix_web::test]
async fn text_of_a_caller_is_never_a_formula() {
    let app = Start::default().spawn().await;
    let title = "=HYPERLINK(\"http://example.com\")<&\u{202e}";
    let evil = json!({"title": title, "resources": [{"name": "客户", "schema": {"fields": [
        {"name": "客户编号", "title": title, "type": "integer"},
        {"name": "等级", "title": "等级", "constraints": {"enum": ["=1+1\",\"", "\u{1f600}"]}},
        {"name": "邮箱", "constraints": {"pattern": "=cmd.*"}}
    ]}}]});
    for mark in ["conditional", "style"] {
        let answer = validate(&app, &format!("?mark={mark}"), form(evil.to_string(), file("orders.xlsx"))).await;
        assert_eq!(answer.status(), 422);
        let workbook = answer.bytes().await.unwrap();
        let formulas = crate::harness::formulas(&workbook);
        // The program's own links lead to cells of the user's sheets, and nowhere else.
        let is_ours = |f: &String| f.starts_with("HYPERLINK(\"#'客户'!") && f.matches("HYPERLINK").count() == 1;
        let is_harmless = |f: &String| !f.contains("example.com") && !f.contains("cmd");
        let links = formulas.iter().filter(|f| f.contains("HYPERLINK"));
        assert!(formulas.iter().all(is_harmless) && links.into_iter().all(is_ours), "{formulas:?}");
        Package::open(&workbook, &Limits::default()).unwrap();
    }
}
