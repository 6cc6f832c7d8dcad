//! Runs as they are kept: the same run once, found again, seen by those who may, and deleted.

use std::path::{Path, PathBuf};

use dealerbook::key::Key;
use dealerbook::store::{AuditFilter, NewToken, Role, Store, Whose};
use macro_rules_attribute::apply;
use reqwest::Response;
use serde_json::Value;

use crate::harness::{Start, TestApp, files, header, over_both, part, problem, sample, send};

fn workbook(folder: &str, name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(folder).join(name)).unwrap()
}

/// What a store keeps, opened beside the server.
async fn store(app: &TestApp) -> Store {
    Store::open(&app.places()).await.unwrap()
}

/// A token for a person, who may have one already.
async fn token(app: &TestApp, name: &str, role: Role, regions: &[&str]) -> String {
    let regions = regions.iter().map(|region| Key::new(region)).collect();
    let new = NewToken { name: name.to_owned(), role, regions, expires_at: None };
    let token = format!("the-token-of-{}-{}", hex::encode(name), new.regions.len());
    let store = store(app).await;
    let known = store.accounts().await.unwrap().into_iter().find(|account| account.name == name);
    let whose = known.as_ref().map_or(Whose::New(name), |account| Whose::Known(&account.id));
    store.keep_token_of(whose, &token, &new, "admin").await.unwrap();
    token
}

/// The files of the artefacts, but for one.
fn artefacts_beside(app: &TestApp, upload: &[u8]) -> Vec<PathBuf> {
    let all = files(&app.data().join("artefacts")).into_iter();
    all.filter(|path| std::fs::read(path).unwrap() != upload).collect()
}

fn filenames(list: &Value) -> Vec<&str> {
    list["runs"].as_array().unwrap().iter().map(|run| run["filename"].as_str().unwrap()).collect()
}

async fn with_key(app: &TestApp, key: &str, path: &str, body: Vec<u8>) -> Response {
    send(app.request("POST", path).header("Idempotency-Key", key).body(body)).await
}

#[apply(over_both)]
async fn the_same_upload_is_the_same_run_and_is_not_calculated_again(start: Start) {
    let app = start.spawn().await;
    let first = app.post_run("?filename=a.xlsx", sample()).await;
    let (location, disposition) = (header(&first, "location"), header(&first, "content-disposition"));
    let bytes = first.bytes().await.unwrap();

    // No worker is free, so nothing can be calculated.
    let _occupied = app.workers.occupy().await;
    let again = app.post_run("?filename=a.xlsx&lang=zh&on_error=stop", sample()).await;
    assert_eq!((again.status().as_u16(), header(&again, "location")), (200, location.clone()));
    assert_eq!(header(&again, "content-disposition"), disposition);
    assert_eq!(again.bytes().await.unwrap(), bytes);
    let json: Value = app.post_run_for_json("?filename=a.xlsx", sample()).await.json().await.unwrap();
    assert_eq!(format!("/v1/runs/{}", json["run"]["id"].as_str().unwrap()), location);
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
}

#[apply(over_both)]
async fn the_same_upload_twice_at_the_same_moment_is_one_run(start: Start) {
    let app = start.limited(|limits| (limits.workers, limits.queue_max) = (2, 6)).spawn().await;
    let upload = || async { header(&app.post_run("", sample()).await, "location") };
    let (one, two, three) = tokio::join!(upload(), upload(), upload());
    assert!(one.starts_with("/v1/runs/"));
    assert_eq!([&two, &three], [&one, &one]);
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
    assert_eq!(app.get(&one).await.status(), 200);
}

#[actix_web::test]
async fn a_run_that_differs_in_anything_is_another() {
    let app = TestApp::spawn().await;
    let mut locations = Vec::new();
    for query in ["", "?lang=en", "?filename=b.xlsx", "?mark=style", "?policy=progressive", "?programmes=assessment"] {
        locations.push(header(&app.post_run(query, sample()).await, "location"));
    }
    locations.push(header(&app.post_validation("", sample()).await, "location"));
    let li = token(&app, "李明", Role::Sales, &[]).await;
    locations.push(header(&app.with_token(&li).post_run("", sample()).await, "location"));
    let distinct: std::collections::BTreeSet<&String> = locations.iter().collect();
    assert_eq!(distinct.len(), 8, "{locations:?}");
}

#[apply(over_both)]
async fn a_known_run_whose_files_are_damaged_or_gone_is_mended_by_the_next_upload(start: Start) {
    let app = start.spawn().await;
    let first = app.post_run("", sample()).await;
    let location = header(&first, "location");
    let bytes = first.bytes().await.unwrap();
    let result = app.get(&location).await.bytes().await.unwrap();
    for (n, path) in files(&app.data().join("artefacts")).iter().enumerate() {
        if n % 2 == 0 { std::fs::write(path, "damaged").unwrap() } else { std::fs::remove_file(path).unwrap() }
    }
    let broken = app.get(&location).await;
    assert!(broken.status().is_server_error(), "{}", broken.status());

    let again = app.post_run("", sample()).await;
    assert_eq!((again.status().as_u16(), header(&again, "location")), (200, location.clone()));
    assert_eq!(again.bytes().await.unwrap(), bytes);
    assert_eq!(app.get(&location).await.bytes().await.unwrap(), result);
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
}

#[apply(over_both)]
async fn runs_are_found_by_uploader_region_and_text(start: Start) {
    let app = start.spawn().await;
    for name in ["2007年Ａ考核.xlsx", "100%25_ok.xlsx", "100x-ok.xlsx"] {
        assert_eq!(app.post_run(&format!("?filename={name}"), sample()).await.status(), 200);
    }
    assert_eq!(app.post_run("?filename=faulty.xlsx", workbook("rejected", "faulty-small.xlsx")).await.status(), 422);
    let li = token(&app, "李明", Role::Finance, &[]).await;
    let li = app.with_token(&li);
    assert_eq!(li.post_run("?filename=li.xlsx", sample()).await.status(), 200);

    let found = async |query: &str| -> Vec<String> {
        let list = li.list(query).await;
        filenames(&list).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(found("?uploader=%E6%9D%8E%E6%98%8E").await, ["li.xlsx"]);
    assert_eq!(found("?uploader=admin&status=faulty").await, ["faulty.xlsx"]);
    assert_eq!(found("?q=%E8%80%83%20%E6%A0%B8").await, ["2007年Ａ考核.xlsx"], "whatever the space");
    assert_eq!(found("?q=a%E8%80%83").await, ["2007年Ａ考核.xlsx"], "whatever the width and the case");
    assert_eq!(found("?q=OK.XLSX").await, ["100x-ok.xlsx", "100%_ok.xlsx"]);
    assert_eq!(found("?q=100%25_").await, ["100%_ok.xlsx"], "signs stand for themselves");
    assert_eq!(found("?q=%E6%9D%8E").await, ["li.xlsx"], "by the uploader's name");
    assert_eq!(found("?q=%00&uploader=&region=").await.len(), 5);
    assert_eq!(found("?q=nowhere").await, Vec::<String>::new());
    assert_eq!(found("?region=%E6%B6%AA%E9%99%B5&uploader=admin&period=2007").await.len(), 4);
    assert_eq!(found("?region=%E5%8C%97%E6%9E%81").await, Vec::<String>::new());

    let page = li.list("?limit=3&q=xlsx").await;
    let next = page["next"].as_str().unwrap();
    let rest: Value = li.get(next).await.json().await.unwrap();
    let mut all = filenames(&page);
    all.extend(filenames(&rest));
    assert_eq!(all, ["li.xlsx", "faulty.xlsx", "100x-ok.xlsx", "100%_ok.xlsx", "2007年Ａ考核.xlsx"]);
    problem(li.get("/v1/runs?regions=x").await, 400, "unknown-parameter").await;
}

#[apply(over_both)]
async fn whoever_works_in_sales_sees_their_own_runs_of_their_regions(start: Start) {
    let app = start.spawn().await;
    let of_admin = header(&app.post_run("?filename=admin.xlsx", sample()).await, "location");
    let li = token(&app, "李明", Role::Sales, &[]).await;
    let regions = ["荆州", "岳阳", "九江", " 涪陵", "南通", "宜昌", "湛江", "南宁"];
    let limited = token(&app, "王芳", Role::Sales, &regions[1..]).await;
    let of_all = token(&app, "赵强", Role::Sales, &regions).await;
    let auditor = token(&app, "审计", Role::Auditor, &[]).await;

    let app = app.with_token(&li);
    let of_li = header(&app.post_run("?filename=li.xlsx", sample()).await, "location");
    assert_eq!(filenames(&app.list("").await), ["li.xlsx"]);
    assert_eq!(filenames(&app.list("?uploader=admin").await), Vec::<&str>::new());
    for path in ["", "/workbook.xlsx", "/cards.xlsx", "/dealers/D001", "/dealers/D001/card.xlsx"] {
        assert_eq!(app.get(&format!("{of_li}{path}")).await.status(), 200, "{path}");
        problem(app.get(&format!("{of_admin}{path}")).await, 404, "no-such-run").await;
    }

    let app = app.with_token(&limited);
    problem(app.post_run("?filename=wide.xlsx", sample()).await, 403, "region-not-allowed").await;
    let narrow = header(&app.post_run("?filename=narrow.xlsx", stock()).await, "location");
    assert_eq!(filenames(&app.list("").await), ["narrow.xlsx"], "a workbook without dealers has no other's");
    assert_eq!(app.get(&narrow).await.status(), 200);

    let app = app.with_token(&of_all);
    let all = header(&app.post_run("?filename=all.xlsx", sample()).await, "location");
    assert_eq!(filenames(&app.list("").await), ["all.xlsx"]);
    let fewer = token(&app, "赵强", Role::Sales, &regions[..3]).await;
    let app = app.with_token(&fewer);
    assert_eq!(filenames(&app.list("").await), Vec::<&str>::new(), "since then, the same person has fewer regions");
    problem(app.get(&all).await, 404, "no-such-run").await;
    problem(app.post_run("?filename=all.xlsx", sample()).await, 403, "region-not-allowed").await;

    let app = app.with_token(&auditor);
    assert_eq!(filenames(&app.list("").await), ["all.xlsx", "narrow.xlsx", "li.xlsx", "admin.xlsx"]);
    assert_eq!(app.get(&of_li).await.status(), 200);
}

fn stock() -> Vec<u8> {
    workbook("accepted", "stock-without-dealers.xlsx")
}

#[actix_web::test]
async fn a_client_is_not_sent_what_it_has() {
    let app = TestApp::spawn().await;
    let run = header(&app.post_run("", sample()).await, "location");
    let of_run = ["", "/workbook.xlsx", "/cards.xlsx", "/dealers/D001", "/dealers/D001/card.xlsx"];
    let others = ["/v1/runs", "/v1/runs?limit=1", "/v1/schemas", "/v1/schemas/dealers", "/v1/schemas/results"];
    let more = ["/v1/policies", "/v1/policies/handbook", "/v1/templates/dealers.xlsx"];
    let paths = of_run.iter().map(|path| format!("{run}{path}"));
    let mut tags = std::collections::BTreeSet::new();
    for path in paths.chain(others.iter().chain(&more).map(|path| (*path).to_owned())) {
        let answer = app.get(&path).await;
        let tag = header(&answer, "etag");
        assert!(answer.status() == 200 && tag.starts_with('"') && tag.len() == 66, "{path}: {tag}");
        let length = header(&answer, "content-length");
        let head = send(app.request("HEAD", &path)).await;
        let told = (head.status().as_u16(), header(&head, "etag"), header(&head, "content-length"));
        assert_eq!(told, (200, tag.clone(), length), "{path}");
        for method in ["GET", "HEAD"] {
            let known = send(app.request(method, &path).header("If-None-Match", format!("\"x\", {tag}"))).await;
            assert_eq!((known.status().as_u16(), header(&known, "etag")), (304, tag.clone()), "{method} {path}");
            assert!(known.bytes().await.unwrap().is_empty());
        }
        let other = send(app.request("GET", &path).header("If-None-Match", "\"x\"")).await;
        assert_eq!(other.status(), 200, "{path}");
        tags.insert(tag);
    }
    assert_eq!(tags.len(), 12, "each answer has its own, and the list of one is the list of all");

    let result = app.get(&run).await;
    let tag = header(&result, "etag");
    let result = result.bytes().await.unwrap();
    assert_eq!(tag, format!("\"{}\"", hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&result))));
    app.post_run("?filename=b.xlsx", sample()).await;
    assert_eq!(send(app.request("GET", "/v1/runs").header("If-None-Match", &tag)).await.status(), 200);
}

#[apply(over_both)]
async fn a_request_that_is_sent_again_under_its_key_has_the_same_answer(start: Start) {
    let app = start.spawn().await;
    let first = with_key(&app, "k-1", "/v1/runs?filename=a.xlsx", sample()).await;
    let location = header(&first, "location");
    let bytes = first.bytes().await.unwrap();
    let again = with_key(&app, "k-1", "/v1/runs?filename=a.xlsx", sample()).await;
    assert_eq!((again.status().as_u16(), header(&again, "location")), (200, location.clone()));
    assert_eq!(again.bytes().await.unwrap(), bytes);
    let in_a_form = reqwest::multipart::Form::new().part("workbook", part(sample())).text("filename", "a.xlsx");
    let form = send(app.request("POST", "/v1/runs").header("Idempotency-Key", "k-1").multipart(in_a_form)).await;
    assert_eq!(header(&form, "location"), location, "the same request, however it is sent");

    for (path, body) in [
        ("/v1/runs?filename=a.xlsx", stock()),
        ("/v1/runs?filename=b.xlsx", sample()),
        ("/v1/runs?filename=a.xlsx&lang=en", sample()),
        ("/v1/validations?filename=a.xlsx", sample()),
    ] {
        problem(with_key(&app, "k-1", path, body).await, 409, "idempotency-key-reused").await;
    }
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1, "what is refused is not kept");
    assert_eq!(with_key(&app, "k-2", "/v1/validations?filename=a.xlsx", sample()).await.status(), 200);

    let li = token(&app, "李明", Role::Sales, &[]).await;
    let of_li = with_key(&app.with_token(&li), "k-1", "/v1/runs", stock()).await;
    assert_eq!(of_li.status(), 200, "keys are each person's own");
}

#[apply(over_both)]
async fn two_requests_under_one_key_at_the_same_moment_have_one_answer(start: Start) {
    let app = start.limited(|limits| (limits.workers, limits.queue_max) = (2, 6)).spawn().await;
    let (one, two) = tokio::join!(with_key(&app, "k", "/v1/runs", sample()), with_key(&app, "k", "/v1/runs", sample()));
    assert_eq!((one.status().as_u16(), two.status().as_u16()), (200, 200));
    assert_eq!(header(&one, "location"), header(&two, "location"));
}

#[actix_web::test]
async fn a_malformed_key_is_refused_before_anything_is_done() {
    let app = TestApp::spawn().await;
    for key in ["", &"k".repeat(256)] {
        let document = problem(with_key(&app, key, "/v1/runs", sample()).await, 400, "invalid-value").await;
        assert_eq!(document["parameter"], "Idempotency-Key");
    }
    let twice = app.request("POST", "/v1/runs").header("Idempotency-Key", "a").header("Idempotency-Key", "b");
    problem(send(twice.body(sample())).await, 400, "repeated-parameter").await;
    app.assert_nothing_stored().await;
}

#[apply(over_both)]
async fn a_deleted_run_is_gone_and_the_audit_log_says_who_did_it(start: Start) {
    let app = start.spawn().await;
    let gone = header(&with_key(&app, "k", "/v1/runs?filename=a.xlsx", sample()).await, "location");
    let stays = header(&app.post_run("?filename=b.xlsx", sample()).await, "location");
    make_old(&app);
    let answer = send(app.request("DELETE", &gone)).await;
    assert_eq!((answer.status().as_u16(), answer.bytes().await.unwrap().len()), (204, 0));
    problem(app.get(&gone).await, 404, "no-such-run").await;
    problem(send(app.request("DELETE", &gone)).await, 404, "no-such-run").await;
    assert_eq!(app.get(&format!("{stays}/workbook.xlsx")).await.status(), 200, "the upload is the other's too");
    assert_eq!(artefacts_beside(&app, &sample()).len(), 3, "result, answer, and the policy");

    let (lines, _) = store(&app).await.audit(&AuditFilter::default(), 10).await.unwrap();
    assert_eq!((lines.len(), lines[0].who.as_str(), lines[0].what.as_str()), (1, "admin", "run-deleted"));
    assert!(gone.ends_with(&lines[0].object));

    let again = with_key(&app, "k", "/v1/runs?filename=a.xlsx", sample()).await;
    assert_eq!(again.status(), 200);
    assert_ne!(header(&again, "location"), gone, "uploaded again, it is a new run");
}

#[apply(over_both)]
async fn what_is_older_than_it_is_kept_goes_at_the_next_start(start: Start) {
    let app = start.spawn().await;
    let young = header(&app.post_run("?filename=young.xlsx", sample()).await, "location");
    let old = header(&app.post_run("?filename=old.xlsx", sample()).await, "location");
    let beside = store(&app).await;
    let run = beside.run(old.rsplit('/').next().unwrap(), &dealerbook::store::Person::admin()).await.unwrap().unwrap();
    // As if it had been made long ago.
    beside.delete_run(&run.id, "test").await.unwrap();
    let created_at = "2001-01-01T00:00:00.000Z".to_owned();
    beside.keep_run(dealerbook::store::Run { created_at, ..run }).await.unwrap();
    beside.close().await;
    make_old(&app);
    let app = app.stop().await.spawn().await;
    assert_eq!(app.get(&old).await.status(), 200, "kept for ever, unless it is said otherwise");

    let mut start = app.stop().await;
    start.limits.retention.keep_days = Some(30);
    let app = start.spawn().await;
    until(async || app.get(&old).await.status() == 404).await;
    until(async || artefacts_beside(&app, &sample()).len() == 3).await;
    assert_eq!(app.get(&format!("{young}/workbook.xlsx")).await.status(), 200);
    let (lines, _) = store(&app).await.audit(&AuditFilter::default(), 10).await.unwrap();
    assert_eq!((lines[0].who.as_str(), lines[0].what.as_str()), ("retention", "run-deleted"));
}

/// As if all files had been kept two hours ago.
fn make_old(app: &TestApp) {
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 60 * 60);
    for path in files(&app.data().join("artefacts")) {
        std::fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    }
}

/// Returns once it is so.
async fn until(is_so: impl AsyncFn() -> bool) {
    let reached = async {
        while !is_so().await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), reached).await.expect("it to be so in time");
}
