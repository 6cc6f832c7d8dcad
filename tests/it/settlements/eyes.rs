//! Nobody approves what they had a hand in, under whichever token, and who approved doesn't pay.

use macro_rules_attribute::apply;
use serde_json::{Value, json};

use super::desk::{Desk, id, token};
use crate::harness::{Start, over_both, problem, sample, send};
use crate::visitor::Visitor;

impl Desk {
    async fn submit_by(&self, who: &str, run: &str) {
        self.done(who, "POST", &format!("{run}/settlement/submit"), Value::Null).await;
    }

    /// That somebody may not approve, what is said of it, and that somebody else may.
    async fn kept_from_approving(&self, who: &str, run: &str, why: &str) {
        let before = self.all(run).await;
        let answer = self.ask(who, "POST", &format!("{run}/settlement/approve"), Value::Null).await;
        let document = problem(answer, 409, "settlement-same-person").await;
        let detail = document["detail"].as_str().unwrap();
        assert!(detail.contains(who) && detail.contains(why), "{detail}");
        assert_eq!(self.all(run).await, before, "{why}");
        let actions = |settlement: Value| settlement["actions"][0].clone();
        let own = actions(self.done(who, "GET", &format!("{run}/settlement"), Value::Null).await);
        assert_eq!(
            (&own["action"], &own["allowed"], &own["code"]),
            (&json!("approve"), &json!(false), &json!("settlement-same-person"))
        );
        assert!(own["why"]["zh"].as_str().unwrap().contains(why), "{own}");
        let others = actions(self.done("admin", "GET", &format!("{run}/settlement"), Value::Null).await);
        assert_eq!((&others["action"], &others["allowed"]), (&json!("approve"), &json!(true)), "{others}");
    }
}

#[apply(over_both)]
async fn whoever_uploaded_submitted_adjusted_held_or_released_does_not_approve(start: Start) {
    let desk = Desk::spawn(start).await;
    let uploaded = desk.run_by("checker", "", sample()).await;
    desk.submit_by("payer", &uploaded).await;
    desk.kept_from_approving("checker", &uploaded, "上传了工作簿").await;
    desk.kept_from_approving("payer", &uploaded, "提交了结算").await;

    let run = desk.run("?filename=b.xlsx", sample()).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let raised = json!({"dealer_id": "D002", "amount": "8000.00", "reason": "x"});
    desk.done("checker", "POST", &path("adjustments"), raised).await;
    desk.submit_by("maker", &run).await;
    desk.kept_from_approving("checker", &run, "调整过金额").await;
    desk.done("payer", "POST", &path("reject"), json!({"reason": "x"})).await;
    desk.done("deputy", "DELETE", &path("adjustments/1"), Value::Null).await;
    desk.submit_by("maker", &run).await;
    desk.kept_from_approving("checker", &run, "调整过金额").await;
    desk.kept_from_approving("deputy", &run, "调整过金额").await;

    let run = desk.run("?filename=c.xlsx", sample()).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    desk.submit_by("maker", &run).await;
    desk.done("checker", "PUT", &path("holds/D005"), json!({"reason": "x"})).await;
    desk.done("payer", "DELETE", &path("holds/D005"), Value::Null).await;
    desk.done("deputy", "DELETE", &path("holds/D005"), Value::Null).await;
    desk.kept_from_approving("checker", &run, "暂缓过经销商").await;
    desk.kept_from_approving("payer", &run, "解除过暂缓").await;
    let approved = desk.done("deputy", "POST", &path("approve"), Value::Null).await;
    assert_eq!(approved["status"], "approved", "who released what wasn't held had no hand in it");
}

#[apply(over_both)]
async fn whoever_submitted_before_it_was_rejected_does_not_approve_what_another_submits(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    desk.submit_by("checker", &run).await;
    desk.done("payer", "POST", &format!("{run}/settlement/reject"), json!({"reason": "x"})).await;
    desk.submit_by("maker", &run).await;
    desk.kept_from_approving("checker", &run, "提交了结算").await;
    desk.done("payer", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
}

#[apply(over_both)]
async fn whoever_accepted_an_appeal_does_not_approve_what_it_raised_whoever_uploads_it(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    let lodged = json!({"dealer_id": "D001", "text": "漏记一车"});
    let appeal = desk.done("maker", "POST", &format!("{run}/appeals"), lodged).await;
    let accept = format!("/v1/appeals/{}/accept", appeal["id"].as_str().unwrap());
    let correction = json!({"sheet": "经销商档案", "cell": "H3", "value": 900});
    let accepted =
        desk.done("checker", "POST", &accept, json!({"corrections": [correction], "answer": "更正指标"})).await;
    let new = format!("/v1/runs/{}", accepted["new_run"].as_str().unwrap());
    desk.submit_by("maker", &new).await;
    assert_ne!(desk.settlement(&new).await["totals"], desk.settlement(&run).await["totals"]);
    desk.kept_from_approving("checker", &new, "采纳了更改工作簿的申诉").await;

    // The corrected upload, carried out and brought in again as another's run.
    let upload: String = {
        let database = dealerbook::store::Database::open(&desk.app.places()).await.unwrap();
        let upload = sqlx::query_scalar("SELECT upload_sha256 FROM runs WHERE id = $1").bind(id(&new));
        upload.fetch_one(&database.pool).await.unwrap()
    };
    let mut bytes = Vec::new();
    let mut file = desk.store.artefacts().open_checked(&upload).await.unwrap().file;
    std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
    let again = desk.run_by("payer", "?filename=again.xlsx", bytes).await;
    desk.submit_by("payer", &again).await;
    desk.kept_from_approving("checker", &again, "采纳了更改工作簿的申诉").await;

    // The annotated workbook of the corrected run, which the maker fills in further and sends again.
    let annotated = desk.ask("maker", "GET", &format!("{new}/workbook.xlsx"), Value::Null).await;
    let back = desk.run("?filename=back.xlsx&lang=en", annotated.bytes().await.unwrap().to_vec()).await;
    desk.submit_by("maker", &back).await;
    desk.kept_from_approving("checker", &back, "采纳了更改工作簿的申诉").await;

    // What it was before the appeal, they may approve.
    desk.submit_by("payer", &run).await;
    desk.done("checker", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
}

#[apply(over_both)]
async fn whoever_proposed_the_version_of_the_policy_does_not_approve_what_it_comes_to(start: Start) {
    let desk = Desk::spawn(start).await;
    let policy = crate::policies::own("1", "", "60");
    let proposed = send(desk.request("checker", "POST", "/v1/policies").body(policy)).await;
    assert_eq!(proposed.status(), 201, "{}", proposed.text().await.unwrap());
    desk.done("payer", "POST", "/v1/policies/own/versions/1/approve", Value::Null).await;
    let run = desk.run("?policy=own", sample()).await;
    desk.submit_by("maker", &run).await;
    desk.kept_from_approving("checker", &run, "提议了所用的政策版本").await;
    desk.done("payer", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
}

#[apply(over_both)]
async fn adjustments_that_a_correction_takes_over_keep_their_person(start: Start) {
    let desk = Desk::spawn(start).await;
    let old = desk.run("", sample()).await;
    let raised = json!({"dealer_id": "D002", "amount": "8000.00", "reason": "x"});
    desk.done("payer", "POST", &format!("{old}/settlement/adjustments"), raised).await;
    desk.submit_by("maker", &old).await;
    desk.done("checker", "POST", &format!("{old}/settlement/approve"), Value::Null).await;
    let new = desk.run("?policy=own-2", sample()).await;
    desk.done("maker", "POST", &format!("{new}/settlement/submit"), json!({"supersedes": id(&old)})).await;
    desk.kept_from_approving("payer", &new, "调整过金额").await;
    let newer = desk.run("?policy=own-5", sample()).await;
    desk.done("deputy", "POST", &format!("{new}/settlement/approve"), Value::Null).await;
    desk.done("maker", "POST", &format!("{newer}/settlement/submit"), json!({"supersedes": id(&new)})).await;
    desk.kept_from_approving("payer", &newer, "调整过金额").await;
}

#[apply(over_both)]
async fn a_person_is_the_same_under_another_token_and_another_of_a_like_name_gets_none(start: Start) {
    let desk = Desk::spawn(start).await;
    let tokens = desk.done("admin", "GET", "/v1/tokens", Value::Null).await;
    let of_payer = tokens["tokens"].as_array().unwrap().iter().find(|one| one["name"] == "payer").unwrap().clone();
    let person = of_payer["person"].as_str().unwrap();
    let made = desk.done("admin", "POST", "/v1/tokens", json!({"person": person, "role": "admin"})).await;
    assert_eq!((&made["kept"]["name"], &made["kept"]["person"]), (&json!("payer"), &json!(person)));
    let second = made["token"].as_str().unwrap();

    let run = desk.run("", sample()).await;
    desk.submit_by("payer", &run).await;
    let approve = |token: &str| {
        let path = desk.app.url(&format!("{run}/settlement/approve"));
        send(crate::harness::client().post(path).bearer_auth(token))
    };
    problem(approve(second).await, 409, "settlement-same-person").await;

    for like in ["payer", "Payer", "p\u{200b}ayer", "раyer", "pa yer", "ｐａｙｅｒ"] {
        let answer = desk.ask("admin", "POST", "/v1/tokens", json!({"name": like, "role": "finance"})).await;
        let document = problem(answer, 409, "name-taken").await;
        assert!(document["remedy"].as_str().unwrap().contains(person), "{document}");
    }
    let unknown = desk.ask("admin", "POST", "/v1/tokens", json!({"person": "p99", "role": "finance"})).await;
    problem(unknown, 404, "no-such-person").await;
    let both = json!({"person": person, "name": "payer", "role": "finance"});
    problem(desk.ask("admin", "POST", "/v1/tokens", both).await, 400, "invalid-token-request").await;
    let other = desk.done("admin", "POST", "/v1/tokens", json!({"name": "payer（二）", "role": "finance"})).await;
    assert_ne!(other["kept"]["person"], json!(person));
    assert_eq!(approve(other["token"].as_str().unwrap()).await.status(), 200, "another person may");
    problem(approve(&token("deputy")).await, 409, "settlement-not-submitted").await;
}

#[apply(over_both)]
async fn who_approved_neither_orders_nor_confirms_payments(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.approved().await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    let paid = json!({"paid_on": "2008-03-01"});
    let before = desk.all(&run).await;
    let ordered = desk.ask("checker", "POST", &path("payments"), Value::Null).await;
    problem(ordered, 409, "settlement-approver-pays").await;
    assert_eq!(desk.all(&run).await, before);
    let actions = desk.done("checker", "GET", &format!("{run}/settlement"), Value::Null).await["actions"].clone();
    let told: Vec<_> = actions.as_array().unwrap().iter().map(|one| (&one["action"], &one["code"])).collect();
    let own = json!("settlement-approver-pays");
    assert_eq!(told, [(&json!("order"), &own), (&json!("confirm"), &own)]);

    desk.done("payer", "POST", &path("payments"), Value::Null).await;
    let confirmed = desk.ask("checker", "POST", &path("payments/1/paid"), paid.clone()).await;
    problem(confirmed, 409, "settlement-approver-pays").await;
    desk.done("payer", "POST", &path("payments/1/paid"), paid).await;
}

#[apply(over_both)]
async fn a_policy_may_let_approvers_pay_and_have_another_confirm(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("?policy=own-5", sample()).await;
    let path = |rest: &str| format!("{run}/settlement/{rest}");
    desk.submit_by("maker", &run).await;
    desk.done("checker", "POST", &path("approve"), Value::Null).await;
    desk.done("checker", "POST", &path("payments"), Value::Null).await;
    let paid = json!({"paid_on": "2008-03-01"});
    let own = desk.ask("checker", "POST", &path("payments/1/paid"), paid.clone()).await;
    problem(own, 409, "payments-own-order").await;
    desk.done("payer", "POST", &path("payments/1/paid"), paid).await;
}

#[apply(over_both)]
async fn pages_show_what_this_person_may_do_and_why_not_the_rest(start: Start) {
    let desk = Desk::spawn(start).await;
    let run = desk.run("", sample()).await;
    desk.done("checker", "PUT", &format!("{run}/settlement/holds/D005"), json!({"reason": "x"})).await;
    desk.submit_by("maker", &run).await;
    let address = format!("{}/settlement", run.replace("/v1", ""));
    let page =
        async |who: &str, path: &str| -> String { Visitor::signed_in(&desk.app, &token(who)).await.page(path).await };
    let (approve, pay) = (format!("{address}/approve\""), format!("{address}/pay\""));
    let own = page("checker", &address).await;
    assert!(!own.contains(&approve) && own.contains("暂缓过经销商"), "{own}");
    assert!(page("payer", &address).await.contains(&approve));
    let awaiting = |page: String| page.split("全部结算").next().unwrap().contains(&address);
    assert!(!awaiting(page("checker", "/settlements").await), "what they can't decide doesn't await them");
    assert!(awaiting(page("payer", "/settlements").await));

    desk.done("payer", "POST", &format!("{run}/settlement/approve"), Value::Null).await;
    let approver = page("payer", &address).await;
    assert!(!approver.contains(&pay) && approver.contains("这份结算是 payer 批准的"), "{approver}");
    assert!(page("checker", &address).await.contains(&pay));
    assert!(!awaiting(page("payer", "/settlements").await));
    assert!(awaiting(page("checker", "/settlements").await));
}
