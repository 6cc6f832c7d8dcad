//! What ends, or isn't shown, when somebody may no longer see it or never might; and commands whose output nobody reads any more.

use std::time::Duration;

use futures_util::StreamExt;
use macro_rules_attribute::apply;
use reqwest::Response;
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, over_both, part, problem, sample, send};
use crate::policies::own;
use crate::visitor::Visitor;

async fn token(app: &TestApp, name: &str, role: &str) -> (String, String) {
    let made = send(app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": role}))).await;
    let made: Value = made.json().await.unwrap();
    (made["token"].as_str().unwrap().to_owned(), made["kept"]["id"].as_str().unwrap().to_owned())
}

/// A batch that goes on waiting, of somebody's.
async fn waiting(app: &TestApp, token: &str) -> String {
    let form = reqwest::multipart::Form::new().part("workbooks", part(sample()));
    let answer = send(crate::harness::client().post(app.url("/v1/batches")).bearer_auth(token).multipart(form)).await;
    format!("/v1/batches/{}/events", answer.json::<Value>().await.unwrap()["id"].as_str().unwrap())
}

/// Reads the first event, has `end` happen, and reads on to the end of the stream.
async fn ends_with(stream: Response, end: impl Future<Output = ()>) {
    assert_eq!(stream.status(), 200);
    let mut chunks = stream.bytes_stream();
    assert!(chunks.next().await.expect("an event").expect("an event").starts_with(b"event: progress"));
    end.await;
    let rest = async { while chunks.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), rest).await.expect("the stream ends");
}

#[apply(over_both)]
async fn an_event_stream_ends_with_the_token_or_the_session_that_it_was_opened_with(start: Start) {
    let app = start.spawn().await;
    let _occupied = app.workers.occupy().await;
    let (wang, id) = token(&app, "王芳", "finance").await;
    let path = waiting(&app, &wang).await;
    let follow = |token: &str| send(crate::harness::client().get(app.url(&path)).bearer_auth(token));
    let revoke =
        async |id: &str| assert_eq!(send(app.request("DELETE", &format!("/v1/tokens/{id}"))).await.status(), 204);

    let (li, id_of_li) = token(&app, "李明", "auditor").await;
    let visitor = Visitor::signed_in(&app, &wang).await;
    ends_with(visitor.get(&path).await, async {
        assert_eq!(visitor.post("/sign-out", &[]).await.status(), 303);
    })
    .await;
    let visitor = Visitor::signed_in(&app, &wang).await;
    let of_session = visitor.get(&path).await;
    ends_with(follow(&wang).await, revoke(&id)).await;
    ends_with(of_session, async {}).await;
    // Somebody else's goes on until theirs is over.
    let store = dealerbook::store::Store::open(&app.places()).await.unwrap();
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
    let new = dealerbook::store::NewToken {
        name: "赵敏".to_owned(),
        role: dealerbook::store::Role::Auditor,
        regions: Vec::new(),
        expires_at: Some(format!("{soon:.3}")),
    };
    store.keep_token("a-token-that-is-over-soon", &new, "tests").await.unwrap();
    ends_with(follow("a-token-that-is-over-soon").await, async {}).await;
    ends_with(follow(&li).await, revoke(&id_of_li)).await;
}

#[apply(over_both)]
async fn a_proposed_policy_is_shown_to_whoever_may_decide_and_to_nobody_else(start: Start) {
    let app = start.spawn().await;
    let (wang, _) = token(&app, "王芳", "finance").await;
    let proposed = crate::harness::client().post(app.url("/v1/policies")).bearer_auth(&wang).body(own("1", "", "33"));
    assert_eq!(send(proposed).await.status(), 201);
    let get = |token: &str, path: &str| send(crate::harness::client().get(app.url(path)).bearer_auth(token));
    let (li, _) = token(&app, "李明", "finance").await;
    let mut others = Vec::new();
    for (name, role) in [("赵敏", "sales"), ("陈静", "auditor")] {
        others.push(token(&app, name, role).await.0);
    }
    for of_finance in [&wang, &li, crate::harness::TOKEN] {
        assert_eq!(get(of_finance, "/v1/policies/own?version=1").await.status(), 200);
        assert!(get(of_finance, "/v1/policies").await.text().await.unwrap().contains("\"own\""));
    }
    for other in &others {
        for path in ["/v1/policies/own?version=1", "/v1/policies/own", "/v1/policies/own.xlsx?version=1"] {
            problem(get(other, path).await, 404, "no-such-policy").await;
        }
        // The nearest id would tell it too.
        let nearest = problem(get(other, "/v1/policies/ovn").await, 404, "no-such-policy").await;
        assert!(!nearest.to_string().contains("own"), "{nearest}");
        assert!(!get(other, "/v1/policies").await.text().await.unwrap().contains("\"own\""));
        let visitor = Visitor::signed_in(&app, other).await;
        assert!(!visitor.page("/policies").await.contains("/policies/own"));
        assert_eq!(visitor.get("/policies/own?version=1").await.status(), 404);
    }
    let approve = crate::harness::client().post(app.url("/v1/policies/own/versions/1/approve")).bearer_auth(&li);
    assert_eq!(send(approve.json(&json!({}))).await.status(), 200);
    for other in &others {
        assert_eq!(get(other, "/v1/policies/own?version=1").await.status(), 200);
    }
}

#[cfg(unix)]
#[test]
fn a_command_whose_output_nobody_reads_ends_quietly() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.xlsx"), sample()).unwrap();
    let policy = format!("{}/schemas/policies/handbook.toml", env!("CARGO_MANIFEST_DIR"));
    for (at, command) in [
        "token --new",
        "token create 王芳 --role sales",
        "token list",
        "audit verify",
        "audit list",
        "export backup",
        "template workbook",
        "completions bash",
        "run in.xlsx -o out.xlsx",
        "run in.xlsx --json",
        "check in.xlsx",
        "--help",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([format!("policy check {policy}")])
    .enumerate()
    {
        let (nobody, out) = std::io::pipe().unwrap();
        drop(nobody);
        let mut run = crate::commands::dealerbook(folder.path());
        run.args(command.split(' ')).stdout(out);
        let ended = run.output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        let is_quiet = !told.contains("panicked") && !told.contains("pipe");
        assert!(is_quiet, "{at} {command}: {told}");
        let is_help = command == "--help";
        assert!(is_help || ended.status.code() == Some(141), "{command}: {:?} {told}", ended.status);
    }
}
