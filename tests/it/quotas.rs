//! How much and how slowly one person may send, and how much is kept.

use std::time::Duration;

use dealerbook::store::Store;
use futures_util::stream::{self, StreamExt};
use macro_rules_attribute::apply;
use reqwest::Body;
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, header, over_both, part, problem, sample, sample_of, send};

/// A body that brings ten bytes each tenth of a second, without end.
fn trickling() -> Body {
    let chunks = stream::repeat("0123456789").then(|chunk| async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok::<_, std::io::Error>(chunk)
    });
    Body::wrap_stream(chunks)
}

async fn token(app: &TestApp, name: &str) -> String {
    let made = send(app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": "finance"}))).await;
    made.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_body_that_trickles_is_refused_whichever_route_it_is_for() {
    let slow = Start::with(|limits| {
        (limits.upload_rate_min, limits.upload_rate_seconds) = (1000, 1);
        limits.body_seconds_max = 600;
    });
    let app = slow.spawn().await;
    for path in ["/v1/runs", "/v1/validations", "/v1/batches", "/v1/policies", "/v1/tokens"] {
        let answer = send(app.request("POST", path).body(trickling())).await;
        problem(answer, 408, "body-trickles").await;
    }
    // One that comes in time may come in small pieces.
    let sample = sample();
    let pieces: Vec<Vec<u8>> = sample.chunks(sample.len().div_ceil(20)).map(<[u8]>::to_vec).collect();
    let pieces = stream::iter(pieces).then(|piece| async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok::<_, std::io::Error>(piece)
    });
    assert_eq!(send(app.request("POST", "/v1/runs").body(Body::wrap_stream(pieces))).await.status(), 200);
}

#[actix_web::test]
async fn one_persons_uploads_leave_room_for_others() {
    let app = Start::with(|limits| (limits.uploads_max, limits.uploads_per_person_max) = (8, 2)).spawn().await;
    let (wang, li) = (token(&app, "王芳").await, token(&app, "李明").await);
    let post = |path: &str, token: &str, body: Body| {
        crate::harness::client().post(app.url(path)).bearer_auth(token).body(body)
    };
    let slow: Vec<_> = (0..64).map(|_| tokio::spawn(post("/v1/runs", &wang, trickling()).send())).collect();
    let arriving = async {
        while !app.get("/metrics").await.text().await.unwrap().contains("dealerbook_uploads_arriving 2\n") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arriving).await.expect("two of them arrive");
    for path in ["/v1/runs", "/v1/batches"] {
        let refused = send(post(path, &wang, sample().into())).await;
        assert_eq!(header(&refused, "retry-after"), "3");
        problem(refused, 429, "too-many-uploads").await;
    }
    assert_eq!(send(post("/v1/runs", &li, sample().into())).await.status(), 200);
    slow.into_iter().for_each(|upload| upload.abort());
    let free = async {
        while send(post("/v1/runs", &wang, sample().into())).await.status() != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), free).await.expect("who goes away gives the place up");
}

#[actix_web::test]
async fn a_body_of_json_that_is_too_large_is_413_on_every_route() {
    let app = TestApp::spawn().await;
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let large = format!("{{\"note\": \"{}\"}}", "x".repeat(300 << 10));
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation["requestBody"]["content"].get("application/json").is_none() {
                continue;
            }
            let path = path
                .replace("{id}", "x")
                .replace("{dealer_id}", "x")
                .replace("{number}", "1")
                .replace("{version}", "1");
            let request = app.request(&method.to_uppercase(), &path).header("Content-Type", "application/json");
            println!("{method} {path}");
            problem(send(request.body(large.clone())).await, 413, "body-too-large").await;
            let named = operation["x-problems"].as_array().unwrap();
            assert!(named.contains(&json!("body-too-large")), "{method} {path} doesn't say so");
            asked += 1;
        }
    }
    assert!(asked >= 14, "only {asked} routes take JSON");
}

#[actix_web::test]
async fn an_answer_is_bounded_by_the_setting() {
    let app = Start::with(|limits| limits.workbook.answer_bytes_max = 20_000).spawn().await;
    let document = problem(app.post_run("?lang=en", sample()).await, 413, "workbook-too-large").await;
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains("20000") && detail.contains("DEALERBOOK_ANSWER_BYTES_MAX"), "{detail}");
    app.assert_nothing_stored().await;
}

/// What one run of the sample has, and the start of the next server over it.
async fn one_run(start: Start) -> (u64, Start, String) {
    let app = start.spawn().await;
    let location = header(&app.post_run("", sample()).await, "location");
    let store = Store::open(&app.places()).await.unwrap();
    let kept = store.kept_bytes(None).await.unwrap();
    let on_disk: u64 = match app.places().artefacts_url {
        None => {
            crate::harness::files(&app.data().join("artefacts")).iter().map(|file| file.metadata().unwrap().len()).sum()
        }
        Some(_) => kept,
    };
    assert_eq!(kept, on_disk, "what the rows say is what lies there");
    store.close().await;
    (kept, app.stop().await, location)
}

#[apply(over_both)]
async fn beyond_a_persons_quota_nothing_more_is_kept_until_something_is_deleted(start: Start) {
    let (kept, start, location) = one_run(start).await;
    let app = start.limited(|limits| limits.retention.quota_person_bytes = kept + 1000).spawn().await;
    assert_eq!(header(&app.post_run("", sample()).await, "location"), location, "what is known is answered");
    let document = problem(app.post_run("?lang=en", sample_of(2008)).await, 413, "person-quota-reached").await;
    assert!(document["detail"].as_str().unwrap().contains(&(kept + 1000).to_string()), "{document}");
    let batch = || reqwest::multipart::Form::new().part("workbooks", part(sample_of(2008)));
    problem(send(app.request("POST", "/v1/batches").multipart(batch())).await, 413, "person-quota-reached").await;
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
    // Somebody else has a share of their own.
    let li = token(&app, "李明").await;
    let of_li = crate::harness::client().post(app.url("/v1/runs")).bearer_auth(li).body(sample_of(2008));
    assert_eq!(send(of_li).await.status(), 200);

    assert_eq!(send(app.request("DELETE", &location)).await.status(), 204);
    assert_eq!(app.post_run("", sample_of(2008)).await.status(), 200);
}

#[apply(over_both)]
async fn beyond_the_quota_of_all_readyz_says_so_and_reading_goes_on(start: Start) {
    let (kept, start, location) = one_run(start).await;
    let app = start.limited(|limits| limits.retention.quota_bytes = kept).spawn().await;
    let ready: Value = app.get("/readyz").await.json().await.unwrap();
    assert_eq!((&ready["status"], &ready["uploads"]), (&json!("ready"), &json!("quota-reached")));
    let uploads = (2008..2012).map(|year| app.post_run("", sample_of(year)));
    for refused in futures_util::future::join_all(uploads).await {
        assert!(matches!(refused.status().as_u16(), 503 | 507), "{}", refused.status());
    }
    problem(app.post_run("", sample_of(2008)).await, 507, "store-quota-reached").await;
    assert_eq!(app.get(&location).await.status(), 200);

    assert_eq!(send(app.request("DELETE", &location)).await.status(), 204);
    let ready: Value = app.get("/readyz").await.json().await.unwrap();
    assert_eq!(ready["uploads"], "kept");
}
