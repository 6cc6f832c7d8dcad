//! The whole life of a settlement, with a maker and a checker.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, id};
use crate::harness::{Start, over_both, problem, sample};

#[apply(over_both)]
async fn what_is_calculated_is_submitted_approved_and_paid(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    let calculated = desk.settlement(&run).await;
    assert_eq!((&calculated["status"], &calculated["totals"]["entitled"]), (&json!("calculated"), &json!("90200.00")));
    assert_eq!((&calculated["policy"]["id"], &calculated["policy"]["rates"]), (&json!("own-1"), &json!("own")));
    assert_eq!(desk.get("/v1/settlements").await["settlements"], json!([]), "nobody has done anything");

    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let wanted = json!({"dealer_id": "D002", "amount": "-100.5", "reason": "上年多付"});
    let adjusted = desk.done("payer", "POST", &path("adjustments"), wanted).await;
    assert_eq!((&adjusted["entitled"], &adjusted["adjustments"][0]["number"]), (&json!("499.50"), &json!(1)));
    let submitted = desk.done("maker", "POST", &path("submit"), json!({"note": "2007 年度"})).await;
    assert_eq!((&submitted["status"], &submitted["submitted"]["who"]), (&json!("submitted"), &json!("maker")));
    problem(desk.ask("payer", "POST", &path("approve"), Value::Null).await, 409, "settlement-same-person").await;

    let rejected = desk.done("checker", "POST", &path("reject"), json!({"reason": "请复核 D002"})).await;
    assert_eq!((&rejected["status"], &rejected["decided"]["note"]), (&json!("rejected"), &json!("请复核 D002")));
    let without = desk.done("payer", "DELETE", &path("adjustments/1"), Value::Null).await;
    assert_eq!((&without["entitled"], &without["adjustments"]), (&json!("600.00"), &json!([])));
    desk.done("maker", "POST", &path("submit"), Value::Null).await;
    let held = desk.done("payer", "PUT", &path("holds/D005"), json!({"reason": "账户待核实"})).await;
    assert_eq!(
        (&held["held_back"], &held["payable"], &held["held"]["who"]),
        (&json!("12300.00"), &json!("0.00"), &json!("payer"))
    );
    let approved = desk.done("checker", "POST", &path("approve"), json!({"note": "核对无误"})).await;
    assert_eq!((&approved["status"], &approved["totals"]["payable"]), (&json!("approved"), &json!("77900.00")));

    let first = desk
        .done("payer", "POST", &path("payments"), json!({"lines": [{"dealer_id": "D001", "amount": "2800"}]}))
        .await;
    assert_eq!(
        (&first["number"], &first["amount"], &first["status"]),
        (&json!(1), &json!("2800.00"), &json!("ordered"))
    );
    assert_eq!(desk.settlement(&run).await["status"], "approved", "ordered is not paid");
    desk.done("payer", "POST", &path("payments/1/paid"), json!({"paid_on": "2008-02-29"})).await;
    assert_eq!(desk.settlement(&run).await["status"], "partly-paid");
    let rest = desk.done("payer", "POST", &path("payments"), json!({"note": "其余"})).await;
    assert_eq!((&rest["number"], &rest["payments"], &rest["amount"]), (&json!(2), &json!(5), &json!("75100.00")));
    desk.done("payer", "POST", &path("payments/2/paid"), json!({"paid_on": "2008-03-01"})).await;
    assert_eq!(desk.settlement(&run).await["status"], "partly-paid", "what is held is not paid");
    desk.done("checker", "DELETE", &path("holds/D005"), Value::Null).await;
    desk.done("payer", "POST", &path("payments"), Value::Null).await;
    desk.done("payer", "POST", &path("payments/3/cancel"), Value::Null).await;
    desk.done("payer", "POST", &path("payments"), Value::Null).await;
    let paid = desk.done("payer", "POST", &path("payments/4/paid"), json!({"paid_on": "2008-03-02"})).await;
    assert_eq!(
        (&paid["status"], &paid["ended_by"], &paid["paid_on"]),
        (&json!("paid"), &json!("payer"), &json!("2008-03-02"))
    );
    let settlement = desk.settlement(&run).await;
    assert_eq!((&settlement["status"], &settlement["totals"]["paid"]), (&json!("paid"), &json!("90200.00")));

    let audited: Vec<(String, String)> = desk.audited().await.into_iter().map(|line| (line.who, line.what)).collect();
    let expected = [
        ("payer", "adjustment-added"),
        ("maker", "settlement-submitted"),
        ("checker", "settlement-rejected"),
        ("payer", "adjustment-removed"),
        ("maker", "settlement-submitted"),
        ("payer", "dealer-held"),
        ("checker", "settlement-approved"),
        ("payer", "payments-ordered"),
        ("payer", "payments-paid"),
        ("payer", "payments-ordered"),
        ("payer", "payments-paid"),
        ("checker", "dealer-released"),
        ("payer", "payments-ordered"),
        ("payer", "payments-cancelled"),
        ("payer", "payments-ordered"),
        ("payer", "payments-paid"),
    ];
    assert_eq!(audited, expected.map(|(who, what)| (who.to_owned(), what.to_owned())));
}

#[apply(over_both)]
async fn a_list_says_what_awaits_whom(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    let other = desk.run("?policy=own-2&filename=b.xlsx", sample()).await;
    for run in [&run, &other] {
        desk.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    }
    let found = async |query: &str| -> Vec<String> {
        let list = desk.get(&format!("/v1/settlements{query}")).await;
        list["settlements"].as_array().unwrap().iter().map(|one| one["run_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("?status=submitted&period=2007").await, [id(&other), id(&run)]);
    assert_eq!(found("?status=approved").await, Vec::<String>::new());
    let page = desk.get("/v1/settlements?limit=1").await;
    let next = desk.get(page["next"].as_str().unwrap()).await;
    assert_eq!((&next["settlements"][0]["run_id"], &next["next"]), (&json!(id(&run)), &Value::Null));

    let stranger = dealerbook::store::NewToken {
        name: "李明".to_owned(),
        role: dealerbook::store::Role::Sales,
        regions: Vec::new(),
        expires_at: None,
    };
    desk.store.keep_token("the-token-of-李明-for-tests", &stranger, "admin").await.unwrap();
    let list: Value = desk.done("李明", "GET", "/v1/settlements", Value::Null).await;
    assert_eq!(list["settlements"], json!([]), "others' runs are not theirs to see");
    problem(desk.ask("李明", "GET", &format!("{run}/settlement"), Value::Null).await, 404, "no-such-run").await;
}

#[actix_web::test]
async fn lines_are_paged_and_found_by_id_name_and_region() {
    let desk = Desk::spawn(Start::default()).await;
    let run = desk.run("", sample()).await;
    let ids = |list: &Value| -> Vec<String> {
        let lines = list["lines"].as_array().unwrap().iter();
        lines.map(|line| line["dealer_id"].as_str().unwrap().to_owned()).collect()
    };
    let first = desk.get(&format!("{run}/settlement/lines?limit=3&q=D00")).await;
    let second = desk.get(first["next"].as_str().unwrap()).await;
    assert_eq!(ids(&first), ["D001", "D002", "D003"]);
    assert_eq!(ids(&second), ["D004", "D005", "D006"]);
    assert_eq!(ids(&desk.get(&format!("{run}/settlement/lines?q=岳阳")).await), ["D002"]);
    assert_eq!(ids(&desk.get(&format!("{run}/settlement/lines?q=ｄ００７")).await), ["D007"]);
    let line = &first["lines"][0];
    assert_eq!((&line["position"], &line["lines"][0]["programme"]), (&json!(1), &json!("excess_volume")));
    for query in ["limit=0", "limit=", "after=-1", "after=", "limit=1001"] {
        let answer = desk.ask("reader", "GET", &format!("{run}/settlement/lines?{query}"), Value::Null).await;
        problem(answer, 400, "invalid-value").await;
    }
}

#[apply(over_both)]
async fn of_two_approvals_or_payments_at_the_same_moment_one_wins(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    desk.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let outcomes = async |rest: &str, body: Value| -> Vec<u16> {
        let path = path(rest);
        let (one, two, three) = tokio::join!(
            desk.ask("checker", "POST", &path, body.clone()),
            desk.ask("payer", "POST", &path, body.clone()),
            desk.ask("admin", "POST", &path, body.clone()),
        );
        let mut statuses = [one, two, three].map(|answer| answer.status().as_u16()).to_vec();
        statuses.sort_unstable();
        statuses
    };
    assert_eq!(outcomes("approve", Value::Null).await, [200, 409, 409]);
    assert_eq!(outcomes("payments", Value::Null).await, [201, 409, 409]);
    let paid = json!({"paid_on": "2008-03-01"});
    let path = path("payments/1/paid");
    let by = |who: &'static str| desk.ask(who, "POST", &path, paid.clone());
    let (one, two, three) = tokio::join!(by("deputy"), by("deputy"), by("deputy"));
    assert_eq!([one, two, three].map(|answer| answer.status().as_u16()), [200, 200, 200]);
    let what: Vec<String> = desk.audited().await.into_iter().map(|line| line.what).collect();
    assert_eq!(what, ["settlement-submitted", "settlement-approved", "payments-ordered", "payments-paid"]);
    assert_eq!(desk.settlement(&run).await["totals"]["paid"], "90200.00");
}
