//! A later run corrects an approved settlement: what it pays is the difference to what was paid, split by cause.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, changed, changed_in, id, token};
use crate::harness::{Start, over_both, problem, sample};
use crate::visitor::Visitor;

/// The target of D001 is 900 t, not 1000.
const TARGET: (&str, &str) = (r#"<c r="H3" s="10" t="n"><v>1000</v>"#, r#"<c r="H3" s="10" t="n"><v>900</v>"#);

/// D001 sold 100 t above a target that is 100 t higher.
const HIGHER: (&str, &str) = (r#"<c r="H3" s="10" t="n"><v>1000</v>"#, r#"<c r="H3" s="10" t="n"><v>1100</v>"#);

impl Desk {
    async fn submit(&self, run: &str, supersedes: &str) -> Value {
        let body = json!({"supersedes": id(supersedes)});
        self.done("maker", "POST", &format!("{run}/settlement/submit"), body).await
    }

    async fn approve(&self, run: &str) -> Value {
        self.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await
    }

    /// Orders all that is payable and marks it paid.
    async fn pay(&self, run: &str) {
        let ordered = self.done("payer", "POST", &format!("{run}/settlement/payments"), Value::Null).await;
        let path = format!("{run}/settlement/payments/{}/paid", ordered["number"]);
        self.done("payer", "POST", &path, json!({"paid_on": "2008-03-01"})).await;
    }
}

fn parts(difference: &Value) -> [&str; 6] {
    ["before", "data", "policy", "appeal", "adjustment", "total"].map(|part| difference[part].as_str().unwrap())
}

#[apply(over_both)]
async fn a_correction_pays_the_difference_and_says_what_it_comes_of(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.run("", sample()).await;
    let adjustment = json!({"dealer_id": "D001", "amount": "-300.00", "reason": "上年多付"});
    desk.done("payer", "POST", &format!("{old}/settlement/adjustments"), adjustment).await;
    desk.done("maker", "POST", &format!("{old}/settlement/submit"), Value::Null).await;
    desk.approve(&old).await;
    desk.pay(&old).await;

    // Other data and another policy: 160 t × 30 were paid, 260 t × 30 are the data's, 260 t × 40 the policy's.
    let new = desk.run("?policy=own-2", changed(TARGET.0, TARGET.1)).await;
    let submitted = desk.submit(&new, &old).await;
    assert_eq!((&submitted["supersedes"], &submitted["status"]), (&json!(id(&old)), &json!("submitted")));
    let line = desk.line(&new, "D001").await;
    assert_eq!(parts(&line["difference"]), ["42500.00", "3000.00", "2600.00", "0.00", "0.00", "5600.00"]);
    assert_eq!((&line["paid_before"], &line["payable"]), (&json!("42500.00"), &json!("5600.00")));
    assert_eq!(line["adjustments"][0]["amount"], "-300.00", "taken over");
    assert_eq!(parts(&submitted["difference"])[1..4], ["3000.00", "2600.00", "0.00"]);
    assert_eq!(desk.settlement(&old).await["status"], "paid", "superseded only by what is approved");

    let approved = desk.approve(&new).await;
    assert_eq!((&approved["status"], &approved["totals"]["payable"]), (&json!("approved"), &json!("5600.00")));
    let superseded = desk.settlement(&old).await;
    assert_eq!((&superseded["status"], &superseded["superseded_by"]), (&json!("superseded"), &json!(id(&new))));
    let file = desk.ask("payer", "GET", &format!("{new}/payments.csv"), Value::Null).await.text().await.unwrap();
    assert_eq!(file.lines().count(), 2, "{file}");
    desk.pay(&new).await;
    assert_eq!(desk.settlement(&new).await["status"], "paid");

    // Back again: 5,600 too much was paid, and a target higher than at first takes more.
    let last = desk.run("?filename=last.xlsx", changed(HIGHER.0, HIGHER.1)).await;
    let too_early = json!({"supersedes": id(&old)});
    let answer = desk.ask("maker", "POST", &format!("{last}/settlement/submit"), too_early).await;
    problem(answer, 409, "settlement-cannot-supersede").await;
    desk.submit(&last, &new).await;
    let line = desk.line(&last, "D001").await;
    assert_eq!(parts(&line["difference"]), ["48100.00", "-8000.00", "-600.00", "0.00", "0.00", "-8600.00"]);
    let approved = desk.approve(&last).await;
    assert_eq!(
        (&approved["totals"]["payable"], &approved["totals"]["recoverable"]),
        (&json!("0.00"), &json!("8600.00"))
    );
    assert_eq!(approved["totals"]["paid_before"], "95500.00");
    let answer = desk.ask("payer", "POST", &format!("{last}/settlement/payments"), Value::Null).await;
    problem(answer, 409, "nothing-payable").await;
}

/// The page of a run's settlement, as its maker sees it.
async fn page_of(desk: &Desk, run: &str) -> String {
    let visitor = Visitor::signed_in(&desk.app, &token("maker")).await;
    visitor.page(&format!("{}/settlement", run.replace("/v1", ""))).await
}

#[apply(over_both)]
async fn accepted_appeals_are_a_cause_of_their_own(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.approved().await;
    // The new data has another target; on top of it an appeal changed what D003 has.
    let base = desk.run("?filename=base.xlsx", changed(TARGET.0, TARGET.1)).await;
    let target = r#"<c r="H5" s="10" t="n"><v>2400</v>"#;
    let appealed = changed_in(changed(TARGET.0, TARGET.1), target, &target.replace("2400", "2000"));
    let new = desk.run("?filename=appealed.xlsx", appealed).await;
    note_correction(&desk, &new, &base).await;
    let page = page_of(&desk, &new).await;
    let offered = format!(r#"<option value="{}">"#, id(&old));
    assert!(page.contains(&offered), "an approved settlement of the year can be corrected: {page}");
    desk.submit(&new, &old).await;
    assert!(!page_of(&desk, &new).await.contains(&offered), "what is submitted asks for nothing more");
    let [first, third] = [desk.line(&new, "D001").await, desk.line(&new, "D003").await];
    assert_eq!(parts(&first["difference"]), ["42800.00", "3000.00", "0.00", "0.00", "0.00", "3000.00"]);
    let [before, data, policy, appeal, _, total] = parts(&third["difference"]);
    assert_eq!((before, data, policy), ("8000.00", "0.00", "0.00"));
    assert!(appeal != "0.00" && appeal == total, "{third}");
}

#[apply(over_both)]
async fn appeals_that_build_on_each_other_all_count_as_appeals(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.approved().await;
    let base = desk.run("?filename=base.xlsx", changed(TARGET.0, TARGET.1)).await;
    let third = r#"<c r="H5" s="10" t="n"><v>2400</v>"#;
    let once = changed_in(changed(TARGET.0, TARGET.1), third, &third.replace("2400", "2000"));
    let twice = changed_in(once.clone(), TARGET.1, &TARGET.1.replace("900", "800"));
    let first = desk.run("?filename=once.xlsx", once).await;
    note_correction(&desk, &first, &base).await;
    let second = desk.run("?filename=twice.xlsx", twice).await;
    note_correction(&desk, &second, &first).await;
    desk.submit(&second, &old).await;
    let [one, three] = [desk.line(&second, "D001").await, desk.line(&second, "D003").await];
    assert_eq!(parts(&one["difference"]), ["42800.00", "3000.00", "0.00", "3000.00", "0.00", "6000.00"]);
    let [_, data, policy, appeal, _, total] = parts(&three["difference"]);
    assert!((data, policy) == ("0.00", "0.00") && appeal != "0.00" && appeal == total, "{three}");
}

/// As an accepted appeal does.
async fn note_correction(desk: &Desk, run: &str, base: &str) {
    let mut change = desk.store.change_settlement(&dealerbook::store::Person::admin()).await.unwrap();
    change.note_correction(id(run), id(base)).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(desk.store.base_of(id(run)).await.unwrap().as_deref(), Some(id(base)));
}

#[apply(over_both)]
async fn dealers_that_appear_or_vanish_count_with_nothing_on_the_other_side(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.approved().await;
    desk.pay(&old).await;
    let new = desk.run("?filename=b.xlsx", changed("D002", "D092")).await;
    desk.submit(&new, &old).await;
    let [gone, come] = [desk.line(&new, "D002").await, desk.line(&new, "D092").await];
    assert_eq!(parts(&gone["difference"]), ["600.00", "-600.00", "0.00", "0.00", "0.00", "-600.00"]);
    assert_eq!(
        (&gone["entitled"], &gone["recoverable"], &gone["position"]),
        (&json!("0.00"), &json!("600.00"), &json!(9))
    );
    assert_eq!(parts(&come["difference"]), ["0.00", "600.00", "0.00", "0.00", "0.00", "600.00"]);
    let approved = desk.approve(&new).await;
    assert_eq!(
        (&approved["totals"]["payable"], &approved["totals"]["recoverable"]),
        (&json!("600.00"), &json!("600.00"))
    );
    assert_eq!(approved["difference"]["total"], "0.00");
}

#[apply(over_both)]
async fn nothing_may_be_on_its_way_by_what_is_superseded(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.approved().await;
    let new = desk.run("?policy=own-2", sample()).await;
    desk.submit(&new, &old).await;
    let lines = json!({"lines": [{"dealer_id": "D001", "amount": "1000"}]});
    desk.done("payer", "POST", &format!("{old}/settlement/payments"), lines.clone()).await;
    desk.done("payer", "POST", &format!("{old}/settlement/payments"), lines).await;
    let before = (desk.all(&old).await, desk.all(&new).await);
    let answer = desk.ask("checker", "POST", &format!("{new}/settlement/approve"), Value::Null).await;
    let document = problem(answer, 409, "settlement-open-payments").await;
    assert!(document["detail"].as_str().unwrap().contains("1、2"), "{document}");
    assert_eq!((desk.all(&old).await, desk.all(&new).await), before);

    let paid = format!("{old}/settlement/payments/1/paid");
    desk.done("payer", "POST", &paid, json!({"paid_on": "2008-03-01"})).await;
    desk.done("payer", "POST", &format!("{old}/settlement/payments/2/cancel"), Value::Null).await;
    let approved = desk.approve(&new).await;
    assert_eq!(
        (&approved["totals"]["paid_before"], &approved["totals"]["payable"]),
        (&json!("1000.00"), &json!("90800.00"))
    );
    for (path, body) in
        [("payments", Value::Null), ("payments", json!({"lines": [{"dealer_id": "D001", "amount": "1"}]}))]
    {
        let answer = desk.ask("payer", "POST", &format!("{old}/settlement/{path}"), body).await;
        problem(answer, 409, "settlement-not-approved").await;
    }
    let answer = desk.ask("payer", "PUT", &format!("{old}/settlement/holds/D001"), json!({"reason": "x"})).await;
    problem(answer, 409, "settlement-locked").await;
}

#[apply(over_both)]
async fn a_dealer_is_settled_once_a_year_unless_it_is_corrected(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.approved().await;
    let new = desk.run("?policy=own-2", sample()).await;
    desk.done("maker", "POST", &format!("{new}/settlement/submit"), Value::Null).await;
    let before = desk.all(&new).await;
    let answer = desk.ask("checker", "POST", &format!("{new}/settlement/approve"), Value::Null).await;
    let document = problem(answer, 409, "settlement-paid-elsewhere").await;
    let detail = document["detail"].as_str().unwrap();
    assert!(detail.contains("D001") && detail.contains(id(&old)), "{detail}");
    assert_eq!(desk.all(&new).await, before);

    desk.done("checker", "POST", &format!("{new}/settlement/reject"), json!({"reason": "改为更正"})).await;
    desk.submit(&new, &old).await;
    assert_eq!(desk.approve(&new).await["status"], "approved");
    let itself = json!({"supersedes": id(&new)});
    let other = desk.run("?filename=c.xlsx", sample()).await;
    for (run, body) in [(&other, json!({"supersedes": id(&other)})), (&other, json!({"supersedes": id(&old)}))] {
        let answer = desk.ask("maker", "POST", &format!("{run}/settlement/submit"), body).await;
        problem(answer, 409, "settlement-cannot-supersede").await;
    }
    let answer = desk.ask("maker", "POST", &format!("{new}/settlement/submit"), itself).await;
    problem(answer, 409, "settlement-locked").await;
    let wrong = desk.ask("maker", "POST", &format!("{other}/settlement/submit"), json!({"supersedes": "x"})).await;
    problem(wrong, 400, "invalid-body").await;
}
