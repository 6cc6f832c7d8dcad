//! What was approved is what is paid: whatever is changed in the database beside the service is noticed before anything is paid, exported or
//! corrected, and `audit verify` names it.

use dealerbook::store::{Database, RecordFault};
use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, changed, id, token};
use crate::harness::{Start, over_both, problem, sample};
use crate::visitor::Visitor;

impl Desk {
    /// Changes the database beside the service; `$1` is the run's id.
    async fn tamper(&self, change: &'static str, run: &str) {
        let database = Database::open(&self.app.places()).await.unwrap();
        let done = sqlx::query(change).bind(id(run)).execute(&database.pool).await.unwrap();
        assert!(done.rows_affected() > 0, "{change} changes nothing");
        database.pool.close().await;
    }

    async fn record_faults(&self) -> Vec<RecordFault> {
        self.store.verify_records().await.unwrap().faults
    }
}

/// What somebody could change in the database to be paid more, to pay somebody else or to pay alone, and what is said of it.
const CHANGES: [(&str, &str); 15] = [
    ("UPDATE settlement_lines SET amount = 9999900 WHERE run_id = $1 AND dealer_id = 'D002'", "D002"),
    ("UPDATE settlement_lines SET name = '别家' WHERE run_id = $1 AND dealer_id = 'D001'", "D001"),
    ("UPDATE settlement_lines SET lines = '[]' WHERE run_id = $1 AND dealer_id = 'D003'", "D003"),
    ("UPDATE settlement_lines SET dealer_id = 'D0X' WHERE run_id = $1 AND dealer_id = 'D004'", "D0X"),
    ("DELETE FROM settlement_lines WHERE run_id = $1 AND dealer_id = 'D004'", "D004"),
    ("UPDATE settlement_adjustments SET amount = 9999900 WHERE run_id = $1", "D002"),
    ("DELETE FROM settlement_adjustments WHERE run_id = $1", "D002"),
    (
        "INSERT INTO settlement_adjustments (run_id, number, dealer_id, amount, who, at, reason) VALUES ($1, 9, 'D006', 5, 'x', 'x', 'x')",
        "D006",
    ),
    ("UPDATE settlements SET policy_version = '9' WHERE run_id = $1", "不符"),
    ("DELETE FROM settlement_holds WHERE run_id = $1", "D005"),
    ("UPDATE settlement_approvals SET person_id = 'p99' WHERE run_id = $1", "批准人"),
    ("DELETE FROM settlement_approvals WHERE run_id = $1", "批准人"),
    ("UPDATE payments SET amount = 9999900 WHERE run_id = $1 AND dealer_id = 'D002'", "批次 1"),
    ("UPDATE payment_batches SET status = 'cancelled' WHERE run_id = $1", "批次 1"),
    (
        "UPDATE audit SET after = replace(after, '\"entitled\":\"90300.00\"', '\"entitled\":\"99999.00\"') WHERE object = $1 AND what = 'settlement-approved'",
        "审计日志第",
    ),
];

#[apply(over_both)]
async fn what_is_changed_beside_the_service_is_neither_paid_nor_exported_nor_corrected(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let adjustment = json!({"dealer_id": "D002", "amount": "100.00", "reason": "x"});
    desk.done("payer", "POST", &path("adjustments"), adjustment).await;
    desk.done("maker", "POST", &path("submit"), Value::Null).await;
    desk.done("payer", "PUT", &path("holds/D005"), json!({"reason": "x"})).await;
    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    let order = json!({"lines": [{"dealer_id": "D002", "amount": "1.00"}, {"dealer_id": "D001", "amount": "2.00"}]});
    desk.done("payer", "POST", &path("payments"), order.clone()).await;
    assert_eq!(desk.record_faults().await, []);

    let new = desk.run("?policy=own-2", sample()).await;
    for (change, told) in CHANGES {
        let store = Snapshot::of(&desk, &run).await;
        desk.tamper(change, &run).await;
        let before = desk.store.audit_head().await.unwrap();
        let paid = json!({"paid_on": "2008-03-01"});
        let supersedes = json!({"supersedes": id(&run)});
        for (method, path, body) in [
            ("POST", path("payments"), order.clone()),
            ("POST", path("payments/1/paid"), paid),
            ("GET", format!("{run}/payments.csv?number=1"), Value::Null),
            ("GET", format!("{run}/rebates.xlsx"), Value::Null),
            ("POST", format!("{new}/settlement/submit"), supersedes),
        ] {
            let answer = desk.ask("payer", method, &path, body).await;
            // What is cancelled, or changed so that less is left, is refused for that alone where it comes first.
            let document: Value = match answer.status().as_u16() {
                409 => answer.json().await.unwrap(),
                status => panic!("{change}: {method} {path}: {status} {}", answer.text().await.unwrap()),
            };
            let code = document["type"].as_str().unwrap().rsplit(':').next().unwrap();
            if code == "payments-cancelled" && change.contains("cancelled") {
                continue;
            }
            assert_eq!(code, "settlement-seal-broken", "{change}: {method} {path}: {document}");
            let detail = document["detail"].as_str().unwrap();
            assert!(detail.contains(id(&run)) && detail.contains(told), "{change}: {detail}");
        }
        assert_eq!(desk.store.audit_head().await.unwrap(), before, "{change}");
        let faults = desk.record_faults().await;
        assert!(
            matches!(&faults[..], [RecordFault::Settlement { run: of, .. }] if of == id(&run)),
            "{change}: {faults:?}"
        );
        store.restore(&desk).await;
        assert_eq!(desk.record_faults().await, [], "{change}");
    }
    desk.done("payer", "POST", &path("payments/1/paid"), json!({"paid_on": "2008-03-01"})).await;
}

/// The rows of a settlement, to be brought back.
struct Snapshot {
    rows: Vec<(&'static str, Vec<Value>)>,
    run: String,
}

/// Those first that others refer to.
const TABLES: [&str; 8] = [
    "settlements",
    "settlement_lines",
    "settlement_adjustments",
    "settlement_holds",
    "settlement_hands",
    "settlement_approvals",
    "payment_batches",
    "payments",
];
const SEALS: &str = "settlement_seals";

impl Snapshot {
    async fn of(desk: &Desk, run: &str) -> Snapshot {
        let folder = tempfile::tempdir().unwrap();
        desk.store.export(&folder.path().join("all")).await.unwrap();
        let rows = |table: &'static str| {
            let text = std::fs::read_to_string(folder.path().join(format!("all/tables/{table}.jsonl"))).unwrap();
            let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            let own = if table == "audit" { "object" } else { "run_id" };
            (table, rows.filter(|row| row[own] == id(run)).collect())
        };
        Snapshot { rows: TABLES.into_iter().chain([SEALS, "audit"]).map(rows).collect(), run: id(run).to_owned() }
    }

    async fn restore(self, desk: &Desk) {
        let database = Database::open(&desk.app.places()).await.unwrap();
        for (table, _) in self.rows.iter().rev() {
            let own = if *table == "audit" { "object" } else { "run_id" };
            let delete = format!("DELETE FROM {table} WHERE {own} = $1");
            sqlx::query(sqlx::AssertSqlSafe(delete)).bind(&self.run).execute(&database.pool).await.unwrap();
        }
        for (table, rows) in &self.rows {
            for row in rows {
                let row = row.as_object().unwrap();
                let columns: Vec<&str> = row.keys().map(String::as_str).collect();
                let places: Vec<String> = (1..=row.len()).map(|n| format!("${n}")).collect();
                let insert = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "));
                let insert = row.values().fold(sqlx::query(sqlx::AssertSqlSafe(insert)), |insert, value| match value {
                    Value::Number(number) => insert.bind(number.as_i64().unwrap()),
                    value => insert.bind(value.as_str().unwrap().to_owned()),
                });
                insert.execute(&database.pool).await.unwrap();
            }
        }
        database.pool.close().await;
    }
}

#[apply(over_both)]
async fn what_changes_beside_the_service_between_two_approvals_is_noticed(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("?policy=own-4", sample()).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let adjustment = json!({"dealer_id": "D002", "amount": "0.01", "reason": "x"});
    desk.done("payer", "POST", &path("adjustments"), adjustment).await;
    desk.done("maker", "POST", &path("submit"), Value::Null).await;
    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    desk.tamper("UPDATE settlement_lines SET amount = amount + 1 WHERE run_id = $1 AND dealer_id = 'D001'", &run).await;
    let answer = desk.ask("deputy", "POST", &path("approve"), Value::Null).await;
    let document = problem(answer, 409, "settlement-seal-broken").await;
    assert!(document["detail"].as_str().unwrap().contains("D001"), "{document}");
    assert_eq!(desk.settlement(&run).await["status"], "submitted");
}

#[apply(over_both)]
async fn payments_of_what_is_superseded_are_held_against_the_log_too(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.approved().await;
    desk.done("payer", "POST", &format!("{old}/settlement/payments"), Value::Null).await;
    let paid = json!({"paid_on": "2008-03-01"});
    desk.done("payer", "POST", &format!("{old}/settlement/payments/1/paid"), paid).await;
    let target = r#"<c r="H3" s="10" t="n"><v>1000</v>"#;
    let new = desk.run("", changed(target, &target.replace("1000", "900"))).await;
    desk.done("maker", "POST", &format!("{new}/settlement/submit"), json!({"supersedes": id(&old)})).await;
    desk.done("checker", "POST", &format!("{new}/settlement/approve"), Value::Null).await;
    desk.tamper("DELETE FROM payments WHERE run_id = $1", &old).await;
    assert_ne!(desk.settlement(&new).await["totals"]["payable"], "3000.00", "all of it would be paid once more");
    let answer = desk.ask("payer", "POST", &format!("{new}/settlement/payments"), Value::Null).await;
    problem(answer, 409, "settlement-seal-broken").await;
}

#[apply(over_both)]
async fn what_was_approved_and_is_made_to_look_open_hinders_that_its_dealers_are_paid_once_more(start: Start) {
    let desk = Desk::spawn(start).await;
    let first = desk.approved().await;
    desk.tamper("UPDATE settlements SET status = 'rejected' WHERE run_id = $1", &first).await;
    let second = desk.run("?filename=b.xlsx", sample()).await;
    desk.done("maker", "POST", &format!("{second}/settlement/submit"), Value::Null).await;
    let answer = desk.ask("checker", "POST", &format!("{second}/settlement/approve"), Value::Null).await;
    let document = problem(answer, 409, "settlement-seal-broken").await;
    assert!(document["detail"].as_str().unwrap().contains(id(&first)), "{document}");
}

#[apply(over_both)]
async fn a_settlement_that_nobody_approved_is_not_paid(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    desk.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    desk.tamper("UPDATE settlements SET status = 'approved' WHERE run_id = $1", &run).await;
    let answer = desk.ask("payer", "POST", &format!("{run}/settlement/payments"), Value::Null).await;
    problem(answer, 409, "settlement-seal-broken").await;
    let page = Visitor::signed_in(&desk.app, &token("payer")).await;
    let page = page.page(&format!("{}/settlement", run.replace("/v1", ""))).await;
    assert!(page.contains("结算与批准时不符") && page.contains("状态与审计日志不符"), "{page}");
}

#[apply(over_both)]
async fn tokens_and_accounts_are_held_against_the_log(start: Start) {
    let desk = Desk::spawn(start).await;
    let database = Database::open(&desk.app.places()).await.unwrap();
    let faults = async |change: &'static str, back: &'static str| {
        let run = async |statement: &'static str| {
            let done = sqlx::raw_sql(statement).execute(&database.pool).await.unwrap();
            assert!(done.rows_affected() > 0, "{statement}");
        };
        run(change).await;
        let faults = desk.record_faults().await;
        run(back).await;
        assert_eq!(desk.record_faults().await, [], "{back}");
        faults
    };
    let raised = faults(
        "UPDATE tokens SET role = 'admin' WHERE name = 'maker'",
        "UPDATE tokens SET role = 'sales' WHERE name = 'maker'",
    );
    assert!(matches!(&raised.await[..], [RecordFault::TokenChanged { name, .. }] if name == "maker"));
    let shared = faults(
        "UPDATE tokens SET person_id = 'p1' WHERE name = 'payer'",
        "UPDATE tokens SET person_id = (SELECT id FROM people WHERE name = 'payer') WHERE name = 'payer'",
    );
    assert!(matches!(&shared.await[..], [RecordFault::TokenChanged { .. }, RecordFault::Account { .. }]));
    let renamed = faults(
        "UPDATE people SET name = 'x' WHERE name = 'payer'",
        "UPDATE people SET name = 'payer' WHERE name = 'x'",
    );
    assert!(matches!(&renamed.await[..], [RecordFault::Account { .. }]));
    let made = faults(
        "INSERT INTO tokens (id, sha256, name, role, regions, created_at, created_by, person_id) \
         VALUES ('0123456789ab', '0123456789abc', 'maker', 'admin', '[]', 'x', 'x', (SELECT id FROM people WHERE name = 'maker'))",
        "DELETE FROM tokens WHERE id = '0123456789ab'",
    );
    assert!(matches!(&made.await[..], [RecordFault::TokenUntold { id, .. }] if id == "0123456789ab"));
    sqlx::raw_sql("DELETE FROM tokens WHERE name = 'reader'").execute(&database.pool).await.unwrap();
    assert!(matches!(&desk.record_faults().await[..], [RecordFault::TokenGone { .. }]));
}
