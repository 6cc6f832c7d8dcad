//! What is refused says why, and leaves nothing behind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use futures_util::stream;
use reqwest::Body;
use reqwest::multipart::Form;
use tokio::task::spawn_blocking;

use crate::harness::{Start, TestApp, files, header, part, problem, sample, send};

#[actix_web::test]
async fn unknown_and_repeated_parameters_are_named() {
    let app = TestApp::spawn().await;
    let document = problem(app.post_run("?perod=2007", sample()).await, 400, "unknown-parameter").await;
    assert_eq!(document["parameter"], "perod");
    assert!(document["allowed"].as_array().unwrap().contains(&"period".into()));

    let document = problem(app.post_run("?on_error=skip", sample()).await, 400, "invalid-value").await;
    assert_eq!(
        (&document["parameter"], &document["allowed"]),
        (&"on_error".into(), &serde_json::json!(["stop", "partial"]))
    );

    problem(app.post_run("?lang=zh&lang=zh", sample()).await, 400, "repeated-parameter").await;
    let form = Form::new().part("workbook", part(sample())).text("colour", "red");
    problem(app.post_form(form).await, 400, "unknown-parameter").await;
    let form = Form::new().part("workbook", part(sample())).part("workbook", part(sample()));
    problem(app.post_form(form).await, 400, "repeated-parameter").await;
    problem(app.get("/v1/runs?limit=0").await, 400, "invalid-value").await;
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn problems_speak_chinese_unless_asked_for_english() {
    let app = TestApp::spawn().await;
    let chinese = problem(app.post_run("?perod=1", sample()).await, 400, "unknown-parameter").await;
    assert_eq!(chinese["title"], "未知的参数");
    let english = problem(app.post_run("?perod=1&lang=en", sample()).await, 400, "unknown-parameter").await;
    assert_eq!(english["title"], "Unknown parameter");
    let accepting = app.request("GET", "/nowhere").header("Accept-Language", "en-GB,en;q=0.9,zh;q=0.5");
    assert_eq!(problem(send(accepting).await, 404, "no-such-route").await["title"], "No such address");
    let form = Form::new().text("lang", "en").text("perod", "1");
    assert_eq!(problem(app.post_form(form).await, 400, "unknown-parameter").await["title"], "Unknown parameter");
}

#[actix_web::test]
async fn a_request_without_workbook_or_of_another_type_is_refused() {
    let app = TestApp::spawn().await;
    problem(app.post_run("", Vec::new()).await, 400, "missing-workbook").await;
    problem(app.post_form(Form::new().text("lang", "zh")).await, 400, "missing-workbook").await;
    let png = app.request("POST", "/v1/runs").header("Content-Type", "image/png").body(sample());
    problem(send(png).await, 415, "unsupported-media-type").await;
    let text = app.request("POST", "/v1/runs").body("dealers,tonnes\n1001,20\n");
    problem(send(text).await, 415, "not-a-workbook").await;
    let form = app.request("POST", "/v1/runs").header("Content-Type", "multipart/form-data").body("x");
    problem(send(form).await, 400, "malformed-form").await;
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn an_upload_over_the_limit_is_refused_in_every_shape() {
    let app = Start::with(|limits| limits.upload_bytes_max = 100_000).spawn().await;
    let large = vec![b'x'; 300_000];
    problem(app.post_run("", large.clone()).await, 413, "too-large").await;
    problem(app.post_form(Form::new().part("workbook", part(large.clone()))).await, 413, "too-large").await;

    let chunks: Vec<Result<Vec<u8>, std::io::Error>> = large.chunks(10_000).map(|chunk| Ok(chunk.to_vec())).collect();
    let chunked = Body::wrap_stream(stream::iter(chunks));
    problem(send(app.request("POST", "/v1/runs").body(chunked)).await, 413, "too-large").await;
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn a_body_that_does_not_arrive_in_time_is_refused() {
    let app = Start::with(|limits| limits.body_seconds_max = 1).spawn().await;
    let (address, token) = (app.address, crate::harness::TOKEN);
    let answer = spawn_blocking(move || {
        let mut client = TcpStream::connect(address).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let head = format!(
            "POST /v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000\r\n\r\nPK"
        );
        client.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"}") {
            let mut chunk = [0; 4096];
            match client.read(&mut chunk).unwrap() {
                0 => break,
                read => answer.extend_from_slice(&chunk[..read]),
            }
        }
        String::from_utf8(answer).unwrap()
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("urn:dealerbook:problem:body-too-slow"), "{answer}");
    app.assert_nothing_stored().await;
}

/// Sends the head of a request and then pieces of its body, one every so often, until the server answers.
fn trickle(address: std::net::SocketAddr, head: &str, piece: &[u8], pause: Duration) -> String {
    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(head.as_bytes()).unwrap();
    client.set_read_timeout(Some(pause)).unwrap();
    let mut answer = Vec::new();
    for _ in 0..1000 {
        let mut chunk = [0; 4096];
        match client.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&chunk[..read]),
            Err(_) if answer.is_empty() => drop(client.write(piece)),
            Err(_) => break,
        }
    }
    String::from_utf8(answer).unwrap()
}

#[actix_web::test]
async fn a_body_that_trickles_has_no_more_time_than_one_that_stands_still() {
    let app = Start::with(|limits| limits.body_seconds_max = 1).spawn().await;
    let address = app.address;
    let head = format!(
        "POST /v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 100000\r\n\r\n",
        crate::harness::TOKEN
    );
    let answer = spawn_blocking(move || trickle(address, &head, b"PK", Duration::from_millis(50))).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn a_body_that_stops_half_way_leaves_nothing() {
    let app = TestApp::spawn().await;
    let address = app.address;
    let head = format!(
        "POST /v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 100000\r\n\r\n",
        crate::harness::TOKEN
    );
    let spool = app.data().join("spool");
    let client = spawn_blocking(move || {
        let mut client = TcpStream::connect(address).unwrap();
        client.write_all(head.as_bytes()).unwrap();
        client.write_all(&sample()[..5000]).unwrap();
        client
    });
    let client = client.await.unwrap();
    let until_files = |wanted: usize| {
        let spool = spool.clone();
        async move {
            while files(&spool).len() != wanted {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), until_files(1)).await.expect("it arrives");
    drop(client);
    tokio::time::timeout(Duration::from_secs(10), until_files(0)).await.expect("it is given up");
    app.assert_nothing_stored().await;

    let cut = "--b\r\nContent-Disposition: form-data; name=\"workbook\"; filename=\"a.xlsx\"\r\n\r\nPK";
    let form = app.request("POST", "/v1/runs").header("Content-Type", "multipart/form-data; boundary=b").body(cut);
    problem(send(form).await, 400, "incomplete-body").await;
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn unknown_addresses_methods_and_runs_are_told_apart() {
    let app = TestApp::spawn().await;
    problem(app.get("/nowhere").await, 404, "no-such-route").await;
    problem(app.get("/v1/nowhere").await, 404, "no-such-route").await;
    problem(app.get("/v1/runs/7").await, 404, "no-such-run").await;
    problem(app.get("/v1/runs/01890a5d-ac96-774b-bcce-b302099a8057/workbook.xlsx").await, 404, "no-such-run").await;
    let answer = send(app.request("DELETE", "/v1/runs")).await;
    assert_eq!(header(&answer, "allow"), "GET, HEAD, POST");
    problem(answer, 405, "method-not-allowed").await;
    problem(send(app.request("POST", "/healthz")).await, 405, "method-not-allowed").await;
}

#[actix_web::test]
async fn a_damaged_or_missing_artefact_is_our_failure() {
    let app = TestApp::spawn().await;
    let location = header(&app.post_run("", sample()).await, "location");
    for path in files(&app.data().join("artefacts")) {
        std::fs::write(path, "damaged").unwrap();
    }
    problem(app.get(&location).await, 500, "internal").await;
    for path in files(&app.data().join("artefacts")) {
        std::fs::remove_file(path).unwrap();
    }
    problem(app.get(&format!("{location}/workbook.xlsx")).await, 500, "internal").await;
}
