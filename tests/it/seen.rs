//! What can be seen from outside: figures and readiness.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::harness::{Start, TestApp, header, problem, sample, send, try_send};

async fn figures(app: &TestApp) -> String {
    let answer = app.get("/metrics").await;
    assert!(header(&answer, "content-type").starts_with("application/openmetrics-text"));
    answer.text().await.unwrap()
}

/// The number behind a name and its labels.
fn figure(text: &str, name: &str) -> f64 {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap_or_else(|| panic!("no {name} in\n{text}")).parse().unwrap()
}

#[actix_web::test]
async fn figures_count_requests_runs_and_problems() {
    let app = TestApp::spawn().await;
    let location = header(&app.post_run("", sample()).await, "location");
    assert_eq!(app.get(&location).await.status(), 200);
    problem(app.post_run("?perod=2007", sample()).await, 400, "unknown-parameter").await;
    problem(send(app.request("BREW", "/coffee")).await, 404, "no-such-route").await;
    let text = figures(&app).await;
    for one in [
        r#"dealerbook_requests_total{method="POST",route="/v1/runs",status="200"}"#,
        r#"dealerbook_requests_total{method="POST",route="/v1/runs",status="400"}"#,
        r#"dealerbook_requests_total{method="GET",route="/v1/runs/{id}",status="200"}"#,
        r#"dealerbook_requests_total{method="other",route="none",status="404"}"#,
        r#"dealerbook_problems_total{code="unknown-parameter"}"#,
        r#"dealerbook_runs_total{kind="run",status="ok"}"#,
        r#"dealerbook_build_info{version="0.1.0"}"#,
        "dealerbook_calculation_seconds_count",
    ] {
        assert_eq!(figure(&text, one), 1.0, "{one}");
    }
    assert_eq!(figure(&text, r#"dealerbook_request_seconds_count{method="POST",route="/v1/runs"}"#), 2.0);
    assert!(text.ends_with("# EOF\n"));
    assert!(!text.contains(location.rsplit_once('/').unwrap().1), "an id is no label");
}

#[actix_web::test]
async fn figures_tell_workbooks_their_faults_and_the_time_of_each_stage() {
    let app = TestApp::spawn().await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/workbooks/rejected/faulty-small.xlsx");
    let upload = std::fs::read(file).unwrap();
    let bytes = upload.len();
    let result: serde_json::Value = app.post_run_for_json("", upload).await.json().await.unwrap();
    let text = figures(&app).await;
    assert_eq!(figure(&text, r#"dealerbook_workbooks_total{kind="xlsx"}"#), 1.0);
    assert_eq!(figure(&text, "dealerbook_workbook_bytes_sum"), bytes as f64);
    let faults = text.lines().filter(|line| line.starts_with("dealerbook_faults_total{") && line.contains("\"error\""));
    let told: f64 = faults.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum();
    assert!(told > 0.0);
    assert_eq!(json!(told as u64), result["summary"]["errors"]);
    for stage in ["arrive", "wait", "read", "validate", "calculate", "plan", "write", "keep", "commit"] {
        assert_eq!(figure(&text, &format!("dealerbook_stage_seconds_count{{stage=\"{stage}\"}}")), 1.0, "{stage}");
    }
}

#[actix_web::test]
async fn figures_tell_what_is_going_on() {
    let app = Start::with(|limits| (limits.workers, limits.queue_max, limits.uploads_max) = (1, 1, 8)).spawn().await;
    let occupied = app.workers.occupy().await;
    let waiting = tokio::spawn(try_send(app.request("POST", "/v1/runs").body(sample())));
    app.until_busy(2).await;
    let text = figures(&app).await;
    for (name, value) in [
        ("dealerbook_calculations_running", 1.0),
        ("dealerbook_calculations_waiting", 1.0),
        ("dealerbook_queue_max", 1.0),
        ("dealerbook_uploads_max", 8.0),
        ("dealerbook_uploads_arriving", 0.0),
    ] {
        assert_eq!(figure(&text, name), value, "{name}");
    }
    let connections = |state| figure(&text, &format!("dealerbook_database_connections{{state=\"{state}\"}}"));
    assert!(connections("idle") + connections("in-use") >= 1.0);
    waiting.abort();
    app.until_busy(1).await;
    assert_eq!(figure(&figures(&app).await, "dealerbook_requests_abandoned_total"), 1.0);
    drop(occupied);
}

#[actix_web::test]
async fn figures_tell_how_far_the_files_of_batches_are() {
    let app = TestApp::spawn().await;
    let file = |name: &'static str, bytes: Vec<u8>| Part::bytes(bytes).file_name(name);
    let form =
        Form::new().part("workbooks", file("a.xlsx", sample())).part("workbooks", file("b.xlsx", b"none".into()));
    assert_eq!(send(app.request("POST", "/v1/batches").multipart(form)).await.status(), 202);
    let ended = async {
        loop {
            let text = figures(&app).await;
            let of = |status| figure(&text, &format!("dealerbook_batch_files{{status=\"{status}\"}}"));
            assert_eq!(["queued", "running", "done", "failed", "cancelled"].map(of).iter().sum::<f64>(), 2.0);
            if (of("done"), of("failed")) == (1.0, 1.0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.expect("the batch to end");
}

#[actix_web::test]
#[cfg(target_os = "linux")]
async fn figures_tell_the_memory() {
    let text = figures(&TestApp::spawn().await).await;
    let (now, most) =
        (figure(&text, "process_resident_memory_bytes"), figure(&text, "process_resident_memory_max_bytes"));
    assert!(now > 1e6 && now <= most, "{now} of {most}");
}

#[actix_web::test]
async fn a_server_that_is_ready_says_so_part_by_part() {
    let app = TestApp::spawn().await;
    let ready: serde_json::Value = app.get("/readyz").await.json().await.unwrap();
    let parts = json!({"artefacts": "ready", "database": "ready", "spool": "ready"});
    assert_eq!(ready, json!({"status": "ready", "parts": parts, "uploads": "kept"}));
}

#[actix_web::test]
async fn a_server_that_is_being_stopped_says_so_while_it_still_takes_requests() {
    let mut app = Start::with(|limits| limits.drain_seconds = 2).spawn().await;
    assert_eq!(app.get("/readyz").await.status(), 200);
    app.begin_stop();
    let refused = async {
        loop {
            let answer = app.get("/readyz").await;
            if answer.status() == 503 {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(1), refused).await.expect("it says so at once");
    assert_eq!(header(&answer, "retry-after"), "3");
    problem(answer, 503, "stopping").await;
    assert_eq!(app.get("/healthz").await.status(), 200);
    assert_eq!(app.post_run("", sample()).await.status(), 200);
    app.stop().await;
}
