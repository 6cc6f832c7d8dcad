//! What is in force, as JSON: the served schemas, the policies, and the JSON Schema of results.

use std::path::Path;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{TestApp, files, part, problem, sample, send};

async fn get(app: &TestApp, path: &str) -> Value {
    let answer = app.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.expect("JSON")
}

#[actix_web::test]
async fn the_served_package_is_whole_and_says_things_in_the_ways_that_public_tools_know() {
    let app = TestApp::spawn().await;
    let package = get(&app, "/v1/schemas").await;
    let resources = package["resources"].as_array().unwrap();
    let tables = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/tables")).unwrap().count();
    assert_eq!(resources.len(), tables);
    for resource in resources {
        let name = resource["name"].as_str().unwrap();
        assert_eq!(resource["dialect"]["sheetName"], resource["dialect"]["excel"]["sheet"], "{name}");
        assert_eq!(resource["path"], "workbook.xlsx", "{name}");
        let schema = &resource["schema"];
        assert_eq!(schema["missingValues"], json!([""]), "{name}");
        for field in schema["fields"].as_array().unwrap() {
            let spellings = field["constraints"]["enum"].as_array();
            for category in field["categories"].as_array().into_iter().flatten() {
                let allowed = spellings.expect("enum beside categories");
                assert!(
                    allowed.contains(&category["value"]) && allowed.contains(&category["label"]),
                    "{name}: {field}"
                );
            }
            if field["type"] == "boolean" {
                assert!(field["trueValues"].as_array().unwrap().contains(&json!("是")), "{name}: {field}");
                assert!(field["falseValues"].as_array().unwrap().contains(&json!("否")), "{name}: {field}");
            }
        }
        assert_eq!(get(&app, &format!("/v1/schemas/{name}")).await, *schema);
    }
    assert_eq!(get(&app, "/v1/schemas/purchases").await["primaryKey"], json!(["dealer_id", "month"]));
}

#[actix_web::test]
async fn titles_come_in_the_language_that_is_asked_for() {
    let app = TestApp::spawn().await;
    let dealers = get(&app, "/v1/schemas/dealers?lang=en").await;
    let field = &dealers["fields"][0];
    assert_eq!(
        (&dealers["title"], &field["title"], &field["aliases"][0]),
        (&json!("Dealers"), &json!("Dealer ID"), &json!("经销商编号"))
    );
    let package = get(&app, "/v1/schemas?lang=en").await;
    assert_eq!(package["resources"][0]["dialect"]["excel"]["sheet"], "Dealers");
    assert_eq!(get(&app, "/v1/schemas/dealers").await["fields"][0]["title"], "经销商编号");
}

#[actix_web::test]
async fn a_name_that_is_not_there_is_answered_with_the_nearest() {
    let app = TestApp::spawn().await;
    let document = problem(app.get("/v1/schemas/dealer?lang=en").await, 404, "no-such-schema").await;
    assert_eq!(document["detail"], "There is no `dealer`; is `dealers` meant?");
    let document = problem(app.get("/v1/schemas/result?lang=en").await, 404, "no-such-schema").await;
    assert_eq!(document["detail"], "There is no `result`; is `results` meant?");
    let document = problem(app.get("/v1/policies/handbok").await, 404, "no-such-policy").await;
    assert_eq!(document["detail"], "没有“handbok”；是否为“handbook”？");
    problem(app.get("/v1/schemas?land=en").await, 400, "unknown-parameter").await;
    problem(send(app.request("POST", "/v1/schemas")).await, 405, "method-not-allowed").await;
    let app = app.with_token("wrong");
    for path in ["/v1/schemas", "/v1/schemas/dealers", "/v1/schemas/results", "/v1/policies", "/v1/policies/handbook"] {
        problem(app.get(path).await, 401, "unauthorized").await;
    }
}

#[actix_web::test]
async fn policies_are_listed_and_told_in_full() {
    let app = TestApp::spawn().await;
    let list = get(&app, "/v1/policies?lang=en").await;
    let brief = &list["policies"][0];
    assert_eq!((&brief["id"], &brief["rates"]), (&json!("handbook"), &json!("example")));
    assert_eq!(brief["title"], "Channel handbook (example rates)");
    let policy = get(&app, "/v1/policies/handbook").await;
    assert_eq!((&policy["sha256"], &policy["version"]), (&brief["sha256"], &brief["version"]));
    assert_eq!(policy["scorecards"].as_array().unwrap().len(), 3);
    assert_eq!(policy["grades"][0]["from"], "90");
    let run: Value = app.post_run_for_json("", sample()).await.json().await.unwrap();
    assert_eq!(run["run"]["policy"]["sha256"], policy["sha256"]);
}

fn workbooks() -> Vec<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks");
    let mut found = files(&root);
    found.retain(|path| path.extension().is_some_and(|extension| extension == "xlsx"));
    found.sort();
    found
}

#[actix_web::test]
async fn every_result_is_valid_by_the_served_schema() {
    let app = TestApp::spawn().await;
    let schema = get(&app, "/v1/schemas/results").await;
    let validator = jsonschema::draft202012::new(&schema).expect("a JSON Schema");
    let mut checked = 0;
    let mut check = |name: &str, result: &Value| {
        let faults: Vec<String> =
            validator.iter_errors(result).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {}", faults[..faults.len().min(5)].join("\n"));
        checked += 1;
    };
    for path in workbooks() {
        let name = path.display().to_string();
        let workbook = std::fs::read(&path).unwrap();
        for query in ["", "?on_error=partial&lang=en"] {
            let result: Value = app.post_run_for_json(query, workbook.clone()).await.json().await.unwrap();
            check(&format!("{name}{query}"), &result);
        }
        let request =
            app.request("POST", "/v1/validations").header("Accept", "application/json").body(workbook.clone());
        check(&name, &send(request).await.json().await.unwrap());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/own-schema");
    let form = Form::new()
        .part("schema", Part::bytes(std::fs::read(folder.join("orders.datapackage.json")).unwrap()))
        .part("workbook", part(std::fs::read(folder.join("orders.xlsx")).unwrap()));
    let request = app.request("POST", "/v1/validations").header("Accept", "application/json").multipart(form);
    check("own schema", &send(request).await.json().await.unwrap());
    assert!(checked > 40, "{checked}");
}

/// What a schema says of an object, behind its reference.
fn resolved<'s>(schema: &'s Value, root: &'s Value) -> &'s Value {
    match schema["$ref"].as_str().and_then(|r| r.strip_prefix('#')) {
        Some(pointer) => root.pointer(pointer).expect("the definition"),
        None => schema,
    }
}

/// Takes each key away and adds a strange one, at every object of a result, and asks whether the schema notices.
fn spoil(result: &Value, pointer: &str, spoilt: &mut Vec<(String, Value, bool)>, whole: &Value) {
    match result {
        Value::Object(object) => {
            // Counts by grade are the one open map, by the policy's own grades.
            let open = pointer.ends_with("/grades");
            for key in object.keys() {
                let mut without = whole.clone();
                without.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key);
                spoilt.push((format!("without {pointer}/{key}"), without, open));
            }
            let mut with = whole.clone();
            with.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("strange".to_owned(), json!("x"));
            spoilt.push((format!("{pointer} with a strange key"), with, false));
            for (key, value) in object {
                spoil(value, &format!("{pointer}/{key}"), spoilt, whole);
            }
        }
        Value::Array(items) if !items.is_empty() => spoil(&items[0], &format!("{pointer}/0"), spoilt, whole),
        _ => {}
    }
}

#[actix_web::test]
async fn the_schema_of_results_wants_every_key_and_denies_all_others() {
    let app = TestApp::spawn().await;
    let schema = get(&app, "/v1/schemas/results").await;
    let validator = jsonschema::draft202012::new(&schema).expect("a JSON Schema");
    let mut result: Value = app.post_run_for_json("", sample()).await.json().await.unwrap();
    // One of each is enough, and one that has everything.
    let dealers = result["results"]["assessment"]["dealers"].as_array_mut().unwrap();
    dealers.retain(|d| d["lift"].as_array().is_some_and(|lift| !lift.is_empty()));
    assert!(validator.is_valid(&result));
    let mut spoilt = Vec::new();
    spoil(&result, "", &mut spoilt, &result);
    assert!(spoilt.len() > 80, "{}", spoilt.len());
    // A validation has no results, and a programme that did not run is absent.
    let optional = ["without /results", "without /results/assessment", "without /results/incentives"];
    for (what, value, open) in spoilt {
        let may_pass = open || optional.contains(&what.as_str());
        assert_eq!(validator.is_valid(&value), may_pass, "{what}");
    }
    let run = resolved(&schema["properties"]["run"], &schema);
    assert!(run["required"].as_array().unwrap().contains(&json!("workbook")));
}
