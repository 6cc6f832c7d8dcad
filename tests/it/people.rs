//! People, their tokens and roles, and who changed what.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use crate::harness::{Start, TestApp, header, over_both, problem, sample, send};

const ROLES: [&str; 4] = ["sales", "finance", "auditor", "admin"];
/// Those of the sample's dealers.
const REGIONS: [&str; 8] = ["涪陵", "岳阳", "南通", "湛江", "南宁", "宜昌", "荆州", "九江"];

/// What `POST /v1/tokens` answers to a sound request.
async fn make_token(app: &TestApp, wanted: Value) -> Value {
    let answer = send(app.request("POST", "/v1/tokens").json(&wanted)).await;
    assert_eq!(answer.status(), 201, "{wanted}");
    answer.json().await.unwrap()
}

async fn token_of(app: &TestApp, role: &str) -> String {
    let made = make_token(app, json!({"name": format!("{role} of tests"), "role": role})).await;
    made["token"].as_str().unwrap().to_owned()
}

async fn status(app: &TestApp, method: &str, path: &str, token: Option<&str>) -> u16 {
    let request = crate::harness::client().request(method.parse().unwrap(), app.url(path));
    let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
    send(request).await.status().as_u16()
}

async fn with_token(app: &TestApp, method: &str, path: &str, token: &str) -> reqwest::Response {
    let request = crate::harness::client().request(method.parse().unwrap(), app.url(path)).bearer_auth(token);
    send(request).await
}

async fn upload(app: &TestApp, token: &str) -> reqwest::Response {
    send(crate::harness::client().post(app.url("/v1/runs")).bearer_auth(token).body(sample())).await
}

async fn audit(app: &TestApp, query: &str) -> Vec<Value> {
    let answer: Value = app.get(&format!("/v1/audit{query}")).await.json().await.unwrap();
    answer["lines"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn every_route_is_open_to_its_roles_and_to_nobody_else() {
    let app = TestApp::spawn().await;
    let mut tokens = BTreeMap::new();
    for role in ROLES {
        tokens.insert(role, token_of(&app, role).await);
    }
    let document: Value = reqwest::get(app.url("/openapi.json")).await.unwrap().json().await.unwrap();
    let mut walked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        // Names that are nowhere: who may ask is decided before what there is.
        let path = path.replace("{id}", "x").replace("{dealer_id}", "x").replace("{name}", "x");
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_uppercase();
            let Some(roles) = operation.get("x-roles") else {
                assert_ne!(status(&app, &method, &path, None).await, 401, "{method} {path} without a token");
                continue;
            };
            assert_eq!(status(&app, &method, &path, None).await, 401, "{method} {path} without a token");
            assert_eq!(status(&app, &method, &path, Some("x")).await, 401, "{method} {path} with a wrong token");
            for role in ROLES {
                let answer = with_token(&app, &method, &path, &tokens[role]).await;
                let may = roles.as_array().unwrap().contains(&role.into());
                assert_eq!(answer.status() != 403, may, "{method} {path} as {role}: {}", answer.status());
                if !may {
                    let document = problem(answer, 403, "forbidden").await;
                    let detail = document["detail"].as_str().unwrap();
                    assert!(roles.as_array().unwrap().iter().all(|role| detail.contains(role.as_str().unwrap())));
                }
                walked += 1;
            }
        }
    }
    assert!(walked > 4 * 15, "only {walked} were walked");
}

#[actix_web::test]
async fn a_path_that_is_percent_encoded_opens_nothing() {
    let app = TestApp::spawn().await;
    let sales = token_of(&app, "sales").await;
    for path in ["/v1/%74okens", "/v1/toke%6Es", "/v1/%61udit", "/%76%31/tokens", "/v1/./tokens", "/metric%73"] {
        let answer = with_token(&app, "GET", path, &sales).await.status().as_u16();
        assert!(matches!(answer, 403 | 404), "{path}: {answer}");
    }
}

#[apply(over_both)]
async fn a_token_works_until_it_is_revoked_or_expires(start: Start) {
    let app = start.spawn().await;
    let wanted = json!({"name": "王芳", "role": "finance", "regions": null, "expires": "90d"});
    let made = make_token(&app, wanted).await;
    let (token, id) = (made["token"].as_str().unwrap(), made["kept"]["id"].as_str().unwrap());
    assert_eq!(made["kept"]["name"], "王芳");
    assert_eq!(upload(&app, token).await.status(), 200);

    let gone = send(app.request("DELETE", &format!("/v1/tokens/{id}"))).await;
    assert_eq!((gone.status().as_u16(), gone.text().await.unwrap()), (204, String::new()));
    let document = problem(upload(&app, token).await, 401, "unauthorized").await;
    assert!(document["detail"].as_str().unwrap().contains("吊销"), "{document}");
    assert_eq!(send(app.request("DELETE", &format!("/v1/tokens/{id}"))).await.status(), 204);
    problem(send(app.request("DELETE", "/v1/tokens/nobody")).await, 404, "no-such-token").await;

    let listed: Value = app.get("/v1/tokens").await.json().await.unwrap();
    let listed = &listed["tokens"][0];
    assert_eq!((&listed["id"], &listed["created_by"]), (&made["kept"]["id"], &"admin".into()));
    assert!(listed["revoked_at"].is_string() && listed["expires_at"].is_string());
    assert!(!app.get("/v1/tokens").await.text().await.unwrap().contains(token), "the list shows a token");
}

#[apply(over_both)]
async fn an_expired_token_is_refused(start: Start) {
    let app = start.spawn().await;
    let store = dealerbook::store::Store::open(&app.places()).await.unwrap();
    let new = dealerbook::store::NewToken {
        name: "王芳".to_owned(),
        role: dealerbook::store::Role::Finance,
        regions: Vec::new(),
        expires_at: Some("2008-01-31T00:00:00.000Z".to_owned()),
    };
    store.keep_token("a-token-of-last-year", &new, "tests").await.unwrap();
    let document =
        problem(with_token(&app, "GET", "/v1/runs", "a-token-of-last-year").await, 401, "unauthorized").await;
    assert!(document["detail"].as_str().unwrap().contains("过期"), "{document}");
}

#[apply(over_both)]
async fn the_last_use_of_a_token_is_noted(start: Start) {
    let app = start.spawn().await;
    let token = token_of(&app, "auditor").await;
    assert_eq!(with_token(&app, "GET", "/v1/runs", &token).await.status(), 200);
    let noted = async {
        loop {
            let listed: Value = app.get("/v1/tokens").await.json().await.unwrap();
            if listed["tokens"][0]["last_used_at"].is_string() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), noted).await.expect("it is noted");
}

#[actix_web::test]
async fn all_faults_of_a_token_that_is_asked_for_are_told_at_once() {
    let app = TestApp::spawn().await;
    let wanted = json!({"name": "", "role": "boss", "regions": [""], "expires": "2001-01-01", "colour": "red"});
    let document =
        problem(send(app.request("POST", "/v1/tokens").json(&wanted)).await, 400, "invalid-token-request").await;
    let faults = document["faults"].as_array().unwrap();
    let pointers: Vec<&str> = faults.iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/colour", "/name", "/role", "/regions/0", "/expires"]);
    let listed: Value = app.get("/v1/tokens").await.json().await.unwrap();
    assert_eq!(listed["tokens"], json!([]));
}

#[apply(over_both)]
async fn the_last_administrator_is_not_locked_out(start: Start) {
    let app = Start { admin_token: None, ..start }.spawn().await;
    let id = |listed: Value, at: usize| listed["tokens"][at]["id"].as_str().unwrap().to_owned();
    let first = id(app.get("/v1/tokens").await.json().await.unwrap(), 0);
    problem(send(app.request("DELETE", &format!("/v1/tokens/{first}"))).await, 409, "last-admin").await;
    assert_eq!(app.get("/v1/tokens").await.status(), 200);

    make_token(&app, json!({"name": "李明", "role": "admin", "expires": "1d"})).await;
    assert_eq!(send(app.request("DELETE", &format!("/v1/tokens/{first}"))).await.status(), 204);
    assert_eq!(app.get("/v1/tokens").await.status(), 401);
}

#[apply(over_both)]
async fn the_audit_log_tells_who_changed_what_and_holds_no_secret(start: Start) {
    let app = start.spawn().await;
    let made = make_token(&app, json!({"name": "李明", "role": "admin"})).await;
    let (token, id) = (made["token"].as_str().unwrap(), made["kept"]["id"].as_str().unwrap());
    let auditor = make_token(&app, json!({"name": "赵敏", "role": "auditor"})).await;
    let path = format!("/v1/tokens/{}", auditor["kept"]["id"].as_str().unwrap());
    assert_eq!(with_token(&app, "DELETE", &path, token).await.status(), 204);

    let lines = audit(&app, "").await;
    let told: Vec<_> =
        lines.iter().map(|line| (line["seq"].as_i64().unwrap(), line["who"].as_str().unwrap())).collect();
    assert_eq!(told, [(3, "李明"), (2, "admin"), (1, "admin")]);
    assert_eq!(lines[0]["what"], "token-revoked");
    assert!(lines[0]["before"]["revoked_at"].is_null() && lines[0]["after"]["revoked_at"].is_string());
    assert_eq!((&lines[2]["object"], &lines[2]["after"]["role"]), (&id.into(), &"admin".into()));
    assert_eq!(lines[1]["prev_sha256"], lines[2]["sha256"]);
    let text = app.get("/v1/audit").await.text().await.unwrap();
    assert!(!text.contains(token), "the log holds a token");

    assert_eq!(audit(&app, "?who=李明").await.len(), 1);
    assert_eq!(audit(&app, "?what=token-created").await.len(), 2);
    assert_eq!(audit(&app, &format!("?object={id}")).await.len(), 1);
    assert_eq!(audit(&app, "?from=2001-01-01&to=2001-12-31").await.len(), 0);
    assert_eq!(audit(&app, "?from=2001-01-01").await.len(), 3);
    let page: Value = app.get("/v1/audit?limit=2").await.json().await.unwrap();
    let older: Value = app.get(page["next"].as_str().unwrap()).await.json().await.unwrap();
    assert_eq!((&older["lines"][0]["seq"], &older["next"]), (&1.into(), &Value::Null));
}

#[apply(over_both)]
async fn a_workbook_with_other_regions_is_refused_and_nothing_is_kept(start: Start) {
    let app = start.spawn().await;
    let few = make_token(&app, json!({"name": "王芳", "role": "sales", "regions": ["涪陵"]})).await;
    let person = few["kept"]["person"].clone();
    let few = few["token"].as_str().unwrap();
    let document = problem(upload(&app, few).await, 403, "region-not-allowed").await;
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains("岳阳") && detail.contains("涪陵"), "{detail}");
    app.assert_nothing_stored().await;

    let enough = make_token(&app, json!({"person": person, "role": "sales", "regions": REGIONS})).await;
    assert_eq!(upload(&app, enough["token"].as_str().unwrap()).await.status(), 200);
    // The run is there now, and hers: the other token isn't for it all the same.
    problem(upload(&app, few).await, 403, "region-not-allowed").await;
}

#[actix_web::test]
async fn repeated_bad_tokens_wait_and_good_ones_do_not() {
    let app = Start::with(|limits| limits.bad_tokens_free = 2).spawn().await;
    for _ in 0..2 {
        assert_eq!(status(&app, "GET", "/v1/runs", Some("x")).await, 401);
    }
    let begin = Instant::now();
    let slowed = send(crate::harness::client().get(app.url("/v1/runs")).bearer_auth("x")).await;
    assert!(begin.elapsed() >= Duration::from_millis(250), "it was answered after {:?}", begin.elapsed());
    assert!(header(&slowed, "www-authenticate").contains("invalid_token"));
    problem(slowed, 401, "unauthorized").await;

    // Four more wait for eight seconds together; meanwhile there are threads for a good token.
    let waiting: Vec<_> = (0..4)
        .map(|_| tokio::spawn(crate::harness::client().get(app.url("/v1/runs")).bearer_auth("x").send()))
        .collect();
    assert_eq!(app.get("/v1/runs").await.status(), 200);
    assert!(waiting.iter().any(|request| !request.is_finished()), "nobody waits");
    waiting.into_iter().for_each(|request| request.abort());
}

#[apply(over_both)]
async fn two_administrators_cannot_revoke_each_other_at_the_same_time(start: Start) {
    let app = Start { admin_token: None, ..start }.spawn().await;
    let made = make_token(&app, json!({"name": "李明", "role": "admin"})).await;
    let second = made["token"].as_str().unwrap();
    let listed: Value = app.get("/v1/tokens").await.json().await.unwrap();
    let path = |at: usize| format!("/v1/tokens/{}", listed["tokens"][at]["id"].as_str().unwrap());
    let (first_path, second_path) = (path(0), path(1));
    let (of_first, of_second) =
        tokio::join!(send(app.request("DELETE", &second_path)), with_token(&app, "DELETE", &first_path, second),);
    let ends = [of_first.status().as_u16(), of_second.status().as_u16()];
    assert_eq!(ends.iter().filter(|status| **status == 204).count(), 1, "{ends:?}");
    let left = [app.get("/v1/tokens").await.status(), with_token(&app, "GET", "/v1/tokens", second).await.status()];
    assert_eq!(left.iter().filter(|status| status.is_success()).count(), 1, "{left:?}");
}

#[apply(over_both)]
async fn of_two_names_that_look_alike_at_the_same_moment_one_gets_an_account(start: Start) {
    let app = start.spawn().await;
    let make = |name: &str| send(app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": "finance"})));
    let (one, two, three) = tokio::join!(make("Li Ming"), make("LI MING"), make("Lі\u{200b}Mіng"));
    let mut statuses = [one, two, three].map(|answer| answer.status().as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
    let listed: Value = app.get("/v1/tokens").await.json().await.unwrap();
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 1);
}
