//! What is refused leaves everything as it was.

use std::path::Path;

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, id};
use crate::harness::{Start, over_both, problem, sample};

fn workbook(folder: &str, name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(folder).join(name)).unwrap()
}

#[apply(over_both)]
async fn each_refusal_leaves_all_as_it_was(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    let refused = async |who: &str, method: &str, path: &str, body: Value, status: u16, code: &str| -> Value {
        let before = desk.all(&run).await;
        let document = problem(desk.ask(who, method, &format!("{run}/{path}"), body).await, status, code).await;
        assert_eq!(desk.all(&run).await, before, "{who} {method} {path}");
        document
    };
    let adjustment = json!({"dealer_id": "D001", "amount": "1.00", "reason": "x"});
    let (nothing, reason) = (Value::Null, json!({"reason": "x"}));
    refused("payer", "POST", "settlement/approve", nothing.clone(), 409, "settlement-not-submitted").await;
    refused("payer", "POST", "settlement/reject", reason.clone(), 409, "settlement-not-submitted").await;
    refused("payer", "POST", "settlement/payments", nothing.clone(), 409, "settlement-not-approved").await;
    refused("reader", "GET", "payments.csv", nothing.clone(), 409, "settlement-not-approved").await;
    refused("payer", "DELETE", "settlement/adjustments/1", nothing.clone(), 404, "no-such-adjustment").await;
    refused("payer", "PUT", "settlement/holds/D009", reason.clone(), 404, "no-such-dealer").await;
    let unknown = json!({"dealer_id": "D01", "amount": "1", "reason": "x"});
    refused("payer", "POST", "settlement/adjustments", unknown, 404, "no-such-dealer").await;
    let wrong = json!({"dealer_id": "", "amount": 7, "why": "x"});
    let document = refused("payer", "POST", "settlement/adjustments", wrong, 400, "invalid-body").await;
    let pointers: Vec<&Value> = document["faults"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
    assert_eq!(pointers, ["/why", "/dealer_id", "/amount", "/reason"]);

    desk.done("payer", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    refused("payer", "POST", "settlement/approve", nothing.clone(), 409, "settlement-same-person").await;
    refused("payer", "POST", "settlement/adjustments", adjustment.clone(), 409, "settlement-locked").await;
    refused("payer", "POST", "settlement/submit", nothing.clone(), 409, "settlement-locked").await;
    refused("payer", "POST", "settlement/reject", json!({"reason": " "}), 400, "invalid-body").await;
    refused("maker", "POST", "settlement/approve", nothing.clone(), 403, "forbidden").await;
    refused("admin", "DELETE", "", nothing.clone(), 404, "no-such-route").await;
    problem(desk.ask("admin", "DELETE", &run, Value::Null).await, 409, "run-settled").await;

    desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    refused("checker", "POST", "settlement/adjustments", adjustment, 409, "settlement-locked").await;
    refused("checker", "POST", "settlement/reject", reason.clone(), 409, "settlement-not-submitted").await;
    desk.done("payer", "PUT", &format!("{run}/settlement/holds/D005"), reason.clone()).await;
    let wanted = json!({"lines": [
        {"dealer_id": "D001", "amount": "42800.01"}, {"dealer_id": "D005", "amount": "1"},
        {"dealer_id": "X", "amount": "1"}, {"dealer_id": "D001", "amount": "1"},
    ]});
    let document = refused("payer", "POST", "settlement/payments", wanted, 409, "payments-refused").await;
    let faults = document["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 4);
    let told = faults[0]["detail"].as_str().unwrap();
    assert!(["D001", "42800.01", "42800.00"].iter().all(|part| told.contains(part)), "{told}");
    let wanted = json!({"lines": [{"dealer_id": "D001", "amount": "0"}, {"amount": "-1"}, 3]});
    refused("payer", "POST", "settlement/payments", wanted, 400, "invalid-body").await;
    refused("payer", "POST", "settlement/payments", json!({"lines": []}), 400, "invalid-body").await;

    desk.done("payer", "POST", &format!("{run}/settlement/payments"), Value::Null).await;
    refused("payer", "POST", "settlement/payments", nothing.clone(), 409, "nothing-payable").await;
    refused("payer", "PUT", "settlement/holds/D001", reason, 409, "settlement-in-payment").await;
    refused("payer", "POST", "settlement/payments/1/paid", json!({"paid_on": "2008-02-30"}), 400, "invalid-body").await;
    refused("payer", "POST", "settlement/payments/1/paid", json!({"paid_on": "2999-01-01"}), 400, "invalid-body").await;
    for number in ["2", "x", "01x", "99999999999999999999"] {
        let path = format!("settlement/payments/{number}/cancel");
        refused("payer", "POST", &path, nothing.clone(), 404, "no-such-payments").await;
    }
    problem(desk.ask("admin", "DELETE", &run, Value::Null).await, 409, "run-settled").await;
}

#[apply(over_both)]
async fn what_is_no_whole_run_on_own_rates_is_not_settled(start: Start) {
    let desk = Desk::spawn(start).await;
    let example = desk.run("?policy=handbook", sample()).await;
    let interim = desk.run("?as_of=2007-06-30", sample()).await;
    let partial = desk.run("?on_error=partial", workbook("rejected", "faulty-small.xlsx")).await;
    let faulty = desk.run("", workbook("rejected", "faulty-small.xlsx")).await;
    let without = desk.run("", workbook("accepted", "stock-without-dealers.xlsx")).await;
    let body = desk.request("maker", "POST", "/v1/validations").body(sample());
    let validation = crate::harness::header(&crate::harness::send(body).await, "location");
    for (run, code) in [
        (example, "settlement-of-example-rates"),
        (interim, "settlement-of-interim-run"),
        (partial, "settlement-of-partial-run"),
        (faulty, "settlement-of-faulty-run"),
        (without, "settlement-without-incentives"),
        (validation, "settlement-of-validation"),
    ] {
        for (who, action) in [("maker", "submit"), ("checker", "approve")] {
            let answer = desk.ask(who, "POST", &format!("{run}/settlement/{action}"), Value::Null).await;
            problem(answer, 409, code).await;
        }
        assert!(desk.store.settlement(id(&run)).await.unwrap().is_none(), "{code}");
    }
    assert_eq!(desk.audited().await, []);
}

#[apply(over_both)]
async fn an_interim_run_is_settled_where_the_policy_allows_it_and_its_statement_says_so(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("?policy=own-3&as_of=2007-06-30", sample()).await;
    desk.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    let book = desk.request("checker", "GET", &format!("{run}/rebates.xlsx"));
    let book = crate::harness::send(book).await.bytes().await.unwrap();
    assert!(crate::harness::texts(&book).contains("阶段性结果"));
}

#[apply(over_both)]
async fn the_run_of_a_settlement_stays_whatever_its_age(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    let rejected = desk.run("?filename=b.xlsx", sample()).await;
    for run in [&run, &rejected] {
        desk.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    }
    desk.done("checker", "POST", &format!("{rejected}/settlement/reject"), json!({"reason": "x"})).await;
    assert_eq!(desk.store.delete_runs_before("2999").await.unwrap(), 1, "the rejected one goes");
    assert_eq!(desk.settlement(&run).await["status"], "submitted");
    problem(desk.ask("reader", "GET", &rejected, Value::Null).await, 404, "no-such-run").await;
}
