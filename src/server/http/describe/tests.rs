//! The description against the code that serves it.

use std::collections::BTreeSet;

use actix_web::{App, HttpRequest, test, web};
use utoipa::OpenApi;

use super::translation::{CHINESE, each_text};
use super::*;
use crate::http::request::PARAMETERS;
use crate::http::routes::Paths;
use crate::http::run_filter::LIST_PARAMETERS;
use crate::http::{appeal_requests, batch_parameters, routes};

fn described() -> Value {
    describe(&Paths::openapi(), Lang::En)
}

#[test]
async fn every_text_is_in_chinese_too_and_none_is_left_over() {
    let mut english = serde_json::to_value(Paths::openapi()).unwrap();
    components::add(&mut english);
    let mut texts = BTreeSet::new();
    each_text(&mut english, &mut |text| {
        texts.insert(text.clone());
    });
    let known: BTreeSet<String> = CHINESE.keys().cloned().collect();
    assert_eq!(texts.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "not in zh.json");
    assert_eq!(known.difference(&texts).collect::<Vec<_>>(), Vec::<&String>::new(), "in zh.json, but nowhere else");
}

#[test]
async fn the_parameters_are_those_that_are_understood() {
    let document = described();
    let of = |path: &str, method: &str| -> BTreeSet<&str> {
        let parameters = document["paths"][path][method]["parameters"].as_array().unwrap();
        let in_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        in_query.map(|parameter| parameter["name"].as_str().unwrap()).collect()
    };
    assert_eq!(of("/v1/runs", "post"), PARAMETERS.iter().copied().collect());
    assert_eq!(of("/v1/validations", "post"), of("/v1/runs", "post"));
    assert_eq!(of("/v1/runs", "get"), LIST_PARAMETERS.iter().copied().collect());
    assert_eq!(of("/v1/appeals", "get"), appeal_requests::LIST_PARAMETERS.iter().copied().collect());
    assert_eq!(of("/v1/batches", "post"), batch_parameters::PARAMETERS.iter().copied().collect());
}

/// actix tells the routes that are registered only in what it writes for debugging; when it no longer does, this test says so.
#[test]
async fn every_route_that_is_registered_is_described_or_a_page() {
    async fn told(request: HttpRequest) -> String {
        format!("{:?}", request.resource_map())
    }
    let app = App::new().configure(routes).route("/told", web::get().to(told));
    let app = test::init_service(app).await;
    let told = test::call_and_read_body(&app, test::TestRequest::get().uri("/told").to_request()).await;
    let told = String::from_utf8_lossy(&told);
    let pattern = regex::Regex::new(r#"patterns: Single\("([^"]*)"\)"#).unwrap();
    let registered: BTreeSet<&str> = pattern.captures_iter(&told).map(|found| found.get(1).unwrap().as_str()).collect();
    let document = described();
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let pages = crate::http::access::PAGES.iter().map(|(_, path, _)| *path);
    let expected =
        described.iter().map(|path| path.strip_prefix("/v1").unwrap_or(path)).chain(["", "/v1", "/told"]).chain(pages);
    assert_eq!(registered, expected.collect(), "{told}");
}

#[test]
async fn a_handler_is_described_under_the_method_and_path_of_its_row() {
    let document = described();
    let described: BTreeSet<(String, &str)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.as_str()))
        })
        .collect();
    let rows = crate::http::access::TABLE.iter().map(|(method, path, _)| ((*method).to_owned(), *path));
    assert_eq!(described, rows.collect());
}
