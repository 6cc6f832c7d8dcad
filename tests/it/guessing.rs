//! Guessing at tokens: what an address may try at a time, whose address it is, and what may be guessed at all.

use std::time::Duration;

use crate::commands::dealerbook;
use crate::harness::{Start, TOKEN, TestApp, header, problem, send};
use crate::visitor::Visitor;

/// Two answers to bad tokens may wait, and each waits long.
fn strict() -> Start {
    Start::with(|limits| {
        (limits.bad_tokens_free, limits.bad_tokens_waiting_max) = (0, 2);
        limits.bad_token_delay_seconds_max = 60;
    })
}

fn present(app: &TestApp, token: &str, for_whom: &str) -> reqwest::RequestBuilder {
    crate::harness::client().get(app.url("/v1/runs")).bearer_auth(token).header("X-Forwarded-For", for_whom)
}

/// Lets bad tokens of an address wait until as many do as may, each for a minute: after ten that were refused, that is what they wait.
async fn crowd(app: &TestApp, for_whom: &str) {
    let full = async {
        let (mut refused, mut waiting) = (0, 0);
        loop {
            // Whoever waits goes away before the answer: it is counted all the same.
            let tried = tokio::time::timeout(Duration::from_secs(1), present(app, "a-bad-token", for_whom).send());
            match tried.await {
                Ok(Ok(answer)) if answer.status() == 429 => refused += 1,
                Ok(_) => {}
                Err(_) => waiting += u32::from(refused >= 10),
            }
            if refused >= 10 && waiting >= 2 {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), full).await.expect("as many wait as may");
}

#[actix_web::test]
async fn beyond_so_many_waiting_answers_tokens_of_an_address_are_not_looked_at() {
    let app = strict().spawn().await;
    let made =
        send(app.request("POST", "/v1/tokens").json(&serde_json::json!({"name": "新人", "role": "admin"}))).await;
    let made: serde_json::Value = made.json().await.unwrap();
    let unused = made["token"].as_str().unwrap();
    crowd(&app, "").await;

    let refused = send(present(&app, "another-bad-token", "")).await;
    assert_eq!(header(&refused, "retry-after"), "60");
    problem(refused, 429, "too-many-bad-tokens").await;
    let refused = send(present(&app, unused, "")).await;
    problem(refused, 429, "too-many-bad-tokens").await;
    assert_eq!(send(present(&app, TOKEN, "")).await.status(), 200, "one that was good lately");
    let signing_in = Visitor::new(&app).send_form("/sign-in", &[("token", "a-guess")]).await;
    assert_eq!(signing_in.status(), 429);

    let figures = app.get("/metrics").await.text().await.unwrap();
    let counted = figures.lines().find_map(|line| line.strip_prefix("dealerbook_bad_tokens_total "));
    assert!(counted.unwrap().parse::<u32>().unwrap() >= 5, "those that went away too: {counted:?}");
}

#[actix_web::test]
async fn what_a_proxy_says_of_addresses_counts_where_it_is_named_and_nowhere_else() {
    let app = strict().spawn().await;
    crowd(&app, "203.0.113.1").await;
    problem(send(present(&app, "bad", "203.0.113.2")).await, 429, "too-many-bad-tokens").await;

    let mut behind = strict();
    behind.network.trusted_proxies = Some("127.0.0.0/8,10.0.0.2".parse().unwrap());
    let app = behind.spawn().await;
    crowd(&app, "203.0.113.1").await;
    // What the client has put before doesn't count, nor do other proxies of ours.
    problem(send(present(&app, "bad", "198.51.100.7, 203.0.113.1, 10.0.0.2")).await, 429, "too-many-bad-tokens").await;
    problem(send(present(&app, "bad", "203.0.113.1, 203.0.113.2")).await, 401, "unauthorized").await;
}

#[actix_web::test]
async fn the_host_that_a_forwarded_request_names_counts_only_from_a_proxy_that_is_named() {
    let from_elsewhere = async |app: &TestApp, name: &str, value: &str| {
        let visitor = Visitor::new(app);
        let request = visitor.request("POST", "/sign-in").header("Origin", "https://evil.example").header(name, value);
        request.body(format!("token={TOKEN}")).send().await.unwrap().status().as_u16()
    };
    let app = TestApp::spawn().await;
    assert_eq!(from_elsewhere(&app, "X-Forwarded-Host", "evil.example").await, 403);
    assert_eq!(from_elsewhere(&app, "Forwarded", "host=evil.example").await, 403);
    let mut behind = Start::default();
    behind.network.trusted_proxies = Some("127.0.0.1".parse().unwrap());
    let app = behind.spawn().await;
    assert_eq!(from_elsewhere(&app, "X-Forwarded-Host", "evil.example").await, 303, "it is its own host");
    assert_eq!(from_elsewhere(&app, "Forwarded", "host=evil.example").await, 403, "proxies let it through");
}

#[cfg(unix)]
#[test]
fn a_token_that_could_be_guessed_is_refused_where_others_reach_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let serve = |listen: &str, token: &str| {
        let mut command = dealerbook(folder.path());
        command.args(["serve", "--listen", listen, "--data", "data"]).env("DEALERBOOK_ADMIN_TOKEN", token);
        command
    };
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let output = serve(listen, "fifteen-chars-x").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("DEALERBOOK_ADMIN_TOKEN has 15 characters"), "{told}");
    }
    assert!(!folder.path().join("data").exists(), "refused before anything is made");

    let mut child = serve("127.0.0.1:0", "short").stderr(std::process::Stdio::piped()).spawn().unwrap();
    let log = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let told: Vec<String> = log.map(Result::unwrap).take_while(|line| !line.contains("listening")).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told.iter().any(|line| line.contains("WARN") && line.contains("DEALERBOOK_ADMIN_TOKEN")), "{told:?}");
}
