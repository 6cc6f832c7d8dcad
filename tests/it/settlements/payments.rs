//! Payments as batches and as a file.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, changed};
use crate::harness::{Start, header, over_both, problem, send};

#[apply(over_both)]
async fn marking_a_batch_paid_twice_changes_nothing(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.approved().await;
    desk.done("payer", "POST", &format!("{run}/settlement/payments"), Value::Null).await;
    let path = format!("{run}/settlement/payments/1/paid");
    let once = desk.done("payer", "POST", &path, json!({"paid_on": "2008-02-29"})).await;
    let before = desk.all(&run).await;
    let twice = desk.done("checker", "POST", &path, json!({"paid_on": "2008-03-31"})).await;
    assert_eq!(once, twice);
    assert_eq!(desk.all(&run).await, before);
    let cancelled = desk.ask("payer", "POST", &format!("{run}/settlement/payments/1/cancel"), Value::Null).await;
    problem(cancelled, 409, "payments-made").await;
    assert_eq!(desk.all(&run).await, before);
}

#[apply(over_both)]
async fn a_batch_that_is_ordered_again_under_its_key_is_the_same(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.approved().await;
    let path = format!("{run}/settlement/payments");
    let order = async |key: &str, amount: &str| {
        let lines = json!({"lines": [{"dealer_id": "D001", "amount": amount}]});
        send(desk.request("payer", "POST", &path).header("Idempotency-Key", key).json(&lines)).await
    };
    let first = order("k", "10").await;
    let location = header(&first, "location");
    assert_eq!((first.status().as_u16(), &*location), (201, &*format!("{path}/1")));
    let again = order("k", "10").await;
    assert_eq!((again.status().as_u16(), header(&again, "location")), (201, location));
    problem(order("k", "11").await, 409, "idempotency-key-reused").await;
    let (one, two) = tokio::join!(order("l", "20"), order("l", "20"));
    assert_eq!((header(&one, "location"), header(&two, "location")), (format!("{path}/2"), format!("{path}/2")));
    assert_eq!(desk.line(&run, "D001").await["ordered"], "30.00");
}

#[apply(over_both)]
async fn payments_come_as_a_file_for_a_bank(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.approved().await;
    let file = async |query: &str| -> String {
        let answer = desk.ask("reader", "GET", &format!("{run}/payments.csv{query}"), Value::Null).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-type"), "text/csv; charset=utf-8");
        assert!(header(&answer, "content-disposition").contains(".csv"));
        String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap()
    };
    let now = file("").await;
    let mut lines = now.split("\r\n");
    assert_eq!(lines.next(), Some("\u{feff}\"批次\",\"经销商编号\",\"收款单位\",\"金额\",\"币种\",\"年度\",\"用途\""));
    assert_eq!(lines.next(), Some(",\"D001\",\"涪陵丰禾农资经营部\",42800.00,\"CNY\",2007,\"2007 年度经销商返利\""));
    assert_eq!(now.matches("\r\n").count(), 7, "those who get nothing have no line");
    assert!(now.ends_with("\r\n") && !now.replace("\r\n", "").contains(['\r', '\n']));

    let order = |amount: &str| json!({"lines": [{"dealer_id": "D002", "amount": amount}]});
    desk.done("payer", "POST", &format!("{run}/settlement/payments"), order("100.5")).await;
    desk.done("payer", "POST", &format!("{run}/settlement/payments"), order("7")).await;
    let latest = file("?lang=en").await;
    assert!(
        latest.ends_with("2,\"D002\",\"岳阳金穗农资公司\",7.00,\"CNY\",2007,\"Dealer rebate 2007\"\r\n"),
        "{latest}"
    );
    assert!(file("?number=1").await.contains("\r\n1,\"D002\",\"岳阳金穗农资公司\",100.50,"));
    desk.done("payer", "POST", &format!("{run}/settlement/payments/2/cancel"), Value::Null).await;
    assert_eq!(file("").await, file("?number=1").await, "what is cancelled goes to no bank");
    let of = async |query: &str| desk.ask("reader", "GET", &format!("{run}/payments.csv?{query}"), Value::Null).await;
    problem(of("number=2").await, 409, "payments-cancelled").await;
    problem(of("number=9").await, 404, "no-such-payments").await;
    problem(of("number=").await, 400, "invalid-value").await;
}

#[apply(over_both)]
async fn payees_whose_names_are_like_formulas_are_refused_all_at_once(start: Start) {
    let entities = |name: &str| name.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>();
    let desk = Desk::spawn(start).await;
    let workbook = changed(&entities("丰禾"), &entities("丰禾@"));
    let run = desk.run("", workbook).await;
    desk.done("maker", "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    let file = async |run: &str| desk.ask("reader", "GET", &format!("{run}/payments.csv"), Value::Null).await;
    problem(file(&run).await, 409, "settlement-not-approved").await;
    desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    assert_eq!(file(&run).await.status(), 200, "a sign within a name is none of a formula");

    // 涪陵丰禾 and 岳阳金穗, each as their whole first part.
    let (one, two) = (entities("涪陵丰禾"), entities("岳阳金穗"));
    let once = changed(&one, &format!("={one}"));
    let twice = super::desk::changed_in(once, &two, &format!("{}{two}", entities("＠")));
    let bad = desk.run("?filename=bad.xlsx&period=2007", twice).await;
    desk.done("maker", "POST", &format!("{bad}/settlement/submit"), json!({"supersedes": super::desk::id(&run)})).await;
    desk.done("checker", "POST", &format!("{bad}/settlement/approve"), Value::Null).await;
    let document = problem(file(&bad).await, 409, "payee-like-formula").await;
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains("D001 \"=涪陵丰禾") && detail.contains("D002 \"＠岳阳金穗"), "{detail}");
    for dealer in ["D001", "D002"] {
        let held = format!("{bad}/settlement/holds/{dealer}");
        desk.done("payer", "PUT", &held, json!({"reason": "名称待改"})).await;
    }
    assert_eq!(file(&bad).await.status(), 200, "the rest may be paid");
}
