//! Batches: many workbooks at once, each with an outcome of its own, whatever becomes of the servers in between.

use std::io::{Cursor, Write};
use std::time::Duration;

use macro_rules_attribute::apply;
use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use dealerbook::store::{Attempt, Queue, Store, Ticket};

use crate::builder::{Book, VISITS, row};
use crate::commands::dealerbook;
use crate::harness::{Start, TestApp, header, over_both, problem, sample, send};

/// A workbook whose data have errors.
fn faulty() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/workbooks/rejected/faulty-small.xlsx")).unwrap()
}

fn file(name: &str, bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

fn form(files: &[(&str, Vec<u8>)]) -> Form {
    files.iter().fold(Form::new(), |form, (name, bytes)| form.part("workbooks", file(name, bytes.clone())))
}

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn post(app: &TestApp, query: &str, form: Form) -> Response {
    send(app.request("POST", &format!("/v1/batches{query}")).multipart(form)).await
}

/// The address of a batch that was taken.
async fn taken(answer: Response) -> String {
    let location = header(&answer, "location");
    let status = answer.status();
    let batch: Value = answer.json().await.unwrap();
    assert_eq!(status, StatusCode::ACCEPTED, "{batch}");
    assert_eq!(location, format!("/v1/batches/{}", batch["id"].as_str().unwrap()));
    location
}

async fn batch(app: &TestApp, location: &str) -> Value {
    let answer = app.get(location).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// The batch once nothing more will come of it.
async fn ended(app: &TestApp, location: &str) -> Value {
    let ended = async {
        loop {
            let batch = batch(app, location).await;
            if ["done", "cancelled"].contains(&batch["status"].as_str().unwrap()) {
                return batch;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ended).await.expect("the batch to end")
}

fn column<'b>(batch: &'b Value, key: &str) -> Vec<&'b Value> {
    batch["files"].as_array().unwrap().iter().map(|file| &file[key]).collect()
}

#[apply(over_both)]
async fn each_file_has_its_own_outcome_and_none_spoils_another(start: Start) {
    let app = start.spawn().await;
    let files = form(&[("一.xlsx", sample()), ("二.xlsx", faulty()), ("三.xlsx", b"%PDF-1.7".to_vec())]);
    let location = taken(post(&app, "?lang=en", files.text("period", "2007")).await).await;
    let batch = ended(&app, &location).await;

    assert_eq!(batch["status"], "done");
    assert_eq!(batch["parameters"], json!({"lang": "en", "period": "2007"}));
    assert_eq!(batch["counts"], json!({"files": 3, "queued": 0, "running": 0, "done": 2, "failed": 1, "cancelled": 0}));
    assert_eq!(column(&batch, "filename"), ["一.xlsx", "二.xlsx", "三.xlsx"]);
    assert_eq!(column(&batch, "status"), ["done", "done", "failed"]);
    assert_eq!(column(&batch, "run_status"), [&json!("ok"), &json!("faulty"), &Value::Null]);
    assert_eq!(batch["files"][2]["problem"]["type"], "urn:dealerbook:problem:not-a-workbook");
    assert!(batch["files"][2]["problem"]["title"].as_str().unwrap().is_ascii(), "{batch}");

    for (file, name) in batch["files"].as_array().unwrap().iter().zip(["一.xlsx", "二.xlsx"]) {
        let run = format!("/v1/runs/{}", file["run_id"].as_str().unwrap());
        let result: Value = app.get(&run).await.json().await.unwrap();
        assert_eq!(result["run"]["workbook"]["filename"], name);
        assert_eq!(result["run"]["period"], 2007);
        assert_eq!(result["summary"]["errors"], file["errors"]);
        assert_eq!(app.get(&format!("{run}/workbook.xlsx")).await.status(), 200);
    }
    let list = app.get("/v1/batches").await.json::<Value>().await.unwrap();
    assert_eq!(list["batches"][0]["counts"], batch["counts"]);
    assert!(list["batches"][0].get("files").is_none());
}

#[actix_web::test]
async fn workbooks_come_in_an_archive_as_the_body_or_beside_others() {
    let app = TestApp::spawn().await;
    let archive = zipped(&[
        ("华东/一.xlsx", sample()),
        ("__MACOSX/._一.xlsx", b"x".to_vec()),
        ("说明.txt", "请看".as_bytes().to_vec()),
    ]);
    let body = app.request("POST", "/v1/batches?rank=all").header("Content-Type", "application/zip");
    let batch = ended(&app, &taken(send(body.body(archive.clone())).await).await).await;
    assert_eq!(column(&batch, "filename"), ["华东/一.xlsx", "说明.txt"]);
    assert_eq!(column(&batch, "status"), ["done", "failed"]);
    assert_eq!((&batch["rank"], &batch["points"]), (&json!("all"), &json!("each")));
    assert_eq!(batch["skipped"], json!([{"name": "__MACOSX/._一.xlsx", "why": "system"}]));
    let run = app.get(&format!("/v1/runs/{}", batch["files"][0]["run_id"].as_str().unwrap())).await;
    assert_eq!(run.json::<Value>().await.unwrap()["run"]["workbook"]["filename"], "一.xlsx");

    let both = form(&[("二.xlsx", sample())]).part("archive", file("卷.zip", archive));
    let batch = ended(&app, &taken(post(&app, "", both).await).await).await;
    assert_eq!(column(&batch, "filename"), ["二.xlsx", "华东/一.xlsx", "说明.txt"]);
    assert_eq!(batch["rank"], "each");

    let alone = app.request("POST", "/v1/batches").header("Content-Type", "application/zip").body(sample());
    let batch = ended(&app, &taken(send(alone).await).await).await;
    assert_eq!(column(&batch, "run_status"), ["ok"], "a workbook is a zip too, but no archive");
}

#[actix_web::test]
async fn what_is_refused_is_refused_whole_with_all_reasons_and_leaves_nothing() {
    let app = Start::with(|limits| {
        limits.upload_bytes_max = 100_000;
        limits.batches.batch_files_max = 3;
        limits.batches.batch_bytes_max = 200_000;
    })
    .spawn()
    .await;
    let large = vec![0; 100_001];
    let refused = post(&app, "", form(&[("大.xlsx", large.clone()), ("好.xlsx", sample()), ("巨.xlsx", large)])).await;
    let document = problem(refused, 413, "batch-too-large").await;
    let told: Vec<_> = document["refused"].as_array().unwrap().iter().map(|one| (&one["file"], &one["code"])).collect();
    assert_eq!(told, [(&json!("大.xlsx"), &json!("too-large")), (&json!("巨.xlsx"), &json!("too-large"))]);

    let refused = post(
        &app,
        "",
        form(&[("一.xlsx", vec![0; 99_000]), ("二.xlsx", vec![0; 99_000]), ("三.xlsx", vec![0; 9_000])]),
    );
    let document = problem(refused.await, 413, "batch-too-large").await;
    assert_eq!(document["refused"][0]["code"], "too-large-together");
    let many: Vec<(&str, Vec<u8>)> = (0..4).map(|_| ("一.xlsx", sample())).collect();
    let document = problem(post(&app, "", form(&many)).await, 413, "batch-too-large").await;
    assert_eq!(document["refused"][0]["code"], "too-many-files");

    let hostile = zipped(&[("../一.xlsx", sample()), ("好.xlsx", sample()), ("里.zip", zipped(&[("x", vec![1])]))]);
    let request = app.request("POST", "/v1/batches").header("Content-Type", "application/zip").body(hostile);
    let document = problem(send(request).await, 400, "batch-refused").await;
    let told: Vec<_> = document["refused"].as_array().unwrap().iter().map(|one| &one["file"]).collect();
    assert_eq!(told, ["../一.xlsx", "里.zip"]);

    let cut = zipped(&[("一.xlsx", sample())]);
    let request =
        app.request("POST", "/v1/batches").header("Content-Type", "application/zip").body(cut[..900].to_vec());
    problem(send(request).await, 400, "unreadable-archive").await;
    problem(post(&app, "", Form::new().text("lang", "en")).await, 400, "missing-workbooks").await;
    problem(post(&app, "?filename=x.xlsx", form(&[("一.xlsx", sample())])).await, 400, "unknown-parameter").await;
    problem(post(&app, "?policy=handbok", form(&[("一.xlsx", sample())])).await, 400, "unknown-policy").await;
    problem(post(&app, "", form(&[("一.xlsx", sample())]).text("rank", "top")).await, 400, "invalid-value").await;
    let request = app.request("POST", "/v1/batches").header("Content-Type", "text/csv").body("a,b");
    problem(send(request).await, 415, "unsupported-media-type").await;

    assert_eq!(app.get("/v1/batches").await.json::<Value>().await.unwrap()["batches"], json!([]));
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn batches_are_listed_page_by_page_newest_first() {
    let app = TestApp::spawn().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, taken(post(&app, "", form(&[("一.xlsx", sample())])).await).await);
    }
    let first: Value = app.get("/v1/batches?limit=2").await.json().await.unwrap();
    let second: Value = app.get(first["next"].as_str().unwrap()).await.json().await.unwrap();
    assert_eq!(second["next"], Value::Null);
    let listed = [&first, &second].into_iter().flat_map(|page| page["batches"].as_array().unwrap());
    let listed: Vec<_> = listed.map(|batch| format!("/v1/batches/{}", batch["id"].as_str().unwrap())).collect();
    assert_eq!(listed, made);
    problem(app.get("/v1/batches?limit=0").await, 400, "invalid-value").await;
    problem(app.get("/v1/batches/01980000-0000-7000-8000-000000000000").await, 404, "no-such-batch").await;
    problem(app.get("/v1/batches/x/events").await, 404, "no-such-batch").await;
}

#[apply(over_both)]
async fn a_cancelled_batch_keeps_the_outcomes_that_it_has_and_stops_the_rest(start: Start) {
    let app = start.spawn().await;
    let done = taken(post(&app, "", form(&[("一.xlsx", sample())])).await).await;
    ended(&app, &done).await;
    let occupied = app.workers.occupy().await;
    let location = taken(post(&app, "", form(&[("三.xlsx", sample()), ("四.xlsx", sample())])).await).await;
    app.until_busy(2).await;
    assert_eq!(batch(&app, &location).await["status"], "running");

    for _ in 0..2 {
        let answer = send(app.request("POST", &format!("{location}/cancel"))).await;
        assert_eq!(answer.status(), 200);
        let batch: Value = answer.json().await.unwrap();
        assert_eq!(batch["status"], "cancelled");
        assert_eq!(column(&batch, "status"), ["cancelled", "cancelled"]);
        assert!(batch["cancelled_at"].is_string());
    }
    // The one that a worker had is given up although no desk was free.
    app.until_busy(1).await;
    drop(occupied);
    let after: Value = send(app.request("POST", &format!("{done}/cancel"))).await.json().await.unwrap();
    assert_eq!((&after["status"], &after["cancelled_at"]), (&json!("done"), &Value::Null));
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
}

/// The events of a stream, by name.
async fn followed(app: &TestApp, location: &str) -> Vec<(String, Value)> {
    let answer = send(app.request("GET", &format!("{location}/events")).header("Last-Event-ID", "7")).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, "text/event-stream"));
    let text = answer.text().await.unwrap();
    let event = |block: &str| {
        let line = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        Some((line("event: ")?, serde_json::from_str(&line("data: ")?).unwrap()))
    };
    text.split("\n\n").filter_map(event).collect()
}

#[apply(over_both)]
async fn how_far_a_batch_is_is_told_as_it_changes(start: Start) {
    let app = start.spawn().await;
    let occupied = app.workers.occupy().await;
    let location = taken(post(&app, "", form(&[("一.xlsx", sample()), ("二.xlsx", sample())])).await).await;
    let (events, ()) = tokio::join!(followed(&app, &location), async {
        app.until_busy(2).await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        drop(occupied);
    });
    let (last, progress) = events.split_last().unwrap();
    assert_eq!((last.0.as_str(), &last.1["status"]), ("done", &json!("done")));
    assert!(progress.len() >= 2 && progress.iter().all(|(name, _)| name == "progress"), "{events:?}");
    assert_eq!(progress[0].1["counts"]["done"], 0);
    assert_eq!(progress[0].1["files"].as_array().unwrap().len(), 2, "the first tells of every file");
    assert_eq!(progress.last().unwrap().1["counts"]["done"], 2);
    let told: usize = progress.iter().map(|(_, batch)| batch["files"].as_array().unwrap().len()).sum();
    assert!(told > 2, "changes are told file by file");

    let again = followed(&app, &location).await;
    assert_eq!(again.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["progress", "done"]);
}

#[apply(over_both)]
async fn a_stopping_server_gives_back_what_it_has_and_the_next_one_goes_on(start: Start) {
    let app = start.spawn().await;
    let occupied = app.workers.occupy().await;
    let location = taken(post(&app, "", form(&[("一.xlsx", sample()), ("二.xlsx", sample())])).await).await;
    app.until_busy(2).await;
    let start = app.stop().await;
    drop(occupied);

    let app = start.spawn().await;
    let batch = ended(&app, &location).await;
    assert_eq!(column(&batch, "status"), ["done", "done"]);
    assert_eq!(column(&batch, "attempts"), [1, 1], "given back, a file doesn't count as taken");
}

/// A batch whose files wait although no server has handed them to the queue: what a kill right after the commit leaves.
async fn never_handed_over(start: Start) -> (Start, String) {
    let app = start.spawn().await;
    let occupied = app.workers.occupy().await;
    let location = taken(post(&app, "", form(&[("一.xlsx", sample())])).await).await;
    app.until_busy(2).await;
    let start = app.stop().await;
    drop(occupied);
    let store = Store::open(&start.places()).await.unwrap();
    let waiting = store.files_to_enqueue("9999").await.unwrap();
    assert_eq!(waiting, [ticket(&location)]);
    store.close().await;
    (start, location)
}

fn ticket(location: &str) -> Ticket {
    Ticket { batch_id: location.rsplit('/').next().unwrap().to_owned(), position: 1 }
}

#[apply(over_both)]
async fn a_kill_between_commit_and_queue_loses_nothing(start: Start) {
    let (start, location) = never_handed_over(start).await;
    let app = start.spawn().await;
    assert_eq!(column(&ended(&app, &location).await, "status"), ["done"]);
}

#[apply(over_both)]
async fn a_queue_that_has_lost_a_file_is_given_it_again(start: Start) {
    let (start, location) = never_handed_over(start).await;
    let store = Store::open(&start.places()).await.unwrap();
    store.note_enqueued(&[ticket(&location)], "2026-01-01T00:00:00.000Z").await.unwrap();
    assert_eq!(store.files_to_enqueue("9999").await.unwrap(), []);
    store.close().await;
    let app = start.spawn().await;
    assert_eq!(column(&ended(&app, &location).await, "status"), ["done"]);
}

#[apply(over_both)]
async fn a_job_that_comes_again_and_again_is_done_once(start: Start) {
    let app = start.spawn().await;
    let occupied = app.workers.occupy().await;
    let location = taken(post(&app, "", form(&[("一.xlsx", sample())])).await).await;
    app.until_busy(2).await;
    let queue = Queue::open(&app.places()).await.unwrap();
    queue.push(vec![ticket(&location); 5]).await.unwrap();
    drop(occupied);
    let first = ended(&app, &location).await;
    queue.push(vec![ticket(&location); 5]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(batch(&app, &location).await, first);
    assert_eq!(first["files"][0]["attempts"], 1);
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
}

#[apply(over_both)]
async fn a_file_that_two_workers_did_not_come_back_from_is_given_up(start: Start) {
    let (start, location) = never_handed_over(start).await;
    let (store, long_ago) = (Store::open(&start.places()).await.unwrap(), "2026-01-01T00:00:00.000Z");
    for attempt in 1..=2 {
        let file = store.take_file(&ticket(&location), long_ago).await.unwrap().unwrap().file;
        assert_eq!(file.attempts, attempt);
        if attempt < 2 {
            store.give_back(&ticket(&location), attempt, Attempt::Counts, None).await.unwrap();
        }
    }
    store.close().await;
    let app = start.spawn().await;
    let batch = ended(&app, &location).await;
    assert_eq!(column(&batch, "status"), ["failed"]);
    assert_eq!(batch["files"][0]["problem"]["type"], "urn:dealerbook:problem:worker-lost");
    assert!(batch["files"][0]["problem"]["detail"].as_str().unwrap().contains("2 次"), "{batch}");
}

#[apply(over_both)]
async fn a_worker_that_was_taken_for_dead_changes_nothing_any_more(start: Start) {
    let (start, location) = never_handed_over(start).await;
    let store = Store::open(&start.places()).await.unwrap();
    let taken = store.take_file(&ticket(&location), "2026-01-01T00:00:00.000Z").await.unwrap().unwrap();
    let app = start.spawn().await;
    let after = ended(&app, &location).await;
    assert_eq!((&after["files"][0]["status"], &after["files"][0]["attempts"]), (&json!("done"), &json!(2)));
    assert!(!store.sign_of_life(&taken, "9999").await.unwrap());
    assert!(!store.give_back(&ticket(&location), 1, Attempt::Counts, None).await.unwrap());
    assert_eq!(batch(&app, &location).await, after);
}

/// A server in a process of its own, to be killed.
#[cfg(unix)]
struct Process(std::process::Child, String);

#[cfg(unix)]
impl Process {
    fn start(start: &Start) -> Process {
        use std::io::{BufRead, BufReader};
        let mut command = dealerbook(start.data.path());
        command.args(["serve", "--listen", "127.0.0.1:0", "--workers", "1", "--job-silent-seconds-max", "1", "--data"]);
        command.arg(start.data.path()).env("DEALERBOOK_ADMIN_TOKEN", crate::harness::TOKEN);
        if let Some(url) = &start.database_url {
            command.env("DEALERBOOK_DATABASE_URL", url);
        }
        let stdio = std::process::Stdio::piped;
        let mut child = command.stdout(stdio()).stderr(std::process::Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.unwrap();
            let address = line.split("http://").nth(1)?;
            Some(address.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect())
        });
        Process(child, address.unwrap())
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://{}{path}", self.1);
        crate::harness::client().request(method.parse().unwrap(), url).bearer_auth(crate::harness::TOKEN)
    }
}

#[cfg(unix)]
#[apply(over_both)]
async fn what_a_killed_server_had_is_taken_up_by_another(start: Start) {
    let mut killed = Process::start(&start);
    let rows: String = (2..60_000).map(|n| row(n, &["D001", "2007-03-05", "上门"])).collect();
    let slow = Book::of(&[("客户维护", &(row(1, &VISITS) + &rows))]).zipped();
    let files = form(&[("慢.xlsx", slow), ("二.xlsx", sample()), ("三.xlsx", faulty())]);
    let location = taken(killed.request("POST", "/v1/batches").multipart(files).send().await.unwrap()).await;
    loop {
        let batch: Value = killed.request("GET", &location).send().await.unwrap().json().await.unwrap();
        if batch["counts"]["running"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    killed.0.kill().unwrap();
    killed.0.wait().unwrap();

    let app = start.spawn().await;
    let batch = ended(&app, &location).await;
    assert_eq!(column(&batch, "status"), ["done", "done", "done"]);
    let mut runs: Vec<&str> = column(&batch, "run_id").into_iter().map(|id| id.as_str().unwrap()).collect();
    let listed = app.list("").await;
    let mut listed: Vec<&str> =
        listed["runs"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap()).collect();
    runs.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, runs, "each file is answered once");
}

fn names(archive: &[u8]) -> Vec<String> {
    let zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    zip.file_names().map(|name| name.unwrap().into_owned()).collect()
}

#[apply(over_both)]
async fn a_batch_comes_to_one_workbook_and_one_archive(start: Start) {
    let app = start.spawn().await;
    let occupied = app.workers.occupy().await;
    let archive = zipped(&[("华东/一.xlsx", sample()), ("二.xlsx", faulty()), ("三.xlsx", b"%PDF-1.7".to_vec())]);
    let body = app.request("POST", "/v1/batches?rank=all").header("Content-Type", "application/zip").body(archive);
    let location = taken(send(body).await).await;
    for book in ["consolidated.xlsx", "results.zip"] {
        let early = app.get(&format!("{location}/{book}")).await;
        assert_eq!(header(&early, "retry-after"), "3");
        problem(early, 409, "batch-not-done").await;
    }
    drop(occupied);
    ended(&app, &location).await;

    let book = app.get(&format!("{location}/consolidated.xlsx")).await;
    assert_eq!((book.status().as_u16(), header(&book, "content-type").as_str()), (200, crate::harness::XLSX));
    let book = book.bytes().await.unwrap();
    let texts = crate::harness::texts(&book);
    for text in ["华东/一.xlsx", "二.xlsx", "三.xlsx", "未能处理", "得分、评级和激励仍按各自文件内的名次计算"]
    {
        assert!(texts.contains(text), "{text}");
    }
    let results = app.get(&format!("{location}/results.zip")).await;
    assert_eq!((results.status().as_u16(), header(&results, "content-type").as_str()), (200, "application/zip"));
    let results = results.bytes().await.unwrap();
    assert_eq!(names(&results), ["批次汇总.xlsx", "华东/一-考核结果.xlsx", "二-考核结果.xlsx", "三.xlsx.txt"]);
    for (path, bytes) in [("consolidated.xlsx", book), ("results.zip", results)] {
        let again = app.get(&format!("{location}/{path}")).await.bytes().await.unwrap();
        assert_eq!(again, bytes, "{path}: the same outcomes give the same bytes");
    }
}

#[apply(over_both)]
async fn the_same_request_under_the_same_key_is_the_same_batch(start: Start) {
    let app = start.spawn().await;
    let post = async |query: &str, bytes: Vec<u8>| {
        let request = app.request("POST", &format!("/v1/batches{query}")).header("Idempotency-Key", "april");
        send(request.multipart(form(&[("一.xlsx", bytes)]))).await
    };
    let first = taken(post("", sample()).await).await;
    assert_eq!(taken(post("", sample()).await).await, first);
    problem(post("?rank=all", sample()).await, 409, "idempotency-key-reused").await;
    problem(post("", faulty()).await, 409, "idempotency-key-reused").await;
    ended(&app, &first).await;
    assert_eq!(app.get("/v1/batches").await.json::<Value>().await.unwrap()["batches"].as_array().unwrap().len(), 1);
}

#[apply(over_both)]
async fn sales_sees_own_batches_only_and_others_may_look(start: Start) {
    let app = start.spawn().await;
    let mut tokens = Vec::new();
    for (name, role) in [("li", "sales"), ("wang", "sales"), ("zhao", "auditor")] {
        let answer = send(app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": role}))).await;
        let made: Value = answer.json().await.unwrap();
        tokens.push(made["token"].as_str().unwrap().to_owned());
    }
    let app = app.with_token(&tokens[0]);
    let location = taken(post(&app, "", form(&[("一.xlsx", sample())])).await).await;
    let own = ended(&app, &location).await;
    assert_eq!(own["uploader"], "li");
    assert_eq!(app.get(&format!("/v1/runs/{}", own["files"][0]["run_id"].as_str().unwrap())).await.status(), 200);

    let app = app.with_token(&tokens[1]);
    for path in ["", "/events", "/consolidated.xlsx", "/results.zip"] {
        problem(app.get(&format!("{location}{path}")).await, 404, "no-such-batch").await;
    }
    problem(send(app.request("POST", &format!("{location}/cancel"))).await, 404, "no-such-batch").await;
    assert_eq!(app.get("/v1/batches").await.json::<Value>().await.unwrap()["batches"], json!([]));

    let app = app.with_token(&tokens[2]);
    assert_eq!(batch(&app, &location).await, own);
    problem(send(app.request("POST", &format!("{location}/cancel"))).await, 403, "forbidden").await;
    problem(post(&app, "", form(&[("一.xlsx", sample())])).await, 403, "forbidden").await;
    let log: Value = app.get("/v1/audit?what=batch-created").await.json().await.unwrap();
    assert!(log.to_string().contains(location.rsplit('/').next().unwrap()), "{log}");
}
