//! The company's own policies: proposed, approved by another person, in force for their time, on all servers.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, XLSX, header, over_both, problem, sample, send};

const HANDBOOK: &str = include_str!("../../schemas/policies/handbook.toml");

/// A policy of the company's own: the handbook with another id, version and days, and an excess rate for core dealers.
pub fn own(version: &str, days: &str, core_rate: &str) -> String {
    let text = HANDBOOK
        .replace("id = \"handbook\"\nversion = \"1.0.0\"", &format!("id = \"own\"\nversion = \"{version}\"\n{days}"))
        .replace("rate = { core = \"30\", key", &format!("rate = {{ core = \"{core_rate}\", key"))
        .replace("rates = \"example\"", "rates = \"own\"");
    assert!(text.contains("id = \"own\""));
    text
}

async fn token(app: &TestApp, name: &str) -> String {
    let request = app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": "finance"}));
    let made: Value = send(request).await.json().await.expect("a token");
    made["token"].as_str().expect("a token").to_owned()
}

/// A request of somebody else than the administrator.
fn of(app: &TestApp, token: &str, path: &str) -> reqwest::RequestBuilder {
    crate::harness::client().post(app.url(path)).bearer_auth(token)
}

async fn propose(app: &TestApp, token: &str, body: impl Into<reqwest::Body>) -> reqwest::Response {
    send(of(app, token, "/v1/policies?lang=en").body(body)).await
}

async fn decide(app: &TestApp, token: &str, version: &str, what: &str) -> reqwest::Response {
    let path = format!("/v1/policies/own/versions/{version}/{what}?lang=en");
    send(of(app, token, &path).json(&json!({"reason": "too dear"}))).await
}

async fn approved(app: &TestApp, (proposer, checker): (&str, &str), version: &str, text: String) {
    let answer = propose(app, proposer, text).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    let answer = decide(app, checker, version, "approve").await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

async fn get(app: &TestApp, path: &str) -> Value {
    let answer = app.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.expect("JSON")
}

#[apply(over_both)]
async fn a_version_counts_once_another_person_has_approved_it(start: Start) {
    let app = start.spawn().await;
    let (wang, li) = (token(&app, "王芳").await, token(&app, "李明").await);
    let answer = propose(&app, &wang, own("1", "", "33")).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(header(&answer, "location"), "/v1/policies/own?version=1");
    let proposed: Value = answer.json().await.unwrap();
    assert_eq!((&proposed["status"], &proposed["proposed_by"]), (&json!("proposed"), &json!("王芳")));

    problem(app.post_run_for_json("?policy=own", sample()).await, 400, "unknown-policy").await;
    assert_eq!(get(&app, "/v1/policies/own?version=1").await["incentives"][0]["rate"]["core"], "33");
    problem(decide(&app, &wang, "1", "approve").await, 409, "own-proposal").await;
    problem(decide(&app, &wang, "1", "reject").await, 409, "own-proposal").await;
    problem(decide(&app, &li, "1", "withdraw").await, 409, "not-own-proposal").await;
    problem(decide(&app, &li, "2", "approve").await, 404, "no-such-policy-version").await;

    let done: Value = decide(&app, &li, "1", "approve").await.json().await.unwrap();
    assert_eq!(
        (&done["status"], &done["decided_by"], &done["in_force"]),
        (&json!("approved"), &json!("李明"), &json!(true))
    );
    problem(decide(&app, &li, "1", "reject").await, 409, "policy-decided").await;
    problem(propose(&app, &wang, own("1", "effective_from = 2030-01-01", "40")).await, 409, "policy-version-exists")
        .await;

    let run: Value = app.post_run_for_json("?policy=own", sample()).await.json().await.unwrap();
    assert_eq!((&run["run"]["policy"]["id"], &run["run"]["policy"]["rates"]), (&json!("own"), &json!("own")));
    let list = get(&app, "/v1/policies?lang=en").await;
    assert_eq!(list["policies"][0]["id"], "own", "the company's own come first");
    let audit = get(&app, "/v1/audit?object=own%2F1").await;
    let what: Vec<&Value> = audit["lines"].as_array().unwrap().iter().map(|line| &line["what"]).collect();
    assert_eq!(what, ["policy-approved", "policy-proposed"]);
}

#[apply(over_both)]
async fn a_run_takes_the_version_that_was_in_force_at_the_end_of_its_period(start: Start) {
    let app = start.spawn().await;
    let (wang, li) = (token(&app, "王芳").await, token(&app, "李明").await);
    approved(
        &app,
        (&wang, &li),
        "2007.1",
        own("2007.1", "effective_from = 2007-01-01\neffective_to = 2007-12-31", "33"),
    )
    .await;
    approved(&app, (&wang, &li), "2008.1", own("2008.1", "effective_from = 2008-06-30", "44")).await;
    let version = async |query: &str| -> Value {
        let run: Value = app.post_run_for_json(query, sample()).await.json().await.unwrap();
        run["run"]["policy"]["version"].clone()
    };
    // The sample's own period is 2007, which is known only when it has been read.
    assert_eq!(version("?policy=own").await, "2007.1");
    assert_eq!(version("?policy=own&period=2007").await, "2007.1");
    let answer = app.post_run_for_json("?policy=own&period=2006&lang=en", sample()).await;
    let document = problem(answer, 409, "policy-not-in-force").await;
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains("2006-12-31") && detail.contains("2008.1 (2008-06-30 – …)"), "{detail}");

    for days in ["effective_from = 2007-12-31", "effective_from = 2008-06-30"] {
        problem(propose(&app, &wang, own("other", days, "50")).await, 409, "policy-overlap").await;
    }
    let always_before = propose(&app, &wang, own("other", "", "50")).await;
    assert_eq!(always_before.status(), 201);
}

#[apply(over_both)]
async fn two_proposals_of_the_same_days_are_not_both_approved(start: Start) {
    let app = start.spawn().await;
    let (wang, li) = (token(&app, "王芳").await, token(&app, "李明").await);
    for version in ["a", "b"] {
        assert_eq!(propose(&app, &wang, own(version, "effective_from = 2027-01-01", "33")).await.status(), 201);
    }
    assert_eq!(decide(&app, &li, "a", "approve").await.status(), 200);
    let document = problem(decide(&app, &li, "b", "approve").await, 409, "policy-overlap").await;
    assert!(document["detail"].as_str().unwrap().contains("approved version a"), "{document}");
    assert_eq!(get(&app, "/v1/policies").await["policies"][0]["versions"][1]["status"], "proposed", "nothing changed");
    let rejected: Value = decide(&app, &li, "b", "reject").await.json().await.unwrap();
    assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("too dear")));
}

#[apply(over_both)]
async fn another_server_on_the_same_database_sees_an_approval(start: Start) {
    let places = start.places();
    let database_url = places
        .database_url
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", start.data.path().join("shared.sqlite").display()));
    let artefacts_url = Some(start.data.path().join("artefacts").display().to_string());
    let other =
        Start { database_url: Some(database_url.clone()), artefacts_url: artefacts_url.clone(), ..Start::default() };
    let app = Start { database_url: Some(database_url), artefacts_url, ..start }.spawn().await;
    let other = other.spawn().await;
    let (wang, li) = (token(&app, "王芳").await, token(&app, "李明").await);
    problem(other.post_run_for_json("?policy=own", sample()).await, 400, "unknown-policy").await;
    approved(&app, (&wang, &li), "1", own("1", "", "33")).await;
    let run: Value = other.post_run_for_json("?policy=own", sample()).await.json().await.unwrap();
    assert_eq!(run["run"]["policy"]["version"], "1");
    let default: Value = other.post_run_for_json("", sample()).await.json().await.unwrap();
    assert_eq!(default["run"]["policy"]["id"], "own", "the first family is the default");
}

#[actix_web::test]
async fn a_policys_workbook_comes_back_as_another_version() {
    let app = TestApp::spawn().await;
    let wang = token(&app, "王芳").await;
    let answer = app.get("/v1/policies/progressive.xlsx?lang=en").await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type").as_str()), (200, XLSX));
    let book = answer.bytes().await.unwrap();
    let document = problem(propose(&app, &wang, book).await, 409, "policy-id-taken").await;
    assert!(document["detail"].as_str().unwrap().contains("progressive"), "{document}");
    let request = of(&app, &wang, "/v1/policies/handbook/versions/1.0.0/approve");
    problem(send(request).await, 409, "policy-id-taken").await;
    problem(app.get("/v1/policies/handbok.xlsx").await, 404, "no-such-policy").await;
    problem(app.get("/v1/policies/handbook.xlsx?version=2").await, 404, "no-such-policy-version").await;
    problem(app.get("/v1/policies/handbook?versions=2").await, 400, "unknown-parameter").await;
}

#[actix_web::test]
async fn what_is_wrong_is_told_at_once_and_nothing_is_kept() {
    let app = TestApp::spawn().await;
    let wang = token(&app, "王芳").await;
    let faulty = own("1", "", "33").replace("weight = 20\n", "weight = 21\n").replace("from = \"75\"", "from = \"95\"");
    let document = problem(propose(&app, &wang, faulty).await, 422, "invalid-policy").await;
    let faults = document["faults"].as_array().unwrap();
    let pointers: Vec<&Value> = faults.iter().map(|fault| &fault["pointer"]).collect();
    assert!(pointers.contains(&&json!("/grades/0/from")), "{document}");
    assert!(pointers.iter().any(|pointer| pointer.as_str().unwrap().starts_with("/scorecards/0")), "{document}");
    let document = problem(propose(&app, &wang, "").await, 422, "invalid-policy").await;
    assert!(document["detail"].as_str().unwrap().contains("the body is empty"), "{document}");
    problem(propose(&app, &wang, vec![b'#'; 300 << 10]).await, 413, "too-large").await;
    problem(propose(&app, &wang, "PK").await, 400, "unreadable").await;
    for (body, code) in [("", "invalid-decision"), ("{}", "invalid-decision"), ("{\"reason\": 7}", "invalid-decision")]
    {
        let request = of(&app, &wang, "/v1/policies/own/versions/1/reject").body(body);
        problem(send(request).await, 400, code).await;
    }
    let list = get(&app, "/v1/policies").await;
    assert_eq!(list["policies"].as_array().unwrap().len(), 2, "the shipped ones");
}

#[cfg(unix)]
#[actix_web::test]
async fn a_folder_does_not_take_the_id_of_a_policy_that_the_server_keeps() {
    let app = TestApp::spawn().await;
    let wang = token(&app, "王芳").await;
    assert_eq!(propose(&app, &wang, own("1", "", "33")).await.status(), 201);
    let start = app.stop().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), own("2", "effective_from = 2027-01-01", "33")).unwrap();
    let mut server = crate::commands::dealerbook(folder.path());
    server.env("DEALERBOOK_LISTEN", "127.0.0.1:0").env("DEALERBOOK_POLICIES", folder.path());
    let output = server.env("DEALERBOOK_DATA", start.data.path()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("the policy own of the folder"), "{words}");
}
