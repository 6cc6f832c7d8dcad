//! The interface's description and its pages, held against the server that gives them.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, header, problem, sample, send};

/// No operation answers with these: they say that there is none, stand at a file of a batch, or are of pages.
const OF_NO_OPERATION: [&str; 4] = ["no-such-route", "method-not-allowed", "worker-lost", "cross-site"];

async fn description(app: &TestApp, query: &str) -> Value {
    let answer = reqwest::get(app.url(&format!("/openapi.json{query}"))).await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// Method, path and description of every operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |path: &str, methods: &Value| -> Vec<(String, String, Value)> {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, described)| (method.to_uppercase(), path.to_owned(), described.clone())).collect()
    };
    paths.iter().flat_map(|(path, methods)| of(path, methods)).collect()
}

/// A path with something in the place of its parameters.
fn called(path: &str) -> String {
    let id = "01980000-0000-7000-8000-000000000000";
    let path = if path.starts_with("/v1/runs") { path.replace("{id}", id) } else { path.replace("{id}", "handbook") };
    match path.as_str() {
        path if path.contains("programmes") => path.replace("{name}", "credit"),
        path if path.contains("guide") => path.replace("{name}", "settling"),
        path => path.replace("{name}", "dealers"),
    }
}

/// Every reference in a document, wherever it stands.
fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match member {
                Value::String(reference) if name == "$ref" => BTreeSet::from([reference.clone()]),
                member => references(member),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

/// A schema of the description with all that it refers to.
fn validator(document: &Value, name: &str) -> jsonschema::Validator {
    let schema = json!({"$ref": format!("#/components/schemas/{name}"), "components": document["components"]});
    jsonschema::draft202012::new(&schema).unwrap()
}

#[actix_web::test]
async fn the_description_hangs_together() {
    let app = TestApp::spawn().await;
    for query in ["", "?lang=zh"] {
        let document = description(&app, query).await;
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        for reference in references(&document) {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
        }
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            assert!(jsonschema::draft202012::meta::is_valid(schema), "{name}");
        }
        let mut ids = BTreeSet::new();
        for (method, path, operation) in operations(&document) {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
            let named: BTreeSet<&str> = path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let described = parameters.iter().filter(|parameter| parameter["in"] == "path");
            assert_eq!(described.map(|p| p["name"].as_str().unwrap()).collect::<BTreeSet<_>>(), named, "{path}");
            for (status, answer) in operation["responses"].as_object().unwrap() {
                assert!(!answer["description"].as_str().unwrap().is_empty(), "{method} {path} {status}");
            }
        }
    }
}

#[actix_web::test]
async fn every_operation_exists_and_no_other_method_does() {
    let app = TestApp::spawn().await;
    let document = description(&app, "").await;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let mut allowed: BTreeSet<String> = methods.as_object().unwrap().keys().map(|m| m.to_uppercase()).collect();
        if allowed.contains("GET") {
            allowed.insert("HEAD".to_owned());
        }
        let refused = send(app.request("PATCH", &called(path))).await;
        let told: BTreeSet<String> = header(&refused, "allow").split(", ").map(str::to_owned).collect();
        assert_eq!(told, allowed, "{path}");
        problem(refused, 405, "method-not-allowed").await;
        for method in allowed {
            let answer = send(app.request(&method, &called(path))).await;
            assert_ne!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let answered = answer.json::<Value>().await.unwrap_or_default();
            assert_ne!(answered["type"], "urn:dealerbook:problem:no-such-route", "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn a_token_is_asked_for_where_the_description_says_so() {
    let app = TestApp::spawn().await;
    for (method, path, operation) in operations(&description(&app, "").await) {
        let request = crate::harness::client().request(method.parse().unwrap(), app.url(&called(&path)));
        let is_refused = request.send().await.unwrap().status() == StatusCode::UNAUTHORIZED;
        assert_eq!(is_refused, operation.get("security").is_some(), "{method} {path}");
    }
    let open =
        ["/healthz", "/readyz", "/openapi.json", "/docs", "/docs/programmes/credit", "/docs/guide", "/docs/guide/curl"];
    for path in open {
        assert_eq!(reqwest::get(app.url(path)).await.unwrap().status(), 200, "{path}");
    }
}

#[actix_web::test]
async fn every_type_of_problem_has_an_example_that_fits_and_a_place_where_it_is_answered() {
    let app = TestApp::spawn().await;
    let document = description(&app, "").await;
    let fits = validator(&document, "Problem");
    let types = document["components"]["schemas"]["ProblemType"]["oneOf"].as_array().unwrap();
    let types: BTreeSet<&str> = types.iter().map(|one| one["const"].as_str().unwrap()).collect();
    let examples = document["components"]["examples"].as_object().unwrap();
    assert_eq!(examples.values().map(|e| e["value"]["type"].as_str().unwrap()).collect::<BTreeSet<_>>(), types);
    for (code, example) in examples {
        assert!(fits.is_valid(&example["value"]), "{code}: {example}");
    }
    let mut answered: BTreeSet<&str> = OF_NO_OPERATION.into();
    let operations = operations(&document);
    for (method, path, operation) in &operations {
        for code in operation["x-problems"].as_array().unwrap() {
            let code = code.as_str().unwrap();
            assert!(examples.contains_key(code), "{method} {path} names `{code}`, which is no problem");
            answered.insert(code);
        }
    }
    assert_eq!(answered, examples.keys().map(String::as_str).collect());
}

#[actix_web::test]
async fn the_examples_of_results_are_what_the_server_answers() {
    let app = TestApp::spawn().await;
    let document = description(&app, "").await;
    let fits = validator(&document, "Result");
    for (status, workbook) in [("200", "accepted/channel_options-small.xlsx"), ("422", "rejected/wide-faults.xlsx")] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(workbook);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let answer = app.post_run_for_json(&format!("?lang=en&filename={name}"), std::fs::read(&path).unwrap()).await;
        assert_eq!(answer.status().as_str(), status);
        let mut answered: Value = answer.json().await.unwrap();
        assert!(fits.is_valid(&answered));
        let kept = |pointer: &str| {
            let path = &document["paths"]["/v1/runs"]["post"]["responses"];
            path[status]["content"]["application/json"]["example"].pointer(pointer).cloned().unwrap_or_default()
        };
        // The policy grows with every programme; its hash is no part of the example.
        for pointer in ["/run/id", "/run/created_at", "/run/policy/sha256"] {
            *answered.pointer_mut(pointer).unwrap() = kept(pointer);
        }
        assert_eq!(kept(""), answered, "the example of {status}, now: {answered}");
    }
}

#[actix_web::test]
async fn lists_fit_their_schemas() {
    let app = TestApp::spawn().await;
    let document = description(&app, "").await;
    assert_eq!(app.post_run("", sample()).await.status(), 200);
    for (path, name) in [("/v1/runs", "RunList"), ("/v1/policies", "PolicyList"), ("/v1/schemas", "DataPackage")] {
        let answered: Value = app.get(path).await.json().await.unwrap();
        let faults: Vec<String> = validator(&document, name).iter_errors(&answered).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{path}: {faults:?}");
    }
    for name in ["dealers", "results"] {
        let answered: Value = app.get(&format!("/v1/schemas/{name}")).await.json().await.unwrap();
        assert!(validator(&document, "TableSchema").is_valid(&answered), "{name}");
    }
}

#[actix_web::test]
async fn a_client_that_has_the_description_is_told_so() {
    let app = TestApp::spawn().await;
    let tag = header(&app.get("/openapi.json").await, "etag");
    let again = send(app.request("GET", "/openapi.json").header("If-None-Match", &tag)).await;
    assert_eq!((again.status(), header(&again, "etag")), (StatusCode::NOT_MODIFIED, tag.clone()));
    let other = send(app.request("GET", "/openapi.json?lang=zh").header("If-None-Match", &tag)).await;
    assert_eq!(other.status(), StatusCode::OK);
    problem(app.get("/openapi.json?lang=fr").await, 400, "invalid-value").await;
}

#[actix_web::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let app = TestApp::spawn().await;
    for path in ["/nowhere", "/docs/nowhere", "/v1", "/v1/nowhere", "/v1/runs/x/y", "/openapi.yaml"] {
        problem(app.get(path).await, 404, "no-such-route").await;
    }
    problem(app.get("/docs/programmes/nobody").await, 404, "no-such-page").await;
    problem(app.get("/docs/guide/nothing").await, 404, "no-such-page").await;
    for method in ["OPTIONS", "TRACE", "PUT", "PATCH"] {
        problem(send(app.request(method, "/v1/runs")).await, 405, "method-not-allowed").await;
    }
}

async fn page(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> (HeaderMap, String) {
    let mut request = crate::harness::client().get(app.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    (answer.headers().clone(), answer.text().await.unwrap())
}

#[actix_web::test]
async fn pages_let_nothing_in_from_elsewhere() {
    let app = TestApp::spawn().await;
    for path in ["/docs", "/docs?lang=en", "/docs/programmes/credit", "/docs/guide", "/docs/guide/settling"] {
        let (headers, html) = page(&app, path, &[]).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        for attribute in
            ["<script", "<style", "<img", " src=", "href=\"http", "href=\"//", "@import", "url(", "style=\""]
        {
            assert!(!html.contains(attribute), "{path}: {attribute}");
        }
        let elsewhere =
            html.match_indices("://").filter(|(at, _)| !html[*at..].starts_with(&format!("://{}", app.address)));
        assert_eq!(elsewhere.count(), 0, "{path} names another host");
    }
}

#[actix_web::test]
async fn the_lines_for_curl_have_this_servers_address_and_nothing_else() {
    let mut start = Start::default();
    start.network.trusted_proxies = Some("127.0.0.1".parse().unwrap());
    let app = start.spawn().await;
    let (_, html) = page(&app, "/docs", &[("Host", "dealers.example.cn:8443"), ("X-Forwarded-Proto", "https")]).await;
    assert!(html.contains("-F workbook=@workbook.xlsx -o answer.xlsx https://dealers.example.cn:8443/v1/runs"));
    for host in ["a.cn/$(id)", "a'b", "<script>alert(1)</script>", "a.cn;id", "\"><b>"] {
        for name in ["X-Forwarded-Host", "Forwarded"] {
            let value = if name == "Forwarded" { format!("host=\"{host}\"") } else { host.to_owned() };
            let (_, html) = page(&app, "/docs", &[(name, &value)]).await;
            assert!(!html.contains(host), "{name}: {host}");
        }
    }
}

#[actix_web::test]
async fn pages_are_chinese_unless_english_is_asked_for() {
    let app = TestApp::spawn().await;
    let (_, chinese) = page(&app, "/docs", &[]).await;
    assert!(chinese.contains(r#"<html lang="zh-CN">"#) && chinese.contains("请求中没有工作簿"));
    for (path, headers) in [("/docs?lang=en", vec![]), ("/docs", vec![("Accept-Language", "en-GB,en;q=0.9")])] {
        let (_, english) = page(&app, path, &headers).await;
        assert!(english.contains(r#"<html lang="en">"#) && english.contains("There is no workbook in the request"));
    }
    let (_, page) = page(&app, "/docs/programmes/credit", &[]).await;
    assert!(page.contains("<strong>growth coefficient</strong>") && page.contains("346,500.00"));
}

#[actix_web::test]
async fn comparisons_and_accruals_fit_their_schemas() {
    let app = TestApp::spawn().await;
    let run: Value = app.post_run_for_json("", sample()).await.json().await.unwrap();
    let run = format!("/v1/runs/{}", run["run"]["id"].as_str().unwrap());
    let document = description(&app, "").await;
    let what_if = json!({"changes": {"incentives.excess_volume.rate.core": 35}, "policy": null});
    assert!(validator(&document, "WhatIf").is_valid(&what_if));
    let post = |path: &str, body: &Value| send(app.request("POST", &format!("{run}/{path}")).json(body));
    let month = json!({"month": "2007-06"});
    assert!(validator(&document, "AccrualWanted").is_valid(&month));
    for (name, answer) in [
        ("Comparison", post("what-if", &what_if).await),
        ("AccrualBooking", post("accruals", &month).await),
        ("Accrual", app.get(&format!("{run}/accrual?month=2007-09")).await),
        ("AccrualList", app.get("/v1/accruals").await),
    ] {
        let answer: Value = answer.json().await.unwrap();
        let faults: Vec<String> = validator(&document, name)
            .iter_errors(&answer)
            .map(|fault| format!("{fault} {}", fault.instance_path()))
            .collect();
        assert_eq!(faults, Vec::<String>::new(), "{name}: {answer}");
    }
}
