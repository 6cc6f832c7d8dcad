//! Accounts of people: what earlier builds stored by names alone belongs to accounts.

use dealerbook::store::{Database, Store};
use macro_rules_attribute::apply;
use serde_json::{Value, json};
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;

use crate::data_folders::DataFolder;
use crate::harness::{Start, TestApp, over_both, problem, send};

/// The last migration before there were accounts.
const BEFORE: i64 = 14;

/// A database as a build before accounts has left it.
async fn before_accounts(start: &Start) -> AnyPool {
    sqlx::any::install_default_drivers();
    let places = start.places();
    let file = || format!("sqlite://{}/dealerbook.db?mode=rwc", places.data.display());
    let url = places.database_url().map_or_else(file, str::to_owned);
    let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    sqlx::migrate!("schemas/migrations").run_to(BEFORE, &pool).await.unwrap();
    pool
}

/// Two tokens of one name, one whose name differs in what can't be seen, and a settlement in which five had a hand.
const ROWS: &str = "
INSERT INTO tokens (id, sha256, name, role, regions, created_at, created_by) VALUES
    ('t1', 't1', '王芳', 'sales', '[]', 'a', 'admin'), ('t2', 't2', '王芳', 'finance', '[]', 'b', 'admin'),
    ('t3', 't3', '王\u{200b}芳', 'finance', '[]', 'c', 'admin'), ('t4', 't4', 'admin', 'admin', '[]', 'd', 'admin');
INSERT INTO runs (id, kind, created_at, uploader, period, status, lang, upload_sha256, upload_bytes, errors, warnings, infos, dealers,
    result_sha256, answer_sha256, answer_filename, answer_content_type)
    VALUES ('r1', 'run', 'a', '李明', 2007, 'ok', 'zh', 'u', 1, 0, 0, 0, 1, 'r', 'a', 'x', 'y');
INSERT INTO policies (id, version, title_zh, title_en, rates, sha256, source, status, proposed_by, proposed_at)
    VALUES ('own', '1', 'x', 'x', 'own', 'h', '{}', 'approved', '赵敏', 'a');
INSERT INTO settlements (run_id, period, status, policy_id, policy_version, policy_sha256, rates, submitted_by, submitted_at, decided_by,
    decided_at) VALUES ('r1', 2007, 'approved', 'own', '1', 'h', 'own', '王芳', 'a', 'admin', 'b');
INSERT INTO settlement_adjustments (run_id, number, dealer_id, amount, who, at, reason) VALUES ('r1', 1, 'D1', 5, '钱进', 'a', 'x');
INSERT INTO payment_batches (run_id, number, status, ordered_by, ordered_at) VALUES ('r1', 1, 'ordered', '孙丽', 'a');
INSERT INTO audit (seq, at, who, what, object, prev_sha256, sha256) VALUES
    (1, 'a', '王芳', 'settlement-submitted', 'r1', '0', '1'), (2, 'b', '周敏', 'dealer-held', 'r1', '1', '2'),
    (3, 'c', '王芳', 'dealer-released', 'r1', '2', '3'), (4, 'd', '王芳', 'dealer-released', 'r1', '3', '4');
";

#[apply(over_both)]
async fn what_was_stored_by_names_belongs_to_accounts(start: Start) {
    let old = before_accounts(&start).await;
    sqlx::raw_sql(ROWS).execute(&old).await.unwrap();
    // 周敏 stands in the log alone, and so has no account; the deed is nobody's who could ask for something.
    old.close().await;

    let database = Database::open(&start.places()).await.unwrap();
    let people: Vec<(String, String)> =
        sqlx::query_as("SELECT name, id FROM people").fetch_all(&database.pool).await.unwrap();
    let id = |name: &str| people.iter().find(|(known, _)| known == name).map(|(_, id)| id.clone());
    let mut ids: Vec<_> = people.iter().map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7, "each distinct name is one person: {people:?}");
    assert_eq!(id("admin").as_deref(), Some("admin"));
    let of = async |select: &'static str| -> Vec<Option<String>> {
        sqlx::query_scalar(select).fetch_all(&database.pool).await.unwrap()
    };
    let tokens = of("SELECT person_id FROM tokens ORDER BY id").await;
    assert_eq!(tokens, [id("王芳"), id("王芳"), id("王\u{200b}芳"), id("admin")]);
    assert_eq!(of("SELECT uploader_id FROM runs").await, [id("李明")]);
    assert_eq!(of("SELECT proposed_person FROM policies").await, [id("赵敏")]);
    assert_eq!(of("SELECT person_id FROM settlement_adjustments").await, [id("钱进")]);
    assert_eq!(of("SELECT ordered_person FROM payment_batches").await, [id("孙丽")]);
    assert_eq!(of("SELECT person_id FROM settlement_approvals").await, [Some("admin".to_owned())]);
    let deeds = of("SELECT deed FROM settlement_hands ORDER BY deed").await;
    assert_eq!(deeds, [Some("released".to_owned()), Some("submitted".to_owned())]);
    database.pool.close().await;

    let store = Store::open(&start.places()).await.unwrap();
    let mut hands: Vec<(String, String)> =
        store.hands("r1").await.unwrap().into_iter().map(|hand| (hand.person, format!("{:?}", hand.deed))).collect();
    hands.sort_unstable();
    let alike = store.verify_records().await.unwrap().look_alikes;
    let mut alike: Vec<&str> = alike.iter().flatten().map(|account| account.name.as_str()).collect();
    alike.sort_unstable();
    assert_eq!(alike, ["王\u{200b}芳", "王芳"], "what is stored stays two people, and is told");
    let mut expected = [
        ("李明", "Uploaded"),
        ("王芳", "Released"),
        ("王芳", "Submitted"),
        ("钱进", "Adjusted"),
        ("赵敏", "ProposedPolicy"),
    ]
    .map(|(name, deed)| (id(name).unwrap(), deed.to_owned()));
    expected.sort_unstable();
    assert_eq!(hands, expected);
}

async fn ask(app: &TestApp, token: &str, path: &str, body: Value) -> reqwest::Response {
    send(crate::harness::client().post(app.url(path)).bearer_auth(token).json(&body)).await
}

#[actix_web::test]
async fn people_of_an_earlier_builds_data_folder_are_told_apart_by_their_accounts() {
    let folder = DataFolder::of_plain_texts();
    let (maker, checker) = (folder.token("maker"), folder.token("checker"));
    let (app, [merged]) = folder.serve(["merged"]).await;
    let tokens: Value = app.get("/v1/tokens").await.json().await.unwrap();
    let person = |name: &str| {
        let mut found = tokens["tokens"].as_array().unwrap().iter().filter(|token| token["name"] == name);
        found.next().unwrap()["person"].as_str().unwrap().to_owned()
    };
    assert_ne!(person("maker"), person("checker"));

    // What checker approved then, they don't pay now, under whichever token.
    let payments = format!("{merged}/settlement/payments");
    problem(ask(&app, &checker, &payments, json!({})).await, 409, "settlement-approver-pays").await;
    let wanted = json!({"person": person("checker"), "role": "admin"});
    let second: Value = send(app.request("POST", "/v1/tokens").json(&wanted)).await.json().await.unwrap();
    let second = second["token"].as_str().unwrap();
    problem(ask(&app, second, &payments, json!({})).await, 409, "settlement-approver-pays").await;
    let again = send(app.request("POST", "/v1/tokens").json(&json!({"name": "ｍaker", "role": "finance"}))).await;
    problem(again, 409, "name-taken").await;
    assert_eq!(app.with_token(&maker).get(&merged).await.status(), 200, "old tokens go on working");
}

#[actix_web::test]
async fn what_an_earlier_build_has_approved_without_a_seal_is_told_and_not_refused() {
    let (app, [merged]) = DataFolder::of_plain_texts().serve(["merged"]).await;
    let store = Store::open(&app.places()).await.unwrap();
    let run = merged.rsplit('/').next().unwrap();
    let records = store.verify_records().await.unwrap();
    assert_eq!((records.unsealed, records.faults), (vec![run.to_owned()], vec![]));
    let ordered = send(app.request("POST", &format!("{merged}/settlement/payments"))).await;
    assert_eq!(ordered.status(), 201, "{}", ordered.text().await.unwrap());

    // The log tells what all dealers were entitled to: another sum shows all the same.
    let database = Database::open(&app.places()).await.unwrap();
    let raised = sqlx::query("UPDATE settlement_lines SET amount = amount + 1 WHERE run_id = $1 AND position = 0");
    raised.bind(run).execute(&database.pool).await.unwrap();
    assert_eq!(store.verify_records().await.unwrap().faults.len(), 1);
    let paid = json!({"paid_on": "2008-03-01"});
    let paid = send(app.request("POST", &format!("{merged}/settlement/payments/1/paid")).json(&paid)).await;
    problem(paid, 409, "settlement-seal-broken").await;
}
